"""The invented exports: their form, their numbers, and the truth that was built into them."""

import csv
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperation.demonstration import BROKEN_LINES, DEMONSTRATION_PREFIX, FILE_PREFIX, write_demonstration
from cooperation.demonstration.brussels_clock import clock_texts, to_true_time
from cooperation.demonstration.invented_world import (
    DEFAULT_INTERVENTIONS,
    MISSING_ARRIVAL,
    RIEMST,
    ROUTINE_CHANGE,
    VOEREN,
    YEARS,
)
from cooperation.warehouse.contract import DATA_SETS

BRUSSELS = ZoneInfo("Europe/Brussels")
CLOCK = "%d/%m/%Y %H:%M:%S"
CONTRACT = {data_set.name: data_set for data_set in DATA_SETS}
INTERVENTION_HEADER = (
    "intervention_id;zone_code;municipality_nis;priority;origin;nature;received_at;closed_at"
)
DEPLOYMENT_HEADER = (
    "intervention_id;unit_id;unit_zone_code;assistance;dispatched_at;departed_at;arrived_at;cleared_at"
)
# What the recognisers below read from an ordinary record; everything added on purpose looks different.
ORDINARY_ID = re.compile(r"DEMO-20(18|19|2[0-5])-\d{7}")
ORDINARY_CLOCK = re.compile(r"\d{2}/\d{2}/20\d{2} \d{2}:\d{2}:\d{2}")
CLOCK_CHANGE_NIGHTS = pd.to_datetime(
    [
        "2018-10-28",
        "2019-10-27",
        "2020-10-25",
        "2021-10-31",
        "2022-10-30",
        "2023-10-29",
        "2024-10-27",
        "2025-10-26",
    ]
)
SPRING_NIGHTS = pd.to_datetime(
    [
        "2018-03-25",
        "2019-03-31",
        "2020-03-29",
        "2021-03-28",
        "2022-03-27",
        "2023-03-26",
        "2024-03-31",
        "2025-03-30",
    ]
)


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    write_demonstration(folder)
    return folder


@pytest.fixture(scope="module")
def interventions(exports: Path) -> pd.DataFrame:
    """Ordinary interventions with their response and call handling in seconds, and their phase."""
    calls = _ordinary(exports, "interventions").drop_duplicates("intervention_id")
    for column in ("received_at", "closed_at"):
        calls[column] = pd.to_datetime(calls[column], format=CLOCK)
    units = _ordinary_units(exports).groupby("intervention_id")
    first = units.agg(first_dispatch=("dispatched_at", "min"), first_arrival=("arrived_at", "min"))
    calls = calls.join(first, on="intervention_id", validate="one_to_one")
    calls["response"] = (calls["first_arrival"] - calls["received_at"]).dt.total_seconds()
    calls["call_handling"] = (calls["first_dispatch"] - calls["received_at"]).dt.total_seconds()
    calls["place"] = calls["municipality_nis"].replace({"73006": "73110", "73032": "73110"})
    calls["is_urgent_call"] = (calls["origin"] == "citizen_call") & calls["priority"].isin(["0", "1", "2"])
    year = calls["received_at"].dt.year
    calls["phase"] = "outside"
    calls.loc[year.between(2019, 2021), "phase"] = "before"
    calls.loc[year.between(2022, 2024), "phase"] = "after"
    return calls


@pytest.fixture(scope="module")
def deployments(exports: Path) -> pd.DataFrame:
    return _ordinary_units(exports)


# Form: what a Belgian dispatch system writes


def test_there_is_one_marked_file_a_year_and_data_set(tmp_path: Path) -> None:
    paths = write_demonstration(tmp_path / "not" / "there" / "yet", 100)
    expected = {
        f"{FILE_PREFIX}{name}_{year}.csv"
        for name in ("interventions", "deployments", "costs", "activities")
        for year in YEARS
    } | {f"{FILE_PREFIX}{name}.csv" for name in ("investments", "distribution_keys", "standalone_estimates")}
    assert {path.name for path in paths} == expected
    assert {path.name for path in paths[0].parent.iterdir()} == expected, (
        "nothing half written may stay behind"
    )


def test_files_have_the_contract_header_crlf_and_windows_1252(exports: Path) -> None:
    for path in exports.iterdir():
        content = path.read_bytes()
        data_set = re.sub(r"_\d{4}$", "", path.stem.removeprefix(FILE_PREFIX))
        header = ";".join(CONTRACT[data_set].columns)
        # Nothing in an activity can carry the mark of what is invented, so its lines have a remark.
        remark = b";opmerking" if data_set == "activities" else b""
        assert content.startswith(header.encode() + remark + b"\r\n")
        assert content.endswith(b"\r\n")
        assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
        content.decode("cp1252")


def test_accents_make_the_files_unreadable_as_utf_8(exports: Path) -> None:
    # A loader that guesses UTF-8 must fail on them: that is what they are there to prove.
    for path in exports.glob("*interventions*"):
        with pytest.raises(UnicodeDecodeError):
            path.read_bytes().decode("utf-8")
    natures = {row[5] for row in _rows(exports, "interventions") if len(row) == 8}
    assert {"Ruzie in café", "Hinder – geluid", "Coördinatie evenement"} <= natures


def test_every_record_is_marked_as_invented(exports: Path) -> None:
    for name in ("interventions", "deployments"):
        assert all(row[0].strip().startswith(DEMONSTRATION_PREFIX) for row in _rows(exports, name))


def test_codes_are_those_of_the_contract(exports: Path) -> None:
    calls = _ordinary(exports, "interventions")
    assert set(calls["zone_code"]) == {"5381", "5382"}
    assert set(calls["priority"]) == {"0", "1", "2", "3", "4"}
    assert set(calls["origin"]) == {"citizen_call", "own_initiative", "planned"}
    units = _ordinary(exports, "deployments")
    assert set(units["assistance"]) == {"", "lateral", "hycap", "federal"}
    explicit = units[units["assistance"] != ""]
    assert not set(explicit["unit_zone_code"]) & {"5381", "5382"}, "only help from elsewhere needs a word"
    assert set(units.loc[units["assistance"] == "", "unit_zone_code"]) == {"5381", "5382"}
    assert (units["unit_id"].str.split("-").str[0] == units["unit_zone_code"]).all()


# Same numbers, same bytes


def test_same_seed_and_number_give_the_same_bytes(tmp_path: Path) -> None:
    first = write_demonstration(tmp_path / "first", 3_000, seed=7)
    second = write_demonstration(tmp_path / "second", 3_000, seed=7)
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_another_seed_gives_other_records_in_every_file(tmp_path: Path) -> None:
    first = write_demonstration(tmp_path / "first", 3_000, seed=7)
    second = write_demonstration(tmp_path / "second", 3_000, seed=8)
    # What was bought, by which keys, is the same in every invented world; how much is booked is not.
    drawn = [(one, other) for one, other in zip(first, second, strict=True) if one.stem[-4:].isdigit()]
    assert len(drawn) == 4 * len(YEARS)
    for one, other in drawn:
        assert one.read_bytes() != other.read_bytes()


def test_writing_again_replaces_what_was_there(tmp_path: Path) -> None:
    write_demonstration(tmp_path, 5_000)
    write_demonstration(tmp_path, 200)
    assert len(_ordinary(tmp_path, "interventions").drop_duplicates("intervention_id")) == 200


# Counts: exactly what was asked for, and the broken lines on top


any_number_and_seed = given(number=st.integers(8, 300), seed=st.integers(0, 2**63))


# Every example writes all exports.
@settings(max_examples=50, deadline=None, derandomize=True)
@any_number_and_seed
def test_number_of_interventions_is_exact_whatever_number_and_seed(
    tmp_path_factory: pytest.TempPathFactory, number: int, seed: int
) -> None:
    assert_number_is_exact(tmp_path_factory.getbasetemp() / "any_number", number, seed)


@pytest.mark.slow
@settings(max_examples=200, deadline=None, derandomize=True)
@any_number_and_seed
def test_number_of_interventions_is_exact_in_two_hundred_cases(
    tmp_path_factory: pytest.TempPathFactory, number: int, seed: int
) -> None:
    assert_number_is_exact(tmp_path_factory.getbasetemp() / "any_number", number, seed)


def assert_number_is_exact(folder: Path, number: int, seed: int) -> None:
    write_demonstration(folder, number, seed)
    identifiers = [row[0] for row in _rows(folder, "interventions")]
    ordinary = {identifier for identifier in identifiers if ORDINARY_ID.fullmatch(identifier)}
    assert len(ordinary) == number
    assert len(identifiers) == number + _added("interventions")
    units = Counter(row[0] for row in _rows(folder, "deployments") if not row[1].strip().endswith("-P99"))
    repeats = _count_of("deployments", "exact_repeat")
    sent = [units[identifier] for identifier in ordinary]
    assert min(sent) >= 1, "every intervention has a unit"
    assert max(sent) <= 3 + repeats


def test_fewer_interventions_than_years_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 8 interventions .* got 7"):
        write_demonstration(tmp_path, 7)
    assert not list(tmp_path.iterdir())


def test_default_sizes_are_those_of_the_real_zones(interventions: pd.DataFrame) -> None:
    assert len(interventions) == DEFAULT_INTERVENTIONS
    a_year = interventions.groupby("zone_code").size() / len(YEARS)
    assert a_year["5381"] == pytest.approx(12_000, rel=0.01)
    assert a_year["5382"] == pytest.approx(850, rel=0.05)
    voeren = interventions[interventions["is_urgent_call"] & (interventions["zone_code"] == "5382")]
    assert 9 <= len(voeren) / 96 <= 13, "about ten urgent calls a month"


def test_municipalities_follow_population_and_the_merger_of_2025(interventions: pd.DataFrame) -> None:
    year = interventions["received_at"].dt.year
    early, late = interventions[year <= 2024], interventions[year == 2025]
    assert set(early["municipality_nis"]) == {"73006", "73032", "73066", "73109"}
    assert set(late["municipality_nis"]) == {"73110", "73066", "73109"}
    shares = early.loc[early["zone_code"] == "5381", "municipality_nis"].value_counts(normalize=True)
    population = pd.Series({"73006": 32_477, "73032": 9_730, "73066": 16_759})
    assert (shares - population / population.sum()).abs().max() < 0.01
    assert set(interventions.loc[interventions["zone_code"] == "5382", "municipality_nis"]) == {"73109"}


def test_urgent_calls_are_a_minority_of_citizen_calls(interventions: pd.DataFrame) -> None:
    origins = interventions["origin"].value_counts(normalize=True)
    assert origins["citizen_call"] > 0.5 > origins["own_initiative"] > origins["planned"] > 0.1
    calls = interventions[interventions["origin"] == "citizen_call"]
    assert 0.25 <= calls["is_urgent_call"].mean() <= 0.30


# The pattern of the year, the week and the day


def test_covid_months_have_fewer_calls_and_another_mix(interventions: pd.DataFrame) -> None:
    month = interventions["received_at"].dt.to_period("M").astype(str)
    covid = interventions[
        month.isin(["2020-03", "2020-04", "2020-05", "2020-11", "2020-12", "2021-01", "2021-02"])
    ]
    same = interventions[
        month.isin(["2018-03", "2018-04", "2018-05", "2018-11", "2018-12", "2019-01", "2019-02"])
    ]
    assert len(covid) < 0.82 * len(same)
    shares = [(group["origin"] == "own_initiative").mean() for group in (covid, same)]
    assert shares[0] > shares[1] + 0.05
    assert covid["is_urgent_call"].mean() < same["is_urgent_call"].mean()
    breaches = interventions["nature"] == "Inbreuk COVID-19-maatregelen"
    assert set(interventions.index[breaches]) <= set(covid.index)


def test_rush_hours_summer_and_weekend_nights_stand_out(interventions: pd.DataFrame) -> None:
    calls = interventions[interventions["origin"] == "citizen_call"]
    received = calls["received_at"]
    is_weekend = received.dt.day_of_week >= 5
    working_days = received[~is_weekend].dt.hour.value_counts()
    assert working_days[17] > working_days[12] > working_days[3] * 4
    night_share = (received.dt.hour < 5).groupby(is_weekend).mean()
    assert night_share[True] > 2 * night_share[False]
    months = received[received.dt.year.isin([2018, 2019, 2022, 2023, 2024, 2025])].dt.month.value_counts()
    assert months[[6, 7, 8]].sum() > 1.08 * months[[12, 1, 2]].sum()


# Clocks


def test_clock_times_of_a_unit_are_in_order(interventions: pd.DataFrame, deployments: pd.DataFrame) -> None:
    received = interventions.set_index("intervention_id")["received_at"]
    units = deployments.join(received, on="intervention_id")
    # In the night the clock goes back, clock times may truly run backwards.
    units = units[~units["dispatched_at"].dt.normalize().isin(CLOCK_CHANGE_NIGHTS)]
    for earlier, later in (
        ("received_at", "dispatched_at"),
        ("dispatched_at", "departed_at"),
        ("departed_at", "arrived_at"),
        ("dispatched_at", "arrived_at"),
        ("arrived_at", "cleared_at"),
    ):
        assert not (units[earlier] > units[later]).any(), (earlier, later)


def test_nothing_happens_in_the_hour_that_spring_leaves_out(
    interventions: pd.DataFrame, deployments: pd.DataFrame
) -> None:
    columns = [interventions["received_at"], interventions["closed_at"]]
    columns += [deployments[f"{step}_at"] for step in ("dispatched", "departed", "arrived", "cleared")]
    times = pd.concat(columns)
    in_night = times[times.dt.normalize().isin(SPRING_NIGHTS)]
    assert not (in_night.dt.hour == 2).any()
    assert {1, 3} <= set(in_night.dt.hour), "else the test would see no night at all"


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.sampled_from(YEARS), st.integers(0, 364 * 86_400))
def test_clock_times_agree_with_the_time_zone_database(year: int, second: int) -> None:
    moment = datetime(year, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    assert _clock_of(moment) == moment.astimezone(BRUSSELS).strftime(CLOCK)


@pytest.mark.parametrize(
    ("moment", "clock"),
    [
        # The last second of winter time, and the first of summer time an hour further on.
        ("2022-03-27 00:59:59", "27/03/2022 01:59:59"),
        ("2022-03-27 01:00:00", "27/03/2022 03:00:00"),
        # Half past two occurs twice.
        ("2022-10-30 00:30:00", "30/10/2022 02:30:00"),
        ("2022-10-30 01:30:00", "30/10/2022 02:30:00"),
        # The start of the association, on the clock of Brussels.
        ("2021-12-31 22:59:59", "31/12/2021 23:59:59"),
        ("2021-12-31 23:00:00", "01/01/2022 00:00:00"),
    ],
)
def test_clock_changes_and_new_year(moment: str, clock: str) -> None:
    assert _clock_of(datetime.fromisoformat(moment).replace(tzinfo=UTC)) == clock


def test_calls_in_both_halves_of_the_repeated_hour_keep_their_clock_time() -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    half_past_two = np.full(
        200, (datetime(2022, 10, 30, 2, 30) - datetime(2018, 1, 1)).total_seconds(), dtype=int
    )
    true_time = to_true_time(rng, 2022, half_past_two)
    assert set(half_past_two - true_time) == {3_600, 7_200}
    assert set(clock_texts(2022, true_time)) == {"30/10/2022 02:30:00"}


def test_the_hour_that_occurs_twice_has_calls(interventions: pd.DataFrame) -> None:
    received = interventions["received_at"]
    assert ((received.dt.hour == 2) & received.dt.normalize().isin(CLOCK_CHANGE_NIGHTS)).any()


def test_some_deployments_pass_midnight_and_the_year(deployments: pd.DataFrame) -> None:
    dispatched, cleared = deployments["dispatched_at"], deployments["cleared_at"]
    known = cleared.notna()
    assert (dispatched[known].dt.date < cleared[known].dt.date).sum() > 100
    assert (dispatched[known].dt.year < cleared[known].dt.year).any()


def test_own_initiative_is_on_the_scene_at_once(interventions: pd.DataFrame) -> None:
    own = interventions.loc[interventions["origin"] == "own_initiative", "response"].dropna()
    assert len(own) > 20_000
    assert (own == 0).all()


def test_no_unit_is_sent_twice_to_one_call(deployments: pd.DataFrame) -> None:
    # The added exact repeats are the only ones.
    repeated = deployments.duplicated(["intervention_id", "unit_id"]).sum()
    assert repeated == _count_of("deployments", "exact_repeat")


def test_the_second_unit_sent_is_sometimes_first_on_the_scene(deployments: pd.DataFrame) -> None:
    units = deployments.drop_duplicates().dropna(subset=["arrived_at"])
    pairs = units.groupby("intervention_id")["arrived_at"].agg(["first", "min", "size"])
    pairs = pairs[pairs["size"] > 1]
    overtaken = (pairs["first"] > pairs["min"]).mean()
    assert 0.05 < overtaken < 0.15


# The truth that was built in


@pytest.mark.parametrize(
    ("place", "ratio", "tolerance"),
    [
        (RIEMST.municipality_nis, RIEMST.urgent_change, 0.03),
        ("73110", 1.0, 0.02),
        # Ten calls a month: all one may expect is to be in the neighbourhood.
        (VOEREN.municipality_nis, VOEREN.urgent_change, 0.10),
    ],
)
def test_median_of_urgent_calls_changed_as_built_in(
    interventions: pd.DataFrame, place: str, ratio: float, tolerance: float
) -> None:
    median = _medians(interventions, interventions["is_urgent_call"] & (interventions["place"] == place))
    assert median["after"] / median["before"] == pytest.approx(ratio, abs=tolerance)


def test_riemst_is_about_a_minute_faster_and_the_zone_with_it(interventions: pd.DataFrame) -> None:
    urgent = interventions["is_urgent_call"]
    riemst = _medians(interventions, urgent & (interventions["place"] == "73066"))
    assert 600 < riemst["before"] < 700
    assert -100 < riemst["after"] - riemst["before"] < -50
    zone = _medians(interventions, urgent & (interventions["zone_code"] == "5381"))
    assert zone["after"] - zone["before"] < -15, "less would not count as relevant"


def test_routine_calls_became_slower(interventions: pd.DataFrame) -> None:
    routine = (interventions["origin"] == "citizen_call") & (interventions["priority"] == "3")
    median = _medians(interventions, routine & (interventions["zone_code"] == "5381"))
    assert median["after"] / median["before"] == pytest.approx(ROUTINE_CHANGE, abs=0.02)


def test_call_handling_took_over_from_travel_in_bilzen_hoeselt(interventions: pd.DataFrame) -> None:
    urgent = interventions[interventions["is_urgent_call"] & (interventions["place"] == "73110")]
    handling = urgent.groupby("phase")["call_handling"].median()
    assert 10 < handling["after"] - handling["before"] < 30
    rest = (urgent["response"] - urgent["call_handling"]).groupby(urgent["phase"]).median()
    assert -45 < rest["after"] - rest["before"] < -10


def test_there_was_no_trend_before(interventions: pd.DataFrame) -> None:
    urgent = interventions[interventions["is_urgent_call"] & (interventions["zone_code"] == "5381")]
    by_year = urgent.groupby(urgent["received_at"].dt.year)["response"].median()
    assert by_year[[2018, 2019, 2020, 2021]].max() - by_year[[2018, 2019, 2020, 2021]].min() < 30


def test_arrivals_are_missing_alike_before_and_after(interventions: pd.DataFrame) -> None:
    urgent = interventions[interventions["is_urgent_call"]]
    missing = urgent["response"].isna().groupby([urgent["zone_code"], urgent["phase"]]).mean()
    for zone, tolerance in (("5381", 0.01), ("5382", 0.03)):
        assert missing[zone, "before"] == pytest.approx(MISSING_ARRIVAL, abs=tolerance)
        assert missing[zone, "after"] == pytest.approx(MISSING_ARRIVAL, abs=tolerance)


def test_completeness_changed_only_for_the_lowest_priority_in_riemst(interventions: pd.DataFrame) -> None:
    calls = interventions[interventions["origin"] == "citizen_call"]
    missing = (
        calls["response"].isna().groupby([calls["place"], calls["priority"], calls["phase"]]).mean().unstack()
    )
    change = (missing["after"] - missing["before"]).drop(index="73109")
    assert change["73066", "4"] > 0.10
    assert change.drop(index=("73066", "4")).abs().max() < 0.05


def test_departures_are_missing_now_and_then(deployments: pd.DataFrame) -> None:
    assert deployments["departed_at"].isna().mean() == pytest.approx(0.06, abs=0.005)


def test_priority_0_in_voeren_is_too_rare_for_a_verdict(interventions: pd.DataFrame) -> None:
    rare = (interventions["origin"] == "citizen_call") & (interventions["priority"] == "0")
    counts = interventions[rare & (interventions["zone_code"] == "5382")].groupby("phase")["response"].count()
    assert 10 <= counts["before"] < 30
    assert 10 <= counts["after"] < 30


def test_help_from_the_other_zone_is_rare_before_and_common_after(
    interventions: pd.DataFrame, deployments: pd.DataFrame
) -> None:
    calls = interventions[["intervention_id", "zone_code", "phase"]]
    units = deployments.merge(calls, on="intervention_id")
    helped = units["unit_zone_code"].isin(["5381", "5382"]) & (units["unit_zone_code"] != units["zone_code"])
    share = helped.groupby([units["zone_code"], units["phase"]]).mean()
    assert share["5382", "before"] < 0.05 < 0.12 < share["5382", "after"]
    assert share["5381", "before"] < 0.005 < share["5381", "after"] < 0.03


# Broken lines


def test_broken_lines_are_a_handful_of_every_kind() -> None:
    kinds = [(entry.data_set, entry.kind) for entry in BROKEN_LINES]
    assert len(set(kinds)) == len(kinds)
    assert 25 <= sum(entry.count for entry in BROKEN_LINES) <= 40


@pytest.mark.parametrize("number", [8, 5_000])
def test_every_kind_of_broken_line_can_be_found_in_the_files(tmp_path: Path, number: int) -> None:
    write_demonstration(tmp_path, number)
    calls = list(_rows(tmp_path, "interventions"))
    units = list(_rows(tmp_path, "deployments"))
    assert sum(_recognised_interventions(calls).values()) == _added("interventions")
    assert _recognised_interventions(calls) == _expected("interventions")
    assert sum(_recognised_deployments(calls, units).values()) == _added("deployments")
    assert _recognised_deployments(calls, units) == _expected("deployments")


def test_added_interventions_stay_outside_the_urgent_citizen_calls(exports: Path) -> None:
    added = [row for row in _rows(exports, "interventions") if "-X" in row[0]]
    assert added
    whole = [row for row in added if len(row) == 8 and row[3] != "9"]
    assert {(row[3].strip(), row[4].strip()) for row in whole} == {("4", "planned")}


# Speed


@pytest.mark.clocked
def test_a_hundred_thousand_interventions_take_less_than_five_seconds(tmp_path: Path) -> None:
    start = time.perf_counter()
    write_demonstration(tmp_path, 100_000)
    assert time.perf_counter() - start < 5


def _clock_of(moment: datetime) -> str:
    since_epoch = round((moment - datetime(2018, 1, 1, tzinfo=UTC)).total_seconds())
    year = moment.astimezone(BRUSSELS).year
    return clock_texts(year, np.array([since_epoch]))[0]


def _rows(exports: Path, data_set: str) -> Iterator[list[str]]:
    """Yield every record of a data set as the standard library's reader sees it, without the headers."""
    for path in sorted(exports.glob(f"{FILE_PREFIX}{data_set}_*.csv")):
        with path.open(encoding="cp1252", newline="") as file:
            reader = csv.reader(file, delimiter=";")
            next(reader)
            yield from reader


def _ordinary(exports: Path, data_set: str) -> pd.DataFrame:
    """Return the records that were not added on purpose, apart from repeats, as text."""
    header = INTERVENTION_HEADER if data_set == "interventions" else DEPLOYMENT_HEADER
    rows = [row for row in _rows(exports, data_set) if len(row) == 8 and ORDINARY_ID.fullmatch(row[0])]
    return pd.DataFrame(rows, columns=header.split(";"))


def _ordinary_units(exports: Path) -> pd.DataFrame:
    units = _ordinary(exports, "deployments")
    units = units[~units["unit_id"].str.endswith("-P99")].copy()
    for column in ("dispatched_at", "departed_at", "arrived_at", "cleared_at"):
        units[column] = pd.to_datetime(units[column].replace("", None), format=CLOCK)
    return units


def _medians(interventions: pd.DataFrame, chosen: pd.Series) -> pd.Series:
    return interventions[chosen].groupby("phase")["response"].median()


def _added(data_set: str) -> int:
    return sum(entry.count for entry in BROKEN_LINES if entry.data_set == data_set)


def _count_of(data_set: str, kind: str) -> int:
    return _expected(data_set)[kind]


def _expected(data_set: str) -> Counter[str]:
    return Counter({entry.kind: entry.count for entry in BROKEN_LINES if entry.data_set == data_set})


def _recognised_interventions(rows: list[list[str]]) -> Counter[str]:
    """Count the kinds of broken lines by what stands in them, knowing nothing of how they were made."""
    signs: dict[str, Callable[[list[str]], bool]] = {
        "too_few_fields": lambda row: len(row) < 8,
        "too_many_fields": lambda row: len(row) > 8,
        "spaces_around_values": lambda row: row[0] != row[0].strip(),
        "empty_received_at": lambda row: row[6] == "",
        "impossible_date": lambda row: row[6].startswith("31/02/"),
        "unknown_zone": lambda row: row[1] not in ("5381", "5382"),
        "unknown_priority": lambda row: row[3] not in "01234",
        "unknown_municipality": lambda row: not row[2].startswith("73"),
        "literal_null": lambda row: "NULL" in row,
        "quoted_separator_and_line_break": lambda row: ";" in row[5] and "\r\n" in row[5],
        "stray_quote": lambda row: '"' in row[5],
    }
    return _recognised(rows, signs) + _repeats(rows, key=lambda row: row[0])


def _recognised_deployments(calls: list[list[str]], rows: list[list[str]]) -> Counter[str]:
    received = {row[0]: row[6] for row in calls if len(row) == 8 and ORDINARY_CLOCK.fullmatch(row[6])}
    signs: dict[str, Callable[[list[str]], bool]] = {
        "too_few_fields": lambda row: len(row) < 8,
        "too_many_fields": lambda row: len(row) > 8,
        "spaces_around_values": lambda row: row[0] != row[0].strip(),
        "deployment_without_intervention": lambda row: row[0] not in received,
        "impossible_date": lambda row: row[4].startswith("31/02/"),
        "literal_null": lambda row: "NULL" in row,
        "arrival_before_call": lambda row: _is_before(row[6], received[row[0]]),
        "arrival_before_dispatch": lambda row: _is_before(row[6], row[4]),
    }
    return _recognised(rows, signs) + _repeats(rows, key=lambda row: ";".join(row[:2]))


def _recognised(rows: list[list[str]], signs: dict[str, Callable[[list[str]], bool]]) -> Counter[str]:
    """Count each row under the first sign that it shows."""
    found: Counter[str] = Counter()
    for row in rows:
        kind = next((kind for kind, shows in signs.items() if shows(row)), None)
        if kind is not None:
            found[kind] += 1
    return found


def _repeats(rows: list[list[str]], key: Callable[[list[str]], str]) -> Counter[str]:
    """Count rows whose key came before, by whether the whole row did."""
    found: Counter[str] = Counter()
    seen: dict[str, list[str]] = {}
    for row in rows:
        if not ORDINARY_ID.fullmatch(row[0]) or row[1].endswith("-P99"):
            continue
        if key(row) in seen:
            found["exact_repeat" if seen[key(row)] == row else "repeated_id_other_content"] += 1
        seen.setdefault(key(row), row)
    return found


def _is_before(moment: str, other: str) -> bool:
    return moment != "" and datetime.strptime(moment, CLOCK) < datetime.strptime(other, CLOCK)
