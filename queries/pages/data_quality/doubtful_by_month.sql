-- One row per rule, month and phase of the call: how many cells of accepted lines were emptied or warned about.
-- Month and phase are unknown where the line is of no call.
select
    flagged_cells.rule,
    flagged_cells.action,
    date_trunc('month', flagged_cells.on_day)::date as month,
    cooperation_phase(flagged_cells.on_day, zones.joined_on) as phase,
    count(*) as cell_count
from flagged_cells
left join zones using (zone_code)
group by all
order by flagged_cells.rule, flagged_cells.action, month, phase desc
