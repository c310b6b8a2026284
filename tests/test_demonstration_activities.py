"""The invented activities: every field but one has figures, every line is marked, and every case can be seen."""

import csv
from pathlib import Path

import pytest

from cooperation.answers import cooperation_fields
from cooperation.answers.filters import Filters
from cooperation.demonstration import DEMONSTRATION_PREFIX, write_demonstration
from cooperation.demonstration.activities import BROKEN_ACTIVITY_LINES
from cooperation.settings import load_settings
from tests.warehouse.exports import Built, build_folder


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("invented")
    write_demonstration(folder / "exports", 200)
    return build_folder(folder, folder / "exports")


def test_every_line_is_marked_as_invented_or_broken(tmp_path: Path) -> None:
    write_demonstration(tmp_path, 100)
    unmarked = 0
    for path in sorted(tmp_path.glob("demonstratie_activities_*.csv")):
        with path.open(encoding="cp1252", newline="") as file:
            rows = list(csv.DictReader(file, delimiter=";"))
        assert len(rows) > 500
        unmarked += sum(not (row["opmerking"] or "").startswith(DEMONSTRATION_PREFIX) for row in rows)
    assert unmarked == len(BROKEN_ACTIVITY_LINES)


def test_every_field_has_figures_but_the_one_left_empty_and_the_confidential_one(built: Built) -> None:
    table = cooperation_fields.overview(built.evidence, Filters()).table
    # Of 200 calls nothing is known of help; every other field stands on activities and purchases.
    states = dict(zip(table["field_code"], table["state"], strict=True))
    assert len(states) == len(load_settings().fields) == 11
    assert {code for code, state in states.items() if state != "figures"} == {
        "equipment_lending",
        "informant_management",
    }


def test_what_is_true_in_the_invented_world_is_found(built: Built) -> None:
    table = cooperation_fields.indicators(built.evidence, Filters()).table
    found = {(row.indicator_code, row.measure, row.zone_code): row for row in table.itertuples()}
    assert found["training_hours", "ratio", "5381"].verdict == "higher"
    assert found["training_hours", "ratio", "5382"].verdict == "no_demonstrable_difference"
    assert found["ict_hours_to_resolve", "mean", "5381"].verdict == "higher"
    assert found["ict_hours_to_resolve", "mean", "5382"].verdict == "lower"
    assert found["victim_support_delay", "mean", "5381"].verdict == "lower"
    joint = found["joint_training_hours", "a_year", "5381"]
    # Before the start the exports say that there was none, which is not the same as knowing nothing.
    assert (joint.before, joint.before_years, joint.verdict) == (0, 3, "higher")
    assert found["oversight_files", "a_year", "5382"].after_hidden == "x"
    series = cooperation_fields.series(built.evidence, Filters()).table
    small = series[series["hidden"] == "< 5"]
    assert set(small["zone_code"]) == {"5382"} and small["value"].isna().all()


def test_lines_that_break_a_rule_are_refused_or_flagged(built: Built) -> None:
    refused = {rule for name, _, rule in built.refusals if "activities" in name}
    assert {
        "unreadable_date",
        "unreadable_quantity",
        "negative_quantity",
        "missing_value",
        "unknown_indicator",
        "unknown_zone",
        "confidential",
        "too_few_fields",
    } <= refused
    flagged = {rule for data_set, _, _, rule, _ in built.flags if data_set == "activities"}
    assert {"partner_is_own_zone", "other_domain"} <= flagged
