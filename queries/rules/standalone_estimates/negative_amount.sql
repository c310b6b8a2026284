-- One row per estimate line whose amount is below zero.
select
    file_number,
    line_number,
    item_number,
    'estimate_eur' as column_name,
    estimate_text as value
from staging.standalone_estimates_parsed
where estimate_eur < 0
