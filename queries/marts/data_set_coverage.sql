-- One row per data set and zone with accepted lines: from which day to which, how many, and the file that reaches
-- furthest. A deployment counts on the day and for the zone of its call.
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
)

select
    dated.data_set,
    dated.zone_code,
    min(dated.on_day) as first_date,
    max(dated.on_day) as last_date,
    arg_max(files.file_name, dated.on_day) as latest_file_name,
    count(*) as row_count
from dated
inner join files using (file_number)
group by all
