-- One row per line of a distribution key that repeats no other line to the letter; cells typed, nothing refused yet.
-- Parameters: $time_zone.
select
    distribution_keys.layout,
    distribution_keys.file_number,
    distribution_keys.line_number,
    distribution_keys.item_number,
    distribution_keys.latest_file_wins,
    distribution_keys.filled_cell_count,
    distribution_keys.key_id,
    distribution_keys.zone_code as zone_text,
    zone_meanings.code as zone_code,
    distribution_keys.share as share_text,
    part_of_whole(distribution_keys.share, files.decimal_mark) as share,
    distribution_keys.valid_from as valid_from_text,
    day_of(distribution_keys.valid_from, $time_zone) as valid_from
from raw.distribution_keys as distribution_keys
inner join files using (file_number)
left join staging.meanings as zone_meanings
    on zone_meanings.kind = 'zone'
    and distribution_keys.zone_code = zone_meanings.spelling
where not distribution_keys.is_repeat
