-- One row per file: its lines as the reader counted them, and what became of them.
select
    files.file_name,
    files.data_set,
    files.profile,
    files.kind,
    files.encoding,
    files.delimiter,
    files.quote,
    files.decimal_mark,
    files.header_line,
    files.fate,
    files.lines_read,
    coalesce(accounts.accepted, 0)::bigint as accepted,
    coalesce(accounts.duplicate, 0)::bigint as duplicate,
    -- A file that nothing is known about is refused as a whole.
    case
        when files.data_set is null then files.lines_read else coalesce(accounts.rejected, 0)
    end::bigint as rejected
from files
left join data_set_accounts as accounts using (file_name, data_set)
