-- One row per event that a time axis can show.
select event_code, try_cast(starts_on as date) as starts_on, try_cast(ends_on as date) as ends_on, kind, zone_code,
    name_nl, name_fr, name_en
from events
order by starts_on
