-- One row per deployment on a line whose intervention was refused for another with the same id.
select
    parsed.file_number,
    parsed.line_number,
    parsed.item_number,
    'intervention_id' as column_name,
    parsed.intervention_id as value
from staging.deployments_parsed as parsed
where
    parsed.intervention_number is not null
    and (parsed.file_number, parsed.line_number) in (
        select (findings.file_number, findings.line_number)
        from staging.findings
        where findings.data_set = 'interventions' and findings.action = 'reject'
    )
