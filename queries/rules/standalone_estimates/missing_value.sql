-- One row per estimate line and cell that cannot be empty.
select file_number, line_number, item_number, 'investment_id' as column_name, null as value
from staging.standalone_estimates_parsed
where investment_id is null
union all
select file_number, line_number, item_number, 'zone_code' as column_name, null as value
from staging.standalone_estimates_parsed
where zone_text is null
union all
select file_number, line_number, item_number, 'estimate_eur' as column_name, null as value
from staging.standalone_estimates_parsed
where estimate_text is null
