-- One row per estimate line whose joint purchase was not accepted or is in no export.
select
    file_number,
    line_number,
    item_number,
    'investment_id' as column_name,
    investment_id as value
from staging.standalone_estimates_parsed
where investment_id not in (select investments.investment_id from staging.investments)
