-- One row per joint purchase and zone that pays for it or has an estimate; zone_code is NULL for what no key divides.
-- Parameters: $reference_month.
with

purchases as (
    select
        *,
        date_trunc('month', purchase_date)::date as first_month,
        (first_month + to_months(lifetime_months - 1))::date as last_month,
        case
            when lifetime_months is null or price_eur <= 0 then 'incomplete'
            when first_month > $reference_month then 'future'
            when last_month < $reference_month then 'written_off'
            else 'running'
        end as state,
        -- The month whose key is shown: of now, else of the first or last month of the lifetime.
        least(greatest($reference_month, first_month), last_month) as shown_month
    from joint_purchases
),

lifetimes as (
    select
        cost_shares.investment_id,
        cost_shares.zone_code,
        sum(cost_shares.amount_eur) as price_share_eur,
        coalesce(sum(cost_shares.amount_eur) filter (where cost_shares.month <= $reference_month), 0) as paid_off_eur,
        any_value(cost_shares.share) filter (where cost_shares.month = purchases.shown_month) as share,
        any_value(cost_shares.share) filter (where cost_shares.month = purchases.first_month) as first_share
    from cost_shares
    inner join purchases using (investment_id)
    group by all
),

keys as (
    select
        cost_shares.investment_id,
        max(cost_shares.valid_from) filter (where cost_shares.month = purchases.shown_month) as valid_from,
        bool_and(cost_shares.valid_from is not null) as is_always_divided
    from cost_shares
    inner join purchases using (investment_id)
    group by all
),

-- The cost of a year by the key of now, and the price by the key of the day of purchase, each in whole cents.
exact as (
    select
        {investment_id: investment_id, of: 'year'} as item,
        zone_code,
        nearest_whole(cents(price_eur) * least(lifetime_months, 12), lifetime_months) as total_cents,
        total_cents * (share * 1_000_000_000_000)::hugeint as numerator,
        1_000_000_000_000::hugeint as denominator
    from lifetimes
    inner join purchases using (investment_id)
    union all by name
    select
        {investment_id: investment_id, of: 'price'} as item,
        zone_code,
        cents(price_eur) as total_cents,
        total_cents * (first_share * 1_000_000_000_000)::hugeint as numerator,
        1_000_000_000_000::hugeint as denominator
    from lifetimes
    inner join purchases using (investment_id)
),

parts as (
    select
        item.investment_id as investment_id,
        zone_code,
        any_value(euros(part_cents)) filter (where item.of = 'year') as yearly_share_eur,
        any_value(euros(part_cents)) filter (where item.of = 'price') as planned_share_eur
    from largest_remainder('exact')
    group by all
),

zones_of_purchases as (
    select investment_id, zone_code from lifetimes
    union
    select investment_id, zone_code from standalone_estimates
    union
    select investment_id, null as zone_code from purchases where state = 'incomplete'
),

booked as (
    select
        investment_id,
        sum(booked_eur) as booked_eur,
        sum(invoiced_eur) as invoiced_eur,
        sum(credited_eur) as credited_eur
    from purchase_bookings
    group by investment_id
),

measured as (
    select
        purchases.*,
        keys.valid_from,
        zones_of_purchases.zone_code,
        -- A zone that the key does not name pays nothing; what a zone pays without a key, nobody knows.
        case
            when keys.valid_from is not null then coalesce(lifetimes.share, 0)
            when zones_of_purchases.zone_code is null then lifetimes.share
        end as share,
        case
            when keys.valid_from is not null then coalesce(parts.yearly_share_eur, 0)
            when zones_of_purchases.zone_code is null then parts.yearly_share_eur
        end as yearly_share_eur,
        case
            when keys.is_always_divided then coalesce(lifetimes.price_share_eur, 0)
            when zones_of_purchases.zone_code is null then lifetimes.price_share_eur
        end as price_share_eur,
        case
            when keys.is_always_divided then coalesce(lifetimes.paid_off_eur, 0)
            when zones_of_purchases.zone_code is null then lifetimes.paid_off_eur
        end as paid_off_eur,
        case when keys.is_always_divided then coalesce(parts.planned_share_eur, 0) end as planned_share_eur,
        standalone_estimates.estimate_eur,
        standalone_estimates.basis,
        booked.booked_eur,
        booked.invoiced_eur,
        booked.credited_eur,
        own_bookings.booked_eur as booked_by_zone_eur,
        -- Months of the lifetime that are past, the one of now included.
        least(
            greatest(datediff('month', purchases.first_month, $reference_month) + 1, 0), purchases.lifetime_months
        ) as past_month_count,
        -- Invoices below the price may be instalments: then what it really cost is not known yet.
        case
            when booked.invoiced_eur >= purchases.price_eur and booked.booked_eur >= 0 then booked.booked_eur
        end as true_price_eur
    from zones_of_purchases
    inner join purchases using (investment_id)
    left join keys using (investment_id)
    left join lifetimes
        on zones_of_purchases.investment_id = lifetimes.investment_id
        and zones_of_purchases.zone_code is not distinct from lifetimes.zone_code
    left join parts
        on zones_of_purchases.investment_id = parts.investment_id
        and zones_of_purchases.zone_code is not distinct from parts.zone_code
    left join standalone_estimates
        on zones_of_purchases.investment_id = standalone_estimates.investment_id
        and zones_of_purchases.zone_code = standalone_estimates.zone_code
    left join booked using (investment_id)
    left join purchase_bookings as own_bookings
        on zones_of_purchases.investment_id = own_bookings.investment_id
        and zones_of_purchases.zone_code = own_bookings.zone_code
)

select
    investment_id,
    name,
    domain_code,
    zone_code,
    state,
    purchase_date,
    last_month,
    price_eur,
    lifetime_months,
    key_id,
    valid_from,
    share,
    euros(nearest_whole(cents(price_eur) * least(lifetime_months, 12), lifetime_months)) as yearly_cost_eur,
    yearly_share_eur,
    price_share_eur,
    paid_off_eur,
    estimate_eur,
    basis,
    euros(
        nearest_whole(cents(estimate_eur) * least(lifetime_months, 12), lifetime_months)
    ) as yearly_estimate_eur,
    estimate_eur - planned_share_eur as planned_saving_eur,
    booked_eur,
    invoiced_eur,
    credited_eur,
    booked_by_zone_eur,
    past_month_count,
    -- What alone would have cost for the months that are past, less what these months really cost this zone.
    case
        when past_month_count > 0 then
            euros(nearest_whole(cents(estimate_eur) * past_month_count, lifetime_months))
            - euros(nearest_whole(cents(paid_off_eur) * cents(true_price_eur), cents(price_eur)))
    end as realised_saving_eur,
    -- The first month by whose end alone would have cost as much as the zone's whole share of the price.
    case
        when estimate_eur > 0 and price_share_eur <= estimate_eur
            then year(
                first_month + to_months(
                    greatest(
                        (cents(price_share_eur) * lifetime_months + cents(estimate_eur) - 1) // cents(estimate_eur), 1
                    )::integer - 1
                )
            )
    end as pays_back_in,
    price_share_eur > estimate_eur as never_pays_back
from measured
order by state = 'written_off', purchase_date, investment_id, zone_code asc nulls last
