-- One row per intervention line with a call in the hour that comes twice or never.
select
    file_number,
    line_number,
    item_number,
    'received_at' as column_name,
    received_text as value
from staging.interventions_parsed
where has_time_of_day and date_trunc('hour', received_moment) in (select local_hour from clock_change_hours)
