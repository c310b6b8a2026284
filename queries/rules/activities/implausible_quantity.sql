-- One row per activity line with more than a zone can have done on one date.
-- Parameters: $largest_quantity.
select
    file_number,
    line_number,
    item_number,
    'quantity' as column_name,
    quantity_text as value
from staging.activities_parsed
where quantity > $largest_quantity
