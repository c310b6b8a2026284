-- One row per ledger line of a day on which its zone did not exist yet, or no longer.
select
    parsed.file_number,
    parsed.line_number,
    parsed.item_number,
    'booking_date' as column_name,
    parsed.booking_text as value
from staging.costs_parsed as parsed
inner join zones using (zone_code)
where parsed.booking_date < zones.founded_on or parsed.booking_date > zones.dissolved_on
