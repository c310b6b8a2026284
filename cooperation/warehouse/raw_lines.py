"""Delimited text files, whatever state they are in, as records with their line numbers.

A file is copied into a plain form that DuckDB loads fast and unambiguously: one record a row, the number of
its first line in front, always as many fields as the header has. What does not fit is returned as a refused
line, whole. DuckDB's own reader is not used on the original, since it cannot tell the line number of a record
that it accepts.
"""

import csv
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from cooperation.warehouse.limits import KEPT_TEXT, LONGEST_LINE

# The names that a raw line's own bookkeeping takes.
RESERVED_NAMES = ("file_number", "line_number", "line_hash", "item_number", "filled_cell_count", "each")
# Small enough to stay in the processor's cache, and never longer than the longest line.
BLOCK_CHARACTERS = 262_144
# A quoted cell that runs over more lines than this is a stray quote that would swallow the rest of the file.
LONGEST_RECORD_LINES = 200

csv.field_size_limit(LONGEST_LINE * 2)


@dataclass(frozen=True)
class Layout:
    """How a table is written, and its header: `header` are names, trimmed and unique, `header_line` is its text.

    `encoding` is a Python codec, `quote` is "" where nothing stands around cells, `decimal_mark` is "," or ".". A
    workbook or Parquet file has no encoding; its lines are written out with `delimiter` and `quote`.
    """

    kind: str
    encoding: str | None
    delimiter: str
    quote: str
    decimal_mark: str
    header_line_number: int
    header: tuple[str, ...]
    header_line: str


class RefusedLine(NamedTuple):
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


@dataclass(frozen=True)
class _Cutting:
    """How lines are cut into cells; `width` is None where it does not matter."""

    delimiter: str
    quote: str
    width: int | None = None

    def places_not_plain(self, lines: list[str]) -> list[int]:
        """Return where a line is no record as it stands, or may not stand so in the copy, which quotes with `"`."""
        quotes = {'"', self.quote} - {""}
        text = "".join(lines)
        # One look at all lines together: in most files not one holds a quote.
        if not any(quote in text for quote in quotes) and max(map(len, lines), default=0) < LONGEST_LINE:
            return []
        return [
            place
            for place, line in enumerate(lines)
            if len(line) >= LONGEST_LINE or any(quote in line for quote in quotes)
        ]

    def cut(self, lines: Iterable[str], strict: bool) -> Any:
        if not self.quote:
            return csv.reader(lines, delimiter=self.delimiter, quoting=csv.QUOTE_NONE)
        return csv.reader(lines, delimiter=self.delimiter, quotechar=self.quote, strict=strict)


def copy_records(path: Path, layout: Layout, target: Path, refuse: Callable[[RefusedLine], object]) -> int:
    """Copy the records behind the header to `target` (UTF-8, line number first, same delimiter, `"` around cells).

    Every line that is no record goes to `refuse`. Return how many records and refused lines there are.
    """
    width, lines_read = len(layout.header), 0
    with open_text(path, layout.encoding) as source, target.open("w", encoding="utf-8", newline="") as copy:
        writer = csv.writer(copy, delimiter=layout.delimiter, lineterminator="\n")
        for stretch in _behind_header(source, layout):
            if isinstance(stretch, PlainLines):
                lines_read += _copy_plain_lines(stretch, layout.delimiter, width, copy, refuse)
            else:
                lines_read += _copy_record(stretch, width, writer.writerow, refuse)
    return lines_read


def count_records(path: Path, layout: Layout) -> int:
    """Return how many records follow the header of a file that is not going to be loaded."""
    with open_text(path, layout.encoding) as file:
        return sum(
            sum(1 for _ in stretch.filled()) if isinstance(stretch, PlainLines) else 1
            for stretch in _behind_header(file, layout)
        )


def records_of(sample: PlainLines, delimiter: str, quote: str) -> Iterator[Record]:
    """Yield every record in some lines of a file that is not blank, plain or not."""
    for stretch in _stretches_of(sample.lines, sample.first_number, True, _Cutting(delimiter, quote)):
        if isinstance(stretch, PlainLines):
            yield from (Record(number, line, line.split(delimiter)) for number, line in stretch.filled())
        else:
            yield stretch


def cells_with_any(marks: str, sample: PlainLines, delimiter: str, quote: str) -> set[str]:
    """Return what stands in some lines of a file, of every cell that holds one of the marks."""
    cells: set[str] = set()
    for stretch in _stretches_of(sample.lines, sample.first_number, True, _Cutting(delimiter, quote)):
        if isinstance(stretch, PlainLines):
            text = delimiter.join(stretch.lines)
            # Cutting lines takes far longer than seeing that no cell of them is wanted.
            if any(mark in text for mark in marks if mark != delimiter):
                cells.update(text.split(delimiter))
        else:
            cells.update(stretch.cells or ())
    return {cell for cell in cells if any(mark in cell for mark in marks)}


def _copy_plain_lines(
    plain: PlainLines, delimiter: str, width: int, copy: TextIO, refuse: Callable[[RefusedLine], object]
) -> int:
    """Copy the lines that have `width` cells as they stand: without a quote nothing needs taking apart."""
    delimiters = width - 1
    rows = [
        f"{number}{delimiter}{line}\n"
        for number, line in enumerate(plain.lines, plain.first_number)
        if line.count(delimiter) == delimiters and line.strip()
    ]
    copy.write("".join(rows))
    if len(rows) == len(plain.lines):
        return len(rows)
    refused = [(number, line) for number, line in plain.filled() if line.count(delimiter) != delimiters]
    for number, line in refused:
        refuse(RefusedLine(number, _shape_fault(line.count(delimiter) + 1, width), line[:KEPT_TEXT]))
    return len(rows) + len(refused)


def _copy_record(
    record: Record,
    width: int,
    write_row: Callable[[list[object]], object],
    refuse: Callable[[RefusedLine], object],
) -> int:
    if record.cells is not None and len(record.cells) == width:
        write_row([record.line_number, *record.cells])
    else:
        rule = record.refused_because or _shape_fault(len(record.cells or ()), width)
        refuse(RefusedLine(record.line_number, rule, record.text[:KEPT_TEXT]))
    return 1


def _shape_fault(cell_count: int, width: int) -> str:
    return "too_few_fields" if cell_count < width else "too_many_fields"


def _behind_header(file: TextIO, layout: Layout) -> Iterator[PlainLines | Record]:
    cutting = _Cutting(layout.delimiter, layout.quote, len(layout.header))
    return _without_first(_stretches(file, layout.header_line_number, cutting))


def _without_first(stretches: Iterable[PlainLines | Record]) -> Iterator[PlainLines | Record]:
    """Leave out the first record that is not blank."""
    remaining = iter(stretches)
    for stretch in remaining:
        if isinstance(stretch, Record):
            break
        number = next((number for number, _ in stretch.filled()), None)
        if number is not None:
            yield PlainLines(number + 1, stretch.lines[number + 1 - stretch.first_number :])
            break
    yield from remaining


def _stretches(file: TextIO, from_line: int, cutting: _Cutting) -> Iterator[PlainLines | Record]:
    """Yield the file from a line on, as runs of plain lines and, one by one, the records between them.

    Only about one block of lines is held at a time. A record over several lines that has not `width` cells
    began with a stray quote: like a quote that never closes, it refuses only its own line.
    """
    blocks = lines_of(file)
    first_number, lines, is_last = 1, list[str](), False
    while not is_last:
        block = next(blocks, None)
        is_last = block is None
        lines += block or []
        # Titles above the header are left aside line by line, whatever quotes they hold.
        skipped = min(max(from_line - first_number, 0), len(lines))
        first_number += skipped
        del lines[:skipped]
        done = yield from _stretches_of(lines, first_number, is_last, cutting)
        first_number += done
        del lines[:done]


def _stretches_of(
    lines: list[str], first_number: int, is_last: bool, cutting: _Cutting
) -> Generator[PlainLines | Record, None, int]:
    """Yield the stretches of these lines, and return how many lines those were.

    Where more lines follow, a record that may run on into them is left for then.
    """
    done = 0
    for place in cutting.places_not_plain(lines):
        if place < done:
            continue
        if place > done:
            yield PlainLines(first_number + done, lines[done:place])
        if not is_last and _may_run_on(lines, place):
            return place
        record, line_count = _record_at(lines, place, first_number + place, cutting)
        if record.text.strip():
            yield record
        done = place + line_count
    if done < len(lines):
        yield PlainLines(first_number + done, lines[done:])
    return len(lines)


def _may_run_on(lines: list[str], place: int) -> bool:
    return len(lines[place]) < LONGEST_LINE and len(lines) - place < LONGEST_RECORD_LINES


def _record_at(lines: list[str], place: int, line_number: int, cutting: _Cutting) -> tuple[Record, int]:
    """Return the record that starts with the line at `place`, and over how many lines it runs."""
    if len(lines[place]) >= LONGEST_LINE:
        return Record(line_number, lines[place], None, "line_too_long"), 1
    # Strictly at first: two stray quotes lines apart would else make one record of everything between them.
    for most_lines, strict in ((LONGEST_RECORD_LINES, True), (1, False)):
        following = _lines_of_one_record(lines, place, most_lines)
        reader = cutting.cut(following, strict)
        try:
            cells = next(reader)
        except (EOFError, csv.Error):
            continue
        line_count = reader.line_num
        if line_count == 1 or cutting.width in (None, len(cells)):
            return Record(line_number, "\n".join(lines[place : place + line_count]), cells), line_count
    return Record(line_number, lines[place], None, "quote_not_closed"), 1


def _lines_of_one_record(lines: list[str], place: int, most_lines: int) -> Iterator[str]:
    """Yield the lines that a record may run over; EOFError where it needs more: csv would take half of it."""
    length = 0
    for number in range(place, min(place + most_lines, len(lines))):
        length += len(lines[number])
        if length >= LONGEST_LINE:
            break
        yield lines[number] + "\n"
    raise EOFError


def lines_of(file: TextIO) -> Iterator[list[str]]:
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


def unique_names(cells: Iterable[str]) -> tuple[str, ...]:
    """Return column names: trimmed; a repeated, empty or reserved one made unique by its place."""
    seen = set(RESERVED_NAMES)
    names = []
    for place, cell in enumerate(cells, start=1):
        name = cell.strip() or f"column_{place}"
        while name.casefold() in seen:
            name = f"{name}_{place}"
        seen.add(name.casefold())
        names.append(name)
    return tuple(names)


def open_text(path: Path, encoding: str | None) -> TextIO:
    """Open a file as text, whatever bytes are in it."""
    # A byte order mark is no part of the first column's name, also where a profile says plain UTF-8.
    if encoding is None or encoding.lower().replace("_", "-") in ("utf-8", "utf8"):
        encoding = "utf-8-sig"
    # Universal line ends: LF, CRLF and a lone CR each end a line, and are a plain LF from here on.
    return path.open("r", encoding=encoding, errors="replace", newline=None)
