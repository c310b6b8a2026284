-- One row per activity line that tells in another layout what a kept line tells: an old and a new export of one year.
-- Within one layout two such lines are two activities, since some other column tells them apart. So the first of them
-- in one layout is the first in the other, the second the second.
with

candidates as (
    select parsed.*
    from staging.activities_parsed as parsed
    anti join (
        select file_number, line_number, item_number
        from staging.findings
        where data_set = 'activities' and action = 'reject'
    ) as rejected using (file_number, line_number, item_number)
),

numbered as (
    select
        *,
        row_number() over (
            partition by layout, activity_date, indicator_code, zone_code,
                coalesce(partner_zone_code, partner_zone_text), quantity
            order by file_number, line_number, item_number
        ) as turn
    from candidates
)

select file_number, line_number, item_number, true as is_same_content
from numbered
qualify row_number() over (
    partition by turn, activity_date, indicator_code, zone_code,
        coalesce(partner_zone_code, partner_zone_text), quantity
    order by file_number, line_number, item_number
) > 1
