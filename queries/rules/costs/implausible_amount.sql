-- One row per ledger line whose amount is larger than can be.
-- Parameters: $largest_amount_eur.
select
    file_number,
    line_number,
    item_number,
    'amount_eur' as column_name,
    amount_text as value
from staging.costs_parsed
where abs(amount_eur) > $largest_amount_eur
