-- One row per kind of help from outside, zone that was helped and phase: never added to help between the zones.
-- Parameters: $zone_code, $municipality_nis, $priority, $origin, $before_from, $before_until,
-- $after_from, $after_until, $left_out_months.
with

kinds as (
    select unnest(['lateral', 'hycap', 'federal']) as assistance, unnest([1, 2, 3]) as place
),

compared as (
    select * from compared_calls(
        $zone_code, $municipality_nis, $priority, $origin, 'response',
        $before_from, $before_until, $after_from, $after_until, $left_out_months
    )
),

calls as (
    select zone_code as to_zone_code, phase, count(*) as call_count
    from compared
    group by all
),

help as (
    select
        units.assistance,
        compared.zone_code as to_zone_code,
        compared.phase,
        count(distinct intervention_number) as intervention_count,
        count(*) as deployment_count,
        -- The export says help from elsewhere, the unit is of a zone of the cooperation: which of the two is true?
        count(*) filter (units.unit_zone_code in (select zones.zone_code from zones)) as of_a_zone_count,
        sum(units.unit_seconds)::bigint as unit_seconds,
        count(*) - count(units.unit_seconds) as unknown_time_count
    from compared
    inner join unit_assistance as units using (intervention_number)
    group by all
)

select
    kinds.assistance,
    calls.to_zone_code,
    calls.phase,
    calls.call_count,
    coalesce(help.intervention_count, 0) as intervention_count,
    coalesce(help.deployment_count, 0) as deployment_count,
    coalesce(help.of_a_zone_count, 0) as of_a_zone_count,
    case when help.deployment_count is null then 0 else help.unit_seconds end as unit_seconds,
    coalesce(help.unknown_time_count, 0) as unknown_time_count
from kinds
cross join calls
left join help using (assistance, to_zone_code, phase)
order by kinds.place, calls.to_zone_code, calls.phase desc
