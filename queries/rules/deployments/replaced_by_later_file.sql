-- One row per deployment line of an intervention whose units a later file tells anew, where a profile says that the
-- latest file wins: a unit has no id of its own, so all units of one intervention come from one file.
with

candidates as (
    select parsed.*
    from staging.deployments_parsed as parsed
    anti join (
        select file_number, line_number, item_number
        from staging.findings
        where data_set = 'deployments' and action = 'reject'
    ) as rejected using (file_number, line_number, item_number)
),

winning as (
    select intervention_id, file_number, line_number
    from candidates
    where latest_file_wins
    qualify row_number() over (partition by intervention_id order by file_number desc, line_number asc) = 1
)

select
    candidates.file_number,
    candidates.line_number,
    candidates.item_number,
    'intervention_id' as column_name,
    candidates.intervention_id as value,
    winning.file_number as other_file_number,
    winning.line_number as other_line_number
from candidates
inner join winning using (intervention_id)
where candidates.file_number < winning.file_number
