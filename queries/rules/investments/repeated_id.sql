-- One row per investment line whose id is taken by another line with other content.
select
    file_number,
    line_number,
    item_number,
    'investment_id' as column_name,
    id as value,
    kept_file_number as other_file_number,
    kept_line_number as other_line_number
from staging.repeats
where data_set = 'investments' and not is_same_content and not is_replaced
