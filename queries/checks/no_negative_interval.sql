-- Interventions with an interval below zero.
select intervention_id
from response_times
where least(call_handling_seconds, turnout_seconds, travel_seconds, response_seconds, on_scene_seconds) < 0
