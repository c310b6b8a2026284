-- One row per line of a distribution key and cell that cannot be empty.
select file_number, line_number, item_number, 'key_id' as column_name, null as value
from staging.distribution_keys_parsed
where key_id is null
union all
select file_number, line_number, item_number, 'zone_code' as column_name, null as value
from staging.distribution_keys_parsed
where zone_text is null
union all
select file_number, line_number, item_number, 'share' as column_name, null as value
from staging.distribution_keys_parsed
where share_text is null
