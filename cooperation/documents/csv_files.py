"""A table as CSV: for Belgian Excel (semicolon, decimal comma, BOM) or international (comma, decimal point)."""

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Flavour = Literal["belgian_excel", "international"]
FLAVOURS: tuple[Flavour, ...] = ("belgian_excel", "international")
# Excel reads a cell that begins so as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
STARTS_LIKE_A_FORMULA = r"^[=+\-@\t\r]"
INVENTED = "invented (demonstration)"
# A sign before digits is an amount, a phone number or "nothing"; Excel has nothing to run in it.
HARMLESS = re.compile("[+-][0-9 .,:/%€\u00a0\u202f-]*")
HARMLESS_WHOLE = f"^{HARMLESS.pattern}$"
# A code of digits, or a date somebody wrote: a spreadsheet that keeps quoted cells as text must find it quoted.
LOOKS_LIKE_A_NUMBER = "^[+-]?[0-9][0-9 .,:/%€eE\u00a0\u202f-]*$"
# So few that their text stays far below what one array of text can hold.
ROWS_AT_ONCE = 50_000
# A word that comes so often on average is made ready once.
FEW_WORDS = 10
DATE_FORMAT, TIME_FORMAT = "%Y-%m-%d", "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True)
class _Form:
    """How a flavour is written."""

    start: bytes
    delimiter: str
    line_end: str
    decimal_mark: str


FORMS: Mapping[Flavour, _Form] = {
    "belgian_excel": _Form(codecs.BOM_UTF8, ";", "\r\n", ","),
    "international": _Form(b"", ",", "\n", "."),
}


def csv_bytes(table: pd.DataFrame, flavour: Flavour) -> bytes:
    """Return the table as UTF-8 CSV, header first, unknown values empty, text that Excel would run made harmless."""
    form = FORMS[flavour]
    series = [table.iloc[:, place] for place in range(table.shape[1])]
    columns = [_column_of(column, form) for column in series]
    are_mixed = [_is_of_several_kinds(column) for column in series]
    stretches = (
        _lines([column.slice(first, ROWS_AT_ONCE) for column in columns], form, are_mixed=are_mixed)
        for first in range(0, len(table), ROWS_AT_ONCE)
    )
    return b"".join([_head(list(table.columns), form), *stretches])


def csv_pieces(
    names: Sequence[str], batches: Iterable[pa.Table], flavour: Flavour, marks: Mapping[str, str]
) -> Iterator[bytes]:
    """Yield what `csv_bytes` returns piece by piece, for tables that come a stretch at a time.

    Every row ends in the texts of `marks`, each under its name.
    """
    form = FORMS[flavour]
    yield _head([*names, *marks], form)
    # Made ready once, not once a row.
    said = [_cells(pa.array([text]), form)[0] for text in marks.values()]
    for batch in batches:
        yield _lines([column.combine_chunks() for column in batch.columns], form, said)


def marked(table: pd.DataFrame, *, is_demonstration: bool, made_by: str = "") -> pd.DataFrame:
    """Return a table as it may leave the house, with a column for each of its marks."""
    return table.assign(**marks(is_demonstration=is_demonstration, made_by=made_by))


def marks(*, is_demonstration: bool, made_by: str = "") -> dict[str, str]:
    """Return what every row of a file says of itself, by column: no banner and no page go with it.

    Whether its figures are invented, and the command that makes it again.
    """
    said = {"data": INVENTED if is_demonstration else "", "made_by": made_by}
    return {name: text for name, text in said.items() if text}


def _head(names: Sequence[str], form: _Form) -> bytes:
    # A reader's own question can give a column any name.
    return form.start + _lines([pa.array([made_harmless(str(name))]) for name in names], form)


def _lines(
    columns: Sequence[pa.Array],
    form: _Form,
    ends: Sequence[pa.Scalar] = (),
    are_mixed: Sequence[bool] = (),
) -> bytes:
    """Return rows as text, whole columns at a time: a cell at a time takes fifty times as long.

    Of columns that `are_mixed` the cells are written already, and not all of them are texts.
    """
    if not columns or not len(columns[0]):
        return b""
    mixed = are_mixed or [False] * len(columns)
    cells = [
        *(_cells(column, form, is_mixed=is_mixed) for column, is_mixed in zip(columns, mixed, strict=True)),
        *ends,
    ]
    if len(cells) == 1:
        # An empty line would be read as no row.
        cells = [pc.if_else(pc.equal(cells[0], ""), '""', cells[0])]
    rows = pc.binary_join_element_wise(*cells, form.delimiter)
    whole = pa.ListArray.from_arrays(pa.array([0, len(rows)], pa.int32()), rows)
    joined: str = pc.binary_join(whole, form.line_end)[0].as_py()
    return (joined + form.line_end).encode("utf-8")


def _cells(column: pa.Array, form: _Form, *, is_mixed: bool = False) -> pa.Array:
    """Return each value as it stands in the file."""
    kind = column.type
    is_text = _is_text(kind) and not is_mixed
    if is_text:
        # Most columns of text hold few words, many times.
        coded = pc.dictionary_encode(column)
        if len(coded.dictionary) * FEW_WORDS <= len(column):
            words = _quoted(_text(coded.dictionary, form), form, is_text=True)
            return pc.fill_null(words.take(coded.indices), "")
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_temporal(kind):
        # Nothing in them is ever quoted.
        return _text(column, form)
    return _quoted(_text(column, form), form, is_text=is_text or _is_list(kind))


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def _is_of_several_kinds(column: pd.Series) -> bool:
    known = column.dropna() if column.dtype == object else ()
    return any(not isinstance(value, (str, tuple, list, np.ndarray)) for value in known)


def _column_of(column: pd.Series, form: _Form) -> pa.Array:
    """Return a column of a frame; one of several kinds becomes text here, cell by cell."""
    if column.dtype == object:
        return pa.array([_cell(value, form.decimal_mark) for value in column], pa.string())
    if (
        pd.api.types.is_datetime64_any_dtype(column)
        and (column.dropna().dt.normalize() == column.dropna()).all()
    ):
        return pa.Array.from_pandas(column.dt.date, type=pa.date32())
    return pa.Array.from_pandas(column)


def _text(column: pa.Array, form: _Form) -> pa.Array:
    """Return each value as its cell's text, "" where it is unknown."""
    kind = column.type
    if pa.types.is_timestamp(kind):
        text = pc.cast(pc.cast(column, pa.timestamp("s"), safe=False), pa.string())
    elif pa.types.is_floating(kind):
        text = _number_text(pc.if_else(pc.is_nan(column), None, column))
    elif _is_list(kind):
        items = pc.cast(column, pa.list_(pa.string()))
        text = _harmless(pc.binary_join(items, ", "))
    else:
        text = pc.cast(column, pa.string())
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        text = pc.replace_substring(text, ".", form.decimal_mark) if form.decimal_mark != "." else text
    elif _is_text(kind):
        text = _harmless(text)
    return pc.fill_null(text, "")


def _number_text(column: pa.Array) -> pa.Array:
    size = pc.abs(column)
    is_written_otherwise = pc.or_(pc.greater_equal(size, 1e10), pc.less(size, 1e-3))
    if pc.any(pc.and_(is_written_otherwise, pc.greater(size, 0))).as_py():
        # Arrow goes over to powers of ten where Python and what reads its files do not.
        return pa.array([None if value is None else repr(value) for value in column.to_pylist()], pa.string())
    # A whole number keeps its point, so that whoever reads the column back gets the kind of number that it was.
    text = pc.cast(column, pa.string())
    is_bare = pc.match_substring_regex(text, "^-?[0-9]+$")
    return pc.if_else(is_bare, pc.binary_join_element_wise(text, ".0", ""), text)


def _harmless(text: pa.Array) -> pa.Array:
    starts = pc.match_substring_regex(text, STARTS_LIKE_A_FORMULA)
    if not pc.any(starts).as_py():
        return text
    is_run = pc.and_not(starts, pc.match_substring_regex(text, HARMLESS_WHOLE))
    return pc.if_else(is_run, pc.binary_join_element_wise("'", text, ""), text)


def _quoted(text: pa.Array, form: _Form, *, is_text: bool) -> pa.Array:
    asking = f'[{form.delimiter}"\r\n]'
    needs_quotes = pc.match_substring_regex(text, f"{asking}|{LOOKS_LIKE_A_NUMBER}" if is_text else asking)
    if not pc.any(needs_quotes).as_py():
        return text
    doubled = pc.replace_substring(text, '"', '""')
    return pc.if_else(needs_quotes, pc.binary_join_element_wise('"', doubled, '"', ""), text)


def _cell(value: Any, decimal_mark: str) -> str:
    if isinstance(value, (tuple, list, np.ndarray)):
        return made_harmless(", ".join(map(str, value)))
    if pd.isna(value):
        return ""
    # A column of several kinds holds numpy's own numbers, which would name themselves in the file.
    plain = value.item() if isinstance(value, np.generic) else value
    match plain:
        case bool():
            return "true" if plain else "false"
        case datetime():
            return plain.strftime(DATE_FORMAT if plain.time() == datetime.min.time() else TIME_FORMAT)
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
