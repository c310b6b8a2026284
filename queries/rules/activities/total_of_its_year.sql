-- One row per activity line on the first or the last day of a year that is exactly what the other lines of its
-- indicator, zone and year add up to: a yearly total among monthly lines, which would count everything twice. Of fewer
-- than four others, or where one is all of it, that may well be chance. A count too small to be shown is not told.
-- Parameters: $minimum_count.
with

refused as (
    select file_number, line_number, item_number
    from staging.findings
    where data_set = 'activities' and action = 'reject'
    union
    select file_number, line_number, item_number from staging.repeats where data_set = 'activities'
),

added_up as (
    select
        parsed.*,
        sum(parsed.quantity) over of_the_year - parsed.quantity as quantity_of_others,
        count(*) over of_the_year - 1 as other_count,
        max(parsed.quantity) over others as largest_other
    from staging.activities_parsed as parsed
    anti join refused using (file_number, line_number, item_number)
    window
        of_the_year as (partition by indicator_code, zone_code, year(activity_date)),
        others as (
            partition by indicator_code, zone_code, year(activity_date)
            rows between unbounded preceding and unbounded following
            exclude current row
        )
)

select
    added_up.file_number,
    added_up.line_number,
    added_up.item_number,
    'quantity' as column_name,
    case
        when added_up.quantity >= coalesce(indicators.minimum_count::integer, $minimum_count)
            then added_up.quantity_text
    end as value
from added_up
inner join indicators using (indicator_code)
where
    indicators.aggregation = 'sum'
    and added_up.other_count >= 4
    and added_up.quantity = added_up.quantity_of_others
    and added_up.quantity > added_up.largest_other
    and strftime(added_up.activity_date, '%m-%d') in ('01-01', '12-31')
