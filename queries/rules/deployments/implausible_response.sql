-- One row per deployment line that arrives later after the call than can be.
-- Parameters: $longest_response_seconds.
select
    file_number,
    line_number,
    item_number,
    'arrived_at' as column_name,
    arrived_text as value
from staging.deployments_parsed
where arrived_seconds - received_seconds > $longest_response_seconds
