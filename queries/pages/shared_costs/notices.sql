-- One row per thing that spoils a cost figure: which, about what, how many lines or months, and for how much.
-- Parameters: $reference_month.
with

undivided as (
    select investment_id, count(*) as month_count, sum(amount_eur) as amount_eur
    from cost_shares
    where valid_from is null
    group by investment_id
),

booked as (
    select investment_id, sum(booked_eur) as booked_eur
    from purchase_bookings
    group by investment_id
)

select 'purchase_without_lifetime' as code, name as subject, null::bigint as item_count, price_eur as amount_eur
from joint_purchases
where lifetime_months is null
union all
select 'purchase_without_price', name, null, price_eur
from joint_purchases
where price_eur <= 0
union all
select 'purchase_without_key', name, month_count, amount_eur
from undivided
inner join joint_purchases using (investment_id)
union all
select 'key_does_not_add_up', key_id, null, null
from key_shares
group by key_id, valid_from
having sum(share) <> 1
union all
select 'purchase_in_future', name, null, price_eur
from joint_purchases
where date_trunc('month', purchase_date) > $reference_month
union all
select 'credits_exceed_invoices', name, null, booked_eur
from booked
inner join joint_purchases using (investment_id)
where booked_eur < 0
union all
select 'purchase_unknown', investment_id, null, booked_eur
from booked
anti join joint_purchases using (investment_id)
union all
select 'service_unknown', zone_code, sum(line_count)::bigint, sum(amount_eur)
from ledger_months
where treatment = 'service_unknown'
group by zone_code
union all
select 'estimate_without_purchase', investment_id, count(*), null
from standalone_estimates
anti join joint_purchases using (investment_id)
group by investment_id
union all
select 'lines_refused', data_set, count(distinct (file_name, line_number)), null
from rejects
where data_set in ('costs', 'investments', 'distribution_keys', 'standalone_estimates')
group by data_set
order by code, subject
