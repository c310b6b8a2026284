-- One row per zone and year: what it owes for the joint purchases, by name and in total.
select
    zone_code,
    year(cost_shares.month) as year,
    joint_purchases.name,
    sum(owed_eur) as owed_eur
from cost_shares
inner join joint_purchases using (investment_id)
group by rollup (zone_code, year, joint_purchases.name)
order by zone_code nulls last, year nulls last, joint_purchases.name nulls last
