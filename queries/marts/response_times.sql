-- One row per accepted intervention, with every interval in whole seconds; NULL where a clock time is unknown.
with

interventions as (
    select * from staging.interventions
),

deployments as (
    select * from staging.deployments
),

sent as (
    select
        intervention_number,
        count(*) as unit_count,
        count(*) filter (where assistance = 'own') as own_unit_count,
        count(*) filter (where assistance = 'partner') as partner_unit_count,
        count(*) filter (where assistance is null) as unknown_unit_count,
        min(dispatched_seconds) as first_dispatched_seconds,
        min(dispatched_at) as first_dispatched_at,
        min(arrived_at) as first_arrived_at,
        max(cleared_seconds) as last_cleared_seconds,
        bool_or(departed_at is not null) as departure_is_recorded,
        bool_or(cleared_at is not null) as clearing_is_recorded,
        bool_or(dispatched_is_uncertain) as dispatched_is_uncertain,
        bool_or(arrived_is_uncertain) as arrived_is_uncertain,
        bool_or(cleared_is_uncertain) as cleared_is_uncertain
    from deployments
    group by intervention_number
),

-- Units that arrive in the same second: the own zone's is taken as first, so that help is never overstated.
-- Numbered and not gathered: `first(... order by ...)` sorts for every call apart, which takes twice as long.
first_units as (
    select
        intervention_number,
        {
            unit_id: unit_id,
            unit_zone_code: unit_zone_code,
            assistance: assistance,
            dispatched_seconds: dispatched_seconds,
            departed_seconds: departed_seconds,
            arrived_seconds: arrived_seconds,
            line: {file_number: file_number, line_number: line_number, item_number: item_number}
        } as first_unit
    from deployments
    qualify row_number() over (
        partition by intervention_number
        order by
            arrived_seconds asc nulls last, (assistance is distinct from 'own') asc,
            dispatched_seconds asc nulls last, departed_seconds asc nulls last,
            unit_zone_code asc nulls last, unit_id asc nulls last
    ) = 1
),

joined as (
    select
        interventions.*,
        sent.* exclude (intervention_number),
        first_units.first_unit,
        -- With one arrival in the hour that comes twice, nobody knows which unit was first.
        coalesce(sent.arrived_is_uncertain, false) as arrival_is_uncertain
    from interventions
    left join sent using (intervention_number)
    left join first_units using (intervention_number)
),

measured as (
    select
        *,
        case when not arrival_is_uncertain then first_unit.arrived_seconds end as first_arrived_seconds
    from joined
)

select
    measured.intervention_number,
    measured.intervention_id,
    measured.zone_code,
    cooperation_phase(measured.received_date, zones.joined_on) as phase,
    coalesce(municipalities.merged_into_nis, measured.nis_code) as municipality_nis,
    measured.nis_code as recorded_municipality_nis,
    measured.priority,
    coalesce(priorities.is_urgent, false) as is_urgent,
    measured.origin,
    measured.nature,
    measured.received_at,
    measured.received_date,
    date_trunc('month', measured.received_date)::date as received_month,
    hours.hour_of_day,
    hours.hour_band,
    isodow(measured.received_date) as weekday,
    isodow(measured.received_date) >= 6 as is_weekend,
    measured.first_dispatched_at,
    measured.first_arrived_at,
    measured.first_arrived_at is null as arrival_is_missing,
    not coalesce(measured.departure_is_recorded, false) as departure_is_missing,
    not coalesce(measured.clearing_is_recorded, false) as clearing_is_missing,
    case
        when not coalesce(measured.dispatched_is_uncertain, false)
            then elapsed(measured.received_seconds, measured.first_dispatched_seconds)
    end as call_handling_seconds,
    case
        when measured.first_arrived_seconds is not null
            then elapsed(measured.first_unit.dispatched_seconds, measured.first_unit.departed_seconds)
    end as turnout_seconds,
    elapsed(
        coalesce(measured.first_unit.departed_seconds, measured.first_unit.dispatched_seconds),
        measured.first_arrived_seconds
    ) as travel_seconds,
    -- Where a zone records no departure, travel starts at dispatch, and the screen says so.
    case
        when measured.first_arrived_seconds is null then null
        when measured.first_unit.departed_seconds is not null then 'departure'
        when measured.first_unit.dispatched_seconds is not null then 'dispatch'
    end as travel_starts_at,
    elapsed(measured.received_seconds, measured.first_arrived_seconds) as response_seconds,
    case
        when not coalesce(measured.cleared_is_uncertain, false)
            then elapsed(measured.first_arrived_seconds, measured.last_cleared_seconds)
    end as on_scene_seconds,
    case
        when measured.first_arrived_seconds is not null then measured.first_unit.unit_zone_code
    end as first_unit_zone_code,
    case
        when measured.first_arrived_seconds is not null then measured.first_unit.assistance
    end as first_unit_assistance,
    -- Where the export told of that unit: how each deployment knows whether it was first.
    case
        when measured.first_arrived_seconds is not null then measured.first_unit.line
    end as first_unit_line,
    coalesce(measured.unit_count, 0) as unit_count,
    coalesce(measured.own_unit_count, 0) as own_unit_count,
    coalesce(measured.partner_unit_count, 0) as partner_unit_count,
    coalesce(measured.unknown_unit_count, 0) as unknown_unit_count,
    measured.first_unit.dispatched_seconds is not null as first_unit_dispatch_is_known,
    coalesce(measured.received_in_clock_change, false) as received_is_uncertain,
    coalesce(measured.dispatched_is_uncertain, false) as dispatch_is_uncertain,
    measured.arrival_is_uncertain,
    coalesce(measured.cleared_is_uncertain, false) as clearing_is_uncertain,
    coalesce(measured.received_in_clock_change, false)
    or coalesce(measured.dispatched_is_uncertain, false)
    or measured.arrival_is_uncertain as has_uncertain_clock
from measured
inner join zones using (zone_code)
left join municipalities on measured.nis_code = municipalities.nis_code
left join priorities on measured.priority = priorities.priority
left join hours on hour(measured.received_at) = hours.hour_of_day
