-- One row per hour of the day: how often a unit of another zone was the first on the scene.
select
    hour_of_day,
    count(*) as call_count,
    count(*) filter (where first_unit_assistance = 'partner') as partner_first_count,
    round(share(count(*) filter (where first_unit_assistance = 'partner'), count(*)), 3) as partner_first_share
from response_times
where first_unit_assistance is not null
group by hour_of_day
order by hour_of_day
