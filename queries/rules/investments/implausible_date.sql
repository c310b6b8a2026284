-- One row per investment line whose date lies outside the years that can be.
-- Parameters: $earliest_date, $latest_date.
select
    file_number,
    line_number,
    item_number,
    'purchase_date' as column_name,
    purchase_text as value
from staging.investments_parsed
where purchase_date not between $earliest_date and $latest_date
