-- One row per line of a distribution key whose shares, from one date on, do not add up to 1.
with

shares as (
    select parsed.*
    from staging.distribution_keys_parsed as parsed
    anti join (
        select file_number, line_number, item_number
        from staging.findings
        where data_set = 'distribution_keys' and action = 'reject'
        union
        select file_number, line_number, item_number from staging.repeats where data_set = 'distribution_keys'
    ) as left_out using (file_number, line_number, item_number)
),

added as (
    select *, sum(share) over (partition by key_id, valid_from) as whole
    from shares
)

select
    file_number,
    line_number,
    item_number,
    'share' as column_name,
    share_text as value
from added
where whole <> 1
