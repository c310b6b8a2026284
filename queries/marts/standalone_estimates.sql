-- One row per joint purchase and zone: what the zone would have paid alone, and on which basis that is known.
select investment_id, zone_code, estimate_eur, basis
from staging.standalone_estimates
