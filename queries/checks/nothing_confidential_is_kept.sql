-- Accepted lines that tell of informant management, of which nothing but its start may be known.
select 'activities' as data_set, file_number, line_number
from staging.activities
where is_confidential(domain_code, indicator_code)
union all
select 'costs' as data_set, file_number, line_number
from staging.costs
where is_confidential(domain_code, domain_code)
union all
select 'investments' as data_set, file_number, line_number
from staging.investments
where is_confidential(domain_code, domain_code)
