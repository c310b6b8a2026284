"""Tables in the reader's language, and the query with the values that were bound."""

from datetime import date
from html.parser import HTMLParser
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperation.language import T, speak
from cooperation.screen.tables import Column, Kind, say_cell, sql_with_values, table_html

DUTCH = speak("nl")


@pytest.mark.parametrize(
    ("value", "kind", "said"),
    [
        (628.0, "duration", "10 min 28 s"),
        (0.0, "duration", "0 s"),
        (-48.0, "difference", "\N{MINUS SIGN}48 s"),
        (62.0, "difference", "+1 min 02 s"),
        (0.0614, "percent", "6,1%"),
        (0.0614, "points", "6,1 procentpunt"),
        (12345, "number", "12.345"),
        (pd.Timestamp("2022-01-01"), "month", "januari 2022"),
        (date(2022, 1, 1), "date", "1 januari 2022"),
        (1, "weekday", "maandag"),
        (7, "weekday", "zondag"),
        ("73066", "text", "73066"),
        (float("nan"), "duration", "–"),
        (None, "text", "–"),
        (pd.NaT, "month", "–"),
        (pd.NA, "number", "–"),
    ],
)
def test_a_value_is_said_by_its_kind_and_unknown_is_a_dash(value: Any, kind: Kind, said: str) -> None:
    cell = say_cell(value, Column("x", T("Calls"), kind), DUTCH)
    assert cell.replace("\N{NO-BREAK SPACE}", " ") == said


def test_a_code_with_a_name_is_said_by_its_name() -> None:
    column = Column("municipality_nis", T("Municipality"), names={"73066": "Riemst"})
    assert say_cell("73066", column, DUTCH) == "Riemst"
    assert say_cell("73109", column, DUTCH) == "73109"


def test_a_table_has_a_caption_headings_and_row_headings() -> None:
    table = pd.DataFrame(
        {"name": ["Riemst", "<b>Voeren</b>"], "median_seconds": [580.0, None], "other": [1, 2]}
    )
    columns = [Column("name", T("Municipality")), Column("median_seconds", T("Median"), "duration")]
    html = table_html(table, columns, DUTCH, caption=T("{place} by municipality", place="<i>"))
    parser = _Counter(html)
    assert parser.counts["caption"] == 1
    assert parser.counts["th"] == 2 + 2
    assert parser.counts["td"] == 2
    assert parser.counts.get("b", 0) == parser.counts.get("i", 0) == 0
    assert html.count('scope="row"') == html.count('scope="col"') == 2


def test_an_empty_table_has_its_headings() -> None:
    html = table_html(pd.DataFrame({"a": []}), [Column("a", T("Calls"))], DUTCH, caption=T("Calls"))
    assert html.count("<th ") == 1


@settings(max_examples=300, derandomize=True)
@given(
    st.dictionaries(
        st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.text() | st.lists(st.text()), max_size=4
    )
)
def test_no_bound_value_steps_out_of_its_comment(parameters: dict[str, Any]) -> None:
    lines = sql_with_values("select 1", parameters).splitlines()
    assert lines[-1] == "select 1"
    assert len(lines) == len(parameters) + 1
    assert all(line.startswith("-- $") for line in lines[:-1])


def test_dates_and_lists_are_shown_as_bound() -> None:
    text = sql_with_values("select 1;\n", {"since": date(2022, 1, 1), "zone_codes": ["5381", "5382"]})
    assert text == '-- $since = "2022-01-01"\n-- $zone_codes = ["5381", "5382"]\nselect 1;'


class _Counter(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.counts: dict[str, int] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.counts[tag] = self.counts.get(tag, 0) + 1
