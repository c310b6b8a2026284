-- One row per estimate line whose amount is none with the decimal mark of its file.
select
    file_number,
    line_number,
    item_number,
    'estimate_eur' as column_name,
    estimate_text as value
from staging.standalone_estimates_parsed
where estimate_text is not null and estimate_eur is null
