"""The XmR chart: by hand, against a plain twin, and what must not set or break a limit."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperation.statistics import ControlChart, xmr_limits

MANY = settings(derandomize=True, max_examples=200, deadline=None)
MONTH = st.one_of(st.integers(0, 900).map(float), st.none())


def twin(values: list[float | None], baseline_length: int) -> ControlChart:
    """The definition in loops."""
    silent = (False,) * len(values)
    baseline = values[:baseline_length]
    known = [value for value in baseline if value is not None]
    ranges = [
        abs(b - a) for a, b in zip(baseline, baseline[1:], strict=False) if a is not None and b is not None
    ]
    if len(known) < 12 or not ranges:
        return ControlChart(None, None, None, silent, silent, len(known), 0)
    kept = [size for size in ranges if size <= 3.267 * sum(ranges) / len(ranges)]
    centre = sum(known) / len(known)
    reach = 2.66 * sum(kept) / len(kept)
    outside = tuple(value is not None and abs(value - centre) > reach for value in values)
    in_run = set()
    places = [place for place, value in enumerate(values) if value is not None]
    for first in range(len(places) - 7):
        eight = places[first : first + 8]
        signs = {
            math.copysign(1, values[place] - centre) if values[place] != centre else 0 for place in eight
        }
        if signs in ({1.0}, {-1.0}):
            in_run |= set(eight)
    runs = tuple(place in in_run for place in range(len(values)))
    return ControlChart(
        centre, centre - reach, centre + reach, outside, runs, len(known), len(ranges) - len(kept)
    )


def chart(values: list[float | None], baseline_length: int, **more: int) -> ControlChart:
    return xmr_limits(values, [place < baseline_length for place in range(len(values))], **more)


def test_limits_worked_by_hand() -> None:
    # Twelve months that go 600, 610, 600, ...: centre 605, every moving range 10.
    found = chart([600.0, 610.0] * 6 + [631.6, 631.7, 578.4, 578.3], 12)
    assert (found.centre, found.low, found.high) == pytest.approx((605.0, 578.4, 631.6))
    assert found.is_outside[13] and found.is_outside[15]
    assert not any(found.is_outside[:12])
    assert not any(found.is_in_run)


def test_a_wild_range_is_left_out_of_the_limits_once() -> None:
    calm = [600.0, 610.0] * 9
    # One month at 900 makes two ranges of 290 among fifteen of 10: their mean is 43, times 3.267 is 140.
    wild = [*calm[:9], 900.0, *calm[9:]]
    found = chart(wild, len(wild))
    assert found.left_out_ranges == 2
    assert found.high is not None and found.centre is not None
    assert found.high - found.centre == pytest.approx(26.6)
    assert found.is_outside[9]


@MANY
@given(st.lists(MONTH, max_size=50), st.integers(0, 40))
def test_chart_agrees_with_its_plain_twin(values: list[float | None], baseline_length: int) -> None:
    found, expected = chart(values, baseline_length), twin(values, baseline_length)
    assert found.baseline_count == expected.baseline_count
    assert found.left_out_ranges == expected.left_out_ranges
    assert (found.centre is None) == (expected.centre is None)
    if found.centre is not None:
        limits = (expected.centre, expected.low, expected.high)
        assert (found.centre, found.low, found.high) == pytest.approx(limits)
    assert found.is_outside == expected.is_outside
    assert found.is_in_run == expected.is_in_run


@MANY
@given(st.lists(MONTH, min_size=13, max_size=40), st.lists(MONTH, max_size=20))
def test_what_comes_after_the_baseline_moves_no_limit(
    before: list[float | None], after: list[float | None]
) -> None:
    alone, both = chart(before, len(before)), chart([*before, *after], len(before))
    assert (alone.centre, alone.low, alone.high) == (both.centre, both.low, both.high)


def test_eight_in_a_row_are_a_run_and_seven_are_not() -> None:
    baseline: list[float | None] = [600.0, 610.0] * 6
    assert not any(chart([*baseline, 590.0, *[606.0] * 7], 12).is_in_run)
    found = chart([*baseline, 590.0, *[606.0] * 8], 12)
    assert found.is_in_run == (*[False] * 13, *[True] * 8)
    longer = chart([*baseline, 590.0, *[606.0] * 11], 12)
    assert sum(longer.is_in_run) == 11


def test_an_unknown_month_is_passed_over_and_one_on_the_centre_ends_the_run() -> None:
    baseline: list[float | None] = [600.0, 610.0] * 6
    passed_over = chart([*baseline, 590.0, *[606.0] * 5, None, *[606.0] * 3], 12)
    assert passed_over.is_in_run[13:] == (*[True] * 5, False, *[True] * 3)
    ended = chart([*baseline, 590.0, *[606.0] * 5, 605.0, *[606.0] * 3], 12)
    assert not any(ended.is_in_run)


def test_a_moving_range_does_not_reach_over_a_gap() -> None:
    # Level 600 before the hole and 700 behind it: the jump is no month-to-month movement.
    found = chart([*[600.0, 604.0] * 4, None, *[700.0, 704.0] * 4], 17)
    assert found.high is not None and found.centre is not None
    assert found.high - found.centre == pytest.approx(2.66 * 4)


def test_a_short_baseline_sets_no_limit() -> None:
    assert chart([600.0, 610.0] * 5, 10) == ControlChart(
        None, None, None, (False,) * 10, (False,) * 10, 10, 0
    )
    assert chart([600.0, 610.0] * 5, 10, minimum_baseline=10).centre == 605
    assert chart([600.0, None] * 12, 24).centre is None
    assert chart([], 0).centre is None


def test_malformed_values_are_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        xmr_limits([math.inf], [True])
    with pytest.raises(ValueError, match="finite"):
        xmr_limits([1.0, 2.0], [True])
