-- One row per file: lines read = accepted + duplicate + rejected.
select file_name, data_set, profile, encoding, delimiter, fate, lines_read, accepted, duplicate, rejected
from file_accounts
order by file_name
