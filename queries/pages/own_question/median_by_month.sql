-- One row per month: the median response time of urgent citizen calls, in minutes.
select
    received_month,
    round(median(response_seconds) / 60, 1) as median_minutes,
    count(response_seconds) as measured_count
from response_times
where is_urgent and origin = 'citizen_call'
group by received_month
order by received_month
