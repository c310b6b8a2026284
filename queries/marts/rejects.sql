-- One row per refused line and reason, with the line as it was read, but where it tells a count too small to be shown.
with

-- Of informant management nothing but its start is ever kept: not even the text of a line that was refused for it.
confidential as (
    select distinct file_number, line_number
    from staging.findings
    where rule = 'confidential'
    union
    select malformed.file_number, malformed.line_number
    from raw.malformed_lines as malformed
    inner join files using (file_number)
    where files.data_set = 'activities' and is_confidential(null, malformed.line_text)
    union
    -- Whatever a line was refused for: a year of refused lines would tell a year of small counts.
    select file_number, line_number from staging.small_counts
)

select
    findings.data_set,
    files.file_name,
    findings.line_number,
    findings.item_number,
    findings.column_name,
    case when confidential.line_number is null then findings.value end as value,
    findings.rule,
    other_files.file_name as other_file_name,
    findings.other_line_number,
    case when confidential.line_number is null then line_texts.line_text end as line_text
from staging.findings as findings
inner join files using (file_number)
left join files as other_files on findings.other_file_number = other_files.file_number
left join raw.line_texts as line_texts
    on findings.file_number = line_texts.file_number
    and findings.line_number = line_texts.line_number
left join confidential
    on findings.file_number = confidential.file_number
    and findings.line_number = confidential.line_number
where findings.action = 'reject'
