-- One row per thing that a reader can choose: a joint purchase that a key divides, or a year of a price index.
select 'purchase' as kind, investment_id as code, name
from joint_purchases
where investment_id in (select investment_id from cost_shares where zone_code is not null)
union all
select index_name as kind, year as code, null as name
from price_index
order by kind, code
