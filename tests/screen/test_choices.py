"""Every filter in the link: set by its real control, kept over pages and languages, pasted to a colleague."""

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

from cooperation.answers.answer import Evidence
from cooperation.answers.filters import BORDERS, COVID_CHOICES, LIST_FILTERS, Filters
from cooperation.answers.periods import NAMED_PERIODS
from cooperation.language import LANGUAGES, T, speak
from cooperation.screen.choices import DroppedChoice, filters_of_link, link_parameters
from cooperation.settings import MEASURES, ORIGINS
from cooperation.warehouse.database import open_database
from tests.browser import Dashboard, RecordedPage, plain

DUTCH = speak("nl")
OWN_MONTHS = "2019-01..2021-12/2022-01..2024-12"
MUNICIPALITIES = ("73066", "73110", "73109", "73006", "73032")


def open_choices(page: Page, key: str) -> None:
    page.locator(f".st-key-{key}").get_by_role("button").click()
    page.locator("[data-testid=stPopoverBody]").wait_for()


def press_choice(reader: RecordedPage, role: Any, name: str) -> None:
    """Open "more choices" and press what is called `name` there."""
    open_choices(reader.page, "more-choices")
    # The box of a switch lies under its label, which is what a reader presses.
    control = reader.page.locator("[data-testid=stPopoverBody]").get_by_role(role, name=name)
    control.dispatch_event("click") if role == "switch" else control.click()


def move_month(reader: RecordedPage, thumb: int, key: str) -> None:
    """Open the months and press an arrow key on one of the four thumbs."""
    open_choices(reader.page, "own-months")
    reader.page.locator("[data-testid=stPopoverBody]").get_by_role("slider").nth(thumb).focus()
    reader.page.keyboard.press(key)


CONTROLS: dict[str, tuple[dict[str, str], Callable[[RecordedPage], None], dict[str, str | list[str]]]] = {
    "municipality": (
        {},
        lambda reader: reader.select("Gemeente", "Riemst"),
        {"municipality_nis": "73066"},
    ),
    "measure": ({}, lambda reader: reader.select("Maatstaf", "Aanrijtijd"), {"measure": "travel"}),
    "period": (
        {},
        lambda reader: reader.select("Periodes", DUTCH.say(T("All years")) + ": 2018-2021 en 2022-2025"),
        {"period": "all"},
    ),
    "own months": (
        {},
        lambda reader: reader.select("Periodes", DUTCH.say(T("Own choice of months"))),
        {"period": OWN_MONTHS},
    ),
    "first month before": (
        {"period": OWN_MONTHS},
        lambda reader: move_month(reader, 0, "ArrowRight"),
        {"period": "2019-02..2021-12/2022-01..2024-12"},
    ),
    "last month after": (
        {"period": OWN_MONTHS},
        lambda reader: move_month(reader, 3, "ArrowLeft"),
        {"period": "2019-01..2021-12/2022-01..2024-11"},
    ),
    "zone": ({}, lambda reader: press_choice(reader, "button", "PZ Voeren"), {"zone_code": "5382"}),
    "priority": (
        {},
        lambda reader: press_choice(reader, "button", "2 dringend"),
        {"priority": ["0", "1"]},
    ),
    "origin": (
        {},
        lambda reader: press_choice(reader, "button", DUTCH.say(T("Own initiative"))),
        {"origin": ["citizen_call", "own_initiative"]},
    ),
    "covid": (
        {},
        lambda reader: press_choice(
            reader, "switch", DUTCH.say(T("Leave out the months with COVID measures, on both sides"))
        ),
        {"covid": "out"},
    ),
    "borders": (
        {},
        lambda reader: press_choice(
            reader, "switch", DUTCH.say(T("Draw municipalities on their borders of before the merger"))
        ),
        {"borders": "recorded"},
    ),
}
# Of each kind of control one is tested always; these are of a kind with another one.
LIKE_ANOTHER = ("first month before", "origin", "covid", "measure")


def headline_in_words(headline: dict[str, Any]) -> list[str]:
    """Return the figures of the cards as Dutch says them."""
    after = headline["after"]
    return [
        plain(figure)
        for figure in (
            DUTCH.duration(after["median_seconds"]),
            DUTCH.duration(after["p90_seconds"]),
            DUTCH.percent(after["share_within_norm"], 1),
            DUTCH.number(after["intervention_count"]),
        )
    ]


def shown_figures(page: RecordedPage) -> list[str]:
    return [figure for figure, _ in page.cards()]


def test_every_filter_has_a_control_that_is_tested_here() -> None:
    tested = {name for _, _, link in CONTROLS.values() for name in link}
    # The controls of costs stand on their own page, and are tested there.
    of_costs = {"prices", "base_year", "scenario_purchase", "scenario_key", "scenario_months"}
    assert tested == {field.name for field in fields(Filters)} - of_costs


@pytest.mark.parametrize(
    "control",
    [
        pytest.param(control, marks=pytest.mark.slow) if control in LIKE_ANOTHER else control
        for control in CONTROLS
    ],
)
def test_a_control_shows_its_choice_in_the_link_and_in_the_figures(
    control: str,
    running_dashboard: Dashboard,
    page: RecordedPage,
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    start, act, choice = CONTROLS[control]
    written_before = len(running_dashboard.written())
    page.visit(running_dashboard.link("response_times", **start))
    act(page)
    page.wait_for_link(**choice)
    expected = headline_in_words(command_line(demonstration_database, "response_times/headline", **choice))
    assert shown_figures(page) == expected
    assert page.complaints() == []
    assert "Traceback" not in running_dashboard.written()[written_before:]


def test_the_borders_of_before_the_merger_are_shown(running_dashboard: Dashboard, page: RecordedPage) -> None:
    page.visit(running_dashboard.link("response_times", borders="recorded"))
    names = page.open_tools("response_times-by_municipality").locator("tbody th").all_inner_texts()
    # Both dissolved municipalities have calls of their own again.
    assert {"Bilzen", "Hoeselt"} <= {name.split(" (")[0] for name in names}


ALL_CHOICES: dict[str, str | list[str]] = {
    "measure": "travel",
    "period": "before_covid",
    "covid": "out",
    "borders": "recorded",
    "zone_code": "5381",
    "municipality_nis": "73066",
    "priority": ["1", "2"],
    "origin": ["citizen_call", "own_initiative"],
    "prices": "cpi",
    "base_year": "2022",
    "scenario_purchase": "DEMO-serverpark",
    "scenario_key": "equal",
    "scenario_months": "96",
}


def test_all_choices_together_survive_a_page_a_language_and_being_pasted(
    running_dashboard: Dashboard,
    page: RecordedPage,
    new_page: Callable[..., RecordedPage],
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    assert ALL_CHOICES.keys() == {field.name for field in fields(Filters)}
    tab = page.visit(running_dashboard.link("response_times", **ALL_CHOICES))
    headline = command_line(demonstration_database, "response_times/headline", **ALL_CHOICES)
    assert headline["after"]["measured_count"] >= 10
    expected = headline_in_words(headline)
    assert shown_figures(page) == expected

    tab.get_by_role("link", name=DUTCH.say(T("Overview"))).click()
    tab.get_by_role("heading", level=1, name=DUTCH.say(T("Are the promises being kept?"))).wait_for()
    page.wait_for_link(**ALL_CHOICES)
    tab.get_by_role("link", name=DUTCH.say(T("Response times")), exact=True).click()
    tab.get_by_role("heading", level=1, name=DUTCH.say(T("How fast are the police on the scene?"))).wait_for()
    page.wait_for_link(**ALL_CHOICES)
    assert shown_figures(page) == expected

    tab.get_by_role("radio", name="English").click()
    page.wait_for_link(language="en", **ALL_CHOICES)
    tab.get_by_role("radio", name="Nederlands").click()
    page.wait_for_link(**ALL_CHOICES)
    assert shown_figures(page) == expected

    colleague = new_page()
    colleague.visit(tab.url)
    assert colleague.page.url == tab.url
    assert colleague.cards() == page.cards()

    tab.get_by_role("button", name=DUTCH.say(T("Start over"))).click()
    page.wait_for_link()
    default = command_line(demonstration_database, "response_times/headline")
    assert shown_figures(page) == headline_in_words(default) != expected
    assert tab.get_by_role("button", name=DUTCH.say(T("Start over"))).count() == 0
    assert page.complaints() + colleague.complaints() == []


def test_what_the_link_asks_for_and_is_not_there_is_named_and_left_out(
    running_dashboard: Dashboard,
    page: RecordedPage,
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    asked: dict[str, str | list[str]] = {
        "municipality_nis": ["99999", "73066"],
        "measure": "heart_rate",
        "period": "2019-01..2022-06/2022-01..2024-12",
        "priority": "<b>9</b>",
    }
    tab = page.visit(running_dashboard.link("response_times", **asked))
    warnings = [plain(text) for text in tab.get_by_role("alert").all_inner_texts()]
    for name, value in (
        ("municipality_nis", "99999"),
        ("measure", "heart_rate"),
        ("period", str(asked["period"])),
        ("priority", "<b>9</b>"),
    ):
        said = T(
            "The link asks for {name} = {value}, which does not exist here; it was left out.",
            name=name,
            value=value,
        )
        assert plain(DUTCH.say(said)) in warnings
    assert len(warnings) == 4
    # What is there counts, and the address no longer says what is not.
    page.wait_for_link(municipality_nis="73066")
    headline = command_line(demonstration_database, "response_times/headline", municipality_nis="73066")
    assert shown_figures(page) == headline_in_words(headline)
    assert page.complaints() == []


def test_a_notice_about_the_link_goes_with_the_next_choice(
    running_dashboard: Dashboard, page: RecordedPage
) -> None:
    tab = page.visit(running_dashboard.link("response_times", measure="heart_rate"))
    assert tab.get_by_role("alert").count() == 1
    page.select("Gemeente", "Riemst")
    page.wait_for_link(municipality_nis="73066")
    # The link no longer asks for it, so a page that still says so is wrong.
    assert tab.get_by_role("alert").count() == 0


def test_the_filters_are_reached_and_worked_by_keyboard(
    running_dashboard: Dashboard, page: RecordedPage
) -> None:
    tab = page.visit(running_dashboard.link("response_times"))
    tab.locator("body").press("Tab")
    assert tab.evaluate("document.activeElement.innerText") == DUTCH.say(T("Go to the content"))
    tab_to(tab, "combobox", "Gemeente")
    tab.keyboard.press("ArrowDown")
    tab.get_by_role("option", name="Riemst", exact=True).wait_for()
    for _ in range(8):
        if focused_option(tab) == "Riemst":
            break
        tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    page.wait_for_link(municipality_nis="73066")
    tab_to(tab, "button", DUTCH.say(T("More choices")))
    tab.keyboard.press("Enter")
    tab.locator("[data-testid=stPopoverBody]").wait_for()
    tab_to(tab, "button", "PZ Bilzen-Hoeselt-Riemst")
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowLeft")
    tab.keyboard.press("Space")
    page.wait_for_link(municipality_nis="73066", zone_code="5381")
    tab_to(tab, "switch", DUTCH.say(T("Leave out the months with COVID measures, on both sides")))
    tab.keyboard.press("Space")
    page.wait_for_link(municipality_nis="73066", zone_code="5381", covid="out")
    assert page.complaints() == []


FOCUSED = """() => {
    const one = document.activeElement;
    const role = one.getAttribute('role')
        || {BUTTON: 'button', A: 'link', SUMMARY: 'button'}[one.tagName] || '';
    const labelled = one.closest('label');
    return [role, one.getAttribute('aria-label') || one.innerText || (labelled ? labelled.innerText : '')];
}"""


def tab_to(page: Page, role: str, name: str) -> None:
    """Press Tab until what has this role and name has the focus; AssertionError after 30 steps."""
    seen = []
    for _ in range(30):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        seen.append(focused)
        if focused[0] == role and focused[1].strip().startswith(name):
            return
    raise AssertionError(f"no {role} {name!r} among {seen}")


def focused_option(page: Page) -> str:
    """Return the option that the arrow keys stand on in an open box."""
    return str(
        page.evaluate("""() => {
            const id = document.activeElement.getAttribute('aria-activedescendant');
            const option = id && document.getElementById(id);
            return option ? option.innerText.trim() : '';
        }""")
    )


@pytest.fixture(scope="module")
def evidence(demonstration_database: Path) -> Evidence:
    return Evidence(open_database(demonstration_database))


def chosen_codes(codes: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(codes), unique=True).map(tuple)


@st.composite
def own_periods(draw: st.DrawFn) -> str:
    """Return months on either side of the start, each side at least a month."""
    before = sorted(draw(st.tuples(st.integers(0, 47), st.integers(0, 47))))
    after = sorted(draw(st.tuples(st.integers(48, 95), st.integers(48, 95))))
    months = [f"{2018 + month // 12}-{month % 12 + 1:02d}" for month in (*before, *after)]
    return "{}..{}/{}..{}".format(*months)


ALL_FILTERS = st.builds(
    Filters,
    measure=st.sampled_from(MEASURES),
    period=st.sampled_from(NAMED_PERIODS) | own_periods(),
    covid=st.sampled_from(COVID_CHOICES),
    borders=st.sampled_from(BORDERS),
    zone_code=chosen_codes(("5381", "5382")),
    municipality_nis=chosen_codes(MUNICIPALITIES),
    priority=chosen_codes(("0", "1", "2", "3", "4", "all")),
    origin=chosen_codes((*ORIGINS, "all")),
)


def pairs_of(parameters: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, values in parameters.items() if name != "language" for value in values]


@settings(max_examples=100)
@given(filters=ALL_FILTERS, language=st.sampled_from(LANGUAGES))
def test_whatever_is_chosen_the_link_says_all_of_it(
    evidence: Evidence, filters: Filters, language: str
) -> None:
    parameters = link_parameters(filters, language)
    assert filters_of_link(pairs_of(parameters), evidence) == (filters, ())
    # What is as at the start stays out of the link.
    assert parameters.get("language", ["nl"]) == [language]
    assert ("language" in parameters) is (language != "nl")
    assert {name for name in parameters if name != "language"} == {
        field.name for field in fields(Filters) if getattr(filters, field.name) != field.default
    }


@settings(max_examples=100)
@given(
    filters=ALL_FILTERS,
    wrong=st.lists(
        st.tuples(
            st.sampled_from([*LIST_FILTERS, "measure", "period", "covid", "borders"]),
            st.text(min_size=1).map(lambda text: f"~{text.replace(',', '')}"),
        ),
        max_size=4,
    ),
    seed=st.randoms(use_true_random=False),
)
def test_wrong_values_are_named_and_take_nothing_else_with_them(
    evidence: Evidence, filters: Filters, wrong: list[tuple[str, str]], seed: Any
) -> None:
    good = pairs_of(link_parameters(filters, "nl"))
    # Wrong values anywhere between good ones, the order among the good ones kept.
    mixed = list(good)
    for pair in wrong:
        mixed.insert(seed.randint(0, len(mixed)), pair)
    kept, dropped = filters_of_link(mixed, evidence)
    assert kept == filters
    assert sorted((choice.name, choice.value) for choice in dropped) == sorted(wrong)
    assert all(isinstance(choice, DroppedChoice) for choice in dropped)


@pytest.mark.parametrize(
    ("period", "why"),
    [
        ("2019-01..2022-01/2022-01..2024-12", "the first part reaches over the start"),
        ("2019-01..2021-12/2021-12..2024-12", "the second part begins before the start"),
        ("2021-12..2019-01/2022-01..2024-12", "the first part ends before it begins"),
        ("2019-13..2021-12/2022-01..2024-12", "there is no month 13"),
        ("0000-01..0001-12/2022-01..2024-12", "there is no year 0"),
        ("2019-01..2021-12", "the second part is missing"),
        ("", "an empty period is none"),
    ],
)
def test_a_period_that_cannot_be_compared_is_left_out(evidence: Evidence, period: str, why: str) -> None:
    kept, dropped = filters_of_link([("period", period)], evidence)
    assert (kept, dropped) == (Filters(), (DroppedChoice("period", period),)), why
