-- One row per zone with ledger lines: its first and last month, and the calendar years that hold one.
select
    zone_code,
    min(month) as first_month,
    max(month) as last_month,
    list(distinct year(month)) as years,
    sum(line_count)::bigint as line_count
from ledger_months
group by zone_code
order by zone_code
