-- One row per indicator, zone and year: what its lines add up to, and the months in which the first and last one lies.
-- A year is twelve months, counted from the day on which the zone joined; with 1 January it is a calendar year.
-- Parameters: $zone_code (zones that joined on one day), $before_until, $after_from (the months next to that day).
with

placed as (
    select
        *,
        case
            when month >= $after_from::date then date_diff('month', $after_from::date, month) // 12
            when month < $before_until::date then (date_diff('month', month, $before_until::date) - 1) // 12 * -1 - 1
        end as year_number
    from activity_months
    where list_contains($zone_code, zone_code)
),

years as (
    select
        *,
        case
            when year_number >= 0 then $after_from::date + to_months((12 * year_number)::integer)
            else $before_until::date + to_months((12 * year_number)::integer)
        end::date as year_start
    from placed
    where year_number is not null
),

summed as (
    select
        domain_code,
        indicator_code,
        zone_code,
        case when year_number >= 0 then 'after' else 'before' end as phase,
        year_start,
        sum(quantity) as quantity,
        sum(line_count)::bigint as line_count,
        min(month) as first_month,
        max(month) as last_month
    from years
    group by all
)

select summed.*, zone_population.inhabitants
from summed
left join zone_population
    on summed.zone_code = zone_population.zone_code
    and zone_population.reference_date = date_trunc('year', summed.year_start)::date
order by all
