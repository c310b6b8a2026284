-- One row per intervention line whose call lies outside the years that can be.
-- Parameters: $earliest_received, $latest_received.
select
    file_number,
    line_number,
    item_number,
    'received_at' as column_name,
    received_text as value
from staging.interventions_parsed
where received_moment::date not between $earliest_received and $latest_received
