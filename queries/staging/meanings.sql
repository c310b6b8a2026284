-- One row per kind of code and spelling that the exports use for one: the code that it means.
with

-- A code is a name of itself. `code_today` is where a municipality lies on today's borders.
names as (
    select 'zone' as kind, zone_code as code, zone_code as code_today,
        unnest([zone_code, name_nl, name_fr, name_en]) as name
    from zones
    union all
    select 'municipality' as kind, nis_code as code, coalesce(merged_into_nis, nis_code) as code_today,
        unnest([nis_code, name_nl, name_fr]) as name
    from municipalities
    union all
    select 'domain' as kind, domain_code as code, domain_code as code_today,
        unnest([domain_code, name_nl, name_fr, name_en]) as name
    from fields
    union all
    select 'indicator' as kind, indicator_code as code, indicator_code as code_today,
        unnest([indicator_code, name_nl, name_fr, name_en]) as name
    from indicators
    union all
    select column_name as kind, code, code as code_today, code as name
    from codes
    union all
    select column_name as kind, code, code as code_today, word as name
    from words
),

-- A name that two municipalities bear, one of them merged into the other, means the same place on today's borders;
-- a name of two things means neither, and the line says so.
known as (
    select
        kind,
        word_key(name) as key,
        case
            when min(code) = max(code) then min(code)
            when min(code_today) = max(code_today) then min(code_today)
        end as code
    from names
    group by 1, 2
)

-- A spelling may come from more data sets than one.
select distinct spellings.kind, spellings.spelling, known.code
from staging.spellings as spellings
inner join known
    on spellings.kind = known.kind
    and known.key = word_key(spellings.spelling)
where known.code is not null
