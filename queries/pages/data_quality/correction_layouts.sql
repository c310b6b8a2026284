-- One row per layout with refused lines: the header, delimiter and quote that its files share, and how many lines and
-- files there are.
-- Parameters: $longest_kept_line.
with

-- Line numbers are told apart within a file: over all files that takes ten times as long.
counted as (
    select
        file_name,
        count(distinct line_number) filter (length(line_text) <> $longest_kept_line) as line_count,
        count(distinct line_number) filter (length(line_text) = $longest_kept_line) as cut_line_count
    from rejects
    where line_text is not null
    group by file_name
)

select
    files.header_line,
    files.delimiter,
    files.quote,
    min(files.profile) as profile,
    min(files.data_set) as data_set,
    sum(counted.line_count)::bigint as line_count,
    sum(counted.cut_line_count)::bigint as cut_line_count,
    count(*) as file_count
from counted
inner join file_accounts as files using (file_name)
group by files.header_line, files.delimiter, files.quote
order by min(counted.file_name)
