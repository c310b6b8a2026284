-- A difference between what counts as yearly cost and its two parts: running costs and the paying off of purchases.
with

parts as (
    select
        (select coalesce(sum(amount_eur), 0) from ledger_months where treatment = 'running_cost')
        + (select coalesce(sum(amount_eur), 0) from cost_shares) as amount_eur
),

counted as (
    select coalesce(sum(amount_eur), 0) as amount_eur from cost_months
)

select *
from parts
cross join counted
where parts.amount_eur <> counted.amount_eur
