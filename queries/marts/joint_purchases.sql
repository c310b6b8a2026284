-- One row per accepted joint purchase.
select
    investment_id,
    name,
    domain_code,
    purchase_date,
    price_eur,
    lifetime_in_months(lifetime_years) as lifetime_months,
    key_id
from staging.investments
