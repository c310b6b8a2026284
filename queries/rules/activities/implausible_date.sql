-- One row per activity line whose date lies outside the years that can be.
-- Parameters: $earliest_date, $latest_date.
select
    file_number,
    line_number,
    item_number,
    'activity_date' as column_name,
    activity_date_text as value
from staging.activities_parsed
where activity_date not between $earliest_date and $latest_date
