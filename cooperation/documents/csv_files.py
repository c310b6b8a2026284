"""A table as CSV: for Belgian Excel (semicolon, decimal comma, BOM) or international (comma, decimal point)."""

import codecs
import csv
import io
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import numpy as np
import pandas as pd

Flavour = Literal["belgian_excel", "international"]
FLAVOURS: tuple[Flavour, ...] = ("belgian_excel", "international")
# Excel reads a cell that begins so as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# A sign before digits is an amount, a phone number or "nothing"; Excel has nothing to run in it.
HARMLESS = re.compile(r"[+-][\d .,:/%€\u00a0\u202f-]*")


def csv_bytes(table: pd.DataFrame, flavour: Flavour) -> bytes:
    """Return the table as UTF-8 CSV, header first, unknown values empty, text that Excel would run made harmless."""
    belgian = flavour == "belgian_excel"
    text = _CsvText(";" if belgian else ",", "\r\n" if belgian else "\n")
    text.write_row(list(table.columns))
    for row in table.itertuples(index=False, name=None):
        text.write_row([_cell(value, "," if belgian else ".") for value in row])
    return (codecs.BOM_UTF8 if belgian else b"") + "".join(text.rows).encode("utf-8")


class _CsvText:
    """Rows of CSV; a lone carriage return is quoted too, which csv does only where its own line end holds one."""

    def __init__(self, delimiter: str, line_end: str) -> None:
        self.rows: list[str] = []
        self._line_end = line_end
        self._buffer = io.StringIO()
        self._writer = csv.writer(self._buffer, delimiter=delimiter, lineterminator="\r\n")

    def write_row(self, cells: list[str]) -> None:
        self._writer.writerow(cells)
        self.rows.append(self._buffer.getvalue().removesuffix("\r\n") + self._line_end)
        self._buffer.seek(0)
        self._buffer.truncate()


def marked(table: pd.DataFrame, *, is_demonstration: bool) -> pd.DataFrame:
    """Return a table as it may leave the house: invented figures say so in a column, since no banner goes with it."""
    return table.assign(data="invented (demonstration)") if is_demonstration else table


def _cell(value: Any, decimal_mark: str) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if pd.isna(value):
        return ""
    # A column of several kinds holds numpy's own numbers, which would name themselves in the file.
    plain = value.item() if isinstance(value, np.generic) else value
    match plain:
        case bool():
            return "true" if plain else "false"
        case datetime():
            return plain.strftime("%Y-%m-%d" if plain.time() == datetime.min.time() else "%Y-%m-%d %H:%M:%S")
        case date():
            return plain.isoformat()
        case Decimal():
            return f"{plain:f}".replace(".", decimal_mark)
        case float():
            return repr(plain).replace(".", decimal_mark)
        case int():
            return str(plain)
    return made_harmless(str(plain))


def is_run_by_a_spreadsheet(text: str) -> bool:
    """Tell whether a cell would be taken for a formula; a signed number is none."""
    return text.startswith(FORMULA_STARTS) and not HARMLESS.fullmatch(text)


def made_harmless(text: str) -> str:
    """Return the text of a cell, with an apostrophe before it where a spreadsheet would run it."""
    return f"'{text}" if is_run_by_a_spreadsheet(text) else text
