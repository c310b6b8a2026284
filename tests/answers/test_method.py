"""What is in force follows the settings: thresholds, rules, priorities, norms; and a verdict, question by question."""

from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cooperation.answers import data_quality, method, response_times
from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.filters import Filters
from cooperation.answers.registry import ANSWERS
from cooperation.settings import (
    RULE_ACTIONS,
    Activities,
    Comparison,
    Costs,
    Norm,
    Plausible,
    Settings,
    load_settings,
)
from cooperation.statistics import Estimate, verdict
from cooperation.statistics.verdict import COMPARABILITY_REASONS
from cooperation.warehouse.rules import RULES
from tests.warehouse.exports import (
    Built,
    build_rows,
    build_sets,
    cost,
    deployment,
    intervention,
    settings_text,
)

SETTINGS = load_settings()
GROUPS = {"comparison": Comparison, "costs": Costs, "activities": Activities, "plausible": Plausible}
ENTRIES = [(group, field.name) for group, kind in GROUPS.items() for field in fields(kind)]
CHANGED = settings_text(
    (r"(?m)^relevant_seconds = .*$", "relevant_seconds = 45"),
    (r"(?m)^unknown_priority = .*$", 'unknown_priority = "warn"'),
    (r"(?m)^\[norms\.response\]\n0 = 900$", "[norms.response]\n0 = 480"),
    (r'(?m)^code = "2"\nurgent = true$', 'code = "2"\nurgent = false'),
    (r'(?m)^code = "5382"\njoined = .*$', 'code = "5382"\njoined = 2023-05-15'),
)


def answer(evidence: Evidence, figure: str, filters: Filters | None = None) -> Answer:
    return ANSWERS[f"method/{figure}"](evidence, filters or Filters())


def value_of(settings: Settings, group: str, name: str) -> Any:
    rows = method.thresholds_table(settings).set_index("entry")
    row = rows.loc[f"{group}.{name}"]
    return row["day"].date() if row["unit"] == "day" else row["value"]


@pytest.fixture(scope="module")
def without_calls(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    """Return the evidence of costs alone, built with settings that differ from the project's."""
    folder = tmp_path_factory.mktemp("settings")
    return build_sets(folder, {"costs": [cost("1")]}, CHANGED).evidence


# --- What is in force follows the settings -----------------------------------------------------------------------


def test_every_threshold_of_the_settings_is_listed_once() -> None:
    listed = method.thresholds_table(SETTINGS)["entry"].tolist()
    assert listed == [f"{group}.{name}" for group, name in ENTRIES]
    assert method.UNITS.keys() == set(listed)


@pytest.mark.parametrize(("group", "name"), ENTRIES)
def test_a_threshold_is_what_its_setting_says_and_moves_alone(group: str, name: str) -> None:
    values = getattr(SETTINGS, group)
    old = getattr(values, name)
    new = old - timedelta(days=400) if isinstance(old, date) else old / 2
    changed = replace(SETTINGS, **{group: replace(values, **{name: new})})
    assert value_of(SETTINGS, group, name) == old
    assert value_of(changed, group, name) == new
    others = [entry for entry in ENTRIES if entry != (group, name)]
    assert all(value_of(changed, *entry) == value_of(SETTINGS, *entry) for entry in others)


def test_every_rule_is_listed_with_its_sentence_and_its_action() -> None:
    listed = method.rules_table(SETTINGS)
    of_data_sets = listed[listed["data_set"] != method.EVERY_DATA_SET]
    assert list(zip(of_data_sets["data_set"], of_data_sets["rule"], strict=True)) == [
        (rule.data_set, rule.name) for rule in RULES
    ]
    # What is kept while a file is read holds for every file, and nobody can soften it.
    while_reading = listed[listed["data_set"] == method.EVERY_DATA_SET]
    assert set(while_reading["rule"]) == {
        "too_few_fields",
        "too_many_fields",
        "quote_not_closed",
        "line_too_long",
    }
    assert set(listed["rule"]) == data_quality.RULES.keys()
    assert set(listed["action"]) == set(RULE_ACTIONS) <= data_quality.ACTIONS.keys()
    assert set(listed.loc[listed["is_setting"], "rule"]) == SETTINGS.rules.keys()


@pytest.mark.parametrize("rule", sorted(SETTINGS.rules))
@pytest.mark.parametrize("action", RULE_ACTIONS)
def test_a_rule_does_what_its_setting_says_and_the_others_stay(rule: str, action: str) -> None:
    before = method.rules_table(SETTINGS)
    after = method.rules_table(replace(SETTINGS, rules={**SETTINGS.rules, rule: action}))
    own = (after["rule"] == rule) & after["is_setting"]
    needed = {one.data_set for one in RULES if one.name == rule and one.is_needed}
    for row in after[own].itertuples():
        # A cell that is needed to count its line cannot be emptied, and the page must not promise it.
        softened = action == "empty" and row.data_set in needed
        assert row.action == ("warn" if softened else action)
    pd.testing.assert_frame_equal(after[~own], before[~own])


def test_priorities_and_norms_are_those_of_the_settings() -> None:
    first, second, *others = SETTINGS.priorities
    changed = replace(
        SETTINGS,
        priorities=(first, replace(second, urgent=False), *others),
        norms=(Norm("turnout", "1", 95),),
    )
    rows = method.priorities_table(changed).to_dict("records")
    assert [(row["priority"], row["is_urgent"], row["is_counted"]) for row in rows] == [
        ("0", True, True),
        ("1", False, False),
        ("2", True, True),
        ("3", False, False),
        ("4", False, False),
    ]
    assert method.norms_table(changed).to_dict("records") == [
        {"measure": "turnout", "priority": "1", "norm_seconds": 95}
    ]
    # Where everyone counts, every priority does.
    everyone = replace(SETTINGS, population=replace(SETTINGS.population, urgent_only=False))
    assert method.priorities_table(everyone)["is_counted"].all()
    assert method.norms_table(replace(SETTINGS, norms=())).empty


def test_answers_give_the_settings_that_the_database_was_built_with(without_calls: Evidence) -> None:
    thresholds = answer(without_calls, "thresholds").table.set_index("entry")["value"]
    assert thresholds["comparison.relevant_seconds"] == 45
    rules = answer(without_calls, "rules").table
    assert rules.loc[rules["rule"] == "unknown_priority", "action"].tolist() == ["warn"]
    norms = answer(without_calls, "norms").table
    response = norms[norms["measure"] == "response"].set_index("priority")["norm_seconds"]
    assert response.to_dict() == {"0": 480, "1": 900, "2": 900}
    priorities = answer(without_calls, "priorities").table.set_index("priority")
    assert priorities["is_counted"].to_dict() == {"0": True, "1": True, "2": False, "3": False, "4": False}
    zones = answer(without_calls, "zones").table.set_index("zone_code")
    assert [day.date() for day in zones.loc["5382"]] == [date(2023, 5, 15), date(2023, 6, 1)]


def test_the_query_behind_a_table_gives_the_settings_it_is_made_from(without_calls: Evidence) -> None:
    for figure in ("priorities", "norms", "zones", "thresholds", "rules"):
        given_by = answer(without_calls, figure)
        assert given_by.name == f"method/{figure}"
        assert "from about" in given_by.sql
    asked = without_calls.ask("method/settings", Filters()).table
    assert asked["settings_text"].tolist() == [CHANGED]


# --- One verdict, question by question ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Return four years of a call a day: Riemst 150 s faster after, Bilzen-Hoeselt the same, Voeren hardly any."""
    interventions, deployments = [], []
    for offset in range(4 * 365):
        day = date(2020, 1, 1) + timedelta(days=offset)
        nis = "73109" if offset % 120 == 0 else ("73066", "73110")[offset % 2]
        zone = "5382" if nis == "73109" else "5381"
        seconds = 600 + offset * 37 % 101 - (150 if nis == "73066" and day.year > 2021 else 0)
        interventions.append(intervention(f"{day}", f"{day} 12:00:00", municipality_nis=nis, zone_code=zone))
        arrived = f"{day} 12:{seconds // 60:02}:{seconds % 60:02}"
        deployments.append(
            deployment(f"{day}", arrived, dispatched_at=f"{day} 12:01:00", unit_zone_code=zone)
        )
    return build_rows(tmp_path_factory.mktemp("example"), interventions, deployments)


DECIDED_BY = {
    # choice: verdict, the question that decided
    Filters(municipality_nis=("73066",)): ("faster", "large_enough"),
    Filters(municipality_nis=("73110",)): ("no_demonstrable_difference", "clear_of_zero"),
    Filters(municipality_nis=("73109",)): ("too_few_data", "enough_calls"),
    # Two months a side, with calls enough.
    Filters(zone_code=("5381",), period="2021-05..2021-06/2022-05..2022-06"): (
        "too_few_data",
        "enough_months",
    ),
    # A summer against a winter.
    Filters(period="2021-06..2021-08/2022-11..2023-01"): ("not_comparable", "comparable"),
}


@pytest.mark.parametrize("filters", DECIDED_BY)
def test_the_example_ends_where_the_verdict_was_decided(calls: Built, filters: Filters) -> None:
    expected_verdict, decided_by = DECIDED_BY[filters]
    compared = response_times.comparison(calls.evidence, filters).table.set_index("statistic").loc["median"]
    assert compared["verdict"] == expected_verdict
    example = answer(calls.evidence, "example", filters).table.set_index("question")
    assert list(example.index) == list(method.QUESTIONS)
    place = list(method.QUESTIONS).index(decided_by)
    assert example["outcome"].tolist() == [
        *["passed"] * place,
        "decided",
        *["not_reached"] * (len(method.QUESTIONS) - place - 1),
    ]
    # A question that was not asked shows nothing, or a refused comparison would be made after all.
    not_reached = example[example["outcome"] == "not_reached"]
    assert not_reached[["found", "low", "high"]].isna().all(axis=None)


def test_the_figures_of_the_example_are_those_of_the_comparison(calls: Built) -> None:
    filters = Filters(municipality_nis=("73066",))
    compared = response_times.comparison(calls.evidence, filters).table.set_index("statistic").loc["median"]
    example = answer(calls.evidence, "example", filters).table.set_index("question")
    assert example["found"].drop("clear_of_zero").to_dict() == {
        "comparable": 0,
        "enough_calls": min(compared["before_count"], compared["after_count"]),
        "enough_months": 24,
        "large_enough": -compared["difference"],
    }
    assert example.loc["clear_of_zero", ["low", "high"]].tolist() == [compared["low"], compared["high"]]
    thresholds = SETTINGS.comparison
    assert example["limit"].to_dict() == {
        "comparable": 0,
        "enough_calls": thresholds.minimum_verdict_median,
        "enough_months": 6,
        "clear_of_zero": 0,
        "large_enough": thresholds.relevant_seconds,
    }


def test_without_a_call_the_example_says_that_it_may_not_compare(without_calls: Evidence) -> None:
    example = answer(without_calls, "example").table
    assert example["outcome"].tolist() == ["decided", *["not_reached"] * 4]


bound = st.none() | st.integers(-60, 60).map(float)


@given(
    low=bound,
    width=st.integers(0, 80),
    high_is_known=st.booleans(),
    counts=st.tuples(st.integers(0, 60), st.integers(0, 60)),
    pairs=st.integers(0, 12),
    reasons=st.lists(st.sampled_from(COMPARABILITY_REASONS), unique=True, max_size=2),
)
def test_the_question_that_decides_is_the_first_with_no_for_an_answer(
    low: float | None,
    width: int,
    high_is_known: bool,
    counts: tuple[int, int],
    pairs: int,
    reasons: list[str],
) -> None:
    middle = (0.0 if low is None else low) + width / 2
    high = (0.0 if low is None else low) + width if high_is_known else None
    judged = verdict(
        Estimate(middle, low, high), *counts, 30, 15.0, comparability=tuple(reasons), month_pair_count=pairs
    )
    is_clear = (low is not None and low > 0) or (high is not None and high < 0)
    is_large = abs(middle) >= 15
    # A bound that is absent leaves a small difference open.
    is_told = is_clear and (is_large or None not in (low, high))
    answers = [not reasons, min(counts) >= 30, pairs >= 6, is_told, is_large]
    decided = answers.index(False) if False in answers else len(answers) - 1
    assert method.outcomes_of(judged.reasons) == [
        *["passed"] * decided,
        "decided",
        *["not_reached"] * (len(answers) - decided - 1),
    ]
    assert (judged.code in ("faster", "slower")) == all(answers)
