"""Rows of which the right outcome is known by thinking; the column `why` in tests/exports/hand_written says it."""

import csv
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.warehouse.exports import Built, build_folder, build_rows, deployment, intervention

HAND_WRITTEN = Path(__file__).parent.parent / "exports" / "hand_written"

MISSING = {"response_seconds": None, "arrival_is_missing": True, "first_unit_zone_code": None}
UNCERTAIN = {"response_seconds": None, "arrival_is_missing": False, "has_uncertain_clock": True}


def within(seconds: int, **more: Any) -> dict[str, Any]:
    return {"response_seconds": seconds, "arrival_is_missing": False, "has_uncertain_clock": False} | more


EXPECTED: dict[str, dict[str, Any]] = {
    "last_second_before": within(301, phase="before", received_month=date(2021, 12, 1), hour_of_day=23),
    "first_second_after": within(300, phase="after", received_month=date(2022, 1, 1), hour_of_day=0),
    "autumn_across": within(
        140 * 60,
        call_handling_seconds=120,
        turnout_seconds=120,
        travel_seconds=136 * 60,
        on_scene_seconds=1800,
    ),
    "spring_across": within(
        20 * 60, call_handling_seconds=120, turnout_seconds=120, travel_seconds=16 * 60, on_scene_seconds=1800
    ),
    "autumn_call_twice": UNCERTAIN | {"call_handling_seconds": None, "hour_of_day": 2},
    "autumn_arrival_twice": UNCERTAIN | {"call_handling_seconds": 60, "travel_seconds": None},
    "autumn_seems_backwards": UNCERTAIN | {"call_handling_seconds": None},
    "autumn_one_of_two": UNCERTAIN | {"first_unit_zone_code": None, "unit_count": 2},
    "spring_call_never": UNCERTAIN,
    "hour_before_autumn": within(600),
    "hour_after_autumn": within(600),
    "over_midnight": within(
        540,
        received_date=date(2023, 6, 30),
        received_month=date(2023, 6, 1),
        call_handling_seconds=60,
        turnout_seconds=120,
        travel_seconds=360,
        on_scene_seconds=1530,
    ),
    "arrived_before_call": MISSING
    | {"call_handling_seconds": 60, "travel_seconds": None, "first_arrived_at": None},
    "arrived_before_call_second_unit": within(720, unit_count=2),
    "arrived_at_once": within(0),
    "never_arrived": MISSING
    | {
        "call_handling_seconds": 90,
        "turnout_seconds": None,
        "travel_seconds": None,
        "on_scene_seconds": None,
    },
    "same_second": within(
        600, first_unit_zone_code="5381", first_unit_assistance="own", partner_unit_count=1
    ),
    "same_second_partner_sent_first": within(
        600, first_unit_zone_code="5381", first_unit_assistance="own", travel_seconds=300
    ),
    "partner_first": within(599, first_unit_zone_code="5382", first_unit_assistance="partner"),
    "no_deployment": MISSING | {"unit_count": 0, "call_handling_seconds": None, "has_uncertain_clock": False},
    "date_only": {
        "response_seconds": None,
        "call_handling_seconds": None,
        "arrival_is_missing": False,
        "received_at": None,
        "received_date": date(2023, 6, 16),
        "hour_of_day": None,
        "hour_band": None,
        "weekday": 5,
    },
    "day_first": within(600, received_at=datetime(2023, 4, 3, 8, 9, 10)),
    "day_first_without_seconds": within(600, received_at=datetime(2023, 4, 3, 8, 9)),
    "iso_with_t": within(600, received_at=datetime(2023, 6, 17, 12)),
    "iso_winter_offset": within(600, received_at=datetime(2023, 1, 10, 13)),
    "iso_summer_offset": within(600, received_at=datetime(2023, 7, 10, 14)),
    "offset_moves_the_start": within(600, received_at=datetime(2022, 1, 1), phase="after"),
    "travel_from_dispatch": within(
        600, travel_seconds=540, travel_starts_at="dispatch", turnout_seconds=None
    ),
    "travel_from_departure": within(
        600, travel_seconds=420, travel_starts_at="departure", turnout_seconds=120
    ),
    "departed_before_sent": within(
        600, travel_seconds=480, travel_starts_at="dispatch", turnout_seconds=None
    ),
    "left_after_arriving": within(600, travel_seconds=None),
    "sent_before_call": within(600, call_handling_seconds=None, travel_seconds=None, travel_starts_at=None),
    "more_than_a_day": MISSING,
    "exactly_a_day": within(86_400),
    "hycap": within(600, first_unit_assistance="hycap", partner_unit_count=0, unit_count=1),
    "derived_assistance": within(600, first_unit_assistance="partner", partner_unit_count=1, unit_count=3),
    "on_scene": within(600, on_scene_seconds=3600),
    "merged": {"municipality_nis": "73110", "recorded_municipality_nis": "73006"},
    "french_name": {"municipality_nis": "73109", "recorded_municipality_nis": "73109"},
    "night_before_six": {"hour_of_day": 5, "hour_band": "night"},
    "day_from_six": {"hour_of_day": 6, "hour_band": "day"},
    "sunday": {"weekday": 7, "is_weekend": True, "hour_band": "night"},
}


@pytest.fixture(scope="module")
def hand_written(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build_folder(tmp_path_factory.mktemp("hand_written"), HAND_WRITTEN)


def written(data_set: str) -> list[dict[str, str]]:
    with (HAND_WRITTEN / f"{data_set}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@pytest.mark.parametrize("data_set", ["interventions", "deployments"])
def test_every_hand_written_row_says_why_it_counts(data_set: str) -> None:
    assert [row["intervention_id"] for row in written(data_set) if not row["why"]] == []


def test_every_hand_written_intervention_has_an_expectation_and_is_accepted(hand_written: Built) -> None:
    names = {row["intervention_id"] for row in written("interventions")}
    assert names == set(EXPECTED) == set(hand_written.calls)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_hand_written_row_gives_what_its_why_says(hand_written: Built, name: str) -> None:
    call = hand_written.calls[name]
    assert {column: call[column] for column in EXPECTED[name]} == EXPECTED[name]


def test_a_deployment_without_intervention_is_refused_with_its_line(hand_written: Built) -> None:
    lines = [row["intervention_id"] for row in written("deployments")]
    refused_line = lines.index("no_such_intervention") + 2
    assert hand_written.refusals == [("deployments.csv", refused_line, "unknown_intervention")]
    (reject,) = hand_written.select("select value, line_text, column_name from rejects")
    assert (reject["column_name"], reject["value"]) == ("intervention_id", "no_such_intervention")
    assert reject["line_text"].startswith("no_such_intervention;U1;5381;;;;2023-06-15 12:10:00;")


def test_the_account_of_the_hand_written_rows_is_exact(hand_written: Built) -> None:
    interventions, deployments = len(written("interventions")), len(written("deployments"))
    assert hand_written.data_sets == {
        "interventions": (interventions, interventions, 0, 0),
        "deployments": (deployments, deployments - 1, 0, 1),
    }


def test_every_doubtful_hand_written_clock_is_flagged_and_no_other(hand_written: Built) -> None:
    expected = set()
    marks = {
        "interventions": {
            "autumn_call_twice": [("received_at", "clock_change_hour", "warn")],
            "autumn_seems_backwards": [("received_at", "clock_change_hour", "warn")],
            "spring_call_never": [("received_at", "clock_change_hour", "warn")],
            "date_only": [("received_at", "time_of_day_missing", "warn")],
        },
        "deployments": {
            "autumn_call_twice": [
                ("dispatched_at", "clock_change_hour", "warn"),
                ("arrived_at", "clock_change_hour", "warn"),
            ],
            "autumn_arrival_twice": [("arrived_at", "clock_change_hour", "warn")],
            "autumn_seems_backwards": [
                ("dispatched_at", "clock_change_hour", "warn"),
                ("arrived_at", "clock_change_hour", "warn"),
            ],
            "autumn_one_of_two": [("arrived_at", "clock_change_hour", "warn")],
            "arrived_before_call": [("arrived_at", "arrival_before_call", "empty")],
            "arrived_before_call_second_unit": [("arrived_at", "arrival_before_call", "empty")],
            "departed_before_sent": [("departed_at", "departure_before_dispatch", "empty")],
            "left_after_arriving": [("arrived_at", "arrival_before_dispatch", "warn")],
            "sent_before_call": [("dispatched_at", "dispatch_before_call", "empty")],
            "more_than_a_day": [("arrived_at", "implausible_response", "empty")],
        },
    }
    for data_set, of_rows in marks.items():
        lines = [row["intervention_id"] for row in written(data_set)]
        for name, cells in of_rows.items():
            # The doubtful unit of an intervention is the first of its lines here.
            expected |= {(data_set, lines.index(name) + 2, *cell) for cell in cells}
    assert hand_written.flags == expected


# --- Notations that a first reading gets wrong; built apart, so that one failure hides no other ----


@pytest.mark.parametrize(
    ("written_as", "local"),
    [
        ("2023-07-10T12:00Z", datetime(2023, 7, 10, 14)),
        ("2023-07-10 12:00Z", datetime(2023, 7, 10, 14)),
        ("2023-07-10T12:00+02", datetime(2023, 7, 10, 12)),
        ("2023-07-10T12:00+02:00", datetime(2023, 7, 10, 12)),
        ("2023-07-10T12:00:00.000+02:00", datetime(2023, 7, 10, 12)),
        ("2023-07-10T12:00:00-0500", datetime(2023, 7, 10, 19)),
    ],
)
def test_an_offset_is_honoured_with_and_without_seconds(
    tmp_path: Path, written_as: str, local: datetime
) -> None:
    built = build_rows(tmp_path, [intervention("A", written_as)])
    assert built.calls["A"]["received_at"] == local


def test_a_date_alone_is_no_moment_of_arrival(tmp_path: Path) -> None:
    # The unit came some time on 11 June; midnight would make it ten minutes.
    built = build_rows(
        tmp_path,
        [intervention("A", "2023-06-10 23:50:00"), intervention("B", "2023-06-10 23:50:00")],
        [deployment("A", "2023-06-11"), deployment("B", "11/06/2023", dispatched_at="2023-06-10 23:51:00")],
    )
    assert built.calls["A"]["response_seconds"] is None
    assert built.calls["B"]["response_seconds"] is None


def test_two_foreign_units_in_the_same_second_give_one_answer_whatever_the_order(tmp_path: Path) -> None:
    # Many exports leave unit_id empty; then nothing but the zone tells the two units apart.
    units = [
        deployment("A", "2023-06-10 12:10:00", unit_id="", unit_zone_code=zone)
        for zone in ("5382", "9991", "9992", "9993")
    ]
    call = [intervention("A", "2023-06-10 12:00:00")]
    first = build_rows(tmp_path / "one", call, units)
    second = build_rows(tmp_path / "two", call, units[::-1])
    assert first.calls["A"] == second.calls["A"]
