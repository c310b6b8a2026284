-- One row per ledger line and cell that cannot be empty.
select file_number, line_number, item_number, 'booking_date' as column_name, null as value
from staging.costs_parsed
where booking_text is null
union all
select file_number, line_number, item_number, 'zone_code' as column_name, null as value
from staging.costs_parsed
where zone_text is null
union all
select file_number, line_number, item_number, 'amount_eur' as column_name, null as value
from staging.costs_parsed
where amount_text is null
