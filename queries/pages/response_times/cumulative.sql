-- One row per phase and half minute up to an hour: the share of the calls with a known time reached by then.
-- Parameters: $zone_code, $municipality_nis, $priority, $origin, $measure, $before_from, $before_until,
-- $after_from, $after_until, $left_out_months.
with

compared as (
    select phase, measured_seconds
    from compared_calls(
        $zone_code, $municipality_nis, $priority, $origin, $measure,
        $before_from, $before_until, $after_from, $after_until, $left_out_months
    )
    where measured_seconds is not null
),

-- Rounded up: a call is reached within a half minute when its time is at most that long.
half_minutes as (
    select phase, least(ceil(measured_seconds / 30)::integer * 30, 3630) as within_seconds, count(*) as call_count
    from compared
    group by all
),

phases as (
    select phase, sum(call_count) as total_count
    from half_minutes
    group by phase
),

grid as (
    select phases.phase, phases.total_count, marks.within_seconds::integer as within_seconds
    from phases
    cross join (select unnest(generate_series(0, 3600, 30)) as within_seconds) as marks
)

select
    grid.phase,
    grid.within_seconds,
    share(
        sum(coalesce(half_minutes.call_count, 0)) over (
            partition by grid.phase order by grid.within_seconds
        ),
        grid.total_count
    ) as share
from grid
left join half_minutes using (phase, within_seconds)
order by grid.phase desc, grid.within_seconds
