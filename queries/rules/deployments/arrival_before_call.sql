-- One row per deployment line that arrives before the call.
select
    file_number,
    line_number,
    item_number,
    'arrived_at' as column_name,
    arrived_text as value
from staging.deployments_parsed
where arrived_seconds < received_seconds
