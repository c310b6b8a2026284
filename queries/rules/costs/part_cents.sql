-- One row per ledger line whose amount has more than cents, and is rounded to them.
select
    file_number,
    line_number,
    item_number,
    'amount_eur' as column_name,
    amount_text as value
from staging.costs_parsed
where has_part_cents
