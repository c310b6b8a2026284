-- One row per refused line and reason, with the line as it was read; of one rule and one stretch, where asked.
-- Parameters: $rule, $skipped_rows, $most_rows.
select
    data_set,
    file_name,
    line_number,
    column_name,
    value,
    rule,
    other_file_name,
    other_line_number,
    line_text
from rejects
where $rule is null or rule = $rule
order by file_name, line_number, item_number, column_name, rule
limit $most_rows offset $skipped_rows
