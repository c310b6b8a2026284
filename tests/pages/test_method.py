"""The page on method: everything in force is said in every language, as the command line has it, and without data."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from cooperation.answers import method
from cooperation.answers.data_quality import ACTIONS, RULES
from cooperation.answers.registry import ANSWERS
from cooperation.language import LANGUAGES, Language, T, speak
from cooperation.screen import words
from cooperation.screen.method_texts import QUESTIONS, SECTIONS, THRESHOLDS
from cooperation.settings import load_settings
from cooperation.wording.verdicts import verdict_text
from tests.browser import Dashboard, RecordedPage, assert_speaks, plain, serving
from tests.pages.test_response_times import assert_files_hold, key_of, shown_rows
from tests.warehouse.exports import settings_text

PAGE = "method"
FIGURES = tuple(name for name in ANSWERS if name.startswith(f"{PAGE}/"))
TITLE = T("How is everything measured and judged?")


def rows_of(page: RecordedPage, caption: str) -> list[list[str]]:
    """Return the rows of the first table with this caption."""
    table = page.page.locator(f'.table-frame[aria-label="{caption}"]').first
    rows = table.locator("tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.children].map(cell => cell.innerText))"
    )
    return [[plain(cell) for cell in row] for row in rows]


def said_threshold(row: dict[str, Any], language: Language) -> str:
    """Return a threshold's value as the page must write it, by its unit."""
    value = row["value"]
    write: dict[str, Callable[[], str]] = {
        "counts": lambda: language.number(value),
        "seconds": lambda: language.short_duration(value),
        "percent": lambda: language.percent(value),
        "points": lambda: language.points(value, 0),
        "euros": lambda: language.money(value),
    }
    return plain(write[row["unit"]]()) if row["unit"] in write else f"{value:.0f} "


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
    assert_speaks(page, language, TITLE)
    thresholds = answer("method/thresholds")["rows"]
    shown = rows_of(page, language.say(T("Thresholds of data/cooperation.toml")))
    assert [name for name, _ in shown] == [
        plain(language.say(THRESHOLDS[row["entry"]])) for row in thresholds
    ]
    for row, (_, value) in zip(thresholds, shown, strict=True):
        if row["unit"] == "day":
            assert row["day"][:4] in value
        else:
            assert value.startswith(said_threshold(row, language))

    rules = answer("method/rules")["rows"]
    shown = rows_of(page, language.say(T("Rules that every line must keep")))
    assert [cells[1:3] for cells in shown] == [
        [plain(language.say(RULES[row["rule"]])), plain(language.say(ACTIONS[row["action"]]))]
        for row in rules
    ]

    norms = answer("method/norms")["rows"]
    priorities = words.names_of_priorities(load_settings(), language)
    assert rows_of(page, language.say(T("Norms in force"))) == [
        [
            language.say(words.MEASURES[row["measure"]]),
            priorities[row["priority"]],
            plain(language.duration(row["norm_seconds"])),
        ]
        for row in norms
    ]
    assert page.complaints() == []


@pytest.mark.parametrize("municipality", ["", "73109"])
def test_the_example_is_worked_out_on_the_choice_on_display(
    municipality: str,
    running_dashboard: Dashboard,
    page: RecordedPage,
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    choice = {"municipality_nis": municipality} if municipality else {}
    language = speak("nl")
    tab = page.visit(running_dashboard.link(PAGE, **choice))
    median = command_line(demonstration_database, "response_times/comparison", **choice)["rows"][0]
    example = command_line(demonstration_database, "method/example", **choice)["rows"]
    caption = language.say(T("What the verdict asks, one question after the other"))
    shown = rows_of(page, caption)
    assert [cells[0] for cells in shown] == [language.say(QUESTIONS[row["question"]]) for row in example]
    not_asked = language.say(T("not asked any more"))
    assert [cells[3] == not_asked for cells in shown] == [row["outcome"] == "not_reached" for row in example]
    assert [cells[3].endswith(": dit beslist") for cells in shown] == [
        row["outcome"] == "decided" for row in example
    ]
    words_shown = page.text()
    for phase in ("before", "after"):
        assert plain(language.duration(median[phase])) in words_shown
        assert language.number(median[f"{phase}_count"]) in words_shown
    conclusion = plain(tab.locator(".conclusion").inner_text())
    assert conclusion.startswith(language.say(verdict_text(median["verdict"])))
    assert page.complaints() == []


def test_every_table_offers_two_files_and_its_query(
    running_dashboard: Dashboard,
    page: RecordedPage,
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    page.visit(running_dashboard.link(PAGE))
    for figure in FIGURES:
        rows = command_line(demonstration_database, figure)["rows"]
        tools = page.open_tools(key_of(figure))
        assert len(shown_rows(tools)) == len(rows)
        assert_files_hold(tools, rows, {"data": "invented (demonstration)"})
    assert page.complaints() == []


def test_the_contents_lead_to_every_part(running_dashboard: Dashboard, page: RecordedPage) -> None:
    tab = page.visit(running_dashboard.link(PAGE, language="fr"))
    links = tab.locator(".contents a")
    assert links.all_inner_texts() == [speak("fr").say(title) for title in SECTIONS.values()]
    for name in SECTIONS:
        links.locator(f"xpath=self::a[@href='#{name}']").click()
        tab.wait_for_function(
            "name => { const box = document.getElementById(name).getBoundingClientRect();"
            " return box.top >= 0 && box.top < innerHeight }",
            arg=name,
        )
    # A reader is where the link led, and has kept the language and the page.
    assert tab.get_by_role("heading", level=1).inner_text() == speak("fr").say(TITLE)
    assert page.complaints() == []


def test_the_whole_page_can_be_printed(running_dashboard: Dashboard, page: RecordedPage) -> None:
    tab = page.visit(running_dashboard.link(PAGE))
    tab.emulate_media(media="print")
    rules = tab.locator(
        '.table-frame[aria-label="Regels waaraan elke regel van een bestand moet voldoen"]'
    ).first
    height, whole = rules.evaluate("one => [one.clientHeight, one.scrollHeight]")
    assert height == whole > 2_000
    assert not tab.locator(".st-key-filter-row [data-testid=stSelectbox]").first.is_visible()


# On a desktop tests/screen/test_frame.py holds every page to the same rules.
@pytest.mark.parametrize("width", [pytest.param(1440, marks=pytest.mark.slow), 390])
def test_the_page_can_be_read_by_everyone(
    width: int, running_dashboard: Dashboard, new_page: Callable[..., RecordedPage]
) -> None:
    page = new_page(viewport={"width": width, "height": 900})
    tab = page.visit(running_dashboard.link(PAGE))
    report = Axe().run(tab, options={"resultTypes": ["violations", "passes"]}).response
    assert "color-contrast" in {rule["id"] for rule in report["passes"]}
    assert [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in report["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ] == []
    assert tab.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width


def test_without_an_export_everything_but_the_example_is_there(page: RecordedPage, tmp_path: Path) -> None:
    for folder in ("exports", "demonstration"):
        (tmp_path / folder).mkdir()
    settings = tmp_path / "cooperation.toml"
    settings.write_text(
        settings_text((r"(?m)^relevant_seconds = .*$", "relevant_seconds = 47")), encoding="utf-8"
    )
    log = tmp_path / "server.log"
    with serving(
        log, tmp_path / "exports", tmp_path / "monitor", settings, tmp_path / "demonstration"
    ) as server:
        for language in map(speak, LANGUAGES):
            tab = page.visit(server.link(PAGE, language=language.code))
            tab.locator(".footer-line").wait_for()
            shown = dict(rows_of(page, language.say(T("Thresholds of data/cooperation.toml"))))
            assert shown[language.say(THRESHOLDS["comparison.relevant_seconds"])] == "47 s"
            assert len(rows_of(page, language.say(T("Rules that every line must keep")))) == len(
                method.rules_table(load_settings(settings))
            )
            no_example = language.say(T("There are no data yet to work a verdict out on"))
            assert tab.locator(".empty-state h2").all_inner_texts() == [no_example]
            assert page.complaints() == []
    assert "Traceback" not in server.written()
