-- One row per category and phase: what the whole period cost, for the counted zones together.
-- Parameters: $zone_code, $prices, $base_year, $before_from, $before_until, $after_from, $after_until.
select
    category,
    phase,
    sum(nominal_eur) as nominal_eur,
    whole_sum(amount_eur) as cost_eur
from compared_costs(
    $zone_code, $prices, $base_year, $before_from, $before_until, $after_from, $after_until
)
group by category, phase
order by category asc nulls last, phase desc
