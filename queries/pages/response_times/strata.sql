-- One row per month, phase, kind of call and whole second: how many calls of the chosen periods took that long.
-- A kind of call is a priority in a municipality at a time of day, on a weekday or in the weekend.
-- Parameters: $zone_code, $municipality_nis, $priority, $origin, $measure, $before_from, $before_until,
-- $after_from, $after_until, $left_out_months.
select
    received_month as month,
    phase,
    priority,
    municipality_nis,
    hour_band,
    is_weekend,
    measured_seconds as value,
    norm_seconds,
    count(*) as call_count
from compared_calls(
    $zone_code, $municipality_nis, $priority, $origin, $measure,
    $before_from, $before_until, $after_from, $after_until, $left_out_months
)
where measured_seconds is not null
group by all
order by all
