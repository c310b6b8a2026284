-- One row per phase and number of seconds that a unit of another zone was earlier than the first one of the own zone,
-- of the calls where that unit was first; unknown where no unit of the own zone arrived.
-- Parameters: $zone_code, $municipality_nis, $priority, $origin, $before_from, $before_until,
-- $after_from, $after_until, $left_out_months.
with

partner_first as (
    select intervention_number, phase
    from compared_calls(
        $zone_code, $municipality_nis, $priority, $origin, 'response',
        $before_from, $before_until, $after_from, $after_until, $left_out_months
    )
    where first_unit_assistance = 'partner'
),

arrivals as (
    select
        intervention_number,
        partner_first.phase,
        elapsed(
            min(units.arrived_seconds) filter (units.is_first_on_scene),
            min(units.arrived_seconds) filter (units.assistance = 'own')
        ) as gained_seconds
    from partner_first
    inner join unit_assistance as units using (intervention_number)
    group by intervention_number, partner_first.phase
)

select phase, gained_seconds, count(*) as call_count
from arrivals
group by phase, gained_seconds
order by phase desc, gained_seconds nulls last
