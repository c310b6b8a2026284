-- One row per zone, kind of weight and day that it counts from: by what a key could divide.
select 'inhabitants' as kind, zone_code, reference_date as counted_on, inhabitants as weight
from zone_population
union all
-- Use is counted in interventions, of years that are exported whole.
select
    'use' as kind,
    zone_code,
    date_trunc('year', received_month)::date as counted_on,
    count(*) as weight
from response_times
group by zone_code, date_trunc('year', received_month)
having count(distinct received_month) = 12
order by kind, counted_on, zone_code
