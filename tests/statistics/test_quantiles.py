"""Quantiles and their intervals, against published figures, plain-Python twins and invariants."""

import math
import time
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperation.statistics import (
    Estimate,
    minimum_count_for_bounds,
    quantile,
    quantile_difference,
    quantile_interval,
)

MANY = settings(derandomize=True, max_examples=300, deadline=None)
SECONDS = st.integers(0, 5000).map(float)
SAMPLES = st.lists(SECONDS, min_size=1, max_size=120)
PROBABILITIES = st.sampled_from(["0.05", "0.25", "0.3", "0.5", "0.75", "0.9", "0.95"])

# NIST/SEMATECH e-Handbook 7.2.6.2: gauge study, twelve measurements.
NIST_GAUGE = [
    95.1772, 95.1567, 95.1937, 95.1959, 95.1442, 95.0610,
    95.1591, 95.1195, 95.1065, 95.0925, 95.1990, 95.1682,
]  # fmt: skip


def twin_quantile(values: list[float], probability: Fraction) -> float:
    """Type 7 by its definition, in exact fractions."""
    ordered = [Fraction(value) for value in sorted(values)]
    position = (len(ordered) - 1) * probability
    whole = position.numerator // position.denominator
    upper = ordered[min(whole + 1, len(ordered) - 1)]
    return float(ordered[whole] + (position - whole) * (upper - ordered[whole]))


def twin_low_rank(count: int, probability: Fraction, tail: Fraction) -> int:
    """The highest rank whose value exceeds the quantile with a chance under `tail`, by adding up chances."""
    rank, chance = 0, Fraction(0)
    while True:
        chance += math.comb(count, rank) * probability**rank * (1 - probability) ** (count - rank)
        if chance >= tail:
            return rank
        rank += 1


def twin_interval(values: list[float], probability: Fraction) -> Estimate:
    ordered, count, tail = sorted(values), len(values), Fraction(1, 40)
    low = twin_low_rank(count, probability, tail)
    from_top = twin_low_rank(count, 1 - probability, tail)
    return Estimate(
        twin_quantile(values, probability),
        ordered[low - 1] if low else None,
        ordered[count - from_top] if from_top else None,
    )


def test_interval_gives_the_published_values_of_r_confintr() -> None:
    values = np.exp(np.arange(0, 1.01, 0.01))
    at_30 = quantile_interval(values, 0.3)
    assert (at_30.low, at_30.high) == pytest.approx((1.221402758160170, 1.476980793882643), rel=1e-14)
    at_50 = quantile_interval(values, 0.5, confidence=0.9)
    assert (at_50.low, at_50.high) == pytest.approx((1.506817785112854, 1.803988415397857), rel=1e-14)


def test_quantile_is_type_7_and_not_type_6_on_the_nist_gauge_data() -> None:
    assert round(quantile(NIST_GAUGE, 0.9), 4) == 95.1957


@MANY
@given(SAMPLES, PROBABILITIES)
def test_quantile_agrees_with_its_plain_twin(values: list[float], probability: str) -> None:
    expected = twin_quantile(values, Fraction(probability))
    assert quantile(values, float(probability)) == pytest.approx(expected, rel=1e-12)


@MANY
@given(SAMPLES, PROBABILITIES)
def test_interval_agrees_with_its_plain_twin(values: list[float], probability: str) -> None:
    expected = twin_interval(values, Fraction(probability))
    found = quantile_interval(values, float(probability))
    assert (found.low, found.high) == (expected.low, expected.high)
    assert found.estimate == pytest.approx(expected.estimate, rel=1e-12)


@MANY
@given(SAMPLES, SAMPLES, PROBABILITIES)
def test_difference_agrees_with_its_plain_twin(
    before: list[float], after: list[float], probability: str
) -> None:
    first, second = (twin_interval(side, Fraction(probability)) for side in (before, after))
    found = quantile_difference(before, after, float(probability))
    assert first.estimate is not None and second.estimate is not None
    assert found.estimate == pytest.approx(second.estimate - first.estimate, abs=1e-9)
    if second.low is None or first.high is None:
        assert found.low is None
    else:
        reach = math.sqrt((second.estimate - second.low) ** 2 + (first.high - first.estimate) ** 2)
        assert found.low == pytest.approx(second.estimate - first.estimate - reach, abs=1e-9)
    if second.high is None or first.low is None:
        assert found.high is None
    else:
        reach = math.sqrt((second.high - second.estimate) ** 2 + (first.estimate - first.low) ** 2)
        assert found.high == pytest.approx(second.estimate - first.estimate + reach, abs=1e-9)


@MANY
@given(
    st.lists(st.tuples(SECONDS, st.integers(0, 6)), min_size=1, max_size=40),
    st.lists(st.tuples(SECONDS, st.integers(0, 6)), min_size=1, max_size=40),
    PROBABILITIES,
    st.sampled_from([1.0, 1.7]),
)
def test_counts_say_the_same_as_repeated_values(
    before: list[tuple[float, int]], after: list[tuple[float, int]], probability: str, effect: float
) -> None:
    # A value may come twice in a histogram (two files, two months) and may have the count 0.
    long = [[value for value, times in side for _ in range(times)] for side in (before, after)]
    (b_values, b_counts), (a_values, a_counts) = (zip(*side, strict=True) for side in (before, after))
    expanded = quantile_difference(*long, float(probability), design_effect=effect)
    counted = quantile_difference(
        b_values, a_values, float(probability), 0.95, b_counts, a_counts, design_effect=effect
    )
    assert counted == expanded
    assert quantile_interval(b_values, float(probability), counts=b_counts) == quantile_interval(
        long[0], float(probability)
    )


@MANY
@given(SAMPLES, SAMPLES, PROBABILITIES, st.integers(-3600, 3600), st.randoms(use_true_random=False))
def test_shuffling_changes_nothing_shifting_moves_and_doubling_doubles(
    before: list[float], after: list[float], probability: str, shift: int, order: object
) -> None:
    share = float(probability)
    interval, change = quantile_interval(before, share), quantile_difference(before, after, share)
    shuffled = list(before)
    order.shuffle(shuffled)
    assert quantile_interval(shuffled, share) == interval
    assert quantile_difference(shuffled, after, share) == change

    moved_before, moved_after = ([value + shift for value in side] for side in (before, after))
    assert parts(quantile_interval(moved_before, share)) == approx_parts(parts(interval), shift)
    # One more on every clock on both sides leaves the difference where it was.
    assert parts(quantile_difference(moved_before, moved_after, share)) == approx_parts(parts(change), 0)

    doubled = quantile_difference([2 * v for v in before], [2 * v for v in after], share)
    assert doubled == Estimate(*(None if part is None else 2 * part for part in parts(change)))


@MANY
@given(SAMPLES, SAMPLES)
def test_swapping_the_sides_turns_the_difference_round(before: list[float], after: list[float]) -> None:
    there, back = quantile_difference(before, after, 0.75), quantile_difference(after, before, 0.75)
    assert parts(back) == tuple(
        None if part is None else -part for part in (there.estimate, there.high, there.low)
    )


@MANY
@given(SAMPLES, SAMPLES, st.sampled_from([0.25, 0.5, 0.75]), st.sampled_from([1.0, 1.44, 4.0]))
def test_negative_times_at_the_opposite_quantile_are_the_mirror_image(
    before: list[float], after: list[float], probability: float, effect: float
) -> None:
    found = quantile_difference(before, after, probability, design_effect=effect)
    mirrored = quantile_difference(
        [-value for value in before], [-value for value in after], 1 - probability, design_effect=effect
    )
    negated = (None if part is None else -part for part in (mirrored.estimate, mirrored.high, mirrored.low))
    assert parts(found) == approx_parts(tuple(negated), 0)


@MANY
@given(SAMPLES, SAMPLES, PROBABILITIES, st.floats(1, 20), st.floats(1, 20))
def test_a_larger_design_effect_never_narrows(
    before: list[float], after: list[float], probability: str, one: float, other: float
) -> None:
    small, large = sorted((one, other))
    narrow = quantile_difference(before, after, float(probability), design_effect=small)
    wide = quantile_difference(before, after, float(probability), design_effect=large)
    assert wide.estimate == narrow.estimate
    assert wide.low is None or (narrow.low is not None and wide.low <= narrow.low)
    assert wide.high is None or (narrow.high is not None and wide.high >= narrow.high)


def parts(estimate: Estimate) -> tuple[float | None, float | None, float | None]:
    return estimate.estimate, estimate.low, estimate.high


def approx_parts(expected: tuple[float | None, ...], shift: float) -> tuple[object, ...]:
    return tuple(None if part is None else pytest.approx(part + shift, abs=1e-9) for part in expected)


def test_design_effect_4_doubles_the_width_where_values_are_evenly_spread() -> None:
    evenly = np.arange(10_001.0)
    plain = quantile_difference(evenly, evenly, 0.5)
    widened = quantile_difference(evenly, evenly, 0.5, design_effect=4.0)
    assert plain.high is not None and widened.high is not None
    assert widened.high / plain.high == pytest.approx(2, rel=0.02)


def test_design_effect_widens_times_recorded_in_whole_minutes() -> None:
    # 58 % of the calls share one minute: the plain interval has no width, and a shock can still move it.
    values, counts = [540.0, 600.0, 660.0], [2100, 5800, 2100]
    plain = quantile_difference(values, values, 0.5, 0.95, counts, counts)
    assert plain == Estimate(0.0, 0.0, 0.0)
    widened = quantile_difference(values, values, 0.5, 0.95, counts, counts, design_effect=1000.0)
    assert widened.low is not None and widened.low < 0
    assert widened.high is not None and widened.high > 0


def test_no_value_is_unknown_and_not_0() -> None:
    assert math.isnan(quantile([], 0.5))
    assert math.isnan(quantile([600.0], 0.5, counts=[0]))
    assert quantile_interval([], 0.5) == Estimate(None, None, None)
    assert quantile_interval([600.0], 0.5, counts=[0]) == Estimate(None, None, None)
    assert quantile_difference([], [1.0], 0.5) == Estimate(None, None, None)


def test_one_value_has_an_estimate_and_no_bound() -> None:
    assert quantile_interval([600.0], 0.9) == Estimate(600.0, None, None)
    assert quantile_difference([600.0], [540.0], 0.9) == Estimate(-60.0, None, None)


def test_all_ties_have_an_interval_of_no_width() -> None:
    assert quantile_interval([600.0] * 50, 0.9) == Estimate(600.0, 600.0, 600.0)


@pytest.mark.parametrize(("probability", "smallest"), [(0.5, 6), (0.9, 36), (0.1, 36), (0.95, 72)])
def test_minimum_count_is_where_both_bounds_first_exist(probability: float, smallest: int) -> None:
    # 0.5 ** 5 = 0.031 > 0.025 >= 0.016 = 0.5 ** 6; 0.9 ** 35 = 0.02503 > 0.025 >= 0.9 ** 36 = 0.0225.
    assert minimum_count_for_bounds(probability) == smallest
    assert None not in parts(quantile_interval(range(smallest), probability))
    assert None in parts(quantile_interval(range(smallest - 1), probability))


@MANY
@given(st.floats(0.01, 0.99), st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99]))
def test_minimum_count_is_minimal_at_every_quantile(probability: float, confidence: float) -> None:
    smallest = minimum_count_for_bounds(probability, confidence)
    assert None not in parts(quantile_interval(range(smallest), probability, confidence))
    assert None in parts(quantile_interval(range(smallest - 1), probability, confidence))


@MANY
@given(SAMPLES, st.floats(0, 1), st.floats(0.01, 0.999))
def test_bounds_never_cross_the_estimate(values: list[float], probability: float, confidence: float) -> None:
    found = quantile_interval(values, probability, confidence)
    assert found.estimate is not None
    assert found.low is None or found.low <= found.estimate
    assert found.high is None or found.high >= found.estimate


@pytest.mark.parametrize("unknown", [math.nan, math.inf, -math.inf, None])
def test_an_unknown_time_is_refused_and_not_skipped(unknown: float | None) -> None:
    for call in (
        lambda: quantile([600.0, unknown], 0.5),
        lambda: quantile_interval([600.0, unknown], 0.5),
        lambda: quantile_difference([600.0], [600.0, unknown], 0.5),
        lambda: quantile([600.0, 660.0], 0.5, counts=[1, unknown]),
    ):
        with pytest.raises(ValueError, match="NaN or an infinity"):
            call()


@pytest.mark.parametrize(
    ("values", "counts", "message"),
    [
        ([600.0, 660.0], [1], "2 values but 1 counts"),
        ([600.0], [-1], "whole and not negative"),
        ([600.0], [1.5], "whole and not negative"),
        ([[600.0]], None, "one-dimensional"),
    ],
)
def test_a_malformed_histogram_is_refused(values: list, counts: list | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        quantile(values, 0.5, counts)


@pytest.mark.parametrize("wrong", [-0.1, 1.1, 90, math.nan])
def test_a_quantile_outside_0_and_1_is_refused(wrong: float) -> None:
    for function in (quantile, quantile_interval):
        with pytest.raises(ValueError, match="between 0 and 1"):
            function([600.0], wrong)


@pytest.mark.parametrize("wrong", [0.99, 0.0, -2.0, math.nan, math.inf])
def test_a_design_effect_that_would_narrow_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        quantile_difference([1.0], [1.0], 0.5, design_effect=wrong)


def test_columns_of_pandas_are_taken_as_they_come() -> None:
    assert quantile(pd.Series([3, 1, 2], index=[7, 8, 9]), 0.5) == 2.0
    assert quantile(pd.Series([3, 1], dtype="Int64"), 0.5, pd.Series([1, 3])) == 1.0


@pytest.mark.clocked
def test_ten_million_calls_in_whole_seconds_take_under_50_milliseconds() -> None:
    seconds = np.arange(86_400)
    expected = 10_000_000 * np.exp(-seconds / 900) / 900
    counts = np.random.default_rng(1).poisson(expected)
    durations = []
    for _ in range(5):
        started = time.process_time()
        for probability in (0.5, 0.9):
            quantile_difference(seconds, seconds, probability, 0.95, counts, counts, design_effect=1.3)
        durations.append(time.process_time() - started)
    assert min(durations) < 0.05
