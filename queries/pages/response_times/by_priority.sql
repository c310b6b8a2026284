-- One row per priority and phase, in the chosen periods.
-- Parameters: $zone_code, $municipality_nis, $priority, $origin, $measure, $before_from, $before_until,
-- $after_from, $after_until, $left_out_months.
with

compared as (
    select *
    from compared_calls(
        $zone_code, $municipality_nis, $priority, $origin, $measure,
        $before_from, $before_until, $after_from, $after_until, $left_out_months
    )
)

select
    priority,
    phase,
    unnest(time_summary(measured_seconds, norm_seconds, arrival_is_missing))
from compared
group by priority, phase
order by priority nulls last, phase desc
