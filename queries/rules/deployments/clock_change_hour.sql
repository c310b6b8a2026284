-- One row per deployment line and clock time in the hour that comes twice or never.
select file_number, line_number, item_number, 'dispatched_at' as column_name, dispatched_text as value
from staging.deployments_parsed
where dispatched_in_clock_change
union all
select file_number, line_number, item_number, 'departed_at' as column_name, departed_text as value
from staging.deployments_parsed
where departed_in_clock_change
union all
select file_number, line_number, item_number, 'arrived_at' as column_name, arrived_text as value
from staging.deployments_parsed
where arrived_in_clock_change
union all
select file_number, line_number, item_number, 'cleared_at' as column_name, cleared_text as value
from staging.deployments_parsed
where cleared_in_clock_change
