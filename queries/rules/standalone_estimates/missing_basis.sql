-- One row per estimate line that does not say what it is based on.
select
    file_number,
    line_number,
    item_number,
    'basis' as column_name,
    null as value
from staging.standalone_estimates_parsed
where basis_text is null
