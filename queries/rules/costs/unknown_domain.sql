-- One row per ledger line whose field is not one of the protocol.
select
    file_number,
    line_number,
    item_number,
    'domain_code' as column_name,
    domain_text as value
from staging.costs_parsed
where domain_text is not null and domain_code is null
