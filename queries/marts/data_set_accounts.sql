-- One row per data set and file: lines read = accepted + duplicate + rejected, each counted on its own.
with

met as (
    select 'interventions' as data_set, file_number, count(*) as row_count
    from raw.interventions
    group by all
    union all
    select 'deployments' as data_set, file_number, count(*) as row_count
    from raw.deployments
    group by all
    union all
    -- Lines that are no record never reach a data set; they count for the first one of their file.
    select files.data_set, malformed.file_number, count(*) as row_count
    from raw.malformed_lines as malformed
    inner join files using (file_number)
    group by all
),

accepted as (
    select 'interventions' as data_set, file_number, count(*) as accepted
    from staging.interventions
    group by all
    union all
    select 'deployments' as data_set, file_number, count(*) as accepted
    from staging.deployments
    group by all
),

duplicate as (
    select 'interventions' as data_set, file_number, count(*) as duplicate
    from (
        select file_number from raw.interventions where is_repeat
        union all
        select file_number from staging.interventions_repeated where is_same_content
    )
    group by all
    union all
    select 'deployments' as data_set, file_number, count(*) as duplicate
    from (
        select file_number from raw.deployments where is_repeat
        union all
        select file_number from staging.deployments_repeated
    )
    group by all
),

rejected as (
    select data_set, file_number, count(distinct (line_number, item_number)) as rejected
    from staging.findings
    where action = 'reject'
    group by all
),

-- A file without lines still has an account, of zeros.
accounts as (
    select data_set, file_number from met
    union
    select data_set, file_number from files where data_set is not null
),

named as (
    select accounts.data_set, accounts.file_number, files.file_name
    from accounts
    inner join files using (file_number)
),

met_lines as (
    select data_set, file_number, sum(row_count)::bigint as lines_read
    from met
    group by all
)

select
    named.data_set,
    named.file_name,
    coalesce(met_lines.lines_read, 0) as lines_read,
    coalesce(accepted.accepted, 0) as accepted,
    coalesce(duplicate.duplicate, 0) as duplicate,
    coalesce(rejected.rejected, 0) as rejected
from named
left join met_lines using (data_set, file_number)
left join accepted using (data_set, file_number)
left join duplicate using (data_set, file_number)
left join rejected using (data_set, file_number)
