-- One row per accepted estimate of what one zone would have paid alone.
with

refused as (
    select file_number, line_number, item_number
    from staging.findings
    where data_set = 'standalone_estimates' and action = 'reject'
    union
    select file_number, line_number, item_number from staging.repeats where data_set = 'standalone_estimates'
),

emptied as (
    select file_number, line_number, item_number, list(column_name) as columns
    from staging.findings
    where data_set = 'standalone_estimates' and action = 'empty'
    group by all
),

accepted as (
    select parsed.*, coalesce(emptied.columns, []) as emptied_columns
    from staging.standalone_estimates_parsed as parsed
    anti join refused using (file_number, line_number, item_number)
    left join emptied using (file_number, line_number, item_number)
)

select
    file_number,
    line_number,
    item_number,
    investment_id,
    zone_code,
    estimate_eur,
    case when not list_contains(emptied_columns, 'basis') then coalesce(basis_code, lower(basis_text)) end as basis
from accepted
