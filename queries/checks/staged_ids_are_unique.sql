-- Lines of a purchase, a key or an estimate with an id that stands more than once among the accepted ones.
select 'investments' as data_set, investment_id as id, count(*) as row_count
from staging.investments
group by investment_id
having count(*) > 1
union all
select 'distribution_keys' as data_set, key_id as id, count(*) as row_count
from staging.distribution_keys
group by key_id, zone_code, valid_from
having count(*) > 1
union all
select 'standalone_estimates' as data_set, investment_id as id, count(*) as row_count
from staging.standalone_estimates
group by investment_id, zone_code
having count(*) > 1
