-- One row per accepted ledger line.
with

refused as (
    select file_number, line_number, item_number
    from staging.findings
    where data_set = 'costs' and action = 'reject'
    union
    select file_number, line_number, item_number from staging.repeats where data_set = 'costs'
),

emptied as (
    select file_number, line_number, item_number, list(column_name) as columns
    from staging.findings
    where data_set = 'costs' and action = 'empty'
    group by all
),

accepted as (
    select parsed.*, coalesce(emptied.columns, []) as emptied_columns
    from staging.costs_parsed as parsed
    anti join refused using (file_number, line_number, item_number)
    left join emptied using (file_number, line_number, item_number)
)

select
    file_number,
    line_number,
    item_number,
    booking_date,
    zone_code,
    case
        when not list_contains(emptied_columns, 'domain_code')
            then coalesce(domain_code, domain_text)
    end as domain_code,
    case
        when not list_contains(emptied_columns, 'service')
            then coalesce(service_code, lower(service_text))
    end as service,
    case
        when not list_contains(emptied_columns, 'category')
            then coalesce(category_code, lower(category_text))
    end as category,
    description,
    amount_eur,
    joint_purchase_id
from accepted
