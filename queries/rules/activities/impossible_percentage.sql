-- One row per activity line with more than 100 of a hundred.
select
    parsed.file_number,
    parsed.line_number,
    parsed.item_number,
    'quantity' as column_name,
    parsed.quantity_text as value
from staging.activities_parsed as parsed
inner join indicators using (indicator_code)
where indicators.unit = 'percent' and parsed.quantity > 100
