"""Quantiles of skewed times, with intervals that assume no distribution.

Every function takes plain values, or distinct values with how often each occurs (`counts`): ten million calls
in whole seconds are at most 86,400 distinct values.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cooperation.statistics.distributions import binomial_rank
from cooperation.statistics.estimate import Estimate, check_confidence, check_design_effect, difference


def quantile(values: npt.ArrayLike, quantile: float, counts: npt.ArrayLike | None = None) -> float:
    """Return the type 7 quantile (Hyndman & Fan 1996), as numpy, R and DuckDB's `quantile_cont` give it.

    `values` is one-dimensional in any order and any unit; `counts`, of the same length, says how many times
    each value occurs. NaN where there is no value. ValueError for NaN or infinite values and for counts that
    are not whole and non-negative.
    """
    check_quantile(quantile)
    sample = _sorted_sample(values, counts)
    return _type_7(sample, quantile) if sample.count else math.nan


def quantile_interval(
    values: npt.ArrayLike,
    quantile: float,
    confidence: float = 0.95,
    counts: npt.ArrayLike | None = None,
) -> Estimate:
    """Return a quantile with its order-statistic interval; a bound is None where the sample is too small.

    Covers at least `confidence` for every distribution, ties included. Same input and errors as `quantile`.
    Hahn & Meeker (1991), Statistical Intervals, section 5.2.
    """
    return _interval(_sorted_sample(values, counts), quantile, confidence, design_effect=1.0)


def quantile_difference(
    before: npt.ArrayLike,
    after: npt.ArrayLike,
    quantile: float,
    confidence: float = 0.95,
    before_counts: npt.ArrayLike | None = None,
    after_counts: npt.ArrayLike | None = None,
    design_effect: float = 1.0,
) -> Estimate:
    """Return the after quantile minus the before quantile, with an interval from the two of both sides.

    `design_effect` (at least 1, from `quantile_design_effect`) moves each bound's rank away from the
    quantile's own rank by its square root, as Woodruff (1952), JASA 47, does for clustered samples. A bound
    is None where either side is too small for it. Same input and errors as `quantile`; combined as in Zou &
    Donner (2008).
    """
    check_design_effect(design_effect)
    return difference(
        _interval(_sorted_sample(before, before_counts), quantile, confidence, design_effect),
        _interval(_sorted_sample(after, after_counts), quantile, confidence, design_effect),
    )


def minimum_count_for_bounds(quantile: float, confidence: float = 0.95) -> int:
    """Return the smallest number of values for which the order-statistic interval has both its bounds."""
    check_quantile(quantile)
    check_confidence(confidence)
    if quantile in (0, 1):
        raise ValueError("the smallest and the largest possible value have no two-sided interval")
    rarer_side = min(quantile, 1 - quantile)
    # The bound beyond the rarer side exists once that side is empty with a chance under half the error; the
    # logarithm can miss by one through rounding, so the rank rule itself decides.
    count = max(1, math.floor(math.log((1 - confidence) / 2) / math.log1p(-rarer_side)) - 1)
    while _low_rank(count, rarer_side, confidence) == 0:
        count += 1
    return count


@dataclass(frozen=True)
class _SortedSample:
    """Ascending values, and how many of the sample are at or before each place."""

    values: npt.NDArray[np.float64]
    cumulative: npt.NDArray[np.int64]

    @property
    def count(self) -> int:
        return int(self.cumulative[-1]) if len(self.cumulative) else 0

    def at_rank(self, rank: int) -> float:
        """Return the value at a rank, 1 being the smallest."""
        return float(self.values[np.searchsorted(self.cumulative, rank)])


def _sorted_sample(values: npt.ArrayLike, counts: npt.ArrayLike | None) -> _SortedSample:
    numbers = _finite_vector(values, "values")
    if counts is None:
        return _SortedSample(np.sort(numbers), np.arange(1, len(numbers) + 1))
    times = _finite_vector(counts, "counts")
    if len(times) != len(numbers):
        raise ValueError(f"{len(numbers)} values but {len(times)} counts")
    if (times < 0).any() or (times != np.floor(times)).any():
        raise ValueError("counts must be whole and not negative")
    order = np.argsort(numbers, kind="stable")
    return _SortedSample(numbers[order], np.cumsum(times[order].astype(np.int64)))


def _finite_vector(numbers: npt.ArrayLike, name: str) -> npt.NDArray[np.float64]:
    vector = np.asarray(numbers, dtype=np.float64)
    if vector.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional, not {vector.ndim}-dimensional")
    if not np.isfinite(vector).all():
        raise ValueError(f"{name} hold NaN or an infinity: leave the unknown out and count it apart")
    return vector


def check_quantile(quantile: float) -> None:
    """Refuse a quantile that is not between 0 and 1, both included, with a ValueError."""
    if not 0 <= quantile <= 1:
        raise ValueError(f"a quantile lies between 0 and 1, not {quantile}")


def _type_7(sample: _SortedSample, quantile: float) -> float:
    position = (sample.count - 1) * quantile
    whole = math.floor(position)
    lower = sample.at_rank(whole + 1)
    upper = sample.at_rank(min(whole + 2, sample.count))
    return lower + (position - whole) * (upper - lower)


def _interval(sample: _SortedSample, quantile: float, confidence: float, design_effect: float) -> Estimate:
    check_quantile(quantile)
    check_confidence(confidence)
    if sample.count == 0:
        return Estimate(None, None, None)
    estimate = _type_7(sample, quantile)
    low, high = bound_ranks(sample.count, quantile, confidence, design_effect)
    # At a confidence near 0 the ranks can miss the interpolated estimate; taking it in only widens.
    return Estimate(
        estimate,
        None if low < 1 else min(estimate, sample.at_rank(low)),
        None if high > sample.count else max(estimate, sample.at_rank(high)),
    )


def bound_ranks(count: int, quantile: float, confidence: float, design_effect: float) -> tuple[int, int]:
    """Return the ranks of both bounds of a quantile; outside 1..count where that bound does not exist."""
    low = _low_rank(count, quantile, confidence)
    high = count + 1 - _low_rank(count, 1 - quantile, confidence)
    if design_effect == 1:
        return low, high
    # Widened in ranks, not in seconds: times written in whole minutes tie so much that the interval in
    # seconds can have no width at all, and nothing times any factor stays nothing.
    middle, stretch = count * quantile + 0.5, math.sqrt(design_effect)
    widened_low = math.floor(middle - stretch * (middle - low))
    widened_high = math.ceil(middle + stretch * (high - middle))
    return widened_low, widened_high


def _low_rank(count: int, quantile: float, confidence: float) -> int:
    """Return the highest rank above the quantile with a chance under half the error; 0 where none is."""
    return binomial_rank((1 - confidence) / 2, count, quantile)
