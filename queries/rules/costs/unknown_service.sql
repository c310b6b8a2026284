-- One row per ledger line that is of neither service.
select
    file_number,
    line_number,
    item_number,
    'service' as column_name,
    service_text as value
from staging.costs_parsed
where service_text is not null and service_code is null
