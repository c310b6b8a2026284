"""The decimal mark of a file, told from its cells: every kind of evidence, its strength, and what is none."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cooperation.warehouse.decimal_marks import decimal_mark

# Each can be read in one way only and looks like an amount.
STRONG = {
    ",": (
        "1.234,56",
        "€ 5.886.708",
        "13.162,43",
        "-1.234,56",
        "(1.234,56)",
        "1.234,56-",
        "€ 4.160",
        "4 160,125",
    ),
    ".": ("1,234.56", "5,886,708", "EUR 4,160", "4\u202f160.5", "4'160.50", "4\u00a0160.125"),
}
# One mark that cannot be a thousands mark; a code or a coordinate looks like that too.
WEAK = {
    ",": ("12,5", "1234,567", "0,125", ",5", "1,5 %", "€ -5,00", "- € 12,30"),
    ".": ("12.5", "50.8793", "1234.567", "0.125", ".5"),
}
# May be an amount of either mark, or is none: a date, a time, a version, a sentence, a list.
NO_EVIDENCE = (
    "4.160",
    "4,160",
    "4 146",
    "10.06.2023",
    "1.2.3.4",
    "12,34,56",
    "a, b. c",
    "5,",
    "001.234",
    "",
    "€ -5",
)


@pytest.mark.parametrize("mark", [",", "."])
def test_each_piece_of_evidence_decides_alone(mark: str) -> None:
    against = {",": ",", ".": ";"}[mark]
    for cell in (*STRONG[mark], *WEAK[mark]):
        assert decimal_mark([cell, *NO_EVIDENCE], against) == mark, cell


@pytest.mark.parametrize("cell", NO_EVIDENCE)
def test_without_evidence_the_delimiter_decides(cell: str) -> None:
    assert decimal_mark([cell], ";") == ","
    for delimiter in (",", "\t", "|", None):
        assert decimal_mark([cell], delimiter) == "."


def test_strong_evidence_outweighs_weak_whatever_there_is_more_of() -> None:
    # A coordinate is written with a point in a file of Belgian amounts.
    assert decimal_mark([*WEAK["."], "€ 5.886.708"], ",") == ","
    assert decimal_mark([*WEAK[","], "5,886,708"], ";") == "."


def test_contradicting_evidence_leaves_it_to_the_delimiter() -> None:
    for cells in ([STRONG[","][0], STRONG["."][0]], [WEAK[","][0], WEAK["."][0]]):
        assert decimal_mark(cells, ";") == ","
        assert decimal_mark(cells, ",") == "."


@given(
    st.lists(st.decimals("-9999999", "9999999", places=2), min_size=1),
    st.sampled_from([(",", "."), (".", ","), (",", " "), (".", " "), (",", ""), (".", "")]),
    st.sampled_from(["", "€ "]),
)
def test_amounts_in_euro_and_cents_tell_their_mark(
    amounts: list[Decimal], marks: tuple[str, str], currency: str
) -> None:
    mark, thousands = marks
    written = [f"{amount:,}".translate({ord(","): thousands, ord("."): mark}) for amount in amounts]
    against = {",": ",", ".": ";"}[mark]
    assert decimal_mark([currency + cell for cell in written], against) == mark
