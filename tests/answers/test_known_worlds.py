"""Invented worlds whose truth is known, through the real build: what the three steps must say of each.

One build holds them all: a world is the calls of one municipality and one origin, and a choice of both asks for it.
"""

import math
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from cooperation.answers.filters import Filters
from cooperation.answers.registry import ANSWERS
from tests.warehouse.exports import Built, build_rows, deployment, intervention

YEARS = range(2018, 2026)
FIRST_YEAR_TOGETHER = 2022
NORM_SECONDS = 900
ZONES = {"73110": "5381", "73066": "5381", "73109": "5382"}
# Nothing happens in the hours in which the clock changes, and an answer takes an hour and a half at most.
HOURS = range(4, 23)
BANDS = ((22, "night"), (14, "evening"), (6, "day"), (0, "night"))


@dataclass(frozen=True)
class Call:
    received: datetime
    seconds: int
    priority: str

    @property
    def phase(self) -> str:
        return "before" if self.received.year < FIRST_YEAR_TOGETHER else "after"

    @property
    def kind(self) -> tuple[str, str, bool]:
        """What the mix of calls is a mix of, within one municipality."""
        band = next(name for from_hour, name in BANDS if self.received.hour >= from_hour)
        return self.priority, band, self.received.isoweekday() > 5


@dataclass(frozen=True)
class World:
    """Calls of one municipality and origin: how many a month, how long, of which priority."""

    municipality_nis: str
    origin: str
    calls_a_month: int
    median_seconds: Callable[[datetime, str], float]
    spread: Callable[[int], float] = lambda year: 0.35
    share_of_priority_0: Callable[[int], float] = lambda year: 0.4
    is_the_same_every_year: bool = False
    months: tuple[int, ...] = tuple(range(1, 13))
    calls: list[Call] = field(default_factory=list)

    @property
    def filters(self) -> Filters:
        return Filters(
            municipality_nis=(self.municipality_nis,), origin=(self.origin,), priority=("0", "1", "2")
        )

    def draw(self, seed: str) -> None:
        for year in YEARS:
            chance = random.Random(seed if self.is_the_same_every_year else f"{seed} {year}")
            for month in self.months:
                self.calls.extend(self._call(year, month, chance) for _ in range(self.calls_a_month))

    def _call(self, year: int, month: int, chance: random.Random) -> Call:
        day, hour, minute = chance.randint(1, 28), chance.choice(HOURS), chance.randint(0, 59)
        received = datetime(year, month, day, hour, minute)
        priority = "0" if chance.random() < self.share_of_priority_0(year) else "2"
        median = self.median_seconds(received, priority)
        return Call(received, round(median * math.exp(self.spread(year) * chance.gauss(0, 1))), priority)


def is_after(received: datetime) -> bool:
    return received.year >= FIRST_YEAR_TOGETHER


def months_since_2018(received: datetime) -> int:
    return (received.year - 2018) * 12 + received.month - 1


WORLDS = {
    # Sixty seconds less from the first day on, for every kind of call.
    "true_step": World("73066", "citizen_call", 120, lambda received, _: 600 - 60 * is_after(received)),
    # Two seconds less every month, before the start as after it: nothing happened at the start.
    "early_trend": World(
        "73066", "own_initiative", 120, lambda received, _: 700 - 2 * months_since_2018(received)
    ),
    # Nothing became faster, but more of the calls are of the kind that always was.
    "other_mix": World(
        "73066",
        "planned",
        120,
        lambda _, priority: {"0": 450, "2": 750}[priority],
        spread=lambda year: 0.2,
        share_of_priority_0=lambda year: 0.6 if year >= FIRST_YEAR_TOGETHER else 0.3,
    ),
    # Half of the calls go faster, and the slowest ones take longer than they did.
    "median_against_p90": World(
        "73110",
        "citizen_call",
        120,
        lambda received, _: 540 if is_after(received) else 600,
        spread=lambda year: 0.5 if year >= FIRST_YEAR_TOGETHER else 0.25,
    ),
    # Every year is the year before once more.
    "identical": World("73110", "own_initiative", 60, lambda *_: 600, is_the_same_every_year=True),
    # Eight calls a year: 24 in three years, where a verdict asks for 30.
    "tiny": World("73109", "citizen_call", 1, lambda *_: 840, months=(1, 2, 4, 5, 7, 8, 10, 11)),
}
for name, world in WORLDS.items():
    world.draw(name)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    lines = [
        (f"{name} {number}", world, call)
        for name, world in WORLDS.items()
        for number, call in enumerate(world.calls)
    ]
    return build_rows(
        tmp_path_factory.mktemp("worlds"),
        [
            intervention(
                call_id,
                f"{call.received}",
                zone_code=ZONES[world.municipality_nis],
                municipality_nis=world.municipality_nis,
                priority=call.priority,
                origin=world.origin,
            )
            for call_id, world, call in lines
        ],
        [
            deployment(call_id, f"{call.received + timedelta(seconds=call.seconds)}")
            for call_id, _, call in lines
        ],
    )


def ask(built: Built, name: str, answer: str = "response_times/comparison") -> pd.DataFrame:
    return ANSWERS[answer](built.evidence, WORLDS[name].filters).table


def compared(built: Built, name: str, statistic: str = "median") -> pd.Series:
    return ask(built, name).set_index("statistic").loc[statistic]


# --- What must be said of each world -----------------------------------------------------------------------------


def test_a_true_step_is_found_and_confirmed(built: Built) -> None:
    row = compared(built, "true_step")
    assert (row["verdict"], row["confirmation"]) == ("faster", "confirmed")
    for step in ("", "corrected_", "against_trend_"):
        assert row[f"{step}low"] <= -60 <= row[f"{step}high"] < 0, step
    assert row["opposed_by"] == ()
    # Every part of the calls became faster, so every figure says so.
    assert ask(built, "true_step")["confirmation"].tolist() == ["confirmed"] * 3


def test_a_trend_that_was_there_already_is_never_confirmed(built: Built) -> None:
    row = compared(built, "early_trend")
    assert row["verdict"] == "faster" and row["confirmation"] in ("partly", "not_confirmed")
    assert row["against_trend_low"] < 0 < row["against_trend_high"]
    assert abs(row["against_trend"]) < abs(row["difference"]) / 3
    assert "confirmed" not in set(ask(built, "early_trend")["confirmation"])


def test_another_mix_of_calls_loses_its_difference_when_corrected(built: Built) -> None:
    for statistic, relevant in (("median", 15), ("p90", 15), ("share_within_norm", 0.02)):
        row = compared(built, "other_mix", statistic)
        assert row["verdict"] in ("faster", "higher") and row["confirmation"] != "confirmed"
        assert row["corrected_low"] < 0 < row["corrected_high"]
        assert abs(row["corrected"]) < relevant <= abs(row["difference"])


def test_a_median_and_a_p90_that_disagree_name_each_other(built: Built) -> None:
    median, p90, share = (
        compared(built, "median_against_p90", name) for name in ("median", "p90", "share_within_norm")
    )
    assert (median["verdict"], p90["verdict"], share["verdict"]) == ("faster", "slower", "lower")
    assert median["opposed_by"] == ("p90", "share_within_norm")
    assert p90["opposed_by"] == share["opposed_by"] == ("median",)


def test_two_identical_halves_show_no_difference_and_the_smallest_that_could_be(built: Built) -> None:
    for _, row in ask(built, "identical").iterrows():
        assert (row["verdict"], row["confirmation"]) == ("no_demonstrable_difference", "not_available")
        assert row["difference"] == 0
        # A day of the month is another day of the week in another year, so the mix is a little different.
        assert row["corrected_low"] < 0 < row["corrected_high"]
        # What could not have been told from nothing lies well beyond half the interval.
        assert row["smallest_detectable"] > row["high"] > 0


def test_too_few_calls_are_told_what_they_need(built: Built) -> None:
    row = compared(built, "tiny")
    assert (row["verdict"], row["reasons"]) == ("too_few_data", ("below_minimum_count",))
    assert row["confirmation"] == "not_available"
    # 24 of 30 calls on each side, at 24 in 36 months: 9 months more.
    assert (row["months_needed_before"], row["months_needed_after"]) == (9, 9)
    for step in ("corrected", "against_trend"):
        assert math.isnan(row[step]) and row[f"{step}_reason"] == "too_few_data"


# --- The correction for the mix, a second way: call by call, without SQL, pandas or numpy -------------------------


def compared_calls(world: World) -> dict[str, list[Call]]:
    sides: dict[str, list[Call]] = {"before": [], "after": []}
    for call in world.calls:
        if 2019 <= call.received.year <= 2024:
            sides[call.phase].append(call)
    return sides


def weights_at_one_mix(sides: dict[str, list[Call]]) -> Iterator[list[tuple[Call, float]]]:
    """Yield each side's calls with the weight that gives its kinds their part of both sides together."""
    counts = {phase: Counter(call.kind for call in calls) for phase, calls in sides.items()}
    shared = set(counts["before"]) & set(counts["after"])
    together = sum(side[kind] for side in counts.values() for kind in shared)
    for phase, calls in sides.items():
        yield [
            (call, sum(side[call.kind] for side in counts.values()) / together / counts[phase][call.kind])
            for call in calls
            if call.kind in shared
        ]


def weighted_quantile(side: list[tuple[Call, float]], probability: float) -> float:
    """Return type 7 for weighted calls (Akinshin 2023): the mean over a window as wide as one call."""
    count = 1 / sum(weight**2 for _, weight in side)
    window = ((count - 1) * probability / count, ((count - 1) * probability + 1) / count)
    reached, total = 0.0, 0.0
    for call, weight in sorted(side, key=lambda pair: pair[0].seconds):
        overlap = min(reached + weight, window[1]) - max(reached, window[0])
        total += call.seconds * max(overlap, 0.0)
        reached += weight
    return total * count


def weighted_share(side: list[tuple[Call, float]]) -> float:
    return sum(weight for call, weight in side if call.seconds <= NORM_SECONDS)


@pytest.mark.parametrize("name", [name for name in WORLDS if name != "tiny"])
def test_the_correction_for_the_mix_is_what_plain_python_says(built: Built, name: str) -> None:
    before, after = weights_at_one_mix(compared_calls(WORLDS[name]))
    expected: dict[str, float] = {
        "median": weighted_quantile(after, 0.5) - weighted_quantile(before, 0.5),
        "p90": weighted_quantile(after, 0.9) - weighted_quantile(before, 0.9),
        "share_within_norm": weighted_share(after) - weighted_share(before),
    }
    for statistic, difference in expected.items():
        row: dict[str, Any] = compared(built, name, statistic).to_dict()
        assert row["corrected"] == pytest.approx(difference, rel=1e-9, abs=1e-9)
        assert row["corrected_low"] <= difference <= row["corrected_high"]


def test_equal_weights_give_the_plain_quantile() -> None:
    calls = [Call(datetime(2020, 1, 1, 12), seconds, "0") for seconds in (120, 300, 480, 900)]
    side = [(call, 0.25) for call in calls]
    assert weighted_quantile(side, 0.5) == pytest.approx(390)
    assert weighted_quantile(side, 0.9) == pytest.approx(774)
