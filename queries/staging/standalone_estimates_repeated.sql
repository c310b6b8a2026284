-- One row per estimate line whose id is taken by a more complete line, or by a line of a later file.
-- The kept line is chosen by content, never by place, and of two estimates the better founded; only where a profile
-- says that the latest file wins, the file decides first.
with

candidates as (
    select parsed.*
    from staging.standalone_estimates_parsed as parsed
    anti join (
        select file_number, line_number, item_number
        from staging.findings
        where data_set = 'standalone_estimates' and action = 'reject'
    ) as rejected using (file_number, line_number, item_number)
),

ranked as (
    select
        *,
        row_number() over (
            partition by investment_id, zone_code
            order by
                case when latest_file_wins then file_number else 0 end desc,
                filled_cell_count desc, basis_code = 'quote' desc, basis_code = 'earlier_purchase' desc,
                estimate_eur, basis_text,
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
    and (repeated.estimate_eur, repeated.basis_code)
    is not distinct from
    (kept.estimate_eur, kept.basis_code) as is_same_content
from ranked as repeated
inner join ranked as kept
    on repeated.investment_id = kept.investment_id
    and repeated.zone_code = kept.zone_code
    and kept.place = 1
where repeated.place > 1
