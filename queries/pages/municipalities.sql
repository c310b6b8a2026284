-- One row per municipality of today that is in the exports or belongs to a zone, and whether it has merged.
select nis_code, name_nl, name_fr, zone_code, merged_into_nis, valid_from, valid_until
from municipalities
order by zone_code, nis_code
