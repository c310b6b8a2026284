-- One row per zone, month, field, service, category and treatment: what its ledger lines add up to.
-- The treatment says what a line is to the yearly cost: `running_cost` is in it; `purchase_payment` is not, because the
-- depreciation of that purchase is; `other_investment` is not, because nobody knows its lifetime; `service_unknown` is
-- not, because it may be either.
with

treated as (
    select
        costs.zone_code,
        date_trunc('month', costs.booking_date)::date as month,
        costs.domain_code,
        costs.service,
        costs.category,
        costs.amount_eur,
        case
            when investments.investment_id is not null then 'purchase_payment'
            when costs.service = 'extraordinary' or costs.category = 'investment' then 'other_investment'
            when costs.service = 'ordinary' then 'running_cost'
            else 'service_unknown'
        end as treatment
    from staging.costs as costs
    left join staging.investments as investments on costs.joint_purchase_id = investments.investment_id
)

select
    zone_code,
    month,
    domain_code,
    service,
    category,
    treatment,
    sum(amount_eur) as amount_eur,
    count(*) as line_count
from treated
group by all
