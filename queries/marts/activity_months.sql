-- One row per indicator, zone and month with a line: what its accepted quantities add up to, and on which days.
select
    indicator_code,
    domain_code,
    zone_code,
    date_trunc('month', activity_date)::date as month,
    min(activity_date) as first_day,
    max(activity_date) as last_day,
    sum(quantity) as quantity,
    count(*) as line_count
from staging.activities
where quantity is not null
group by all
