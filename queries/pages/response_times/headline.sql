-- One row per phase: the calls of the chosen periods, before and after.
-- Parameters: $zone_code, $municipality_nis, $priority, $origin, $measure, $before_from, $before_until,
-- $after_from, $after_until, $left_out_months.
with

phases as (
    select unnest(['before', 'after']) as phase, unnest([1, 2]) as place
),

compared as (
    select *
    from compared_calls(
        $zone_code, $municipality_nis, $priority, $origin, $measure,
        $before_from, $before_until, $after_from, $after_until, $left_out_months
    )
),

summaries as (
    select
        phase,
        time_summary(measured_seconds, norm_seconds, arrival_is_missing) as summary,
        -- Where a zone records no departure, travel starts at dispatch: more of that on one side is another measure.
        case
            when $measure = 'travel'
                then share(count(*) filter (travel_starts_at = 'dispatch'), count(travel_starts_at))
        end as travel_from_dispatch_share
    from compared
    group by phase
)

select
    phases.phase,
    coalesce(summary.intervention_count, 0) as intervention_count,
    coalesce(summary.measured_count, 0) as measured_count,
    summary.missing_arrival_share,
    summary.median_seconds,
    summary.p90_seconds,
    summary.mean_seconds,
    summary.share_within_norm,
    summaries.travel_from_dispatch_share
from phases
left join summaries using (phase)
order by phases.place
