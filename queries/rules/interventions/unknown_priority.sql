-- One row per intervention line whose priority code is not in the settings.
select
    file_number,
    line_number,
    item_number,
    'priority' as column_name,
    priority as value
from staging.interventions_parsed
where priority not in (select priorities.priority from priorities)
