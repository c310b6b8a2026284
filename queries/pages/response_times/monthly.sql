-- One row per month with calls, over all years in the exports.
-- Parameters: $zone_code, $municipality_nis, $priority, $origin, $measure, $before_from, $before_until,
-- $after_from, $after_until, $left_out_months.
select
    received_month as month,
    -- In a month in which only some zones had joined, the month counts as the phase of its first call.
    min_by(phase, received_date) as phase,
    bool_or(is_compared(
        received_date, received_month, phase,
        $before_from, $before_until, $after_from, $after_until, $left_out_months
    )) as in_comparison,
    unnest(time_summary(measured_seconds, norm_seconds, arrival_is_missing))
from selected_calls($zone_code, $municipality_nis, $priority, $origin, $measure)
group by received_month
order by received_month
