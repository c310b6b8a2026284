"""The units sent to the interventions of one invented year."""

from dataclasses import dataclass

import numpy as np

from cooperation.demonstration.brussels_clock import UNKNOWN
from cooperation.demonstration.calls import Interventions
from cooperation.demonstration.invented_world import (
    CALL_HANDLING_PART,
    FIRST_YEAR_TOGETHER,
    HELP_AFTER,
    HELP_BEFORE,
    MISSING_DEPARTURE,
    PLACES,
    UNIT_COUNT_WEIGHTS,
    UNITS_A_ZONE,
    UNITS_OF_VOEREN,
    VOEREN,
)
from cooperation.demonstration.random_draws import Booleans, Floats, Integers, draw_category, moments_after


@dataclass(frozen=True)
class Deployments:
    """The units sent to one year of interventions; `UNKNOWN` where the system recorded no time."""

    intervention: Integers
    unit: Integers
    unit_zone: Integers
    dispatched: Integers
    departed: Integers
    arrived: Integers
    cleared: Integers
    last_seen: Integers


def draw_deployments(rng: np.random.Generator, year: int, calls: Interventions) -> Deployments:
    """Draw one to three units for every intervention, in the order in which they were dispatched."""
    unit_count = 1 + draw_category(rng, UNIT_COUNT_WEIGHTS, calls.priority)
    first_row = np.cumsum(unit_count) - unit_count
    intervention = np.repeat(np.arange(len(unit_count)), unit_count)
    slot = np.arange(len(intervention)) - first_row[intervention]
    unit_zone, unit = _draw_units(rng, year, calls.place[intervention], slot)
    arrived, is_first = _draw_arrivals(rng, calls, unit_count, first_row, intervention, slot)
    dispatched = _draw_dispatch(rng, year, calls, intervention, slot, arrived)
    rows = len(intervention)
    turnout_part = np.clip(0.18 * np.exp(0.3 * rng.standard_normal(rows)), 0.02, 0.60)
    departed = dispatched + turnout_part * (arrived - dispatched)
    on_scene = 1_500 * np.exp(0.7 * rng.standard_normal(rows))
    times = [moments_after(calls.received[intervention], time) for time in (dispatched, departed, arrived)]
    cleared = moments_after(calls.received[intervention], arrived + on_scene)
    no_departure = rng.random(rows) < MISSING_DEPARTURE
    # Only units that came later lose an arrival on their own: the response time stays what it was.
    no_arrival = ~calls.has_arrival[intervention] | (~is_first & (rng.random(rows) < 0.04))
    no_clearing = rng.random(rows) < 0.02
    return Deployments(
        intervention=intervention,
        unit=unit,
        unit_zone=unit_zone,
        dispatched=times[0],
        departed=np.where(no_departure, UNKNOWN, times[1]),
        arrived=np.where(no_arrival, UNKNOWN, times[2]),
        cleared=np.where(no_clearing, UNKNOWN, cleared),
        last_seen=np.maximum.reduceat(cleared, first_row),
    )


def _draw_units(
    rng: np.random.Generator, year: int, place: Integers, slot: Integers
) -> tuple[Integers, Integers]:
    """Draw the zone (index of `UNIT_ZONES`) and number of every unit; no unit goes twice to one call."""
    home = (place == PLACES.index(VOEREN)).astype(np.int64)
    weights = HELP_AFTER if year >= FIRST_YEAR_TOGETHER else HELP_BEFORE
    help_kind = draw_category(rng, weights, home + 2 * (slot > 0))
    unit_zone = np.select([help_kind == 0, help_kind == 1], [home, 1 - home], help_kind)
    size = np.where(unit_zone == 1, UNITS_OF_VOEREN, UNITS_A_ZONE)
    # 7 shares no factor with either size, so three slots give three different units when they start alike.
    start = rng.integers(0, 120, len(place))
    start = start[np.arange(len(place)) - slot]
    return unit_zone, (start + 7 * slot) % size


def _draw_arrivals(
    rng: np.random.Generator,
    calls: Interventions,
    unit_count: Integers,
    first_row: Integers,
    intervention: Integers,
    slot: Integers,
) -> tuple[Floats, Booleans]:
    """Draw every unit's arrival in seconds after the call, and tell which unit sets the response time."""
    rows = len(intervention)
    later = 120 * np.exp(0.8 * rng.standard_normal(rows)) * (rng.random(rows) >= 0.03)
    arrived = calls.response[intervention] + np.where(slot > 0, later, 0.0)
    is_first = slot == 0
    # In one call in ten the second unit sent is the first on the scene.
    overtaken = first_row[(unit_count > 1) & (rng.random(len(unit_count)) < 0.10)]
    arrived[overtaken], arrived[overtaken + 1] = arrived[overtaken + 1], arrived[overtaken]
    is_first[overtaken], is_first[overtaken + 1] = False, True
    return arrived, is_first


def _draw_dispatch(
    rng: np.random.Generator,
    year: int,
    calls: Interventions,
    intervention: Integers,
    slot: Integers,
    arrived: Floats,
) -> Floats:
    """Draw every unit's dispatch in seconds after the call; the first unit's ends the call handling."""
    is_shifted = (year >= FIRST_YEAR_TOGETHER) & (calls.place != PLACES.index(VOEREN))
    part = np.where(is_shifted, CALL_HANDLING_PART["after"], CALL_HANDLING_PART["before"])
    part = np.clip(part * np.exp(0.25 * rng.standard_normal(len(part))), 0.05, 0.60)
    handled = (part * calls.response)[intervention]
    wait = rng.random(len(intervention)) * 0.5 * (rng.random(len(intervention)) >= 0.30)
    return handled + np.where(slot > 0, wait, 0.0) * (arrived - handled)
