-- One row per line of a distribution key whose date lies outside the years that can be.
-- Parameters: $earliest_date, $latest_date.
select
    file_number,
    line_number,
    item_number,
    'valid_from' as column_name,
    valid_from_text as value
from staging.distribution_keys_parsed
where valid_from not between $earliest_date and $latest_date
