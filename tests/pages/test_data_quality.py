"""The page of data quality: figures equal to the command line's, every file, lines page by page, corrections."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from cooperation.answers.data_quality import ACTIONS, RULES
from cooperation.answers.registry import ANSWERS
from cooperation.language import LANGUAGES, TN, Language, T, speak
from cooperation.screen.accounts import DATA_SETS, LEFT_OUT, LINES_A_PAGE
from tests.browser import Dashboard, RecordedPage, assert_speaks, plain, serving
from tests.pages.test_response_times import assert_files_hold, key_of, shown_rows
from tests.warehouse.exports import (
    deployment,
    deployments_text,
    intervention,
    interventions_text,
    settings_text,
)

DUTCH = speak("nl")
PAGE = "data_quality"
FIGURES = tuple(
    name for name in ANSWERS if name.startswith("data_quality/") and name != "data_quality/totals"
)
REFUSED = 3 * LINES_A_PAGE + 7


def rows_of(page: RecordedPage, caption: str) -> list[list[str]]:
    """Return the rows of the first table in sight with this caption."""
    table = page.page.locator(f'.table-frame[aria-label="{caption}"]').first
    rows = table.locator("tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.children].map(cell => cell.innerText))"
    )
    return [[plain(cell) for cell in row] for row in rows]


def test_a_deep_link_on_a_fresh_server_says_what_the_command_line_says(
    dashboard: Callable[..., Dashboard],
    new_page: Callable[..., RecordedPage],
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    server, page = dashboard(), new_page()
    for code in LANGUAGES:
        page.visit(server.link(PAGE, language=code))
        assert_as_command_line(page, speak(code), partial(command_line, demonstration_database))
    assert "Traceback" not in server.written()


def assert_as_command_line(
    page: RecordedPage, language: Language, answer: Callable[[str], dict[str, Any]]
) -> None:
    """Assert that the page says in this language what the command line's `answer` says."""
    assert_speaks(page, language, T("Can these figures be relied on?"))
    (totals,) = answer("data_quality/totals")["rows"]
    completeness = answer("data_quality/completeness")["rows"]
    measured = next(row for row in completeness if row["zone_code"] is None and row["clock"] == "measure")
    fresh = answer("data_quality/freshness")["rows"]
    calls = [row for row in fresh if row["data_set"] == "interventions"]
    cards = page.cards()
    assert [figure for figure, _ in cards] == [
        plain(figure)
        for figure in (
            language.number(totals["lines_read"]),
            language.number(totals["emptied_cell_count"] + totals["warned_cell_count"]),
            language.percent(measured["after_share"], 1),
            language.number(min(row["days_since"] for row in calls)),
        )
    ]
    last = max(row["last_date"] for row in calls)
    assert plain(language.date(date.fromisoformat(last))) in cards[3][1]
    for name in ("accepted", "duplicate", "rejected"):
        assert plain(language.number(totals[name])) in cards[0][1]
    assert plain(language.percent(measured["before_share"], 1)) in cards[2][1]
    assert plain(language.number(totals["rejected"])) in plain(page.page.locator(".answer").inner_text())
    assert said_reasons(page, language) == said_by_command_line(
        answer("data_quality/reasons")["rows"], language
    )
    assert page.complaints() == []


def said_reasons(page: RecordedPage, language: Language) -> list[list[str]]:
    """Return the first four cells of every reason: the rule, what was done, how often, the kind of data."""
    caption = language.say(T("What was wrong, and what was done about it"))
    return [row[:4] for row in rows_of(page, caption)]


def said_by_command_line(rows: list[dict[str, Any]], language: Language) -> list[list[str]]:
    return [
        [
            plain(language.say(RULES[row["rule"]])),
            plain(language.say(ACTIONS[row["action"]])),
            language.number(row["finding_count"]),
            plain(language.say(DATA_SETS[row["data_set"]])),
        ]
        for row in rows
    ]


def test_every_figure_offers_its_table_two_files_and_its_query(
    running_dashboard: Dashboard,
    page: RecordedPage,
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    tab = page.visit(running_dashboard.link(PAGE))
    keys = tab.locator("[class*='st-key-tools-']").evaluate_all(
        "all => all.map(one => [...one.classList].find(name => name.startsWith('st-key-tools-')))"
    )
    assert sorted(keys) == sorted(f"st-key-tools-{key_of(figure)}" for figure in FIGURES)
    for figure in FIGURES:
        rows = command_line(demonstration_database, figure)["rows"]
        tools = page.open_tools(key_of(figure))
        assert len(shown_rows(tools)) == min(len(rows), 100) or len(shown_rows(tools)) == len(rows)
        for name in assert_files_hold(tools, rows, {"data": "invented (demonstration)"}):
            assert name.startswith(f"demonstration_{figure.replace('/', '_')}_")
    assert page.complaints() == []


def test_what_is_left_out_adds_up_on_the_screen(
    running_dashboard: Dashboard,
    page: RecordedPage,
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    choice = {"measure": "travel", "municipality_nis": "73066"}
    page.visit(running_dashboard.link(PAGE, language="en", **choice))
    english = speak("en")
    rows = rows_of(page, "What does not count in the travel time, and why")
    sums = [[int(cell.replace(",", "")) for cell in row[1:]] for row in rows]
    assert [sum(column) for column in zip(*sums[:-1], strict=True)] == sums[-1]
    left_out = command_line(demonstration_database, "data_quality/left_out", **choice)["rows"]
    total = sum(row["intervention_count"] for row in left_out if row["measure"] == "travel")
    assert sums[-1][-1] == total
    headline = command_line(demonstration_database, "response_times/headline", **choice)
    counted = [row for row in rows if row[0] == english.say(LEFT_OUT["measured"])]
    assert counted[0][1:3] == [
        english.number(headline[phase]["measured_count"]) for phase in ("before", "after")
    ]


@pytest.mark.parametrize("path", ["overview", "response_times"])
def test_every_other_page_leads_here_in_one_line(
    path: str,
    running_dashboard: Dashboard,
    page: RecordedPage,
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    tab = page.visit(running_dashboard.link(path, language="fr", municipality_nis="73109"))
    (totals,) = command_line(demonstration_database, "data_quality/totals")["rows"]
    french = speak("fr")
    line = plain(tab.locator(".exports-line").inner_text())
    assert plain(french.say(TN("{count} line read", "{count} lines read", totals["lines_read"]))) in line
    assert plain(french.say(TN("{count} refused", "{count} refused", totals["rejected"]))) in line
    tab.locator(".exports-line a").click()
    tab.wait_for_url("**/data_quality?**")
    tab.get_by_text(plain(french.say(T("Can these figures be relied on?"))), exact=False).first.wait_for()
    # The choice and the language go with the reader.
    assert "municipality_nis=73109" in tab.url and "language=fr" in tab.url


# --- Exports of which nearly everything is wrong -----------------------------------------------------------------


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """Return a server on exports of one tiny zone with many refused lines and departures recorded only after."""
    folder = tmp_path_factory.mktemp("faulty")
    calls, units = [], []
    for year in (2021, 2022):
        for month in range(1, 13):
            for number in range(3):
                name, moment = f"{year}-{month}-{number}", f"{year}-{month:02d}-{number + 1:02d}"
                calls.append(
                    intervention(name, f"{moment} 10:00:00", zone_code="5382", municipality_nis="73109")
                )
                left = f"{moment} 10:02:00" if year == 2022 else ""
                units.append(deployment(name, f"{moment} 10:09:00", unit_zone_code="5382", departed_at=left))
    refused = [
        intervention(f"X{n}", "2021-05-01 10:00:00", zone_code="9999", nature="Jan Janssens")
        for n in range(REFUSED)
    ]
    doubtful = intervention("Y", "2021-05-01 10:00:00", zone_code="5382", priority="9")
    exports = folder / "exports"
    exports.mkdir()
    text = interventions_text([*calls, doubtful, *refused])
    (exports / "interventions.csv").write_text(text, encoding="utf-8")
    (exports / "deployments.csv").write_text(deployments_text(units), encoding="utf-8")
    (exports / "strange.csv").write_text("colour;size\nred;1\n", encoding="utf-8")
    settings = folder / "cooperation.toml"
    settings.write_text(settings_text(), encoding="utf-8")
    with serving(folder / "server.log", exports, folder / "monitor", settings) as server:
        yield server


def visit(server: Dashboard, page: RecordedPage, **choice: str) -> None:
    """Open the page; on the first visit it waits until the database is there."""
    page.visit(server.link(PAGE, language="en", **choice))
    page.page.locator(".figure-card").first.wait_for(timeout=60_000)
    page.wait_until_drawn()


def test_a_clock_that_is_recorded_only_after_is_warned_about(faulty: Dashboard, page: RecordedPage) -> None:
    visit(faulty, page, measure="turnout")
    text = page.text()
    assert "not comparable" in plain(page.page.locator(".answer").inner_text())
    assert "Police zone Voeren, “Unit left”: recorded for 0.0% of the calls before the start" in text
    # A zone without data is named as such.
    assert "No data: Interventions, Police zone Bilzen-Hoeselt-Riemst" in text
    assert page.complaints() == []
    assert "Traceback" not in faulty.written()


def test_refused_lines_are_shown_page_by_page_and_without_names(
    faulty: Dashboard, page: RecordedPage
) -> None:
    visit(faulty, page)
    tab = page.page
    assert len(rows_of(page, "Refused lines")) == LINES_A_PAGE
    assert f"Lines 1 to {LINES_A_PAGE} of {REFUSED}" in page.text()
    first = {row[1] for row in rows_of(page, "Refused lines")}
    for place in range(1, 4):
        tab.get_by_role("button", name="Later lines").click()
        last = min((place + 1) * LINES_A_PAGE, REFUSED)
        tab.get_by_text(f"Lines {place * LINES_A_PAGE + 1} to {last} of {REFUSED}").wait_for()
        page.wait_until_drawn()
    rows = rows_of(page, "Refused lines")
    assert len(rows) == REFUSED % LINES_A_PAGE
    assert not first & {row[1] for row in rows}
    assert tab.get_by_role("button", name="Later lines").is_disabled()
    assert "Jan Janssens" not in tab.content()
    tools = page.open_tools("data_quality-rejects")
    with tab.expect_download() as coming:
        tools.get_by_role("button", name="International CSV").click()
    content = Path(coming.value.path()).read_text(encoding="utf-8")
    assert content.count("Jan Janssens") == REFUSED


def test_refused_lines_are_downloaded_corrected_and_accepted(
    faulty: Dashboard, page: RecordedPage, tmp_path: Path
) -> None:
    from tests.warehouse.exports import build_files

    visit(faulty, page)
    with page.page.expect_download() as coming:
        page.page.get_by_role("button", name=f"{REFUSED} lines to correct: Interventions").click()
    assert coming.value.suggested_filename == "to_correct_interventions_1.csv"
    content = Path(coming.value.path()).read_bytes()
    header, *lines = csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
    assert len(lines) == REFUSED and "nature" in header
    corrected = content.replace(b"X1;9999", b"X1;5381")
    built = build_files(tmp_path, {"again.csv": corrected})
    assert built.account("again.csv") == (REFUSED, 1, 0, REFUSED - 1)
    assert set(built.calls) == {"X1"}


def test_a_file_that_nobody_can_read_stands_first_with_what_to_do(
    faulty: Dashboard, page: RecordedPage
) -> None:
    visit(faulty, page)
    rows = {row[0]: row for row in rows_of(page, "By file")}
    assert set(rows) == {"interventions.csv", "deployments.csv", "strange.csv"}
    assert "add a profile for this layout" in rows["strange.csv"][1]
    assert rows_of(page, "By file")[0][0] == "interventions.csv"


def test_without_exports_the_page_says_what_to_do(
    dashboard: Callable[..., Dashboard], page: RecordedPage, tmp_path: Path
) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "interventions.csv").write_bytes(b"")
    server = dashboard(exports=tmp_path / "exports", database=tmp_path / "monitor")
    page.visit(server.link(PAGE, language="en"))
    assert page.page.locator(".empty-state").count() == 1
    assert page.exceptions() == []
