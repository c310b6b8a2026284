-- One row per estimate line whose basis is none of the contract.
select
    file_number,
    line_number,
    item_number,
    'basis' as column_name,
    basis_text as value
from staging.standalone_estimates_parsed
where basis_text is not null and basis_code is null
