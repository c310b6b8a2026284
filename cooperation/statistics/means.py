"""The difference of two means of few values, such as the costs of some years."""

import math
from collections.abc import Sequence

from cooperation.statistics.distributions import student_reach
from cooperation.statistics.estimate import Estimate, check_confidence

MINIMUM_VALUES = 2


def mean_difference(before: Sequence[float], after: Sequence[float], confidence: float = 0.95) -> Estimate:
    """Return mean(after) - mean(before) with its interval for unequal spreads (Welch 1947, Biometrika 34, 28-35).

    In the unit of the values, which count as independent. Without two values a side there is no spread and no
    bound; without a value there is no difference either.
    """
    sides = [[(value, 1.0) for value in side] for side in (before, after)]
    return ratio_difference(sides[0], sides[1], confidence)


def ratio_difference(
    before: Sequence[tuple[float, float]], after: Sequence[tuple[float, float]], confidence: float = 0.95
) -> Estimate:
    """Return the difference of two ratios of sums, after less before, from pairs of a quantity and its size.

    The ratio is all quantities by all sizes; its variance is that of a ratio estimator (Cochran 1977, section 6.4), the
    degrees of freedom are Welch's. With equal sizes this is the difference of means. A size is above 0; without two
    pairs a side there is no bound, without a pair no difference.
    """
    check_confidence(confidence)
    if not before or not after:
        return Estimate(None, None, None)
    change = _ratio(after) - _ratio(before)
    if min(len(before), len(after)) < MINIMUM_VALUES:
        return Estimate(change, None, None)
    parts = [_variance_of_ratio(side) for side in (before, after)]
    variance = sum(parts)
    if variance == 0:
        return Estimate(change, change, change)
    freedom = variance**2 / sum(
        part**2 / (len(side) - 1) for part, side in zip(parts, (before, after), strict=True)
    )
    reach = float(student_reach((1 - confidence) / 2, freedom)) * math.sqrt(variance)
    return Estimate(change, change - reach, change + reach)


def _ratio(pairs: Sequence[tuple[float, float]]) -> float:
    return math.fsum(quantity for quantity, _ in pairs) / math.fsum(size for _, size in pairs)


def _variance_of_ratio(pairs: Sequence[tuple[float, float]]) -> float:
    ratio, count = _ratio(pairs), len(pairs)
    squares = math.fsum((quantity - ratio * size) ** 2 for quantity, size in pairs)
    return squares * count / (count - 1) / math.fsum(size for _, size in pairs) ** 2
