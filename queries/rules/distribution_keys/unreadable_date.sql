-- One row per line of a distribution key whose date is no date.
select
    file_number,
    line_number,
    item_number,
    'valid_from' as column_name,
    valid_from_text as value
from staging.distribution_keys_parsed
where valid_from_text is not null and valid_from is null
