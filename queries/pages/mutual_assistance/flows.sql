-- One row per zone that was helped, zone that helped, urgency and phase: help between the zones in the chosen periods.
-- Every direction is there, also one without help; a zone that helped is unknown where the export does not name it.
-- Shares are of the calls of which it is known whether another zone came along, as in compared_months.
-- Parameters: $zone_code, $municipality_nis, $priority, $origin, $before_from, $before_until,
-- $after_from, $after_until, $left_out_months.
with

compared as (
    select
        *,
        urgency(origin, is_urgent) as urgency
    from compared_calls(
        $zone_code, $municipality_nis, $priority, $origin, 'response',
        $before_from, $before_until, $after_from, $after_until, $left_out_months
    )
),

calls as (
    select
        zone_code as to_zone_code,
        urgency,
        phase,
        count(*) as call_count,
        count(was_sent(partner_unit_count, unknown_unit_count, unit_count)) as partner_known_count
    from compared
    group by all
),

help as (
    select
        compared.zone_code as to_zone_code,
        units.unit_zone_code as from_zone_code,
        compared.urgency,
        compared.phase,
        count(distinct intervention_number) as intervention_count,
        count(*) as deployment_count,
        count(*) filter (units.is_first_on_scene) as first_on_scene_count,
        sum(units.unit_seconds)::bigint as unit_seconds,
        count(*) - count(units.unit_seconds) as unknown_time_count
    from compared
    inner join unit_assistance as units using (intervention_number)
    where units.assistance = 'partner'
    group by all
),

directions as (
    select calls.to_zone_code, zones.zone_code as from_zone_code
    from calls
    inner join zones on calls.to_zone_code <> zones.zone_code
    union
    select to_zone_code, from_zone_code from help
)

select
    directions.from_zone_code,
    directions.to_zone_code,
    calls.urgency,
    calls.phase,
    calls.call_count,
    calls.partner_known_count,
    coalesce(help.intervention_count, 0) as intervention_count,
    share(coalesce(help.intervention_count, 0), calls.partner_known_count) as share_of_calls,
    coalesce(help.first_on_scene_count, 0) as first_on_scene_count,
    coalesce(help.deployment_count, 0) as deployment_count,
    -- Of the units whose time is known; help without any known time took an unknown time, no help took none.
    case when help.deployment_count is null then 0 else help.unit_seconds end as unit_seconds,
    coalesce(help.unknown_time_count, 0) as unknown_time_count
from directions
inner join calls using (to_zone_code)
left join help
    on directions.to_zone_code = help.to_zone_code
    and directions.from_zone_code is not distinct from help.from_zone_code
    and calls.urgency = help.urgency
    and calls.phase = help.phase
order by
    directions.to_zone_code, directions.from_zone_code nulls last,
    list_position(['urgent', 'planned', 'other'], calls.urgency), calls.phase desc
