-- One row per file and data set: lines read = accepted + duplicate + rejected.
select file_name, data_set, lines_read, accepted, duplicate, rejected
from data_set_accounts
order by all
