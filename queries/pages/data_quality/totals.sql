-- One row: what all files together came to, and how many cells of accepted lines were emptied or warned about.
with

accounts as (
    select
        count(*) as file_count,
        count(*) filter (data_set is null) as unread_file_count,
        coalesce(sum(lines_read), 0)::bigint as lines_read,
        coalesce(sum(accepted), 0)::bigint as accepted,
        coalesce(sum(duplicate), 0)::bigint as duplicate,
        coalesce(sum(rejected), 0)::bigint as rejected
    from file_accounts
),

cells as (
    select
        count(*) filter (action = 'empty') as emptied_cell_count,
        count(*) filter (action = 'warn') as warned_cell_count
    from flagged_cells
)

select *
from accounts
cross join cells
