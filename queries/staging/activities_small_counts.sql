-- One row per activity line that tells a count too small to be shown, accepted or refused.
-- Parameters: $minimum_count.
select distinct
    parsed.file_number,
    parsed.line_number
from staging.activities_parsed as parsed
inner join indicators using (indicator_code)
where parsed.quantity > 0 and parsed.quantity < coalesce(indicators.minimum_count::integer, $minimum_count)
