"""Shares of calls, with score intervals that hold for small numbers and near 0 and 1."""

import math

from cooperation.statistics.distributions import normal_reach
from cooperation.statistics.estimate import Estimate, check_confidence, check_design_effect, difference


def share_interval(hits: int, total: int, confidence: float = 0.95) -> Estimate:
    """Return hits / total (0 to 1) with its score interval (Wilson 1927); all None where total is 0."""
    return score_interval(hits, total, confidence)


def share_difference(
    before_hits: int,
    before_total: int,
    after_hits: int,
    after_total: int,
    confidence: float = 0.95,
    design_effect: float = 1.0,
) -> Estimate:
    """Return the after share minus the before share (-1 to 1), with the hybrid score interval.

    `design_effect` (at least 1, from `share_design_effect`) divides both sample sizes. All None where a side
    is empty. Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.
    """
    check_design_effect(design_effect)
    return difference(
        score_interval(before_hits, before_total, confidence, design_effect),
        score_interval(after_hits, after_total, confidence, design_effect),
    )


def score_interval(hits: float, total: float, confidence: float, design_effect: float = 1.0) -> Estimate:
    """Return hits / total with its score interval; weighted calls may add up to fractions of a call."""
    check_confidence(confidence)
    # Written so that NaN fails too.
    if not 0 <= hits <= total < math.inf:
        raise ValueError(f"hits must lie between 0 and total: {hits} of {total}")
    if total == 0:
        return Estimate(None, None, None)
    share = hits / total
    effective_total = total / design_effect
    critical = normal_reach((1 - confidence) / 2)
    shrinkage = 1 + critical**2 / effective_total
    centre = (share + critical**2 / (2 * effective_total)) / shrinkage
    spread = share * (1 - share) / effective_total + (critical / (2 * effective_total)) ** 2
    reach = critical * math.sqrt(spread) / shrinkage
    # At 0 and total the score bound is exactly the share; rounding would put it a hair beyond.
    return Estimate(
        share,
        0.0 if hits == 0 else min(share, centre - reach),
        1.0 if hits == total else max(share, centre + reach),
    )
