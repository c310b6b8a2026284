-- One row per file, data set, rule, column and what is done: how often, with its first lines and values.
with

found as (
    select file_name, data_set, rule, 'reject' as action, column_name, line_number, value from rejects
    union all
    select file_name, data_set, rule, action, column_name, line_number, value from flagged_cells
),

counted as (
    select
        file_name,
        data_set,
        rule,
        action,
        column_name,
        count(*) as finding_count,
        arg_min(line_number, line_number, 3) as first_line_numbers,
        -- An empty cell is no example; where there is none at all the list is empty, not unknown.
        coalesce(arg_min(value, line_number, 3), []) as first_values
    from found
    group by all
)

select *
from counted
order by action = 'reject' desc, finding_count desc, file_name, data_set, rule, column_name
