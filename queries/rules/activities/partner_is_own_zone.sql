-- One row per activity line that names its own zone as the partner.
select
    file_number,
    line_number,
    item_number,
    'partner_zone_code' as column_name,
    partner_zone_text as value
from staging.activities_parsed
where partner_zone_code = zone_code
