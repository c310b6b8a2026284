-- One row per zone, clock, month, phase and whether compared: of how many calls the time is recorded. The clock
-- "measure" is the chosen measure itself, which needs more than one time.
-- Parameters: $zone_code, $municipality_nis, $priority, $origin, $measure, $before_from, $before_until,
-- $after_from, $after_until, $left_out_months.
with

counted as (
    select
        zone_code,
        received_month as month,
        phase,
        is_compared(
            received_date, received_month, phase,
            $before_from, $before_until, $after_from, $after_until, $left_out_months
        ) as in_comparison,
        count(*) as intervention_count,
        [
            {clock: 'received', known_count: count(received_at)},
            {clock: 'dispatched', known_count: count(first_dispatched_at)},
            {clock: 'departed', known_count: count(*) filter (not departure_is_missing)},
            {clock: 'arrived', known_count: count(*) filter (not arrival_is_missing)},
            {clock: 'cleared', known_count: count(*) filter (not clearing_is_missing)},
            {clock: 'measure', known_count: count(measured_seconds)}
        ] as clocks
    from selected_calls($zone_code, $municipality_nis, $priority, $origin, $measure)
    group by all
),

listed as (
    select
        * exclude (clocks),
        unnest(clocks) as entry,
        generate_subscripts(clocks, 1) as place
    from counted
)

select
    zone_code,
    entry.clock,
    month,
    phase,
    in_comparison,
    intervention_count,
    entry.known_count,
    share(entry.known_count, intervention_count) as known_share
from listed
order by zone_code, place, month, phase desc, in_comparison
