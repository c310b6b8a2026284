-- One row per cell of an accepted line that was emptied or warned about, with the zone and the day that it is about.
-- A quantity that is itself a count too small to be shown is told as "< 5": in a year of few lines it is the count.
-- Parameters: $minimum_count.
with

refused as (
    select data_set, file_number, line_number, item_number
    from staging.findings
    where action = 'reject'
),

flagged as (
    select findings.*
    from staging.findings as findings
    anti join refused using (data_set, file_number, line_number, item_number)
    where findings.action <> 'reject'
),

placed as (
    select 'interventions' as data_set, file_number, line_number, item_number, zone_code, received_date as on_day
    from staging.interventions
    union all
    select
        'deployments' as data_set,
        deployments.file_number,
        deployments.line_number,
        deployments.item_number,
        interventions.zone_code,
        interventions.received_date as on_day
    from staging.deployments as deployments
    inner join staging.interventions as interventions using (intervention_number)
    union all
    select 'costs' as data_set, file_number, line_number, item_number, zone_code, booking_date as on_day
    from staging.costs
    union all
    select 'investments' as data_set, file_number, line_number, item_number, null as zone_code, purchase_date as on_day
    from staging.investments
    union all
    select 'distribution_keys' as data_set, file_number, line_number, item_number, zone_code, valid_from as on_day
    from staging.distribution_keys
    union all
    select 'activities' as data_set, file_number, line_number, item_number, zone_code, activity_date as on_day
    from staging.activities
),

small_counts as (
    select
        'activities' as data_set,
        'quantity' as column_name,
        activities.file_number,
        activities.line_number,
        activities.item_number,
        format('< {}', coalesce(indicators.minimum_count::integer, $minimum_count)) as said
    from staging.activities as activities
    inner join indicators using (indicator_code)
    where
        activities.quantity > 0
        and activities.quantity < coalesce(indicators.minimum_count::integer, $minimum_count)
)

select
    flagged.data_set,
    files.file_name,
    flagged.line_number,
    flagged.item_number,
    flagged.column_name,
    coalesce(small_counts.said, flagged.value) as value,
    flagged.rule,
    flagged.action,
    placed.zone_code,
    placed.on_day
from flagged
inner join files using (file_number)
left join placed
    on flagged.data_set = placed.data_set
    and flagged.file_number = placed.file_number
    and flagged.line_number = placed.line_number
    and flagged.item_number = placed.item_number
left join small_counts
    on flagged.data_set = small_counts.data_set
    and flagged.column_name = small_counts.column_name
    and flagged.file_number = small_counts.file_number
    and flagged.line_number = small_counts.line_number
    and flagged.item_number = small_counts.item_number
