-- One row per municipality and phase, in the chosen periods, on one set of borders for all years.
-- Parameters: $zone_code, $municipality_nis, $priority, $origin, $measure, $before_from, $before_until,
-- $after_from, $after_until, $left_out_months.
-- $borders is 'merged' (the municipalities of today) or 'recorded' (as each call was recorded).
with

compared as (
    select
        *,
        case $borders when 'recorded' then recorded_municipality_nis else municipality_nis end as bordered_nis
    from compared_calls(
        $zone_code, $municipality_nis, $priority, $origin, $measure,
        $before_from, $before_until, $after_from, $after_until, $left_out_months
    )
)

select
    bordered_nis as municipality_nis,
    phase,
    unnest(time_summary(measured_seconds, norm_seconds, arrival_is_missing))
from compared
group by bordered_nis, phase
order by bordered_nis nulls last, phase desc
