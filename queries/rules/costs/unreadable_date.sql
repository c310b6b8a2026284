-- One row per ledger line whose date is no date.
select
    file_number,
    line_number,
    item_number,
    'booking_date' as column_name,
    booking_text as value
from staging.costs_parsed
where booking_text is not null and booking_date is null
