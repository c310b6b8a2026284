-- One row per cell of an accepted line that was emptied or warned about.
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
)

select
    flagged.data_set,
    files.file_name,
    flagged.line_number,
    flagged.item_number,
    flagged.column_name,
    flagged.value,
    flagged.rule,
    flagged.action
from flagged
inner join files using (file_number)
