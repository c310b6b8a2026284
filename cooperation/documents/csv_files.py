"""A table as CSV: for Belgian Excel (semicolon, decimal comma, BOM) or international (comma, decimal point)."""

import codecs
import csv
import io
from datetime import date, datetime
from typing import Literal

import pandas as pd

Flavour = Literal["belgian_excel", "international"]
FLAVOURS: tuple[Flavour, ...] = ("belgian_excel", "international")
# Excel reads a cell that begins so as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_bytes(table: pd.DataFrame, flavour: Flavour) -> bytes:
    """Return the table as UTF-8 CSV, header first, unknown values empty, text that Excel would run made harmless."""
    text = io.StringIO()
    belgian = flavour == "belgian_excel"
    writer = csv.writer(text, delimiter=";" if belgian else ",", lineterminator="\r\n" if belgian else "\n")
    writer.writerow(table.columns)
    for row in table.itertuples(index=False, name=None):
        writer.writerow([_cell(value, "," if belgian else ".") for value in row])
    return (codecs.BOM_UTF8 if belgian else b"") + text.getvalue().encode("utf-8")


def _cell(value: object, decimal_mark: str) -> str:
    if value is None or value is pd.NaT or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if value.time() == datetime.min.time() else "%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return repr(value).replace(".", decimal_mark)
    if isinstance(value, int):
        return str(value)
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
