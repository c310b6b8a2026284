"""How much more the months differ than chance alone would make them.

Weather, roadworks and staffing move whole months, so calls of one month are not independent and an interval
that counts calls is too narrow. The design effect (Kish 1965) is the factor on its squared width.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cooperation.statistics.distributions import normal_reach, student_reach
from cooperation.statistics.estimate import check_confidence
from cooperation.statistics.quantiles import quantile as type_7_quantile

# The spread of five differences or fewer is itself so uncertain (its 95 % range runs from an eighth of the
# truth to almost three times it) that a factor made from it would be chance.
MINIMUM_MONTH_PAIRS = 6

# Estimated without a margin, false verdicts come out around 5 % in simulation (4.6 to 5.2 %), and the promise
# is at or under 5 %. A tenth more variance, a twentieth more width, keeps it.
MARGIN = 1.1

ONE_STRATUM = np.ones(1)
MONTHS_A_YEAR = 12


def matched_month_count(monthly: pd.DataFrame, count_column: str) -> int:
    """Return how many months before have a matched month after, as in `share_design_effect`.

    `monthly` has `month`, `phase` and the column of numbers of calls named in `count_column`.
    """
    cells = _cells(monthly)
    return int(_matched_cells(cells, cells.sums(_amounts(monthly[count_column]))).shape[1])


def share_design_effect(monthly: pd.DataFrame, confidence: float = 0.95) -> float:
    """Return the design effect of the difference of two shares, at least 1, from matched months.

    `monthly` has one row per month and phase: `month` (any date in it), `phase` ("before" or "after"),
    `hits`, `total`. The first January before is matched with the first January after, and so on; a month with
    calls on one side only is left out. 1.0 where fewer than `MINIMUM_MONTH_PAIRS` pairs remain, or nothing
    varies.

    Each pair's difference of deviations from the phase's share, weighted by calls, is squared and summed (the
    variance of a difference between cluster samples, Kish 1965, chapter 6), and divided by its expectation
    were all calls independent: a month of few calls carries little in both, so none has to be judged too
    small. The factor (t / z) squared pays for estimating the spread from so few months, and `MARGIN` for the
    promise that false verdicts stay at or under 5 %.
    """
    check_confidence(confidence)
    cells = _cells(monthly)
    totals = cells.sums(_amounts(monthly["total"]))
    hits = cells.sums(_amounts(monthly["hits"]))
    if (hits > totals).any():
        raise ValueError("a month has more hits than its total")
    pairs = _matched_cells(cells, totals)
    return _spread_against_chance(hits[pairs][..., None], totals[pairs][..., None], ONE_STRATUM, confidence)


def quantile_design_effect(monthly: pd.DataFrame, quantile: float, confidence: float = 0.95) -> float:
    """Return the design effect of the difference of two quantiles, at least 1, from monthly histograms.

    `monthly` has one row per month, phase and distinct value: `month`, `phase` as in `share_design_effect`,
    `value` (any unit) and `count`. It is the design effect of the share of calls at or under each phase's own
    quantile (Woodruff 1952, JASA 47, 635-646): its chance variance is known for a month of any size, where a
    month's own quantile would need a density, or dozens of calls for the 90th percentile.
    """
    check_confidence(confidence)
    cells = _cells(monthly)
    values, counts = monthly["value"].to_numpy(dtype=np.float64), _amounts(monthly["count"])
    totals = cells.sums(counts)
    pairs = _matched_cells(cells, totals)
    hit_counts = np.zeros_like(counts)
    for phase_cells in pairs:
        rows = np.isin(np.arange(len(totals)), phase_cells)[cells.of_row]
        if rows.any():
            own_quantile = type_7_quantile(values[rows], quantile, counts[rows])
            hit_counts[rows] = counts[rows] * (values[rows] <= own_quantile)
    hits = cells.sums(hit_counts)
    return _spread_against_chance(hits[pairs][..., None], totals[pairs][..., None], ONE_STRATUM, confidence)


@dataclass(frozen=True)
class _Cells:
    """The month and phase of every row, as a number: 2i is month i before, 2i + 1 is month i after.

    `months` are numbers that are a whole multiple of 12 in January.
    """

    of_row: npt.NDArray[np.intp]
    months: npt.NDArray[np.int64]

    def sums(self, amounts: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the sum of a column of amounts in each cell."""
        sums = np.bincount(self.of_row, weights=amounts, minlength=2 * len(self.months))
        return sums.astype(np.float64)

    def sums_by_stratum(
        self, amounts: npt.NDArray[np.float64], stratum_of_row: npt.NDArray[np.intp], stratum_count: int
    ) -> npt.NDArray[np.float64]:
        """Return the sum of a column of amounts in each cell and stratum, shape (cells, strata)."""
        shape = (2 * len(self.months), stratum_count)
        places = self.of_row * stratum_count + stratum_of_row
        sums = np.bincount(places, weights=amounts, minlength=shape[0] * shape[1])
        return sums.astype(np.float64).reshape(shape)


def _cells(monthly: pd.DataFrame) -> _Cells:
    phase_codes, phases = pd.factorize(monthly["phase"])
    date_codes, dates = pd.factorize(monthly["month"])
    if (phase_codes < 0).any() or not set(phases) <= {"before", "after"}:
        raise ValueError(f"phase must be before or after in every row, not {sorted(map(str, phases))}")
    if (date_codes < 0).any():
        raise ValueError("month must not be empty")
    month_numbers = np.asarray(pd.to_datetime(dates)).astype("datetime64[M]").astype(np.int64)
    months, month_of_date = np.unique(month_numbers, return_inverse=True)
    is_after = np.asarray(phases == "after", dtype=np.intp)
    return _Cells(month_of_date[date_codes] * 2 + is_after[phase_codes], months)


def _amounts(column: pd.Series) -> npt.NDArray[np.float64]:
    amounts: npt.NDArray[np.float64] = column.to_numpy(dtype=np.float64)
    if not (np.isfinite(amounts) & (amounts >= 0)).all():
        raise ValueError(f"{column.name} must be known and not negative in every row")
    return amounts


def _matched_cells(cells: _Cells, totals: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """Return the cells of the matched months, shape (2, pairs): before, after; oldest with oldest."""
    by_calendar_month: dict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    calendar_months = (cells.months % MONTHS_A_YEAR).tolist()
    for cell in np.flatnonzero(totals).tolist():
        by_calendar_month[calendar_months[cell // 2]][cell % 2].append(cell)
    pairs = [pair for sides in by_calendar_month.values() for pair in zip(*sides, strict=False)]
    return np.array(pairs, dtype=np.intp).reshape(-1, 2).T


def standardised_design_effect(
    monthly: pd.DataFrame,
    stratum_of_row: npt.NDArray[np.intp],
    mix: npt.NDArray[np.float64],
    hits: npt.NDArray[np.float64],
    totals: npt.NDArray[np.float64],
    confidence: float,
) -> float:
    """Return the design effect of the difference of two shares standardised to one mix, at least 1.

    `mix` holds each stratum's part of the mix and adds up to 1; the other columns have one entry per row of
    `monthly` (`month`, `phase`). As `share_design_effect`, with each call's deviation from its own stratum.
    """
    cells = _cells(monthly)
    pairs = _matched_cells(cells, cells.sums(totals))
    hit_sums, total_sums = (
        cells.sums_by_stratum(amounts, stratum_of_row, len(mix))[pairs] for amounts in (hits, totals)
    )
    return _spread_against_chance(hit_sums, total_sums, mix, confidence)


def _spread_against_chance(
    hits: npt.NDArray[np.float64],
    totals: npt.NDArray[np.float64],
    mix: npt.NDArray[np.float64],
    confidence: float,
) -> float:
    """Return the design effect from hits and totals of shape (2, pairs, strata), before first."""
    pair_count = totals.shape[1]
    if pair_count < MINIMUM_MONTH_PAIRS:
        return 1.0
    # A stratum without a call in the matched months has no deviation either: any divisor will do.
    phase_totals = np.maximum(totals.sum(axis=1, keepdims=True), 1.0)
    shares = hits.sum(axis=1, keepdims=True) / phase_totals
    deviations = (mix * (hits - shares * totals) / phase_totals).sum(axis=2)
    spread = ((deviations[1] - deviations[0]) ** 2).sum()
    # Deviations are from the phase's own share, which takes up one month's worth of the chance.
    left_to_chance = 1 - ((totals / phase_totals) ** 2).sum(axis=1, keepdims=True)
    chance = (mix**2 * shares * (1 - shares) / phase_totals * left_to_chance).sum()
    if chance == 0:
        return 1.0
    error = (1 - confidence) / 2
    few_months = (student_reach(error, pair_count - 1) / normal_reach(error)) ** 2
    return float(max(1.0, MARGIN * few_months * spread / chance))
