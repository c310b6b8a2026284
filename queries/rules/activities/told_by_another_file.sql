-- One row per activity line whose day, indicator and zones a later file tells of too: two exports that overlap, or one
-- that corrects the other. Activities have no id, so both count; the later file by name, as everywhere. A count too
-- small to be shown is not told.
-- Parameters: $minimum_count.
with

refused as (
    select file_number, line_number, item_number
    from staging.findings
    where data_set = 'activities' and action = 'reject'
    union
    select file_number, line_number, item_number from staging.repeats where data_set = 'activities'
),

counted as (
    select
        parsed.file_number,
        parsed.line_number,
        parsed.item_number,
        case
            when parsed.quantity >= coalesce(indicators.minimum_count::integer, $minimum_count) or parsed.quantity = 0
                then parsed.quantity_text
        end as value,
        hash(
            parsed.activity_date,
            parsed.indicator_code,
            parsed.zone_code,
            coalesce(parsed.partner_zone_code, parsed.partner_zone_text)
        ) as what_it_tells
    from staging.activities_parsed as parsed
    inner join indicators using (indicator_code)
    anti join refused using (file_number, line_number, item_number)
),

later as (
    select what_it_tells, file_number, line_number
    from counted
    qualify row_number() over (partition by what_it_tells order by file_number desc, line_number, item_number) = 1
)

select
    counted.file_number,
    counted.line_number,
    counted.item_number,
    'quantity' as column_name,
    counted.value,
    later.file_number as other_file_number,
    later.line_number as other_line_number
from counted
inner join later using (what_it_tells)
where later.file_number > counted.file_number
