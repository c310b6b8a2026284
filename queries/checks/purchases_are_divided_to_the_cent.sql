-- Purchases of which the months and zones do not add up to the price.
select joint_purchases.investment_id, joint_purchases.price_eur, sum(cost_shares.amount_eur) as divided_eur
from joint_purchases
inner join cost_shares using (investment_id)
group by joint_purchases.investment_id, joint_purchases.price_eur
having sum(cost_shares.amount_eur) <> joint_purchases.price_eur
