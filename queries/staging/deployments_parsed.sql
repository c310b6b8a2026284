-- One row per deployment line that repeats no other line to the letter; cells typed, the call beside it.
-- Parameters: $time_zone.
with

lines as (
    select * from raw.deployments
    where not is_repeat
),

typed as (
    select
        *,
        date_trunc('second', moment_of_day(dispatched_at, $time_zone)) as dispatched_moment,
        date_trunc('second', moment_of_day(departed_at, $time_zone)) as departed_moment,
        date_trunc('second', moment_of_day(arrived_at, $time_zone)) as arrived_moment,
        date_trunc('second', moment_of_day(cleared_at, $time_zone)) as cleared_moment
    from lines
),

timed as (
    select
        *,
        date_trunc('hour', dispatched_moment) in (select local_hour from clock_change_hours)
            as dispatched_in_clock_change,
        date_trunc('hour', departed_moment) in (select local_hour from clock_change_hours)
            as departed_in_clock_change,
        date_trunc('hour', arrived_moment) in (select local_hour from clock_change_hours)
            as arrived_in_clock_change,
        date_trunc('hour', cleared_moment) in (select local_hour from clock_change_hours)
            as cleared_in_clock_change
    from typed
)

select
    timed.layout,
    timed.file_number,
    timed.line_number,
    timed.item_number,
    timed.latest_file_wins,
    timed.intervention_id,
    interventions.intervention_number,
    interventions.zone_code,
    interventions.received_seconds,
    timed.unit_id,
    -- A zone that takes no part keeps its own code: its units are lateral help.
    coalesce(zone_meanings.code, timed.unit_zone_code) as unit_zone_code,
    timed.assistance as assistance_text,
    assistance_meanings.code as assistance_code,
    timed.dispatched_at as dispatched_text,
    timed.departed_at as departed_text,
    timed.arrived_at as arrived_text,
    timed.cleared_at as cleared_text,
    timed.dispatched_moment,
    timed.departed_moment,
    timed.arrived_moment,
    timed.cleared_moment,
    coalesce(timed.dispatched_in_clock_change, false) as dispatched_in_clock_change,
    coalesce(timed.departed_in_clock_change, false) as departed_in_clock_change,
    coalesce(timed.arrived_in_clock_change, false) as arrived_in_clock_change,
    coalesce(timed.cleared_in_clock_change, false) as cleared_in_clock_change,
    -- In the hour that comes twice, or never, a clock time names no moment.
    case
        when not timed.dispatched_in_clock_change then utc_seconds(timed.dispatched_moment, $time_zone)
    end as dispatched_seconds,
    case
        when not timed.departed_in_clock_change then utc_seconds(timed.departed_moment, $time_zone)
    end as departed_seconds,
    case
        when not timed.arrived_in_clock_change then utc_seconds(timed.arrived_moment, $time_zone)
    end as arrived_seconds,
    case
        when not timed.cleared_in_clock_change then utc_seconds(timed.cleared_moment, $time_zone)
    end as cleared_seconds
from timed
left join staging.interventions as interventions using (intervention_id)
left join staging.meanings as zone_meanings
    on zone_meanings.kind = 'zone'
    and timed.unit_zone_code = zone_meanings.spelling
left join staging.meanings as assistance_meanings
    on assistance_meanings.kind = 'assistance'
    and timed.assistance = assistance_meanings.spelling
