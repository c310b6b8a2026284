-- One row per intervention line and cell that cannot be empty.
select file_number, line_number, item_number, 'intervention_id' as column_name, null as value
from staging.interventions_parsed
where intervention_id is null
union all
select file_number, line_number, item_number, 'zone_code' as column_name, null as value
from staging.interventions_parsed
where zone_text is null
union all
select file_number, line_number, item_number, 'received_at' as column_name, null as value
from staging.interventions_parsed
where received_text is null
