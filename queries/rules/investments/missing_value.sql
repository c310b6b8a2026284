-- One row per investment line and cell that cannot be empty.
select file_number, line_number, item_number, 'investment_id' as column_name, null as value
from staging.investments_parsed
where investment_id is null
union all
select file_number, line_number, item_number, 'purchase_date' as column_name, null as value
from staging.investments_parsed
where purchase_text is null
union all
select file_number, line_number, item_number, 'price_eur' as column_name, null as value
from staging.investments_parsed
where price_text is null
