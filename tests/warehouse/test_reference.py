"""What every build needs beside exports: hours, clock changes, municipalities, zones, priorities, norms."""

import shutil
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cooperation.settings import HourBand, Name, load_settings
from cooperation.warehouse.build import DEFAULT_REFERENCE
from cooperation.warehouse.reference import calendar_years, clock_change_hours, hour_band
from tests.warehouse.exports import Built, build_rows, intervention, settings_text

NOBODY = Name("", "", "")
# The last Sundays of March and October, as the European directive 2000/84/EC has it.
BRUSSELS = {
    2021: ("2021-03-28", "2021-10-31"),
    2022: ("2022-03-27", "2022-10-30"),
    2023: ("2023-03-26", "2023-10-29"),
    2024: ("2024-03-31", "2024-10-27"),
}


def test_the_clock_of_brussels_changes_on_the_known_nights() -> None:
    expected = []
    for spring, autumn in BRUSSELS.values():
        expected += [(f"{spring} 02:00:00", "skipped"), (f"{autumn} 02:00:00", "ambiguous")]
    found = [(str(moment), kind) for moment, kind in clock_change_hours("Europe/Brussels", range(2021, 2025))]
    assert found == expected


@given(
    st.datetimes(datetime(2015, 1, 1), datetime(2026, 12, 31)),
    st.sampled_from(("Europe/Brussels", "Europe/Lisbon", "America/New_York", "UTC")),
)
def test_an_hour_is_listed_exactly_when_its_clock_times_name_no_single_moment(
    moment: datetime, zone: str
) -> None:
    hour = moment.replace(minute=0, second=0, microsecond=0)
    listed = {found for found, _ in clock_change_hours(zone, range(moment.year, moment.year + 1))}
    middle = hour.replace(minute=30, tzinfo=ZoneInfo(zone))
    assert (hour in listed) == (middle.utcoffset() != middle.replace(fold=1).utcoffset())


def test_a_zone_without_summer_time_has_no_clock_changes() -> None:
    assert list(clock_change_hours("UTC", range(2000, 2030))) == []


def test_both_years_of_a_range_belong_to_it() -> None:
    assert list(calendar_years(date(2020, 12, 31), date(2022, 1, 1))) == [2020, 2021, 2022]


@given(st.lists(st.integers(0, 23), min_size=1, max_size=6, unique=True).map(sorted), st.integers(0, 23))
def test_an_hour_lies_in_the_band_that_began_last(starts: list[int], hour: int) -> None:
    bands = tuple(HourBand(str(start), start, NOBODY) for start in starts)
    # Walk the clock back to the first start met; a day has no beginning for this.
    expected = next(str((hour - back) % 24) for back in range(24) if (hour - back) % 24 in starts)
    assert hour_band(hour, bands) == expected


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    written = (
        "73066",
        "Riemst",
        "RIEMST",
        " riemst ",
        "Voeren",
        "fourons",
        "73006",
        "bilzen",
        "Bilzen-Hoeselt",
        "Luik",
    )
    rows = [intervention(name, "2023-06-10 12:00:00", municipality_nis=name) for name in written]
    return build_rows(tmp_path_factory.mktemp("reference"), rows)


@pytest.mark.parametrize(
    ("written", "recorded", "today"),
    [
        ("73066", "73066", "73066"),
        ("Riemst", "73066", "73066"),
        ("RIEMST", "73066", "73066"),
        ("riemst", "73066", "73066"),
        ("Voeren", "73109", "73109"),
        ("fourons", "73109", "73109"),
        ("73006", "73006", "73110"),
        ("bilzen", "73006", "73110"),
        ("Bilzen-Hoeselt", "73110", "73110"),
        ("Luik", None, None),
    ],
)
def test_a_municipality_is_known_by_code_and_by_both_names(
    built: Built, written: str, recorded: str | None, today: str | None
) -> None:
    call = built.calls[written]
    assert (call["recorded_municipality_nis"], call["municipality_nis"]) == (recorded, today)


def test_the_database_carries_what_the_settings_say(built: Built) -> None:
    settings = load_settings()
    zones = {(row["zone_code"], row["joined_on"]) for row in built.select("select * from zones")}
    assert zones == {(zone.code, zone.joined) for zone in settings.zones}
    norms = {tuple(row.values()) for row in built.select("select measure, priority, norm_seconds from norms")}
    assert norms == {(norm.measure, norm.priority, norm.seconds) for norm in settings.norms}
    urgent = {row["priority"] for row in built.select("select priority from priorities where is_urgent")}
    assert urgent == set(settings.urgent_priorities)
    assert len(built.select("select * from hours")) == 24


def test_reference_data_beside_the_settings_replace_the_project_s(tmp_path: Path) -> None:
    shutil.copytree(DEFAULT_REFERENCE, tmp_path / "reference")
    with (tmp_path / "reference" / "municipalities.csv").open("a", encoding="utf-8") as file:
        file.write("73042,Lanaken,Lanaken,,,,5381,test\n")
    built = build_rows(tmp_path, [intervention("A", "2023-06-10 12:00:00", municipality_nis="lanaken")])
    assert built.calls["A"]["municipality_nis"] == "73042"


def test_each_zone_has_its_own_day_of_joining(tmp_path: Path) -> None:
    later = (r'(?s)(code = "5382"\njoined = )[0-9-]+', r"\g<1>2023-07-01")
    rows = [
        intervention(f"{zone} {day}", f"{day} 12:00:00", zone_code=zone)
        for zone in ("5381", "5382")
        for day in ("2021-12-31", "2022-01-01", "2023-06-30", "2023-07-01")
    ]
    built = build_rows(tmp_path, rows, settings=settings_text(later))
    assert {name for name, call in built.calls.items() if call["phase"] == "after"} == {
        "5381 2022-01-01",
        "5381 2023-06-30",
        "5381 2023-07-01",
        "5382 2023-07-01",
    }
