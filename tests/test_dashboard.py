"""Every page by deep link on a freshly started server, in every language, with the command line's figures."""

import json
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from cooperation.language import LANGUAGES, Language, T, Text, speak
from dashboard import PAGES
from tests.browser import PROJECT, Dashboard, RecordedPage, assert_speaks, plain

QUESTIONS: dict[str, Text] = {
    "overview": T("Are the promises being kept?"),
    "response_times": T("How fast are the police on the scene?"),
}
# Own questions are off: the page is not listed, and its address says how to switch them on.
UNLISTED = {"own_question": T("What else do you want to know?")}
WITHOUT_FIGURES = {
    "downloads": T("Which rows and figures are behind it?"),
    "import_exports": T("Which export do you want to bring in?"),
    **UNLISTED,
}
# Pages with a file of tests of their own, which does the same for them.
WITH_TESTS_OF_THEIR_OWN = {
    "mutual_assistance": T("Do the zones help each other?"),
    "shared_costs": T("What do we pay, together and alone?"),
    "cooperation_fields": T("What became of the eleven fields of cooperation?"),
    "data_quality": T("Can these figures be relied on?"),
    "method": T("How is everything measured and judged?"),
    "board": T("For the board: the slides of a session"),
}
ALL_QUESTIONS = QUESTIONS | WITHOUT_FIGURES | WITH_TESTS_OF_THEIR_OWN
HOME = PAGES[0].name
LISTED = [page for page in PAGES if page.name not in UNLISTED]


def printed_headline(database: Path) -> dict[str, Any]:
    """Return what the command line prints, run as an analyst runs it."""
    command = [sys.executable, "-m", "cooperation", "answer", "response_times/headline"]
    command += ["--database", str(database), "--json"]
    printed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=60, check=True)
    return dict(json.loads(printed.stdout))


def figures_in_words(headline: dict[str, Any], phase: str, language: Language) -> list[str]:
    """Return the four figures of a phase as the cards write them."""
    row = headline[phase]
    return [
        plain(figure)
        for figure in (
            language.duration(row["median_seconds"]),
            language.duration(row["p90_seconds"]),
            language.percent(row["share_within_norm"], 1),
            language.number(row["intervention_count"]),
        )
    ]


def test_every_page_of_the_dashboard_is_tested_here() -> None:
    assert {page.name for page in PAGES} == ALL_QUESTIONS.keys()
    for path in WITH_TESTS_OF_THEIR_OWN:
        tests = import_module(f"tests.pages.test_{path}")
        assert callable(tests.test_a_deep_link_on_a_fresh_server_says_what_the_command_line_says)


@pytest.mark.parametrize("path", WITHOUT_FIGURES)
def test_deep_link_to_a_page_without_figures_on_a_fresh_server(
    path: str, dashboard: Callable[..., Dashboard], new_page: Callable[..., RecordedPage]
) -> None:
    server, reader = dashboard(), new_page()
    for code in LANGUAGES:
        reader.visit(server.link(path, language=code))
        assert_speaks(reader, speak(code), WITHOUT_FIGURES[path])
        assert reader.complaints() == []
    assert "Traceback" not in server.written()


# Without a page's name the first page opens, which speaks every language under its own.
@pytest.mark.parametrize(("path", "codes"), [("", LANGUAGES[:1]), *((path, LANGUAGES) for path in QUESTIONS)])
def test_deep_link_on_a_fresh_server(
    path: str,
    codes: tuple[str, ...],
    dashboard: Callable[..., Dashboard],
    new_page: Callable[..., RecordedPage],
    demonstration_database: Path,
) -> None:
    server = dashboard()
    headline = printed_headline(demonstration_database)
    # The figures of this data are all known and all different, or finding them would prove nothing.
    after = figures_in_words(headline, "after", speak("nl"))
    assert len(set(after)) == 4 and "–" not in after
    reader = new_page()
    for code in codes:
        language = speak(code)
        page = reader.visit(server.link(path, language=code))
        assert_speaks(reader, language, QUESTIONS[path or HOME])
        # Cards on costs may follow; the tests of their own page hold those.
        cards = reader.cards()[:4]
        assert [figure for figure, _ in cards] == figures_in_words(headline, "after", language)
        for (_, change), before in zip(cards, figures_in_words(headline, "before", language), strict=True):
            assert change.split(" · ")[0] == plain(language.say(T("was {figure}", figure=before)))
        footer = plain(page.locator(".footer-line").inner_text())
        for phase in ("before", "after"):
            assert plain(language.number(headline[phase]["measured_count"])) in footer
            assert plain(language.percent(headline[phase]["missing_arrival_share"], 1)) in footer
        assert reader.complaints() == []
    assert "Traceback" not in server.written()


def test_navigation_names_every_page_and_leads_to_it(
    running_dashboard: Dashboard, page: RecordedPage
) -> None:
    for code in LANGUAGES:
        language = speak(code)
        tab = page.visit(running_dashboard.link("import_exports", language=code))
        links = tab.get_by_role("navigation").get_by_role("link")
        assert [name.strip() for name in links.all_inner_texts()] == [
            language.say(entry.title) for entry in LISTED
        ]
    for entry in reversed(LISTED):
        links.get_by_text(language.say(entry.title), exact=True).click()
        tab.get_by_role("heading", level=1, name=language.say(ALL_QUESTIONS[entry.name])).wait_for()
    page.wait_until_drawn()
    assert page.complaints() == []


def test_language_switch_speaks_the_chosen_language_and_keeps_it_over_pages(
    running_dashboard: Dashboard, page: RecordedPage
) -> None:
    tab = page.visit(running_dashboard.link("response_times"))
    assert tab.evaluate("document.documentElement.lang") == "nl"
    for code in ("fr", "en", "nl"):
        language = speak(code)
        tab.get_by_role("radio", name=language.name).click()
        tab.get_by_role("heading", level=1, name=language.say(QUESTIONS["response_times"])).wait_for()
        tab.wait_for_function("code => document.documentElement.lang === code", arg=code)
        page.wait_until_drawn()
        assert tab.get_by_role("radio", checked=True).inner_text() == language.name
    tab.get_by_role("radio", name=speak("fr").name).click()
    page.wait_for_link(language="fr")
    tab.get_by_role("link", name=speak("fr").say(T("Overview"))).click()
    tab.get_by_role("heading", level=1, name=speak("fr").say(QUESTIONS["overview"])).wait_for()
    page.wait_for_link(language="fr")
    assert page.complaints() == []


def test_an_unknown_language_in_the_link_is_dutch(running_dashboard: Dashboard, page: RecordedPage) -> None:
    tab = page.visit(running_dashboard.link("response_times", language="de"))
    assert tab.evaluate("document.documentElement.lang") == "nl"
    assert page.complaints() == []
