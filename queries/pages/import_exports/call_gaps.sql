-- One row per file with accepted calls: how many of them have no origin, and how many no priority.
select file_name, call_count, without_origin, without_priority
from call_gaps
order by file_name
