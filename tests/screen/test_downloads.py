"""The page of rows and files, drawn without a browser."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cooperation.answers.answer import Evidence
from cooperation.answers.downloads import browsable_tables, is_answer, rows_of
from cooperation.answers.filters import Filters
from cooperation.language import T, speak
from cooperation.screen.downloads import _as_shown
from cooperation.warehouse.browsing import EVERY_ROW
from cooperation.warehouse.database import open_database

DUTCH = speak("nl")
NO_ROWS = {"table": "response_times", "where": "zone_code:is:9999"}


def drawn(database: Path, monkeypatch: pytest.MonkeyPatch, **choices: str) -> AppTest:
    """Return the page as a link gives it."""
    monkeypatch.setenv("COOPERATION_DATABASE", str(database))
    monkeypatch.setenv("COOPERATION_EXPORTS", str(database.parent / "exports"))
    page = AppTest.from_string("from pages.downloads import render\nrender()", default_timeout=60)
    for name, value in choices.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def words_on(page: AppTest) -> str:
    return " ".join(element.proto.body for element in page.get("html"))


def test_a_choice_that_no_row_meets_is_shown_as_no_rows(
    demonstration_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = words_on(drawn(demonstration_database, monkeypatch, **NO_ROWS))
    assert DUTCH.say(T("No row meets this choice.")) in said
    # What stands under the rows is there as well.
    assert DUTCH.say(T("Everything at once")) in said


def test_every_mart_without_rows_can_be_shown(demonstration_database: Path) -> None:
    evidence = Evidence(open_database(demonstration_database))
    for entry in browsable_tables(with_small_counts=False):
        if not is_answer(entry.name):
            rows = rows_of(evidence, entry.name, Filters(), EVERY_ROW)
            assert _as_shown(rows.stretch(0, 0), rows.columns, DUTCH).empty
