-- One row per activity line that counts part of a thing of which there are only whole ones: half a call-out.
select
    parsed.file_number,
    parsed.line_number,
    parsed.item_number,
    'quantity' as column_name,
    parsed.quantity_text as value
from staging.activities_parsed as parsed
inner join indicators using (indicator_code)
where
    indicators.unit in ('actions', 'call_outs', 'files', 'meetings', 'participants', 'shifts', 'tickets')
    and parsed.quantity <> floor(parsed.quantity)
