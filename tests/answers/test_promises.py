"""The promises: each figure is that of the page behind it, nothing is judged twice or made up."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from cooperation.answers import cooperation_fields, mutual_assistance, overview, response_times, shared_costs
from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.filters import Filters
from cooperation.answers.promise_evidence import COMPARED, SOURCES, standing
from cooperation.warehouse.database import open_database
from tests.warehouse.exports import Built, build_sets, cost, deployment, intervention

PLACES = [Filters(), Filters(zone_code=("5382",)), Filters(municipality_nis=("73066",))]
KEPT = {"is_better": True, "verdict": "higher", "confirmation": "confirmed", "data_sets": ()}
WORSE = {"is_better": False, "verdict": "lower", "confirmation": "confirmed", "data_sets": ()}
ALIKE = {"is_better": None, "verdict": "no_demonstrable_difference", "confirmation": None, "data_sets": ()}
EMPTY = {"is_better": None, "verdict": "not_comparable", "confirmation": None, "data_sets": ("costs",)}


@pytest.fixture(scope="module")
def evidence(demonstration_database: Path) -> Evidence:
    return Evidence(open_database(demonstration_database))


def figures(evidence: Evidence, filters: Filters = Filters()) -> dict[str, dict[str, Any]]:  # noqa: B008
    table = overview.promises(evidence, filters).table
    return {row["figure"]: row for row in table.to_dict("records")}


def assert_is(row: dict[str, Any], behind: dict[str, Any]) -> None:
    for name in COMPARED:
        if name in behind and name != "is_better":
            assert row[name] == behind[name] or (pd.isna(row[name]) and pd.isna(behind[name])), name


@pytest.mark.parametrize("filters", PLACES)
def test_every_figure_is_that_of_the_page_behind_it(evidence: Evidence, filters: Filters) -> None:
    found = figures(evidence, filters)
    median = response_times.comparison(evidence, filters).table.set_index("statistic").loc["median"]
    assert_is(found["median_response"], dict(median))
    help_ = mutual_assistance.comparison(evidence, filters).table.set_index("statistic")
    for name in ("partner_sent", "own_sent"):
        assert_is(found[name], dict(help_.loc[name]))
    costs = shared_costs.comparison(evidence, filters).table
    assert_is(found["cost_of_a_year"], dict(costs[costs["measure"] == "cost"].iloc[-1]))
    codes = [zone.code for zone in evidence.zones(filters)]
    training = cooperation_fields.indicators(evidence, filters).table
    scope = training["zone_code"]
    training = training[
        (scope == codes[0] if len(codes) == 1 else scope.isna()) & (training["measure"] == "ratio")
    ]
    for figure, code in (
        ("training_hours_per_fte", "training_hours"),
        ("joint_training_share", "joint_training_hours"),
    ):
        (behind,) = training[training["indicator_code"] == code].to_dict("records")
        counts = {"before_count": behind["before_years"], "after_count": behind["after_years"]}
        assert_is(found[figure], behind | counts)
        assert found[figure]["is_better"] == {"higher": True, "lower": False}.get(behind["verdict"])
    purchases = shared_costs.purchases(evidence, filters).table
    own = purchases[(purchases["state"] == "running") & purchases["zone_code"].isin(codes)]
    own = own.dropna(subset=["yearly_share_eur", "yearly_estimate_eur"])
    assert found["joint_purchases"]["after"] == own["yearly_share_eur"].sum() > 0
    assert found["joint_purchases"]["alone"] == own["yearly_estimate_eur"].sum()


def test_every_promise_of_the_settings_has_one_leading_figure_and_its_page(evidence: Evidence) -> None:
    table = overview.promises(evidence, Filters()).table
    promises = evidence.settings.promises
    leading = table[table["is_leading"]]
    assert list(leading["promise_code"]) == [promise.code for promise in promises]
    assert list(leading["evidence_page"]) == [promise.evidence for promise in promises]
    # The demonstration has a promise that stands and one that nobody can judge yet.
    assert set(leading["standing"]) > {"too_few_data"}


def test_what_is_known_of_zones_only_says_so_of_a_municipality(evidence: Evidence) -> None:
    for filters, zone_codes in ((Filters(municipality_nis=("73066",)), ("5381",)), (Filters(), ())):
        for row in figures(evidence, filters).values():
            of_zones = row["evidence_page"] in ("shared_costs", "cooperation_fields")
            assert row["zone_codes"] == (zone_codes if of_zones else ())


def test_no_choice_but_place_and_periods_moves_a_promise(evidence: Evidence) -> None:
    plain = overview.promises(evidence, Filters())
    for filters in (Filters(measure="travel"), Filters(priority=("0",)), Filters(prices="nominal")):
        pd.testing.assert_frame_equal(overview.promises(evidence, filters).table, plain.table)
    other = overview.promises(evidence, Filters(period="2021-01..2021-12/2022-01..2022-12"))
    assert not other.table["before"].equals(plain.table["before"])


def test_answers_that_are_there_are_not_asked_again(
    evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = {name: function(evidence, Filters()) for name, function in SOURCES.items()}
    expected = overview.promises(evidence, Filters()).table

    def ask(name: str, filters: Filters) -> Answer:
        assert filters == Filters()
        return there[name]

    monkeypatch.setattr(overview, "SOURCES", {})
    pd.testing.assert_frame_equal(overview.promises(evidence, Filters(), ask).table, expected)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([KEPT], "as_promised"),
        ([KEPT | {"confirmation": "not_confirmed"}], "unconfirmed"),
        ([KEPT | {"confirmation": "partly"}], "as_promised"),
        ([KEPT, ALIKE], "as_promised"),
        ([KEPT, WORSE], "partly"),
        # More help, and the own zone there less often: that was promised otherwise.
        ([ALIKE, WORSE], "against"),
        ([WORSE], "against"),
        ([ALIKE], "no_demonstrable_difference"),
        # That the own zone came more often is not what the leading figure promised.
        ([ALIKE, KEPT], "no_demonstrable_difference"),
        ([EMPTY], "no_data"),
    ],
)
def test_how_a_promise_stands(rows: list[dict[str, Any]], expected: str) -> None:
    assert standing(rows) == expected


def test_without_data_a_promise_names_the_exports_that_would_fill_it(tmp_path: Path) -> None:
    calls = [
        intervention(f"{year}-{month}", f"{year}-{month:02}-05 12:00:00")
        for year in (2021, 2022)
        for month in range(1, 13)
    ]
    built = build_sets(tmp_path, {"interventions": calls})
    found = figures(built.evidence)
    assert found["median_response"]["data_sets"] == ("interventions", "deployments")
    assert found["partner_sent"]["data_sets"] == ("interventions", "deployments")
    assert found["training_hours_per_fte"]["data_sets"] == ("activities",)
    assert found["cost_of_a_year"]["data_sets"] == ("costs",)
    assert found["joint_purchases"]["data_sets"] == ("investments", "distribution_keys")
    leading = overview.promises(built.evidence, Filters()).table
    assert set(leading["standing"]) == {"no_data"}
    assert leading[["before", "after", "difference"]].isna().all(axis=None)


def test_periods_of_half_a_year_have_no_figure_of_a_year_but_are_not_without_data(
    evidence: Evidence,
) -> None:
    found = figures(evidence, Filters(period="2021-01..2021-06/2022-01..2022-06"))
    for figure in ("training_hours_per_fte", "joint_training_share", "cost_of_a_year"):
        row = found[figure]
        # Six months times two are no year: what is paid once a year lies in one half.
        assert pd.isna(row["before"]) and pd.isna(row["after"]), figure
        assert (row["before_count"], row["after_count"], row["data_sets"]) == (0, 0, ()), figure
    assert not pd.isna(found["median_response"]["before"])
    of_a_year = figures(evidence, Filters(period="2021-01..2021-12/2022-01..2022-12"))
    assert not pd.isna(of_a_year["cost_of_a_year"]["before"])
    assert of_a_year["training_hours_per_fte"]["before_count"] == 1


def test_few_data_are_not_no_data(tmp_path: Path) -> None:
    built: Built = build_sets(
        tmp_path,
        {
            "interventions": [intervention("A", "2022-06-10 12:00:00")],
            "deployments": [deployment("A", "2022-06-10 12:08:00")],
            "costs": [cost("1")],
        },
    )
    for row in figures(built.evidence).values():
        if row["evidence_page"] != "cooperation_fields" and row["figure"] != "joint_purchases":
            assert row["data_sets"] == ()
            assert row["standing"] in ("too_few_data", "not_comparable")
