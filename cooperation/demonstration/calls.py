"""The interventions of one invented year."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from cooperation.demonstration.brussels_clock import EPOCH, to_true_time
from cooperation.demonstration.invented_world import (
    CITIZEN_CALL,
    COVID_MONTHS,
    COVID_NATURE,
    COVID_WEIGHT,
    FIRST_YEAR_OF_LOSS,
    FIRST_YEAR_TOGETHER,
    HOUR_FACTOR,
    HOUR_WEIGHTS,
    MISSING_ARRIVAL,
    MISSING_ARRIVAL_AFTER_LOSS,
    NATURES,
    ORIGIN_WEIGHTS,
    OWN_INITIATIVE,
    OWN_NATURES,
    PLACES,
    PLANNED,
    PLANNED_NATURES,
    PRIORITY_FACTOR,
    PRIORITY_WEIGHTS,
    RIEMST,
    ROUTINE_CHANGE,
    ROUTINE_NATURES,
    URGENT_NATURES,
    WEEKDAY_WEIGHTS,
)
from cooperation.demonstration.random_draws import Booleans, Floats, Integers, draw_category


@dataclass(frozen=True)
class Interventions:
    """One year of interventions in order of time; times are true (UTC) seconds since `EPOCH`."""

    numbers: Integers
    place: Integers
    priority: Integers
    origin: Integers
    nature: Integers
    received: Integers
    response: Floats
    has_arrival: Booleans


def draw_interventions(rng: np.random.Generator, year: int, count: int) -> Interventions:
    """Draw one year of interventions, in order of time."""
    days = _days(year)
    weights = day_weights(year)[np.newaxis]
    day = draw_category(rng, weights, np.zeros(count, dtype=np.int64))
    is_covid = _covid_days(year)[day].astype(np.int64)
    is_weekend = (_weekdays(days)[day] >= 5).astype(np.int64)
    origin = draw_category(rng, ORIGIN_WEIGHTS, is_covid)
    priority = draw_category(rng, PRIORITY_WEIGHTS, origin + 3 * is_covid)
    hour = draw_category(rng, HOUR_WEIGHTS, origin + 3 * is_weekend)
    place_weights = np.array([[place.interventions_a_year for place in PLACES]])
    place = draw_category(rng, place_weights, np.zeros(count, dtype=np.int64))
    local = (days[day] * 24 + hour) * 3_600 + rng.integers(0, 3_600, count)
    received = to_true_time(rng, year, local)
    response = _draw_response(rng, year, origin, priority, place, hour, day)
    has_arrival = rng.random(count) >= _missing_arrival(year, origin, priority, place)
    nature = _draw_nature(rng, origin, priority, is_covid)
    order = np.argsort(received, kind="stable")
    return Interventions(
        numbers=np.arange(1, count + 1),
        place=place[order],
        priority=priority[order],
        origin=origin[order],
        nature=nature[order],
        received=received[order],
        response=response[order],
        has_arrival=has_arrival[order],
    )


def _draw_response(
    rng: np.random.Generator,
    year: int,
    origin: Integers,
    priority: Integers,
    place: Integers,
    hour: Integers,
    day: Integers,
) -> Floats:
    """Draw the seconds from the call to the first arrival: lognormal, at once where the police were there."""
    is_after = year >= FIRST_YEAR_TOGETHER
    # Winter is slower than summer by some 6 %, in every year alike.
    season = 1 + 0.03 * np.cos(2 * np.pi * day / 365)
    median = np.array([spot.median_seconds for spot in PLACES])[place] * PRIORITY_FACTOR[priority]
    median = median * HOUR_FACTOR[hour] * season * (_change(priority, place) if is_after else 1.0)
    spread = np.array([spot.spread for spot in PLACES])[place]
    chance = rng.standard_normal(len(place))
    citizen_call = np.maximum(median * np.exp(spread * chance), 45.0)
    planned = 3_600 * np.exp(0.6 * chance)
    return np.select([origin == CITIZEN_CALL, origin == PLANNED], [citizen_call, planned], 0.0)


def _change(priority: Integers, place: Integers) -> Floats:
    """Return the factor by which the invented cooperation changed the median response time."""
    urgent = np.array([spot.urgent_change for spot in PLACES])[place]
    routine = np.array([ROUTINE_CHANGE if spot.zone_code == "5381" else 1.0 for spot in PLACES])[place]
    return np.select([priority <= 2, priority == 3], [urgent, routine], 1.0)


def _missing_arrival(year: int, origin: Integers, priority: Integers, place: Integers) -> Floats:
    """Return each intervention's chance that no unit recorded an arrival."""
    is_lost = (origin == CITIZEN_CALL) & (priority == 4) & (place == PLACES.index(RIEMST))
    is_lost &= year >= FIRST_YEAR_OF_LOSS
    return np.where(is_lost, MISSING_ARRIVAL_AFTER_LOSS, MISSING_ARRIVAL)


def _draw_nature(
    rng: np.random.Generator, origin: Integers, priority: Integers, is_covid: Integers
) -> Integers:
    """Draw the nature of each intervention as an index of `NATURES`."""
    groups = (URGENT_NATURES, ROUTINE_NATURES, OWN_NATURES, PLANNED_NATURES)
    group = np.select([origin == OWN_INITIATIVE, origin == PLANNED, priority <= 2], [2, 3, 0], 1)
    sizes = np.array([len(natures) for natures in groups])
    starts = np.cumsum(sizes) - sizes
    nature = starts[group] + (rng.random(len(group)) * sizes[group]).astype(np.int64)
    is_breach = (is_covid == 1) & (priority >= 3) & (origin != PLANNED) & (rng.random(len(group)) < 0.25)
    return np.where(is_breach, NATURES.index(COVID_NATURE), nature)


def day_weights(year: int) -> Floats:
    """Return how many interventions each day of the year draws: season (summer peak), weekday, COVID."""
    days = _days(year)
    season = 1 + 0.08 * np.cos(2 * np.pi * (np.arange(len(days)) - 195) / 365)
    return season * WEEKDAY_WEIGHTS[_weekdays(days)] * np.where(_covid_days(year), COVID_WEIGHT, 1.0)


def _days(year: int) -> Integers:
    """Return the year's days as days since `EPOCH`."""
    first = (date(year, 1, 1) - EPOCH).days
    return np.arange(first, (date(year + 1, 1, 1) - EPOCH).days)


def _weekdays(days: Integers) -> Integers:
    """Return the weekday, Monday = 0, of days since `EPOCH`."""
    return (days + EPOCH.weekday()) % 7


def _covid_days(year: int) -> Booleans:
    """Tell for each day of the year whether it lies in a COVID month."""
    months = [(EPOCH + timedelta(days=int(day))).month for day in _days(year)]
    return np.array([(year, month) in COVID_MONTHS for month in months])
