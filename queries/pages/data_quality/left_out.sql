-- One row per measure, phase and reason: how many interventions do not count in the measure, and why; those that do
-- have the reason "measured". Each intervention has one reason, the first that holds, so that they add up to all.
-- Parameters: $zone_code, $municipality_nis, $priority, $origin, $before_from, $before_until,
-- $after_from, $after_until, $left_out_months.
with

interventions as (
    select
        *,
        case
            when not is_in_place(
                zone_code, municipality_nis, recorded_municipality_nis, $zone_code, $municipality_nis
            ) then 'other_place'
            when not is_compared(
                received_date, received_month, phase,
                $before_from, $before_until, $after_from, $after_until, $left_out_months
            ) then 'other_period'
            when len($origin) > 0 and origin is null then 'unknown_origin'
            when len($origin) > 0 and not list_contains($origin, origin) then 'other_origin'
            when len($priority) > 0 and priority is null then 'unknown_priority'
            when len($priority) > 0 and not list_contains($priority, priority) then 'other_priority'
            when unit_count = 0 then 'no_unit'
        end as not_counted_because
    from response_times
),

-- The times that a measure needs, in the order in which they are missed.
explained as (
    select
        phase,
        case
            when not_counted_because is not null then not_counted_because
            when response_seconds is not null then 'measured'
            when arrival_is_missing then 'no_arrival'
            when received_at is null then 'no_time_of_day'
            when received_is_uncertain or arrival_is_uncertain then 'uncertain_clock'
            else 'wrong_order'
        end as response,
        case
            when not_counted_because is not null then not_counted_because
            when call_handling_seconds is not null then 'measured'
            when first_dispatched_at is null then 'no_dispatch'
            when received_at is null then 'no_time_of_day'
            when received_is_uncertain or dispatch_is_uncertain then 'uncertain_clock'
            else 'wrong_order'
        end as call_handling,
        case
            when not_counted_because is not null then not_counted_because
            when turnout_seconds is not null then 'measured'
            when arrival_is_missing then 'no_arrival'
            when arrival_is_uncertain then 'uncertain_clock'
            when travel_starts_at is distinct from 'departure' then 'no_departure'
            when not first_unit_dispatch_is_known then 'no_dispatch'
            else 'wrong_order'
        end as turnout,
        case
            when not_counted_because is not null then not_counted_because
            when travel_seconds is not null then 'measured'
            when arrival_is_missing then 'no_arrival'
            when arrival_is_uncertain then 'uncertain_clock'
            when travel_starts_at is null then 'no_departure'
            else 'wrong_order'
        end as travel,
        case
            when not_counted_because is not null then not_counted_because
            when on_scene_seconds is not null then 'measured'
            when arrival_is_missing then 'no_arrival'
            when clearing_is_missing then 'no_clearing'
            when arrival_is_uncertain or clearing_is_uncertain then 'uncertain_clock'
            else 'wrong_order'
        end as on_scene
    from interventions
),

-- Counted before the measures are listed: a few hundred rows instead of five times all interventions.
counted as (
    select *, count(*) as intervention_count
    from explained
    group by all
),

listed as (
    unpivot counted
    on response, call_handling, turnout, travel, on_scene
    into name measure value reason
)

select measure, phase, reason, sum(intervention_count)::bigint as intervention_count
from listed
group by measure, phase, reason
order by
    list_position(['response', 'call_handling', 'turnout', 'travel', 'on_scene'], measure),
    list_position(
        [
            'other_place', 'other_period', 'unknown_origin', 'other_origin', 'unknown_priority', 'other_priority',
            'no_unit', 'no_arrival', 'no_dispatch', 'no_departure', 'no_clearing', 'no_time_of_day',
            'uncertain_clock', 'wrong_order', 'measured'
        ],
        reason
    ),
    phase desc
