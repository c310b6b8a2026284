-- One row per zone and day of reference: its inhabitants, where those of all its municipalities are known.
with

places as (
    select nis_code, coalesce(merged_into_nis, nis_code) as place_today, zone_code
    from municipalities
),

known as (
    select
        places.zone_code,
        places.place_today,
        population.reference_date::date as reference_date,
        -- A merged municipality counts once: by its own figure, else by those of all its former parts.
        coalesce(
            max(population.inhabitants::bigint) filter (where places.nis_code = places.place_today),
            case
                when count(*) = (
                    select count(*)
                    from places as parts
                    where parts.place_today = places.place_today and parts.nis_code <> parts.place_today
                ) then sum(population.inhabitants::bigint)
            end
        ) as inhabitants
    from population
    inner join places using (nis_code)
    group by places.zone_code, places.place_today, population.reference_date
)

select zone_code, reference_date, sum(inhabitants)::bigint as inhabitants
from known
group by zone_code, reference_date
having count(inhabitants) = (
    select count(distinct places.place_today) from places where places.zone_code = known.zone_code
)
