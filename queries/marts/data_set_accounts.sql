-- One row per data set and file: lines read = accepted + duplicate + rejected, each counted on its own.
with

met as (
    select 'interventions' as data_set, file_number, is_repeat from raw.interventions
    union all
    select 'deployments' as data_set, file_number, is_repeat from raw.deployments
    union all
    select 'costs' as data_set, file_number, is_repeat from raw.costs
    union all
    select 'investments' as data_set, file_number, is_repeat from raw.investments
    union all
    select 'distribution_keys' as data_set, file_number, is_repeat from raw.distribution_keys
    union all
    select 'standalone_estimates' as data_set, file_number, is_repeat from raw.standalone_estimates
    union all
    select 'activities' as data_set, file_number, is_repeat from raw.activities
    union all
    -- Lines that are no record never reach a data set; they count for the first one of their file.
    select files.data_set, malformed.file_number, false as is_repeat
    from raw.malformed_lines as malformed
    inner join files using (file_number)
),

met_lines as (
    select data_set, file_number, count(*) as lines_read, count(*) filter (is_repeat) as repeat_count
    from met
    group by all
),

accepted as (
    select data_set, file_number, count(*) as accepted
    from (
        select 'interventions' as data_set, file_number from staging.interventions
        union all
        select 'deployments' as data_set, file_number from staging.deployments
        union all
        select 'costs' as data_set, file_number from staging.costs
        union all
        select 'investments' as data_set, file_number from staging.investments
        union all
        select 'distribution_keys' as data_set, file_number from staging.distribution_keys
        union all
        select 'standalone_estimates' as data_set, file_number from staging.standalone_estimates
        union all
        select 'activities' as data_set, file_number from staging.activities
    )
    group by all
),

repeated as (
    select data_set, file_number, count(*) as repeated_count
    from staging.repeats
    where is_same_content
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
    select data_set, file_number from met_lines
    union
    select data_set, file_number from files where data_set is not null
),

named as (
    select accounts.data_set, accounts.file_number, files.file_name
    from accounts
    inner join files using (file_number)
)

select
    named.data_set,
    named.file_name,
    coalesce(met_lines.lines_read, 0) as lines_read,
    coalesce(accepted.accepted, 0) as accepted,
    coalesce(met_lines.repeat_count, 0) + coalesce(repeated.repeated_count, 0) as duplicate,
    coalesce(rejected.rejected, 0) as rejected
from named
left join met_lines using (data_set, file_number)
left join accepted using (data_set, file_number)
left join repeated using (data_set, file_number)
left join rejected using (data_set, file_number)
