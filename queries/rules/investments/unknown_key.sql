-- One row per investment line whose distribution key was not accepted or is in no export.
select
    file_number,
    line_number,
    item_number,
    'key_id' as column_name,
    key_id as value
from staging.investments_parsed
where
    -- Of an empty cell "not in" an empty list is true.
    key_id is not null
    and key_id not in (select distribution_keys.key_id from staging.distribution_keys)
