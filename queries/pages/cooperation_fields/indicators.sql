-- One row per indicator, with how it is counted and what it is called.
select
    indicator_code,
    domain_code,
    unit,
    direction,
    aggregation,
    denominator,
    minimum_count::integer as minimum_count,
    name_nl,
    name_fr,
    name_en,
    definition_nl,
    definition_fr,
    definition_en,
    source
from indicators
order by rowid
