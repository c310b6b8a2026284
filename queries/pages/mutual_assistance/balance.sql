-- One row per zone, other zone and phase: what the zone gave to the other and received from it.
-- Parameters: $zone_code, $priority, $origin, $before_from, $before_until, $after_from, $after_until, $left_out_months.
-- $zone_code says of which zones; help that they gave lies in the calls of the others, so all calls are looked at.
with

phases as (
    select unnest(['before', 'after']) as phase, unnest([1, 2]) as place
),

calls as (
    -- One period for both directions, whenever the other zone joined.
    select
        selected.intervention_number,
        selected.zone_code,
        phases.phase
    from selected_calls([], [], $priority, $origin, 'response') as selected
    inner join phases
        on is_compared(
            selected.received_date, selected.received_month, phases.phase,
            $before_from, $before_until, $after_from, $after_until, $left_out_months
        )
),

help as (
    select
        calls.zone_code as to_zone_code,
        units.unit_zone_code as from_zone_code,
        calls.phase,
        count(distinct intervention_number) as intervention_count,
        sum(units.unit_seconds)::bigint as unit_seconds,
        count(*) - count(units.unit_seconds) as unknown_time_count
    from calls
    inner join unit_assistance as units using (intervention_number)
    where units.assistance = 'partner'
    group by all
),

directions as (
    select
        zones.zone_code as to_zone_code,
        others.zone_code as from_zone_code,
        phases.phase,
        phases.place,
        coalesce(help.intervention_count, 0) as intervention_count,
        case when help.intervention_count is null then 0 else help.unit_seconds end as unit_seconds,
        coalesce(help.unknown_time_count, 0) as unknown_time_count
    from zones
    inner join zones as others on zones.zone_code <> others.zone_code
    cross join phases
    left join help
        on zones.zone_code = help.to_zone_code
        and others.zone_code = help.from_zone_code
        and phases.phase = help.phase
)

select
    given.from_zone_code as zone_code,
    given.to_zone_code as other_zone_code,
    given.phase,
    given.intervention_count as given_intervention_count,
    received.intervention_count as received_intervention_count,
    given.intervention_count - received.intervention_count as balance_intervention_count,
    given.unit_seconds as given_unit_seconds,
    received.unit_seconds as received_unit_seconds,
    given.unit_seconds - received.unit_seconds as balance_unit_seconds,
    given.unknown_time_count as given_unknown_time_count,
    received.unknown_time_count as received_unknown_time_count
from directions as given
inner join directions as received
    on given.from_zone_code = received.to_zone_code
    and given.to_zone_code = received.from_zone_code
    and given.phase = received.phase
where len($zone_code) = 0 or given.from_zone_code in $zone_code
order by given.from_zone_code, given.to_zone_code, given.place
