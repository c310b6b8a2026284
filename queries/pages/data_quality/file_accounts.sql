-- One row per file: how it was read, and lines read = accepted + duplicate + rejected.
select
    file_name,
    data_set,
    profile,
    kind,
    encoding,
    delimiter,
    quote,
    decimal_mark,
    fate,
    lines_read,
    accepted,
    duplicate,
    rejected
from file_accounts
order by file_name
