-- One row per accepted quantity of one indicator.
with

refused as (
    select file_number, line_number, item_number
    from staging.findings
    where data_set = 'activities' and action = 'reject'
    union
    select file_number, line_number, item_number from staging.repeats where data_set = 'activities'
),

emptied as (
    select file_number, line_number, item_number, list(column_name) as columns
    from staging.findings
    where data_set = 'activities' and action = 'empty'
    group by all
),

accepted as (
    select parsed.*, coalesce(emptied.columns, []) as emptied_columns
    from staging.activities_parsed as parsed
    anti join refused using (file_number, line_number, item_number)
    left join emptied using (file_number, line_number, item_number)
)

select
    file_number,
    line_number,
    item_number,
    activity_date,
    domain_code,
    indicator_code,
    zone_code,
    case
        when not list_contains(emptied_columns, 'partner_zone_code')
            then coalesce(partner_zone_code, partner_zone_text)
    end as partner_zone_code,
    quantity
from accepted
