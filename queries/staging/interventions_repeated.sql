-- One row per intervention line whose id is taken by a more complete line, or by a line of a later file.
-- The kept line is chosen by content, never by place, so that shuffled or split files give the same figures; only
-- where a profile says that the latest file wins, the file decides first.
with

candidates as (
    select parsed.*
    from staging.interventions_parsed as parsed
    anti join (
        select file_number, line_number, item_number
        from staging.findings
        where data_set = 'interventions' and action = 'reject'
    ) as rejected using (file_number, line_number, item_number)
),

repeated_ids as (
    select intervention_id
    from candidates
    group by intervention_id
    having count(*) > 1
),

ranked as (
    select
        candidates.*,
        row_number() over (
            partition by intervention_id
            order by
                case when latest_file_wins then file_number else 0 end desc,
                filled_cell_count desc, has_time_of_day desc,
                received_moment, zone_text, municipality_text, priority, origin_text, nature, closed_text,
                file_number, line_number, item_number
        ) as place
    from candidates
    inner join repeated_ids using (intervention_id)
)

select
    repeated.file_number,
    repeated.line_number,
    repeated.item_number,
    repeated.intervention_id as id,
    kept.file_number as kept_file_number,
    kept.line_number as kept_line_number,
    kept.latest_file_wins and kept.file_number > repeated.file_number as is_replaced,
    -- The same line written in another layout says nothing new; within one layout some other column differs.
    repeated.layout <> kept.layout
    and (repeated.zone_code, repeated.nis_code, repeated.priority, repeated.nature,
        coalesce(repeated.origin_code, repeated.origin_text), repeated.received_moment, repeated.closed_moment)
    is not distinct from
    (kept.zone_code, kept.nis_code, kept.priority, kept.nature,
        coalesce(kept.origin_code, kept.origin_text), kept.received_moment, kept.closed_moment) as is_same_content
from ranked as repeated
inner join ranked as kept
    on repeated.intervention_id = kept.intervention_id
    and kept.place = 1
where repeated.place > 1
