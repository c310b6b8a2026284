-- Intervention ids that stand more than once in the mart.
select intervention_id, count(*) as row_count
from response_times
group by intervention_id
having count(*) > 1
