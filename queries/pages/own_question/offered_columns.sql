-- One row per column of a table that a question may be put to.
-- Parameters: $tables, $left_out ("table.column", or "*.column" for every table).
select
    table_name,
    column_name,
    data_type
from duckdb_columns()
where
    schema_name = 'main'
    and table_name in $tables
    and table_name || '.' || column_name not in $left_out
    and '*.' || column_name not in $left_out
order by table_name, column_index
