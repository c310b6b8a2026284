-- One row per intervention line of a zone that takes no part.
select
    file_number,
    line_number,
    item_number,
    'zone_code' as column_name,
    zone_code as value
from staging.interventions_parsed
where zone_code not in (select zones.zone_code from zones)
