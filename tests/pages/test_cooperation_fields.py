"""The page on the eleven fields: the command line's figures in every language, hidden counts, empty states, files."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cooperation.answers.answer import Evidence
from cooperation.answers.small_counts import SUM_OF_HIDDEN
from cooperation.language import LANGUAGES, TN, T, speak
from cooperation.screen.cooperation_fields import QUESTION
from cooperation.settings import load_settings
from cooperation.warehouse.database import open_database
from cooperation.wording.fields import verdict_word
from tests.browser import Dashboard, RecordedPage, assert_speaks, plain, serving
from tests.pages.test_response_times import assert_files_hold, key_of, shown_rows
from tests.warehouse.exports import activity, build_sets, intervention, settings_text

FIELDS = load_settings().fields
SETTINGS_WITHOUT_FIELDS = settings_text().partition("[[field_groups]]")[0]
PER_CENT, MONEY = "%", "€"


def figure_of(text: str, code: str) -> float:
    """Return the number that a card shows, whatever stands around it and however the language writes it."""
    bare = re.sub(r"[^\d.,-]", "", text)
    separator = "." if code == "en" else ","
    return float("".join(mark for mark in bare.replace(separator, "!") if mark not in ".,").replace("!", "."))


def assert_is_shown(text: str, row: dict[str, Any], phase: str, code: str) -> None:
    """Assert that a card shows the figure of an answer, read back from its words and within their rounding."""
    if row[f"{phase}_hidden"] is not None:
        hidden = {"nl": "verborgen", "fr": "masqué", "en": "hidden"}[code]
        assert text == (hidden if row[f"{phase}_hidden"] == "x" else row[f"{phase}_hidden"])
        return
    if row[phase] is None:
        assert text == "–"
        return
    shown = figure_of(text, code)
    value = row[phase] * (100 if PER_CENT in text else 1)
    decimals = len(text.partition("." if code == "en" else ",")[2].rstrip(" %€")) if MONEY not in text else 0
    assert shown == pytest.approx(value, abs=0.5001 * 10**-decimals if decimals < 4 else 0.5001), (text, row)


def cards_of(page: Any, place: int) -> list[tuple[str, str, str, list[str]]]:
    """Return label, figure, change and verdict of each card of the field at a place."""
    section = page.locator("section.field").nth(place)
    return [
        (
            plain(card.locator("h4").inner_text()),
            plain(card.locator(".figure").inner_text()),
            plain(card.locator(".change").inner_text()),
            [plain(text) for text in card.locator(".verdict").all_inner_texts()],
        )
        for card in section.locator(".figure-card").all()
    ]


def told_of(rows: list[dict[str, Any]]) -> list[int]:
    """Return the numbers that the page says of the fields, in its order."""
    judged = [(row["direction"], row["verdict"]) for row in rows]
    shown = {row["field_code"] for row in rows if (row["before"], row["after"]) != (None, None)}
    hidden = {row["field_code"] for row in rows if row["before_hidden"] or row["after_hidden"]} - shown
    assert hidden, "or it would prove nothing"
    # Of a neutral indicator more is neither good nor bad, whatever its verdict.
    better = judged.count(("higher", "higher")) + judged.count(("lower", "lower"))
    was_nothing = [
        row for row in rows if row["verdict"] == row["direction"] == "higher" and row["before"] == 0
    ]
    assert was_nothing, "or it would prove nothing"
    worse = judged.count(("higher", "lower")) + judged.count(("lower", "higher"))
    alike = sum(row["verdict"] == "no_demonstrable_difference" for row in rows)
    none = len(FIELDS) - len(shown) - len(hidden)
    return [len(FIELDS), len(shown), len(hidden), none, better, len(was_nothing), worse, alike]


def test_a_deep_link_on_a_fresh_server_says_what_the_command_line_says(
    dashboard: Callable[..., Dashboard],
    new_page: Callable[..., RecordedPage],
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    server = dashboard()
    evidence = Evidence(open_database(demonstration_database))
    rows = command_line(demonstration_database, "cooperation_fields/overview")["rows"]
    # Every kind of verdict and every state occurs, or finding them would prove nothing.
    assert {row["state"] for row in rows} == {"figures", "no_data", "only_active"}
    assert {"higher", "no_demonstrable_difference", "too_few_data"} <= {row["verdict"] for row in rows}
    assert "x" in {row["after_hidden"] for row in rows}
    doubled = TN(
        "{count} line of activities may count twice: a later file tells of the same, or it looks like a total"
        " (see the page on the data).",
        "{count} lines of activities may count twice: a later file tells of the same, or they look like totals"
        " (see the page on the data).",
        1,
    )
    reader = new_page()
    for code in LANGUAGES:
        language = speak(code)
        page = reader.visit(server.link("cooperation_fields", language=code))
        assert_speaks(reader, language, QUESTION)
        assert [
            int(number) for number in re.findall(r"\d+", page.locator(".answer").inner_text())
        ] == told_of(rows)
        # One line of the invented activities stands in two files.
        assert plain(language.say(doubled)) in plain(page.locator(".answer-more").first.inner_text())
        titles = page.locator("section.field h3").all_inner_texts()
        assert titles == [field.name.in_language(code) for field in FIELDS] and len(titles) == 11
        for place, field in enumerate(FIELDS):
            own = [row for row in rows if row["field_code"] == field.code]
            said = plain(page.locator("section.field").nth(place).inner_text())
            assert plain(language.date(load_settings().start)) in said
            if own[0]["state"] == "no_data":
                assert plain(language.say(T("No data."))) in said
            if own[0]["state"] == "only_active":
                assert not re.search(r"\d", said.replace(plain(language.date(load_settings().start)), ""))
            cards = cards_of(page, place)
            assert len(cards) == (len(own) if own[0]["state"] == "figures" else 0)
            for (_, figure, change, verdicts), row in zip(cards, own, strict=False):
                assert_is_shown(figure, row, "after", code)
                assert verdicts == (
                    [plain(language.say(verdict_word(row, evidence) or ""))] if row["verdict"] else []
                )
                if row["verdict"] and row["before_hidden"] == SUM_OF_HIDDEN:
                    assert plain(language.say(T("hidden before"))) in change.split(" · ")
                elif row["verdict"]:
                    was = plain(language.say(T("was {figure}", figure="~"))).split("~")
                    parts = [
                        part
                        for part in change.split(" · ")
                        if part.startswith(was[0]) and part.endswith(was[1])
                    ]
                    said = parts[-1].removeprefix(was[0]).removesuffix(was[1]).strip()
                    assert_is_shown(said, row, "before", code)
        assert reader.complaints() == []
    assert "Traceback" not in server.written()


@pytest.fixture(scope="module")
def small_zone(shared_tab: RecordedPage, running_dashboard: Dashboard) -> RecordedPage:
    """Return the page of the zone with small counts, opened once for all tests that only look at it."""
    shared_tab.visit(running_dashboard.link("cooperation_fields", municipality_nis="73109"))
    return shared_tab


@pytest.mark.parametrize("name", ["overview", "indicators", "series"])
def test_a_table_and_its_files_hold_the_answer_and_no_small_count(
    name: str,
    small_zone: RecordedPage,
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    answer = f"cooperation_fields/{name}"
    rows = command_line(demonstration_database, answer, municipality_nis="73109")["rows"]
    assert {row["zone_code"] for row in rows if row.get("measure")} == {"5382"}
    tools = small_zone.open_tools(key_of(answer))
    shown = shown_rows(tools)
    assert len(shown) == len(rows) > 0
    hidden = [row for row in rows if row.get("hidden") or row.get("before_hidden") or row.get("after_hidden")]
    assert hidden
    if name == "series":
        at = [index for index, row in enumerate(rows) if row["hidden"] == "< 5"]
        assert at and all("< 5" in shown[index] for index in at)
        assert all(rows[index]["value"] is None and rows[index]["line_count"] is None for index in at)
    for file_name in assert_files_hold(tools, rows, {"data": "invented (demonstration)"}):
        assert file_name.startswith(f"demonstration_cooperation_fields_{name}_municipality_nis-73109_")
    assert small_zone.complaints() == []


def test_a_field_leads_to_its_indicators_and_to_its_page(
    small_zone: RecordedPage,
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    page = small_zone.page
    fold = page.locator(".st-key-tools-field-training")
    fold.locator("summary").click()
    fold.locator("table").wait_for()
    said = plain(fold.inner_text())
    # Name and definition of the indicators, and the figures of the zone.
    assert "Opleidingsuren" in said and "Manuren die personeel van de zone" in said and "PZ Voeren" in said
    lines = [plain(text) for text in fold.locator(".small-lines figure").all_inner_texts()]
    assert len(lines) == fold.locator(".small-lines img").count() > 0
    series = command_line(demonstration_database, "cooperation_fields/series", municipality_nis="73109")[
        "rows"
    ]
    hours = [
        row for row in series if row["indicator_code"] == "training_hours" and row["measure"] == "a_year"
    ]
    # The line of the hours ends in the figures of the first and the last year.
    text = next(text for text in lines if "Opleidingsuren" in text and "per jaar" in text)
    for row in (hours[0], hours[-1]):
        assert f"{row['year_start'][:4]}: {plain(speak('nl').number(round(row['value'])))}" in text
    links = page.locator("section.field .field-link a").evaluate_all(
        "all => all.map(one => one.getAttribute('href'))"
    )
    assert links == ["mutual_assistance?municipality_nis=73109", "shared_costs?municipality_nis=73109"]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Callable[..., Dashboard]]:
    """Return a function that builds from rows of data sets and serves them."""
    servers = []

    def start(settings: str, **rows: Any) -> Dashboard:
        built = build_sets(tmp_path, rows, settings)
        server = serving(tmp_path / "log", tmp_path / "exports", built.pointer, tmp_path / "cooperation.toml")
        servers.append(server)
        return server.__enter__()

    yield start
    for server in servers:
        server.__exit__(None, None, None)


def test_without_activities_every_field_says_what_would_fill_it(
    served: Callable[..., Dashboard], page: RecordedPage
) -> None:
    calls = [intervention("a", "2021-03-01 12:00:00"), intervention("b", "2022-03-01 12:00:00")]
    tab = page.visit(served(settings_text(), interventions=calls).link("cooperation_fields"))
    sections = [plain(text) for text in tab.locator("section.field").all_inner_texts()]
    assert len(sections) == 11
    nothing = [text for text in sections if "Geen gegevens." in text]
    # Of informants nothing is ever counted, so nothing would fill it either.
    assert len(nothing) == 10 and all("export van activiteiten" in text for text in nothing)
    assert page.complaints() == []


def test_settings_without_fields_say_where_to_name_them(
    served: Callable[..., Dashboard], page: RecordedPage
) -> None:
    lines = [activity("2", activity_date="2022-01-01", indicator_code="oversight_files")]
    tab = page.visit(served(SETTINGS_WITHOUT_FIELDS, activities=lines).link("cooperation_fields"))
    assert "[[fields]]" in plain(tab.locator(".empty-state").inner_text())
    assert page.complaints() == []


def test_who_may_see_small_counts_is_told_so(served: Callable[..., Dashboard], page: RecordedPage) -> None:
    lines = [
        activity("2", activity_date=f"{year}-{month}", indicator_code="oversight_files")
        for year in range(2019, 2025)
        for month in ("01-01", "12-31")
    ]
    lifted = settings_text((r"(?m)^small_counts = false", "small_counts = true"))
    tab = page.visit(served(lifted, activities=lines).link("cooperation_fields", zone_code="5381"))
    assert "Kleine aantallen worden getoond" in page.text()
    place = [field.code for field in FIELDS].index("internal_oversight")
    # Four files a year: the figure itself, where a reader elsewhere finds that it is hidden.
    assert cards_of(tab, place)[0][1] == "4"
    assert page.complaints() == []
