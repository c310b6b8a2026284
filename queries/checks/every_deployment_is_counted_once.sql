-- A difference between the deployments that were accepted and those that the mart counts.
with

accepted as (
    select coalesce(sum(accepted), 0) as accepted_count from data_set_accounts where data_set = 'deployments'
),

counted as (
    select coalesce(sum(unit_count), 0) as unit_count from response_times
)

select *
from accepted
cross join counted
where accepted.accepted_count <> counted.unit_count
