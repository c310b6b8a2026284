-- Data sets and files of which a row got lost, or was counted twice.
select *
from data_set_accounts
where lines_read <> accepted + duplicate + rejected
