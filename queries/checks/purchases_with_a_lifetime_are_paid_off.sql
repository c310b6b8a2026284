-- Purchases with a price and a lifetime of which a month is missing.
select
    joint_purchases.investment_id,
    joint_purchases.lifetime_months,
    count(distinct cost_shares.month) as month_count
from joint_purchases
left join cost_shares using (investment_id)
where joint_purchases.price_eur > 0 and joint_purchases.lifetime_months is not null
group by joint_purchases.investment_id, joint_purchases.lifetime_months
having count(distinct cost_shares.month) <> joint_purchases.lifetime_months
