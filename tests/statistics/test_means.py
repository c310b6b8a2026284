"""The difference of two means, against scipy's own Welch interval and by its invariants."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_ind

from cooperation.statistics.means import mean_difference

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
