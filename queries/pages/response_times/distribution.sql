-- One row per month, phase and whole second: how many calls of the chosen periods took that long.
-- Times are whole seconds, so counting per second loses nothing and ten million calls stay a small table.
-- Parameters: $zone_code, $municipality_nis, $priority, $origin, $measure, $before_from, $before_until,
-- $after_from, $after_until, $left_out_months.
select
    received_month as month,
    phase,
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
