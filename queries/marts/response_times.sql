-- One row per accepted intervention, with every interval in whole seconds; NULL where a clock time is unknown.
with

joined as (
    select
        interventions.*,
        units_sent.* exclude (intervention_number)
    from staging.interventions as interventions
    left join staging.units_sent as units_sent using (intervention_number)
)

select
    joined.intervention_number,
    joined.intervention_id,
    joined.zone_code,
    cooperation_phase(joined.received_date, zones.joined_on) as phase,
    coalesce(municipalities.merged_into_nis, joined.nis_code) as municipality_nis,
    joined.nis_code as recorded_municipality_nis,
    joined.priority,
    coalesce(priorities.is_urgent, false) as is_urgent,
    joined.origin,
    joined.nature,
    joined.received_at,
    joined.received_date,
    date_trunc('month', joined.received_date)::date as received_month,
    hours.hour_of_day,
    hours.hour_band,
    isodow(joined.received_date) as weekday,
    isodow(joined.received_date) >= 6 as is_weekend,
    joined.first_dispatched_at,
    joined.first_arrived_at,
    joined.first_arrived_at is null as arrival_is_missing,
    not coalesce(joined.departure_is_recorded, false) as departure_is_missing,
    not coalesce(joined.clearing_is_recorded, false) as clearing_is_missing,
    case
        when not coalesce(joined.dispatched_is_uncertain, false)
            then elapsed(joined.received_seconds, joined.first_dispatched_seconds)
    end as call_handling_seconds,
    case
        when joined.first_arrived_seconds is not null
            then elapsed(joined.first_unit.dispatched_seconds, joined.first_unit.departed_seconds)
    end as turnout_seconds,
    elapsed(
        coalesce(joined.first_unit.departed_seconds, joined.first_unit.dispatched_seconds),
        joined.first_arrived_seconds
    ) as travel_seconds,
    -- Where a zone records no departure, travel starts at dispatch, and the screen says so.
    case
        when joined.first_arrived_seconds is null then null
        when joined.first_unit.departed_seconds is not null then 'departure'
        when joined.first_unit.dispatched_seconds is not null then 'dispatch'
    end as travel_starts_at,
    elapsed(joined.received_seconds, joined.first_arrived_seconds) as response_seconds,
    case
        when not coalesce(joined.cleared_is_uncertain, false)
            then elapsed(joined.first_arrived_seconds, joined.last_cleared_seconds)
    end as on_scene_seconds,
    case
        when joined.first_arrived_seconds is not null then joined.first_unit.unit_zone_code
    end as first_unit_zone_code,
    case
        when joined.first_arrived_seconds is not null then joined.first_unit.assistance
    end as first_unit_assistance,
    -- Where the export told of that unit: how each deployment knows whether it was first.
    case
        when joined.first_arrived_seconds is not null then joined.first_unit.line
    end as first_unit_line,
    coalesce(joined.unit_count, 0) as unit_count,
    coalesce(joined.own_unit_count, 0) as own_unit_count,
    coalesce(joined.partner_unit_count, 0) as partner_unit_count,
    coalesce(joined.unknown_unit_count, 0) as unknown_unit_count,
    joined.first_unit.dispatched_seconds is not null as first_unit_dispatch_is_known,
    coalesce(joined.received_in_clock_change, false) as received_is_uncertain,
    coalesce(joined.dispatched_is_uncertain, false) as dispatch_is_uncertain,
    coalesce(joined.arrived_is_uncertain, false) as arrival_is_uncertain,
    coalesce(joined.cleared_is_uncertain, false) as clearing_is_uncertain,
    coalesce(joined.received_in_clock_change, false)
    or coalesce(joined.dispatched_is_uncertain, false)
    or coalesce(joined.arrived_is_uncertain, false) as has_uncertain_clock
from joined
inner join zones using (zone_code)
left join municipalities on joined.nis_code = municipalities.nis_code
left join priorities on joined.priority = priorities.priority
left join hours on hour(joined.received_at) = hours.hour_of_day
