-- One row per data set and zone with accepted lines: from which day to which, how many, and the file that reaches
-- furthest. A deployment counts on the day and for the zone of its call; what has no zone or no day stays without.
with

dated as (
    select 'interventions' as data_set, zone_code, received_date as on_day, file_number
    from staging.interventions
    union all
    select
        'deployments' as data_set,
        interventions.zone_code,
        interventions.received_date as on_day,
        deployments.file_number
    from staging.deployments as deployments
    inner join staging.interventions as interventions using (intervention_number)
    union all
    select 'costs' as data_set, zone_code, booking_date as on_day, file_number
    from staging.costs
    union all
    select 'investments' as data_set, null as zone_code, purchase_date as on_day, file_number
    from staging.investments
    union all
    select 'distribution_keys' as data_set, zone_code, valid_from as on_day, file_number
    from staging.distribution_keys
    union all
    select 'standalone_estimates' as data_set, zone_code, null as on_day, file_number
    from staging.standalone_estimates
    union all
    select 'activities' as data_set, zone_code, activity_date as on_day, file_number
    from staging.activities
)

select
    dated.data_set,
    dated.zone_code,
    min(dated.on_day) as first_date,
    max(dated.on_day) as last_date,
    coalesce(arg_max(files.file_name, dated.on_day), max(files.file_name)) as latest_file_name,
    count(*) as row_count
from dated
inner join files using (file_number)
group by dated.data_set, dated.zone_code
