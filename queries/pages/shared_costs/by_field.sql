-- One row per field and phase: what the whole period cost, for the counted zones together.
-- Parameters: $zone_code, $prices, $base_year, $before_from, $before_until, $after_from, $after_until.
select
    domain_code,
    phase,
    sum(nominal_eur) as nominal_eur,
    whole_sum(amount_eur) as cost_eur
from compared_costs(
    $zone_code, $prices, $base_year, $before_from, $before_until, $after_from, $after_until
)
group by domain_code, phase
order by domain_code asc nulls last, phase desc
