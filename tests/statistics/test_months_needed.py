"""What would be needed for a verdict: by hand, and against the interval that then comes out."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperation.statistics import Estimate, MonthsNeeded, months_needed

MANY = settings(derandomize=True, max_examples=200, deadline=None)


@pytest.mark.parametrize(
    ("counts", "calls_a_month", "expected"),
    [
        ((300, 300), (10, 10), MonthsNeeded(0, 0)),
        # 20 short at 1.5 a month.
        ((300, 10), (10, 1.5), MonthsNeeded(0, 14)),
        # The past does not grow: only older exports fill the before side.
        ((25, 40), (2, 2), MonthsNeeded(3, 0)),
        ((0, 0), (10, 7), MonthsNeeded(3, 5)),
        ((0, 40), (0, 2), MonthsNeeded(None, 0)),
        ((40, 0), (2, 0), MonthsNeeded(0, None)),
        ((30, 30), (0, 0), MonthsNeeded(0, 0)),
    ],
)
def test_months_until_both_sides_have_calls_enough(
    counts: tuple[int, int], calls_a_month: tuple[float, float], expected: MonthsNeeded
) -> None:
    assert months_needed(counts, calls_a_month, 30) == expected
    assert expected.suffices == (None not in (expected.before, expected.after))


def test_matched_months_are_needed_too() -> None:
    assert months_needed((300, 300), (10, 10), 30, month_pair_count=2) == MonthsNeeded(0, 4)
    assert months_needed((300, 20), (10, 1), 30, month_pair_count=2) == MonthsNeeded(0, 10)
    assert months_needed((300, 300), (10, 10), 30, month_pair_count=36) == MonthsNeeded(0, 0)


def test_half_the_width_worked_by_hand() -> None:
    # Variance s (1/400 + 1/100) = s/80 gives a reach of 60; 45 needs s/80 * (3/4)^2 = s * 0.00703125, of which the
    # before side takes 0.0025: after, 1/0.00453125 = 220.7 calls, so 120.7 more, at ten a month.
    found = months_needed((400, 100), (10, 10), 30, None, Estimate(-20.0, -80.0, 40.0), 45.0)
    assert found == MonthsNeeded(0, 13)


def test_no_time_makes_up_for_a_thin_past() -> None:
    # Even with endless calls after, the 40 before alone leave a reach of 60 * sqrt(1/2) = 42.
    thin = Estimate(-20.0, -80.0, 40.0)
    assert months_needed((40, 40), (10, 10), 30, None, thin, 42.0).after is None
    assert months_needed((40, 40), (10, 10), 30, None, thin, 43.0).after is not None


@MANY
@given(
    st.integers(1, 2000),
    st.integers(1, 2000),
    st.floats(0.5, 200),
    st.floats(1, 300),
    st.floats(1, 300),
)
def test_by_then_the_interval_is_as_narrow_as_asked_and_a_month_sooner_it_was_not(
    before: int, after: int, pace: float, reach: float, wanted: float
) -> None:
    estimate = Estimate(0.0, -reach, reach)
    found = months_needed((before, after), (pace, pace), 1, None, estimate, wanted)

    def reach_after(months: float) -> float:
        then = 1 / before + 1 / (after + months * pace)
        return reach * math.sqrt(then / (1 / before + 1 / after))

    if found.after is None:
        assert reach_after(1e9) > wanted * (1 - 1e-6)
    else:
        assert reach_after(found.after) <= wanted * (1 + 1e-9)
        if found.after > 0:
            assert reach_after(found.after - 1) > wanted * (1 - 1e-9)


def test_an_interval_without_a_bound_cannot_be_planned() -> None:
    assert months_needed((40, 40), (2, 2), 30, None, Estimate(1.0, None, 3.0), 15.0) == MonthsNeeded(0, None)
    assert months_needed((0, 40), (2, 2), 30, None, Estimate(None, None, None), 15.0).after is None
    assert months_needed((40, 40), (2, 2), 30, None, Estimate(0.0, 0.0, 0.0), 15.0) == MonthsNeeded(0, 0)


def test_less_than_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        months_needed((-1, 0), (1, 1), 30)
    with pytest.raises(ValueError, match="0 or more"):
        months_needed((1, 0), (1, -1), 30)
