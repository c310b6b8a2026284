-- One row per ledger line of a zone that takes no part.
select
    file_number,
    line_number,
    item_number,
    'zone_code' as column_name,
    zone_text as value
from staging.costs_parsed
where zone_text is not null and zone_code is null
