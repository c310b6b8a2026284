"""How a delimited text file is written, told from the file itself: encoding, delimiter, quote, header, decimal mark."""

import codecs
import io
from collections.abc import Iterator, Sequence
from itertools import takewhile, tee
from pathlib import Path

from cooperation.warehouse.decimal_marks import OTHER_MARK, decimal_mark
from cooperation.warehouse.profiles import FileFormat, Profile
from cooperation.warehouse.raw_lines import (
    Layout,
    PlainLines,
    Record,
    cells_with_any,
    lines_of,
    open_text,
    records_of,
    unique_names,
)

DELIMITERS = (";", ",", "\t", "|")
# Only where none of the usual ones stands in the header, and where next to every line has as many as the header.
UNUSUAL_DELIMITERS = "^~#!&*+=@$%:§¬¦\x1f\x1e\x01\x02\x03"
UNUSUAL_AGREEMENT = 0.9
QUOTES = ('"', "'")
# Titles, the period, who asked for it: a header further down than this is named by `skip_lines`.
HEADER_RECORDS = 20
HEADER_LINES = 200
SAMPLE_BYTES = 1_048_576
SAMPLE_CHARACTERS = 262_144
# UTF-16 without a mark: of letters and digits every other byte is zero, and next to none of those between.
MOST_ZEROS = 0.4
FEWEST_ZEROS = 0.05


class NotText(ValueError):
    """The file holds bytes that are no text; it is not a delimited file."""


def detect_layout(
    path: Path, profiles: Sequence[Profile] = (), written: FileFormat | None = None
) -> Layout | None:
    """Return the layout of a delimited file, None where it has no line at all; NotText for a binary file.

    What `written` tells is taken from there. The header is the first record; where that is no profile's header, and
    a later one of the first 20 is, with only shorter records (titles) above it, it is that one.
    """
    written = written or FileFormat()
    encoding = written.encoding or detect_encoding(path)
    sample = sample_lines(path, encoding)
    if not sample.lines:
        return None
    top = PlainLines(sample.first_number, sample.lines[: HEADER_LINES + (written.skip_lines or 0)])
    ways, likeliest = tee(_ways_to_cut(top.lines, written))
    fitting = (way for way in ways if known_header(list(records_of(top, *way)), profiles, written.skip_lines))
    delimiter, quote = next(fitting, None) or next(likeliest)
    records = list(records_of(top, delimiter, quote))
    header = known_header(records, profiles, written.skip_lines) or first_record(records, written.skip_lines)
    below = PlainLines(header.line_number + 1, sample.lines[header.line_number + 1 - sample.first_number :])
    numbers = cells_with_any("".join(OTHER_MARK), below, delimiter, quote)
    mark = written.decimal_mark or decimal_mark(numbers, delimiter)
    names = unique_names(header.cells or [])
    return Layout("csv", encoding, delimiter, quote, mark, header.line_number, names, header.text)


def _ways_to_cut(lines: Sequence[str], written: FileFormat) -> Iterator[tuple[str, str]]:
    """Yield pairs of delimiter and quote, the likeliest first, and no other than what `written` tells."""
    unusual = [
        delimiter
        for delimiter in UNUSUAL_DELIMITERS
        if any(delimiter in line for line in lines[:HEADER_RECORDS])
    ]
    detected = dict.fromkeys((_likely_delimiter(lines), *DELIMITERS, *unusual))
    delimiters = [written.delimiter] if written.delimiter else list(detected)
    if written.quote is not None:
        yield from ((delimiter, written.quote) for delimiter in delimiters)
        return
    likely = []
    for delimiter in delimiters:
        likely.append((delimiter, _likely_quote(lines, delimiter)))
        yield likely[-1]
    yield from ((delimiter, other) for delimiter, quote in likely for other in QUOTES if other != quote)


def known_header(
    records: Sequence[Record], profiles: Sequence[Profile], skip_lines: int | None = None
) -> Record | None:
    """Return the record that is a profile's header: the one behind `skip_lines` lines, else one of the first.

    A record as long as the header below it is no title and would be lost without a word: then there is none.
    """
    if skip_lines is not None and records:
        told = first_record(records, skip_lines)
        if _is_header(told, profiles):
            return told
    most_filled = 0
    for record in records[:HEADER_RECORDS]:
        filled = sum(1 for cell in record.cells or () if cell.strip())
        if filled > most_filled and _is_header(record, profiles):
            return record
        most_filled = max(most_filled, filled)
    return None


def _is_header(record: Record, profiles: Sequence[Profile]) -> bool:
    names = unique_names(record.cells or [])
    return any(profile.fits(names) for profile in profiles)


def first_record(records: Sequence[Record], skip_lines: int | None) -> Record:
    """Return the first record, or the first behind `skip_lines` lines; an empty one where there is none."""
    behind = (record for record in records if skip_lines is None or record.line_number > skip_lines)
    return next(behind, Record(skip_lines or 0, "", []))


def detect_encoding(path: Path) -> str:
    """Return the Python codec of a text file; NotText where it is none."""
    with path.open("rb") as file:
        start = file.read(SAMPLE_BYTES)
        if start.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if b"\0" in start:
            return _utf_16_without_mark(start)
        return "utf-8" if _is_utf8(start, file) else "cp1252"


def _utf_16_without_mark(start: bytes) -> str:
    even, odd = (start[first::2].count(0) * 2 / len(start) for first in (0, 1))
    if odd > MOST_ZEROS and even < FEWEST_ZEROS:
        return "utf-16-le"
    if even > MOST_ZEROS and odd < FEWEST_ZEROS:
        return "utf-16-be"
    raise NotText


def _is_utf8(start: bytes, rest: io.BufferedReader) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    piece = start
    try:
        while piece:
            decoder.decode(piece)
            piece = rest.read(SAMPLE_BYTES)
    except UnicodeDecodeError:
        return False
    return True


def sample_lines(path: Path, encoding: str | None) -> PlainLines:
    """Return the first lines, from the first that is not blank on; a line that is cut off is left out."""
    first_number, lines, length = 1, list[str](), 0
    with open_text(path, encoding) as file:
        for block in lines_of(file):
            # However many blank lines stand above, none is held.
            blank = 0 if lines else sum(1 for _ in takewhile(lambda line: not line.strip(), block))
            first_number += blank
            lines += block[blank:]
            length += sum(map(len, block[blank:]))
            if length >= SAMPLE_CHARACTERS:
                break
    return PlainLines(first_number, lines)


def _likely_delimiter(lines: Sequence[str]) -> str:
    """Return the candidate that most lines have as many of as the header, outside quotes; the commonest where equal.

    Where the first line has none it is a title: then the one that most lines have equally many of.
    """
    outside = ["".join(line.split('"')[::2]) for line in lines if line.strip()]
    first, others = outside[0], outside[1:]
    usual = [delimiter for delimiter in DELIMITERS if delimiter in first]
    if usual:
        return max(usual, key=lambda delimiter: _agreement(delimiter, first, others))
    for delimiter in UNUSUAL_DELIMITERS:
        if delimiter in first and others and _agreement(delimiter, first, others)[0] >= UNUSUAL_AGREEMENT:
            return delimiter
    return max(DELIMITERS, key=lambda delimiter: sum(1 for line in others if delimiter in line))


def _agreement(delimiter: str, first: str, others: Sequence[str]) -> tuple[float, int]:
    count = first.count(delimiter)
    agreeing = sum(1 for line in others if line.count(delimiter) == count)
    return agreeing / len(others) if others else 1, count


def _likely_quote(lines: Sequence[str], delimiter: str) -> str:
    """Return the apostrophe where most cells stand within two of them, else the quotation mark."""
    if not any("'" in line for line in lines):
        return '"'
    cells = [cell for line in lines for cell in line.split(delimiter) if cell.strip()]
    within = sum(1 for cell in cells if _is_within(cell.strip(), "'"))
    return "'" if within > len(cells) / 2 else '"'


def _is_within(cell: str, quote: str) -> bool:
    return len(cell) > 1 and cell[0] == cell[-1] == quote
