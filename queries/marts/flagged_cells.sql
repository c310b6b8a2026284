-- One row per cell of an accepted line that was emptied or warned about, with the zone and month of its call.
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

-- A line that says the same as another in a second layout is flagged too, and is in staging once.
placed as (
    select
        'interventions' as data_set,
        parsed.file_number,
        parsed.line_number,
        parsed.item_number,
        parsed.zone_code,
        parsed.received_moment::date as on_day
    from staging.interventions_parsed as parsed
    union all
    select
        'deployments' as data_set,
        parsed.file_number,
        parsed.line_number,
        parsed.item_number,
        interventions.zone_code,
        interventions.received_date as on_day
    from staging.deployments_parsed as parsed
    inner join staging.interventions as interventions using (intervention_number)
)

select
    flagged.data_set,
    files.file_name,
    flagged.line_number,
    flagged.item_number,
    flagged.column_name,
    flagged.value,
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
