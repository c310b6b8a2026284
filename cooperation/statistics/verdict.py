"""The verdict on a difference: what may honestly be said about it, as codes."""

import math
from dataclasses import dataclass

from cooperation.statistics.design_effect import MINIMUM_MONTH_PAIRS
from cooperation.statistics.estimate import Estimate

VERDICT_CODES = (
    "faster",
    "slower",
    "lower",
    "higher",
    "no_demonstrable_difference",
    "too_few_data",
    "not_comparable",
)
COMPARABILITY_REASONS = (
    "no_matching_months",
    "months_not_matched",
    "completeness_changed",
    "definition_changed",
    "starts_differ",
    "part_exceeds_whole",
)
REASON_CODES = (
    *COMPARABILITY_REASONS,
    "below_minimum_count",
    "too_few_months",
    "interval_without_bound",
    "interval_includes_zero",
    "difference_below_relevant",
)
CONFIRMATION_CODES = ("confirmed", "partly", "not_confirmed", "not_available")


@dataclass(frozen=True)
class Direction:
    """The verdict codes for a decrease and an increase of a measure, and the better one; None is neither."""

    decrease: str
    increase: str
    better: str | None = None

    def __post_init__(self) -> None:
        if not {self.decrease, self.increase} <= set(VERDICT_CODES):
            raise ValueError(f"no verdict codes: {self.decrease}, {self.increase}")
        if self.better not in (None, self.decrease, self.increase):
            raise ValueError(f"better must be one of the two directions, not {self.better}")


DURATION = Direction("faster", "slower", better="faster")
AMOUNT = Direction("lower", "higher")
AMOUNT_TO_LOWER = Direction("lower", "higher", better="lower")
AMOUNT_TO_RAISE = Direction("lower", "higher", better="higher")


@dataclass(frozen=True)
class Verdict:
    """A verdict code and its reasons; `is_better` is None where no change was shown or none is better."""

    code: str
    reasons: tuple[str, ...] = ()
    is_better: bool | None = None


def verdict(
    difference: Estimate,
    before_count: int,
    after_count: int,
    minimum_count: int,
    relevant_difference: float,
    direction: Direction = DURATION,
    comparability: tuple[str, ...] = (),
    month_pair_count: int | None = None,
) -> Verdict:
    """Return what may be said about after - before; the first rule that applies decides.

    1. `not_comparable`, where `comparability` names reasons (codes of `COMPARABILITY_REASONS`).
    2. `too_few_data`, where a side has fewer than `minimum_count` values, where fewer than
       `MINIMUM_MONTH_PAIRS` matched months (`month_pair_count`; None: no months involved) leave the design
       effect unknown, or where an absent bound leaves it open whether the interval excludes 0: a decrease
       needs the upper bound, an increase the lower, neither needs both.
    3. The direction's code, where the interval excludes 0 and the difference is at least
       `relevant_difference`, in the unit of the difference.
    4. `no_demonstrable_difference`: the interval includes 0, or the difference is below the relevant one.
    """
    unknown_reasons = set(comparability) - set(COMPARABILITY_REASONS)
    if unknown_reasons:
        raise ValueError(f"unknown reasons: {sorted(unknown_reasons)}")
    if not relevant_difference >= 0:
        raise ValueError(f"a relevant difference is 0 or more, not {relevant_difference}")
    if comparability:
        return Verdict("not_comparable", comparability)
    if min(before_count, after_count) < minimum_count:
        return Verdict("too_few_data", ("below_minimum_count",))
    if month_pair_count is not None and month_pair_count < MINIMUM_MONTH_PAIRS:
        return Verdict("too_few_data", ("too_few_months",))
    return _verdict_on_interval(difference, relevant_difference, direction)


@dataclass(frozen=True)
class Confirmation:
    """Whether the other two steps point the same way as the figure as measured, as a code.

    `corrected` and `against_trend` tell of each step: True, it points the same way with an interval that excludes 0;
    False, it does not; None, it is not given.
    """

    code: str
    corrected: bool | None = None
    against_trend: bool | None = None


def confirmation(measured: Estimate, corrected: Estimate, against_trend: Estimate) -> Confirmation:
    """Return whether a difference as measured stands when corrected for the mix of calls and against the trend.

    All three are after - before; a step that is not given has no estimate.

    1. `not_available`, where the interval as measured includes 0 or has no bound to tell (there is nothing to
       confirm), or neither step is given.
    2. `confirmed`: both steps point the same way, with intervals that exclude 0.
    3. `not_confirmed`: no step does, or one points the other way with an interval that excludes 0.
    4. `partly`: one does; the other does not, or is not given.
    """
    way = _way(measured)
    ways = [None if step.estimate is None else _way(step) for step in (corrected, against_trend)]
    points_same_way = [None if step is None else step == way for step in ways]
    if way == 0 or points_same_way == [None, None]:
        return Confirmation("not_available")
    if True not in points_same_way or -way in ways:
        return Confirmation("not_confirmed", *points_same_way)
    return Confirmation("confirmed" if all(points_same_way) else "partly", *points_same_way)


def _way(difference: Estimate) -> int:
    """Return -1 or 1 where the interval lies below or above 0, else 0."""
    if difference.high is not None and difference.high < 0:
        return -1
    return 1 if difference.low is not None and difference.low > 0 else 0


def _verdict_on_interval(difference: Estimate, relevant_difference: float, direction: Direction) -> Verdict:
    shown = _shown_change(difference, direction)
    if shown and _is_relevant(difference, relevant_difference):
        return Verdict(shown, (), None if direction.better is None else shown == direction.better)
    if difference.low is None or difference.high is None:
        return Verdict("too_few_data", ("interval_without_bound",))
    reason = "difference_below_relevant" if shown else "interval_includes_zero"
    return Verdict("no_demonstrable_difference", (reason,))


def _shown_change(difference: Estimate, direction: Direction) -> str | None:
    return {-1: direction.decrease, 0: None, 1: direction.increase}[_way(difference)]


def _is_relevant(difference: Estimate, relevant_difference: float) -> bool:
    if difference.estimate is None:
        return False
    size = abs(difference.estimate)
    # 0.62 - 0.60 is a hair off 0.02 in binary; two points must count as two points.
    return size >= relevant_difference or math.isclose(size, relevant_difference, rel_tol=1e-9)
