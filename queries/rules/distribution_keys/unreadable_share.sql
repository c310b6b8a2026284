-- One row per line of a distribution key whose share is no number with the decimal mark of its file.
select
    file_number,
    line_number,
    item_number,
    'share' as column_name,
    share_text as value
from staging.distribution_keys_parsed
where share_text is not null and share is null
