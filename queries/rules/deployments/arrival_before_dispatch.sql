-- One row per deployment line that arrives before it is sent or leaves, though after the call.
select
    file_number,
    line_number,
    item_number,
    'arrived_at' as column_name,
    arrived_text as value
from staging.deployments_parsed
where arrived_seconds >= received_seconds and arrived_seconds < coalesce(departed_seconds, dispatched_seconds)
