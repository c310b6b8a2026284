"""A chart of months whose limits were frozen before the change: what stands out, and what drifts."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

# Limits in mean moving ranges, and the largest range that chance gives (Wheeler 2003, Making Sense of Data, ch. 8).
LIMIT_FACTOR = 2.66
RANGE_FACTOR = 3.267
RUN_LENGTH = 8
MINIMUM_BASELINE = 12


@dataclass(frozen=True)
class ControlChart:
    """Centre and limits of an XmR chart, in the unit of the values; None where the baseline is too short.

    `is_outside` and `is_in_run` have one entry per value. `baseline_count` is the number of known values in the
    baseline, `left_out_ranges` the number of moving ranges that were too large to set limits with.
    """

    centre: float | None
    low: float | None
    high: float | None
    is_outside: tuple[bool, ...]
    is_in_run: tuple[bool, ...]
    baseline_count: int
    left_out_ranges: int


def xmr_limits(
    values: npt.ArrayLike, baseline: npt.ArrayLike, minimum_baseline: int = MINIMUM_BASELINE
) -> ControlChart:
    """Return mean +- 2.66 mean moving ranges of the baseline, and where all values break that pattern.

    `values` has one entry per month in order, NaN where it is unknown; `baseline` says of each whether it
    belongs to the months that set the limits. A moving range needs two known months in a row, both in the
    baseline; ranges above 3.267 times their mean are left out first. A value outside the limits is a signal,
    and so are eight known values in a row on one side of the centre: an unknown month is passed over, a value
    on the centre ends the run. Fewer than `minimum_baseline` known values set no limits and give no signal.
    Wheeler (2003), chapter 8; Montgomery (2013), Introduction to Statistical Quality Control, 6.4.
    """
    numbers = np.asarray(values, dtype=np.float64)
    in_baseline = np.asarray(baseline, dtype=bool)
    if numbers.ndim != 1 or in_baseline.shape != numbers.shape or np.isinf(numbers).any():
        raise ValueError("one finite or unknown value per month, and of each whether it is in the baseline")
    sets_limits = in_baseline & np.isfinite(numbers)
    baseline_count = int(sets_limits.sum())
    ranges = np.abs(np.diff(numbers))[sets_limits[1:] & sets_limits[:-1]]
    if baseline_count < minimum_baseline or not len(ranges):
        silent = (False,) * len(numbers)
        return ControlChart(None, None, None, silent, silent, baseline_count, 0)
    kept = ranges[ranges <= RANGE_FACTOR * ranges.mean()]
    centre = float(numbers[sets_limits].mean())
    reach = LIMIT_FACTOR * float(kept.mean())
    low, high = centre - reach, centre + reach
    return ControlChart(
        centre,
        low,
        high,
        tuple(((numbers < low) | (numbers > high)).tolist()),
        _in_run(np.sign(numbers - centre)),
        baseline_count,
        len(ranges) - len(kept),
    )


def _in_run(sides: npt.NDArray[np.float64]) -> tuple[bool, ...]:
    """Return which months are part of a run on one side; `sides` is -1, 0, 1, or NaN where unknown."""
    in_run = [False] * len(sides)
    run: list[int] = []
    for place in np.flatnonzero(np.isfinite(sides)).tolist():
        goes_on = run and sides[place] == sides[run[-1]]
        run = [*run, place] if goes_on else [place] if sides[place] else []
        if len(run) >= RUN_LENGTH:
            for member in run:
                in_run[member] = True
    return tuple(in_run)
