"""An estimate with its interval, and the difference of two of them."""

import math
from dataclasses import dataclass

from cooperation.statistics.distributions import normal_reach


@dataclass(frozen=True)
class Estimate:
    """A figure and its confidence bounds, in the figure's own unit; None is unknown, and never NaN."""

    estimate: float | None
    low: float | None
    high: float | None

    def __post_init__(self) -> None:
        if any(bound is not None and math.isnan(bound) for bound in (self.estimate, self.low, self.high)):
            raise ValueError("an unknown estimate or bound is None, not NaN")


def difference(before: Estimate, after: Estimate) -> Estimate:
    """Return after - before with an interval recovered from the two intervals.

    Both estimates are in one unit and at one confidence, and come from independent samples. A bound is None
    where one of the two bounds that it is made from is absent. Method of variance estimates recovery, Zou &
    Donner (2008), Statistics in Medicine 27(10), 1693-1702.
    """
    if before.estimate is None or after.estimate is None:
        return Estimate(None, None, None)
    change = after.estimate - before.estimate
    down = _distance(_gap(after.estimate, after.low), _gap(before.high, before.estimate))
    up = _distance(_gap(after.high, after.estimate), _gap(before.estimate, before.low))
    return Estimate(
        change,
        None if down is None else change - down,
        None if up is None else change + up,
    )


def smallest_detectable_difference(
    estimate: Estimate, power: float = 0.8, confidence: float = 0.95
) -> float | None:
    """Return the smallest true difference that a comparison this precise would show with the given power.

    `estimate` is a difference with its interval at `confidence`; the answer is a positive number in the same
    unit, None where a bound is absent. The standard error is read from the width of the interval, so a design
    effect in the interval is in the answer too. Normal approximation (Cohen 1988, chapter 2).
    """
    check_confidence(confidence)
    if not 0 < power < 1:
        raise ValueError(f"power must lie between 0 and 1, not {power}")
    if estimate.low is None or estimate.high is None:
        return None
    critical = normal_reach((1 - confidence) / 2)
    standard_error = (estimate.high - estimate.low) / 2 / critical
    return float(standard_error * (critical + normal_reach(1 - power)))


def check_confidence(confidence: float) -> None:
    """Refuse a confidence that is not between 0 and 1 with a ValueError."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")


def check_design_effect(design_effect: float) -> None:
    """Refuse a design effect that would narrow an interval, or is not finite, with a ValueError."""
    if not 1 <= design_effect < math.inf:
        raise ValueError(f"a design effect is finite and at least 1, not {design_effect}")


def _gap(high: float | None, low: float | None) -> float | None:
    return None if high is None or low is None else high - low


def _distance(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else math.hypot(first, second)
