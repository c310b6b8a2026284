-- One row per deployment line that says the same as another line, in whatever layout: one unit was sent once.
with

candidates as (
    select parsed.*
    from staging.deployments_parsed as parsed
    anti join (
        select file_number, line_number, item_number
        from staging.findings
        where data_set = 'deployments' and action = 'reject'
    ) as rejected using (file_number, line_number, item_number)
),

hashed as (
    select
        file_number,
        line_number,
        item_number,
        hash(intervention_id, unit_id, unit_zone_code, coalesce(assistance_code, assistance_text),
            dispatched_moment, departed_moment, arrived_moment, cleared_moment) as content_hash
    from candidates
),

suspects as (
    select content_hash
    from hashed
    group by content_hash
    having count(*) > 1
),

-- The hash only narrows the search; the content decides.
ranked as (
    select
        parsed.file_number,
        parsed.line_number,
        parsed.item_number,
        row_number() over (
            partition by parsed.intervention_id, parsed.unit_id, parsed.unit_zone_code,
                coalesce(parsed.assistance_code, parsed.assistance_text),
                parsed.dispatched_moment, parsed.departed_moment, parsed.arrived_moment, parsed.cleared_moment
            order by parsed.file_number, parsed.line_number, parsed.item_number
        ) as place
    from candidates as parsed
    inner join hashed using (file_number, line_number, item_number)
    inner join suspects using (content_hash)
)

select file_number, line_number, item_number, true as is_same_content
from ranked
where place > 1
