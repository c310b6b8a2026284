-- One row per investment line whose amount has more than cents, and is rounded to them.
select
    file_number,
    line_number,
    item_number,
    'price_eur' as column_name,
    price_text as value
from staging.investments_parsed
where has_part_cents
