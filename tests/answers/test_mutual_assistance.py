"""Help between the zones: hand-written rows that say why they count, a second way in plain Python, and other worlds.

The second way shares the reading of lines with that of the response times, and nothing with the warehouse.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperation.answers.filters import Filters
from cooperation.answers.periods import Period
from cooperation.answers.registry import ANSWERS
from tests.answers.test_response_times import (
    Lines,
    Record,
    Unit,
    call_records,
    choices,
    chosen,
    clock,
    elapsed,
    is_compared,
    known,
    quantile,
    seconds,
    some_lines,
    unit,
)
from tests.warehouse.exports import Built, build_rows, deployment, intervention, settings_text

ZONES = ("5381", "5382")
YEAR = Filters(period="2021-01..2021-12/2022-01..2022-12")
WHOLE = YEAR.with_(priority=("all",), origin=("all",))


def rows(built: Built, answer: str, filters: Filters = YEAR) -> list[Record]:
    table = ANSWERS[f"mutual_assistance/{answer}"](built.evidence, filters).table
    return [
        {name: None if not isinstance(cell, tuple) and pd.isna(cell) else cell for name, cell in row.items()}
        for row in table.to_dict("records")
    ]


def one(found: Iterable[Record], **wanted: object) -> Record:
    """Return the only row with these cells."""
    matching = [row for row in found if all(row[name] == cell for name, cell in wanted.items())]
    assert len(matching) == 1, matching
    return matching[0]


# --- Hand-written rows -------------------------------------------------------------------------------------------

HAND_WRITTEN: list[tuple[dict[str, str], list[dict[str, str]], str]] = []


def call(why: str, number: int, units: list[dict[str, str]], day: str = "2022-03-10", **cells: str) -> None:
    name = f"C{number}"
    line = intervention(name, f"{day} 10:00:00", **cells)
    times = ("dispatched_at", "departed_at", "arrived_at", "cleared_at")
    sent = [
        deployment(
            name,
            **{
                column: f"{day} {text}" if column in times and text else text
                for column, text in ({"unit_id": f"U{place}", "arrived_at": ""} | cells_of_unit).items()
            },
        )
        for place, cells_of_unit in enumerate(units)
    ]
    HAND_WRITTEN.append((line, sent, why))


OWN = {"unit_zone_code": "5381", "arrived_at": "10:09:00"}
PARTNER = {"unit_zone_code": "5382"}
call("only the own zone came", 1, [OWN])
call(
    "the other zone was first by four minutes, from 10:01 to 10:31",
    2,
    [OWN, PARTNER | {"dispatched_at": "10:01:00", "arrived_at": "10:05:00", "cleared_at": "10:31:00"}],
)
call("in the same second the own zone counts as first", 3, [PARTNER | {"arrived_at": "10:09:00"}, OWN])
call("two units of the other zone are one intervention", 4, [PARTNER | {"arrived_at": "10:02:00"}, PARTNER])
call("a unit without arrival came, but nobody was first", 5, [PARTNER, OWN | {"arrived_at": ""}])
call("the zone of one unit is not known: perhaps the other's", 6, [OWN, {"unit_zone_code": ""}])
call("no unit is recorded: nobody knows who went", 7, [])
call("the national reserve is no help between zones", 8, [OWN, PARTNER | {"assistance": "hycap"}])
call("a neighbour is neither own nor partner", 9, [{"unit_zone_code": "5390", "arrived_at": "10:04:00"}])
call("the federal police, its zone not named", 10, [OWN, {"unit_zone_code": "", "assistance": "federal"}])
call("partner as recorded, from an unknown zone", 11, [OWN, {"unit_zone_code": "", "assistance": "partner"}])
call(
    "departed where no dispatch is known: ten minutes; never cleared: unknown",
    12,
    [
        PARTNER | {"departed_at": "10:20:00", "cleared_at": "10:30:00"},
        PARTNER | {"dispatched_at": "10:01:00"},
    ],
    origin="planned",
    priority="4",
)
call(
    "before the start, in the other direction",
    13,
    [OWN],
    "2021-03-10",
    zone_code="5382",
    municipality_nis="73109",
)


@pytest.fixture(scope="module")
def hand_written(tmp_path_factory: pytest.TempPathFactory) -> Built:
    lines = [line for line, _, _ in HAND_WRITTEN]
    units = [one for _, sent, _ in HAND_WRITTEN for one in sent]
    return build_rows(tmp_path_factory.mktemp("hand"), lines, units)


def test_help_of_both_directions_by_hand(hand_written: Built) -> None:
    found = rows(hand_written, "flows")
    urgent = one(found, from_zone_code="5382", to_zone_code="5381", urgency="urgent", phase="after")
    # Calls 2, 3, 4 and 5; two units in 4; first in 2 and 4; only in 2 are both ends of the time known.
    assert (urgent["call_count"], urgent["intervention_count"], urgent["deployment_count"]) == (11, 4, 5)
    # Of 6 and 7 nobody knows whether the other zone came.
    assert (urgent["partner_known_count"], urgent["share_of_calls"]) == (9, 4 / 9)
    assert (urgent["first_on_scene_count"], urgent["unit_seconds"], urgent["unknown_time_count"]) == (
        2,
        1800,
        4,
    )
    planned = one(found, from_zone_code="5382", to_zone_code="5381", urgency="planned", phase="after")
    assert (planned["deployment_count"], planned["unit_seconds"], planned["unknown_time_count"]) == (
        2,
        600,
        1,
    )
    back = one(found, from_zone_code="5381", to_zone_code="5382", urgency="urgent", phase="before")
    assert (back["call_count"], back["intervention_count"], back["share_of_calls"]) == (1, 1, 1.0)
    nameless = one(found, from_zone_code=None, to_zone_code="5381", urgency="urgent", phase="after")
    assert (nameless["intervention_count"], nameless["unit_seconds"], nameless["unknown_time_count"]) == (
        1,
        None,
        1,
    )


def test_a_direction_without_help_is_there_with_nothing(hand_written: Built) -> None:
    # Call 13 was in 5382, before; nobody of 5381 being its own, only the other direction was looked for, and found.
    routine = rows(hand_written, "flows", YEAR.with_(municipality_nis=("73066",), priority=("1",)))
    assert {(row["from_zone_code"], row["phase"]) for row in routine} == {("5382", "after"), (None, "after")}
    after = one(rows(hand_written, "balance"), zone_code="5381", other_zone_code="5382", phase="after")
    assert (after["given_intervention_count"], after["given_unit_seconds"]) == (0, 0)


def test_the_balance_is_given_less_received_by_hand(hand_written: Built) -> None:
    found = rows(hand_written, "balance")
    voeren = one(found, zone_code="5382", phase="after")
    # Given in calls 2, 3, 4, 5 and 12: 1800 + 600 seconds are known, five units' time is not.
    assert voeren["given_intervention_count"] == voeren["balance_intervention_count"] == 5
    assert (voeren["given_unit_seconds"], voeren["given_unknown_time_count"]) == (2400, 5)
    assert one(found, zone_code="5382", phase="before")["balance_intervention_count"] == -1
    # A chosen municipality asks for its zone as a whole, a chosen zone for its own row.
    assert {
        row["zone_code"] for row in rows(hand_written, "balance", YEAR.with_(municipality_nis=("73109",)))
    } == {"5382"}


def test_shares_count_what_is_known_by_hand(hand_written: Built) -> None:
    month = one(rows(hand_written, "monthly"), is_total=True, phase="after")
    # All but 6 (zone of a unit unknown) and 7 (no unit); of the eleven urgent ones 2, 3, 4, 5 and 11 had help.
    assert (month["intervention_count"], month["partner_known_count"], month["partner_sent_count"]) == (
        11,
        9,
        5,
    )
    # First: 2 and 4 of the other zone; nobody knows in 5 and 7.
    assert (month["first_known_count"], month["partner_first_count"]) == (9, 2)
    # The own zone was not in 4 and 9; in 6 it was, whoever the other was.
    assert (month["own_known_count"], month["own_sent_count"]) == (10, 8)


def test_help_from_elsewhere_is_never_help_between_zones(hand_written: Built) -> None:
    found = rows(hand_written, "other_help")
    counted = {
        (row["assistance"], row["to_zone_code"]): row["intervention_count"]
        for row in found
        if row["phase"] == "after"
    }
    assert counted == {("lateral", "5381"): 1, ("hycap", "5381"): 1, ("federal", "5381"): 1}
    # The reserve sent a unit of 5382: said beside it, and not added to what 5382 gave.
    assert one(found, assistance="hycap", phase="after")["of_a_zone_count"] == 1


def test_time_gained_counts_only_where_both_arrived(hand_written: Built) -> None:
    against_own = one(rows(hand_written, "time_gained"), comparison="against_own_unit", phase="after")
    # Of 2 and 4 the own zone only arrived in 2: one call is not enough to show a median.
    assert (against_own["call_count"], against_own["compared_count"]) == (2, 1)
    assert (against_own["gained_seconds"], against_own["reason"]) == (None, "too_few_data")


# --- The second way ----------------------------------------------------------------------------------------------


def with_unknown_zones(lines: Lines, seed: int) -> Lines:
    """Return the same units, some of an unknown zone: without a kind of help, or of the reserve."""
    draw = random.Random(seed)
    return [
        line | {"unit_zone_code": ""} if line["assistance"] in ("", "hycap") and draw.random() < 0.1 else line
        for line in lines
    ]


class World:
    """A database and what plain Python makes of the same lines; no dataclass, or a failing test prints it whole."""

    def __init__(self, folder: Path, seed: int) -> None:
        interventions, deployments = some_lines(seed)
        deployments = with_unknown_zones(deployments, seed)
        self.built = build_rows(folder, interventions, deployments)
        units: dict[str, list[Unit]] = defaultdict(list)
        lines = {line["intervention_id"]: line for line in interventions}
        for line in {tuple(line.items()): line for line in deployments}.values():
            about = lines[line["intervention_id"]]
            received = clock(about["received_at"]) if len(about["received_at"]) > 10 else None
            units[line["intervention_id"]].append(unit(line, received, about["zone_code"]))
        records = call_records(interventions, deployments)
        self.calls = [record | told(units[name], record) for name, record in records.items()]


def told(units: list[Unit], record: Record) -> Record:
    kinds = [one.assistance for one in units]
    unsure = None if not units or None in kinds else False
    urgent = record["priority"] in ("0", "1", "2")
    return {
        "units": units,
        "partner_sent": True if "partner" in kinds else unsure,
        "own_sent": True if "own" in kinds else unsure,
        "partner_first": (
            None if record["first_unit_assistance"] is None else record["first_unit_assistance"] == "partner"
        ),
        "urgency": "planned" if record["origin"] == "planned" else "urgent" if urgent else "other",
    }


def unit_seconds(one: Unit) -> int | None:
    start = seconds(one.dispatched)
    return elapsed(seconds(one.departed) if start is None else start, seconds(one.cleared))


def helpers(calls: list[Record], assistance: str, zone: str | None = None) -> Iterator[tuple[int, Unit]]:
    for place, found in enumerate(calls):
        for one in found["units"]:
            if one.assistance == assistance and (zone is None or one.zone == zone):
                yield place, one


def time_of(units: list[Unit]) -> dict[str, Any]:
    times = [unit_seconds(one) for one in units]
    return {
        "unit_seconds": sum(known(times)) if known(times) or not units else None,
        "unknown_time_count": times.count(None),
    }


def shares(calls: list[Record]) -> Record:
    summary: Record = {"intervention_count": len(calls)}
    for name, prefix in (("partner_sent", "partner"), ("partner_first", "first"), ("own_sent", "own")):
        answers = [found[name] for found in calls if found[name] is not None]
        summary[f"{prefix}_known_count"] = len(answers)
        summary[f"{name}_count"] = sum(answers)
        summary[f"{name}_share"] = sum(answers) / len(answers) if answers else None
    return summary


def all_work(filters: Filters) -> Filters:
    return filters.with_(priority=filters.priority or ("all",), origin=filters.origin or ("all",))


def compared(calls: Iterable[Record], filters: Filters, period: Period) -> list[Record]:
    return [found for found in chosen(calls, filters) if is_compared(found, period)]


def of_phase(calls: list[Record], phase: str) -> list[Record]:
    return [found for found in calls if found["phase"] == phase]


def second_flows(calls: list[Record], filters: Filters, period: Period) -> Iterator[Record]:
    counted = compared(calls, all_work(filters), period)
    for to in ZONES:
        there = [one for one in counted if one["zone_code"] == to]
        # Also what an export calls help between the zones, though the unit is the zone's own or a stranger's.
        origins = {zone for zone in ZONES if zone != to} | {one.zone for _, one in helpers(there, "partner")}
        for origin in origins if there else ():
            for urgency in ("urgent", "planned", "other"):
                for phase in ("before", "after"):
                    own = [one for one in of_phase(there, phase) if one["urgency"] == urgency]
                    sent = list(helpers(own, "partner", origin))
                    helped = len({place for place, _ in sent})
                    of_known = sum(one["partner_sent"] is not None for one in own)
                    if own:
                        yield {
                            "from_zone_code": origin,
                            "to_zone_code": to,
                            "urgency": urgency,
                            "phase": phase,
                            "call_count": len(own),
                            "partner_known_count": of_known,
                            "intervention_count": helped,
                            "share_of_calls": helped / of_known if of_known else None,
                            "deployment_count": len(sent),
                            **time_of([one for _, one in sent]),
                        }


def second_balance(calls: list[Record], filters: Filters, period: Period) -> Iterator[Record]:
    wide = all_work(filters).with_(zone_code=(), municipality_nis=())
    zones = set(filters.zone_code)
    if not zones:
        zones = {"5382" if code == "73109" else "5381" for code in filters.municipality_nis}
    for zone, other in (ZONES, ZONES[::-1]):
        for phase in ("before", "after") if not zones or zone in zones else ():
            counted = of_phase(compared(calls, wide, period), phase)
            row: Record = {"zone_code": zone, "other_zone_code": other, "phase": phase}
            for name, to, origin in (("given", other, zone), ("received", zone, other)):
                sent = list(helpers([one for one in counted if one["zone_code"] == to], "partner", origin))
                row[f"{name}_intervention_count"] = len({place for place, _ in sent})
                row |= {f"{name}_{part}": value for part, value in time_of([one for _, one in sent]).items()}
            for part in ("intervention_count", "unit_seconds"):
                ends = row[f"given_{part}"], row[f"received_{part}"]
                row[f"balance_{part}"] = None if None in ends else ends[0] - ends[1]
            yield row


def second_monthly(calls: list[Record], filters: Filters, period: Period) -> Iterator[Record]:
    selected = chosen(calls, filters)
    border = "recorded_municipality_nis" if filters.borders == "recorded" else "municipality_nis"
    places = sorted({one[border] for one in selected}, key=lambda code: (code is None, code or ""))
    for is_total, place in ((True, None), *((False, code) for code in places)):
        here = [one for one in selected if is_total or one[border] == place]
        for month in sorted({one["received_month"] for one in here}):
            own = [one for one in here if one["received_month"] == month]
            yield {
                "month": pd.Timestamp(month),
                "is_total": is_total,
                "municipality_nis": place,
                "phase": min(own, key=lambda one: one["received_date"])["phase"],
                "in_comparison": any(is_compared(one, period) for one in own),
                **shares(own),
            }


def second_nights(calls: list[Record], filters: Filters, period: Period) -> Iterator[Record]:
    counted = compared(calls, filters, period)
    for is_weekend in (False, True):
        for band in ("night", "day", "evening", None):
            for phase in ("before", "after"):
                own = [
                    one
                    for one in of_phase(counted, phase)
                    if (one["hour_band"], one["is_weekend"]) == (band, is_weekend)
                ]
                if own:
                    yield {"hour_band": band, "is_weekend": is_weekend, "phase": phase, **shares(own)}


def second_other_help(calls: list[Record], filters: Filters, period: Period) -> Iterator[Record]:
    counted = compared(calls, all_work(filters), period)
    for kind in ("lateral", "hycap", "federal"):
        for zone in ZONES:
            for phase in ("before", "after"):
                own = [one for one in of_phase(counted, phase) if one["zone_code"] == zone]
                sent = list(helpers(own, kind))
                if own:
                    yield {
                        "assistance": kind,
                        "to_zone_code": zone,
                        "phase": phase,
                        "call_count": len(own),
                        "intervention_count": len({place for place, _ in sent}),
                        "deployment_count": len(sent),
                        "of_a_zone_count": sum(one.zone in ZONES for _, one in sent),
                        **time_of([one for _, one in sent]),
                    }


def second_comparison(calls: list[Record], filters: Filters, period: Period) -> Iterator[Record]:
    counted = compared(calls, filters, period)
    for name in ("partner_sent", "partner_first", "own_sent"):
        yield {"statistic": name} | sides(counted, name)


def second_identity(calls: list[Record], filters: Filters, period: Period) -> Iterator[Record]:
    counted = compared(calls, filters, period)
    border = "recorded_municipality_nis" if filters.borders == "recorded" else "municipality_nis"
    for place in sorted({one[border] for one in counted if one[border]}):
        for name in ("own_sent", "partner_sent"):
            own = [one for one in counted if one[border] == place]
            yield {"municipality_nis": place, "statistic": name} | sides(own, name)


def sides(calls: list[Record], name: str) -> Record:
    row: Record = {}
    for phase in ("before", "after"):
        answers = known(found[name] for found in of_phase(calls, phase))
        row[f"{phase}_count"] = len(answers)
        row[phase] = sum(answers) / len(answers) if len(answers) >= 10 else None
    return row


def second_time_gained(calls: list[Record], filters: Filters, period: Period) -> Iterator[Record]:
    for phase in ("before", "after"):
        first = [one for one in of_phase(compared(calls, filters, period), phase) if one["partner_first"]]
        gains = []
        for found in first:
            arrived = [(one.assistance, seconds(one.arrived)) for one in found["units"]]
            own = [moment for kind, moment in arrived if kind == "own" and moment is not None]
            if own:
                gains.append(min(own) - min(known(moment for _, moment in arrived)))
        yield {
            "comparison": "against_own_unit",
            "phase": phase,
            "call_count": len(first),
            "compared_count": len(gains),
            "gained_seconds": quantile(gains, 0.5) if len(gains) >= 10 else None,
        }


def second_comparable(calls: list[Record], filters: Filters, period: Period) -> Iterator[Record]:
    """One row per phase and side: how many calls, and the sum of their response times."""
    for phase in ("before", "after"):
        timed = [
            one
            for one in of_phase(compared(calls, filters, period), phase)
            if one["response_seconds"] is not None
        ]
        kinds = {kind_of(one) for one in timed if one["partner_first"]}
        for is_first in (False, True):
            own = [
                one["response_seconds"]
                for one in timed
                if kind_of(one) in kinds
                and (one["partner_first"] if is_first else one["partner_sent"] is False)
            ]
            if own:
                yield {"phase": phase, "partner_is_first": is_first, "calls": len(own), "sum": sum(own)}


def kind_of(found: Record) -> tuple[Any, ...]:
    return tuple(found[name] for name in ("priority", "municipality_nis", "hour_band", "is_weekend"))


SECOND_WAY: dict[str, Callable[[list[Record], Filters, Period], Iterator[Record]]] = {
    "flows": second_flows,
    "balance": second_balance,
    "monthly": second_monthly,
    "nights_and_weekends": second_nights,
    "other_help": second_other_help,
    "comparison": second_comparison,
    "identity_kept": second_identity,
    "time_gained": second_time_gained,
}


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> list[World]:
    return [World(tmp_path_factory.mktemp("world"), seed) for seed in range(2)]


def agrees(found: list[Record], expected: list[Record]) -> None:
    key = (
        "comparison",
        "is_estimate",
        "zone_code",
        "from_zone_code",
        "to_zone_code",
        "assistance",
        "statistic",
    )
    key += ("urgency", "is_weekend", "hour_band", "is_total", "municipality_nis", "month", "phase")

    def order(row: Record) -> list[str]:
        return [str(row.get(name)) for name in key]

    names = set(expected[0]) if expected else set()
    cut = [{name: cell for name, cell in row.items() if name in names} for row in found]
    cut, expected = sorted(cut, key=order), sorted(expected, key=order)
    assert [order(row) for row in cut] == [order(row) for row in expected]
    for one_row, other in zip(cut, expected, strict=True):
        for name, cell in other.items():
            wanted = pytest.approx(cell, rel=1e-12) if isinstance(cell, float) else cell
            assert one_row[name] == wanted, (name, one_row, other)


@pytest.mark.parametrize("name", SECOND_WAY)
@settings(max_examples=15)
@given(st.integers(0, 1), choices())
def test_an_answer_is_what_plain_python_says(
    worlds: list[World], name: str, number: int, filters: Filters
) -> None:
    world = worlds[number]
    found = rows(world.built, name, filters)
    if name == "time_gained":
        found = [row for row in found if not row["is_estimate"]]
    agrees(found, list(SECOND_WAY[name](world.calls, filters, world.built.evidence.period(filters))))


def test_every_answer_has_a_second_way() -> None:
    names = {name.split("/")[1] for name in ANSWERS if name.startswith("mutual_assistance/")}
    assert names == set(SECOND_WAY) | {"comparable_calls"}


@settings(max_examples=15)
@given(st.integers(0, 1), choices())
def test_the_calls_behind_the_estimate_are_what_plain_python_says(
    worlds: list[World], number: int, filters: Filters
) -> None:
    world = worlds[number]
    sums: Counter[tuple[str, bool]] = Counter()
    counts: Counter[tuple[str, bool]] = Counter()
    table = ANSWERS["mutual_assistance/comparable_calls"](world.built.evidence, filters).table
    for row in table.to_dict("records"):
        side = (row["phase"], bool(row["partner_is_first"]))
        counts[side] += int(sum(row["call_counts"]))
        sums[side] += int(sum(row["seconds"] * row["call_counts"]))
    found = [
        {"phase": phase, "partner_is_first": is_first, "calls": counts[phase, is_first], "sum": total}
        for (phase, is_first), total in sums.items()
    ]
    expected = list(second_comparable(world.calls, filters, world.built.evidence.period(filters)))
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_random_lines_hold_every_kind_of_help(worlds: list[World]) -> None:
    # A twin proves nothing on lines in which nobody helps.
    calls = [found for world in worlds for found in world.calls]
    kinds = Counter(one.assistance for found in calls for one in found["units"])
    assert min(kinds[kind] for kind in ("own", "partner", "lateral", "hycap", None)) > 20
    assert sum(found["partner_sent"] is None for found in calls) > 50
    assert sum(bool(found["partner_first"]) for found in calls) > 50


# --- Five zones, and one that joins later ------------------------------------------------------------------------

FIVE = ("5381", "5382", "5383", "5384", "5385")
LATER = "5385"


def five_zones() -> str:
    """Return settings with three zones more, the last of which joins two years after the others."""
    block = ""
    for code in FIVE[2:]:
        joined = "2024-01-01" if code == LATER else "2022-01-01"
        block += f'[[zones]]\ncode = "{code}"\njoined = {joined}\n'
        block += "".join(
            f'{name} = {{ nl = "{code}", fr = "{code}", en = "{code}" }}\n'
            for name in ("name", "council", "college")
        )
    return settings_text((r"(?m)^# --- Priorities of the communication", f"{block}\n# --- Priorities of the"))


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Zone i gets help from zone j in i + j calls a year, from 2021 to 2024: every direction has its own number."""
    interventions, deployments = [], []
    for year in range(2021, 2025):
        for to, zone in enumerate(FIVE, 1):
            for day in [f"{year}-{month:02}-{number}" for month in range(1, 13) for number in ("02", "28")]:
                # Calls of the own zone alone, so that every month is covered whole.
                interventions.append(intervention(f"{zone}-{day}", f"{day} 12:00:00", zone_code=zone))
                deployments.append(deployment(f"{zone}-{day}", f"{day} 12:10:00", unit_zone_code=zone))
            for origin, helper in enumerate(FIVE, 1):
                for number in range(to + origin if helper != zone else 0):
                    name = f"{year}-{zone}-{helper}-{number}"
                    interventions.append(
                        intervention(name, f"{year}-06-{number + 1:02} 12:00:00", zone_code=zone)
                    )
                    deployments.append(
                        deployment(name, f"{year}-06-{number + 1:02} 12:10:00", unit_zone_code=helper)
                    )
    return build_rows(tmp_path_factory.mktemp("five"), interventions, deployments, five_zones())


def directions(built: Built, filters: Filters, phase: str) -> dict[tuple[str, str], int]:
    return {
        (row["from_zone_code"], row["to_zone_code"]): row["intervention_count"]
        for row in rows(built, "flows", filters)
        if row["phase"] == phase and row["urgency"] == "urgent"
    }


def test_every_direction_between_the_zones_that_joined_together_is_counted(five: Built) -> None:
    for phase in ("before", "after"):
        assert directions(five, YEAR, phase) == {
            (helper, zone): to + origin
            for to, zone in enumerate(FIVE, 1)
            for origin, helper in enumerate(FIVE, 1)
            # Nobody chose: the calls of the zone that joined later are left out, as on every page.
            if helper != zone and zone != LATER
        }


def test_a_zone_that_joins_later_has_its_own_start(five: Built) -> None:
    choice = Filters(zone_code=(LATER,), period="2023-01..2023-12/2024-01..2024-12")
    for phase in ("before", "after"):
        assert directions(five, choice, phase) == {
            (helper, LATER): origin + 5 for origin, helper in enumerate(FIVE[:4], 1)
        }
    # What it gave lies in the calls of zones that had long joined: one period for both directions.
    found = rows(five, "balance", choice)
    assert {(row["other_zone_code"], row["phase"]): row["given_intervention_count"] for row in found} == {
        (zone, phase): to + 5 for to, zone in enumerate(FIVE[:4], 1) for phase in ("before", "after")
    }
    assert all(row["balance_intervention_count"] == 0 for row in found)


def test_what_is_given_is_what_the_other_received(five: Built) -> None:
    found = rows(five, "balance")
    for row in found:
        other = [
            mirrored
            for mirrored in found
            if (mirrored["zone_code"], mirrored["other_zone_code"], mirrored["phase"])
            == (row["other_zone_code"], row["zone_code"], row["phase"])
        ]
        for mirrored in other:
            assert row["given_intervention_count"] == mirrored["received_intervention_count"]


def test_a_municipality_of_a_zone_that_joined_later_is_compared_over_its_own_months(tmp_path: Path) -> None:
    later = settings_text((r'(?m)^code = "5382"\njoined = .*$', 'code = "5382"\njoined = 2024-01-01'))
    interventions, deployments = [], []
    for year in range(2021, 2025):
        for number in range(48):
            day = f"{year}-{1 + number // 4:02}-{(2, 9, 16, 28)[number % 4]:02}"
            for zone, other, nis_code in (("5381", "5382", "73066"), ("5382", "5381", "73109")):
                name = f"{day}-{zone}"
                interventions.append(
                    intervention(name, f"{day} 12:00:00", zone_code=zone, municipality_nis=nis_code)
                )
                # Each is helped every time once it has joined, and never before.
                helper = other if year >= (2022 if zone == "5381" else 2024) else zone
                deployments.append(deployment(name, f"{day} 12:10:00", unit_zone_code=helper))
    # One call of Voeren was recorded in the other zone: it is not counted among those of another start.
    interventions.append(intervention("stray", "2022-05-05 12:00:00", municipality_nis="73109"))
    built = build_rows(tmp_path, interventions, deployments, later)
    found = rows(built, "identity_kept", Filters())
    helped = {row["municipality_nis"]: row for row in found if row["statistic"] == "partner_sent"}
    assert set(helped) == {"73066", "73109"} and len(found) == 4
    for row in helped.values():
        # A year a side: 2021 and 2022 for the one, 2023 and 2024 for the other.
        assert (row["before_count"], row["before"], row["after_count"], row["after"]) == (48, 0.0, 48, 1.0)
        assert row["verdict"] == "higher"


# --- The estimate, in a world whose truth is known ---------------------------------------------------------------


@pytest.mark.parametrize("gain", [0, 180])
def test_the_estimate_finds_what_was_put_in_and_nothing_else(tmp_path: Path, gain: int) -> None:
    draw = random.Random(gain)
    interventions, deployments = [], []
    for number in range(3_000):
        day = f"{2021 + number % 2}-{1 + number // 2 % 12:02}-{1 + draw.randrange(28):02}"
        # Far places are slow, and help comes there first more often: set side by side, help would look slow.
        is_far = draw.random() < 0.3
        is_first = draw.random() < (0.4 if is_far else 0.1)
        seconds_taken = (1200 if is_far else 600) * draw.lognormvariate(0, 0.2) - (gain if is_first else 0)
        arrival = round(seconds_taken)
        place = {"municipality_nis": "73109", "zone_code": "5382"} if is_far else {}
        own, other = ("5382", "5381") if is_far else ("5381", "5382")
        interventions.append(intervention(f"I{number}", f"{day} 12:00:00", **place))
        arrived = f"{day} 12:{arrival // 60:02}:{arrival % 60:02}"
        deployments.append(deployment(f"I{number}", arrived, unit_zone_code=other if is_first else own))
    built = build_rows(tmp_path, interventions, deployments)
    for phase in ("before", "after"):
        row = one(rows(built, "time_gained"), comparison="against_comparable_calls", phase=phase)
        assert row["is_estimate"] and row["reason"] is None
        assert row["low"] <= gain <= row["high"]
        assert (row["low"] > 0) == (gain > 0)
        assert row["high"] - row["low"] < 240


def test_an_estimate_without_enough_calls_is_not_given(five: Built) -> None:
    for row in rows(five, "time_gained", YEAR.with_(zone_code=("5382",), municipality_nis=("73109",))):
        assert (row["gained_seconds"], row["low"], row["high"]) == (None, None, None)
        assert row["reason"] == "too_few_data"
