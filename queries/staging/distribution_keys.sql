-- One row per accepted share of a zone in a key.
with

refused as (
    select file_number, line_number, item_number
    from staging.findings
    where data_set = 'distribution_keys' and action = 'reject'
    union
    select file_number, line_number, item_number from staging.repeats where data_set = 'distribution_keys'
)

select
    file_number,
    line_number,
    item_number,
    key_id,
    zone_code,
    share,
    valid_from
from staging.distribution_keys_parsed
anti join refused using (file_number, line_number, item_number)
