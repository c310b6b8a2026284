-- Files of which a line got lost, or was counted twice.
select *
from file_accounts
where lines_read <> accepted + duplicate + rejected
