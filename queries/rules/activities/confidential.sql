-- One row per activity line that tells of the field of which nothing but its start is ever shown.
select
    file_number,
    line_number,
    item_number,
    'indicator_code' as column_name,
    null as value
from staging.activities_parsed
where is_confidential(named_domain_code, domain_text) or is_confidential(domain_code, indicator_text)
