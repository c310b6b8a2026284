-- One row per joint purchase and zone with ledger lines on it: invoices, credit notes and what they come to.
select
    costs.joint_purchase_id as investment_id,
    costs.zone_code,
    sum(costs.amount_eur) as booked_eur,
    coalesce(sum(costs.amount_eur) filter (where costs.amount_eur > 0), 0) as invoiced_eur,
    coalesce(sum(costs.amount_eur) filter (where costs.amount_eur < 0), 0) as credited_eur
from staging.costs as costs
where costs.joint_purchase_id is not null
group by all
