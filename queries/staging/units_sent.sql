-- One row per accepted intervention with an accepted deployment: what was sent, and which unit arrived first.
with

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
    from staging.deployments
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
    from staging.deployments
    qualify row_number() over (
        partition by intervention_number
        order by
            arrived_seconds asc nulls last, (assistance is distinct from 'own') asc,
            dispatched_seconds asc nulls last, departed_seconds asc nulls last,
            unit_zone_code asc nulls last, unit_id asc nulls last
    ) = 1
)

select
    sent.*,
    first_units.first_unit,
    -- With one arrival in the hour that comes twice, nobody knows which unit was first.
    case when not sent.arrived_is_uncertain then first_units.first_unit.arrived_seconds end as first_arrived_seconds
from sent
inner join first_units using (intervention_number)
