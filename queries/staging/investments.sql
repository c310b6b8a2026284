-- One row per accepted joint purchase.
with

refused as (
    select file_number, line_number, item_number
    from staging.findings
    where data_set = 'investments' and action = 'reject'
    union
    select file_number, line_number, item_number from staging.repeats where data_set = 'investments'
),

emptied as (
    select file_number, line_number, item_number, list(column_name) as columns
    from staging.findings
    where data_set = 'investments' and action = 'empty'
    group by all
),

accepted as (
    select parsed.*, coalesce(emptied.columns, []) as emptied_columns
    from staging.investments_parsed as parsed
    anti join refused using (file_number, line_number, item_number)
    left join emptied using (file_number, line_number, item_number)
)

select
    file_number,
    line_number,
    item_number,
    investment_id,
    name,
    case
        when not list_contains(emptied_columns, 'domain_code')
            then coalesce(domain_code, domain_text)
    end as domain_code,
    purchase_date,
    price_eur,
    case when not list_contains(emptied_columns, 'lifetime_years') then lifetime_years end as lifetime_years,
    case when not list_contains(emptied_columns, 'key_id') then key_id end as key_id
from accepted
