"""The design effect, by hand, against a plain twin, and where it must not see anything."""

import math
import random
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t

from cooperation.statistics import (
    MINIMUM_MONTH_PAIRS,
    matched_month_count,
    quantile,
    quantile_design_effect,
    share_design_effect,
)

MANY = settings(derandomize=True, max_examples=100, deadline=None)
Sides = list[tuple[int, int]]


def shares_table(before: Sides, after: Sides) -> pd.DataFrame:
    """Return hits and totals from January 2019 on and from January 2022 on."""
    rows = [
        (pd.Timestamp(year, 1, 1) + pd.DateOffset(months=place), phase, hits, total)
        for year, phase, side in ((2019, "before", before), (2022, "after", after))
        for place, (hits, total) in enumerate(side)
    ]
    return pd.DataFrame(rows, columns=["month", "phase", "hits", "total"])


def calls_table(before: list[list[float]], after: list[list[float]]) -> pd.DataFrame:
    """Return one row per call, months as in `shares_table`."""
    rows = [
        (pd.Timestamp(year, 1, 1) + pd.DateOffset(months=place), phase, value, 1)
        for year, phase, side in ((2019, "before", before), (2022, "after", after))
        for place, values in enumerate(side)
        for value in values
    ]
    return pd.DataFrame(rows, columns=["month", "phase", "value", "count"])


def twin_design_effect(before: Sides, after: Sides) -> float:
    """The definition in loops, for sides whose months all match and none is empty."""
    calls_before, calls_after = sum(n for _, n in before), sum(n for _, n in after)
    share_before = sum(hits for hits, _ in before) / calls_before
    share_after = sum(hits for hits, _ in after) / calls_after
    spread = chance = 0.0
    for (hits_before, n_before), (hits_after, n_after) in zip(before, after, strict=True):
        moved_after = (hits_after / n_after - share_after) * n_after / calls_after
        moved_before = (hits_before / n_before - share_before) * n_before / calls_before
        spread += (moved_after - moved_before) ** 2
    for share, calls, side in ((share_before, calls_before, before), (share_after, calls_after, after)):
        kept = 1 - sum((n / calls) ** 2 for _, n in side)
        chance += share * (1 - share) / calls * kept
    if chance == 0:
        return 1.0
    return max(1.0, 1.1 * spread / chance * (t.ppf(0.975, len(before) - 1) / 1.959963984540054) ** 2)


def test_six_months_worked_by_hand() -> None:
    # Deviations of the after months are 10 of 600 calls up and down; squares add up to 6 / 3600 = 1 / 600.
    # Chance alone: two sides of 0.25 / 600, of which 5 / 6 is left after taking each side's own share.
    # 2.4 times chance, times (2.570582 / 1.959964) ** 2 for having only six months, times the margin.
    table = shares_table([(50, 100)] * 6, [(40, 100), (60, 100)] * 3)
    assert share_design_effect(table) == pytest.approx(1.1 * 2.4 * (2.570582 / 1.959964) ** 2, rel=1e-5)


@st.composite
def month_sides(draw: st.DrawFn) -> tuple[Sides, Sides]:
    pair_count = draw(st.integers(6, 14))
    month = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
    side = st.lists(month, min_size=pair_count, max_size=pair_count)
    return draw(side), draw(side)


@MANY
@given(month_sides())
def test_share_design_effect_agrees_with_its_plain_twin(sides: tuple[Sides, Sides]) -> None:
    assert share_design_effect(shares_table(*sides)) == pytest.approx(twin_design_effect(*sides), rel=1e-9)


@MANY
@given(month_sides())
def test_neither_the_order_of_rows_nor_split_rows_nor_the_name_of_a_side_matters(
    sides: tuple[Sides, Sides],
) -> None:
    expected = share_design_effect(shares_table(*sides))
    table = shares_table(*sides).sample(frac=1, random_state=3)
    assert share_design_effect(table) == pytest.approx(expected, rel=1e-12)
    # The same month in two files: hits and misses apart, the second half dated later in the month.
    hits = table.assign(total=table["hits"])
    misses = table.assign(
        total=table["total"] - table["hits"], hits=0, month=table["month"] + pd.Timedelta(days=20)
    )
    assert share_design_effect(pd.concat([misses, hits])) == pytest.approx(expected, rel=1e-12)
    assert share_design_effect(shares_table(*reversed(sides))) == pytest.approx(expected, rel=1e-12)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.5, 0.9]))
def test_quantile_design_effect_is_that_of_the_share_under_each_sides_own_quantile(
    seed: int, probability: float
) -> None:
    chance = random.Random(seed)
    sides = [
        [[float(chance.randint(1, 900)) for _ in range(chance.randint(1, 12))] for _ in range(8)]
        for _ in range(2)
    ]
    counted: list[Sides] = []
    for side in sides:
        own_quantile = quantile([value for month in side for value in month], probability)
        counted.append([(sum(value <= own_quantile for value in month), len(month)) for month in side])
    table = calls_table(*sides)
    expected = twin_design_effect(*counted)
    assert quantile_design_effect(table, probability) == pytest.approx(expected, rel=1e-9)
    histogram = table.groupby(["month", "phase", "value"], as_index=False)["count"].sum()
    assert quantile_design_effect(histogram, probability) == pytest.approx(expected, rel=1e-9)
    doubled = table.assign(value=table["value"] * 2)
    assert quantile_design_effect(doubled, probability) == pytest.approx(expected, rel=1e-9)


def test_a_season_that_both_sides_share_is_no_spread() -> None:
    season = [(20, 100), (30, 100), (50, 100), (70, 100), (80, 100), (50, 100)]
    assert share_design_effect(shares_table(season, season)) == 1.0


def test_months_that_agree_better_than_chance_do_not_narrow() -> None:
    assert share_design_effect(shares_table([(50, 100)] * 12, [(60, 100)] * 12)) == 1.0


def test_fewer_pairs_than_the_minimum_give_1_however_wild_they_are() -> None:
    before, after = [(50, 100)] * 6, [(0, 100), (100, 100)] * 3
    fewer = MINIMUM_MONTH_PAIRS - 1
    assert share_design_effect(shares_table(before[:fewer], after[:fewer])) == 1.0
    assert share_design_effect(shares_table(before, after)) > 50


def test_a_month_without_its_counterpart_is_left_out() -> None:
    before, after = [(50, 100)] * 6, [(40, 100), (60, 100)] * 3
    expected = share_design_effect(shares_table(before, after))
    # A July after that no July before answers, and an empty July before: neither is a pair.
    assert share_design_effect(shares_table(before, [*after, (0, 5000)])) == expected
    assert share_design_effect(shares_table([*before, (0, 0)], [*after, (0, 5000)])) == expected


def test_the_first_january_meets_the_first_january() -> None:
    # Two years before, one after: the second year before has no counterpart.
    season = [(month * 5, 100) for month in range(1, 13)]
    wild_second_year = [(0, 100), (100, 100)] * 6
    table = shares_table([*season, *wild_second_year], season)
    assert share_design_effect(table) == 1.0
    assert matched_month_count(table, "total") == 12


def test_windows_without_a_common_month_have_no_pair() -> None:
    table = shares_table([(1, 2)] * 12, [(0, 2), (2, 2)] * 6)
    months = pd.to_datetime(table["month"])
    apart = table[((table["phase"] == "before") & (months.dt.month <= 6)) | (months.dt.month > 6)]
    apart = apart[(apart["phase"] == "before") != (apart["month"].dt.month > 6)]
    assert matched_month_count(apart, "total") == 0
    assert share_design_effect(apart) == 1.0


def test_nothing_at_all_and_nothing_that_varies_give_1() -> None:
    assert share_design_effect(shares_table([], [])) == 1.0
    assert quantile_design_effect(calls_table([], []), 0.5) == 1.0
    assert share_design_effect(shares_table([(9, 9)] * 6, [(0, 9)] * 6)) == 1.0
    assert quantile_design_effect(calls_table([[600.0] * 3] * 6, [[600.0] * 3] * 6), 0.5) == 1.0


def test_one_call_a_month_is_enough_to_be_counted_and_too_little_to_alarm() -> None:
    before = [[float(value)] for value in (500, 700, 400, 800, 650, 550, 620, 580)]
    assert quantile_design_effect(calls_table(before, before[::-1]), 0.9) < 4


def test_independent_calls_show_no_effect_and_shocked_months_do() -> None:
    chance = np.random.default_rng(5)
    calm, shocked = [], []
    for _ in range(20):
        sides = [[chance.lognormal(6.3, 0.6, 60) for _ in range(24)] for _ in range(2)]
        calm.append(quantile_design_effect(calls_table(*sides), 0.5))
        moved = [[month * chance.normal(1, 0.3) for month in side] for side in sides]
        shocked.append(quantile_design_effect(calls_table(*moved), 0.5))
    # The floor at 1 lifts the mean of a factor that is 1 to some 1.2; shocks of 30 % give about ten.
    assert np.mean(calm) < 1.35
    assert np.mean(shocked) > 6


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("phase", "during", "before or after"),
        ("phase", None, "before or after"),
        ("month", None, "month must not be empty"),
        ("total", math.nan, "total must be known"),
        ("hits", -1.0, "hits must be known"),
        ("hits", 500.0, "more hits than its total"),
    ],
)
def test_malformed_months_are_refused(column: str, value: object, message: str) -> None:
    table = shares_table([(1, 2)] * 6, [(1, 2)] * 6).astype({"hits": float, "total": float})
    table[column] = table[column].astype(object)
    table.loc[3, column] = value
    if column in ("hits", "total"):
        table[column] = table[column].astype(float)
    with pytest.raises(ValueError, match=message):
        share_design_effect(table)


def test_an_unknown_time_is_refused() -> None:
    with pytest.raises(ValueError, match="NaN"):
        quantile_design_effect(calls_table([[600.0]] * 6, [[math.nan]] * 6), 0.5)


@pytest.mark.clocked
def test_ten_million_calls_in_72_monthly_histograms_take_under_100_milliseconds() -> None:
    seconds = np.arange(5_000)
    chance = np.random.default_rng(1)
    expected = 140_000 * np.exp(-seconds / 900) / 900
    tables = [
        pd.DataFrame(
            {
                "month": pd.Timestamp(2019 + place // 12, place % 12 + 1, 1),
                "phase": "before" if place < 36 else "after",
                "value": seconds,
                "count": chance.poisson(expected),
            }
        )
        for place in range(72)
    ]
    monthly = pd.concat(tables, ignore_index=True)
    assert monthly["count"].sum() > 9_900_000
    durations = []
    for _ in range(5):
        started = time.process_time()
        quantile_design_effect(monthly, 0.9)
        durations.append(time.process_time() - started)
    assert min(durations) < 0.1
