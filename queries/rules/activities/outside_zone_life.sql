-- One row per activity line of a day on which its zone did not exist yet, or no longer.
select
    parsed.file_number,
    parsed.line_number,
    parsed.item_number,
    'activity_date' as column_name,
    parsed.activity_date_text as value
from staging.activities_parsed as parsed
inner join zones using (zone_code)
where parsed.activity_date < zones.founded_on or parsed.activity_date > zones.dissolved_on
