-- One row per investment line whose lifetime is no number with the decimal mark of its file.
select
    file_number,
    line_number,
    item_number,
    'lifetime_years' as column_name,
    lifetime_text as value
from staging.investments_parsed
where lifetime_text is not null and lifetime_years is null
