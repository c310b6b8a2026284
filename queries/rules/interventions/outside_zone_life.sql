-- One row per intervention line of a day on which its zone did not exist yet, or no longer.
select
    parsed.file_number,
    parsed.line_number,
    parsed.item_number,
    'received_at' as column_name,
    parsed.received_text as value
from staging.interventions_parsed as parsed
inner join zones using (zone_code)
where parsed.received_moment::date < zones.founded_on or parsed.received_moment::date > zones.dissolved_on
