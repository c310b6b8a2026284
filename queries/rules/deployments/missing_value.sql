-- One row per deployment line that names no intervention.
select
    file_number,
    line_number,
    item_number,
    'intervention_id' as column_name,
    null as value
from staging.deployments_parsed
where intervention_id is null
