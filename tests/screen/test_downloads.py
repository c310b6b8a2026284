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
from cooperation.wording.applied import without_effect_text

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


def test_filters_that_rows_do_not_follow_are_named_and_offered_as_conditions(
    demonstration_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"table": "response_times", "zone_code": "5382", "period": "all"}
    page = drawn(demonstration_database, monkeypatch, **asked)
    said = words_on(page)
    without_effect = without_effect_text("response_times", Filters(period="all", zone_code=("5382",)), DUTCH)
    assert without_effect is not None and DUTCH.say(without_effect) in said
    assert "de zone" in DUTCH.say(without_effect)
    (offered,) = (button for button in page.button if button.key == "only-zone_code-5382")
    assert offered.label == "Alleen rijen waar zone_code is gelijk aan 5382"
    offered.click().run()
    assert not page.exception and page.query_params["where"] == "zone_code:is:5382"
    # What is a condition already is not offered again.
    assert all(button.key != "only-zone_code-5382" for button in page.button)


def test_the_archive_says_which_choice_its_figures_follow(
    demonstration_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"table": "rejects", "municipality_nis": "73109", "measure": "travel", "borders": "recorded"}
    said = words_on(drawn(demonstration_database, monkeypatch, **asked))
    (sentence,) = (part for part in said.split("<p") if "filter-sentence" in part)
    assert all(words in sentence for words in ("Voeren", "rijtijd", "fusie", "Bedragen"))
    assert DUTCH.say(T("The same without any choice")) in said
    everything = words_on(drawn(demonstration_database, monkeypatch, table="rejects"))
    assert DUTCH.say(T("The same without any choice")) not in everything


def test_an_operator_that_is_none_is_answered_with_those_that_there_are(
    demonstration_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"table": "response_times", "where": "zone_code:equals:5382"}
    assert "Hier kan wel: is, contains, known, unknown" in words_on(
        drawn(demonstration_database, monkeypatch, **asked)
    )
