"""Tables as an Excel workbook: typed cells under a header that stays, and a first sheet that says what they are."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from cooperation.documents.csv_files import is_run_by_a_spreadsheet

# Excel's own limits, the header counted with the rows.
MOST_SHEET_ROWS = 1_048_576
MOST_ROWS_OF_A_TABLE = MOST_SHEET_ROWS - 1
LONGEST_CELL = 32_767
LONGEST_SHEET_NAME = 31
LARGEST_EXACT_WHOLE = 2**53
FIRST_DAY = date(1900, 3, 1)
CUT_MARK = " […]"

# How a number of a unit looks in Excel; the cell holds the number itself.
NUMBER_FORMATS = {"eur": "#,##0.00", "share": "0.0%", "points": "0.0%"}
DATE_FORMAT, TIME_FORMAT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
NARROWEST, WIDEST = 10, 40


class TooManyRows(ValueError):
    """A table is longer than a sheet can be; a CSV holds all of it."""


@dataclass(frozen=True)
class SheetColumn:
    """One column of a sheet: its name, which is its header, and the unit of its numbers ("" where it has none)."""

    name: str
    unit: str = ""


@dataclass(frozen=True)
class Sheet:
    """One table: its sheet's name, its columns and its rows, which may come one by one from a database."""

    name: str
    columns: Sequence[SheetColumn]
    rows: Iterable[Sequence[Any]]


@dataclass(frozen=True)
class Section:
    """A part of the first sheet: a heading, then rows of text, of which `header` names the columns."""

    heading: str
    rows: Sequence[Sequence[str]]
    header: Sequence[str] = ()


@dataclass(frozen=True)
class About:
    """The first sheet: its name, a title, and what a reader must know of the tables after it."""

    sheet_name: str
    title: str
    sections: Sequence[Section]


def write_workbook(target: Path | IO[bytes], about: About, sheets: Iterable[Sheet]) -> None:
    """Write a workbook; memory does not grow with the rows. TooManyRows where a table is longer than a sheet.

    Numbers, dates and true or false are cells of their kind, unknown is an empty cell, and text is never a formula.
    Text beyond 32,767 characters, which no cell holds, is cut and ends in " […]".
    """
    file = str(target) if isinstance(target, Path) else target
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": TIME_FORMAT,
    }
    workbook = xlsxwriter.Workbook(file, options)
    # A workbook that is not closed leaves a part of it in the temporary folder, so it is closed come what may.
    try:
        writer = _Writer(workbook)
        writer.write_about(about)
        for sheet in sheets:
            writer.write(sheet)
    finally:
        workbook.close()


def rows_of(table: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a table as `Sheet` takes them."""
    return table.itertuples(index=False, name=None)


def sheet_names(names: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Return names that Excel takes for sheets: no forbidden characters, short, each once whatever its case."""
    used = {name.lower() for name in taken}
    found = []
    for name in names:
        plain = re.sub(r"[\[\]:*?/\\]", " ", name).strip(" '") or "-"
        count, fitting = 1, plain[:LONGEST_SHEET_NAME]
        while fitting.lower() in used or fitting.lower() == "history":
            count += 1
            fitting = f"{plain[: LONGEST_SHEET_NAME - 5]} ({count})"
        used.add(fitting.lower())
        found.append(fitting)
    return found


class _Writer:
    """One workbook with the formats of its cells."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        self._workbook = workbook
        self._taken: list[str] = []
        make = workbook.add_format
        self._bold = make({"bold": True})
        self._title = make({"bold": True, "font_size": 14})
        self._header = make({"bold": True, "bottom": 1, "valign": "top", "text_wrap": True})
        self._wrapped = make({"text_wrap": True, "valign": "top"})
        self._date = make({"num_format": DATE_FORMAT})
        self._time = make({"num_format": TIME_FORMAT})
        # Where a cell like "=1+1" is edited in Excel it stays text, too.
        self._quoted = make({"quote_prefix": True})
        self._numbers = {
            unit: make({"num_format": number_format}) for unit, number_format in NUMBER_FORMATS.items()
        }

    def write_about(self, about: About) -> None:
        """Write the first sheet, as wide as a page."""
        sheet = self._add(about.sheet_name)
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, 8, 48)
        sheet.write_string(0, 0, about.title, self._title)
        row = 2
        for section in about.sections:
            sheet.write_string(row, 0, section.heading, self._bold)
            lines = [(section.header, self._header)] if section.header else []
            lines += [(line, self._wrapped) for line in section.rows]
            for line, cell_format in lines:
                row += 1
                for place, text in enumerate(line):
                    sheet.write_string(row, place, text[:LONGEST_CELL], cell_format)
            row += 2

    def write(self, table: Sheet) -> None:
        """Write one table under a header that stays in sight, with a filter on every column."""
        sheet = self._add(table.name)
        sheet.freeze_panes(1, 0)
        formats = [self._numbers.get(column.unit) for column in table.columns]
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, min(max(len(column.name) + 3, NARROWEST), WIDEST))
            sheet.write_string(0, place, column.name, self._header)
        count = 0
        for row in table.rows:
            count += 1
            if count > MOST_ROWS_OF_A_TABLE:
                raise TooManyRows(table.name)
            for place, value in enumerate(row):
                self._write_cell(sheet, count, place, value, formats[place])
        if table.columns:
            sheet.autofilter(0, 0, count, len(table.columns) - 1)

    def _add(self, name: str) -> Worksheet:
        fitting = sheet_names([name], self._taken)[0]
        self._taken.append(fitting)
        return self._workbook.add_worksheet(fitting)

    def _write_cell(self, sheet: Worksheet, row: int, place: int, value: Any, number: Format | None) -> None:
        plain = value.item() if isinstance(value, np.generic) else value
        if isinstance(plain, (tuple, list)):
            plain = ", ".join(map(str, plain))
        if plain is None or pd.isna(plain):
            return
        match plain:
            case bool():
                sheet.write_boolean(row, place, plain)
            case int() if abs(plain) > LARGEST_EXACT_WHOLE:
                sheet.write_string(row, place, str(plain))
            case int() | Decimal():
                sheet.write_number(row, place, plain, number)
            case float() if np.isinf(plain):
                sheet.write_string(row, place, str(plain))
            case float():
                sheet.write_number(row, place, plain, number)
            case date() if _day_of(plain) < FIRST_DAY:
                # Excel knows no such day; as text it stays what it is.
                sheet.write_string(row, place, str(plain))
            case datetime():
                is_day = plain.time() == time.min
                sheet.write_datetime(row, place, plain, self._date if is_day else self._time)
            case date():
                sheet.write_datetime(row, place, plain, self._date)
            case _:
                self._write_text(sheet, row, place, str(plain))

    def _write_text(self, sheet: Worksheet, row: int, place: int, text: str) -> None:
        if len(text) > LONGEST_CELL:
            text = text[: LONGEST_CELL - len(CUT_MARK)] + CUT_MARK
        sheet.write_string(row, place, text, self._quoted if is_run_by_a_spreadsheet(text) else None)


def _day_of(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
