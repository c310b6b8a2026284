-- One row per part of the day, weekday or weekend, and phase: whose units came.
-- Parameters: $zone_code, $municipality_nis, $priority, $origin, $before_from, $before_until,
-- $after_from, $after_until, $left_out_months.
select
    hour_band,
    is_weekend,
    phase,
    unnest(assistance_summary(
        own_unit_count, partner_unit_count, unknown_unit_count, unit_count, first_unit_assistance
    ))
from compared_calls(
    $zone_code, $municipality_nis, $priority, $origin, 'response',
    $before_from, $before_until, $after_from, $after_until, $left_out_months
)
group by hour_band, is_weekend, phase
order by is_weekend, min(hour_of_day) nulls last, hour_band nulls last, phase desc
