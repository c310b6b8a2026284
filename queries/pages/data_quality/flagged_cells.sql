-- One row per rule and file: how many cells of accepted lines were emptied or warned about, and the first of them.
select
    rule,
    action,
    data_set,
    file_name,
    column_name,
    count(*) as cell_count,
    min(line_number) as first_line_number,
    arg_min(value, line_number) as first_value
from flagged_cells
group by all
order by cell_count desc, rule, file_name, column_name
