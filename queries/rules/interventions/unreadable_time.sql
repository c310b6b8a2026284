-- One row per intervention line whose closing time is no date.
select
    file_number,
    line_number,
    item_number,
    'closed_at' as column_name,
    closed_text as value
from staging.interventions_parsed
where closed_text is not null and closed_moment is null
