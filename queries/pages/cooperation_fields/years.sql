-- One row per indicator, zone and year: what its lines add up to, of how many months one line tells, and over which
-- months they reach. A year is twelve months, counted from the day on which the zone joined; with 1 January it is a
-- calendar year. Lines that all lie on the first or all on the last day of years, half-years or quarters (two at least;
-- of half-years and quarters three in four) tell of those whole, not of their one month; any others of their month.
-- Parameters: $zone_code (zones that joined on one day), $before_until, $after_from (the months next to that day).
with

placed as (
    select
        *,
        case
            when month >= $after_from::date then date_diff('month', $after_from::date, month)
            when month < $before_until::date then date_diff('month', $before_until::date, month)
        end as months_after,
        case when month >= $after_from::date then $after_from::date else $before_until::date end as counted_from
    from activity_months
    where list_contains($zone_code, zone_code)
),

-- The number of a year, and of a month within it, runs on from before to after: -12 to -1 is the last year before.
months as (
    select
        *,
        floor(months_after / 12)::integer as year_number,
        (months_after - 12 * floor(months_after / 12))::integer as month_of_year,
        first_day = month and last_day = month as is_on_first_day,
        first_day = last_day(month) and last_day = last_day(month) as is_on_last_day
    from placed
    where months_after is not null
),

rhythms as (
    select
        months.indicator_code,
        months.zone_code,
        lengths.months_told,
        bool_and(month_of_year % lengths.months_told = 0 and is_on_first_day) as are_first_days,
        bool_and(
            month_of_year % lengths.months_told = lengths.months_told - 1 and (is_on_first_day or is_on_last_day)
        ) as are_last_days
    from months
    cross join (values (12), (6), (3)) as lengths (months_told)
    group by all
    having
        (are_first_days or are_last_days)
        and count(*) > 1
        and (
            lengths.months_told = 12
            or 4 * count(*) >= 3 * (1 + (max(months_after) - min(months_after)) // lengths.months_told)
        )
),

longest as (
    select indicator_code, zone_code, max(months_told) as months_told
    from rhythms
    group by all
),

told as (
    select
        months.*,
        coalesce(longest.months_told, 1) as months_told,
        month_of_year - month_of_year % coalesce(longest.months_told, 1) as first_told
    from months
    left join longest using (indicator_code, zone_code)
),

summed as (
    select
        domain_code,
        indicator_code,
        zone_code,
        months_told,
        case when year_number >= 0 then 'after' else 'before' end as phase,
        (counted_from + to_months(12 * year_number))::date as year_start,
        sum(quantity) as quantity,
        sum(line_count)::bigint as line_count,
        count(*) as month_count,
        min(counted_from + to_months(12 * year_number + first_told))::date as first_month,
        max(counted_from + to_months(12 * year_number + first_told + months_told - 1))::date as last_month
    from told
    group by all
)

select summed.*, zone_population.inhabitants
from summed
left join zone_population
    on summed.zone_code = zone_population.zone_code
    and zone_population.reference_date = date_trunc('year', summed.year_start)::date
order by all
