-- One row per deployment line and clock time that is no date.
select file_number, line_number, item_number, 'dispatched_at' as column_name, dispatched_text as value
from staging.deployments_parsed
where dispatched_text is not null and dispatched_moment is null
union all
select file_number, line_number, item_number, 'departed_at' as column_name, departed_text as value
from staging.deployments_parsed
where departed_text is not null and departed_moment is null
union all
select file_number, line_number, item_number, 'arrived_at' as column_name, arrived_text as value
from staging.deployments_parsed
where arrived_text is not null and arrived_moment is null
union all
select file_number, line_number, item_number, 'cleared_at' as column_name, cleared_text as value
from staging.deployments_parsed
where cleared_text is not null and cleared_moment is null
