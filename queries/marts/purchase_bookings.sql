-- One row per joint purchase and zone with ledger lines on it: invoices, credit notes, settlements and their sum.
with

lines as (
    select joint_purchase_id as investment_id, zone_code, amount_eur
    from staging.costs
    where joint_purchase_id is not null
),

-- What one zone pays another comes twice, once with each sign: it is neither an invoice nor a credit note.
settled as (
    select distinct lines.investment_id, lines.zone_code, lines.amount_eur
    from lines
    inner join lines as opposite
        on lines.investment_id = opposite.investment_id
        and lines.zone_code <> opposite.zone_code
        and lines.amount_eur = -opposite.amount_eur
)

select
    lines.investment_id,
    lines.zone_code,
    sum(lines.amount_eur) as booked_eur,
    coalesce(sum(lines.amount_eur) filter (where lines.amount_eur > 0 and not is_settled), 0) as invoiced_eur,
    coalesce(sum(lines.amount_eur) filter (where lines.amount_eur < 0 and not is_settled), 0) as credited_eur
from (
    select lines.*, settled.zone_code is not null as is_settled
    from lines
    left join settled using (investment_id, zone_code, amount_eur)
) as lines
group by lines.investment_id, lines.zone_code
