-- One row per municipality of today, month, phase and whole second: how many calls of the periods took that long.
-- One reading of the calls serves every municipality; asked one by one, ten million calls take longer than a second.
-- Parameters: $zone_code, $municipality_nis, $priority, $origin, $measure, $before_from, $before_until,
-- $after_from, $after_until, $left_out_months.
select
    municipality_nis,
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
