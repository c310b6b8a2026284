-- One row per kind of call: how many of the chosen periods had a known time, before and after.
-- A kind of call is a priority in a municipality at a time of day, on a weekday or in the weekend.
-- Parameters: $zone_code, $municipality_nis, $priority, $origin, $measure, $before_from, $before_until,
-- $after_from, $after_until, $left_out_months.
select
    priority,
    municipality_nis,
    hour_band,
    is_weekend,
    count(*) filter (where phase = 'before') as before_count,
    count(*) filter (where phase = 'after') as after_count
from compared_calls(
    $zone_code, $municipality_nis, $priority, $origin, $measure,
    $before_from, $before_until, $after_from, $after_until, $left_out_months
)
where measured_seconds is not null
group by all
order by all
