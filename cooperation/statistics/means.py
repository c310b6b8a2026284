"""The difference of two means of few values, such as the costs of some years."""

import math
from collections.abc import Sequence

from scipy.stats import t

from cooperation.statistics.estimate import Estimate, check_confidence

MINIMUM_VALUES = 2


def mean_difference(before: Sequence[float], after: Sequence[float], confidence: float = 0.95) -> Estimate:
    """Return mean(after) - mean(before) with its interval for unequal spreads (Welch 1947, Biometrika 34, 28-35).

    In the unit of the values, which count as independent. Without two values a side there is no spread and no
    bound; without a value there is no difference either.
    """
    check_confidence(confidence)
    if not before or not after:
        return Estimate(None, None, None)
    change = _mean(after) - _mean(before)
    if min(len(before), len(after)) < MINIMUM_VALUES:
        return Estimate(change, None, None)
    parts = [_variance(side) / len(side) for side in (before, after)]
    variance = sum(parts)
    if variance == 0:
        return Estimate(change, change, change)
    freedom = variance**2 / sum(
        part**2 / (len(side) - 1) for part, side in zip(parts, (before, after), strict=True)
    )
    reach = float(t.isf((1 - confidence) / 2, freedom)) * math.sqrt(variance)
    return Estimate(change, change - reach, change + reach)


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _variance(values: Sequence[float]) -> float:
    mean = _mean(values)
    return math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
