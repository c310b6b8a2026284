"""The verdict's rules, each with an estimate that only that rule decides."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperation.statistics import (
    AMOUNT,
    AMOUNT_TO_LOWER,
    AMOUNT_TO_RAISE,
    COMPARABILITY_REASONS,
    CONFIRMATION_CODES,
    DURATION,
    MINIMUM_MONTH_PAIRS,
    REASON_CODES,
    VERDICT_CODES,
    Confirmation,
    Direction,
    Estimate,
    Verdict,
    confirmation,
    verdict,
)

MANY = settings(derandomize=True, max_examples=300, deadline=None)
CLEARLY_FASTER = Estimate(-60.0, -80.0, -40.0)


def of_times(difference: Estimate, count: int = 500, **more: object) -> Verdict:
    return verdict(difference, count, count, 30, 15.0, **more)


@pytest.mark.parametrize(
    ("difference", "expected"),
    [
        (CLEARLY_FASTER, Verdict("faster", (), True)),
        (Estimate(60.0, 40.0, 80.0), Verdict("slower", (), False)),
        # Exactly the relevant 15 s counts as relevant.
        (Estimate(-15.0, -20.0, -1.0), Verdict("faster", (), True)),
        # Certain, and too small to matter.
        (
            Estimate(-14.0, -20.0, -1.0),
            Verdict("no_demonstrable_difference", ("difference_below_relevant",)),
        ),
        # Large, and as likely noise.
        (Estimate(-60.0, -130.0, 10.0), Verdict("no_demonstrable_difference", ("interval_includes_zero",))),
        # A bound on 0 does not exclude 0.
        (Estimate(-60.0, -120.0, 0.0), Verdict("no_demonstrable_difference", ("interval_includes_zero",))),
        (Estimate(0.0, 0.0, 0.0), Verdict("no_demonstrable_difference", ("interval_includes_zero",))),
        # Faster needs only the upper bound, slower only the lower.
        (Estimate(-60.0, None, -40.0), Verdict("faster", (), True)),
        (Estimate(60.0, 40.0, None), Verdict("slower", (), False)),
        # Without the bound on the side of 0 anything may be true.
        (Estimate(-60.0, -80.0, None), Verdict("too_few_data", ("interval_without_bound",))),
        (Estimate(60.0, None, 80.0), Verdict("too_few_data", ("interval_without_bound",))),
        # "No difference" needs both: it comes with the smallest change that would have shown.
        (Estimate(-5.0, None, 10.0), Verdict("too_few_data", ("interval_without_bound",))),
        (Estimate(-5.0, None, -1.0), Verdict("too_few_data", ("interval_without_bound",))),
        (Estimate(-60.0, None, None), Verdict("too_few_data", ("interval_without_bound",))),
        (Estimate(None, None, None), Verdict("too_few_data", ("interval_without_bound",))),
    ],
)
def test_the_interval_decides(difference: Estimate, expected: Verdict) -> None:
    assert of_times(difference) == expected


def test_the_minimum_count_holds_for_each_side() -> None:
    too_few = Verdict("too_few_data", ("below_minimum_count",))
    assert verdict(CLEARLY_FASTER, 29, 5000, 30, 15) == too_few
    assert verdict(CLEARLY_FASTER, 5000, 29, 30, 15) == too_few
    assert verdict(CLEARLY_FASTER, 30, 30, 30, 15).code == "faster"


def test_too_few_matched_months_leave_the_design_effect_unknown() -> None:
    few, enough = MINIMUM_MONTH_PAIRS - 1, MINIMUM_MONTH_PAIRS
    assert of_times(CLEARLY_FASTER, month_pair_count=few) == Verdict("too_few_data", ("too_few_months",))
    assert of_times(CLEARLY_FASTER, month_pair_count=enough).code == "faster"


@pytest.mark.parametrize("reason", COMPARABILITY_REASONS)
def test_what_cannot_be_compared_gets_no_other_verdict(reason: str) -> None:
    expected = Verdict("not_comparable", (reason,))
    assert of_times(CLEARLY_FASTER, comparability=(reason,)) == expected
    assert of_times(CLEARLY_FASTER, count=0, comparability=(reason,)) == expected


def test_every_reason_against_comparing_is_named() -> None:
    reasons = ("completeness_changed", "definition_changed")
    assert of_times(CLEARLY_FASTER, comparability=reasons).reasons == reasons


@pytest.mark.parametrize(
    ("direction", "down", "up"),
    [
        (DURATION, ("faster", True), ("slower", False)),
        (AMOUNT_TO_LOWER, ("lower", True), ("higher", False)),
        (AMOUNT_TO_RAISE, ("lower", False), ("higher", True)),
        (AMOUNT, ("lower", None), ("higher", None)),
    ],
)
def test_the_same_rules_in_the_words_of_the_measure(
    direction: Direction, down: tuple[str, bool | None], up: tuple[str, bool | None]
) -> None:
    lower, higher = Estimate(-0.05, -0.08, -0.02), Estimate(0.05, 0.02, 0.08)
    assert verdict(lower, 90, 90, 30, 0.02, direction) == Verdict(down[0], (), down[1])
    assert verdict(higher, 90, 90, 30, 0.02, direction) == Verdict(up[0], (), up[1])


@pytest.mark.parametrize(("before", "after"), [(0.62, 0.60), (0.84, 0.82), (0.51, 0.53), (0.07, 0.09)])
def test_two_points_are_two_points_in_binary_too(before: float, after: float) -> None:
    change = after - before
    found = verdict(Estimate(change, change - 0.001, change + 0.001), 90, 90, 30, 0.02, AMOUNT)
    assert found.code in ("lower", "higher")


@MANY
@given(
    st.tuples(*[st.none() | st.integers(-200, 200).map(float)] * 3),
    st.integers(0, 60),
    st.integers(0, 60),
    st.integers(0, 60).map(float),
    st.lists(st.sampled_from(COMPARABILITY_REASONS), max_size=2).map(tuple),
)
def test_codes_are_known_and_mirrored_data_get_the_mirrored_verdict(
    numbers: tuple[float | None, ...],
    before_count: int,
    after_count: int,
    relevant: float,
    reasons: tuple[str, ...],
) -> None:
    estimate = Estimate(*sorted(n for n in numbers if n is not None), *[None] * numbers.count(None))
    if None not in numbers:
        estimate = Estimate(sorted(numbers)[1], min(numbers), max(numbers))
    found = verdict(estimate, before_count, after_count, 30, relevant, DURATION, reasons)
    assert found.code in VERDICT_CODES
    assert set(found.reasons) <= set(REASON_CODES)
    assert (found.is_better is not None) == (found.code in ("faster", "slower"))
    assert bool(found.reasons) == (found.code not in ("faster", "slower"))
    turned = Estimate(*(None if n is None else -n for n in (estimate.estimate, estimate.high, estimate.low)))
    mirrored = verdict(turned, after_count, before_count, 30, relevant, DURATION, reasons)
    opposite = {"faster": "slower", "slower": "faster"}
    assert mirrored.code == opposite.get(found.code, found.code)
    assert mirrored.reasons == found.reasons


def test_unknown_codes_and_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown reasons"):
        of_times(CLEARLY_FASTER, comparability=("completness_changed",))
    with pytest.raises(ValueError, match="0 or more"):
        verdict(CLEARLY_FASTER, 90, 90, 30, -15)
    with pytest.raises(ValueError, match="0 or more"):
        verdict(CLEARLY_FASTER, 90, 90, 30, math.nan)
    with pytest.raises(ValueError, match="no verdict codes"):
        Direction("quicker", "slower")
    with pytest.raises(ValueError, match="one of the two directions"):
        Direction("faster", "slower", better="higher")


# --- Whether the other two steps confirm -------------------------------------------------------------------------

NOT_GIVEN = Estimate(None, None, None)
DOWN, UP, NEITHER = Estimate(-40.0, -60.0, -20.0), Estimate(40.0, 20.0, 60.0), Estimate(-5.0, -30.0, 20.0)


@pytest.mark.parametrize(
    ("corrected", "against_trend", "expected"),
    [
        (DOWN, DOWN, Confirmation("confirmed", True, True)),
        # However small: a step that excludes 0 points somewhere.
        (DOWN, Estimate(-1.0, -1.9, -0.1), Confirmation("confirmed", True, True)),
        (DOWN, NEITHER, Confirmation("partly", True, False)),
        (NEITHER, DOWN, Confirmation("partly", False, True)),
        # One step that is not given cannot confirm, and takes nothing from the other.
        (DOWN, NOT_GIVEN, Confirmation("partly", True, None)),
        (NOT_GIVEN, DOWN, Confirmation("partly", None, True)),
        (NEITHER, NEITHER, Confirmation("not_confirmed", False, False)),
        (NEITHER, NOT_GIVEN, Confirmation("not_confirmed", False, None)),
        (NOT_GIVEN, NEITHER, Confirmation("not_confirmed", None, False)),
        # A step that shows the opposite outweighs one that agrees.
        (DOWN, UP, Confirmation("not_confirmed", True, False)),
        (UP, DOWN, Confirmation("not_confirmed", False, True)),
        (UP, UP, Confirmation("not_confirmed", False, False)),
        # A bound on 0 does not exclude it; an absent bound on the side of 0 leaves it open.
        (DOWN, Estimate(-40.0, -60.0, 0.0), Confirmation("partly", True, False)),
        (DOWN, Estimate(-40.0, -60.0, None), Confirmation("partly", True, False)),
        (DOWN, Estimate(-40.0, None, -20.0), Confirmation("confirmed", True, True)),
        (NOT_GIVEN, NOT_GIVEN, Confirmation("not_available")),
    ],
)
def test_what_two_other_steps_confirm(
    corrected: Estimate, against_trend: Estimate, expected: Confirmation
) -> None:
    assert confirmation(DOWN, corrected, against_trend) == expected
    mirrored = [
        Estimate(*(None if number is None else -number for number in (step.estimate, step.high, step.low)))
        for step in (DOWN, corrected, against_trend)
    ]
    assert confirmation(*mirrored) == expected
    assert expected.code in CONFIRMATION_CODES


@pytest.mark.parametrize("measured", [NEITHER, NOT_GIVEN, Estimate(-40.0, -60.0, None)])
def test_there_is_nothing_to_confirm_where_nothing_was_shown(measured: Estimate) -> None:
    assert confirmation(measured, DOWN, DOWN) == Confirmation("not_available")
