-- One row per accepted intervention.
-- Parameters: $time_zone.
with

refused as (
    select file_number, line_number, item_number
    from staging.findings
    where data_set = 'interventions' and action = 'reject'
    union
    select file_number, line_number, item_number from staging.repeats where data_set = 'interventions'
),

emptied as (
    select file_number, line_number, item_number, list(column_name) as columns
    from staging.findings
    where data_set = 'interventions' and action = 'empty'
    group by all
),

accepted as (
    select parsed.*, coalesce(emptied.columns, []) as emptied_columns
    from staging.interventions_parsed as parsed
    anti join refused using (file_number, line_number, item_number)
    left join emptied using (file_number, line_number, item_number)
),

cleared as (
    select
        file_number,
        line_number,
        item_number,
        intervention_id,
        zone_code,
        case when not list_contains(emptied_columns, 'municipality_nis') then nis_code end as nis_code,
        case when not list_contains(emptied_columns, 'priority') then priority end as priority,
        case
            when not list_contains(emptied_columns, 'origin') then coalesce(origin_code, lower(origin_text))
        end as origin,
        nature,
        received_moment::date as received_date,
        case when has_time_of_day then date_trunc('second', received_moment) end as received_at,
        case
            when not list_contains(emptied_columns, 'closed_at') then date_trunc('second', closed_moment)
        end as closed_at
    from accepted
)

select
    *,
    -- By what the calls say, so that the same exports give the same numbers.
    row_number() over (order by received_date, received_at, intervention_id) as intervention_number,
    date_trunc('hour', received_at) in (select local_hour from clock_change_hours) as received_in_clock_change,
    -- In the hour that comes twice, or never, a clock time names no moment.
    case
        when date_trunc('hour', received_at) not in (select local_hour from clock_change_hours)
            then utc_seconds(received_at, $time_zone)
    end as received_seconds
from cleared
