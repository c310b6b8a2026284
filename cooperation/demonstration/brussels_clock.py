"""Moments of the invented world, in seconds since `EPOCH`, and the clock of Brussels that shows them."""

from datetime import date, timedelta
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cooperation.demonstration.invented_world import YEARS
from cooperation.demonstration.random_draws import Integers

EPOCH = date(YEARS[0], 1, 1)
_DAY_SECONDS = 86_400
# A moment that the dispatch system did not record.
UNKNOWN = np.iinfo(np.int64).min


def to_true_time(rng: np.random.Generator, year: int, local: Integers) -> Integers:
    """Turn clock times of Brussels into UTC; the hour that occurs twice falls in either half by chance."""
    begin, end = _clock_changes(year)
    # The hour that spring leaves out has no calls: they come an hour later.
    local = np.where((local >= begin + 3_600) & (local < begin + 7_200), local + 3_600, local)
    is_repeated = (local >= end + 3_600) & (local < end + 7_200)
    is_second = is_repeated & (rng.random(len(local)) < 0.5)
    is_summer = (local >= begin + 7_200) & (local < end + 7_200) & ~is_second
    return local - np.where(is_summer, 7_200, 3_600)


def _to_clock_time(year: int, true_time: Integers) -> Integers:
    """Turn UTC into the clock time of Brussels."""
    begin, end = _clock_changes(year)
    return true_time + np.where((true_time >= begin) & (true_time < end), 7_200, 3_600)


def clock_texts(year: int, true_time: Integers) -> list[str]:
    """Write clock times as `dd/mm/yyyy HH:MM:SS`, nothing where unknown."""
    is_unknown = true_time == UNKNOWN
    day, second = np.divmod(_to_clock_time(year, np.where(is_unknown, 0, true_time)), _DAY_SECONDS)
    days = _day_texts()[np.where(is_unknown, -1, day)].tolist()
    seconds = _second_texts()[np.where(is_unknown, -1, second)].tolist()
    return [day_text + second_text for day_text, second_text in zip(days, seconds, strict=True)]


def _clock_changes(year: int) -> tuple[int, int]:
    """Return when summer time begins and ends in the EU, in UTC seconds since `EPOCH`."""
    last_days = (date(year, 3, 31), date(year, 10, 31))
    sundays = [day - timedelta(days=(day.weekday() + 1) % 7) for day in last_days]
    begin, end = ((day - EPOCH).days * _DAY_SECONDS + 3_600 for day in sundays)
    return begin, end


@cache
def _day_texts() -> NDArray[np.object_]:
    """Return `dd/mm/yyyy` for each day since `EPOCH`, a month beyond the last year, and "" last."""
    days = range((date(YEARS[-1] + 1, 2, 1) - EPOCH).days)
    texts = [(EPOCH + timedelta(days=day)).strftime("%d/%m/%Y") for day in days]
    return np.array([*texts, ""], dtype=object)


@cache
def _second_texts() -> NDArray[np.object_]:
    """Return ` HH:MM:SS` for each second of the day, and the empty text last."""
    texts = [
        f" {second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}" for second in range(_DAY_SECONDS)
    ]
    return np.array([*texts, ""], dtype=object)
