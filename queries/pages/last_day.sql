-- One row: the last day that the exports tell of, that of the calls; without one that of the ledger and the activities.
select
    coalesce(
        max(last_date) filter (where data_set = 'interventions'),
        max(last_date) filter (where data_set in ('costs', 'activities'))
    ) as last_day
from data_set_coverage
