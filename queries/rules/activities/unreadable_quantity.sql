-- One row per activity line whose quantity is no number with the decimal mark of its file.
select
    file_number,
    line_number,
    item_number,
    'quantity' as column_name,
    quantity_text as value
from staging.activities_parsed
where quantity_text is not null and quantity is null
