-- One row per ledger line whose category is none of the contract.
select
    file_number,
    line_number,
    item_number,
    'category' as column_name,
    category_text as value
from staging.costs_parsed
where category_text is not null and category_code is null
