"""A table as a workbook: read back it holds the same values of the same kinds, and Excel runs none of it."""

import io
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from cooperation.documents import workbooks
from cooperation.documents.workbooks import (
    About,
    Section,
    Sheet,
    SheetColumn,
    TooManyRows,
    rows_of,
    sheet_names,
    write_workbook,
)

ABOUT = About("Over", "Interventietermijn", [Section("Selectie", [["Zone", "5382"]], ["Wat", "Welke"])])


def written(rows: list[tuple[Any, ...]], *columns: SheetColumn) -> bytes:
    """Return the workbook of one table."""
    file = io.BytesIO()
    write_workbook(file, ABOUT, [Sheet("data", columns, rows)])
    return file.getvalue()


def read(content: bytes, sheet: str = "data") -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(sheet).to_python()


def part(content: bytes, name: str) -> str:
    return zipfile.ZipFile(io.BytesIO(content)).read(name).decode("utf-8")


def test_every_kind_of_value_comes_back_as_its_kind() -> None:
    values = (
        3,
        np.int64(-4),
        0.25,
        Decimal("1234.56"),
        True,
        date(2022, 1, 31),
        datetime(2022, 1, 31, 8, 5, 9),
        pd.Timestamp("2022-01-31 08:05:09"),
        "0472",
        ("a", "b"),
    )
    content = written([values], *(SheetColumn(f"c{place}") for place in range(len(values))))
    found = read(content)[1]
    assert found == [
        3.0,
        -4.0,
        0.25,
        1234.56,
        True,
        date(2022, 1, 31),
        datetime(2022, 1, 31, 8, 5, 9),
        datetime(2022, 1, 31, 8, 5, 9),
        "0472",
        "a, b",
    ]
    assert [type(value) for value in found[4:7]] == [bool, date, datetime]


@pytest.mark.parametrize("unknown", [None, float("nan"), pd.NA, pd.NaT, np.datetime64("NaT"), np.nan])
def test_unknown_is_an_empty_cell(unknown: object) -> None:
    content = written([(unknown, 1)], SheetColumn("a"), SheetColumn("b"))
    assert read(content)[1] == ["", 1.0]
    assert '<c r="A2"' not in part(content, "xl/worksheets/sheet2.xml")


# Every example is a whole workbook.
@settings(max_examples=25)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20), min_size=1))
def test_text_comes_back_and_is_no_formula(texts: list[str]) -> None:
    texts += ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "\u2212=", "-2+3"]
    content = written([(text,) for text in texts], SheetColumn("a"))
    assert [row[0] for row in read(content)[1:]] == texts
    assert "<f>" not in part(content, "xl/worksheets/sheet2.xml")
    # What Excel would run once somebody edits the cell, stays text then as well.
    assert 'quotePrefix="1"' in part(content, "xl/styles.xml")


def test_what_no_cell_can_hold_is_kept_as_text_or_cut_in_sight() -> None:
    content = written([(2**60, date(1850, 1, 1), float("inf"), "x" * 40_000)], *map(SheetColumn, "abcd"))
    whole, day, infinite, text = read(content)[1]
    assert (whole, day, infinite) == (str(2**60), "1850-01-01", "inf")
    assert len(text) == 32_767 and text.endswith("x […]")


def test_the_header_stays_has_a_filter_and_numbers_look_like_their_unit() -> None:
    content = written([(1.5, 0.25)], SheetColumn("amount_eur", "eur"), SheetColumn("share", "share"))
    sheet = part(content, "xl/worksheets/sheet2.xml")
    assert re.search(r'<pane ySplit="1"[^>]*state="frozen"', sheet)
    assert '<autoFilter ref="A1:B2"/>' in sheet
    styles = part(content, "xl/styles.xml")
    assert "0.0%" in styles and "#,##0.00" in styles
    assert read(content)[1] == [1.5, 0.25]


def test_the_first_sheet_says_what_it_is() -> None:
    content = written([], SheetColumn("a"))
    assert read(content, "Over") == [
        ["Interventietermijn", ""],
        ["", ""],
        ["Selectie", ""],
        ["Wat", "Welke"],
        ["Zone", "5382"],
    ]


def test_a_frame_is_written_as_it_is(tmp_path: Path) -> None:
    table = pd.DataFrame({"zone_code": ["5381", None], "n": pd.array([1, None], dtype="Int64")})
    path = tmp_path / "a.xlsx"
    write_workbook(path, ABOUT, [Sheet("x", [SheetColumn("zone_code"), SheetColumn("n")], rows_of(table))])
    # An unused last row has no cells at all.
    assert read(path.read_bytes(), "x") == [["zone_code", "n"], ["5381", 1.0]]


def test_a_table_longer_than_a_sheet_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_ROWS_OF_A_TABLE", 3)
    written([(1,)] * 3, SheetColumn("a"))
    with pytest.raises(TooManyRows):
        written([(1,)] * 4, SheetColumn("a"))


def test_sheet_names_are_what_excel_takes() -> None:
    long = "mutual_assistance/nights_and_weekends"
    assert sheet_names(["a/b", "A b", "", "History", long, long]) == [
        "a b",
        "A b (2)",
        "-",
        "History (2)",
        "mutual_assistance nights_and_we",
        "mutual_assistance nights_a (2)",
    ]
