-- One row per accepted deployment: for whom the unit worked, as what kind of help, whether it was first and how long.
-- What the call was (its zone, urgency, hour, phase) stands in response_times under the same intervention_number.
select
    deployments.intervention_number,
    deployments.unit_id,
    deployments.unit_zone_code,
    deployments.assistance,
    -- Unknown where nobody knows which unit was first.
    case
        when units_sent.first_arrived_seconds is not null
            then units_sent.first_unit.line = {
                file_number: deployments.file_number,
                line_number: deployments.line_number,
                item_number: deployments.item_number
            }
    end as is_first_on_scene,
    deployments.arrived_seconds,
    elapsed(
        coalesce(deployments.dispatched_seconds, deployments.departed_seconds), deployments.cleared_seconds
    ) as unit_seconds
from staging.deployments as deployments
inner join staging.units_sent as units_sent using (intervention_number)
