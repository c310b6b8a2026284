-- One row per ledger line that repeats no other line to the letter; cells typed, nothing refused yet.
-- Parameters: $time_zone.
with

lines as (
    select costs.*, plain_number(costs.amount_eur, files.decimal_mark) as amount_plain
    from raw.costs as costs
    inner join files using (file_number)
    where not costs.is_repeat
)

select
    lines.layout,
    lines.file_number,
    lines.line_number,
    lines.item_number,
    lines.booking_date as booking_text,
    day_of(lines.booking_date, $time_zone) as booking_date,
    lines.zone_code as zone_text,
    zone_meanings.code as zone_code,
    lines.domain_code as domain_text,
    domain_meanings.code as domain_code,
    lines.service as service_text,
    service_meanings.code as service_code,
    lines.category as category_text,
    category_meanings.code as category_code,
    lines.description,
    lines.amount_eur as amount_text,
    try_cast(lines.amount_plain as decimal(18, 2)) as amount_eur,
    has_part_cents(lines.amount_plain) as has_part_cents,
    lines.joint_purchase_id
from lines
left join staging.meanings as zone_meanings
    on zone_meanings.kind = 'zone'
    and lines.zone_code = zone_meanings.spelling
left join staging.meanings as domain_meanings
    on domain_meanings.kind = 'domain'
    and lines.domain_code = domain_meanings.spelling
left join staging.meanings as service_meanings
    on service_meanings.kind = 'service'
    and lines.service = service_meanings.spelling
left join staging.meanings as category_meanings
    on category_meanings.kind = 'category'
    and lines.category = category_meanings.spelling
