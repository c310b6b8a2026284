-- A difference between the ledger lines that were accepted and those in the mart, in number or in amount.
with

accepted as (
    select count(*) as line_count, coalesce(sum(amount_eur), 0) as amount_eur from staging.costs
),

counted as (
    select coalesce(sum(line_count), 0) as line_count, coalesce(sum(amount_eur), 0) as amount_eur from ledger_months
)

select *
from accepted
cross join counted
where accepted.line_count <> counted.line_count or accepted.amount_eur <> counted.amount_eur
