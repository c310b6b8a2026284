-- One row per deployment line whose intervention was not accepted or is in no export.
select
    file_number,
    line_number,
    item_number,
    'intervention_id' as column_name,
    intervention_id as value
from staging.deployments_parsed
where intervention_id is not null and intervention_number is null
