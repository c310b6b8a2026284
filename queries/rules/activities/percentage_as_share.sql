-- One row per activity line with at most 1 of a hundred, where a share is likelier: 0.98 for 98 %.
select
    parsed.file_number,
    parsed.line_number,
    parsed.item_number,
    'quantity' as column_name,
    parsed.quantity_text as value
from staging.activities_parsed as parsed
inner join indicators using (indicator_code)
where
    indicators.unit = 'percent'
    and parsed.quantity > 0
    and parsed.quantity <= 1
    and not contains(parsed.quantity_text, '%')
