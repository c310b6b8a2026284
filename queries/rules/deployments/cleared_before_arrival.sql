-- One row per deployment line that is cleared before it arrives.
select
    file_number,
    line_number,
    item_number,
    'cleared_at' as column_name,
    cleared_text as value
from staging.deployments_parsed
where cleared_seconds < arrived_seconds
