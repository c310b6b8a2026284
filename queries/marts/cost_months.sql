-- One row per zone, month, field and category: what counts as yearly cost, running costs and depreciation together.
-- Depreciation is the category `joint_purchase`; a part that no key divides has no zone.
with

depreciation_months as (
    select
        cost_shares.zone_code,
        cost_shares.month,
        joint_purchases.domain_code,
        'joint_purchase' as category,
        cost_shares.amount_eur
    from cost_shares
    inner join joint_purchases using (investment_id)
),

running_months as (
    select zone_code, month, domain_code, coalesce(category, 'unknown') as category, amount_eur
    from ledger_months
    where treatment = 'running_cost'
),

counted as (
    select * from running_months
    union all by name
    select * from depreciation_months
)

select zone_code, month, domain_code, category, sum(amount_eur) as amount_eur
from counted
group by all
