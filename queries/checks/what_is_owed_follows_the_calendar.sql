-- Months of purchases after which the zones owe something else than the price for the months that are past.
with

owed as (
    select investment_id, month, sum(owed_eur) as owed_eur, row_number() over (
        partition by investment_id order by month
    ) as month_number
    from cost_shares
    group by investment_id, month
)

select owed.investment_id, owed.month, owed.owed_eur
from owed
inner join joint_purchases using (investment_id)
where
    cents(owed.owed_eur)
    <> nearest_whole(cents(joint_purchases.price_eur) * owed.month_number, joint_purchases.lifetime_months)
