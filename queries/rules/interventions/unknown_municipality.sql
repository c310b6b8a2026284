-- One row per intervention line whose municipality is in no list.
select
    file_number,
    line_number,
    item_number,
    'municipality_nis' as column_name,
    municipality_text as value
from staging.interventions_parsed
where municipality_text is not null and nis_code is null
