-- Interventions with an interval below zero or a response longer than the settings allow.
-- Parameters: $longest_response_seconds.
select intervention_id
from response_times
where
    least(call_handling_seconds, turnout_seconds, travel_seconds, response_seconds, on_scene_seconds) < 0
    or response_seconds > $longest_response_seconds
