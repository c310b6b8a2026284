-- One row per refused line of one layout, whole, and whether a quotation mark in it opens and does not close.
-- Parameters: $header_line, $delimiter, $quote, $longest_kept_line.
select
    rejects.file_name,
    rejects.line_number,
    any_value(rejects.line_text) as line_text,
    bool_or(rejects.rule = 'quote_not_closed') as has_broken_quotes
from rejects
inner join file_accounts as files using (file_name)
where
    files.header_line = $header_line
    and files.delimiter = $delimiter
    and files.quote = $quote
    and length(rejects.line_text) <> $longest_kept_line
group by rejects.file_name, rejects.line_number
order by rejects.file_name, rejects.line_number
