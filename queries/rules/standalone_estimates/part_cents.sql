-- One row per estimate line whose amount has more than cents, and is rounded to them.
select
    file_number,
    line_number,
    item_number,
    'estimate_eur' as column_name,
    estimate_text as value
from staging.standalone_estimates_parsed
where has_part_cents
