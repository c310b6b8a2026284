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
        -- A date alone tells the day, not the time of day: a response time from midnight would be invented.
        length(received_at) > 10 as has_time_of_day
    from lines
)

select
    layout,
    file_number,
    line_number,
    item_number,
    filled_cell_count,
    intervention_id,
    zone_code,
    municipality_nis as municipality_text,
    municipality_keys.nis_code,
    priority,
    origin,
    nature,
    received_at as received_text,
    received_moment,
    has_time_of_day,
    closed_at as closed_text,
    closed_moment
from typed
left join municipality_keys
    on lower(typed.municipality_nis) = municipality_keys.municipality_key
