-- One row per investment line whose amount is below zero.
select
    file_number,
    line_number,
    item_number,
    'price_eur' as column_name,
    price_text as value
from staging.investments_parsed
where price_eur < 0
