-- A difference between the deployments that were accepted and those that the marts count.
with

accepted as (
    select coalesce(sum(accepted), 0) as accepted_count from data_set_accounts where data_set = 'deployments'
),

counted as (
    select coalesce(sum(unit_count), 0) as unit_count from response_times
),

told_apart as (
    select count(*) as unit_count from unit_assistance
)

select *
from accepted
cross join counted
cross join told_apart
where accepted.accepted_count <> counted.unit_count or accepted.accepted_count <> told_apart.unit_count
