-- One row per investment line that repeats no other line to the letter; cells typed, nothing refused yet.
-- Parameters: $time_zone.
with

lines as (
    select
        investments.*,
        plain_number(investments.price_eur, files.decimal_mark) as price_plain,
        plain_number(investments.lifetime_years, files.decimal_mark) as lifetime_plain
    from raw.investments as investments
    inner join files using (file_number)
    where not investments.is_repeat
)

select
    lines.layout,
    lines.file_number,
    lines.line_number,
    lines.item_number,
    lines.latest_file_wins,
    lines.filled_cell_count,
    lines.investment_id,
    lines.name,
    lines.domain_code as domain_text,
    domain_meanings.code as domain_code,
    lines.purchase_date as purchase_text,
    day_of(lines.purchase_date, $time_zone) as purchase_date,
    lines.price_eur as price_text,
    try_cast(lines.price_plain as decimal(18, 2)) as price_eur,
    has_part_cents(lines.price_plain) as has_part_cents,
    lines.lifetime_years as lifetime_text,
    try_cast(lines.lifetime_plain as decimal(18, 6)) as lifetime_years,
    lines.key_id
from lines
left join staging.meanings as domain_meanings
    on domain_meanings.kind = 'domain'
    and lines.domain_code = domain_meanings.spelling
