-- One row per data set: lines read = accepted + duplicate + rejected.
select
    data_set,
    sum(lines_read)::bigint as lines_read,
    sum(accepted)::bigint as accepted,
    sum(duplicate)::bigint as duplicate,
    sum(rejected)::bigint as rejected
from data_set_accounts
group by data_set
order by data_set
