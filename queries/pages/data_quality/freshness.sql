-- One row per data set and zone, those without data too: which days the exports reach, how many lines, days since.
-- Parameters: $data_sets, $today.
with

expected as (
    select unnest($data_sets) as data_set, generate_subscripts($data_sets, 1) as place
)

select
    expected.data_set,
    zones.zone_code,
    coverage.first_date,
    coverage.last_date,
    coalesce(coverage.row_count, 0) as row_count,
    coverage.latest_file_name,
    $today - coverage.last_date as days_since
from expected
cross join zones
left join data_set_coverage as coverage
    on expected.data_set = coverage.data_set
    and zones.zone_code = coverage.zone_code
order by expected.place, zones.zone_code
