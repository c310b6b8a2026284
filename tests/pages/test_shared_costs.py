"""The page on costs in a real browser: figures equal the command line, scenarios live in the link, nothing breaks."""

import csv
import io
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from cooperation.language import LANGUAGES, Language, T, speak
from cooperation.screen.cost_flow import BASES
from cooperation.settings import load_settings
from tests.browser import Dashboard, RecordedPage, assert_speaks, plain
from tests.pages.test_response_times import cell_in_file, download, key_of
from tests.warehouse.exports import build_sets, cost, intervention

DUTCH = speak("nl")
BELGIAN, INTERNATIONAL = T("CSV for Belgian Excel"), T("International CSV")
INVENTED = "invented (demonstration)"
SCROLL_MILLISECONDS = 1_000
AMOUNTS = re.compile(r"_eur$|^(before|after)(_nominal)?$|^(difference|low|high|smallest_detectable|share)$")
ZONES = {"5381": "PZ Bilzen-Hoeselt-Riemst", "5382": "PZ Voeren"}


def money(amount: str | None, decimals: int = 2, language: Language = DUTCH) -> str:
    return plain(language.money(None if amount is None else Decimal(amount), decimals))


def in_file(value: Any, column: str, decimal_mark: str) -> str:
    """Return a value of the command line's JSON, where exact amounts are text, as the file must hold it."""
    if isinstance(value, str) and AMOUNTS.search(column):
        return value.replace(".", decimal_mark)
    return cell_in_file(value, decimal_mark)


def select_below(page: RecordedPage, name: str, option: str) -> None:
    """Choose in a box far down the page: scrolling closes a box that was opened while the page still moved."""
    page.page.get_by_role("combobox", name=name, exact=True).scroll_into_view_if_needed()
    page.page.wait_for_timeout(SCROLL_MILLISECONDS)
    page.select(name, option)


def test_a_deep_link_on_a_fresh_server_says_what_the_command_line_says(
    dashboard: Callable[..., Dashboard],
    new_page: Callable[..., RecordedPage],
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    server = dashboard()
    rows = command_line(demonstration_database, "shared_costs/comparison")["rows"]
    page = new_page()
    for code in LANGUAGES:
        page.visit(server.link("shared_costs", language=code))
        assert_as_command_line(page, speak(code), rows)
    assert "Traceback" not in server.written()


def assert_as_command_line(page: RecordedPage, language: Language, rows: list[dict[str, Any]]) -> None:
    """Assert that the page says in this language what the comparison of the command line says."""
    assert_speaks(page, language, T("What do we pay, together and alone?"))
    tab = page.page
    together = {row["measure"]: row for row in rows if row["zone_code"] is None}
    assert [figure for figure, _ in page.cards()][:3] == [
        money(together["cost"]["after"], 0, language),
        # Not every year of the demonstration has a population.
        language.say(T("not known")),
        money(together["cost_per_intervention"]["after"], 2, language),
    ]
    assert together["cost_per_inhabitant"]["after"] is None
    assert money(together["cost"]["before"], 0, language) in plain(tab.locator(".answer").inner_text())
    paid = [money(together["cost"][name], 0, language) for name in ("after_nominal", "before_nominal")]
    said = plain(tab.locator(".answer-more").inner_text())
    assert said == plain(
        language.say(T("As paid: {after}, against {before}.", after=paid[0], before=paid[1]))
    )
    assert page.complaints() == []


def test_the_answer_names_its_prices_and_a_verdict_that_waits_says_for_how_many_years(
    running_dashboard: Dashboard, page: RecordedPage
) -> None:
    tab = page.visit(running_dashboard.link("shared_costs"))
    answer = plain(tab.locator(".answer").inner_text())
    assert "in euro van 2025 (gezondheidsindex): €" in answer
    assert "per jaar van januari 2022 tot en met december 2024" in answer
    cost, inhabitant, *_ = (plain(text) for text in tab.locator(".figure-card").all_inner_texts())
    needed = load_settings().costs.minimum_verdict_years
    assert f"3 bekende jaren vóór en 3 na; een oordeel vraagt er {needed} aan elke kant." in cost
    assert "De bedragen zelf staan vast." in cost
    # 2025 has no population either, but lies in neither period.
    assert "Het aantal inwoners op 1 januari 2021, 2023 en 2024 is niet bekend" in inhabitant
    assert "was" not in inhabitant.split() and "–" not in inhabitant and "oordeel" not in inhabitant
    tab = page.visit(running_dashboard.link("shared_costs", prices="nominal", language="fr"))
    answer = plain(tab.locator(".answer").inner_text())
    assert "par an sur la période janvier 2022 – décembre 2024" in answer
    assert tab.locator(".answer-more").count() == 0, "amounts that are as paid are not said twice"
    assert page.complaints() == []


def test_who_pays_what_adds_up_and_every_estimate_has_its_basis(
    running_dashboard: Dashboard,
    page: RecordedPage,
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    rows = command_line(demonstration_database, "shared_costs/purchases")["rows"]
    tab = page.visit(running_dashboard.link("shared_costs"))
    flow = plain(tab.locator(".cost-flow").inner_text())
    running = [row for row in rows if row["state"] == "running"]
    for row in running:
        assert f"{ZONES[row['zone_code']]} {money(row['yearly_share_eur'])}" in flow
    for zone_code, name in ZONES.items():
        parts = [Decimal(row["yearly_share_eur"]) for row in running if row["zone_code"] == zone_code]
        assert f"{name} {money(str(sum(parts)))}" in flow
    shown = plain(" ".join(tab.locator(".purchase").all_inner_texts()))
    for row in rows:
        if row["yearly_estimate_eur"] is not None:
            basis = DUTCH.say(BASES[row["basis"]])
            for name in ("yearly_estimate_eur", "planned_saving_eur", "realised_saving_eur"):
                assert row[name] is None or f"{money(row[name])} ({basis})" in shown
    assert page.complaints() == []


def test_every_figure_offers_its_table_two_files_and_its_query(
    running_dashboard: Dashboard,
    page: RecordedPage,
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    page.visit(running_dashboard.link("shared_costs"))
    for figure in ("yearly", "purchases", "by_field", "by_category", "comparison"):
        rows = command_line(demonstration_database, f"shared_costs/{figure}")["rows"]
        tools = page.open_tools(key_of(f"shared_costs/{figure}"))
        for label, delimiter, mark in ((BELGIAN, ";", ","), (INTERNATIONAL, ",", ".")):
            name, content = download(tools, label)
            assert name.startswith(f"demonstration_shared_costs_{figure}_")
            header, *lines = csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter)
            assert header == [*rows[0], "data", "made_by"]
            expected = [[*(in_file(row[key], key, mark) for key in row), INVENTED] for row in rows]
            assert [line[:-1] for line in lines] == expected
            assert all(f"answer shared_costs/{figure}" in line[-1] for line in lines)
        assert "select" in tools.locator("code").inner_text()
    assert page.complaints() == []


def test_a_scenario_lives_in_the_link_and_marks_its_files(
    running_dashboard: Dashboard,
    page: RecordedPage,
    new_page: Callable[..., RecordedPage],
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    page.visit(running_dashboard.link("shared_costs"))
    select_below(page, "Sleutel", "Naar inwoners")
    page.wait_for_link(scenario_key="inhabitants")
    select_below(page, "Levensduur", "8 jaar")
    page.wait_for_link(scenario_key="inhabitants", scenario_months="96")
    answer = command_line(
        demonstration_database, "shared_costs/scenario", scenario_key="inhabitants", scenario_months="96"
    )
    # Pasted to a colleague, the link says the same.
    pasted = new_page()
    tab = pasted.visit(page.page.url)
    said = plain(tab.locator(".scenario-mark").inner_text())
    assert "Scenario voor Serverpark over 8 jaar" in said and "Naar inwoners" in said
    shown = plain(" ".join(tab.locator("table").all_inner_texts()))
    for row in answer["rows"]:
        assert money(row["scenario_yearly_share_eur"]) in shown
    tools = pasted.open_tools(key_of("shared_costs/scenario"))
    name, content = download(tools, INTERNATIONAL)
    assert name.startswith("demonstration_shared_costs_scenario_") and "inhabitants_96" in name
    lines = list(csv.DictReader(io.StringIO(content.decode())))
    assert {line["scenario"] for line in lines} == {"scenario: key inhabitants, 96 months"}
    assert page.complaints() == pasted.complaints() == []


def test_prices_and_their_year_are_chosen_and_named(
    running_dashboard: Dashboard,
    page: RecordedPage,
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    tab = page.visit(running_dashboard.link("shared_costs"))
    page.select("In euro van", "2022")
    page.wait_for_link(base_year="2022")
    assert "in euro van 2022 (gezondheidsindex)" in plain(tab.locator(".filter-sentence").inner_text())
    page.select("Gecorrigeerd voor prijsstijging met", "Zoals betaald, zonder index")
    page.wait_for_link(prices="nominal")
    rows = command_line(demonstration_database, "shared_costs/comparison", prices="nominal")["rows"]
    after = next(row["after"] for row in rows if row["measure"] == "cost" and row["zone_code"] is None)
    assert page.cards()[0][0] == money(after, 0)
    page.select("Politiezone", "PZ Voeren")
    page.wait_for_link(prices="nominal", zone_code="5382")
    own = command_line(demonstration_database, "shared_costs/comparison", prices="nominal", zone_code="5382")
    assert page.cards()[0][0] == money(own["rows"][0]["after"], 0)
    assert page.complaints() == []


def test_the_first_page_says_what_a_zone_pays_together_and_alone(
    running_dashboard: Dashboard,
    page: RecordedPage,
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    rows = command_line(demonstration_database, "shared_costs/purchases")["rows"]
    tab = page.visit(running_dashboard.link("overview", municipality_nis="73109"))
    said = plain(" ".join(tab.locator(".figure-card").all_inner_texts()))
    server = next(row for row in rows if row["name"] == "Serverpark" and row["zone_code"] == "5382")
    yearly, alone = money(server["yearly_share_eur"], 0), money(server["yearly_estimate_eur"], 0)
    assert "Wat nu per jaar wordt afgeschreven, stand december 2025." in said
    assert f"Serverpark: {yearly}; apart zou dat {alone} zijn (bron: offerte). Gekocht in 2022." in said
    assert "PZ Bilzen-Hoeselt-Riemst betaalt mee" not in said
    assert page.complaints() == []


def test_without_costs_the_page_says_which_exports_would_fill_it(
    dashboard: Callable[..., Dashboard], page: RecordedPage, tmp_path: Path
) -> None:
    built = build_sets(tmp_path, {"interventions": [intervention("A", "2023-06-10 12:00:00")]})
    tab = page.visit(
        dashboard(tmp_path / "exports", built.pointer, tmp_path / "cooperation.toml").link("shared_costs")
    )
    said = plain(tab.locator(".empty-state").first.inner_text())
    for data_set in ("costs", "investments", "distribution_keys", "standalone_estimates"):
        assert data_set in said
    assert page.complaints() == []


def test_costs_without_a_single_call_fill_the_page(
    dashboard: Callable[..., Dashboard], page: RecordedPage, tmp_path: Path
) -> None:
    lines = [
        cost("10.00", booking_date=f"{year}-{month:02}-01") for year in (2021, 2022) for month in range(1, 13)
    ]
    built = build_sets(tmp_path, {"costs": lines})
    page.visit(
        dashboard(tmp_path / "exports", built.pointer, tmp_path / "cooperation.toml").link("shared_costs")
    )
    assert page.cards()[0][0] == money("132.71", 0)
    assert page.complaints() == []


def test_nothing_is_cut_off_on_a_phone(
    running_dashboard: Dashboard, new_page: Callable[..., RecordedPage]
) -> None:
    phone = new_page(viewport={"width": 390, "height": 844})
    tab = phone.visit(running_dashboard.link("shared_costs"))
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    hidden = tab.locator(".purchase .table-frame").evaluate_all(
        "all => all.map(one => one.scrollHeight - one.clientHeight)"
    )
    assert hidden and max(hidden) <= 0
    assert phone.complaints() == []
