-- One row per intervention line whose time of the call is no date.
select
    file_number,
    line_number,
    item_number,
    'received_at' as column_name,
    received_text as value
from staging.interventions_parsed
where received_text is not null and received_moment is null
