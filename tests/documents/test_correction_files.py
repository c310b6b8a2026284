"""Refused lines as files to correct: the cells come back, line by line, and a spreadsheet runs none of them."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cooperation.documents.correction_files import Writing, correction_bytes
from cooperation.documents.csv_files import is_run_by_a_spreadsheet

DELIMITERS = (";", ",", "\t", "|")


def written(cells: list[str], delimiter: str) -> str:
    """Return cells as one line of text, quoted where they must be."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
    return text.getvalue().removesuffix("\r\n")


def read(content: bytes, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


@pytest.mark.parametrize(
    "cell", ["=1+1", '=HYPERLINK("http://x")', "+cmd|' /C calc'!A0", "-A1", "@SUM(A1)", "\t=1", "-2+3+cmd|x"]
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(cell: str) -> None:
    content = correction_bytes("a;b", Writing(";"), [(written(["x", cell], ";"), False)])
    assert read(content, ";")[1] == ["x", f"'{cell}"]


@pytest.mark.parametrize(
    "cell", ["-", "-5,00", "+32 475 12 34 56", "-1.234,56", "- 5 %", "", "€ -5", "'=1", "a=1", "12:30"]
)
def test_amounts_phone_numbers_and_dashes_stay_as_they_are(cell: str) -> None:
    content = correction_bytes("a;b", Writing(";"), [(written(["x", cell], ";"), False)])
    assert read(content, ";")[1] == ["x", cell]


cells = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)


@given(
    delimiter=st.sampled_from(DELIMITERS),
    rows=st.lists(st.lists(cells, min_size=2, max_size=4), max_size=5),
)
def test_every_cell_comes_back(delimiter: str, rows: list[list[str]]) -> None:
    lines = [(written(row, delimiter), False) for row in rows]
    content = correction_bytes(delimiter.join("abcd"), Writing(delimiter), lines)
    header, *found = read(content, delimiter)
    assert header == list("abcd")
    harmless = [[f"'{cell}" if is_run_by_a_spreadsheet(cell) else cell for cell in row] for row in rows]
    assert found == harmless
    assert not any(is_run_by_a_spreadsheet(cell) for row in found for cell in row)


@given(line=st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0\r\n"), max_size=40))
def test_a_line_with_a_stray_quotation_mark_swallows_no_other(line: str) -> None:
    content = correction_bytes("a;b", Writing(";"), [(line, True), ("x;y", False)])
    header, first, last = read(content, ";")
    assert last == ["x", "y"]
    assert [cell.removeprefix("'") for cell in first] == [cell.removeprefix("'") for cell in line.split(";")]


def test_a_file_without_quotation_marks_stays_without() -> None:
    line = "O\"Neill;\"open;'x'"
    content = correction_bytes("a;b;c", Writing(";", ""), [(line, False)])
    assert content.decode("utf-8-sig") == f"a;b;c\r\n{line}\r\n"


def test_single_quotation_marks_are_written_as_they_are_read() -> None:
    content = correction_bytes("a;b", Writing(";", "'"), [("x;'y;z'", False)])
    assert content.decode("utf-8-sig") == "a;b\r\nx;'y;z'\r\n"
