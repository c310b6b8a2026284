-- One row per priority, month, phase and whether compared: its share of the calls of the chosen origins.
-- Parameters: $zone_code, $municipality_nis, $origin, $before_from, $before_until, $after_from, $after_until,
-- $left_out_months.
with

selected as (
    select
        *,
        is_compared(
            received_date, received_month, phase,
            $before_from, $before_until, $after_from, $after_until, $left_out_months
        ) as in_comparison
    from selected_calls($zone_code, $municipality_nis, [], $origin, 'response')
),

totals as (
    select received_month, phase, in_comparison, count(*) as all_count
    from selected
    group by all
),

counted as (
    select priority, received_month, phase, in_comparison, count(*) as intervention_count
    from selected
    group by all
),

present as (
    select distinct priority from selected
)

-- Months without a call of a priority are there with 0, or its share over several months would be too high.
select
    present.priority,
    totals.received_month as month,
    totals.phase,
    totals.in_comparison,
    coalesce(counted.intervention_count, 0) as intervention_count,
    totals.all_count,
    share(coalesce(counted.intervention_count, 0), totals.all_count) as share_of_all
from present
cross join totals
left join counted
    on present.priority is not distinct from counted.priority
    and totals.received_month = counted.received_month
    and totals.phase = counted.phase
    and totals.in_comparison = counted.in_comparison
order by present.priority nulls last, month, totals.phase desc, totals.in_comparison
