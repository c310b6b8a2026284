-- One row per deployment line whose kind of assistance is none of the contract.
select
    file_number,
    line_number,
    item_number,
    'assistance' as column_name,
    assistance as value
from staging.deployments_parsed
where lower(assistance) not in ('own', 'partner', 'lateral', 'hycap', 'federal')
