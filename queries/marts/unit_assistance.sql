-- One row per accepted deployment: for whom the unit worked, as what kind of help, whether it was first and how long.
-- What the call was (its zone, urgency, hour, phase) stands in response_times under the same intervention_number.
with

deployments as (
    select * from staging.deployments
)

select
    deployments.intervention_number,
    deployments.unit_id,
    deployments.unit_zone_code,
    deployments.assistance,
    -- Unknown where nobody knows which unit was first.
    calls.first_unit_line = {
        file_number: deployments.file_number,
        line_number: deployments.line_number,
        item_number: deployments.item_number
    } as is_first_on_scene,
    deployments.arrived_seconds,
    elapsed(
        coalesce(deployments.dispatched_seconds, deployments.departed_seconds), deployments.cleared_seconds
    ) as unit_seconds
from deployments
inner join response_times as calls using (intervention_number)
