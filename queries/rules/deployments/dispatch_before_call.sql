-- One row per deployment line that is sent before the call.
select
    file_number,
    line_number,
    item_number,
    'dispatched_at' as column_name,
    dispatched_text as value
from staging.deployments_parsed
where dispatched_seconds < received_seconds
