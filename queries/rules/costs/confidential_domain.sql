-- One row per ledger line that names the field of which nothing but its start is ever shown.
select
    file_number,
    line_number,
    item_number,
    'domain_code' as column_name,
    domain_text as value
from staging.costs_parsed
where is_confidential(domain_code, domain_text)
