-- Who is counted, defined once for every figure of every page. An empty list means: no choice, so everyone.

-- Whether a call was in one of the chosen zones and municipalities; no, where its municipality is not known.
-- A municipality is found by its code now or by the code that it had then, so that old borders can be asked for.
create or replace macro is_in_place(call_zone_code, call_nis, call_recorded_nis, zone_codes, nis_codes) as
    (len(zone_codes) = 0 or call_zone_code in zone_codes)
    and (
        len(nis_codes) = 0
        or coalesce(call_nis in nis_codes, false)
        or coalesce(call_recorded_nis in nis_codes, false)
    );

-- One row per intervention of a choice of zones, municipalities, priorities and origins, with one measure.
create or replace macro selected_calls(
    zone_codes, municipality_nis, priority_codes, origin_codes, measure_name
) as table
    select
        response_times.*,
        case measure_name
            when 'response' then response_seconds
            when 'call_handling' then call_handling_seconds
            when 'turnout' then turnout_seconds
            when 'travel' then travel_seconds
            when 'on_scene' then on_scene_seconds
        end as measured_seconds,
        norms.norm_seconds
    from response_times
    left join norms
        on response_times.priority = norms.priority
        and norms.measure = measure_name
    where
        is_in_place(
            zone_code, response_times.municipality_nis, recorded_municipality_nis, zone_codes, municipality_nis
        )
        and (len(priority_codes) = 0 or response_times.priority in priority_codes)
        and (len(origin_codes) = 0 or origin in origin_codes);

-- Whether a day lies in one of the two periods that are compared; `left_out` holds first days of months.
create or replace macro is_compared(
    on_day, in_month, in_phase, before_from, before_until, after_from, after_until, left_out
) as
    (
        (in_phase = 'before' and on_day >= before_from and on_day < before_until)
        or (in_phase = 'after' and on_day >= after_from and on_day < after_until)
    )
    and not list_contains(left_out, in_month);

-- The selected calls that lie in one of the two periods: the population of every before/after figure.
create or replace macro compared_calls(
    zone_codes, municipality_nis, priority_codes, origin_codes, measure_name,
    before_from, before_until, after_from, after_until, left_out
) as table
    select *
    from selected_calls(zone_codes, municipality_nis, priority_codes, origin_codes, measure_name)
    where is_compared(
        received_date, received_month, phase, before_from, before_until, after_from, after_until, left_out
    );

-- The figures that stand beside each other for every group of calls, as one struct; quantiles are type 7.
create or replace macro time_summary(measured_seconds, norm_seconds, arrival_is_missing) as {
    intervention_count: count(*),
    measured_count: count(measured_seconds),
    missing_arrival_share: share(count(*) filter (arrival_is_missing), count(*)),
    median_seconds: quantile_cont(measured_seconds, 0.5),
    p90_seconds: quantile_cont(measured_seconds, 0.9),
    mean_seconds: avg(measured_seconds),
    share_within_norm: share(
        count(*) filter (measured_seconds <= norm_seconds),
        count(*) filter (measured_seconds is not null and norm_seconds is not null)
    )
};

-- Work that is urgent, work that was planned, and the rest: the protocol names urgent and planned assistance.
create or replace macro urgency(origin, is_urgent) as
    case when origin = 'planned' then 'planned' when is_urgent then 'urgent' else 'other' end;

-- Whether a unit of one kind was sent; unknown where none is known and there is no unit, or one of an unknown zone.
create or replace macro was_sent(kind_count, unknown_count, unit_count) as
    case when kind_count > 0 then true when unit_count > 0 and unknown_count = 0 then false end;

-- Whose units came, as one struct for every group of calls; each share is of the calls of which that is known.
create or replace macro assistance_summary(own_count, partner_count, unknown_count, unit_count, first_assistance) as {
    intervention_count: count(*),
    partner_known_count: count(was_sent(partner_count, unknown_count, unit_count)),
    partner_sent_count: count(*) filter (was_sent(partner_count, unknown_count, unit_count)),
    partner_sent_share: avg(was_sent(partner_count, unknown_count, unit_count)::integer),
    first_known_count: count(first_assistance),
    partner_first_count: count(*) filter (first_assistance = 'partner'),
    partner_first_share: avg((first_assistance = 'partner')::integer),
    own_known_count: count(was_sent(own_count, unknown_count, unit_count)),
    own_sent_count: count(*) filter (was_sent(own_count, unknown_count, unit_count)),
    own_sent_share: avg(was_sent(own_count, unknown_count, unit_count)::integer)
};

-- One row per calendar year: its price index and that of the base year, in whole units.
create or replace macro price_levels(prices, base_year) as table
    with

    levels as (
        select year::integer as year, index_units(value) as units
        from price_index
        where index_name = prices
    )

    select levels.year, levels.units as year_units, base.units as base_units
    from levels
    left join levels as base on base.year = try_cast(base_year as integer);

-- One row per zone, phase, stretch of twelve months, calendar year, field and category of the periods that are
-- compared: the yearly cost as it was paid and in the chosen prices. Stretches are counted from 1 in each phase.
create or replace macro compared_costs(
    zone_codes, prices, base_year, before_from, before_until, after_from, after_until
) as table
    with

    phased as (
        select
            *,
            case
                when month >= before_from and month < before_until then 'before'
                when month >= after_from and month < after_until then 'after'
            end as phase,
            datediff('month', case phase when 'before' then before_from else after_from end, month) // 12 + 1 as stretch
        from cost_months
        where zone_code in zone_codes
    ),

    summed as (
        select zone_code, phase, stretch, year(month) as year, domain_code, category, sum(amount_eur) as nominal_eur
        from phased
        where phase is not null
        group by all
    )

    select summed.*, in_prices(nominal_eur, prices, base_units, year_units) as amount_eur
    from summed
    left join price_levels(prices, base_year) as levels using (year);
