-- One row per investment line whose bookings of category investment do not add up to its price.
with

payments as (
    select joint_purchase_id as investment_id, sum(amount_eur) as paid_eur
    from staging.costs
    where category = 'investment'
    group by joint_purchase_id
)

select
    file_number,
    line_number,
    item_number,
    'price_eur' as column_name,
    price_text as value
from staging.investments_parsed
inner join payments using (investment_id)
where price_eur <> paid_eur
