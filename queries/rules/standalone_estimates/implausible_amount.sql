-- One row per estimate line whose amount is larger than can be.
-- Parameters: $largest_amount_eur.
select
    file_number,
    line_number,
    item_number,
    'estimate_eur' as column_name,
    estimate_text as value
from staging.standalone_estimates_parsed
where abs(estimate_eur) > $largest_amount_eur
