-- One row per deployment line that is cleared before it arrives.
select
    file_number,
    line_number,
    item_number,
    'cleared_at' as column_name,
    cleared_text as value
from staging.deployments_parsed
where
    cleared_seconds < arrived_seconds
    -- Where the arrival itself was emptied, it is no witness against the clearing.
    and (file_number, line_number, item_number) not in (
        select (findings.file_number, findings.line_number, findings.item_number)
        from staging.findings
        where findings.data_set = 'deployments' and findings.column_name = 'arrived_at' and findings.action = 'empty'
    )
