-- One row per investment line whose lifetime is zero or less: nothing can be spread over it.
select
    file_number,
    line_number,
    item_number,
    'lifetime_years' as column_name,
    lifetime_text as value
from staging.investments_parsed
where lifetime_years <= 0
