"""Shares and their differences, against published tables and the equation that the interval solves."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperation.statistics import Estimate, share_difference, share_interval

MANY = settings(derandomize=True, max_examples=300, deadline=None)
CRITICAL = 1.959963984540054


@st.composite
def hits_of_total(draw: st.DrawFn) -> tuple[int, int]:
    total = draw(st.integers(1, 2000))
    return draw(st.integers(0, total)), total


# Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3.
@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_interval_gives_newcombes_published_values(hits: int, total: int, low: float, high: float) -> None:
    found = share_interval(hits, total)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


# Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10: first sample minus second.
@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_difference_gives_newcombes_published_values(
    first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    found = share_difference(*second, *first)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@MANY
@given(hits_of_total())
def test_bounds_are_the_shares_whose_score_test_just_fails(sample: tuple[int, int]) -> None:
    hits, total = sample
    found = share_interval(hits, total)
    assert found.low is not None and found.high is not None
    for bound in (found.low, found.high):
        distance = abs(hits / total - bound)
        assert distance == pytest.approx(CRITICAL * math.sqrt(bound * (1 - bound) / total), abs=1e-9)
    assert 0 <= found.low <= hits / total <= found.high <= 1


@MANY
@given(hits_of_total(), hits_of_total(), st.floats(1, 50))
def test_counting_misses_or_swapping_sides_turns_the_difference_round(
    before: tuple[int, int], after: tuple[int, int], effect: float
) -> None:
    found = share_difference(*before, *after, design_effect=effect)
    assert found.low is not None and found.high is not None
    assert -1 <= found.low <= found.estimate <= found.high <= 1
    turned = pytest.approx((-found.estimate, -found.high, -found.low), abs=1e-12)
    swapped = share_difference(*after, *before, design_effect=effect)
    assert (swapped.estimate, swapped.low, swapped.high) == turned
    misses = share_difference(
        before[1] - before[0], before[1], after[1] - after[0], after[1], design_effect=effect
    )
    assert (misses.estimate, misses.low, misses.high) == turned


def test_design_effect_2_is_half_the_calls() -> None:
    assert share_difference(80, 100, 60, 100, design_effect=2.0) == share_difference(40, 50, 30, 50)


def test_no_calls_is_unknown_and_not_0() -> None:
    nothing = Estimate(None, None, None)
    assert share_interval(0, 0) == nothing
    assert share_difference(0, 0, 5, 10) == nothing
    assert share_difference(5, 10, 0, 0) == nothing


def test_one_call_has_bounds_that_promise_little() -> None:
    found = share_interval(1, 1)
    assert found.low == pytest.approx(0.2065, abs=5e-5)
    assert (found.estimate, found.high) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("hits", "total"), [(-1, 10), (11, 10), (math.nan, 10), (5, math.nan), (1, math.inf)]
)
def test_impossible_shares_are_refused(hits: float, total: float) -> None:
    with pytest.raises(ValueError, match="between 0 and total"):
        share_interval(hits, total)
    with pytest.raises(ValueError, match="between 0 and total"):
        share_difference(1, 2, hits, total)


@pytest.mark.parametrize("wrong", [0, 1, 95])
def test_an_impossible_confidence_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="confidence"):
        share_interval(1, 2, wrong)


def test_a_design_effect_that_would_narrow_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        share_difference(1, 2, 1, 2, design_effect=0.5)
