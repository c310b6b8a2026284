-- One row per accepted ledger line of a joint purchase that was not accepted or is in no export.
select
    file_number,
    line_number,
    item_number,
    'joint_purchase_id' as column_name,
    joint_purchase_id as value
from staging.costs
where
    -- Of an empty cell "not in" an empty list is true.
    joint_purchase_id is not null
    and joint_purchase_id not in (select investments.investment_id from staging.investments)
