-- One row per intervention line that repeats no other line to the letter; cells typed, nothing refused yet.
-- Parameters: $time_zone.
with

lines as (
    select * from raw.interventions
    where not is_repeat
),

typed as (
    select
        *,
        moment(received_at, $time_zone) as received_moment,
        moment(closed_at, $time_zone) as closed_moment,
        has_time_of_day(received_at) as has_time_of_day
    from lines
)

select
    typed.layout,
    typed.file_number,
    typed.line_number,
    typed.item_number,
    typed.latest_file_wins,
    typed.filled_cell_count,
    typed.intervention_id,
    typed.zone_code as zone_text,
    zone_meanings.code as zone_code,
    typed.municipality_nis as municipality_text,
    municipality_meanings.code as nis_code,
    typed.priority,
    typed.origin as origin_text,
    origin_meanings.code as origin_code,
    typed.nature,
    typed.received_at as received_text,
    typed.received_moment,
    typed.has_time_of_day,
    typed.closed_at as closed_text,
    typed.closed_moment
from typed
left join staging.meanings as zone_meanings
    on zone_meanings.kind = 'zone'
    and typed.zone_code = zone_meanings.spelling
left join staging.meanings as municipality_meanings
    on municipality_meanings.kind = 'municipality'
    and typed.municipality_nis = municipality_meanings.spelling
left join staging.meanings as origin_meanings
    on origin_meanings.kind = 'origin'
    and typed.origin = origin_meanings.spelling
