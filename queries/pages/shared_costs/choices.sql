-- One row per thing that a reader can choose: a joint purchase, or a year of a price index.
select 'purchase' as kind, investment_id as code, name
from joint_purchases
union all
select index_name as kind, year as code, null as name
from price_index
order by kind, code
