-- One row per counted zone, phase and stretch of twelve months of the periods: what these months cost.
-- Parameters: $zone_code, $prices, $base_year, $before_from, $before_until, $after_from, $after_until, $first_month,
-- $last_month.
with

months as (
    select 'before' as phase, unnest(generate_series($before_from, $before_until - 1, interval 1 month))::date as month
    union all
    select 'after' as phase, unnest(generate_series($after_from, $after_until - 1, interval 1 month))::date as month
),

stretches as (
    select
        zones.zone_code,
        phase,
        datediff('month', case phase when 'before' then $before_from else $after_from end, month) // 12 + 1 as stretch,
        min(month) as first_month,
        max(month) as last_month
    from months
    cross join zones
    where zones.zone_code in $zone_code
    group by all
),

costs as (
    select
        zone_code,
        phase,
        stretch,
        sum(nominal_eur) as nominal_eur,
        whole_sum(amount_eur) as cost_eur
    from compared_costs(
        $zone_code, $prices, $base_year, $before_from, $before_until, $after_from, $after_until
    )
    group by all
)

select
    stretches.zone_code,
    stretches.phase,
    stretches.stretch,
    stretches.first_month,
    datediff('month', stretches.first_month, stretches.last_month) + 1 as month_count,
    -- Months that no ledger reaches, or a zone without a line in them, did not cost nothing: they are unknown.
    stretches.first_month >= $first_month and stretches.last_month <= $last_month and (
        select count(*) > 0
        from ledger_months
        where
            ledger_months.zone_code = stretches.zone_code
            and ledger_months.month between stretches.first_month and stretches.last_month
    ) as has_ledger,
    coalesce(costs.nominal_eur, 0) as nominal_eur,
    case when costs.zone_code is null then 0 else costs.cost_eur end as cost_eur,
    zone_population.inhabitants,
    (
        select case when count(distinct received_month) = month_count then count(*) end
        from response_times
        where
            response_times.zone_code = stretches.zone_code
            and response_times.received_month between stretches.first_month and stretches.last_month
    ) as intervention_count
from stretches
left join costs using (zone_code, phase, stretch)
left join zone_population
    on stretches.zone_code = zone_population.zone_code
    and zone_population.reference_date = date_trunc('year', stretches.first_month)::date
order by stretches.phase desc, stretches.stretch, stretches.zone_code
