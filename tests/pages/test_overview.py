"""The mayor's first screen: one verdict a municipality, what stands behind it, and a choice of place."""

import math
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from cooperation.language import LANGUAGES, Language, T, speak
from cooperation.settings import DEFAULT_SETTINGS, load_settings
from cooperation.wording.verdicts import confirmation_word, verdict_of_row
from tests.browser import Dashboard, RecordedPage, plain
from tests.pages.test_response_times import (
    CONFIRMATIONS,
    assert_files_hold,
    key_of,
    said_comparison,
    shown_rows,
)

DUTCH = speak("nl")
NAMES = {
    "nl": {"73066": "Riemst", "73110": "Bilzen-Hoeselt", "73109": "Voeren"},
    "fr": {"73066": "Riemst", "73110": "Bilzen-Hoeselt", "73109": "Fourons"},
    "en": {"73066": "Riemst", "73110": "Bilzen-Hoeselt", "73109": "Voeren"},
}
FIGURES = (
    "response_times/monthly",
    "overview/municipalities",
    "overview/promises",
    "response_times/comparison",
    "response_times/headline",
)


def said_municipality(row: dict[str, Any], language: Language) -> list[str]:
    """Return the first four cells of a municipality: name, verdict and whether it is confirmed, after, before."""
    confirmed = confirmation_word(pd.Series(row))
    verdict = [language.say(text) for text in (verdict_of_row(row), confirmed) if text is not None]
    return [
        NAMES[language.code][row["municipality_nis"]],
        plain(" ".join(verdict)),
        plain(language.duration(row["after"])),
        plain(language.duration(row["before"])),
    ]


def municipality_rows(page: RecordedPage) -> list[list[str]]:
    rows = page.page.locator(".verdict-table tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.children].map(cell => cell.innerText))"
    )
    return [[plain(cell) for cell in row] for row in rows]


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_municipality_has_its_own_line_and_verdict(
    code: str,
    running_dashboard: Dashboard,
    page: RecordedPage,
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    rows = command_line(demonstration_database, "overview/municipalities")["rows"]
    assert {row["municipality_nis"] for row in rows} == NAMES[code].keys()
    # The demonstration has an effect in one place and none that can be shown in another.
    assert len({row["verdict"] for row in rows}) > 1
    page.visit(running_dashboard.link("overview", language=code))
    shown = municipality_rows(page)
    assert [row[:4] for row in shown] == [said_municipality(row, speak(code)) for row in rows]
    for row, cells in zip(rows, shown, strict=True):
        said = speak(code)
        if row["verdict"] == "no_demonstrable_difference":
            # The middle of what was not shown is not named.
            ends = (row["low"], row["high"])
        else:
            # The two figures as a reader sees them, subtracted: rounding may not make another second.
            ends = (math.floor(row["after"] + 0.5) - math.floor(row["before"] + 0.5),)
        for end in ends:
            assert plain(said.duration(abs(end))) in cells[4]
    assert page.complaints() == []


def said_figure(row: dict[str, Any], side: str) -> str:
    """Return a figure of a promise as the page writes it."""
    write = {
        "seconds": DUTCH.duration,
        "share": lambda share: DUTCH.percent(share, 1),
        "hours": lambda hours: f"{DUTCH.number(hours, 1)} uur",
        "eur": lambda amount: DUTCH.money(None if amount is None else Decimal(amount), 0),
    }[row["unit"]]
    return plain(write(row[side]))


def said_verdict(row: dict[str, Any]) -> str:
    """Return the word of a verdict on a card: of hours there are more or fewer."""
    if row["unit"] == "hours" and row["verdict"] in ("higher", "lower"):
        return "meer" if row["verdict"] == "higher" else "minder"
    return DUTCH.say(verdict_of_row(row))


@pytest.mark.parametrize("choice", [{}, {"municipality_nis": "73066"}, {"municipality_nis": "73109"}])
def test_every_promise_says_what_the_command_line_says_and_leads_to_its_evidence(
    choice: dict[str, str],
    running_dashboard: Dashboard,
    page: RecordedPage,
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    rows = command_line(demonstration_database, "overview/promises", **choice)["rows"]
    tab = page.visit(running_dashboard.link("overview", **choice))
    promises = load_settings(DEFAULT_SETTINGS).promises
    assert [row["promise_code"] for row in rows if row["is_leading"]] == [
        promise.code for promise in promises
    ]
    for promise in promises:
        leading, *others = (row for row in rows if row["promise_code"] == promise.code)
        card = tab.locator(f"#promise-{promise.code}")
        said = plain(card.inner_text())
        assert card.locator("h2").inner_text() == promise.name.nl
        assert promise.promised.nl in said
        assert plain(card.locator(".figure").inner_text()) == said_figure(leading, "after")
        assert f"was {said_figure(leading, 'before')}" in plain(card.locator(".change").inner_text())
        assert card.locator(".standing .verdict").inner_text().strip() == said_verdict(leading)
        for row in others:
            further = plain(card.locator(".further").inner_text())
            assert said_figure(row, "after") in further
            assert row["verdict"] is None or further.endswith(said_verdict(row))
        assert ("Alleen per zone bekend" in said) == bool(leading["zone_codes"])
        query = "&".join(f"{name}={value}" for name, value in choice.items())
        link = card.locator(".evidence a").get_attribute("href")
        assert link == promise.evidence + (f"?{query}" if query else "")
        # The whole card stands on the first screen.
        box = card.bounding_box()
        assert box is not None and box["y"] + box["height"] <= 900
    answer = plain(tab.locator(".answer").first.inner_text())
    for promise in promises:
        name = promise.name.nl
        assert name[0].lower() + name[1:] in answer
    # The same cards stand on top of the page on the fields, which leads to its own figures further down.
    cards = tab.locator(".promise-card").all_inner_texts()
    tab = page.visit(running_dashboard.link("cooperation_fields", **choice))
    assert tab.locator(".promise-card").all_inner_texts() == [
        card.replace("De cijfers: Elf domeinen", "De cijfers: hieronder op deze pagina") for card in cards
    ]
    below = tab.locator(".evidence a[href^='#']")
    assert below.count() == 1
    assert tab.locator(below.get_attribute("href") or "none").count() == 1
    assert page.complaints() == []


def test_on_a_phone_the_promises_stand_in_one_column_and_lead_on(
    running_dashboard: Dashboard, new_page: Callable[..., RecordedPage]
) -> None:
    reader = new_page(viewport={"width": 390, "height": 844})
    tab = reader.visit(running_dashboard.link("overview", language="fr", municipality_nis="73109"))
    boxes = [card.bounding_box() for card in tab.locator(".promise-card").all()]
    assert len({round(box["x"]) for box in boxes if box}) == 1
    assert all(box["x"] + box["width"] <= 390 for box in boxes if box)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    assert reader.complaints() == []
    tab.locator("#promise-P1 .evidence a").click()
    reader.wait_for_link(language="fr", municipality_nis="73109")
    tab.get_by_role(
        "heading", level=1, name=speak("fr").say(T("How fast are the police on the scene?"))
    ).wait_for()
    assert "Fourons" in reader.text()


def test_choosing_a_municipality_gives_its_figures(
    running_dashboard: Dashboard,
    page: RecordedPage,
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    tab = page.visit(running_dashboard.link("overview"))
    page.select("Gemeente", "Voeren")
    page.wait_for_link(municipality_nis="73109")
    headline = command_line(demonstration_database, "response_times/headline", municipality_nis="73109")
    # Behind the four of the headline stands what the zone pays for joint purchases.
    assert [figure for figure, _ in page.cards()[:4]] == [
        plain(figure)
        for figure in (
            DUTCH.duration(headline["after"]["median_seconds"]),
            DUTCH.duration(headline["after"]["p90_seconds"]),
            DUTCH.percent(headline["after"]["share_within_norm"], 1),
            DUTCH.number(headline["after"]["intervention_count"]),
        )
    ]
    assert "Voeren. " in plain(tab.locator(".answer").first.inner_text())
    assert "Voeren: " in plain(tab.locator(".answer").last.inner_text())
    # The other municipalities stay side by side, whichever is chosen.
    assert [row[0] for row in municipality_rows(page)] == list(NAMES["nl"].values())
    assert page.complaints() == []


def test_a_chosen_zone_counts_here_as_well(
    running_dashboard: Dashboard,
    page: RecordedPage,
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    # A reader who chose a zone on the other page keeps it: it is a place, and stands in this page's link.
    headline = command_line(demonstration_database, "response_times/headline", zone_code="5382")
    page.visit(running_dashboard.link("overview", zone_code="5382"))
    assert page.cards()[3][0] == DUTCH.number(headline["after"]["intervention_count"])


def test_every_figure_offers_its_table_two_files_and_its_query(
    running_dashboard: Dashboard,
    page: RecordedPage,
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    tab = page.visit(running_dashboard.link())
    assert tab.locator("[data-testid=stExpander]").count() == len(FIGURES)
    for figure in FIGURES:
        rows = command_line(demonstration_database, figure)["rows"]
        tools = page.open_tools(key_of(figure))
        assert len(shown_rows(tools)) == len(rows)
        for name in assert_files_hold(tools, rows, {"data": "invented (demonstration)"}):
            assert name.startswith(f"demonstration_{figure.replace('/', '_')}_")
        # The query of a figure that is made of others is all of theirs, each with its own values.
        assert re.search(r'-- \$before_from( \(.*\))? = "', tools.locator("code").inner_text())
    comparison = command_line(demonstration_database, "response_times/comparison")["rows"]
    shown = shown_rows(tab.locator(".st-key-tools-response_times-comparison"))
    assert shown == [said_comparison(row, DUTCH) for row in comparison]
    municipalities = command_line(demonstration_database, "overview/municipalities")["rows"]
    assert shown_rows(tab.locator(".st-key-tools-overview-municipalities")) == [
        [
            NAMES["nl"][row["municipality_nis"]],
            plain(DUTCH.duration(row["before"])),
            plain(DUTCH.duration(row["after"])),
            DUTCH.number(row["before_count"]),
            DUTCH.number(row["after_count"]),
            plain(DUTCH.duration(row["smallest_detectable"])),
            DUTCH.say(verdict_of_row(row)),
            DUTCH.say(CONFIRMATIONS[row["confirmation"]]),
        ]
        for row in municipalities
    ]
    assert page.complaints() == []


@pytest.mark.parametrize(
    "choice",
    [
        {"municipality_nis": "73109"},
        # One month on each side.
        {"period": "2021-01..2021-01/2022-01..2022-01"},
    ],
)
def test_few_months_give_no_verdict_and_do_not_break_the_page(
    choice: dict[str, str], running_dashboard: Dashboard, page: RecordedPage
) -> None:
    few = {"period": "2021-01..2021-01/2022-01..2022-01"} | choice
    written_before = len(running_dashboard.written())
    page.visit(running_dashboard.link("overview", **few))
    refusals = {DUTCH.say(T("too few data")), DUTCH.say(T("not comparable"))}
    assert {row[1] for row in municipality_rows(page)} <= refusals
    # A refused comparison has no difference in words; what it still needs may stand there.
    directions = (DUTCH.say(T("faster")), DUTCH.say(T("slower")))
    assert not any(word in row[4] for row in municipality_rows(page) for word in directions)
    assert page.complaints() == []
    assert "Traceback" not in running_dashboard.written()[written_before:]
