"""Every figure against a second one, written without SQL and without pandas, and against what must not change it.

The second way reads the lines with datetime and zoneinfo, follows product.md ("Figures and their definitions") and
takes quantiles of type 7 by hand. It shares nothing with the warehouse but the lines of the exports.
"""

import math
import random
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperation.answers.answer import Answer
from cooperation.answers.filters import FilterError, Filters
from cooperation.answers.overview import ASKED_FOR_MUNICIPALITIES
from cooperation.answers.periods import Period
from cooperation.answers.registry import ANSWERS
from cooperation.answers.response_times import ASKED_FOR_A_COMPARISON
from cooperation.warehouse.build import DEFAULT_REFERENCE
from tests.warehouse.exports import (
    EVERYONE,
    Built,
    build_files,
    build_rows,
    deployment,
    deployments_text,
    intervention,
    interventions_text,
)

Lines = list[dict[str, str]]

BRUSSELS = ZoneInfo("Europe/Brussels")
ZONES = {"5381": date(2022, 1, 1), "5382": date(2022, 1, 1)}
TODAY = {"73006": "73110", "73032": "73110", "73110": "73110", "73066": "73066", "73109": "73109"}
CODES = {code: code for code in TODAY} | {
    "Bilzen": "73006",
    "Riemst": "73066",
    "Fourons": "73109",
    "voeren": "73109",
}
NORMS = {"response": 900, "travel": 780}
URGENT = ("0", "1", "2")
LONGEST = 86_400
MINIMUM_SHOWN = 10
STEPS = ("call_handling", "turnout", "travel", "response")


# --- The second way: from lines to calls -------------------------------------------------------------------------


@dataclass(frozen=True)
class Clock:
    """A local time as written; `seconds` in universal time is None where it names no single moment."""

    local: datetime
    seconds: int | None

    @property
    def is_doubtful(self) -> bool:
        return self.seconds is None


def clock(text: str) -> Clock | None:
    for notation in ("%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%Y-%m-%d"):
        try:
            local = datetime.strptime(text.strip(), notation)
        except ValueError:
            continue
        aware = local.replace(tzinfo=BRUSSELS)
        doubtful = aware.utcoffset() != aware.replace(fold=1).utcoffset()
        return Clock(local, None if doubtful else int(aware.timestamp()))
    return None


@dataclass
class Unit:
    unit_id: str | None
    zone: str | None
    assistance: str | None
    dispatched: Clock | None
    departed: Clock | None
    arrived: Clock | None
    cleared: Clock | None


def seconds(moment: Clock | None) -> int | None:
    return None if moment is None else moment.seconds


def earlier(first: Clock | None, second: Clock | None) -> bool:
    one, two = seconds(first), seconds(second)
    return one is not None and two is not None and one < two


def elapsed(first: int | None, last: int | None) -> int | None:
    return None if first is None or last is None or last < first else last - first


def known(values: Iterable[int | None]) -> list[int]:
    return [value for value in values if value is not None]


def unit(line: Mapping[str, str], received: Clock | None, zone: str) -> Unit:
    """Read a unit's line; a time that cannot be is emptied, judged on the times as they were written."""
    dispatched, departed, arrived, cleared = (
        clock(line.get(name, "")) for name in ("dispatched_at", "departed_at", "arrived_at", "cleared_at")
    )
    too_late = seconds(arrived) is not None and seconds(received) is not None
    too_late = too_late and seconds(arrived) - seconds(received) > LONGEST  # type: ignore[operator]
    unit_zone = line.get("unit_zone_code") or None
    assistance = (line.get("assistance") or "").lower()
    if assistance not in ("own", "partner", "lateral", "hycap", "federal"):
        assistance = "own" if unit_zone == zone else "partner" if unit_zone in ZONES else "lateral"
    return Unit(
        line.get("unit_id") or None,
        unit_zone,
        assistance if unit_zone or line.get("assistance") in ("hycap", "federal") else None,
        None if earlier(dispatched, received) else dispatched,
        None if earlier(departed, dispatched) else departed,
        None if earlier(arrived, received) or too_late else arrived,
        None if earlier(cleared, arrived) else cleared,
    )


def first_unit(units: list[Unit]) -> Unit | None:
    """The unit that arrived first; of several in one second the own zone's, then the one that was sent first."""
    arrived = [one for one in units if seconds(one.arrived) is not None]
    if any(one.arrived and one.arrived.is_doubtful for one in units) or not arrived:
        return None
    late = math.inf

    def order(one: Unit) -> tuple[Any, ...]:
        sent, left = seconds(one.dispatched), seconds(one.departed)
        return (
            seconds(one.arrived),
            one.assistance != "own",
            late if sent is None else sent,
            one.unit_id or "~",
            late if left is None else left,
        )

    return min(arrived, key=order)


def call_record(line: Mapping[str, str], unit_lines: Lines) -> dict[str, Any]:
    received = clock(line["received_at"])
    assert received is not None
    day = received.local.date()
    has_time = len(line["received_at"]) > 10
    call = received if has_time else None
    units = [unit(one, call, line["zone_code"]) for one in unit_lines]
    sent_doubtful = any(one.dispatched and one.dispatched.is_doubtful for one in units)
    cleared_doubtful = any(one.cleared and one.cleared.is_doubtful for one in units)
    arrived_doubtful = any(one.arrived and one.arrived.is_doubtful for one in units)
    first = first_unit(units)
    first_sent = min(known(seconds(one.dispatched) for one in units), default=None)
    last_cleared = max(known(seconds(one.cleared) for one in units), default=None)
    arrival = seconds(first.arrived) if first else None
    sent, left = (seconds(first.dispatched), seconds(first.departed)) if first else (None, None)
    recorded = CODES.get(line.get("municipality_nis", ""))
    hour = received.local.hour if has_time else None
    bands = [(22, "night"), (14, "evening"), (6, "day"), (0, "night")]
    return {
        "zone_code": line["zone_code"],
        "phase": "before" if day < ZONES[line["zone_code"]] else "after",
        "municipality_nis": TODAY.get(recorded or ""),
        "recorded_municipality_nis": recorded,
        "priority": line.get("priority") if line.get("priority") in tuple("01234") else None,
        "origin": line.get("origin") or None,
        "received_date": day,
        "received_month": day.replace(day=1),
        "hour_of_day": hour,
        "hour_band": None if hour is None else next(band for start, band in bands if hour >= start),
        "weekday": day.isoweekday(),
        "is_weekend": day.isoweekday() > 5,
        "arrival_is_missing": all(one.arrived is None for one in units),
        "call_handling_seconds": None if sent_doubtful else elapsed(seconds(call), first_sent),
        "turnout_seconds": elapsed(sent, left),
        "travel_seconds": elapsed(sent if left is None else left, arrival),
        "travel_starts_at": "departure" if left is not None else "dispatch" if sent is not None else None,
        "response_seconds": elapsed(seconds(call), arrival),
        "on_scene_seconds": None if cleared_doubtful else elapsed(arrival, last_cleared),
        "first_unit_zone_code": first.zone if first else None,
        "first_unit_assistance": first.assistance if first else None,
        "unit_count": len(units),
        "partner_unit_count": sum(one.assistance == "partner" for one in units),
        "has_uncertain_clock": (call is not None and call.is_doubtful) or sent_doubtful or arrived_doubtful,
    }


def call_records(interventions: Lines, deployments: Lines) -> dict[str, dict[str, Any]]:
    units = defaultdict(list)
    for line in {tuple(line.items()): line for line in deployments}.values():
        units[line["intervention_id"]].append(line)
    lines = {line["intervention_id"]: line for line in interventions}
    return {name: call_record(line, units[name]) for name, line in lines.items()}


# --- The second way: from calls to figures -----------------------------------------------------------------------

Record = dict[str, Any]


def quantile(values: list[int], probability: float) -> float:
    ordered = sorted(values)
    place = (len(ordered) - 1) * probability
    low = int(place)
    return ordered[low] + (place - low) * (ordered[min(low + 1, len(ordered) - 1)] - ordered[low])


def figures(calls: list[Record], measure: str, has_norm: bool = True) -> dict[str, Any]:
    times = known(call[f"{measure}_seconds"] for call in calls)
    norm = NORMS.get(measure) if has_norm else None
    judged = [
        call[f"{measure}_seconds"] <= norm
        for call in calls
        if norm is not None and call["priority"] in URGENT and call[f"{measure}_seconds"] is not None
    ]
    return {
        "intervention_count": len(calls),
        "measured_count": len(times),
        "missing_arrival_share": (
            sum(call["arrival_is_missing"] for call in calls) / len(calls) if calls else math.nan
        ),
        "median_seconds": quantile(times, 0.5) if times else math.nan,
        "p90_seconds": quantile(times, 0.9) if times else math.nan,
        "mean_seconds": math.fsum(times) / len(times) if times else math.nan,
        "share_within_norm": sum(judged) / len(judged) if judged else math.nan,
    }


def chosen(calls: Iterable[Record], filters: Filters) -> list[Record]:
    priorities = filters.priority or URGENT
    origins = filters.origin or ("citizen_call",)
    return [
        call
        for call in calls
        if (not filters.zone_code or call["zone_code"] in filters.zone_code)
        and (
            not filters.municipality_nis
            or {call["municipality_nis"], call["recorded_municipality_nis"]} & set(filters.municipality_nis)
        )
        and ("all" in priorities or call["priority"] in priorities)
        and ("all" in origins or call["origin"] in origins)
    ]


def is_compared(call: Record, period: Period) -> bool:
    span = period.before if call["phase"] == "before" else period.after
    return (
        span.first <= call["received_date"] < span.until
        and call["received_month"] not in period.left_out_months
    )


def second_headline(calls: list[Record], filters: Filters, period: Period) -> Iterator[Record]:
    for phase in ("before", "after"):
        own = [call for call in calls if call["phase"] == phase and is_compared(call, period)]
        starts = [call["travel_starts_at"] for call in own if call["travel_starts_at"] is not None]
        from_dispatch = starts.count("dispatch") / len(starts) if starts else math.nan
        yield (
            {"phase": phase}
            | figures(own, filters.measure)
            | {"travel_from_dispatch_share": from_dispatch if filters.measure == "travel" else math.nan}
        )


def second_monthly(calls: list[Record], filters: Filters, period: Period) -> Iterator[Record]:
    for month in sorted({call["received_month"] for call in calls}):
        own = [call for call in calls if call["received_month"] == month]
        head = {
            "month": month,
            "phase": min(own, key=lambda call: call["received_date"])["phase"],
            "in_comparison": any(is_compared(call, period) for call in own),
        }
        yield head | figures(own, filters.measure)


def second_cumulative(calls: list[Record], filters: Filters, period: Period) -> Iterator[Record]:
    for phase in ("before", "after"):
        own = [call for call in calls if call["phase"] == phase and is_compared(call, period)]
        times = known(call[f"{filters.measure}_seconds"] for call in own)
        for mark in range(0, 3601, 30) if times else ():
            share = sum(time <= mark for time in times) / len(times)
            yield {"phase": phase, "within_seconds": mark, "share": share}


def grouped(group: str, column: str) -> Callable[[list[Record], Filters, Period], Iterator[Record]]:
    def second(calls: list[Record], filters: Filters, period: Period) -> Iterator[Record]:
        source = column
        if group == "municipality_nis" and filters.borders == "recorded":
            source = "recorded_municipality_nis"
        compared = [call for call in calls if is_compared(call, period)]
        # Groups in rising order, the unknown one last.
        for key in sorted({call[source] for call in compared}, key=lambda key: (key is None, key or 0)):
            for phase in ("before", "after"):
                own = [call for call in compared if call[source] == key and call["phase"] == phase]
                if own:
                    yield {group: key, "phase": phase} | figures(own, filters.measure)

    return second


def second_steps(calls: list[Record], filters: Filters, period: Period) -> Iterator[Record]:
    compared = [call for call in calls if is_compared(call, period)]
    for step in STEPS:
        for phase in ("before", "after"):
            own = [call for call in compared if call["phase"] == phase]
            if own:
                yield {"step": step, "phase": phase} | figures(own, step)


SECOND_WAY: dict[str, Callable[[list[Record], Filters, Period], Iterator[Record]]] = {
    "headline": second_headline,
    "monthly": second_monthly,
    "cumulative": second_cumulative,
    "by_priority": grouped("priority", "priority"),
    "by_municipality": grouped("municipality_nis", "municipality_nis"),
    "by_hour": grouped("hour_of_day", "hour_of_day"),
    "by_weekday": grouped("weekday", "weekday"),
    "steps": second_steps,
}


# --- Random lines ------------------------------------------------------------------------------------------------


def written(moment: datetime, notation: str = "%Y-%m-%d %H:%M:%S") -> str:
    return moment.strftime(notation)


def some_lines(seed: int, count: int = 900) -> tuple[Lines, Lines]:
    """Return lines of 2019 to 2024 in which everything that a real export gets wrong goes wrong now and then."""
    draw = random.Random(seed)
    interventions: Lines = []
    deployments: Lines = []
    nights = [datetime(2020, 3, 29), datetime(2021, 10, 31), datetime(2022, 10, 30), datetime(2023, 3, 26)]
    for number in range(count):
        received = datetime(2019, 1, 1) + timedelta(seconds=draw.randrange(6 * 365 * 86_400 + 86_400))
        if draw.random() < 0.05:
            received = draw.choice(nights) + timedelta(seconds=draw.randrange(4 * 3600))
        notation = draw.choice(
            ("%Y-%m-%d %H:%M:%S",) * 8 + ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%Y-%m-%d")
        )
        name = f"I{number}"
        zone = draw.choice(("5381", "5381", "5382"))
        interventions.append(
            intervention(
                name,
                written(received, notation),
                zone_code=zone,
                municipality_nis=draw.choice((*CODES, "", "Luik")),
                priority=draw.choice(("0", "1", "1", "2", "2", "3", "4", "", "7")),
                origin=draw.choice(
                    ("citizen_call", "citizen_call", "citizen_call", "planned", "own_initiative", "")
                ),
            )
        )
        deployments += some_units(draw, name, received)
    deployments += [draw.choice(deployments) for _ in range(20)]
    draw.shuffle(deployments)
    return interventions, deployments


def some_units(draw: random.Random, name: str, received: datetime) -> Lines:
    units = []
    for place in range(draw.choice((0, 1, 1, 1, 2, 3))):
        dispatched = received + timedelta(seconds=draw.randrange(-20, 200))
        departed = dispatched + timedelta(seconds=draw.randrange(-10, 150))
        arrived = departed + timedelta(seconds=int(draw.lognormvariate(6, 1)) - 20)
        if draw.random() < 0.3:
            # In one second with other units, to the minute as some systems write it.
            arrived = received.replace(second=0) + timedelta(minutes=draw.choice((5, 10)))
        if draw.random() < 0.02:
            arrived += timedelta(days=draw.choice((-1, 1, 2)))
        cleared = arrived + timedelta(seconds=draw.randrange(-60, 5000))
        times = {
            "dispatched_at": dispatched,
            "departed_at": departed,
            "arrived_at": arrived,
            "cleared_at": cleared,
        }
        cells = {column: written(moment) if draw.random() < 0.85 else "" for column, moment in times.items()}
        if draw.random() < 0.03:
            cells["arrived_at"] = "soon"
        zone = draw.choice(("5381", "5381", "5382", "9999"))
        assistance = draw.choice(("",) * 8 + ("hycap", "Partner", "own", "friend"))
        units.append(
            deployment(name, unit_id=f"{zone}-{place}", unit_zone_code=zone, assistance=assistance) | cells
        )
    return units


class World:
    """A database and what plain Python makes of the same lines; no dataclass, or a failing test prints it whole."""

    def __init__(self, folder: Path, seed: int) -> None:
        interventions, deployments = some_lines(seed)
        self.built = build_rows(folder, interventions, deployments)
        self.records = call_records(interventions, deployments)


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> list[World]:
    return [World(tmp_path_factory.mktemp("world"), seed) for seed in range(3)]


@pytest.mark.parametrize("seed", range(3))
def test_every_interval_of_every_call_is_what_plain_python_says(worlds: list[World], seed: int) -> None:
    world = worlds[seed]
    assert set(world.built.calls) == set(world.records)
    for name, record in world.records.items():
        found = world.built.calls[name]
        found = found | {"has_uncertain_clock": bool(found["has_uncertain_clock"])}
        assert {column: found[column] for column in record} == record, name


def test_a_flag_is_yes_or_no_for_every_call(worlds: list[World]) -> None:
    flags = ("is_urgent", "is_weekend", "arrival_is_missing", "has_uncertain_clock")
    for flag in flags:
        unknown = [name for name, call in worlds[0].built.calls.items() if call[flag] is None]
        assert unknown == [], flag


def test_random_lines_hold_every_awkward_case(worlds: list[World]) -> None:
    # A twin proves nothing on lines in which nothing goes wrong.
    calls = [call for world in worlds for call in world.records.values()]
    for wanted in (
        lambda call: call["arrival_is_missing"],
        lambda call: call["has_uncertain_clock"] and call["response_seconds"] is None,
        lambda call: call["hour_of_day"] is None,
        lambda call: call["turnout_seconds"] is None and call["travel_seconds"] is not None,
        lambda call: call["call_handling_seconds"] is None and call["response_seconds"] is not None,
        lambda call: call["first_unit_assistance"] == "hycap",
        lambda call: call["first_unit_assistance"] == "partner",
        lambda call: call["priority"] is None,
        lambda call: call["municipality_nis"] is None,
        lambda call: call["on_scene_seconds"] == 0 or call["response_seconds"] == 600,
    ):
        assert sum(map(wanted, calls)) > 5


def choices() -> st.SearchStrategy[Filters]:
    def some(*codes: str) -> st.SearchStrategy[tuple[str, ...]]:
        return st.just(()) | st.lists(st.sampled_from(codes), max_size=2, unique=True).map(tuple)

    return st.builds(
        Filters,
        measure=st.sampled_from(("response", "call_handling", "turnout", "travel", "on_scene")),
        period=st.sampled_from(
            (
                "matched",
                "all",
                "before_covid",
                "2019-03..2020-02/2023-03..2024-02",
                "2021-12..2021-12/2022-12..2022-12",
            )
        ),
        covid=st.sampled_from(("in", "out")),
        borders=st.sampled_from(("merged", "recorded")),
        zone_code=some("5381", "5382"),
        municipality_nis=some("73006", "73110", "73066", "73109"),
        priority=some("0", "1", "2", "3", "all"),
        origin=some("citizen_call", "planned", "all"),
    )


def rows_of(table: pd.DataFrame) -> list[Record]:
    """Return the rows in plain Python: dates as dates, unknown numbers as NaN, unknown names as None."""
    rows = []
    for row in table.to_dict("records"):
        plain = {}
        for name, cell in row.items():
            if isinstance(cell, pd.Timestamp):
                plain[name] = cell.date()
            elif pd.isna(cell):
                plain[name] = math.nan if name.endswith(("_seconds", "_share", "norm", "share")) else None
            else:
                plain[name] = cell
        rows.append(plain)
    return rows


def assert_same_rows(found: list[Record], expected: list[Record]) -> None:
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert list(one) == list(other)
        for name, cell in other.items():
            if isinstance(cell, float):
                assert one[name] == pytest.approx(cell, rel=1e-9, abs=1e-12, nan_ok=True), (name, one, other)
            else:
                assert one[name] == cell, (name, one, other)


@pytest.mark.parametrize("name", SECOND_WAY)
@settings(max_examples=25)
@given(st.integers(0, 2), choices())
def test_a_table_is_what_plain_python_says(
    worlds: list[World], name: str, number: int, filters: Filters
) -> None:
    world = worlds[number]
    answer = ANSWERS[f"response_times/{name}"](world.built.evidence, filters)
    calls = chosen(world.records.values(), filters)
    assert_same_rows(rows_of(answer.table), list(SECOND_WAY[name](calls, filters, answer.period)))


def test_every_answer_of_response_times_has_a_second_way() -> None:
    names = {name.split("/")[1] for name in ANSWERS if name.startswith("response_times/")}
    # The comparison is statistics: held below, and by the tests of cooperation.statistics. What stands behind it is
    # held in worlds whose truth is known.
    behind = {"three_steps", "kinds_of_calls", "trend", "invented_starts", "control_chart", "pooled"}
    assert names == set(SECOND_WAY) | {"comparison"} | behind


@settings(max_examples=20)
@given(st.integers(0, 2), choices())
def test_the_comparison_stands_on_the_headline(worlds: list[World], number: int, filters: Filters) -> None:
    evidence = worlds[number].built.evidence
    compared = ANSWERS["response_times/comparison"](evidence, filters).table.set_index("statistic")
    phases = ANSWERS["response_times/headline"](evidence, filters).table.set_index("phase")
    assert list(compared.index) == ["median", "p90", "share_within_norm"]
    columns = {"median": "median_seconds", "p90": "p90_seconds", "share_within_norm": "share_within_norm"}
    for statistic, column in columns.items():
        row = compared.loc[statistic]
        for phase in ("before", "after"):
            # Too few to be shown is unknown here; the headline still counts them.
            shown = row[f"{phase}_count"] >= MINIMUM_SHOWN
            expected = phases.loc[phase, column] if shown else math.nan
            assert row[phase] == pytest.approx(expected, nan_ok=True)
            low, high = row[f"{phase}_low"], row[f"{phase}_high"]
            assert not (low > row[phase] or high < row[phase])
            if statistic != "share_within_norm":
                assert row[f"{phase}_count"] == phases.loc[phase, "measured_count"]
        assert row["difference"] == pytest.approx(row["after"] - row["before"], nan_ok=True, abs=1e-9)
        assert row["design_effect"] >= 1
        assert not (row["low"] > row["difference"] or row["high"] < row["difference"])


# --- Parts add up to the whole -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["by_priority", "by_municipality", "by_hour", "by_weekday"])
@pytest.mark.parametrize("filters", [Filters(), EVERYONE, EVERYONE.with_(borders="recorded", covid="out")])
def test_groups_add_up_to_the_headline(worlds: list[World], name: str, filters: Filters) -> None:
    evidence = worlds[0].built.evidence
    groups = ANSWERS[f"response_times/{name}"](evidence, filters).table
    whole = ANSWERS["response_times/headline"](evidence, filters).table.set_index("phase")
    for column in ("intervention_count", "measured_count"):
        assert groups.groupby("phase")[column].sum().to_dict() == whole[column].to_dict()


def test_months_in_the_comparison_add_up_to_the_headline(worlds: list[World]) -> None:
    evidence = worlds[0].built.evidence
    months = ANSWERS["response_times/monthly"](evidence, EVERYONE).table
    whole = ANSWERS["response_times/headline"](evidence, EVERYONE).table.set_index("phase")
    compared = months[months["in_comparison"]].groupby("phase")["intervention_count"].sum()
    assert compared.to_dict() == whole["intervention_count"].to_dict()
    assert months["intervention_count"].sum() == len(worlds[0].records)


def test_what_is_asked_together_is_what_is_asked_one_by_one(worlds: list[World]) -> None:
    names = (*ASKED_FOR_A_COMPARISON, *ASKED_FOR_MUNICIPALITIES)
    for world in worlds:
        together = world.built.evidence.ask_together(names, Filters())
        assert [answer.name for answer in together] == list(names)
        for answer in together:
            alone = world.built.evidence.ask(answer.name, Filters())
            pd.testing.assert_frame_equal(answer.table, alone.table)
            assert (answer.sql, answer.parameters) == (alone.sql, alone.parameters)


def test_a_choice_that_cannot_be_is_refused_also_where_much_is_asked_together(worlds: list[World]) -> None:
    with pytest.raises(FilterError, match="nowhere"):
        worlds[0].built.evidence.ask_together(ASKED_FOR_A_COMPARISON, Filters(zone_code=("nowhere",)))


def test_an_answer_carries_its_sql_and_exactly_the_values_that_it_binds(worlds: list[World]) -> None:
    for name, function in ANSWERS.items():
        answer = function(worlds[0].built.evidence, Filters())
        assert answer.name == name
        for parameter in answer.parameters:
            # Of an answer made of others a value says behind its name which of them it is bound in.
            assert f"${parameter.split(' (')[0]}" in answer.sql


# --- What must change no figure ----------------------------------------------------------------------------------


def clean_lines(seed: int, count: int = 250) -> tuple[Lines, Lines]:
    """Return lines of which no clock is near a border (hour, clock change), so that a shift moves none across."""
    draw = random.Random(seed)
    interventions: Lines = []
    deployments: Lines = []
    for number in range(count):
        received = datetime(2020, 1, 1) + timedelta(days=draw.randrange(4 * 365))
        received += timedelta(
            hours=draw.randrange(5, 21), minutes=draw.randrange(10), seconds=draw.randrange(50)
        )
        name = f"I{number}"
        cells = {"priority": draw.choice(URGENT), "municipality_nis": draw.choice(tuple(TODAY))}
        interventions.append(
            intervention(name, written(received), zone_code=draw.choice(tuple(ZONES)), **cells)
        )
        for place in range(draw.choice((0, 1, 2))):
            handled, left, arrived, cleared = sorted(draw.randrange(2000) for _ in range(4))
            times = {
                "dispatched_at": handled,
                "departed_at": left,
                "arrived_at": arrived,
                "cleared_at": cleared,
            }
            deployments.append(
                deployment(name, unit_id=f"U{place}", unit_zone_code=draw.choice(tuple(ZONES)))
                | {column: written(received + timedelta(seconds=delay)) for column, delay in times.items()}
            )
    return interventions, deployments


def all_figures(built: Built, filters: Filters = EVERYONE) -> dict[str, list[Record]]:
    """Return the rows of every answer of response times; the overview's cells are those of the comparison."""
    names = [name for name in ANSWERS if name.startswith("response_times/")]
    return {name: rows_of(ANSWERS[name](built.evidence, filters).table) for name in names}


def doubtful_cells(built: Built) -> Counter[tuple[str, ...]]:
    """Return how many cells were refused, emptied or warned about by each rule, in whatever file they stand."""
    rejects, flagged = (
        ANSWERS[f"data_quality/{name}"](built.evidence, EVERYONE).table
        for name in ("rejects", "flagged_cells")
    )
    counts: Counter[tuple[str, ...]] = Counter()
    for row in rejects.assign(action="reject", cell_count=1).to_dict("records") + flagged.to_dict("records"):
        counts[tuple(str(row[name]) for name in ("action", "data_set", "rule", "column_name"))] += row[
            "cell_count"
        ]
    return counts


def assert_same_figures(one: Built, other: Built) -> None:
    expected = all_figures(other)
    for name, rows in all_figures(one).items():
        assert_same_rows(rows, expected[name])
    assert doubtful_cells(one) == doubtful_cells(other)


def shifted(lines: Lines, change: Callable[[str, str], str]) -> Lines:
    return [
        {name: change(name, cell) if name.endswith("_at") else cell for name, cell in line.items()}
        for line in lines
    ]


@settings(max_examples=2)
@given(st.integers(0, 1_000_000))
def test_shuffled_split_and_renamed_exports_give_the_same_figures(seed: int) -> None:
    interventions, deployments = some_lines(seed, 250)
    draw = random.Random(seed + 1)
    with TemporaryDirectory() as folder:
        plain = build_rows(Path(folder, "plain"), interventions, deployments)
        calls, units = (
            draw.sample(interventions, len(interventions)),
            draw.sample(deployments, len(deployments)),
        )
        cut, other = draw.randrange(len(calls)), draw.randrange(len(units))
        split = build_files(
            Path(folder, "split"),
            {
                "z/a.csv": interventions_text(calls[:cut]),
                "a.csv": interventions_text(calls[cut:], "\t"),
                "m.csv": deployments_text(units[:other], ","),
                "b.csv": deployments_text(units[other:]),
            },
        )
        assert split.calls == plain.calls
        assert_same_figures(split, plain)
        names = {line["intervention_id"]: f"{draw.random()}" for line in interventions}
        renamed = [
            [line | {"intervention_id": names[line["intervention_id"]]} for line in lines]
            for lines in (interventions, deployments)
        ]
        assert_same_figures(build_rows(Path(folder, "renamed"), *renamed), plain)


@settings(max_examples=2)
@given(st.integers(0, 1_000_000), st.integers(1, 8))
def test_adding_one_to_every_clock_changes_no_figure(seed: int, added: int) -> None:
    def later(_: str, cell: str) -> str:
        moment = clock(cell)
        return written(moment.local + timedelta(seconds=added)) if moment else cell

    lines = clean_lines(seed)
    with TemporaryDirectory() as folder:
        plain = build_rows(Path(folder, "plain"), *lines)
        assert sum(call["response_seconds"] is not None for call in plain.calls.values()) > 50
        assert_same_figures(
            build_rows(Path(folder, "later"), *(shifted(part, later) for part in lines)), plain
        )


@settings(max_examples=2)
@given(st.integers(0, 1_000_000))
def test_doubling_every_interval_doubles_every_time(seed: int) -> None:
    interventions, deployments = clean_lines(seed)
    received = {line["intervention_id"]: clock(line["received_at"]) for line in interventions}

    def twice_as_long(line: dict[str, str]) -> dict[str, str]:
        call = received[line["intervention_id"]]
        assert call is not None and call.seconds is not None
        stretched = {}
        for name, cell in line.items():
            moment = clock(cell) if name.endswith("_at") else None
            if moment is None or moment.seconds is None:
                continue
            instant = datetime.fromtimestamp(2 * moment.seconds - call.seconds, UTC)
            stretched[name] = written(instant.astimezone(BRUSSELS).replace(tzinfo=None))
        return line | stretched

    with TemporaryDirectory() as folder:
        plain = build_rows(Path(folder, "plain"), interventions, deployments)
        doubled = build_rows(
            Path(folder, "doubled"), interventions, [twice_as_long(line) for line in deployments]
        )
        times = ("median_seconds", "p90_seconds", "mean_seconds")
        for measure in ("response", "call_handling", "turnout", "travel", "on_scene"):
            filters = EVERYONE.with_(measure=measure)
            for name in (
                "headline",
                "monthly",
                "by_priority",
                "by_municipality",
                "by_hour",
                "by_weekday",
                "steps",
            ):
                single, double = (
                    ANSWERS[f"response_times/{name}"](built.evidence, filters).table
                    for built in (plain, doubled)
                )
                assert single["measured_count"].tolist() == double["measured_count"].tolist()
                for column in times:
                    expected = [2 * time for time in single[column]]
                    assert double[column].tolist() == pytest.approx(expected, rel=1e-12, nan_ok=True)


# --- Comparisons that must be refused, and one that must not -----------------------------------------------------


def steady_calls(
    first: date, last: date, response_seconds: Callable[[date, int], int], per_day: int = 1
) -> tuple[Lines, Lines]:
    """Return calls of every day in a span, at noon and after, each with one unit."""
    interventions, deployments = [], []
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        for place in range(per_day):
            name = f"{day} {place}"
            received = datetime(day.year, day.month, day.day, 12, place)
            arrived = received + timedelta(seconds=response_seconds(day, place + offset))
            interventions.append(intervention(name, written(received)))
            deployments.append(deployment(name, written(arrived)))
    return interventions, deployments


def compare(built: Built, filters: Filters | None = None) -> pd.Series:
    answer: Answer = ANSWERS["response_times/comparison"](built.evidence, filters or Filters())
    return answer.table.set_index("statistic").loc["median"]


def judged(row: pd.Series) -> tuple[str, list[str]]:
    return row["verdict"], list(row["reasons"])


def slow_before(day: date, place: int) -> int:
    return (600 if day.year < 2022 else 400) + 37 * place % 101


@pytest.fixture(scope="module")
def faster_lines() -> tuple[Lines, Lines]:
    return steady_calls(date(2020, 1, 1), date(2023, 12, 31), slow_before)


@pytest.fixture(scope="module")
def faster(tmp_path_factory: pytest.TempPathFactory, faster_lines: tuple[Lines, Lines]) -> Built:
    return build_rows(tmp_path_factory.mktemp("faster"), *faster_lines)


def test_two_hundred_seconds_less_every_day_is_faster(faster: Built) -> None:
    row = compare(faster)
    assert judged(row) == ("faster", [])
    assert row["difference"] == pytest.approx(-200, abs=2)
    assert row["high"] < 0


def test_leaving_the_covid_months_out_on_both_sides_stays_comparable(faster: Built) -> None:
    # The same calendar months fall away on both sides, so no season weighs more on one of them.
    row = compare(faster, Filters(covid="out"))
    assert judged(row) == ("faster", [])


def test_a_quarter_that_no_export_holds_makes_it_not_comparable(
    tmp_path: Path, faster_lines: tuple[Lines, Lines]
) -> None:
    # A file that was never dropped: June to August lie on one side only, though first and last day are there.
    def is_there(name: str) -> bool:
        day = date.fromisoformat(name.split()[0])
        return not (day.year >= 2022 and day.month in (6, 7, 8))

    lines = [[line for line in part if is_there(line["intervention_id"])] for part in faster_lines]
    row = compare(build_rows(tmp_path, *lines))
    assert row["verdict"] == "not_comparable"
    assert "months_not_matched" in row["reasons"]


def test_a_changed_definition_within_the_windows_makes_it_not_comparable(
    tmp_path: Path, faster: Built
) -> None:
    shutil.copytree(DEFAULT_REFERENCE, tmp_path / "reference")
    with (tmp_path / "reference" / "events.csv").open("a", encoding="utf-8") as file:
        file.write("new_codes,2022-09-01,,definition_change,,nieuwe codes,nouveaux codes,new codes,test\n")
    exports = tmp_path / "exports"
    shutil.copytree(faster.pointer.parent / "exports", exports)
    row = compare(build_files(tmp_path, {}))
    assert judged(row) == ("not_comparable", ["definition_changed"])


def test_many_more_missing_arrivals_make_it_not_comparable(
    tmp_path: Path, faster_lines: tuple[Lines, Lines]
) -> None:
    interventions, deployments = faster_lines
    kept = [line for n, line in enumerate(deployments) if line["intervention_id"] < "2022" or n % 10]
    row = compare(build_rows(tmp_path, interventions, kept))
    assert judged(row) == ("not_comparable", ["completeness_changed"])


def test_no_common_calendar_months_are_never_called_slower(tmp_path: Path) -> None:
    # As in a published set of 3.5 months before and 2.5 after: the median rises, and that is season.
    lines = steady_calls(
        date(2021, 9, 15), date(2022, 3, 15), lambda day, n: (500 if day.year < 2022 else 700) + n % 7, 3
    )
    row = compare(build_rows(tmp_path, *lines))
    assert judged(row) == ("not_comparable", ["no_matching_months"])


def test_an_export_of_one_side_gives_no_figure_for_the_other(tmp_path: Path) -> None:
    lines = steady_calls(date(2022, 1, 1), date(2022, 3, 31), lambda *_: 600)
    built = build_rows(tmp_path, *lines)
    row = compare(built)
    assert row["verdict"] == "not_comparable"
    assert math.isnan(row["before"]) and row["before_count"] == 0
    for name, function in ANSWERS.items():
        assert isinstance(function(built.evidence, Filters()).table, pd.DataFrame), name


def test_a_choice_without_calls_answers_everything_with_nothing(tmp_path: Path) -> None:
    built = build_rows(tmp_path, [intervention("A", "2023-06-10 12:00:00", zone_code="5381")], [])
    of_calls = [name for name in ANSWERS if name.split("/")[0] in ("overview", "response_times")]
    for name in of_calls:
        table = ANSWERS[name](built.evidence, Filters(zone_code=("5382",))).table
        for column in table.columns.intersection(["intervention_count", "measured_count"]):
            assert table[column].sum() == 0
        for column in table.columns.intersection(["median_seconds", "share_within_norm", "median", "before"]):
            assert table[column].isna().all()
