-- Months of purchases of which the shares of the zones do not add up to 1.
select investment_id, month, sum(share) as whole
from cost_shares
group by investment_id, month
having sum(share) <> 1
