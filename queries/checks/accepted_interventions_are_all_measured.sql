-- A difference between the interventions that were accepted and those in the mart.
with

accepted as (
    select coalesce(sum(accepted), 0) as accepted_count from data_set_accounts where data_set = 'interventions'
),

measured as (
    select count(*) as measured_count from response_times
)

select *
from accepted
cross join measured
where accepted_count <> measured_count
