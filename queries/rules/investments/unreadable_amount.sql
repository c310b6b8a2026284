-- One row per investment line whose amount is none with the decimal mark of its file.
select
    file_number,
    line_number,
    item_number,
    'price_eur' as column_name,
    price_text as value
from staging.investments_parsed
where price_text is not null and price_eur is null
