-- One row per activity line of a day that had not come when the database was built: what is planned is not done.
-- Parameters: $today.
select
    file_number,
    line_number,
    item_number,
    'activity_date' as column_name,
    activity_date_text as value
from staging.activities_parsed
where activity_date > $today
