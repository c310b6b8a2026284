-- One row per activity line that repeats no other line to the letter; cells typed, nothing refused yet.
-- Parameters: $time_zone.
with

lines as (
    select activities.*, files.decimal_mark
    from raw.activities as activities
    inner join files using (file_number)
    where not activities.is_repeat
)

select
    lines.layout,
    lines.file_number,
    lines.line_number,
    lines.item_number,
    lines.activity_date as activity_date_text,
    day_of(lines.activity_date, $time_zone) as activity_date,
    lines.domain_code as domain_text,
    domain_meanings.code as named_domain_code,
    lines.indicator_code as indicator_text,
    indicator_meanings.code as indicator_code,
    indicators.domain_code,
    lines.zone_code as zone_text,
    zone_meanings.code as zone_code,
    lines.partner_zone_code as partner_zone_text,
    partner_zone_meanings.code as partner_zone_code,
    lines.quantity as quantity_text,
    try_cast(
        plain_number(
            -- 98 % of an indicator that is a percentage is 98; of hours or counts it is no quantity.
            case
                when indicators.unit = 'percent' then regexp_replace(lines.quantity, '\s*%$', '')
                else lines.quantity
            end,
            lines.decimal_mark
        ) as decimal(18, 6)
    ) as quantity
from lines
left join staging.meanings as domain_meanings
    on domain_meanings.kind = 'domain'
    and lines.domain_code = domain_meanings.spelling
left join staging.meanings as indicator_meanings
    on indicator_meanings.kind = 'indicator'
    and lines.indicator_code = indicator_meanings.spelling
left join indicators on indicator_meanings.code = indicators.indicator_code
left join staging.meanings as zone_meanings
    on zone_meanings.kind = 'zone'
    and lines.zone_code = zone_meanings.spelling
left join staging.meanings as partner_zone_meanings
    on partner_zone_meanings.kind = 'zone'
    and lines.partner_zone_code = partner_zone_meanings.spelling
