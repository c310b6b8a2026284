-- One row per investment line whose amount is larger than can be.
-- Parameters: $largest_amount_eur.
select
    file_number,
    line_number,
    item_number,
    'price_eur' as column_name,
    price_text as value
from staging.investments_parsed
where abs(price_eur) > $largest_amount_eur
