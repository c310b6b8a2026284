-- One row per indicator, zone and month with a line: what its accepted quantities add up to.
select
    indicator_code,
    domain_code,
    zone_code,
    date_trunc('month', activity_date)::date as month,
    sum(quantity) as quantity,
    count(*) as line_count
from staging.activities
where quantity is not null
group by all
