-- One row per zone: from which day to which its exports reach, in which months there are calls, and how many.
-- Parameters: $demonstration_prefix.
select
    zone_code,
    min(received_date) as first_date,
    max(received_date) as last_date,
    list(distinct received_month) as months,
    count(*) as intervention_count,
    bool_or(starts_with(intervention_id, $demonstration_prefix)) as is_demonstration
from response_times
group by zone_code
order by zone_code
