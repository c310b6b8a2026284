-- One row per phase, month, kind of call and whether a unit of another zone was first or none was sent: how many calls
-- had which response time, as two lists of equal length. Only kinds of calls in which one was first in that phase.
-- A kind of call is a priority in a municipality at a time of day, on a weekday or in the weekend.
-- Parameters: $zone_code, $municipality_nis, $priority, $origin, $before_from, $before_until,
-- $after_from, $after_until, $left_out_months.
with

told_apart as (
    select
        received_month as month,
        phase,
        priority,
        municipality_nis,
        hour_band,
        is_weekend,
        response_seconds,
        case
            when first_unit_assistance = 'partner' then true
            when not was_sent(partner_unit_count, unknown_unit_count, unit_count) then false
        end as partner_is_first
    from compared_calls(
        $zone_code, $municipality_nis, $priority, $origin, 'response',
        $before_from, $before_until, $after_from, $after_until, $left_out_months
    )
    where response_seconds is not null
),

comparable as (
    select *
    from told_apart
    where partner_is_first is not null
    qualify bool_or(partner_is_first) over (partition by phase, priority, municipality_nis, hour_band, is_weekend)
),

per_second as (
    select *, count(*) as call_count
    from comparable
    group by all
)

select
    phase,
    month,
    priority,
    municipality_nis,
    hour_band,
    is_weekend,
    partner_is_first,
    list(response_seconds order by response_seconds) as seconds,
    list(call_count order by response_seconds) as call_counts
from per_second
group by phase, month, priority, municipality_nis, hour_band, is_weekend, partner_is_first
order by phase desc, month, priority, municipality_nis, hour_band, is_weekend, partner_is_first
