-- One row per zone and year: calls, and how many of them have no known arrival.
select
    zone_code,
    year(received_date) as year,
    count(*) as call_count,
    count(*) filter (where arrival_is_missing) as without_arrival,
    round(share(count(*) filter (where arrival_is_missing), count(*)), 3) as share_without_arrival
from response_times
group by zone_code, year
order by zone_code, year
