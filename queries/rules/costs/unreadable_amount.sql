-- One row per ledger line whose amount is none with the decimal mark of its file.
select
    file_number,
    line_number,
    item_number,
    'amount_eur' as column_name,
    amount_text as value
from staging.costs_parsed
where amount_text is not null and amount_eur is null
