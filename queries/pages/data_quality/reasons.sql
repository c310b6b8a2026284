-- One row per rule, data set and column: how often it was broken, in how many files, the first example, what was done.
with

findings as (
    select 'reject' as action, rule, data_set, column_name, file_name, line_number, item_number, value
    from rejects
    union all
    select action, rule, data_set, column_name, file_name, line_number, item_number, value
    from flagged_cells
),

counted as (
    select
        action,
        rule,
        data_set,
        column_name,
        count(*) as finding_count,
        count(distinct file_name) as file_count,
        arg_min(
            {file_name: file_name, line_number: line_number, value: value}, (file_name, line_number, item_number)
        ) as example
    from findings
    group by action, rule, data_set, column_name
)

select
    action,
    rule,
    data_set,
    column_name,
    finding_count,
    file_count,
    example.file_name as example_file_name,
    example.line_number as example_line_number,
    example.value as example_value
from counted
order by list_position(['reject', 'empty', 'warn'], action), finding_count desc, rule, data_set, column_name
