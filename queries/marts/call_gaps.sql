-- One row per file with accepted calls: how many of them have no origin, and how many no priority.
select
    files.file_name,
    count(*) as call_count,
    count(*) filter (where interventions.origin is null) as without_origin,
    count(*) filter (where interventions.priority is null) as without_priority
from staging.interventions as interventions
inner join files using (file_number)
group by files.file_name
