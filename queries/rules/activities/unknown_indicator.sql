-- One row per activity line whose indicator is in no list; one of the confidential field is refused for that already.
select
    file_number,
    line_number,
    item_number,
    'indicator_code' as column_name,
    indicator_text as value
from staging.activities_parsed
where
    indicator_text is not null
    and indicator_code is null
    and not is_confidential(named_domain_code, domain_text)
    and not is_confidential(domain_code, indicator_text)
