-- One row per line of a distribution key whose share is no part of a whole.
select
    file_number,
    line_number,
    item_number,
    'share' as column_name,
    share_text as value
from staging.distribution_keys_parsed
where share not between 0 and 1
