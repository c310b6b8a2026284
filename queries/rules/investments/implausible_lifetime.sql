-- One row per investment line whose lifetime is longer than can be.
-- Parameters: $longest_lifetime_years.
select
    file_number,
    line_number,
    item_number,
    'lifetime_years' as column_name,
    lifetime_text as value
from staging.investments_parsed
where lifetime_years > $longest_lifetime_years
