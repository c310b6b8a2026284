-- One row per call: the twenty urgent calls of citizens that waited longest since the start of the cooperation.
select
    intervention_id,
    zone_code,
    municipality_nis,
    priority,
    received_at,
    round(response_seconds / 60, 1) as response_minutes,
    unit_count
from response_times
where phase = 'after' and is_urgent and origin = 'citizen_call'
order by response_seconds desc nulls last
limit 20
