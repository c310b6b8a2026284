-- One row per intervention line that tells the day of the call, not its time.
select
    file_number,
    line_number,
    item_number,
    'received_at' as column_name,
    received_text as value
from staging.interventions_parsed
where received_moment is not null and not has_time_of_day
