"""How many months more would be needed before a comparison could say anything."""

import math
from dataclasses import dataclass

from cooperation.statistics.design_effect import MINIMUM_MONTH_PAIRS
from cooperation.statistics.estimate import Estimate


@dataclass(frozen=True)
class MonthsNeeded:
    """Months of older exports (`before`) and months still to come (`after`); None where no number suffices.

    0 and 0 where nothing is missing.
    """

    before: int | None
    after: int | None

    @property
    def suffices(self) -> bool:
        """Tell whether the comparison will get there at all."""
        return self.before is not None and self.after is not None


def months_needed(
    counts: tuple[int, int],
    calls_a_month: tuple[float, float],
    minimum_count: int,
    month_pair_count: int | None = None,
    difference: Estimate | None = None,
    largest_reach: float | None = None,
) -> MonthsNeeded:
    """Return how many months more each side needs, at the pace so far, for a verdict.

    `counts` and `calls_a_month` are (before, after). A side needs `minimum_count` calls, and
    `MINIMUM_MONTH_PAIRS` matched months where `month_pair_count` says how many there are. With `difference`
    and `largest_reach` (in its unit; None: not asked) half the width of the interval must come down to it too:
    that only time can do, so the months fall on the after side.

    It is an expectation, not a promise: calls come in by chance, and the width is taken to shrink with the
    square root of the calls (Cochran 1977, Sampling Techniques, 4.6), its spread and design effect unchanged.
    Where the windows hold a few years at most, months beyond them replace others and add nothing.
    """
    if min(counts) < 0 or min(calls_a_month) < 0:
        raise ValueError(f"counts and calls a month are 0 or more: {counts}, {calls_a_month}")
    before, after = (
        _months_until(minimum_count - count, pace) for count, pace in zip(counts, calls_a_month, strict=True)
    )
    if month_pair_count is not None and after is not None:
        after = max(after, MINIMUM_MONTH_PAIRS - month_pair_count)
    if difference is not None and largest_reach is not None and before is not None and after is not None:
        counts_by_then = (counts[0] + before * calls_a_month[0], counts[1] + after * calls_a_month[1])
        missing = _calls_missing(difference, counts, counts_by_then, largest_reach)
        more = None if missing is None else _months_until(missing, calls_a_month[1])
        after = None if more is None else after + more
    return MonthsNeeded(before, after)


def _months_until(missing: float, calls_a_month: float) -> int | None:
    if missing <= 0:
        return 0
    return None if calls_a_month == 0 else math.ceil(missing / calls_a_month)


def _calls_missing(
    difference: Estimate, counts: tuple[int, int], counts_by_then: tuple[float, float], largest_reach: float
) -> float | None:
    """Return how many calls after are missing for an interval that narrow; None where none would do."""
    if difference.low is None or difference.high is None or 0 in counts:
        return None
    reach = (difference.high - difference.low) / 2
    if reach == 0:
        return 0.0
    # The variance is s (1 / before + 1 / after); the before side alone may already be too much.
    wanted = (largest_reach / reach) ** 2 * (1 / counts[0] + 1 / counts[1])
    left_for_after = wanted - 1 / counts_by_then[0]
    return 1 / left_for_after - counts_by_then[1] if left_for_after > 0 else None
