-- One row per activity line that may be the total of a quarter, half-year or year beside the lines that it adds up, so
-- that they would count twice: on its first or last day, more than twice as large as is usual in its year, and within a
-- twentieth of what the usual lines of its time add up to. Its month must have a line of its own, or the large last
-- month of a quarter would look like one; of a year it is enough that three others lie at another end of their months.
-- A count too small to be shown is not told.
-- Parameters: $minimum_count.
with

refused as (
    select file_number, line_number, item_number
    from staging.findings
    where data_set = 'activities' and action = 'reject'
    union
    select file_number, line_number, item_number from staging.repeats where data_set = 'activities'
),

lines as (
    select
        parsed.file_number,
        parsed.line_number,
        parsed.item_number,
        parsed.indicator_code,
        parsed.zone_code,
        parsed.activity_date,
        parsed.quantity,
        case
            when parsed.quantity >= coalesce(indicators.minimum_count::integer, $minimum_count)
                then parsed.quantity_text
        end as value,
        month(parsed.activity_date) - 1 as place,
        day(parsed.activity_date) = 1 as is_first_day,
        parsed.quantity <= 2 * median(parsed.quantity) over (
            partition by parsed.indicator_code, parsed.zone_code, year(parsed.activity_date)
        ) as is_usual
    from staging.activities_parsed as parsed
    inner join indicators using (indicator_code)
    anti join refused using (file_number, line_number, item_number)
    where indicators.aggregation = 'sum'
),

large as (
    select lines.*, lengths.months_told
    from lines
    cross join (values (3), (6), (12)) as lengths (months_told)
    where
        not lines.is_usual
        and (
            (lines.is_first_day and lines.place % lengths.months_told = 0)
            or (
                lines.activity_date = last_day(lines.activity_date)
                and lines.place % lengths.months_told = lengths.months_told - 1
            )
        )
),

totals as (
    select
        large.file_number,
        large.line_number,
        large.item_number,
        large.value,
        large.quantity,
        large.months_told
    from large
    inner join lines as usual
        on usual.is_usual
        and large.indicator_code = usual.indicator_code
        and large.zone_code = usual.zone_code
        and year(large.activity_date) = year(usual.activity_date)
        and large.place // large.months_told = usual.place // large.months_told
    group by all
    having
        abs(large.quantity - sum(usual.quantity)) <= 0.05 * sum(usual.quantity)
        and (
            bool_or(usual.place = large.place)
            or (
                large.months_told = 12
                and count(*) >= 3
                and not bool_or(usual.is_first_day = large.is_first_day)
            )
        )
)

select distinct
    file_number,
    line_number,
    item_number,
    'quantity' as column_name,
    value
from totals
