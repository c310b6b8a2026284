"""Workbooks and Parquet files as text, a numbered copy for each table; run in a process of its own.

    python -m cooperation.warehouse.typed_cells KIND PATH FOLDER DECIMAL_MARK SECONDS

A broken or hostile file can make the libraries behind it take all memory, never end, or take their process with them:
that process must not be the one that builds the database. For each table `FOLDER` gets `N.csv` with the filled rows
(the row's number first; a semicolon between cells beside a decimal comma, else a comma) and `N_refused.csv` (row
number, rule, text). Standard output is one JSON object: {"fate": null or why nothing is read, "tables": [the fields of
a TypedTable]}. DECIMAL_MARK is "," or ".", or "detect"; SECONDS is how much of the processor it may take.
"""

import csv
import glob
import io
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain, islice
from math import isfinite
from pathlib import Path
from typing import Any

from cooperation.warehouse.decimal_marks import decimal_mark
from cooperation.warehouse.limits import (
    KEPT_TEXT,
    LONGEST_LINE,
    MOST_PARTS,
    MOST_ROWS,
    PROCESS_MEMORY_BYTES,
)

FIRST_ROWS = 20
# From here on a whole number has lost digits already in the file.
EXACT_NUMBERS = 10**15
# What Excel makes of a duration of a day or more is a date in the year in which its calendar begins.
CALENDAR_STARTS = {1899: datetime(1899, 12, 31), 1900: datetime(1899, 12, 31), 1904: datetime(1904, 1, 1)}
# A column of times holds a true midnight about once in 1,440 cells; more of them are dates without a time.
MOST_MIDNIGHTS = 0.01

SAMPLE_ROWS = 5_000
FETCHED_ROWS = 5_000
DATABASE_MEMORY = "700MB"

Cell = str | float | bool | date | datetime | time | timedelta


@dataclass
class TypedTable:
    """One table as copied: its rows are numbered as in the file, `first_rows` are [number, cells]."""

    name: str
    kind: str
    fate: str | None = None
    width: int = 0
    row_count: int = 0
    refused_count: int = 0
    decimal_mark: str = "."
    first_rows: list[tuple[int, list[str]]] = field(default_factory=list)

    @property
    def delimiter(self) -> str:
        """What its lines are written out with: read back, they tell the same decimal mark without evidence."""
        return ";" if self.decimal_mark == "," else ","


@dataclass(frozen=True)
class _TypedSource:
    """A file, the folder for its copies, and its decimal mark where somebody tells it."""

    kind: str
    path: Path
    folder: Path
    mark: str | None


class TooLarge(ValueError):
    """A table has more rows, or a file more tables, than can be read."""


@dataclass
class _Column:
    """What the cells of a workbook's column show together."""

    filled: bool = False
    times_of_day: int = 0
    midnights: int = 0

    @property
    def has_time_of_day(self) -> bool:
        """Whether a date in this column is a midnight: Excel keeps no difference between the two."""
        return 0 < self.midnights <= MOST_MIDNIGHTS * (self.times_of_day + self.midnights)


def main(kind: str, path: str, folder: str, mark: str, seconds: str) -> None:
    """Copy every table of the file and print the account."""
    _limit(int(seconds))
    source = _TypedSource(kind, Path(path), Path(folder), None if mark == "detect" else mark)
    tables: list[TypedTable] = []
    fate = _copy_parquet(source, tables) if kind == "parquet" else _copy_workbook(source, tables)
    print(json.dumps({"fate": fate, "tables": [asdict(table) for table in tables]}))


def _limit(seconds: int) -> None:
    try:
        import resource
    except ImportError:
        # Windows has no such limits; the calling process's patience holds there too.
        return
    resource.setrlimit(resource.RLIMIT_AS, (PROCESS_MEMORY_BYTES, PROCESS_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))


# --- Workbooks -----------------------------------------------------------------------------------------------------


def _copy_workbook(source: _TypedSource, tables: list[TypedTable]) -> str | None:
    """Copy every sheet that has cells; return why the workbook as a whole cannot be read."""
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_path(str(source.path))
        sheets = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
    except python_calamine.PasswordError:
        return "encrypted"
    except (python_calamine.CalamineError, OSError, ValueError):
        return "damaged"
    if len(sheets) > MOST_PARTS:
        return "too_many_parts"
    for name in sheets:
        table = TypedTable(name, source.kind)
        try:
            _copy_sheet(
                workbook.get_sheet_by_name(name), source.folder / str(len(tables)), source.mark, table
            )
        except TooLarge:
            table.fate = "too_large"
        except (python_calamine.CalamineError, ValueError, OverflowError):
            table.fate = "damaged"
        if table.fate or table.row_count or table.refused_count:
            tables.append(table)
    return None if tables else "empty"


def _copy_sheet(sheet: Any, target: Path, mark: str | None, table: TypedTable) -> None:
    rows: Callable[[], Iterator[list[Cell]]] = sheet.iter_rows
    columns = [_Column() for _ in range(sheet.width)]
    texts: set[str] = set()
    for number, row in enumerate(rows(), start=1):
        if number > MOST_ROWS:
            raise TooLarge
        for column, cell in zip(columns, row, strict=False):
            _look_at(column, cell, texts)
    table.width = max((place for place, column in enumerate(columns, start=1) if column.filled), default=0)
    table.decimal_mark = mark or decimal_mark(texts, None)
    dated = [column.has_time_of_day for column in columns[: table.width]]
    written = (
        (
            number,
            [_text(cell, table.decimal_mark, timed) for cell, timed in zip(row, dated, strict=False)],
        )
        for number, row in enumerate(rows(), start=1)
    )
    # A sheet's blank row is no line, like a blank line of a text file.
    _write(((number, cells) for number, cells in written if any(map(str.strip, cells))), target, table)


def _look_at(column: _Column, cell: Cell, texts: set[str]) -> None:
    if cell == "" and isinstance(cell, str):
        return
    column.filled = True
    if isinstance(cell, str):
        if "," in cell or "." in cell:
            texts.add(cell)
    elif isinstance(cell, datetime):
        column.times_of_day += 1
    elif isinstance(cell, date):
        column.midnights += 1


def _text(cell: Cell, mark: str, has_time_of_day: bool) -> str:
    """Return a cell as the contract writes it: ISO dates, hours of any length, numbers as Excel shows them."""
    match cell:
        case str():
            return cell.replace("\r\n", "\n").replace("\r", "\n")
        case bool():
            return "true" if cell else "false"
        case float() | int():
            return _number(cell, mark)
        case datetime() | date() if cell.year in CALENDAR_STARTS:
            moment = cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)
            return _duration(moment - CALENDAR_STARTS[cell.year])
        case datetime():
            return cell.isoformat(" ")
        case date():
            return f"{cell.isoformat()} 00:00:00" if has_time_of_day else cell.isoformat()
        case timedelta():
            return _duration(cell)
    return cell.isoformat()


def _number(number: float, mark: str) -> str:
    if not isfinite(number):
        return ""
    if number == int(number) and abs(number) < EXACT_NUMBERS:
        return str(int(number))
    # Excel shows 15 digits; the rest is what binary fractions leave behind: 13162.429999999998.
    return format(Decimal(f"{number:.15g}"), "f").replace(".", mark)


def _duration(duration: timedelta) -> str:
    seconds = duration // timedelta(seconds=1)
    fraction = f".{duration.microseconds:06}".rstrip("0") if duration.microseconds else ""
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{fraction}"


def _write(rows: Iterable[tuple[int, list[str]]], target: Path, table: TypedTable) -> None:
    """Write the rows; one that is longer than a line can be is refused."""
    with _opened(target.with_suffix(".csv")) as copy, _opened(refused_path(target)) as refused:
        write_row = csv.writer(copy, delimiter=table.delimiter, lineterminator="\n").writerow
        write_refused = csv.writer(refused, lineterminator="\n").writerow
        for number, cells in rows:
            length = sum(map(len, cells))
            if length >= LONGEST_LINE:
                write_refused([number, "line_too_long", as_line(cells, table.delimiter)[:KEPT_TEXT]])
                table.refused_count += 1
                continue
            write_row([number, *cells])
            table.row_count += 1
            if len(table.first_rows) < FIRST_ROWS:
                table.first_rows.append((number, cells))


def as_line(cells: list[str], delimiter: str) -> str:
    """Return cells as one line of text."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="").writerow(cells)
    return text.getvalue()


def _opened(path: Path) -> io.TextIOWrapper:
    return path.open("w", encoding="utf-8", errors="replace", newline="")


def refused_path(target: Path) -> Path:
    """Return where the refused rows of the copy at `target` lie."""
    return target.with_name(f"{target.stem}_refused.csv")


# --- Parquet -------------------------------------------------------------------------------------------------------


def _copy_parquet(source: _TypedSource, tables: list[TypedTable]) -> str | None:
    """Copy the one table of a Parquet file, its names as row 0; return why it cannot be read."""
    import duckdb

    table = TypedTable("", source.kind)
    config: dict[str, Any] = {
        "threads": 1,
        "memory_limit": DATABASE_MEMORY,
        "temp_directory": str(source.folder / "spill"),
        "autoload_known_extensions": False,
    }
    try:
        with duckdb.connect(config=config) as connection:
            # A moment with a zone is written with its offset, whatever the zone of this machine.
            connection.execute("set timezone = 'UTC'")
            connection.execute("set enable_progress_bar = false")
            _copy_rows(connection, source, table)
    except (duckdb.OutOfMemoryException, MemoryError, TooLarge):
        return "too_large"
    except (duckdb.Error, RuntimeError, ValueError) as error:
        return "encrypted" if "encrypt" in str(error).lower() else "damaged"
    tables.append(table)
    return None


def _copy_rows(connection: Any, source: _TypedSource, table: TypedTable) -> None:
    # What looks like a pattern in a file's name is its name.
    file = {"path": glob.escape(str(source.path))}
    described = connection.execute(
        "describe select * from read_parquet($path, hive_partitioning = false)", file
    ).fetchall()
    kinds = [str(kind) for _, kind, *_ in described]

    def rows() -> Iterator[tuple[str | None, ...]]:
        connection.execute(
            "select columns(*)::varchar from read_parquet($path, hive_partitioning = false)", file
        )
        while found := connection.fetchmany(FETCHED_ROWS):
            yield from found

    table.width = len(kinds)
    table.decimal_mark = source.mark or decimal_mark(_texts(rows(), kinds), None)
    written = (
        (
            number,
            [_from_database(cell, kind, table.decimal_mark) for cell, kind in zip(row, kinds, strict=True)],
        )
        for number, row in enumerate(rows(), start=1)
    )
    _write(chain([(0, [str(name) for name, *_ in described])], written), source.folder / "0", table)


def _texts(rows: Iterable[tuple[str | None, ...]], kinds: list[str]) -> set[str]:
    places = [place for place, kind in enumerate(kinds) if kind == "VARCHAR"]
    return {row[place] or "" for row in islice(rows, SAMPLE_ROWS) for place in places} if places else set()


def _from_database(cell: str | None, kind: str, mark: str) -> str:
    """Return a cell that the database wrote as text as the contract writes it."""
    if cell is None:
        return ""
    if kind in ("DOUBLE", "FLOAT"):
        number = Decimal(cell)
        return format(number, "f").removesuffix(".0").replace(".", mark) if number.is_finite() else ""
    if kind.startswith("DECIMAL"):
        return cell.replace(".", mark)
    if kind == "INTERVAL" and (days := re.fullmatch(r"(\d+) days? ?(?:(\d+):(\d\d:\d\d.*))?", cell)):
        return f"{int(days[1]) * 24 + int(days[2] or 0):02}:{days[3] or '00:00'}"
    return cell.replace("\r\n", "\n").replace("\r", "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
