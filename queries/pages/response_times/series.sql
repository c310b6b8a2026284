-- One row per month with calls, over all years in the exports: what the trend is fitted to.
-- Parameters: $zone_code, $municipality_nis, $priority, $origin, $measure.
select
    received_month as month,
    count(measured_seconds) as measured_count,
    quantile_cont(measured_seconds, 0.5) as median_seconds,
    quantile_cont(measured_seconds, 0.9) as p90_seconds,
    count(*) filter (measured_seconds is not null and norm_seconds is not null) as normed_count,
    share(
        count(*) filter (measured_seconds <= norm_seconds),
        count(*) filter (measured_seconds is not null and norm_seconds is not null)
    ) as share_within_norm
from selected_calls($zone_code, $municipality_nis, $priority, $origin, $measure)
group by received_month
order by received_month
