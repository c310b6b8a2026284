-- One row per activity line whose partner zone takes no part.
select
    file_number,
    line_number,
    item_number,
    'partner_zone_code' as column_name,
    partner_zone_text as value
from staging.activities_parsed
where partner_zone_text is not null and partner_zone_code is null
