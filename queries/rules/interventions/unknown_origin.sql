-- One row per intervention line whose origin is none of the contract.
select
    file_number,
    line_number,
    item_number,
    'origin' as column_name,
    origin_text as value
from staging.interventions_parsed
where origin_text is not null and origin_code is null
