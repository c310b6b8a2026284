-- One row per municipality of today and month with calls, over all years in the exports: what its trend is fitted to.
-- Parameters: $zone_code, $municipality_nis, $priority, $origin, $measure.
select
    municipality_nis,
    received_month as month,
    count(measured_seconds) as measured_count,
    quantile_cont(measured_seconds, 0.5) as median_seconds
from selected_calls($zone_code, $municipality_nis, $priority, $origin, $measure)
group by municipality_nis, received_month
order by municipality_nis, received_month
