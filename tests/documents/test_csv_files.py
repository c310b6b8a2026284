"""A table as CSV: what goes in comes out again, in both flavours, and a spreadsheet runs none of it."""

import csv
import io
import math
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cooperation.answers.filters import Filters
from cooperation.answers.registry import ANSWERS
from cooperation.documents.csv_files import FLAVOURS, Flavour, csv_bytes, is_run_by_a_spreadsheet
from tests.warehouse.exports import EVERYONE, Built, build_rows, deployment, intervention


def read(content: bytes, flavour: Flavour) -> list[list[str]]:
    text = content.decode("utf-8-sig" if flavour == "belgian_excel" else "utf-8")
    return list(
        csv.reader(io.StringIO(text, newline=""), delimiter=";" if flavour == "belgian_excel" else ",")
    )


def cell(value: Any, flavour: Flavour = "international") -> str:
    """Return a value as it is written among others, so that its column keeps its own type."""
    table = pd.DataFrame({"a": pd.Series([value], dtype=object), "b": [1]})
    return read(csv_bytes(table, flavour), flavour)[1][0]


def test_belgian_excel_gets_what_it_opens_without_asking() -> None:
    table = pd.DataFrame({"naam": ["Fourons; été"], "aandeel": [0.25], "aantal": [3]})
    expected = '\ufeffnaam;aandeel;aantal\r\n"Fourons; été";0,25;3\r\n'
    assert csv_bytes(table, "belgian_excel") == expected.encode("utf-8")


def test_everybody_else_gets_commas_and_points() -> None:
    table = pd.DataFrame({"name": ["a,b"], "share": [0.25], "count": [3]})
    assert csv_bytes(table, "international") == b'name,share,count\n"a,b",0.25,3\n'


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("unknown", [None, math.nan, pd.NA, pd.NaT, np.nan, np.datetime64("NaT")])
def test_unknown_is_an_empty_cell(unknown: object, flavour: Flavour) -> None:
    assert cell(unknown, flavour) == ""


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("dtype", ["Int64", "Float64", "boolean", "string", "float64", "datetime64[us]"])
def test_unknown_is_an_empty_cell_in_a_column_of_any_type(dtype: str, flavour: Flavour) -> None:
    table = pd.DataFrame({"a": pd.Series([None, None], dtype=dtype), "b": [1, 2]})
    assert read(csv_bytes(table, flavour), flavour)[1:] == [["", "1"], ["", "2"]]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (-5, "-5"),
        (np.int64(-5), "-5"),
        (np.float64(-0.5), "-0.5"),
        (np.bool_(True), "true"),
        (False, "false"),
        (date(2022, 1, 31), "2022-01-31"),
        (datetime(2022, 1, 31), "2022-01-31"),
        (datetime(2022, 1, 31, 8, 5), "2022-01-31 08:05:00"),
        (pd.Timestamp("2022-01-31 08:05:00"), "2022-01-31 08:05:00"),
        ("", ""),
        ("73109", "73109"),
    ],
)
def test_a_value_is_written_as_a_reader_expects(value: object, written: str) -> None:
    assert cell(value) == written


@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=5),
    st.sampled_from(FLAVOURS),
)
def test_every_number_comes_back_exactly(numbers: list[float], flavour: Flavour) -> None:
    rows = read(csv_bytes(pd.DataFrame({"a": numbers, "b": 1}), flavour), flavour)[1:]
    mark = "," if flavour == "belgian_excel" else "."
    assert [float(row[0].replace(mark, ".")) for row in rows] == numbers
    if flavour == "belgian_excel":
        assert not any("." in row[0] for row in rows)


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), min_size=1, max_size=5),
    st.sampled_from(FLAVOURS),
)
def test_every_text_comes_back_and_none_is_run(texts: list[str], flavour: Flavour) -> None:
    table = pd.DataFrame({"a": pd.Series(texts, dtype=object), "b": 1})
    rows = read(csv_bytes(table, flavour), flavour)[1:]
    assert len(rows) == len(texts)
    for row, text in zip(rows, texts, strict=True):
        assert row[0] == (f"'{text}" if is_run_by_a_spreadsheet(text) else text)
        assert not is_run_by_a_spreadsheet(row[0])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    # The second call has no hour of the day and no arrival, the third neither place nor priority.
    rows = [
        intervention("A", "2021-06-10 12:00:00"),
        intervention("B", "2022-06-11"),
        intervention("C", "2022-06-12 12:00:00", municipality_nis="", priority="", origin=""),
    ]
    units = [deployment("A", "2021-06-10 12:10:00"), deployment("C", "2022-06-12 12:10:00")]
    return build_rows(tmp_path_factory.mktemp("csv"), rows, units)


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_can_be_written_and_holds_no_word_of_the_software(
    built: Built, name: str, flavour: Flavour
) -> None:
    filters: Filters = EVERYONE.with_(period="2021-01..2021-12/2022-01..2022-12")
    table = ANSWERS[name](built.evidence, filters).table
    rows = read(csv_bytes(table, flavour), flavour)
    assert rows[0] == list(table.columns)
    assert len(rows) == len(table) + 1
    assert {len(row) for row in rows} == {len(table.columns)}
    words = {word for row in rows[1:] for word in row}
    assert not words & {"nan", "NaN", "<NA>", "None", "NaT", "null", "()"}
    assert not [word for word in words if word.startswith(("(", "[", "np."))]
