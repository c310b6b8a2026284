-- One row: from which day to which the exports reach, in which months there are calls, and how many.
-- Parameters: $demonstration_prefix.
select
    min(received_date) as first_date,
    max(received_date) as last_date,
    coalesce(list(distinct received_month), []) as months,
    count(*) as intervention_count,
    coalesce(bool_or(starts_with(intervention_id, $demonstration_prefix)), false) as is_demonstration
from response_times
