"""Delimited text files, whatever state they are in, as records with their line numbers.

A file is copied into a plain form that DuckDB loads fast and unambiguously: one record a row, the number of
its first line in front, always as many fields as the header has. What does not fit is returned as a refused
line, whole. DuckDB's own reader is not used on the original, since it cannot tell the line number of a record
that it accepts.
"""

import codecs
import csv
import io
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TextIO

from cooperation.warehouse.decimal_marks import decimal_mark

# The names that a raw line's own bookkeeping takes.
RESERVED_NAMES = ("file_number", "line_number", "item_number", "filled_cell_count", "each")
DELIMITERS = (";", ",", "\t", "|")
LONGEST_LINE = 1_048_576
# Small enough to stay in the processor's cache, and never longer than the longest line.
BLOCK_CHARACTERS = 262_144
# A quoted cell that runs over more lines than this is a stray quote that would swallow the rest of the file.
LONGEST_RECORD_LINES = 200
SAMPLE_BYTES = 1_048_576
SAMPLE_RECORDS = 5_000
KEPT_TEXT = 10_000

csv.field_size_limit(LONGEST_LINE * 2)


@dataclass(frozen=True)
class Layout:
    """How a delimited file is written: encoding (a Python codec), delimiter, decimal mark, and its header.

    `header` are names, trimmed and unique; `header_line` is the header as the file has it.
    """

    encoding: str
    delimiter: str
    decimal_mark: str
    header: tuple[str, ...]
    header_line: str


@dataclass(frozen=True)
class RefusedLine:
    """A line that is no record: its number, the rule that it breaks, its text (cut at 10,000 characters)."""

    line_number: int
    rule: str
    text: str


@dataclass(frozen=True)
class Record:
    """One record that is not plain: `cells` is None where a rule refuses it."""

    line_number: int
    text: str
    cells: list[str] | None
    refused_because: str | None = None


@dataclass(frozen=True)
class PlainLines:
    """Whole lines that follow each other, none with a quote: each is a record, or blank."""

    first_number: int
    lines: list[str]

    def filled(self) -> Iterator[tuple[int, str]]:
        """Yield line number and text of every line that is not blank."""
        return ((number, line) for number, line in enumerate(self.lines, self.first_number) if line.strip())


@dataclass
class LoadedFile:
    """Account of one copied file: `lines_read` records were met, header and blank lines aside."""

    lines_read: int = 0
    refused: list[RefusedLine] = field(default_factory=list)


class NotText(ValueError):
    """The file holds bytes that are no text; it is not a delimited file."""


def detect_layout(path: Path, encoding: str | None = None, delimiter: str | None = None) -> Layout | None:
    """Return the layout of a delimited file, None where it has no line at all; NotText for a binary file."""
    encoding = encoding or _encoding(path)
    delimiter = delimiter or _delimiter(path, encoding)
    with _open_text(path, encoding) as file:
        records = _records(file, delimiter)
        first = next(records, None)
        if first is None:
            return None
        cells = {cell for record in islice(records, SAMPLE_RECORDS) for cell in record.cells or ()}
    mark = decimal_mark(cells, delimiter)
    return Layout(encoding, delimiter, mark, tuple(_header(first.cells or [])), first.text)


def copy_records(path: Path, layout: Layout, target: Path) -> LoadedFile:
    """Copy the records of `path` to `target` (UTF-8, line number first, same delimiter); return the account."""
    account = LoadedFile()
    width = len(layout.header)
    with _open_text(path, layout.encoding) as source, target.open("w", encoding="utf-8", newline="") as copy:
        writer = csv.writer(copy, delimiter=layout.delimiter, lineterminator="\n")
        for stretch in _without_header(_stretches(source, layout.delimiter, width)):
            if isinstance(stretch, PlainLines):
                _copy_plain_lines(stretch, layout.delimiter, width, copy, account)
            else:
                _copy_record(stretch, width, writer.writerow, account)
    return account


def count_records(path: Path, layout: Layout) -> int:
    """Return how many records follow the header of a file that is not going to be loaded."""
    with _open_text(path, layout.encoding) as file:
        return sum(
            sum(1 for _ in stretch.filled()) if isinstance(stretch, PlainLines) else 1
            for stretch in _without_header(_stretches(file, layout.delimiter))
        )


def _copy_plain_lines(
    plain: PlainLines, delimiter: str, width: int, copy: TextIO, account: LoadedFile
) -> None:
    """Copy the lines that have `width` cells as they stand: without a quote nothing needs taking apart."""
    delimiters = width - 1
    rows = [
        f"{number}{delimiter}{line}\n"
        for number, line in enumerate(plain.lines, plain.first_number)
        if line.count(delimiter) == delimiters and line.strip()
    ]
    copy.write("".join(rows))
    account.lines_read += len(rows)
    if len(rows) == len(plain.lines):
        return
    for number, line in plain.filled():
        if line.count(delimiter) != delimiters:
            account.lines_read += 1
            rule = _shape_fault(line.count(delimiter) + 1, width)
            account.refused.append(RefusedLine(number, rule, line[:KEPT_TEXT]))


def _copy_record(
    record: Record, width: int, write_row: Callable[[list[object]], object], account: LoadedFile
) -> None:
    account.lines_read += 1
    if record.cells is not None and len(record.cells) == width:
        write_row([record.line_number, *record.cells])
        return
    rule = record.refused_because or _shape_fault(len(record.cells or ()), width)
    account.refused.append(RefusedLine(record.line_number, rule, record.text[:KEPT_TEXT]))


def _shape_fault(cell_count: int, width: int) -> str:
    return "too_few_fields" if cell_count < width else "too_many_fields"


def _records(file: TextIO, delimiter: str) -> Iterator[Record]:
    """Yield every record that is not blank, plain or not."""
    for stretch in _stretches(file, delimiter):
        if isinstance(stretch, PlainLines):
            yield from (Record(number, line, line.split(delimiter)) for number, line in stretch.filled())
        else:
            yield stretch


def _without_header(stretches: Iterable[PlainLines | Record]) -> Iterator[PlainLines | Record]:
    """Leave out the first record that is not blank."""
    remaining = iter(stretches)
    for stretch in remaining:
        if isinstance(stretch, Record):
            break
        header_number = next((number for number, _ in stretch.filled()), None)
        if header_number is not None:
            yield PlainLines(header_number + 1, stretch.lines[header_number + 1 - stretch.first_number :])
            break
    yield from remaining


def _stretches(file: TextIO, delimiter: str, width: int | None = None) -> Iterator[PlainLines | Record]:
    """Yield the file as runs of plain lines and, one by one, the records between them that are not plain.

    Only about one block of lines is held at a time. A record over several lines that has not `width` cells
    began with a stray quote: like a quote that never closes, it refuses only its own line.
    """
    blocks = _blocks_of_lines(file)
    first_number, lines, is_last = 1, list[str](), False
    while not is_last:
        block = next(blocks, None)
        is_last = block is None
        lines += block or []
        done = yield from _stretches_of(lines, first_number, is_last, delimiter, width)
        first_number += done
        del lines[:done]


def _stretches_of(
    lines: list[str], first_number: int, is_last: bool, delimiter: str, width: int | None
) -> Generator[PlainLines | Record, None, int]:
    """Yield the stretches of these lines, and return how many lines those were.

    Where more lines follow, a record that may run on into them is left for then.
    """
    done = 0
    for place in _places_not_plain(lines):
        if place < done:
            continue
        if place > done:
            yield PlainLines(first_number + done, lines[done:place])
        if not is_last and _may_run_on(lines, place):
            return place
        record, line_count = _record_at(lines, place, first_number + place, delimiter, width)
        if record.text.strip():
            yield record
        done = place + line_count
    if done < len(lines):
        yield PlainLines(first_number + done, lines[done:])
    return len(lines)


def _places_not_plain(lines: list[str]) -> list[int]:
    return [place for place, line in enumerate(lines) if '"' in line or len(line) >= LONGEST_LINE]


def _may_run_on(lines: list[str], place: int) -> bool:
    return len(lines[place]) < LONGEST_LINE and len(lines) - place < LONGEST_RECORD_LINES


def _record_at(
    lines: list[str], place: int, line_number: int, delimiter: str, width: int | None
) -> tuple[Record, int]:
    """Return the record that starts with the line at `place`, and over how many lines it runs."""
    if len(lines[place]) >= LONGEST_LINE:
        return Record(line_number, lines[place], None, "line_too_long"), 1
    # Strictly at first: two stray quotes lines apart would else make one record of everything between them.
    for most_lines, strict in ((LONGEST_RECORD_LINES, True), (1, False)):
        following = _lines_of_one_record(lines[place : place + most_lines])
        reader = csv.reader(following, delimiter=delimiter, strict=strict)
        try:
            cells = next(reader)
        except (EOFError, csv.Error):
            continue
        line_count = reader.line_num
        if line_count == 1 or width is None or len(cells) == width:
            return Record(line_number, "\n".join(lines[place : place + line_count]), cells), line_count
    return Record(line_number, lines[place], None, "quote_not_closed"), 1


def _lines_of_one_record(lines: list[str]) -> Iterator[str]:
    """Yield the lines that a record may run over; EOFError where it needs more: csv would take half of it."""
    length = 0
    for line in lines:
        length += len(line)
        if length >= LONGEST_LINE:
            break
        yield line + "\n"
    raise EOFError


def _blocks_of_lines(file: TextIO) -> Iterator[list[str]]:
    """Yield the lines, without their ends, a block at a time; of a line over the limit only its start."""
    unfinished = ""
    while text := file.read(BLOCK_CHARACTERS):
        lines = (unfinished + text).split("\n")
        # A block is not longer than the limit, so only the first line, and the last that still grows, can be.
        lines[0] = lines[0][:LONGEST_LINE]
        unfinished = lines.pop()[:LONGEST_LINE]
        yield lines
    if unfinished:
        yield [unfinished]


def _header(cells: list[str]) -> Iterator[str]:
    """Yield column names: trimmed; a repeated, empty or reserved one made unique by its place."""
    seen = set(RESERVED_NAMES)
    for place, cell in enumerate(cells, start=1):
        name = cell.strip() or f"column_{place}"
        while name.casefold() in seen:
            name = f"{name}_{place}"
        seen.add(name.casefold())
        yield name


def _open_text(path: Path, encoding: str) -> TextIO:
    # A byte order mark is no part of the first column's name, also where a profile says plain UTF-8.
    encoding = "utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding
    # Universal line ends: LF, CRLF and a lone CR each end a line, and are a plain LF from here on.
    return path.open("r", encoding=encoding, errors="replace", newline=None)


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(SAMPLE_BYTES)
        if start.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if b"\0" in start:
            raise NotText
        return "utf-8" if _is_utf8(start, file) else "cp1252"


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


def _delimiter(path: Path, encoding: str) -> str:
    """Return the candidate that the header line has most of, outside quotes."""
    with _open_text(path, encoding) as file:
        first = next((line for block in _blocks_of_lines(file) for line in block if line.strip()), "")
    outside_quotes = "".join(first.split('"')[::2])
    return max(DELIMITERS, key=outside_quotes.count)
