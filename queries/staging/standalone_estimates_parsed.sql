-- One row per estimate line that repeats no other line to the letter; cells typed, nothing refused yet.
with

lines as (
    select standalone_estimates.*, plain_number(standalone_estimates.estimate_eur, files.decimal_mark) as estimate_plain
    from raw.standalone_estimates as standalone_estimates
    inner join files using (file_number)
    where not standalone_estimates.is_repeat
)

select
    lines.layout,
    lines.file_number,
    lines.line_number,
    lines.item_number,
    lines.latest_file_wins,
    lines.filled_cell_count,
    lines.investment_id,
    lines.zone_code as zone_text,
    zone_meanings.code as zone_code,
    lines.estimate_eur as estimate_text,
    try_cast(lines.estimate_plain as decimal(18, 2)) as estimate_eur,
    has_part_cents(lines.estimate_plain) as has_part_cents,
    lines.basis as basis_text,
    basis_meanings.code as basis_code
from lines
left join staging.meanings as zone_meanings
    on zone_meanings.kind = 'zone'
    and lines.zone_code = zone_meanings.spelling
left join staging.meanings as basis_meanings
    on basis_meanings.kind = 'basis'
    and lines.basis = basis_meanings.spelling
