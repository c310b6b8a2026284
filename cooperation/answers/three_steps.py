"""Whether a difference as measured stands: corrected for the mix of calls, and against the trend that was there.

Step 1, as measured, is `response_times.comparison`; this module holds what the other two steps are made from.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cooperation.answers.answer import Evidence
from cooperation.answers.filters import Filters
from cooperation.answers.periods import add_months
from cooperation.settings import Comparison
from cooperation.statistics import (
    Estimate,
    InterruptedSeries,
    PlaceboSteps,
    StandardisedDifference,
    interrupted_series,
    placebo_steps,
    standardised_difference,
    standardised_share_difference,
)

# A kind of call: what the mix of calls is a mix of.
STRATA = ["priority", "municipality_nis", "hour_band", "is_weekend"]
QUANTILES = {"median": 0.5, "p90": 0.9}
STATISTICS = (*QUANTILES, "share_within_norm")
# Of each statistic: the column of its monthly series and that of the calls it was taken of.
SERIES_COLUMNS = {
    "median": ("median_seconds", "measured_count"),
    "p90": ("p90_seconds", "measured_count"),
    "share_within_norm": ("share_within_norm", "normed_count"),
}
HARMONICS = 2
MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True)
class MonthlySeries:
    """Whole months in order with one value each (NaN where unknown), and the calls behind it.

    `cut` is the number of the first month after the start, counted in months since year 0 like `times`.
    """

    months: tuple[date, ...]
    values: tuple[float, ...]
    counts: tuple[int, ...]
    is_covid: tuple[bool, ...]
    cut: int

    @property
    def times(self) -> list[int]:
        """The months as whole numbers, one apart."""
        return [month_number(month) for month in self.months]


def month_number(month: date) -> int:
    """Return the months since year 0, so that a gap between two months keeps its width."""
    return month.year * MONTHS_OF_A_YEAR + month.month - 1


def calls_by_kind(strata: pd.DataFrame) -> pd.DataFrame:
    """Return `strata`, one row per month, phase and kind of call, with the kind as one number beside it.

    Ten million calls are sorted into kinds by number, not by name.
    """
    return strata.assign(kind=strata.groupby(STRATA, dropna=False).ngroup())


def corrected_quantiles(
    kinds: pd.DataFrame, thresholds: Comparison, names: Iterable[str] = tuple(QUANTILES)
) -> dict[str, StandardisedDifference]:
    """Return by quantile the difference of both sides at one mix of the kinds of `calls_by_kind` (step 2)."""
    calls = per_second(kinds)
    limits = {"confidence": thresholds.confidence, "largest_left_out": thresholds.largest_left_out}
    return {name: standardised_difference(calls, ["kind"], QUANTILES[name], **limits) for name in names}


def corrected_share(kinds: pd.DataFrame, thresholds: Comparison) -> StandardisedDifference:
    """Return the difference of the shares within the norm at one mix of the kinds of `calls_by_kind` (step 2)."""
    within = _within_norm(kinds.dropna(subset=["norm_seconds"]))
    return standardised_share_difference(within, ["kind"], thresholds.confidence, thresholds.largest_left_out)


def per_second(kinds: pd.DataFrame) -> pd.DataFrame:
    """Return one row per month, phase, kind and second from rows that hold seconds and counts as lists."""
    row_of_second = _row_of_second(kinds)
    phases = pd.Categorical(kinds["phase"], ["before", "after"])
    return pd.DataFrame(
        {
            "month": kinds["month"].to_numpy()[row_of_second],
            "phase": phases.take(row_of_second),
            "kind": kinds["kind"].to_numpy()[row_of_second],
            "value": np.concatenate([[], *kinds["seconds"]]),
            "count": np.concatenate([[], *kinds["call_counts"]]),
        }
    )


def _row_of_second(kinds: pd.DataFrame) -> npt.NDArray[np.intp]:
    """Return for each second in the lists, one row's after the other's, the place of its row."""
    return np.repeat(np.arange(len(kinds)), [len(seconds) for seconds in kinds["seconds"]])


def _within_norm(kinds: pd.DataFrame) -> pd.DataFrame:
    """Return for each month, phase and kind the calls and those within the norm."""
    row_of_second = _row_of_second(kinds)
    counts = np.concatenate([[], *kinds["call_counts"]])
    is_within = np.concatenate([[], *kinds["seconds"]]) <= kinds["norm_seconds"].to_numpy()[row_of_second]
    hits, totals = (
        np.bincount(row_of_second, weights=weights, minlength=len(kinds)).astype(np.int64)
        for weights in (counts * is_within, counts)
    )
    return kinds[["month", "phase", "kind"]].assign(hits=hits, total=totals)


def monthly_series(table: pd.DataFrame, evidence: Evidence, filters: Filters) -> Mapping[str, MonthlySeries]:
    """Return each statistic of a table with one row per month over all whole months in the exports."""
    return {name: series_of_months(name, table, evidence, filters) for name in SERIES_COLUMNS}


def series_of_months(name: str, table: pd.DataFrame, evidence: Evidence, filters: Filters) -> MonthlySeries:
    """Return one statistic of a table with one row per month.

    A month has no value where the exports of a zone have a hole, where it lies on both sides of the start, and where
    it is a COVID month and those are left out.
    """
    months = evidence.whole_months(filters).months()
    table = table.set_index(pd.to_datetime(table["month"])).reindex(pd.DatetimeIndex(months))
    covid_months, with_calls = evidence.covid_months(), evidence.months_with_calls(filters)
    is_covid = [month in covid_months for month in months]
    first_after = evidence.first_month_after(filters)
    split = add_months(first_after, -1) if evidence.start(filters).day > 1 else None
    is_known = [
        month in with_calls and month != split and not (struck and filters.covid == "out")
        for month, struck in zip(months, is_covid, strict=True)
    ]
    value_column, count_column = SERIES_COLUMNS[name]
    values = np.where(is_known, table[value_column].to_numpy(dtype=np.float64, na_value=np.nan), np.nan)
    counts = table[count_column].fillna(0).astype(int)
    return MonthlySeries(
        months, tuple(values.tolist()), tuple(counts), tuple(is_covid), month_number(first_after)
    )


def against_trend(
    series: MonthlySeries, thresholds: Comparison, *, is_continued: bool = False
) -> InterruptedSeries:
    """Return the step at the start beyond trend, season and COVID months (step 3); the continuation if asked."""
    return interrupted_series(series.values, **_model(series, thresholds), is_continued=is_continued)


def invented_cuts(series: MonthlySeries, step: Estimate, thresholds: Comparison) -> PlaceboSteps:
    """Return the steps that the same model finds at invented starts before the real one."""
    return placebo_steps(series.values, real_step=step.estimate, **_model(series, thresholds))


def _model(series: MonthlySeries, thresholds: Comparison) -> dict[str, Any]:
    return {
        "cut": series.cut,
        "times": series.times,
        "weights": series.counts,
        "harmonics": HARMONICS,
        "period": MONTHS_OF_A_YEAR,
        "other_steps": {"covid": np.array(series.is_covid, dtype=np.float64)},
        "confidence": thresholds.confidence,
        "minimum_before": thresholds.minimum_months_before,
        "minimum_after": thresholds.minimum_months_after,
    }
