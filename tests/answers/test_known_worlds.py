"""Invented worlds whose truth is known, through the real build: what the three steps must say of each.

One build holds them all: a world is the calls of one municipality and one origin, and a choice of both asks for it.
"""

import math
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from cooperation.answers.filters import Filters
from cooperation.answers.registry import ANSWERS
from tests.warehouse.exports import Built, build_rows, deployment, intervention, settings_text

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


# The exports of a zone reach as far as its calls do: without these, those of Voeren would end a month early.
FIRST_AND_LAST_DAY = [
    (f"planned on {day}", World("73109", "planned", 0, lambda *_: 0), Call(day, 600, "2"))
    for day in (datetime(2018, 1, 1, 12), datetime(2025, 12, 31, 12))
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    lines = [
        (f"{name} {number}", world, call)
        for name, world in WORLDS.items()
        for number, call in enumerate(world.calls)
    ] + FIRST_AND_LAST_DAY
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


# --- The months and years one by one, a second way ---------------------------------------------------------------


def plain_median(values: list[int]) -> float:
    ordered = sorted(values)
    middle = (len(ordered) - 1) / 2
    return (ordered[math.floor(middle)] + ordered[math.ceil(middle)]) / 2


def monthly_medians(world: World) -> dict[date, float]:
    months: dict[date, list[int]] = {}
    for call in world.calls:
        months.setdefault(call.received.date().replace(day=1), []).append(call.seconds)
    return {month: plain_median(seconds) for month, seconds in sorted(months.items())}


@pytest.mark.parametrize("name", WORLDS)
def test_months_of_the_trend_and_the_chart_are_all_months_of_the_exports(built: Built, name: str) -> None:
    expected = monthly_medians(WORLDS[name])
    for answer in ("trend", "control_chart"):
        table = ask(built, name, f"response_times/{answer}")
        found = {row.month.date(): row.median_seconds for row in table.itertuples()}
        assert len(found) == 12 * len(YEARS)
        assert {month: median for month, median in found.items() if not math.isnan(median)} == expected


@pytest.mark.parametrize("name", [name for name in WORLDS if name != "tiny"])
def test_the_trend_parts_from_its_continuation_by_the_step(built: Built, name: str) -> None:
    table = ask(built, name, "response_times/trend").set_index("month")
    first = table.loc["2022-01-01"]
    step = ask(built, name, "response_times/three_steps").set_index(["statistic", "step"])
    found = step.loc[("median", "against_trend"), "estimate"]
    assert first["fitted_seconds"] - first["without_step_seconds"] == pytest.approx(found)
    assert first["without_step_low"] < first["without_step_seconds"] < first["without_step_high"]
    before = table[table["phase"] == "before"]
    assert before["without_step_seconds"].isna().all() and before["fitted_seconds"].notna().all()


def test_invented_starts_have_their_months_and_seldom_show_a_step(built: Built) -> None:
    for name in ("true_step", "early_trend", "identical"):
        table = ask(built, name, "response_times/invented_starts")
        invented, real = table[~table["is_real"]], table[table["is_real"]]
        # 24 months from January 2018 on, and twelve more before the real start.
        assert [month.date() for month in invented["month"]] == [
            *(date(2020, month, 1) for month in range(1, 13)),
            date(2021, 1, 1),
        ]
        assert real["step_seconds"].tolist() == pytest.approx(
            [trend_step(built, name)["estimate"]], nan_ok=True
        )
        assert ((invented["low"] > 0) | (invented["high"] < 0)).sum() <= 2
    assert (ask(built, "true_step", "response_times/invented_starts")["step_seconds"].abs() > 40).sum() == 1


def trend_step(built: Built, name: str) -> pd.Series:
    table = ask(built, name, "response_times/three_steps").set_index(["statistic", "step"])
    return table.loc[("median", "against_trend")]


@pytest.mark.parametrize("name", ["true_step", "early_trend", "median_against_p90"])
def test_limits_of_the_chart_are_frozen_on_the_months_before(built: Built, name: str) -> None:
    medians = monthly_medians(WORLDS[name])
    before = [median for month, median in medians.items() if month.year < FIRST_YEAR_TOGETHER]
    ranges = [abs(later - earlier) for earlier, later in pairwise(before)]
    kept = [size for size in ranges if size <= 3.267 * sum(ranges) / len(ranges)]
    centre, reach = sum(before) / len(before), 2.66 * sum(kept) / len(kept)
    table = ask(built, name, "response_times/control_chart")
    for column, expected in (("centre", centre), ("low", centre - reach), ("high", centre + reach)):
        assert table[column].tolist() == pytest.approx([expected] * len(table))
    outside = [not centre - reach <= median <= centre + reach for median in table["median_seconds"]]
    assert table["is_outside"].tolist() == outside


def test_a_true_step_is_ringed_from_the_start_on(built: Built) -> None:
    table = ask(built, "true_step", "response_times/control_chart")
    after = table[table["phase"] == "after"]
    assert (after["is_outside"] | after["is_in_run"]).mean() > 0.9


def test_quarters_hold_enough_calls_in_a_large_place_and_not_even_years_in_a_tiny_one(built: Built) -> None:
    quarters = ask(built, "identical", "response_times/pooled")
    assert quarters["span"].tolist() == ["quarter"] * 4 * len(YEARS)
    calls = WORLDS["identical"].calls
    for row in quarters.itertuples():
        own = [
            call.seconds
            for call in calls
            if call.received.year == row.first_day.year
            and (call.received.month - 1) // 3 * 3 + 1 == row.first_day.month
        ]
        assert (row.measured_count, row.median_seconds) == (len(own), plain_median(own))
        assert row.low < row.median_seconds < row.high and row.is_enough
    years = ask(built, "tiny", "response_times/pooled")
    assert years["span"].tolist() == ["year"] * len(YEARS)
    assert years["measured_count"].tolist() == [8] * len(YEARS)
    # Eight are fewer than the ten that a median is shown of.
    assert years["median_seconds"].isna().all() and not years["is_enough"].any()


@pytest.mark.parametrize("name", WORLDS)
def test_kinds_of_calls_are_counted_and_named_where_one_side_lacks_them(built: Built, name: str) -> None:
    sides = compared_calls(WORLDS[name])
    counts = {phase: Counter(call.kind for call in calls) for phase, calls in sides.items()}
    table = ask(built, name, "response_times/kinds_of_calls")
    found = {(row.priority, row.hour_band, bool(row.is_weekend)): row for row in table.itertuples()}
    assert found.keys() == counts["before"].keys() | counts["after"].keys()
    for kind, row in found.items():
        assert (row.before_count, row.after_count) == (counts["before"][kind], counts["after"][kind])
        assert row.is_left_out == (0 in (row.before_count, row.after_count))
    assert table[["before_share", "after_share", "pooled_share"]].sum().tolist() == pytest.approx([1] * 3)
    left_out = table[table["is_left_out"]]
    expected = max(left_out["before_share"].sum(), left_out["after_share"].sum())
    assert compared(built, name)["left_out_share"] == pytest.approx(expected)


def test_the_three_steps_say_what_the_comparison_says(built: Built) -> None:
    for name in WORLDS:
        comparison = ask(built, name).set_index("statistic")
        for row in ask(built, name, "response_times/three_steps").to_dict("records"):
            whole = comparison.loc[row["statistic"]]
            column = "difference" if row["step"] == "as_measured" else row["step"]
            assert row["estimate"] == pytest.approx(whole[column], nan_ok=True)
            assert (row["reason"] is None) == (name != "tiny")


def test_a_month_on_both_sides_of_the_start_belongs_to_no_trend(tmp_path: Path) -> None:
    settings = settings_text(
        (r"start = 2022-01-01", "start = 2022-01-10"),
        (r'code = "5381"\njoined = 2022-01-01', 'code = "5381"\njoined = 2022-01-10'),
        (r'code = "5382"\njoined = 2022-01-01', 'code = "5382"\njoined = 2022-01-10'),
    )
    calls = [
        (f"{year}-{month}-{day}", datetime(year, month, day, 12))
        for year in range(2019, 2024)
        for month in range(1, 13)
        for day in (1, 15, 28)
    ]
    built = build_rows(
        tmp_path,
        [intervention(call_id, f"{received}") for call_id, received in calls],
        [deployment(call_id, f"{received + timedelta(seconds=600)}") for call_id, received in calls],
        settings,
    )
    table = ANSWERS["response_times/trend"](built.evidence, Filters(zone_code=("5381",))).table
    unknown = table[table["median_seconds"].isna()]
    assert [month.date() for month in unknown["month"]] == [date(2022, 1, 1)]
    assert table.loc[table["month"] >= "2022-02-01", "phase"].eq("after").all()
