-- One row per deployment line whose kind of assistance is none of the contract.
select
    file_number,
    line_number,
    item_number,
    'assistance' as column_name,
    assistance_text as value
from staging.deployments_parsed
where assistance_text is not null and assistance_code is null
