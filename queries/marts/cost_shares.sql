-- One row per joint purchase, month of its lifetime and zone: what the month costs that zone, by linear depreciation.
with

purchases as (
    select
        investment_id,
        purchase_date,
        price_eur,
        lifetime_in_months(lifetime_years) as lifetime_months,
        key_id
    from staging.investments
),

key_shares as (
    select key_id, zone_code, share, valid_from
    from staging.distribution_keys
)

select *
from depreciation('purchases', 'key_shares')
