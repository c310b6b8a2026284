-- One row per step of the way and phase: call handling, turnout, travel, and the response as a whole.
-- Percentiles of the steps do not add up to the percentile of the whole.
-- Parameters: $zone_code, $municipality_nis, $priority, $origin, $before_from, $before_until,
-- $after_from, $after_until, $left_out_months.
with

compared as (
    select
        calls.*,
        travel_norms.norm_seconds as travel_norm_seconds
    from compared_calls(
        $zone_code, $municipality_nis, $priority, $origin, 'response',
        $before_from, $before_until, $after_from, $after_until, $left_out_months
    ) as calls
    left join norms as travel_norms
        on calls.priority = travel_norms.priority
        and travel_norms.measure = 'travel'
),

summaries as (
    select
        phase,
        [
            {step: 'call_handling', summary: time_summary(call_handling_seconds, null::integer, arrival_is_missing)},
            {step: 'turnout', summary: time_summary(turnout_seconds, null::integer, arrival_is_missing)},
            {step: 'travel', summary: time_summary(travel_seconds, travel_norm_seconds, arrival_is_missing)},
            {step: 'response', summary: time_summary(response_seconds, norm_seconds, arrival_is_missing)}
        ] as steps
    from compared
    group by phase
),

listed as (
    select
        phase,
        unnest(steps) as entry,
        generate_subscripts(steps, 1) as place
    from summaries
)

select
    entry.step,
    phase,
    unnest(entry.summary)
from listed
order by place, phase desc
