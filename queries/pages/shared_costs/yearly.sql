-- One row per year and counted zone, and one for these zones together (zone_code is NULL): what the year cost.
-- Parameters: $zone_code, $prices, $base_year, $first_month, $last_month.
with

zone_years as (
    select
        zones.zone_code,
        year,
        cooperation_phase(make_date(year, 1, 1), zones.joined_on) as phase,
        make_date(year, 1, 1) >= $first_month and make_date(year, 12, 1) <= $last_month as is_whole_year
    from zones
    cross join unnest(range(year($first_month), year($last_month) + 1)) as years(year)
    where zones.zone_code in $zone_code
),

-- Converted before it is added up, in the grain of every other table, so that parts add up to totals to the cent.
costs as (
    select
        summed.*,
        in_prices(nominal_eur, $prices, base_units, year_units) as amount_eur
    from (
        select zone_code, year(month) as year, domain_code, category, sum(amount_eur) as nominal_eur
        from cost_months
        where month >= $first_month and month <= $last_month
        group by all
    ) as summed
    left join price_levels($prices, $base_year) as levels using (year)
),

priced_costs as (
    select
        zone_code,
        year,
        sum(nominal_eur) as nominal_eur,
        whole_sum(amount_eur) as cost_eur,
        coalesce(sum(amount_eur) filter (where category = 'joint_purchase'), 0) as joint_purchase_eur
    from costs
    group by zone_code, year
),

ledgers as (
    select
        zone_code,
        year(month) as year,
        coalesce(sum(amount_eur) filter (where treatment = 'purchase_payment'), 0) as purchase_payment_eur,
        coalesce(sum(amount_eur) filter (where treatment = 'other_investment'), 0) as other_investment_eur,
        coalesce(sum(amount_eur) filter (where treatment = 'service_unknown'), 0) as service_unknown_eur
    from ledger_months
    group by all
),

calls as (
    -- A year with a month without calls is a year that is not exported whole.
    select
        zone_code,
        year(received_month) as year,
        case when count(distinct received_month) = 12 then count(*) end as intervention_count
    from response_times
    group by all
),

known as (
    select
        zone_years.*,
        -- A zone without a ledger line in a year did not cost nothing: nobody knows what it cost.
        case when ledgers.zone_code is not null then coalesce(priced_costs.nominal_eur, 0) end as nominal_eur,
        case
            when ledgers.zone_code is null then null
            when priced_costs.zone_code is null then 0
            else priced_costs.cost_eur
        end as cost_eur,
        coalesce(priced_costs.joint_purchase_eur, 0) as joint_purchase_eur,
        ledgers.purchase_payment_eur,
        ledgers.other_investment_eur,
        ledgers.service_unknown_eur,
        zone_population.inhabitants,
        calls.intervention_count
    from zone_years
    left join priced_costs using (zone_code, year)
    left join ledgers using (zone_code, year)
    left join calls using (zone_code, year)
    left join zone_population
        on zone_years.zone_code = zone_population.zone_code
        and zone_population.reference_date = make_date(zone_years.year, 1, 1)
),

added_up as (
    select
        year,
        zone_code,
        case when count(distinct phase) = 1 then min(phase) end as phase,
        bool_and(is_whole_year) as is_whole_year,
        whole_sum(nominal_eur) as nominal_eur,
        whole_sum(cost_eur) as cost_eur,
        whole_sum(joint_purchase_eur) as joint_purchase_eur,
        whole_sum(purchase_payment_eur) as purchase_payment_eur,
        whole_sum(other_investment_eur) as other_investment_eur,
        whole_sum(service_unknown_eur) as service_unknown_eur,
        whole_sum(inhabitants)::bigint as inhabitants,
        whole_sum(intervention_count)::bigint as intervention_count
    from known
    group by grouping sets ((year, zone_code), (year))
)

select
    year,
    zone_code,
    phase,
    is_whole_year,
    nominal_eur,
    cost_eur,
    cost_eur - joint_purchase_eur as running_cost_eur,
    joint_purchase_eur,
    purchase_payment_eur,
    other_investment_eur,
    service_unknown_eur,
    inhabitants,
    intervention_count,
    case
        when is_whole_year then euros(nearest_whole(cents(cost_eur), nullif(inhabitants, 0)))
    end as cost_per_inhabitant_eur,
    case
        when is_whole_year then euros(nearest_whole(cents(cost_eur), nullif(intervention_count, 0)))
    end as cost_per_intervention_eur
from added_up
order by year, zone_code asc nulls last
