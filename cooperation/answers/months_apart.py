"""The months and years one by one: against the trend, at invented starts, in a control chart, taken together."""

import math
from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from cooperation.answers.periods import Span, add_months
from cooperation.answers.three_steps import MonthlySeries, against_trend, invented_cuts
from cooperation.settings import Comparison
from cooperation.statistics import Estimate, quantile_interval, xmr_limits

SPAN_MONTHS = {"quarter": 3, "year": 12}


def trend_table(series: MonthlySeries, thresholds: Comparison) -> pd.DataFrame:
    """Return one row per month: its value, the fitted trend, and from the start on the trend without the step."""
    fit = against_trend(series, thresholds, is_continued=True)
    empty: tuple[None, ...] = (None,) * len(series.months)
    continuation = [line or Estimate(None, None, None) for line in fit.continuation or empty]
    return _by_month(series).assign(
        fitted_seconds=np.array(fit.fitted or empty, dtype=np.float64),
        without_step_seconds=_floats([line.estimate for line in continuation]),
        without_step_low=_floats([line.low for line in continuation]),
        without_step_high=_floats([line.high for line in continuation]),
    )


def invented_starts_table(series: MonthlySeries, thresholds: Comparison) -> pd.DataFrame:
    """Return one row per invented start before the real one, and last the real one: the step found there."""
    real = against_trend(series, thresholds).step
    invented = invented_cuts(series, real, thresholds)
    # Without a step at the real start there is nothing to hold the others against.
    steps = [*zip(invented.cuts, invented.steps, strict=True), (series.cut, real)] if real.estimate else []
    return pd.DataFrame(
        {
            "month": pd.to_datetime([_first_day(cut) for cut, _ in steps]),
            "step_seconds": _floats([step.estimate for _, step in steps]),
            "low": _floats([step.low for _, step in steps]),
            "high": _floats([step.high for _, step in steps]),
            "is_real": [cut == series.cut for cut, _ in steps],
        }
    )


def control_chart_table(series: MonthlySeries) -> pd.DataFrame:
    """Return one row per month: its value, the limits frozen on the months before, and whether it breaks them."""
    chart = xmr_limits(series.values, np.array(series.times) < series.cut)
    limits = {"centre": chart.centre, "low": chart.low, "high": chart.high}
    return _by_month(series).assign(
        **{name: math.nan if limit is None else limit for name, limit in limits.items()},
        is_outside=chart.is_outside,
        is_in_run=chart.is_in_run,
    )


def pooled_table(lists: pd.DataFrame, whole: Span, thresholds: Comparison) -> pd.DataFrame:
    """Return one row per quarter, or per year where quarters hold too few calls: its median with interval.

    `lists` holds span, first_day, phase, seconds and call_counts. Only spans that the exports cover whole; quarters
    where half of them have the calls that a verdict asks for.
    """
    rows = [
        _pooled_row(row, thresholds)
        for row in lists.to_dict("records")
        if whole.first <= row["first_day"].date()
        and add_months(row["first_day"].date(), SPAN_MONTHS[row["span"]]) <= whole.until
    ]
    columns = ["span", "first_day", "phase", "measured_count", "median_seconds", "low", "high", "is_enough"]
    table = pd.DataFrame(rows, columns=columns)
    quarters = table[table["span"] == "quarter"]
    chosen = "quarter" if not quarters.empty and quarters["is_enough"].mean() >= 0.5 else "year"
    return table[table["span"] == chosen].reset_index(drop=True)


def _pooled_row(row: dict[str, object], thresholds: Comparison) -> dict[str, object]:
    counts = np.asarray(row["call_counts"])
    count = int(counts.sum())
    median = quantile_interval(np.asarray(row["seconds"]), 0.5, thresholds.confidence, counts)
    if count < thresholds.minimum_shown:
        median = Estimate(None, None, None)
    return {
        "span": row["span"],
        "first_day": row["first_day"],
        "phase": row["phase"],
        "measured_count": count,
        "median_seconds": _float(median.estimate),
        "low": _float(median.low),
        "high": _float(median.high),
        "is_enough": count >= thresholds.minimum_verdict_median,
    }


def _by_month(series: MonthlySeries) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "month": pd.to_datetime(list(series.months)),
            "phase": ["before" if time < series.cut else "after" for time in series.times],
            "median_seconds": series.values,
            "measured_count": series.counts,
        }
    )


def _first_day(month_number: int) -> date:
    return date(month_number // 12, month_number % 12 + 1, 1)


def _floats(numbers: Sequence[float | None]) -> list[float]:
    return [_float(number) for number in numbers]


def _float(number: float | None) -> float:
    return math.nan if number is None else float(number)
