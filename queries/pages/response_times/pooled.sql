-- One row per quarter, and one per year, of each phase, over all years in the exports: how many calls took how many
-- seconds, as two lists of equal length.
-- Parameters: $zone_code, $municipality_nis, $priority, $origin, $measure.
with

measured as (
    select received_date, phase, measured_seconds
    from selected_calls($zone_code, $municipality_nis, $priority, $origin, $measure)
    where measured_seconds is not null
),

placed as (
    select
        'quarter' as span,
        date_trunc('quarter', received_date)::date as first_day,
        phase,
        measured_seconds
    from measured
    union all
    select
        'year' as span,
        date_trunc('year', received_date)::date as first_day,
        phase,
        measured_seconds
    from measured
),

per_second as (
    select span, first_day, phase, measured_seconds, count(*) as call_count
    from placed
    group by all
)

select
    span,
    first_day,
    phase,
    list(measured_seconds order by measured_seconds) as seconds,
    list(call_count order by measured_seconds) as call_counts
from per_second
group by span, first_day, phase
order by span, first_day, phase desc
