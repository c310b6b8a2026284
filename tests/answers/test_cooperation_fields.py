"""The eleven fields through the real build: hand-written lines that say why they count, and a plain second way."""

import csv
import json
import math
import random
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cooperation.answers import cooperation_fields, shared_costs
from cooperation.answers.answer import Evidence
from cooperation.answers.filters import FilterError, Filters
from cooperation.settings import PROJECT, load_settings
from cooperation.warehouse.database import open_database
from cooperation.warehouse.reference import REFERENCE_FILES
from tests.warehouse.exports import Built, activity, build_sets, settings_text

ALL_YEARS = Filters(period="all")
ELEVEN = [field.code for field in load_settings().fields]


def line(indicator: str, zone_code: str, day: str, quantity: str) -> dict[str, str]:
    return activity(quantity, indicator_code=indicator, zone_code=zone_code, activity_date=day)


def every_year(
    indicator: str, zone_code: str, quantities: Iterable[float], first: int = 2018
) -> list[dict[str, str]]:
    """Return a line on the first and one on the last day of each year, which add up to the quantity."""
    lines = []
    for year, quantity in enumerate(quantities, start=first):
        lines.append(line(indicator, zone_code, f"{year}-01-01", str(quantity)))
        lines.append(line(indicator, zone_code, f"{year}-12-31", "0"))
    return lines


def rows(
    answer: Callable[..., Any], evidence: Evidence, filters: Filters = ALL_YEARS, **wanted: Any
) -> list[dict[str, Any]]:
    """Return the rows of an answer in which these columns hold these values, unknown as None."""
    table = answer(evidence, filters).table
    records = table.astype(object).where(table.notna(), None).to_dict("records")
    return [row for row in records if all(row[name] == value for name, value in wanted.items())]


def row(
    answer: Callable[..., Any], evidence: Evidence, filters: Filters = ALL_YEARS, **wanted: Any
) -> dict[str, Any]:
    (found,) = rows(answer, evidence, filters, **wanted)
    return found


def compared(evidence: Evidence, indicator: str, measure: str, zone_code: str | None) -> dict[str, Any]:
    """Return the one row of an indicator, before and after, of a zone or of all together."""
    wanted = {"indicator_code": indicator, "measure": measure, "zone_code": zone_code}
    return row(cooperation_fields.indicators, evidence, **wanted)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    hours = {"5381": (100, 102, 98, 100, 140, 142, 138, 140), "5382": (10, 12, 11, 9, 10, 11, 12, 9)}
    return build_sets(
        tmp_path_factory.mktemp("fields"),
        {
            "activities": [
                *(
                    one
                    for zone, quantities in hours.items()
                    for one in every_year("training_hours", zone, quantities)
                ),
                # Joint training was kept from the start only: before it nobody knows.
                *every_year("joint_training_hours", "5381", (35, 71, 69, 70), first=2022),
                # Voeren says that there was none before: lines of 0.
                *every_year("joint_training_hours", "5382", (0, 0, 0, 0, 5, 6, 6, 5)),
                # A year without a line of its own between two with one, in an export that holds the field: 0.
                line("training_participants", "5382", "2019-03-01", "6"),
                line("training_participants", "5382", "2021-03-01", "8"),
                # Small counts of call-outs in Voeren in 2019 and 2023.
                *every_year("victim_support_call_outs", "5381", (90, 92, 91, 89, 90, 91, 93, 90)),
                *every_year("victim_support_call_outs", "5382", (6, 4, 5, 7, 8, 3, 0, 6)),
                # Delays in 5381: a line a call-out; six of 60 minutes before, six of 30 after.
                *(
                    line(
                        "victim_support_delay", "5381", f"{year}-06-{day:02}", str(60 if year < 2022 else 30)
                    )
                    for year in range(2018, 2026)
                    for day in range(1, 7)
                ),
                # Refused: nothing of it is ever counted.
                activity("3", domain_code="informant_management", indicator_code="training_hours"),
            ]
        },
    )


def test_before_and_after_are_the_mean_of_whole_years(built: Built) -> None:
    found = compared(built.evidence, "training_hours", "a_year", "5381")
    # (100 + 102 + 98 + 100) / 4 and (140 + 142 + 138 + 140) / 4
    assert (found["before"], found["after"], found["difference"]) == (100, 140, 40)
    assert (found["before_years"], found["after_years"]) == (4, 4)
    # Both sides have variance 8/3 over 4 years: Welch's t with 6 degrees of freedom, 2.4469 * sqrt(2 * 8/3 / 4).
    assert found["low"] == pytest.approx(40 - 2.446912 * math.sqrt(4 / 3), abs=1e-5)
    assert found["verdict"] == "higher" and found["reasons"] == ()
    together = compared(built.evidence, "training_hours", "a_year", None)
    assert (together["before"], together["after"]) == (110.5, 150.5)


def test_what_changed_little_is_no_demonstrable_difference(built: Built) -> None:
    found = compared(built.evidence, "training_hours", "a_year", "5382")
    assert found["verdict"] == "no_demonstrable_difference" and found["smallest_detectable"] > 0


def test_before_the_first_line_nobody_knows_and_a_line_of_nought_says_none(built: Built) -> None:
    large, small, together = (
        compared(built.evidence, "joint_training_hours", "a_year", zone) for zone in ("5381", "5382", None)
    )
    assert (large["before"], large["before_years"], large["after"]) == (None, 0, 61.25)
    assert large["verdict"] == "too_few_data"
    assert (small["before"], small["after"]) == (0, 5.5)
    # What one zone does not know, both together do not know.
    assert (together["before"], together["after"]) == (None, 66.75)


def test_a_year_without_a_line_counts_as_nought_where_the_field_was_kept(built: Built) -> None:
    found = rows(
        cooperation_fields.series, built.evidence, indicator_code="training_participants", zone_code="5382"
    )
    assert [(one["year_start"].year, one["value"]) for one in found] == [(2019, 6), (2020, 0), (2021, 8)]


def test_a_rate_is_a_sum_held_against_a_sum(built: Built) -> None:
    found = compared(built.evidence, "joint_training_hours", "ratio", "5381")
    assert found["after"] == pytest.approx(245 / 560)
    assert (found["denominator"], found["unit"]) == ("training_hours", "person_hours")


def test_a_mean_is_of_all_lines(built: Built) -> None:
    found = row(
        cooperation_fields.indicators, built.evidence, indicator_code="victim_support_delay", zone_code="5381"
    )
    assert (found["measure"], found["before"], found["after"], found["verdict"]) == ("mean", 60, 30, "lower")


def test_small_counts_and_what_holds_them_are_hidden(built: Built) -> None:
    found = rows(
        cooperation_fields.series, built.evidence, indicator_code="victim_support_call_outs", measure="a_year"
    )
    small = {
        one["year_start"].year: (one["value"], one["hidden"]) for one in found if one["zone_code"] == "5382"
    }
    assert small[2019] == small[2023] == (None, "< 5")
    assert small[2020] == (5, None) and small[2024] == (0, None)
    together = {
        one["year_start"].year: (one["value"], one["hidden"]) for one in found if one["zone_code"] is None
    }
    assert together[2019] == (None, "x") and together[2020] == (96, None)
    hidden = compared(built.evidence, "victim_support_call_outs", "a_year", "5382")
    assert (hidden["before"], hidden["before_hidden"], hidden["difference"]) == (None, "x", None)
    assert hidden["verdict"] == "too_few_data"
    # An analyst who may see them sees them.
    lifted = Evidence(built.database, shows_small_counts=True)
    assert compared(lifted, "victim_support_call_outs", "a_year", "5382")["before"] == 5.5


def test_all_eleven_fields_are_listed_in_the_order_of_the_protocol(built: Built) -> None:
    found = rows(cooperation_fields.overview, built.evidence)
    assert list(dict.fromkeys(one["field_code"] for one in found)) == ELEVEN and len(ELEVEN) == 11
    states = {one["field_code"]: one["state"] for one in found}
    assert states["training"] == states["victim_support_youth"] == "figures"
    assert states["informant_management"] == "only_active"
    assert (
        states["equipment_lending"] == states["mutual_assistance"] == states["joint_investment"] == "no_data"
    )
    assert {one["active_since"].date() for one in found} == {date(2022, 1, 1)}
    # A field's figure is the very one of the indicators; where the rate is known, it is the rate.
    hours = next(one for one in found if one["figure"] == "training_hours")
    assert (hours["measure"], hours["before"], hours["after"]) == ("a_year", 110.5, 150.5)
    joint = next(one for one in found if one["figure"] == "joint_training_hours")
    assert joint["measure"] == "ratio" and joint["after"] == pytest.approx(267 / 602)


def test_what_is_confidential_is_refused_and_never_counted(built: Built) -> None:
    assert built.refusals == [("activities.csv", built.refusals[0][1], "confidential")]
    assert rows(cooperation_fields.indicators, built.evidence, field_code="informant_management") == []


def test_a_chosen_zone_is_the_scope_of_the_overview(built: Built) -> None:
    chosen = ALL_YEARS.with_(zone_code=("5382",))
    assert {
        one["zone_code"] for one in rows(cooperation_fields.overview, built.evidence, chosen) if one["figure"]
    } == {"5382"}
    assert {one["zone_code"] for one in rows(cooperation_fields.indicators, built.evidence, chosen)} == {
        "5382"
    }
    with pytest.raises(FilterError):
        cooperation_fields.indicators(built.evidence, Filters(zone_code=("9999",)))


def test_without_activities_every_field_says_so(tmp_path: Path) -> None:
    evidence = build_sets(
        tmp_path,
        {
            "activities": [
                line("medals", "5381", "2022-01-01", "1"),
                line("livc_meetings", "5381", "2022-01-01", "1"),
            ]
        },
    ).evidence
    assert rows(cooperation_fields.indicators, evidence, indicator_code="medals") == []
    found = rows(cooperation_fields.overview, evidence)
    # One day in one month is no whole year, which is not the same as nothing.
    states = {"informant_management": "only_active", "livc": "no_whole_year"}
    assert [one["state"] for one in found] == [states.get(code, "no_data") for code in ELEVEN]


def test_periods_without_a_whole_year_are_not_said_to_lack_an_export(rhythms: Built) -> None:
    halves = Filters(period="2021-01..2021-06/2022-01..2022-06")
    states = {
        one["field_code"]: one["state"] for one in rows(cooperation_fields.overview, rhythms.evidence, halves)
    }
    of_all = {one["field_code"]: one["state"] for one in rows(cooperation_fields.overview, rhythms.evidence)}
    assert {code for code, state in states.items() if state == "no_whole_year"} == {
        code for code, state in of_all.items() if state == "figures"
    }
    assert {code for code, state in states.items() if state == "no_data"} == {
        code for code, state in of_all.items() if state == "no_data"
    }


def test_an_indicator_more_is_one_line_and_no_code(tmp_path: Path) -> None:
    reference = tmp_path / "reference"
    reference.mkdir()
    for name in REFERENCE_FILES:
        shutil.copy(PROJECT / "data" / "reference" / f"{name}.csv", reference)
    with (reference / "indicators.csv").open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow(
            [
                "drone_flights",
                "equipment_lending",
                "flights",
                "higher",
                "sum",
                "",
                0,
                "Dronevluchten",
                "Vols de drone",
                "Drone flights",
            ]
            + ["Vluchten", "Vols", "Flights", "Test"]
        )
    settings = settings_text()
    built = build_sets(
        tmp_path, {"activities": every_year("drone_flights", "5381", (1, 2, 1, 2, 9, 9, 8, 9))}, settings
    )
    found = row(
        cooperation_fields.indicators, built.evidence, indicator_code="drone_flights", zone_code="5381"
    )
    assert (found["before"], found["after"], found["verdict"]) == (1.5, 8.75, "higher")


def test_a_year_is_counted_from_the_day_on_which_a_zone_joined(tmp_path: Path) -> None:
    settings = settings_text((r'(?s)(code = "5381"[^\[]*?)joined = 2022-01-01', r"\1joined = 2023-07-01"))
    lines = [
        line("training_hours", "5381", f"{year}-{month:02}-15", "1" if (year, month) < (2023, 7) else "2")
        for year in range(2020, 2026)
        for month in range(1, 13)
    ]
    built = build_sets(tmp_path, {"activities": lines}, settings)
    joined = {zone.code: zone.joined for zone in built.evidence.settings.zones}
    assert joined["5381"] == date(2023, 7, 1), "the text of the settings was changed"
    found = row(
        cooperation_fields.indicators,
        built.evidence,
        ALL_YEARS.with_(zone_code=("5381",)),
        indicator_code="training_hours",
        measure="a_year",
    )
    # July 2020 to June 2023 are three years of 12; July 2023 to June 2025 two of 24.
    assert (found["before"], found["before_years"], found["after"], found["after_years"]) == (12, 3, 24, 2)
    assert found["after_from"].date() == date(2023, 7, 1)


def test_a_second_way_in_plain_python_agrees(tmp_path: Path) -> None:
    draw = random.Random(20260101)
    lines, years = [], defaultdict(list)
    for _ in range(600):
        zone, year = draw.choice(("5381", "5382")), draw.randint(2018, 2025)
        code = draw.choice(
            ("duty_officer_shifts", "ict_hours_to_resolve", "livc_meetings", "livc_meetings_attended")
        )
        # Whole numbers, and quantities of which tenths come out inexact in binary.
        quantity = draw.choice((draw.randint(0, 40), draw.randint(1, 400) / 10))
        day = f"{year}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
        lines.append(
            line(code, zone, day, str(quantity))
            | {"partner_zone_code": draw.choice(("", "5382" if zone == "5381" else "5381"))}
        )
        years[code, zone, year].append((day, quantity))
    # Lines that say the same twice are repeats; those of this draw are made unlike by their day of the month.
    seen = {json.dumps(one, sort_keys=True) for one in lines}
    lines = [json.loads(one) for one in sorted(seen)]
    years = defaultdict(list)
    for one in lines:
        years[one["indicator_code"], one["zone_code"], int(one["activity_date"][:4])].append(
            float(one["quantity"])
        )
    edges = [
        line("duty_officer_shifts", zone, day, "0")
        for zone in ("5381", "5382")
        for day in ("2018-01-01", "2025-12-31")
    ]
    built = build_sets(tmp_path, {"activities": [*lines, *edges]})
    for zone in ("5381", "5382"):
        for phase, span in (("before", range(2018, 2022)), ("after", range(2022, 2026))):
            for code, measure in (
                ("duty_officer_shifts", "a_year"),
                ("livc_meetings", "a_year"),
                ("ict_hours_to_resolve", "mean"),
                ("livc_meetings_attended", "ratio"),
            ):
                found = compared(built.evidence, code, measure, zone)
                quantities = [quantity for year in span for quantity in years[code, zone, year]]
                expected = sum(quantities) / (4 if measure == "a_year" else len(quantities))
                if measure == "ratio":
                    expected = sum(quantities) / sum(
                        q for year in span for q in years["livc_meetings", zone, year]
                    )
                assert found[phase] == pytest.approx(expected), (code, zone, phase)


def test_a_field_with_an_indicator_that_does_not_lead_is_not_empty(tmp_path: Path) -> None:
    lines = every_year("duty_officer_shifts", "5381", (9, 9, 9, 9, 8, 8, 8, 8))
    evidence = build_sets(tmp_path, {"activities": lines}).evidence
    found = row(
        cooperation_fields.overview,
        evidence,
        ALL_YEARS.with_(zone_code=("5381",)),
        field_code="duty_officers",
    )
    assert (found["state"], found["figure"], found["after"]) == ("figures", "duty_officer_shifts", 8)


def test_zones_that_joined_apart_are_not_compared_together(tmp_path: Path) -> None:
    settings = settings_text((r'(?s)(code = "5382"[^\[]*?)joined = 2022-01-01', r"\1joined = 2023-01-01"))
    lines = [
        one
        for zone in ("5381", "5382")
        for one in every_year("training_participants", zone, (9, 9, 9, 9, 8, 8, 8, 8))
    ]
    evidence = build_sets(tmp_path, {"activities": lines}, settings).evidence
    both = ALL_YEARS.with_(zone_code=("5381", "5382"))
    found = row(cooperation_fields.overview, evidence, both, field_code="training")
    assert (found["state"], found["verdict"], found["reasons"]) == (
        "figures",
        "not_comparable",
        ("starts_differ",),
    )
    assert (found["before"], found["after"]) == (None, None)
    # Nobody chose: the one that joined at the start is counted, the other is not.
    alone = row(cooperation_fields.overview, evidence, field_code="training")
    assert (alone["zone_code"], alone["before"], alone["after"]) == ("5381", 9, 8)


def test_a_joint_purchase_is_what_the_zone_pays_of_those_that_run(demonstration_database: Path) -> None:
    evidence = Evidence(open_database(demonstration_database))
    shown = {}
    for code in ("5381", "5382", ""):
        chosen = Filters(zone_code=(code,) if code else ())
        found = rows(cooperation_fields.overview, evidence, chosen, field_code="joint_investment")
        shown[code] = {one["figure"]: one["after"] for one in found}
        table = shared_costs.purchases(evidence, chosen).table
        running = table[(table["state"] == "running") & (table["zone_code"] == code if code else True)]
        assert shown[code]["joint_purchase_yearly_eur"] == float(running["yearly_share_eur"].sum())
    # What the zones pay adds up to what is paid, and none of them pays all of it.
    paid = {code: figures["joint_purchase_yearly_eur"] for code, figures in shown.items()}
    assert paid["5381"] + paid["5382"] == pytest.approx(paid[""]) and 0 < paid["5382"] < paid["5381"]


@pytest.fixture(scope="module")
def rhythms(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Exports in their own rhythm, three years before and three after, beside a monthly one that begins in March."""
    years = range(2019, 2025)
    months = [(year, month) for year in years for month in range(1, 13) if (year, month) >= (2019, 3)]
    lines = [
        # Once a year, on the last day; the twelfth part of it would be a month.
        *(line("duty_officer_shifts", "5381", f"{year}-12-31", "400") for year in years),
        # Once a year, on the first day; 2021 was never exported: unknown, not nought.
        *(line("joint_duty_hours", "5381", f"{year}-01-01", "80") for year in years if year != 2021),
        # Quarters by their last day, of which the last one of 2024 has not come yet.
        *(
            line("livc_meetings", "5381", f"{year}-{day}", "3")
            for year in years
            for day in ("03-31", "06-30", "09-30", "12-31")
            if (year, day) != (2024, "12-31")
        ),
        # Quarters of which one is missing: its year is unknown, not three quarters of one.
        *(
            line("oversight_files", "5381", f"{year}-{month:02}-01", "50")
            for year in years
            for month in (1, 4, 7, 10)
            if (year, month) != (2023, 7)
        ),
        # Half-years by the first day of their last month.
        *(
            line("ict_tickets", "5381", f"{year}-{month}-01", "50")
            for year in years
            for month in ("06", "12")
        ),
        # Months: of 2019 two are missing, so it is no whole year.
        *(line("training_participants", "5381", f"{year}-{month:02}-15", "2") for year, month in months),
        # One line in all says nothing of its rhythm: it is of its month.
        line("lent_arms_days", "5381", "2023-12-31", "9"),
        # Twice a date by chance: the year between lies whole within what the zone exported by month.
        line("lent_vehicle_days", "5381", "2021-04-01", "5"),
        line("lent_vehicle_days", "5381", "2023-10-01", "5"),
    ]
    return build_sets(tmp_path_factory.mktemp("rhythms"), {"activities": lines})


@pytest.mark.parametrize(
    ("indicator", "expected"),
    [
        ("duty_officer_shifts", dict.fromkeys(range(2019, 2025), 400)),
        ("joint_duty_hours", dict.fromkeys((2019, 2020, 2022, 2023, 2024), 80)),
        ("livc_meetings", dict.fromkeys(range(2019, 2024), 12)),
        ("oversight_files", dict.fromkeys((2019, 2020, 2021, 2022, 2024), 200)),
        ("ict_tickets", dict.fromkeys(range(2019, 2025), 100)),
        ("training_participants", dict.fromkeys(range(2020, 2025), 24)),
        ("lent_arms_days", {2023: 9}),
        ("lent_vehicle_days", {2021: 5, 2023: 5}),
    ],
)
def test_lines_of_a_rhythm_tell_of_all_their_months(
    rhythms: Built, indicator: str, expected: dict[int, int]
) -> None:
    found = rows(
        cooperation_fields.series,
        rhythms.evidence,
        indicator_code=indicator,
        measure="a_year",
        zone_code="5381",
    )
    assert {one["year_start"].year: one["value"] for one in found} == expected


def test_yearly_figures_of_three_years_a_side_have_a_verdict(rhythms: Built) -> None:
    found = row(
        cooperation_fields.indicators,
        rhythms.evidence,
        Filters(),
        indicator_code="duty_officer_shifts",
        zone_code="5381",
    )
    assert (found["before_years"], found["after_years"]) == (3, 3)
    assert found["verdict"] == "no_demonstrable_difference"


def test_what_one_zone_alone_knows_is_shown_as_that_of_the_zone(rhythms: Built) -> None:
    (found,) = rows(cooperation_fields.overview, rhythms.evidence, field_code="shared_ict")
    assert (found["state"], found["figure"]) == ("figures", "ict_tickets")
    assert (found["zone_code"], found["after"], found["zones_without"]) == ("5381", 100, ("5382",))
    # Of all together nothing is known, and the row says of which zone nothing is.
    together = rows(
        cooperation_fields.indicators, rhythms.evidence, indicator_code="ict_tickets", zone_code=None
    )
    assert {(one["before"], one["zones_without"]) for one in together} == {(None, ("5382",))}
    of_the_other = ALL_YEARS.with_(zone_code=("5382",))
    (empty,) = rows(cooperation_fields.overview, rhythms.evidence, of_the_other, field_code="shared_ict")
    assert empty["state"] == "no_data"


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Built:
    zones = ("5381", "5382")
    steady = (100, 101, 99, 100, 101, 99)
    return build_sets(
        tmp_path_factory.mktemp("odd"),
        {
            "activities": [
                # In 2023 Voeren attended more meetings than were held.
                *(one for zone in zones for one in every_year("livc_meetings", zone, (8,) * 6, 2019)),
                *every_year("livc_meetings_attended", "5381", (4,) * 6, 2019),
                *every_year("livc_meetings_attended", "5382", (4, 4, 4, 4, 9, 4), 2019),
                # 99.0 before, 96.5 after: less than a twentieth, and more than two points.
                *(
                    line("ict_availability", "5381", f"{year}-{month:02}-15", percentage)
                    for year, percentage in zip(
                        range(2019, 2025), ("99", "99.1", "98.9", "96.5", "96.6", "96.4"), strict=True
                    )
                    for month in range(1, 13)
                ),
                # Together longer, in Voeren shorter.
                *every_year("duty_officer_shifts", "5381", (100, 101, 99, 200, 201, 199), 2019),
                *every_year("duty_officer_shifts", "5382", (50, 51, 49, 30, 31, 29), 2019),
                # Inhabitants are known of no year after 2022: the quantity has a verdict, its rate has none.
                *every_year("victim_support_call_outs", "5381", steady, 2019),
                *every_year("victim_support_call_outs", "5382", steady, 2019),
            ]
        },
    )


def test_a_part_that_exceeds_its_whole_is_not_compared(odd: Built) -> None:
    shares = {
        zone: compared(odd.evidence, "livc_meetings_attended", "ratio", zone)
        for zone in ("5381", "5382", None)
    }
    assert shares["5381"]["verdict"] == "no_demonstrable_difference"
    for zone in ("5382", None):
        assert (shares[zone]["verdict"], shares[zone]["reasons"]) == (
            "not_comparable",
            ("part_exceeds_whole",),
        )


def test_a_percentage_changes_by_points(odd: Built) -> None:
    found = row(
        cooperation_fields.indicators, odd.evidence, indicator_code="ict_availability", zone_code="5381"
    )
    assert found["difference"] == pytest.approx(-2.5) and found["verdict"] == "lower"
    assert found["smallest_detectable"] == pytest.approx(2)


def test_a_zone_that_changed_otherwise_is_named(odd: Built) -> None:
    of_zones = {
        one["zone_code"]: one
        for one in rows(cooperation_fields.indicators, odd.evidence, indicator_code="duty_officer_shifts")
    }
    assert {zone: one["verdict"] for zone, one in of_zones.items()} == {
        "5381": "higher",
        "5382": "lower",
        None: "higher",
    }
    assert of_zones[None]["zones_otherwise"] == ("5382",)
    assert of_zones["5381"]["zones_otherwise"] == of_zones["5382"]["zones_otherwise"] == ()
    (shown,) = rows(cooperation_fields.overview, odd.evidence, field_code="duty_officers")
    assert shown["zones_otherwise"] == ("5382",)


def test_where_its_denominator_is_unknown_a_quantity_leads(odd: Built) -> None:
    amount, rate = (
        compared(odd.evidence, "victim_support_call_outs", measure, None) for measure in ("a_year", "ratio")
    )
    assert amount["verdict"] == "no_demonstrable_difference" and amount["reasons"] == (
        "interval_includes_zero",
    )
    assert (rate["verdict"], rate["reasons"]) == (
        "too_few_data",
        ("below_minimum_count", "denominator_unknown"),
    )
    (shown,) = rows(cooperation_fields.overview, odd.evidence, field_code="victim_support_youth")
    assert (shown["measure"], shown["verdict"]) == ("a_year", "no_demonstrable_difference")
