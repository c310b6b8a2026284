-- One row per accepted deployment.
with

refused as (
    select file_number, line_number, item_number
    from staging.findings
    where data_set = 'deployments' and action = 'reject'
    union
    select file_number, line_number, item_number from staging.repeats where data_set = 'deployments'
),

emptied as (
    select file_number, line_number, item_number, list(column_name) as columns
    from staging.findings
    where data_set = 'deployments' and action = 'empty'
    group by all
),

accepted as (
    select parsed.*, coalesce(emptied.columns, []) as emptied_columns
    from staging.deployments_parsed as parsed
    anti join refused using (file_number, line_number, item_number)
    left join emptied using (file_number, line_number, item_number)
)

select
    file_number,
    line_number,
    item_number,
    intervention_number,
    unit_id,
    unit_zone_code,
    case
        when assistance_text is not null and not list_contains(emptied_columns, 'assistance')
            then coalesce(assistance_code, lower(assistance_text))
        when unit_zone_code is null then null
        when unit_zone_code = zone_code then 'own'
        when unit_zone_code in (select zones.zone_code from zones) then 'partner'
        else 'lateral'
    end as assistance,
    case when not list_contains(emptied_columns, 'dispatched_at') then dispatched_moment end as dispatched_at,
    case when not list_contains(emptied_columns, 'departed_at') then departed_moment end as departed_at,
    case when not list_contains(emptied_columns, 'arrived_at') then arrived_moment end as arrived_at,
    case when not list_contains(emptied_columns, 'cleared_at') then cleared_moment end as cleared_at,
    case when not list_contains(emptied_columns, 'dispatched_at') then dispatched_seconds end as dispatched_seconds,
    case when not list_contains(emptied_columns, 'departed_at') then departed_seconds end as departed_seconds,
    case when not list_contains(emptied_columns, 'arrived_at') then arrived_seconds end as arrived_seconds,
    case when not list_contains(emptied_columns, 'cleared_at') then cleared_seconds end as cleared_seconds,
    -- An emptied time counts as one that was never recorded; one in the hour that comes twice is known to be there.
    dispatched_in_clock_change and not list_contains(emptied_columns, 'dispatched_at') as dispatched_is_uncertain,
    arrived_in_clock_change and not list_contains(emptied_columns, 'arrived_at') as arrived_is_uncertain,
    cleared_in_clock_change and not list_contains(emptied_columns, 'cleared_at') as cleared_is_uncertain
from accepted
