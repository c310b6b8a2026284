"""The difference of two means, against scipy's own Welch interval and by its invariants."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_ind

from cooperation.statistics.means import mean_difference, ratio_difference

YEARS = st.lists(st.integers(-(10**6), 10**6).map(float), min_size=2, max_size=8)


@given(YEARS, YEARS)
def test_the_interval_is_welch_s(before: list[float], after: list[float]) -> None:
    difference = mean_difference(before, after)
    if len({*before}) == len({*after}) == 1:
        assert difference.low == difference.high == difference.estimate
        return
    expected = ttest_ind(after, before, equal_var=False).confidence_interval(0.95)
    assert difference.low == pytest.approx(expected.low, rel=1e-6, abs=1e-6)
    assert difference.high == pytest.approx(expected.high, rel=1e-6, abs=1e-6)


def test_one_year_a_side_has_no_interval() -> None:
    difference = mean_difference([100.0], [90.0, 80.0])
    assert (difference.estimate, difference.low, difference.high) == (-15.0, None, None)


def test_no_year_has_no_difference() -> None:
    assert mean_difference([], [90.0]).estimate is None


def test_a_confidence_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="confidence"):
        mean_difference([1.0, 2.0], [1.0, 2.0], 1.5)


PAIRS = st.lists(
    st.tuples(st.integers(0, 10**4).map(float), st.integers(1, 500).map(float)), min_size=2, max_size=8
)


@given(PAIRS, PAIRS, st.integers(1, 50))
def test_a_ratio_is_all_by_all_and_lies_in_its_interval(
    before: list[tuple[float, float]], after: list[tuple[float, float]], unit: int
) -> None:
    found = ratio_difference(before, after)
    ratios = [
        sum(quantity for quantity, _ in side) / sum(size for _, size in side) for side in (before, after)
    ]
    assert found.estimate == pytest.approx(ratios[1] - ratios[0], abs=1e-9)
    # The interval is centred on the difference that is shown.
    assert (found.low + found.high) / 2 == pytest.approx(found.estimate, abs=1e-6)
    # In another unit of the size everything scales.
    scaled = ratio_difference(
        *[[(quantity, size * unit) for quantity, size in side] for side in (before, after)]
    )
    assert scaled.high - scaled.low == pytest.approx((found.high - found.low) / unit, abs=1e-6)


@given(YEARS, YEARS, st.integers(1, 50))
def test_with_equal_sizes_a_ratio_is_a_mean(before: list[float], after: list[float], size: int) -> None:
    pairs = [[(value * size, float(size)) for value in side] for side in (before, after)]
    found, expected = ratio_difference(*pairs), mean_difference(before, after)
    assert found.low == pytest.approx(expected.low, rel=1e-6, abs=1e-3)
    assert found.high == pytest.approx(expected.high, rel=1e-6, abs=1e-3)


def test_a_year_of_many_weighs_more_than_a_year_of_few() -> None:
    # 30 of 60 and 9 of 10 before: 39 of 70. Residuals 60 * (30/60 - 39/70) and its opposite, -24/7 and 24/7.
    found = ratio_difference([(30, 60), (9, 10)], [(35, 70), (35, 70)])
    assert found.estimate == pytest.approx(0.5 - 39 / 70)
    # Variance 2/1 * 2 * (24/7)^2 / 70^2; 1 degree of freedom, t = 12.7062.
    assert found.high - found.estimate == pytest.approx(12.7062 * 2 * (24 / 7) / 70, rel=1e-4)
