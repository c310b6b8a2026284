-- One row per municipality, month and phase of the chosen periods: whose units came.
-- Parameters: $zone_code, $municipality_nis, $priority, $origin, $borders, $before_from, $before_until,
-- $after_from, $after_until, $left_out_months.
-- $borders is 'merged' (the municipalities of today) or 'recorded' (as each call was recorded).
with

compared as (
    select
        *,
        case $borders when 'recorded' then recorded_municipality_nis else municipality_nis end as bordered_nis
    from compared_calls(
        $zone_code, $municipality_nis, $priority, $origin, 'response',
        $before_from, $before_until, $after_from, $after_until, $left_out_months
    )
)

select
    bordered_nis as municipality_nis,
    received_month as month,
    phase,
    unnest(assistance_summary(
        own_unit_count, partner_unit_count, unknown_unit_count, unit_count, first_unit_assistance
    ))
from compared
group by bordered_nis, received_month, phase
order by bordered_nis nulls last, received_month, phase desc
