-- One row: from which day to which day the exports reach, and how much they hold.
select
    min(received_date) as first_date,
    max(received_date) as last_date,
    count(*) as intervention_count,
    coalesce(bool_or(starts_with(intervention_id, $demonstration_prefix)), false) as is_demonstration
from response_times
