"""A difference corrected for the mix of calls: both sides weighted to one fixed mix, the two sides pooled.

A stratum is a combination of, say, priority, municipality, time of day and weekend. Direct standardisation (Fleiss,
Levin & Paik 2003, Statistical Methods for Rates and Proportions, chapter 19); a quantile is taken of the reweighted
calls, since quantiles of strata do not average to that of the whole.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cooperation.statistics.design_effect import standardised_design_effect
from cooperation.statistics.estimate import Estimate, check_confidence, difference
from cooperation.statistics.quantiles import bound_ranks, check_quantile
from cooperation.statistics.shares import score_interval

Numbers = npt.NDArray[np.float64]

PHASES = ("before", "after")
MIX_REASONS = ("no_calls", "strata_left_out")
UNKNOWN = Estimate(None, None, None)

# Cumulative weights that should be equal differ by rounding; a call's own weight is far larger than this.
ROUNDING = 1e-9


@dataclass(frozen=True)
class LeftOutStratum:
    """A stratum (one value per stratum column, None where unknown) with calls in one phase only.

    `phase` is the one that has them, `share` the part of that phase's calls.
    """

    values: tuple[object, ...]
    phase: str
    share: float


@dataclass(frozen=True)
class StandardisedDifference:
    """Both sides and their difference at one mix of calls, and what could not be brought to it.

    `difference` is after - before and widened by `design_effect`; the sides' own intervals are not.
    `left_out_share` is the larger of both phases' shares of calls in strata left out. `reason` (of
    `MIX_REASONS`) says why no figure is given, if so; all estimates are None then.
    """

    before: Estimate = UNKNOWN
    after: Estimate = UNKNOWN
    difference: Estimate = UNKNOWN
    design_effect: float | None = None
    left_out: tuple[LeftOutStratum, ...] = ()
    left_out_share: float | None = None
    reason: str | None = None


def standardised_difference(
    calls: pd.DataFrame,
    strata: list[str],
    quantile: float,
    confidence: float = 0.95,
    largest_left_out: float = 0.10,
) -> StandardisedDifference:
    """Return the after quantile minus the before quantile, both of calls reweighted to the pooled mix.

    `calls` has one row per month, phase, stratum and distinct value, or finer: `month`, `phase` ("before" or
    "after"), the columns named in `strata`, `value`, `count`. Strata without calls on one side are left out
    and named; where they hold more than `largest_left_out` of a side's calls nothing is given. Calls in one
    stratum only give what `quantile_difference` gives.

    The reweighted calls count as the number of equally weighted ones with the same variance: the smaller of
    Kish's (1965) and the one by strata. The quantile is type 7 at Kish's number (Akinshin 2023,
    arXiv:2304.07265), the interval that of `quantile_difference` on the weighted distribution (Woodruff 1952,
    JASA 47, 635-646).
    """
    check_quantile(quantile)
    check_confidence(confidence)
    mix = _mix(calls, strata, calls["count"])
    refusal = mix.refusal(largest_left_out)
    if refusal is not None:
        return refusal
    values = calls["value"].to_numpy(dtype=np.float64)
    if not np.isfinite(values).all():
        raise ValueError("values hold NaN or an infinity: leave the unknown out and count it apart")
    order = np.argsort(values, kind="stable")
    order = order[mix.is_used[order]]
    weights, hits, sides = mix.weights, np.zeros_like(values), []
    for phase in (0, 1):
        rows = order[mix.phase_of_row[order] == phase]
        side = _WeightedSample(values[rows], np.cumsum(weights[rows]), mix.kish_count(phase))
        # A quantile that is a value itself comes out a rounding below it at times, and would lose all calls of it.
        own_quantile = side.quantile(quantile)
        is_hit = side.values <= own_quantile + ROUNDING * max(1.0, abs(own_quantile))
        hits[rows] = mix.counts[rows] * is_hit
        sides.append((side, own_quantile))
    effect = mix.design_effect(calls, hits, confidence)
    counts = [mix.effective_count(phase, hits) for phase in (0, 1)]
    before, after, wider_before, wider_after = (
        side.interval(own_quantile, quantile, count, confidence, widening)
        for widening in (1.0, effect)
        for (side, own_quantile), count in zip(sides, counts, strict=True)
    )
    return mix.result(before, after, difference(wider_before, wider_after), effect)


def standardised_share_difference(
    calls: pd.DataFrame,
    strata: list[str],
    confidence: float = 0.95,
    largest_left_out: float = 0.10,
) -> StandardisedDifference:
    """Return the after share minus the before share (-1 to 1), both standardised to the pooled mix.

    `calls` has one row per month, phase and stratum, or finer: `month`, `phase`, the columns named in
    `strata`, `hits`, `total`. As `standardised_difference`, with the interval of `share_difference`.
    """
    check_confidence(confidence)
    mix = _mix(calls, strata, calls["total"])
    hits = _counts(calls["hits"])
    if (hits > mix.counts).any():
        raise ValueError("a row has more hits than its total")
    refusal = mix.refusal(largest_left_out)
    if refusal is not None:
        return refusal
    effect = mix.design_effect(calls, hits, confidence)
    counts = [mix.effective_count(phase, hits) for phase in (0, 1)]
    shares = [mix.share(phase, hits) for phase in (0, 1)]
    before, after, wider_before, wider_after = (
        score_interval(min(count, share * count), count, confidence, widening)
        for widening in (1.0, effect)
        for share, count in zip(shares, counts, strict=True)
    )
    return mix.result(before, after, difference(wider_before, wider_after), effect)


@dataclass(frozen=True)
class _Mix:
    """Calls by phase and stratum; `parts` is the pooled mix of the strata that both phases have, adding up to 1."""

    stratum_of_row: npt.NDArray[np.intp]
    phase_of_row: npt.NDArray[np.intp]
    counts: Numbers
    totals: Numbers
    parts: Numbers
    left_out: tuple[LeftOutStratum, ...]
    left_out_share: float

    @property
    def is_used(self) -> npt.NDArray[np.bool_]:
        return (self.parts[self.stratum_of_row] > 0) & (self.counts > 0)

    @property
    def weights(self) -> Numbers:
        """Each row's part of its phase, adding up to 1 in both phases."""
        per_call = np.divide(self.parts, self.totals, out=np.zeros_like(self.totals), where=self.totals > 0)
        return self.counts * per_call[self.phase_of_row, self.stratum_of_row]

    def refusal(self, largest_left_out: float) -> StandardisedDifference | None:
        if not self.totals.sum(axis=1).all():
            return StandardisedDifference(reason="no_calls")
        if self.left_out_share > largest_left_out:
            return StandardisedDifference(
                left_out=self.left_out, left_out_share=self.left_out_share, reason="strata_left_out"
            )
        return None

    def result(
        self, before: Estimate, after: Estimate, change: Estimate, design_effect: float
    ) -> StandardisedDifference:
        return StandardisedDifference(
            before, after, change, design_effect, self.left_out, self.left_out_share
        )

    def kish_count(self, phase: int) -> float:
        used = self.parts > 0
        return float(1 / (self.parts[used] ** 2 / self.totals[phase, used]).sum())

    def share(self, phase: int, hits: Numbers) -> float:
        used = self.parts > 0
        return float((self.parts[used] * self._hits(phase, hits)[used] / self.totals[phase, used]).sum())

    def effective_count(self, phase: int, hits: Numbers) -> float:
        """Return how many equally weighted calls would give a share the variance of this one."""
        used = self.parts > 0
        parts, totals = self.parts[used], self.totals[phase, used]
        share = self.share(phase, hits)
        # A stratum of one call shows no variance of its own: one call more, like all the others, keeps it honest.
        shares = (self._hits(phase, hits)[used] + share) / (totals + 1)
        variance = (parts**2 * shares * (1 - shares) / totals).sum()
        kish = self.kish_count(phase)
        return kish if variance <= 0 else min(kish, float(share * (1 - share) / variance))

    def design_effect(self, calls: pd.DataFrame, hits: Numbers, confidence: float) -> float:
        counts = np.where(self.is_used, self.counts, 0.0)
        hits = np.where(self.is_used, hits, 0.0)
        return standardised_design_effect(calls, self.stratum_of_row, self.parts, hits, counts, confidence)

    def _hits(self, phase: int, hits: Numbers) -> Numbers:
        rows = self.phase_of_row == phase
        return _sums(hits[rows], self.stratum_of_row[rows], len(self.parts))


def _mix(calls: pd.DataFrame, strata: list[str], count_column: pd.Series) -> _Mix:
    counts = _counts(count_column)
    phase_of_row = _phase_of_row(calls["phase"])
    stratum_of_row, names = _strata(calls, strata)
    places = phase_of_row * len(names) + stratum_of_row
    totals = _sums(counts, places, 2 * len(names)).reshape(2, len(names))
    on_both_sides = (totals > 0).all(axis=0)
    pooled = totals.sum(axis=0) * on_both_sides
    phase_totals = np.maximum(totals.sum(axis=1), 1.0)
    shares = totals / phase_totals[:, None]
    left_out = tuple(
        LeftOutStratum(names[stratum], PHASES[phase], float(shares[phase, stratum]))
        for stratum in np.flatnonzero(~on_both_sides).tolist()
        for phase in (0, 1)
        if totals[phase, stratum] > 0
    )
    return _Mix(
        stratum_of_row,
        phase_of_row,
        counts,
        totals,
        pooled / max(pooled.sum(), 1.0),
        left_out,
        float((shares * ~on_both_sides).sum(axis=1).max(initial=0.0)),
    )


def _sums(amounts: Numbers, places: npt.NDArray[np.intp], place_count: int) -> Numbers:
    # Without a single row bincount forgets that the amounts are not whole.
    return np.bincount(places, amounts, place_count).astype(np.float64)


def _counts(column: pd.Series) -> Numbers:
    counts: Numbers = column.to_numpy(dtype=np.float64)
    if not (np.isfinite(counts) & (counts >= 0)).all():
        raise ValueError(f"{column.name} must be known and not negative in every row")
    return counts


def _phase_of_row(column: pd.Series) -> npt.NDArray[np.intp]:
    codes, phases = pd.factorize(column)
    if (codes < 0).any() or not set(phases) <= set(PHASES):
        raise ValueError(f"phase must be before or after in every row, not {sorted(map(str, phases))}")
    return np.asarray(phases == "after", dtype=np.intp)[codes]


def _strata(calls: pd.DataFrame, strata: list[str]) -> tuple[npt.NDArray[np.intp], list[tuple[object, ...]]]:
    """Return the number of every row's stratum, and the values that each number stands for."""
    stratum_of_row = np.zeros(len(calls), dtype=np.intp)
    names: list[tuple[object, ...]] = [()]
    for column in strata:
        codes, values = pd.factorize(calls[column], use_na_sentinel=False)
        stratum_of_row, kept = pd.factorize(stratum_of_row * len(values) + codes)
        known = [None if pd.isna(value) else value for value in values]
        names = [(*names[place // len(known)], known[place % len(known)]) for place in kept.tolist()]
    return stratum_of_row, names


@dataclass(frozen=True)
class _WeightedSample:
    """Ascending values, the part of the weight at or before each, and Kish's number of equally weighted calls."""

    values: Numbers
    cumulative: Numbers
    kish_count: float

    def quantile(self, quantile: float) -> float:
        # Type 7 is the mean of the distribution's steps over a window of one call's width.
        start = (self.kish_count - 1) * quantile / self.kish_count
        reached = np.clip((self.cumulative - start) * self.kish_count, 0.0, 1.0)
        reached[-1] = 1.0
        return float(np.diff(reached, prepend=0.0) @ self.values)

    def interval(
        self, estimate: float, quantile: float, count: float, confidence: float, design_effect: float
    ) -> Estimate:
        whole_count = max(1, math.floor(count + ROUNDING))
        low, high = bound_ranks(whole_count, quantile, confidence, design_effect)
        return Estimate(
            estimate,
            None if low < 1 else min(estimate, self._beyond((low - 1) / whole_count)),
            None if high > whole_count else max(estimate, self._at(high / whole_count)),
        )

    def _beyond(self, part: float) -> float:
        """Return the first value at which more than this part of the weight is reached."""
        return float(self.values[np.searchsorted(self.cumulative, part + ROUNDING, side="right")])

    def _at(self, part: float) -> float:
        """Return the first value at which this part of the weight is reached."""
        return float(self.values[np.searchsorted(self.cumulative, part - ROUNDING)])
