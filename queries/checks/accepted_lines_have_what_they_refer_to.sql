-- Accepted lines of a deployment, estimate or activity that refer to what was not accepted.
select 'deployments' as data_set, deployments.file_number, deployments.line_number
from staging.deployments as deployments
anti join staging.interventions as interventions using (intervention_number)
union all
select 'standalone_estimates' as data_set, estimates.file_number, estimates.line_number
from staging.standalone_estimates as estimates
anti join staging.investments as investments using (investment_id)
union all
select 'activities' as data_set, activities.file_number, activities.line_number
from staging.activities as activities
anti join indicators using (indicator_code)
