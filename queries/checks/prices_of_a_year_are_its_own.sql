-- Amounts that would change in the prices of their own year.
select cost_months.month, cost_months.amount_eur, price_index.index_name
from cost_months
inner join price_index on year(cost_months.month) = price_index.year::integer
where
    in_prices(
        cost_months.amount_eur, price_index.index_name, index_units(price_index.value), index_units(price_index.value)
    ) <> cost_months.amount_eur
