-- One row per key, date from which it is valid and zone: the share of the zone.
select key_id, valid_from, zone_code, share
from staging.distribution_keys
