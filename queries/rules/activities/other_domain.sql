-- One row per activity line whose field is not that of its indicator, which counts.
select
    file_number,
    line_number,
    item_number,
    'domain_code' as column_name,
    domain_text as value
from staging.activities_parsed
where named_domain_code <> domain_code
