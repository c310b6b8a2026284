-- One row per ledger line whose date lies outside the years that can be.
-- Parameters: $earliest_date, $latest_date.
select
    file_number,
    line_number,
    item_number,
    'booking_date' as column_name,
    booking_text as value
from staging.costs_parsed
where booking_date not between $earliest_date and $latest_date
