-- One row per origin, month, phase and whether compared: its share of all interventions of the place.
-- Parameters: $zone_code, $municipality_nis, $before_from, $before_until, $after_from, $after_until,
-- $left_out_months.
with

selected as (
    select
        *,
        is_compared(
            received_date, received_month, phase,
            $before_from, $before_until, $after_from, $after_until, $left_out_months
        ) as in_comparison
    from selected_calls($zone_code, $municipality_nis, [], [], 'response')
),

totals as (
    select received_month, phase, in_comparison, count(*) as all_count
    from selected
    group by all
),

counted as (
    select origin, received_month, phase, in_comparison, count(*) as intervention_count
    from selected
    group by all
),

present as (
    select distinct origin from selected
)

-- Months without a call of an origin are there with 0, or its share over several months would be too high.
select
    present.origin,
    totals.received_month as month,
    totals.phase,
    totals.in_comparison,
    coalesce(counted.intervention_count, 0) as intervention_count,
    totals.all_count,
    share(coalesce(counted.intervention_count, 0), totals.all_count) as share_of_all
from present
cross join totals
left join counted
    on present.origin is not distinct from counted.origin
    and totals.received_month = counted.received_month
    and totals.phase = counted.phase
    and totals.in_comparison = counted.in_comparison
order by present.origin nulls last, month, totals.phase desc, totals.in_comparison
