"""The two worked examples against their real exports: every figure again from the raw CSV, in pandas.

Nothing here uses the project's code to compute what is expected. The sets lie beside the project and are never
copied into it; without them these tests are skipped, and say so.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from cooperation.warehouse.publishing import published_database
from tests.browser import PROJECT

EXAMPLES = PROJECT / "data" / "profiles" / "examples"
LOOK_BACK = timedelta(hours=6)
DAY = timedelta(days=1)
ENTRY = re.compile(r"\s*([^=,]*?)\s*=\s*(\d\d:\d\d:\d\d)\s*(?:,|$)")
LISTS = ("Unit_Dispatch_Times", "Unit_Enroute_Times", "Unit_Arrive_Times", "Unit_Clear_Times")
PARTNERS = {"M", "WAVE", "SW", "SE", "MALC", "HICK"}


@dataclass(frozen=True)
class Built:
    """One example: the account that the command line printed, and where the database and the export lie."""

    account: Mapping[str, Any]
    database: Path
    export: Path

    def answer(self, name: str, *choices: str) -> dict[str, Any]:
        arguments = [word for choice in choices for word in ("--set", choice)]
        return _command("answer", name, "--database", str(self.database), *arguments)

    def ask(self, sql: str) -> pd.DataFrame:
        with duckdb.connect(str(published_database(self.database)), read_only=True) as connection:
            return connection.execute(sql).df()


def _command(*arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "cooperation", *arguments, "--json"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


@cache
def _built(exports: Path, example: str, databases: Path) -> Built:
    database = databases / example
    own = EXAMPLES / example
    account = _command(
        *("build", "--exports", str(exports), "--profiles", str(own)),
        *("--settings", str(own / "cooperation.toml"), "--database", str(database)),
    )
    return Built(account, database, next(exports.glob("*.csv")))


@cache
def _raw(export: Path) -> pd.DataFrame:
    return pd.read_csv(export, dtype=str, keep_default_na=False)


def _counts(total: Mapping[str, int]) -> tuple[int, int, int, int]:
    return total["lines_read"], total["accepted"], total["duplicate"], total["rejected"]


def _seconds(later: pd.Series, earlier: pd.Series, zone: str) -> pd.Series:
    """Return elapsed seconds between local times, NaN where a clock change makes one of them unsure."""
    universal = (
        pd.to_datetime(moments).dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
        for moments in (later, earlier)
    )
    return (next(universal) - next(universal)).dt.total_seconds()


def _agrees(printed: Mapping[str, Any], calls: pd.DataFrame) -> None:
    """Compare one phase of the headline with calls: `missing`, and `response` in seconds, NaN unknown."""
    known = calls["response"].dropna()
    assert printed["intervention_count"] == len(calls)
    assert printed["measured_count"] == len(known)
    assert printed["missing_arrival_share"] == pytest.approx(calls["missing"].mean(), abs=1e-9)
    assert printed["median_seconds"] == pytest.approx(known.quantile(0.5), abs=1e-6)
    assert printed["p90_seconds"] == pytest.approx(known.quantile(0.9), abs=1e-6)
    assert printed["mean_seconds"] == pytest.approx(known.mean(), abs=1e-6)
    assert printed["share_within_norm"] == pytest.approx((known <= 900).mean(), abs=1e-9)


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("databases")


# --- slopd: times without a date, units in a comma list. ---


@pytest.fixture
def slopd(real_data: Callable[[str], Path], databases: Path) -> Built:
    return _built(real_data("slopd"), "slopd", databases)


def _nearest_day(anchor: pd.Series, clock: pd.Series) -> pd.Series:
    """Return the moment of a clock time between 6 hours before `anchor` and 18 hours after it."""
    offset = pd.to_timedelta(clock.where(clock != "") + ":00")
    same_day = anchor.dt.normalize() + offset
    placed = same_day.where(same_day >= anchor - LOOK_BACK, same_day + DAY)
    return placed.where(placed < anchor - LOOK_BACK + DAY, placed - DAY)


def _units(cell: str) -> list[str]:
    return re.findall(r"[^,\s]+", cell)


@cache
def _slopd_calls(export: Path) -> pd.DataFrame:
    """Return one row per accepted call: received, arrived (local), missing, response."""
    calls = _raw(export).drop_duplicates()
    # Of two lines with one number the one with more filled cells is kept, whatever their order.
    filled = calls.drop(columns="case_number").ne("").sum(axis=1)
    calls = calls.loc[filled.sort_values(ascending=False, kind="stable").index]
    calls = calls.drop_duplicates("case_number").sort_index().copy()
    calls["received"] = pd.to_datetime(calls["date"] + " " + calls["received"], format="%m/%d/%y %H:%M")
    sent = _nearest_day(calls["received"], calls["dispatched"])
    arrived = _nearest_day(sent.fillna(calls["received"]), calls["arrived"])
    response = _seconds(arrived, calls["received"], "America/Los_Angeles")
    wrong = (response < 0) | (response > 86400)
    nobody_sent = (calls["units"].map(_units).map(len) == 0) & arrived.isna() & sent.isna()
    calls["missing"] = arrived.isna() | wrong | nobody_sent
    calls["response"] = response.mask(calls["missing"])
    return calls


def test_slopd_loses_no_line(slopd: Built) -> None:
    raw = _raw(slopd.export)
    distinct = raw.drop_duplicates()
    numbers = distinct["case_number"].nunique()
    expected = len(raw), numbers, len(raw) - len(distinct), len(distinct) - numbers
    assert expected == (20_076, 19_063, 1_011, 2)
    assert _counts(slopd.account["data_sets"]["interventions"]) == expected
    assert _counts(slopd.account["files"][slopd.export.name]) == expected


def test_slopd_makes_one_deployment_of_each_unit_and_call(slopd: Built) -> None:
    raw = _raw(slopd.export)
    raw = raw.assign(unit=raw["units"].map(_units), repeat=raw.duplicated())
    # No call without a unit has a time, so none needs a deployment of a unit that is not known.
    unitless = raw[raw["unit"].map(len) == 0]
    assert (unitless[["dispatched", "arrived", "cleared"]] == "").all(axis=None)
    met = raw.explode("unit").dropna(subset="unit")
    new = met[~met["repeat"]]
    refused = new["case_number"].duplicated() & ~new.index.isin(new.drop_duplicates("case_number").index)
    good = new[~refused]
    once = good.drop_duplicates(["case_number", "unit"])
    expected = len(met), len(once), len(met) - len(new) + len(good) - len(once), int(refused.sum())
    assert _counts(slopd.account["data_sets"]["deployments"]) == expected
    assert expected == (30_770, 28_749, 2_018, 3)
    printed = slopd.ask("select intervention_id, unit_count from response_times")
    counted = once.groupby("case_number").size().reindex(printed["intervention_id"], fill_value=0)
    assert (printed["unit_count"].to_numpy() == counted.to_numpy()).all()


def test_slopd_headline_is_that_of_pandas(slopd: Built) -> None:
    calls = _slopd_calls(slopd.export)
    printed = slopd.answer("response_times/headline")
    start = pd.Timestamp("2022-01-01")
    _agrees(printed["before"], calls[calls["received"] < start])
    _agrees(printed["after"], calls[calls["received"] >= start])
    # Nine minutes and eleven: season, not cooperation.
    assert (printed["before"]["median_seconds"], printed["after"]["median_seconds"]) == (540, 660)


def test_slopd_measures_each_call_as_pandas_does(slopd: Built) -> None:
    calls = _slopd_calls(slopd.export).set_index("case_number")
    printed = slopd.ask("select intervention_id, received_at, response_seconds, nature from response_times")
    printed = printed.set_index("intervention_id").reindex(calls.index)
    assert (printed["received_at"] == calls["received"]).all()
    assert printed["response_seconds"].astype(float).equals(calls["response"])
    natures = calls["type"].str.strip()
    assert (printed["nature"].fillna("") == natures).all()


def test_slopd_is_not_comparable(slopd: Built) -> None:
    received = _slopd_calls(slopd.export)["received"].dt
    sides = [set(received.month[received.year == year]) for year in (2021, 2022)]
    # September to December against January to March: no calendar month in common.
    assert not sides[0] & sides[1]
    rows = slopd.answer("response_times/comparison")["rows"]
    assert {row["statistic"] for row in rows} == {"median", "p90", "share_within_norm"}
    for row in rows:
        assert row["verdict"] == "not_comparable"
        assert "no_matching_months" in row["reasons"]


# --- rvfd: one list of units and clocks for each step. ---


@pytest.fixture
def rvfd(real_data: Callable[[str], Path], databases: Path) -> Built:
    return _built(real_data("rvfd_calls"), "rvfd", databases)


def _entries(cell: str) -> list[tuple[str, timedelta]]:
    return [
        (unit, timedelta(hours=int(clock[:2]), minutes=int(clock[3:5]), seconds=int(clock[6:])))
        for unit, clock in ENTRY.findall(cell)
    ]


def _in_order(first: datetime, entries: list[tuple[str, timedelta]]) -> list[tuple[str, datetime]]:
    """Return the entries of a list as moments; midnight is passed where a clock goes back."""
    moments: list[tuple[str, datetime]] = []
    previous = first - LOOK_BACK
    for unit, clock in entries:
        moment = datetime.combine(previous, time()) + clock
        if moment < previous:
            moment += timedelta(days=1)
        moments.append((unit, moment))
        previous = moment
    return moments


@cache
def _rvfd_deployments(export: Path) -> pd.DataFrame:
    """Return one row per call, unit and turn, in file order: its moments (NaT where absent), the call's line."""
    rows = []
    for line, call in enumerate(_raw(export).to_dict("records")):
        lists = [_entries(call[name]) for name in LISTS]
        clocks = [entries[0][1] for entries in lists if entries]
        if not clocks:
            continue
        first = datetime.strptime(call["incident_date"].split()[0], "%m/%d/%y") + clocks[0]
        found: dict[tuple[str, int], dict[str, Any]] = {}
        for name, entries in zip(LISTS, lists, strict=True):
            turns: dict[str, int] = {}
            for unit, moment in _in_order(first, entries):
                turns[unit] = turns.get(unit, 0) + 1
                found.setdefault((unit, turns[unit]), {})[name] = moment
        for (unit, _), moments in found.items():
            rows.append({"line": line, "call": call["incident_num"], "unit": unit} | moments)
    return pd.DataFrame(rows, columns=["line", "call", "unit", *LISTS])


@cache
def _rvfd_calls(export: Path) -> pd.DataFrame:
    """Return one row per accepted call: day, received (NaT without a dispatch), missing, response, helped."""
    raw = _raw(export).reset_index(names="line").drop_duplicates("incident_num")
    units = _rvfd_deployments(export)
    units = units[units["line"].isin(raw["line"])].copy()
    calls = raw.set_index("incident_num")
    calls["day"] = pd.to_datetime(calls["incident_date"].str.split().str[0], format="%m/%d/%y")
    calls["received"] = units.groupby("call")["Unit_Dispatch_Times"].min().reindex(calls.index)
    since_call = _seconds(units["Unit_Arrive_Times"], units["call"].map(calls["received"]), "America/Chicago")
    units["arrived"] = units["Unit_Arrive_Times"].mask((since_call < 0) | (since_call > 86400))
    units["unsure"] = (
        units["arrived"].notna()
        & units["arrived"].dt.tz_localize("America/Chicago", ambiguous="NaT", nonexistent="NaT").isna()
    )
    by_call = units.groupby("call")
    calls["arrived"] = by_call["arrived"].min().reindex(calls.index)
    calls["missing"] = calls["arrived"].isna()
    unsure = by_call["unsure"].any().reindex(calls.index, fill_value=False)
    calls["response"] = _seconds(calls["arrived"], calls["received"], "America/Chicago").mask(unsure)
    station = units["unit"].str.extract(r"^([A-Z]+)", expand=False)
    calls["helped"] = (
        station.isin(PARTNERS).groupby(units["call"]).any().reindex(calls.index, fill_value=False)
    )
    return calls


def test_rvfd_loses_no_line(rvfd: Built) -> None:
    raw = _raw(rvfd.export)
    numbers = raw["incident_num"].nunique()
    expected = len(raw), numbers, int(raw.duplicated().sum()), len(raw) - numbers
    assert expected == (19_520, 19_513, 0, 7)
    assert _counts(rvfd.account["data_sets"]["interventions"]) == expected
    assert _counts(rvfd.account["files"][rvfd.export.name]) == expected


def test_rvfd_loses_no_unit(rvfd: Built) -> None:
    raw, units = _raw(rvfd.export), _rvfd_deployments(rvfd.export)
    dispatches = raw["Unit_Dispatch_Times"].str.count(r"=\d\d:\d\d:\d\d")
    assert dispatches.sum() == units["Unit_Dispatch_Times"].notna().sum() == 47_294
    # Units that arrive, leave or clear more often than they were sent.
    assert units["Unit_Dispatch_Times"].isna().sum() == 1_119
    for name in LISTS:
        assert raw[name].str.count("=").sum() == units[name].notna().sum()
    refused = units["line"].isin(raw.index[raw["incident_num"].duplicated()])
    once = units[~refused].drop_duplicates(["call", "unit", *LISTS])
    expected = len(units), len(once), len(units) - int(refused.sum()) - len(once), int(refused.sum())
    assert _counts(rvfd.account["data_sets"]["deployments"]) == expected
    assert expected == (48_413, 48_069, 316, 28)
    printed = rvfd.ask("select intervention_id, unit_count from response_times")
    counted = once.groupby("call").size().reindex(printed["intervention_id"], fill_value=0)
    assert (printed["unit_count"].to_numpy() == counted.to_numpy()).all()


def test_rvfd_flags_calls_without_a_dispatch(rvfd: Built) -> None:
    calls = _rvfd_calls(rvfd.export)
    flagged = rvfd.ask("select count(*) as n from flagged_cells where rule = 'time_of_day_missing'")[
        "n"
    ].item()
    without = rvfd.ask(
        "select count(*) as n, count(response_seconds) as measured, count(hour_of_day) as timed"
        " from response_times where received_at is null"
    ).iloc[0]
    assert flagged == without["n"] == calls["received"].isna().sum() == 1_183
    assert (without["measured"], without["timed"]) == (0, 0)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [("matched", "2013", "2018"), ("all", "2010", "2020")],
)
def test_rvfd_headline_is_that_of_pandas(rvfd: Built, period: str, first: str, last: str) -> None:
    printed = rvfd.answer("response_times/headline", f"period={period}")
    spans = printed["period"]
    assert (spans["before"][0][:4], spans["after"][1][:4]) == (first, last)
    calls = _rvfd_calls(rvfd.export)
    for phase in ("before", "after"):
        _agrees(printed[phase], calls[calls["day"].between(*spans[phase])])


def test_rvfd_measures_each_call_as_pandas_does(rvfd: Built) -> None:
    calls = _rvfd_calls(rvfd.export)
    printed = rvfd.ask(
        "select intervention_id, received_at, received_date, response_seconds, first_arrived_at"
        " from response_times"
    )
    printed = printed.set_index("intervention_id").reindex(calls.index)
    assert printed["received_at"].equals(calls["received"].astype(printed["received_at"].dtype))
    assert (printed["received_date"] == calls["day"]).all()
    assert printed["first_arrived_at"].equals(calls["arrived"].astype(printed["first_arrived_at"].dtype))
    assert printed["response_seconds"].astype(float).equals(calls["response"])


def test_rvfd_sees_help_from_other_stations(rvfd: Built) -> None:
    calls = _rvfd_calls(rvfd.export)
    printed = rvfd.ask("select avg((partner_unit_count > 0)::integer) as helped from response_times")
    assert printed["helped"].item() == pytest.approx(calls["helped"].mean(), abs=1e-9)


def test_rvfd_differs_between_periods_though_nothing_happened(rvfd: Built) -> None:
    # The README of the example says so, as a warning against reading a verdict as a cause.
    rows = rvfd.answer("response_times/comparison")["rows"]
    assert {row["statistic"]: row["verdict"] for row in rows}["median"] == "slower"


def test_rvfd_time_in_service_is_the_source_own_word(rvfd: Built) -> None:
    """The source also gives each unit's time from dispatch to clear: the dates filled in agree with it."""
    raw, units = _raw(rvfd.export), _rvfd_deployments(rvfd.export)
    single = units[~units.duplicated(["line", "unit"], keep=False)]
    single = single.dropna(subset=["Unit_Dispatch_Times", "Unit_Clear_Times"])
    stated = pd.Series(
        {
            (line, unit): clock
            for line, cell in raw["Time_In_Service"].items()
            for unit, clock in _entries(cell)
        }
    )
    stated = stated.reindex(pd.MultiIndex.from_frame(single[["line", "unit"]]))
    computed = single["Unit_Clear_Times"] - single["Unit_Dispatch_Times"]
    away = (computed.to_numpy() - stated.to_numpy()).astype("timedelta64[s]").astype(float)
    # A date that is wrong is wrong by a day; what differs by minutes the source itself counted otherwise.
    assert (abs(away) < 3600 * 12).mean() > 0.999
    assert (away == 0).mean() > 0.99
