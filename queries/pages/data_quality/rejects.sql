-- One row per refused line and reason, with the line as it was read.
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
order by file_name, line_number, item_number, column_name
