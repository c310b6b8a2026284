-- One row per investment line whose date is no date.
select
    file_number,
    line_number,
    item_number,
    'purchase_date' as column_name,
    purchase_text as value
from staging.investments_parsed
where purchase_text is not null and purchase_date is null
