-- One row per month with calls, over all years in the exports, for all calls of the choice (is_total) and for each
-- municipality: whose units came.
-- Parameters: $zone_code, $municipality_nis, $priority, $origin, $borders, $before_from, $before_until,
-- $after_from, $after_until, $left_out_months.
-- $borders is 'merged' (the municipalities of today) or 'recorded' (as each call was recorded).
with

selected as (
    select
        *,
        case $borders when 'recorded' then recorded_municipality_nis else municipality_nis end as bordered_nis
    from selected_calls($zone_code, $municipality_nis, $priority, $origin, 'response')
)

select
    received_month as month,
    grouping(bordered_nis) = 1 as is_total,
    bordered_nis as municipality_nis,
    -- In a month in which only some zones had joined, the month counts as the phase of its first call.
    min_by(phase, received_date) as phase,
    bool_or(is_compared(
        received_date, received_month, phase,
        $before_from, $before_until, $after_from, $after_until, $left_out_months
    )) as in_comparison,
    unnest(assistance_summary(
        own_unit_count, partner_unit_count, unknown_unit_count, unit_count, first_unit_assistance
    ))
from selected
group by grouping sets ((received_month), (received_month, bordered_nis))
order by is_total desc, bordered_nis nulls last, received_month
