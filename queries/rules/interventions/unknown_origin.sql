-- One row per intervention line whose origin is none of the contract.
select
    file_number,
    line_number,
    item_number,
    'origin' as column_name,
    origin as value
from staging.interventions_parsed
where lower(origin) not in ('citizen_call', 'own_initiative', 'planned')
