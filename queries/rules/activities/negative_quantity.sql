-- One row per activity line whose quantity is below zero.
select
    file_number,
    line_number,
    item_number,
    'quantity' as column_name,
    quantity_text as value
from staging.activities_parsed
where quantity < 0
