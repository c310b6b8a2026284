-- One row per investment line that was bought after the last day that the calls, the ledger and the activities tell of.
-- The exports' own last day and not today: the same exports give the same findings whenever they are built.
with

days as (
    select max(received_date) as last_day from staging.interventions
    union all
    select max(booking_date) as last_day from staging.costs
    union all
    select max(activity_date) as last_day from staging.activities
)

select
    file_number,
    line_number,
    item_number,
    'purchase_date' as column_name,
    purchase_text as value
from staging.investments_parsed
where purchase_date > (select max(last_day) from days)
