-- One row per month, phase and kind of call: how many calls of the chosen periods took how many seconds, as two lists
-- of equal length; as lists, ten million calls stay some thousand rows.
-- A kind of call is a priority in a municipality at a time of day, on a weekday or in the weekend.
-- Parameters: $zone_code, $municipality_nis, $priority, $origin, $measure, $before_from, $before_until,
-- $after_from, $after_until, $left_out_months.
with

per_second as (
    select
        received_month as month,
        phase,
        priority,
        municipality_nis,
        hour_band,
        is_weekend,
        norm_seconds,
        measured_seconds,
        count(*) as call_count
    from compared_calls(
        $zone_code, $municipality_nis, $priority, $origin, $measure,
        $before_from, $before_until, $after_from, $after_until, $left_out_months
    )
    where measured_seconds is not null
    group by all
)

select
    month,
    phase,
    priority,
    municipality_nis,
    hour_band,
    is_weekend,
    norm_seconds,
    list(measured_seconds order by measured_seconds) as seconds,
    list(call_count order by measured_seconds) as call_counts
from per_second
group by month, phase, priority, municipality_nis, hour_band, is_weekend, norm_seconds
order by month, phase, priority, municipality_nis, hour_band, is_weekend, norm_seconds
