-- One row per activity line and cell that cannot be empty.
select file_number, line_number, item_number, 'activity_date' as column_name, null as value
from staging.activities_parsed
where activity_date_text is null
union all
select file_number, line_number, item_number, 'indicator_code' as column_name, null as value
from staging.activities_parsed
where indicator_text is null
union all
select file_number, line_number, item_number, 'zone_code' as column_name, null as value
from staging.activities_parsed
where zone_text is null
union all
select file_number, line_number, item_number, 'quantity' as column_name, null as value
from staging.activities_parsed
where quantity_text is null
