-- One row per deployment line that leaves before it is sent.
select
    file_number,
    line_number,
    item_number,
    'departed_at' as column_name,
    departed_text as value
from staging.deployments_parsed
where departed_seconds < dispatched_seconds
