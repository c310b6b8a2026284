-- One row per activity line whose date is no date.
select
    file_number,
    line_number,
    item_number,
    'activity_date' as column_name,
    activity_date_text as value
from staging.activities_parsed
where activity_date_text is not null and activity_date is null
