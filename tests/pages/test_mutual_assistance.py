"""The page on mutual assistance: the command line's figures in every language, tables and files, empty states."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from playwright.sync_api import expect

from cooperation.language import LANGUAGES, T, speak
from cooperation.screen.assistance_charts import say_direction
from cooperation.settings import DEFAULT_SETTINGS, load_settings
from cooperation.warehouse.build import Sources, build
from cooperation.wording.verdicts import verdict_of_row, verdict_text
from tests.answers.test_mutual_assistance import FIVE, five_zones
from tests.browser import PROJECT, Dashboard, RecordedPage, plain, serving
from tests.pages.test_response_times import assert_files_hold, key_of, said_rows, shown_rows
from tests.warehouse.exports import Row, build_rows, deployment, intervention, settings_text

DUTCH = speak("nl")
QUESTION = T("Do the zones help each other?")
STATISTICS = ("partner_sent", "partner_first", "own_sent")
EXAMPLE = PROJECT / "data" / "profiles" / "examples" / "rvfd"
LISTS = ("Unit_Dispatch_Times", "Unit_Enroute_Times", "Unit_Arrive_Times", "Unit_Clear_Times")
ZONES = {zone.code: zone.name.nl for zone in load_settings(DEFAULT_SETTINGS).zones}
PHASES = {"before": "vóór", "after": "na"}
URGENCIES = {"urgent": "dringend", "planned": "gepland", "other": "ander werk"}
KINDS = {
    "lateral": "Laterale bijstand (zones daarbuiten)",
    "hycap": "HyCap (nationale versterking)",
    "federal": "Federale steun",
}
NUMBER, TIME = DUTCH.number, DUTCH.duration


def percent(share: float | None) -> str:
    return DUTCH.percent(share, 1)


# What each figure's table shows of the answer, column by column, and how Dutch says it.
TABLES: dict[str, list[tuple[str, Callable[[Any], str]]]] = {
    "flows": [
        ("from_zone_code", ZONES.__getitem__),
        ("to_zone_code", ZONES.__getitem__),
        ("urgency", URGENCIES.__getitem__),
        ("phase", PHASES.__getitem__),
        ("call_count", NUMBER),
        ("partner_known_count", NUMBER),
        ("intervention_count", NUMBER),
        ("share_of_calls", percent),
        ("first_on_scene_count", NUMBER),
        ("deployment_count", NUMBER),
        ("unit_seconds", TIME),
        ("unknown_time_count", NUMBER),
    ],
    "balance": [
        ("zone_code", ZONES.__getitem__),
        ("other_zone_code", ZONES.__getitem__),
        ("given_intervention_count", NUMBER),
        ("received_intervention_count", NUMBER),
        ("given_unit_seconds", TIME),
        ("received_unit_seconds", TIME),
        ("given_unknown_time_count", NUMBER),
        ("received_unknown_time_count", NUMBER),
        ("phase", PHASES.__getitem__),
    ],
    "other_help": [
        ("assistance", KINDS.__getitem__),
        ("to_zone_code", ZONES.__getitem__),
        ("intervention_count", NUMBER),
        ("deployment_count", NUMBER),
        ("unit_seconds", TIME),
        ("unknown_time_count", NUMBER),
        ("of_a_zone_count", NUMBER),
        ("phase", PHASES.__getitem__),
    ],
}
FIGURES = (*TABLES, "monthly", "time_gained", "identity_kept", "nights_and_weekends", "comparison")


@pytest.fixture(scope="module")
def figures(shared_tab: RecordedPage, running_dashboard: Dashboard) -> RecordedPage:
    """Return the page, opened once for all tests that only look at it."""
    shared_tab.visit(running_dashboard.link("mutual_assistance"))
    return shared_tab


def test_a_deep_link_on_a_fresh_server_says_what_the_command_line_says(
    dashboard: Callable[..., Dashboard],
    new_page: Callable[..., RecordedPage],
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    server = dashboard()
    printed = command_line(demonstration_database, "mutual_assistance/comparison")
    rows = {row["statistic"]: row for row in printed["rows"]}
    gains = command_line(demonstration_database, "mutual_assistance/time_gained")["rows"]
    gained = next(row for row in gains if (row["comparison"], row["phase"]) == ("against_own_unit", "after"))
    flows = command_line(demonstration_database, "mutual_assistance/flows")["rows"]
    # Help changed in this data, and each share is another one, or finding them would prove nothing.
    assert rows["partner_sent"]["verdict"] == "higher"
    assert len({row["after"] for row in rows.values()}) == 3
    reader = new_page()
    for code in LANGUAGES:
        language = speak(code)
        page = reader.visit(server.link("mutual_assistance", language=code))
        assert page.get_by_role("heading", level=1).all_inner_texts() == [language.say(QUESTION)]
        assert page.evaluate("document.documentElement.lang") == code
        shown = [figure for figure, _ in reader.cards()]
        expected = [plain(language.percent(rows[name]["after"], 1)) for name in STATISTICS]
        assert shown == [*expected, plain(language.duration(gained["gained_seconds"]))]
        for (_, change), name in zip(reader.cards(), STATISTICS, strict=False):
            was = T("was {figure}", figure=language.percent(rows[name]["before"], 1))
            assert change.split(" · ")[0] == plain(language.say(was))
        badges = page.locator(".figure-card .verdict").all_inner_texts()
        assert [plain(badge) for badge in badges] == [
            plain(language.say(verdict_of_row(rows[name]))) for name in STATISTICS
        ]
        answer = plain(page.locator(".answer").inner_text())
        assert answer.startswith(plain(language.say(verdict_text("higher"))))
        for phase in ("before", "after"):
            assert plain(language.percent(rows["partner_sent"][phase], 1)) in answer
        # Who helped whom stands in the picture, and in words for who cannot see it.
        said = plain(page.get_by_role("figure").first.get_attribute("aria-label") or "")
        names = {zone.code: zone.name.in_language(code) for zone in load_settings(DEFAULT_SETTINGS).zones}
        for helper, helped in (("5381", "5382"), ("5382", "5381")):
            assert plain(say_direction((helper, helped), names, language)) in said
            for phase in ("before", "after"):
                total = sum(
                    row["intervention_count"]
                    for row in flows
                    if (row["from_zone_code"], row["phase"]) == (helper, phase)
                )
                assert total > 0 and plain(language.number(total)) in said
        footer = plain(page.locator(".footer-line").inner_text())
        for phase in ("before", "after"):
            assert plain(language.number(rows["partner_sent"][f"{phase}_count"])) in footer
        assert reader.complaints() == []
    assert "Traceback" not in server.written()


def test_every_figure_of_the_page_is_tested_here(figures: RecordedPage) -> None:
    keys = figures.page.locator("[class*='st-key-tools-']").evaluate_all(
        "all => all.map(one => [...one.classList].find(name => name.startsWith('st-key-tools-')))"
    )
    assert sorted(keys) == sorted(f"st-key-tools-{key_of(f'mutual_assistance/{name}')}" for name in FIGURES)


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_offers_its_table_two_files_and_its_query(
    name: str,
    figures: RecordedPage,
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    rows = command_line(demonstration_database, f"mutual_assistance/{name}")["rows"]
    tools = figures.open_tools(key_of(f"mutual_assistance/{name}"))
    shown = shown_rows(tools)
    assert len(shown) == len(rows) > 0
    if name in TABLES:
        assert shown == said_rows(rows, TABLES[name])
    for file_name in assert_files_hold(tools, rows, {"data": "invented (demonstration)"}):
        # No measure of time is chosen here, and none stands in the name; where everyone counts, it says so.
        everyone = "priority-all_origin-all_" if name in TABLES else ""
        assert re.match(rf"demonstration_mutual_assistance_{name}_{everyone}2\d{{5}}_", file_name)
    code = tools.locator("code").inner_text()
    query = "\n".join(line for line in code.splitlines() if not line.startswith("--"))
    assert set(re.findall(r"\$(\w+)", query)) <= set(re.findall(r"(?m)^-- \$(\w+) = ", code))
    assert re.search(r"\bselect\b", query)
    assert figures.complaints() == []


def test_no_measure_of_time_is_offered(figures: RecordedPage) -> None:
    boxes = figures.page.get_by_role("combobox")
    expect(boxes).to_have_count(2)


def test_a_chosen_municipality_arrives_in_every_figure(
    running_dashboard: Dashboard,
    page: RecordedPage,
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    choice = {"municipality_nis": "73109", "priority": "all"}
    rows = command_line(demonstration_database, "mutual_assistance/comparison", **choice)["rows"]
    page.visit(running_dashboard.link("mutual_assistance", **choice))
    shown = [figure for figure, _ in page.cards()][:3]
    assert shown == [plain(percent(row["after"])) for row in rows]
    flows = command_line(demonstration_database, "mutual_assistance/flows", **choice)["rows"]
    assert {row["to_zone_code"] for row in flows} == {"5382"}
    tools = page.open_tools("mutual_assistance-flows")
    assert shown_rows(tools) == said_rows(flows, TABLES["flows"])
    assert page.complaints() == []


# --- Other exports -----------------------------------------------------------------------------------------------


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Callable[..., Dashboard]]:
    """Return a function that builds from rows and serves them."""
    servers = []

    def start(interventions: list[Row], deployments: list[Row], settings: str | None = None) -> Dashboard:
        built = build_rows(tmp_path, interventions, deployments, settings or settings_text())
        server = serving(
            tmp_path / "server.log", tmp_path / "exports", built.pointer, tmp_path / "cooperation.toml"
        )
        servers.append(server)
        return server.__enter__()

    yield start
    for server in servers:
        server.__exit__(None, None, None)


def calls_of_two_years(zones: tuple[str, ...] = ("5381",)) -> list[Row]:
    return [
        intervention(f"{zone}-{year}-{month}-{day}", f"{year}-{month:02}-{day} 12:00:00", zone_code=zone)
        for zone in zones
        for year in (2021, 2022)
        for month in range(1, 13)
        for day in ("02", "28")
    ]


def test_exports_without_deployments_say_what_to_do(
    served: Callable[..., Dashboard], page: RecordedPage
) -> None:
    server = served(calls_of_two_years(), [])
    tab = page.visit(server.link("mutual_assistance"))
    said = plain(tab.locator(".empty-state").inner_text())
    assert DUTCH.say(T("It is not known whose units came")) in said and "data/exports" in said
    assert tab.locator(".figure-card").count() == 0
    assert page.complaints() == []


def test_where_no_other_zone_ever_came_the_page_says_nought(
    served: Callable[..., Dashboard], page: RecordedPage
) -> None:
    calls = calls_of_two_years()
    units = [deployment(call["intervention_id"], f"{call['received_at'][:10]} 12:09:00") for call in calls]
    page.visit(served(calls, units).link("mutual_assistance"))
    shown = [figure for figure, _ in page.cards()]
    assert shown == [plain(percent(0.0)), plain(percent(0.0)), plain(percent(1.0)), "–"]
    assert page.complaints() == []


def test_five_zones_and_one_that_joins_later(served: Callable[..., Dashboard], page: RecordedPage) -> None:
    calls = calls_of_two_years(FIVE)
    units = []
    for place, call in enumerate(calls):
        helper = FIVE[place % 5]
        arrived = f"{call['received_at'][:10]} 12:09:00"
        units.append(deployment(call["intervention_id"], arrived, unit_zone_code=helper))
    tab = page.visit(served(calls, units, five_zones()).link("mutual_assistance"))
    said = plain(tab.get_by_role("figure").first.get_attribute("aria-label") or "")
    # Sixteen directions to the four zones that joined together; the fifth helps, and has its own start.
    assert said.count("→") == 16 and said.count("5385 →") == 4 and "→ 5385" not in said
    assert page.complaints() == []


def test_the_call_log_of_a_county_runs_through_the_page(
    real_data: Callable[[str], Path],
    tmp_path: Path,
    page: RecordedPage,
    command_line: Callable[..., dict[str, Any]],
) -> None:
    exports = real_data("rvfd_calls")
    settings = EXAMPLE / "cooperation.toml"
    build(Sources(exports, EXAMPLE, settings), tmp_path / "rvfd")
    printed = command_line(tmp_path / "rvfd", "mutual_assistance/comparison")
    row = next(row for row in printed["rows"] if row["statistic"] == "partner_sent")
    calls = helped_calls(exports)
    for phase in ("before", "after"):
        first, last = printed["period"][phase]
        own = calls[calls["day"].between(first, last)].dropna(subset=["helped"])
        assert row[f"{phase}_count"] == len(own)
        assert row[phase] == pytest.approx(own["helped"].astype(float).mean(), rel=1e-12)
    with serving(tmp_path / "server.log", exports, tmp_path / "rvfd", settings, profiles=EXAMPLE) as server:
        page.visit(server.link("mutual_assistance"))
        assert page.cards()[0][0] == plain(percent(row["after"]))
        assert page.complaints() == []


def helped_calls(exports: Path) -> pd.DataFrame:
    """Return day and helped of each call, from the text alone: None without a unit, or with one of no known station."""
    (path,) = exports.glob("*.csv")
    raw = pd.read_csv(path, dtype=str, keep_default_na=False).drop_duplicates("incident_num")
    partners = {zone.code for zone in load_settings(EXAMPLE / "cooperation.toml").zones} - {"RAYM"}

    def helped(call: pd.Series) -> bool | None:
        units = {unit for name in LISTS for unit in re.findall(r"([^=,\s]+)=\d\d:\d\d:\d\d", call[name])}
        stations = {re.match("[A-Z]*", unit)[0] for unit in units}  # type: ignore[index]
        if stations & partners:
            return True
        return None if not stations or "" in stations else False

    return pd.DataFrame(
        {
            "day": pd.to_datetime(raw["incident_date"].str.split().str[0], format="%m/%d/%y"),
            "helped": raw.apply(helped, axis=1),
        }
    )
