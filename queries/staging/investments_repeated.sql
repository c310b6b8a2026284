-- One row per investment line whose id is taken by a more complete line, or by a line of a later file.
-- The kept line is chosen by content, never by place; only where a profile says that the latest file wins, the
-- file decides first.
with

candidates as (
    select parsed.*
    from staging.investments_parsed as parsed
    anti join (
        select file_number, line_number, item_number
        from staging.findings
        where data_set = 'investments' and action = 'reject'
    ) as rejected using (file_number, line_number, item_number)
),

ranked as (
    select
        *,
        row_number() over (
            partition by investment_id
            order by
                case when latest_file_wins then file_number else 0 end desc,
                filled_cell_count desc, purchase_date, price_eur, lifetime_text, key_id, domain_text, name,
                file_number, line_number, item_number
        ) as place
    from candidates
)

select
    repeated.file_number,
    repeated.line_number,
    repeated.item_number,
    repeated.investment_id as id,
    kept.file_number as kept_file_number,
    kept.line_number as kept_line_number,
    kept.latest_file_wins and kept.file_number > repeated.file_number as is_replaced,
    -- The same line written in another layout says nothing new; within one layout some other column differs.
    repeated.layout <> kept.layout
    and (repeated.name, repeated.domain_code, repeated.purchase_date, repeated.price_eur,
        repeated.lifetime_years, repeated.key_id)
    is not distinct from
    (kept.name, kept.domain_code, kept.purchase_date, kept.price_eur,
        kept.lifetime_years, kept.key_id) as is_same_content
from ranked as repeated
inner join ranked as kept
    on repeated.investment_id = kept.investment_id
    and kept.place = 1
where repeated.place > 1
