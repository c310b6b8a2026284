-- One row per refused line and reason, with the line as it was read.
select
    findings.data_set,
    files.file_name,
    findings.line_number,
    findings.item_number,
    findings.column_name,
    findings.value,
    findings.rule,
    other_files.file_name as other_file_name,
    findings.other_line_number,
    line_texts.line_text
from staging.findings as findings
inner join files using (file_number)
left join files as other_files on findings.other_file_number = other_files.file_number
left join raw.line_texts as line_texts
    on findings.file_number = line_texts.file_number
    and findings.line_number = line_texts.line_number
where findings.action = 'reject'
