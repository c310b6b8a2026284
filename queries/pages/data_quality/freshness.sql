-- One row per data set and zone, those without data too: which days the exports reach, how many lines, days since.
-- A data set of all zones together has one row, without a zone.
-- Parameters: $data_sets, $data_sets_without_zone, $today.
with

expected as (
    select unnest($data_sets) as data_set, generate_subscripts($data_sets, 1) as place
),

listed as (
    select expected.*, zones.zone_code
    from expected
    cross join zones
    where not list_contains($data_sets_without_zone, expected.data_set)
    union all
    select *, null as zone_code
    from expected
    where list_contains($data_sets_without_zone, data_set)
)

select
    listed.data_set,
    listed.zone_code,
    coverage.first_date,
    coverage.last_date,
    coalesce(coverage.row_count, 0) as row_count,
    coverage.latest_file_name,
    $today - coverage.last_date as days_since
from listed
left join data_set_coverage as coverage
    on listed.data_set = coverage.data_set
    and listed.zone_code is not distinct from coverage.zone_code
order by listed.place, listed.zone_code
