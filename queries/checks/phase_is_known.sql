-- Interventions that are neither before nor after.
select intervention_id
from response_times
where phase is null or phase not in ('before', 'after')
