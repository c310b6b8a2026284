"""Estimates, the difference of two of them, and what a comparison could have shown."""

import math

import pytest
from scipy.stats import norm

from cooperation.statistics import Estimate, smallest_detectable_difference
from cooperation.statistics.estimate import difference


def test_difference_recovers_each_distance_from_the_two_that_matter() -> None:
    before, after = Estimate(100.0, 96.0, 112.0), Estimate(90.0, 85.0, 93.0)
    # Down: after falls to its low (5), before rises to its high (12).
    # Up: after rises to its high (3), before falls to its low (4).
    assert difference(before, after) == Estimate(-10.0, -10.0 - 13.0, -10.0 + 5.0)


@pytest.mark.parametrize(
    ("before", "after", "has_low", "has_high"),
    [
        (Estimate(100.0, 96.0, None), Estimate(90.0, 85.0, 93.0), False, True),
        (Estimate(100.0, None, 112.0), Estimate(90.0, 85.0, 93.0), True, False),
        (Estimate(100.0, 96.0, 112.0), Estimate(90.0, 85.0, None), True, False),
        (Estimate(100.0, 96.0, 112.0), Estimate(90.0, None, 93.0), False, True),
    ],
)
def test_an_absent_bound_takes_away_only_the_bound_made_from_it(
    before: Estimate, after: Estimate, has_low: bool, has_high: bool
) -> None:
    result = difference(before, after)
    assert result.estimate == -10.0
    assert (result.low is not None, result.high is not None) == (has_low, has_high)


def test_difference_with_an_empty_side_is_unknown() -> None:
    nothing = Estimate(None, None, None)
    assert difference(nothing, Estimate(1.0, 0.0, 2.0)) == nothing
    assert difference(Estimate(1.0, 0.0, 2.0), nothing) == nothing


def test_smallest_detectable_difference_is_2_80_standard_errors() -> None:
    # Cohen's 1.960 + 0.842 = 2.802 standard errors at 5 % and 80 %.
    half_width = 1.959964 * 10
    found = smallest_detectable_difference(Estimate(3.0, 3.0 - half_width, 3.0 + half_width))
    assert found == pytest.approx(28.0159, abs=1e-3)


def test_smallest_detectable_difference_is_shown_with_the_power_asked_for() -> None:
    standard_error, confidence, power = 7.0, 0.9, 0.7
    half_width = norm.isf(0.05) * standard_error
    size = smallest_detectable_difference(Estimate(0.0, -half_width, half_width), power, confidence)
    assert size is not None
    assert norm.sf(norm.isf(0.05) - size / standard_error) == pytest.approx(power)


def test_smallest_detectable_difference_needs_both_bounds() -> None:
    assert smallest_detectable_difference(Estimate(1.0, None, 2.0)) is None
    assert smallest_detectable_difference(Estimate(1.0, 0.0, None)) is None


@pytest.mark.parametrize("wrong", [0.0, 1.0, -0.1, 95.0, math.nan])
def test_power_and_confidence_outside_0_and_1_are_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        smallest_detectable_difference(Estimate(0.0, -1.0, 1.0), power=wrong)
    with pytest.raises(ValueError, match="between 0 and 1"):
        smallest_detectable_difference(Estimate(0.0, -1.0, 1.0), confidence=wrong)


def test_nan_is_not_a_way_to_say_unknown() -> None:
    with pytest.raises(ValueError, match="not NaN"):
        Estimate(1.0, math.nan, 2.0)
