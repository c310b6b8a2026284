-- One row per credit of a joint purchase and zone whose credits are together larger than its invoices.
with

bookings as (
    select parsed.*
    from staging.costs_parsed as parsed
    anti join (
        select file_number, line_number, item_number
        from staging.findings
        where data_set = 'costs' and action = 'reject'
        union
        select file_number, line_number, item_number from staging.repeats where data_set = 'costs'
    ) as left_out using (file_number, line_number, item_number)
    where parsed.joint_purchase_id is not null
),

balanced as (
    select *, sum(amount_eur) over (partition by joint_purchase_id, zone_code) as balance_eur
    from bookings
)

select
    file_number,
    line_number,
    item_number,
    'amount_eur' as column_name,
    amount_text as value
from balanced
where amount_eur < 0 and balance_eur < 0
