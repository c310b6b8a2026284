"""The page of response times: each figure with its table, two CSVs and its SQL, and what it says of too little data."""

import codecs
import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from pypdf import PdfReader

from cooperation.answers.reproduction import COMMAND
from cooperation.language import Language, T, Text, speak
from cooperation.wording.names import MEASURES
from cooperation.wording.verdicts import verdict_of_row
from tests.browser import Dashboard, RecordedPage, plain, serving
from tests.warehouse.exports import (
    deployment,
    deployments_text,
    intervention,
    interventions_text,
    settings_text,
)

DUTCH = speak("nl")
MUNICIPALITIES = {"73066": "Riemst", "73110": "Bilzen-Hoeselt", "73109": "Voeren"}
PRIORITIES = {"0": "0 levensbedreigend", "1": "1 zeer dringend", "2": "2 dringend"}
STATISTICS = {
    "median": T("Median"),
    "p90": T("9 in 10 within (P90)"),
    "share_within_norm": T("Within the norm"),
}
PHASES = {"before": T("before"), "after": T("after")}

Say = Callable[[Any], str]


def in_words(names: dict[str, Any]) -> Say:
    """Return how a code is said: by its name, which is a Text or already words."""
    return lambda code: DUTCH.say(names[code])


def percent(share: float | None) -> str:
    return DUTCH.percent(share, 1)


def month(day: str) -> str:
    return DUTCH.month(date.fromisoformat(day))


def whether(yes: bool) -> str:
    return DUTCH.say(T("yes") if yes else T("no"))


SUMMARY: list[tuple[str, Say]] = [
    ("phase", in_words(PHASES)),
    ("intervention_count", DUTCH.number),
    ("measured_count", DUTCH.number),
    ("missing_arrival_share", percent),
    ("median_seconds", DUTCH.duration),
    ("p90_seconds", DUTCH.duration),
    ("mean_seconds", DUTCH.duration),
    ("share_within_norm", percent),
]
MONTHS: list[tuple[str, Say]] = [
    ("month", month),
    ("phase", in_words(PHASES)),
    ("measured_count", DUTCH.number),
    ("median_seconds", DUTCH.duration),
]
# What each figure's table shows of the answer, column by column, and how Dutch says it.
TABLES: dict[str, list[tuple[str, Say]]] = {
    "response_times/monthly": [("month", month), *SUMMARY],
    "response_times/cumulative": [
        ("phase", in_words(PHASES)),
        ("within_seconds", DUTCH.duration),
        ("share", percent),
    ],
    "response_times/steps": [("step", in_words(dict(MEASURES))), *SUMMARY],
    "response_times/by_priority": [("priority", in_words(PRIORITIES)), *SUMMARY],
    "response_times/by_municipality": [("municipality_nis", in_words(MUNICIPALITIES)), *SUMMARY],
    "response_times/by_hour": [("hour_of_day", DUTCH.hour), *SUMMARY],
    "response_times/by_weekday": [("weekday", lambda day: DUTCH.weekday(day - 1)), *SUMMARY],
    "response_times/headline": SUMMARY,
    "response_times/kinds_of_calls": [
        ("priority", in_words(PRIORITIES)),
        ("municipality_nis", in_words(MUNICIPALITIES)),
        ("hour_band", in_words({"day": "dag", "evening": "avond", "night": "nacht"})),
        ("is_weekend", whether),
        ("before_count", DUTCH.number),
        ("after_count", DUTCH.number),
        ("before_share", percent),
        ("after_share", percent),
        ("pooled_share", percent),
    ],
    "response_times/trend": [
        *MONTHS,
        ("fitted_seconds", DUTCH.duration),
        ("without_step_seconds", DUTCH.duration),
        ("without_step_low", DUTCH.duration),
        ("without_step_high", DUTCH.duration),
    ],
    "response_times/control_chart": [
        *MONTHS,
        ("centre", DUTCH.duration),
        ("low", DUTCH.duration),
        ("high", DUTCH.duration),
        ("is_outside", whether),
        ("is_in_run", whether),
    ],
    "response_times/invented_starts": [
        ("month", month),
        ("is_real", whether),
        ("step_seconds", DUTCH.signed_duration),
        ("low", DUTCH.signed_duration),
        ("high", DUTCH.signed_duration),
    ],
}
FIGURES = (*TABLES, "response_times/three_steps", "response_times/comparison")
# What is made of all months takes no periods: none is bound.
OF_ALL_MONTHS = ("response_times/trend", "response_times/control_chart", "response_times/invented_starts")
CONFIRMATIONS = {
    "confirmed": T("confirmed"),
    "partly": T("partly"),
    "not_confirmed": T("not confirmed"),
    "not_available": T("not checked"),
}
STEPS = {
    "as_measured": T("As measured"),
    "corrected": T("With the same mix of calls"),
    "against_trend": T("Against the trend that was there already"),
}
# Riemst alone: a choice must arrive in the table, the file's name, its lines and the bound values.
CHOICE = {"municipality_nis": "73066"}


def key_of(figure: str) -> str:
    return figure.replace("/", "-")


def shown_rows(tools: Locator) -> list[list[str]]:
    """Return the cells of the table behind a figure, row by row, without its head."""
    rows = tools.locator(".figure-table tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.children].map(cell => cell.innerText))"
    )
    return [[plain(cell) for cell in row] for row in rows]


def said_rows(rows: list[dict[str, Any]], columns: list[tuple[str, Say]]) -> list[list[str]]:
    """Return rows of the command line as the table must say them, unknown values as a dash."""
    return [[plain("–" if row[name] is None else say(row[name])) for name, say in columns] for row in rows]


def said_comparison(row: dict[str, Any], language: Language) -> list[str]:
    """Return a row of the comparison as the table must say it: times for two rows, shares for the third."""
    is_share = row["statistic"] == "share_within_norm"
    write, signed = (percent, language.points) if is_share else (language.duration, language.signed_duration)
    return [
        plain(cell)
        for cell in (
            language.say(STATISTICS[row["statistic"]]),
            write(row["before"]),
            write(row["after"]),
            *(signed(row[name]) for name in ("difference", "low", "high", "smallest_detectable")),
            language.number(row["design_effect"], 2),
            language.say(verdict_of_row(row)),
            language.say(CONFIRMATIONS[row["confirmation"]]),
        )
    ]


def said_step(row: dict[str, Any], language: Language) -> list[str]:
    """Return the first cells of a step of the evidence, without the sentence behind them."""
    signed = language.points if row["statistic"] == "share_within_norm" else language.signed_duration
    return [
        plain(cell)
        for cell in (
            language.say(STATISTICS[row["statistic"]]),
            language.say(STEPS[row["step"]]),
            *(signed(row[name]) for name in ("estimate", "low", "high")),
        )
    ]


def download(tools: Locator, label: Text) -> tuple[str, bytes]:
    """Return the name and the content of the file that a button gives.

    On a busy machine a click has brought no file four times in some thousand; whoever sees none clicks once more.
    """
    button = tools.get_by_role("button", name=DUTCH.say(label))
    try:
        with tools.page.expect_download(timeout=15_000) as coming:
            button.click()
    except PlaywrightTimeout:
        with tools.page.expect_download() as coming:
            button.click()
    return coming.value.suggested_filename, Path(coming.value.path()).read_bytes()


def cell_in_file(value: Any, decimal_mark: str) -> str:
    """Return a value of the command line's JSON as the file must hold it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(value)
    # Money comes as text, for its digits are exact.
    is_number = isinstance(value, float) or isinstance(value, str) and re.fullmatch(r"-?\d+\.\d\d", value)
    return str(value).replace(".", decimal_mark) if is_number else str(value)


def assert_files_hold(tools: Locator, rows: list[dict[str, Any]], mark: dict[str, str]) -> list[str]:
    """Assert that both CSVs hold exactly these rows, each with `mark` and its command behind it; return their names."""
    names = []
    for label, delimiter, decimal_mark, start in (
        (T("CSV for Belgian Excel"), ";", ",", codecs.BOM_UTF8),
        (T("International CSV"), ",", ".", b""),
    ):
        name, content = download(tools, label)
        names.append(name)
        assert content.startswith(start) and content.startswith(codecs.BOM_UTF8) is bool(start)
        text = content.removeprefix(start).decode("utf-8")
        header, *lines = csv.reader(io.StringIO(text), delimiter=delimiter)
        assert header == [*rows[0], *mark, "made_by"]
        expected = [[cell_in_file(value, decimal_mark) for value in row.values()] for row in rows]
        assert [line[:-1] for line in lines] == [[*cells, *mark.values()] for cells in expected]
        assert all(line[-1].startswith(f"{' '.join(COMMAND)} answer ") for line in lines)
    assert len(set(names)) == 2
    return names


@pytest.fixture(scope="module")
def figures(shared_tab: RecordedPage, running_dashboard: Dashboard) -> RecordedPage:
    """Return the page for `CHOICE`, opened once for all tests that only look at it."""
    shared_tab.visit(running_dashboard.link("response_times", **CHOICE))
    return shared_tab


def test_every_figure_of_the_page_is_tested_here(figures: RecordedPage) -> None:
    keys = figures.page.locator("[class*='st-key-tools-']").evaluate_all(
        "all => all.map(one => [...one.classList].find(name => name.startsWith('st-key-tools-')))"
    )
    tools = [f"st-key-tools-{key_of(figure)}" for figure in FIGURES]
    assert sorted(keys) == sorted(tools)


@pytest.mark.parametrize("figure", FIGURES)
def test_figure_offers_its_table_two_files_and_its_query(
    figure: str,
    figures: RecordedPage,
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    printed = command_line(demonstration_database, figure, **CHOICE)
    rows = printed["rows"]
    tools = figures.open_tools(key_of(figure))
    shown = shown_rows(tools)
    if figure in TABLES:
        assert shown == said_rows(rows, TABLES[figure])
    elif figure == "response_times/three_steps":
        assert [cells[:-1] for cells in shown] == [said_step(row, DUTCH) for row in rows]
        for cells in shown:
            assert cells[-1].startswith(f"{cells[1]}: ") and cells[-1].endswith(".")
    else:
        assert shown == [said_comparison(row, DUTCH) for row in rows]
    names = assert_files_hold(tools, rows, {"data": "invented (demonstration)"})
    for name in names:
        assert name.startswith(f"demonstration_{figure.replace('/', '_')}_") and name.endswith(".csv")
        assert "73066" in name
    code = tools.locator("code").inner_text()
    assert '-- $municipality_nis = ["73066"]' in code
    assert '-- $priority = ["0", "1", "2"]' in code
    assert (printed["period"] is None) is (figure in OF_ALL_MONTHS)
    for name, first in (("before_from", "before"), ("after_from", "after")):
        bound = (
            f'-- ${name} = "' if figure in OF_ALL_MONTHS else f'-- ${name} = "{printed["period"][first][0]}'
        )
        assert (bound in code) is (figure not in OF_ALL_MONTHS)
    # Every value that the query binds stands above it with its value, and the query below it is one.
    query = "\n".join(line for line in code.splitlines() if not line.startswith("--"))
    assert set(re.findall(r"\$(\w+)", query)) <= set(re.findall(r"(?m)^-- \$(\w+) = ", code))
    assert re.search(r"\bselect\b", query)
    assert figures.complaints() == []


def test_paper_shows_every_picture_whole(figures: RecordedPage) -> None:
    drawn = figures.page.locator("[data-testid=stPlotlyChart] svg.main-svg text").all_text_contents()
    paper = PdfReader(io.BytesIO(figures.page.pdf(format="A4", print_background=True)))
    printed = " ".join(page.extract_text() for page in paper.pages)
    # A picture as wide as the window would end on paper before its last years do.
    for year in map(str, range(2018, 2026)):
        assert 0 < drawn.count(year) <= printed.count(year), year
    assert figures.page.locator("svg.main-svg[viewBox]").count() == 0, "on screen it is drawn as before"


def test_each_picture_says_its_finding_to_who_cannot_see_it(figures: RecordedPage) -> None:
    pictures = figures.page.get_by_role("figure")
    # Seven of the figures themselves, four of how sure they are.
    expect(pictures).to_have_count(11)
    for picture in pictures.all():
        finding = picture.get_attribute("aria-label") or ""
        assert re.search(r"\d", finding), f"no figure in the text alternative {finding!r}"


def test_the_verdict_stands_in_the_answer_and_on_the_card(
    figures: RecordedPage, command_line: Callable[..., dict[str, Any]], demonstration_database: Path
) -> None:
    rows = command_line(demonstration_database, "response_times/comparison", **CHOICE)["rows"]
    verdicts = [DUTCH.say(verdict_of_row(row)) for row in rows]
    cards = figures.page.locator(".figure-card .verdict").all_inner_texts()
    assert [plain(badge) for badge in cards] == verdicts
    answer = plain(figures.page.locator(".answer").inner_text())
    assert answer.startswith(f"{verdicts[0]} Riemst: ")
    assert plain(DUTCH.duration(rows[0]["after"])) in answer
    assert plain(DUTCH.duration(rows[0]["before"])) in answer


def test_too_few_calls_are_said_and_give_no_figure(
    running_dashboard: Dashboard,
    page: RecordedPage,
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    choice = {"municipality_nis": "73109", "priority": "0"}
    headline = command_line(demonstration_database, "response_times/headline", **choice)
    few = [headline[phase]["measured_count"] for phase in ("before", "after")]
    # Fewer than the settings' minimum of ten on both sides, and not none: or this test tests nothing.
    assert all(0 < count < 10 for count in few)
    tab = page.visit(running_dashboard.link("response_times", **choice))
    verdicts = tab.locator(".figure-card .verdict").all_inner_texts()
    assert [plain(verdict) for verdict in verdicts] == [DUTCH.say(T("too few data"))] * 3
    figures = [figure for figure, _ in page.cards()]
    assert figures == ["–", "–", "–", DUTCH.number(headline["after"]["intervention_count"])]
    assert DUTCH.say(T("too few data")) in plain(tab.locator(".answer").inner_text())
    explained = DUTCH.say(
        T(
            "{before} calls before and {after} after: not enough to judge.",
            before=str(few[0]),
            after=str(few[1]),
        )
    )
    # On the three cards, and under the three steps of the median.
    assert page.text().count(plain(explained)) == 4
    # What the cards withhold must not stand in the picture beside them, nor in its text alternative.
    pictures = tab.locator("[data-testid=stPlotlyChart]").all_inner_texts()
    spoken = [picture.get_attribute("aria-label") or "" for picture in tab.get_by_role("figure").all()]
    withheld = [plain(DUTCH.duration(headline[phase]["median_seconds"])) for phase in ("before", "after")]
    assert [
        figure for figure in withheld if any(figure in plain(text) for text in (*pictures, *spoken))
    ] == []
    assert page.complaints() == []


def test_months_without_a_call_take_their_place_on_the_small_line(
    running_dashboard: Dashboard,
    page: RecordedPage,
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    choice = {"municipality_nis": "73109", "priority": "0"}
    rows = command_line(demonstration_database, "response_times/monthly", **choice)["rows"]
    first, last = (date.fromisoformat(row["month"]) for row in (rows[0], rows[-1]))
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    assert len(rows) < months, "every month has a call: this test would test nothing"
    tab = page.visit(running_dashboard.link("response_times", **choice))
    label = tab.locator(".figure-card").nth(3).locator(".start-label")
    share = float((label.get_attribute("style") or "").removeprefix("left:").removesuffix("%")) / 100
    # Time runs evenly, so the start lies where the calendar has it, not where the rows have it.
    assert share == pytest.approx(((2022 - first.year) * 12 + 1 - first.month) / months, abs=0.02)


def test_no_calls_at_all_leave_a_page_that_stands(
    running_dashboard: Dashboard,
    page: RecordedPage,
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    # Voeren lies in zone 5382, so zone 5381 has no call there.
    choice = {"zone_code": "5381", "municipality_nis": "73109"}
    written_before = len(running_dashboard.written())
    headline = command_line(demonstration_database, "response_times/headline", **choice)
    assert [headline[phase]["intervention_count"] for phase in ("before", "after")] == [0, 0]
    tab = page.visit(running_dashboard.link("response_times", **choice))
    assert [figure for figure, _ in page.cards()] == ["–", "–", "–", "0"]
    assert tab.locator("[data-testid=stExpander]").count() == len(FIGURES)
    assert page.complaints() == []
    assert "Traceback" not in running_dashboard.written()[written_before:]


@pytest.fixture(scope="module")
def four_months(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Dashboard, Path]]:
    """Return a server on exports that nobody invented for show: 60 calls a month, two months on either side.

    Ids as a zone's own system gives them. Before, the police need 10 to 11 minutes, after that 7 to 8.
    """
    folder = tmp_path_factory.mktemp("four_months")
    calls, units = [], []
    for year_month, minutes in (("2021-11", 10), ("2021-12", 10), ("2022-01", 7), ("2022-02", 7)):
        for number in range(60):
            name = f"{year_month}-{number}"
            # One second more with each call, all within the hour of ten.
            moment = f"{year_month}-{number % 28 + 1:02d} 10:{number % 30:02d}"
            calls.append(intervention(name, f"{moment}:00"))
            arrival = f"{year_month}-{number % 28 + 1:02d} 10:{number % 30 + minutes:02d}:{number:02d}"
            units.append(deployment(name, arrival))
    exports = folder / "exports"
    exports.mkdir()
    (exports / "interventions.csv").write_text(interventions_text(calls), encoding="utf-8")
    (exports / "deployments.csv").write_text(deployments_text(units), encoding="utf-8")
    settings = folder / "cooperation.toml"
    settings.write_text(settings_text(), encoding="utf-8")
    with serving(folder / "server.log", exports, folder / "monitor", settings) as server:
        yield server, folder / "monitor"


def test_less_than_a_year_on_a_side_is_not_comparable(
    four_months: tuple[Dashboard, Path], page: RecordedPage
) -> None:
    server, _ = four_months
    tab = page.visit(server.link("response_times", language="en"))
    # The first visit finds no database yet: the page fills itself, without a reload.
    tab.locator(".figure-card").first.wait_for()
    page.wait_until_drawn()
    answer = plain(tab.locator(".answer").inner_text())
    assert answer.startswith("not comparable")
    cards = page.cards()
    # Minute 10 and seconds 0 to 59: half of the 120 calls within 10 min 29.5 s.
    assert cards[0] == ("7 min 30 s", "was 10 min 30 s")
    assert cards[3] == ("120", "was 120")
    assert plain(tab.locator(".figure-card").first.inner_text()).count("not comparable") == 1
    # No direction in words where the comparison is refused.
    assert not re.search(r"\b(faster|slower)\b", answer + " ".join(change for _, change in cards))
    assert "the two periods have no calendar month in common" in page.text()
    assert page.complaints() == []
    assert "Traceback" not in server.written()


def test_real_exports_are_nowhere_called_invented(
    four_months: tuple[Dashboard, Path], page: RecordedPage, command_line: Callable[..., dict[str, Any]]
) -> None:
    server, database = four_months
    tab = page.visit(server.link("response_times"))
    tab.locator(".figure-card").first.wait_for()
    page.wait_until_drawn()
    assert tab.locator(".demonstration").count() == 0
    assert DUTCH.say(T("Invented data.")) not in page.text()
    printed = command_line(database, "response_times/headline")
    assert printed["is_demonstration"] is False
    names = assert_files_hold(page.open_tools("response_times-headline"), printed["rows"], {})
    assert all(name.startswith("response_times_headline_") for name in names)
    assert "demonstr" not in json.dumps([names, page.text()]).lower()
