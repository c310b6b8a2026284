"""How fast police are on the scene, before and after."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.filters import Filters
from cooperation.answers.months_apart import (
    control_chart_table,
    invented_starts_table,
    pooled_table,
    trend_table,
)
from cooperation.answers.periods import Period
from cooperation.answers.three_steps import (
    QUANTILES,
    MonthlySeries,
    against_trend,
    calls_by_kind,
    corrected_quantiles,
    corrected_share,
    monthly_series,
    series_of_months,
)
from cooperation.settings import Comparison
from cooperation.statistics import (
    AMOUNT_TO_RAISE,
    DURATION,
    Direction,
    Estimate,
    InterruptedSeries,
    StandardisedDifference,
    confirmation,
    matched_month_count,
    months_needed,
    quantile_design_effect,
    quantile_difference,
    quantile_interval,
    share_design_effect,
    share_difference,
    share_interval,
    smallest_detectable_difference,
    verdict,
)

NOT_SHOWN = Estimate(None, None, None)
# Verdicts that refuse to compare.
REFUSALS = ("not_comparable", "too_few_data")
ASKED_FOR_A_COMPARISON = (
    "response_times/distribution",
    "response_times/headline",
    "response_times/strata",
    "response_times/series",
)
# Columns of `comparison` on the fitted trend.
BEHIND_THE_TREND = ("months_before", "months_after", "residual_autocorrelation")


def headline(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per phase: counts, missing arrivals, median, P90, mean (seconds), share within the norm."""
    return evidence.ask("response_times/headline", filters)


def monthly(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per month of all years: the figures of `headline`, the phase, whether it is compared."""
    return evidence.ask("response_times/monthly", filters)


def cumulative(evidence: Evidence, filters: Filters) -> Answer:
    """Return per phase and half minute the share (0 to 1) of calls with a known time reached by then."""
    return evidence.ask("response_times/cumulative", filters)


def by_priority(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per priority and phase with the figures of `headline`."""
    return evidence.ask("response_times/by_priority", filters)


def by_municipality(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per municipality and phase with the figures of `headline`, on one set of borders."""
    return evidence.ask("response_times/by_municipality", filters)


def by_hour(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per hour of the day and phase with the figures of `headline`."""
    return evidence.ask("response_times/by_hour", filters)


def by_weekday(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per weekday (1 is Monday) and phase with the figures of `headline`."""
    return evidence.ask("response_times/by_weekday", filters)


def steps(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per step (call handling, turnout, travel, response) and phase with the figures of `headline`."""
    return evidence.ask("response_times/steps", filters)


def comparison(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per statistic: before, after, difference with interval, verdict and what stands behind it.

    Times in seconds, shares 0 to 1; differences are after minus before; `smallest_detectable` is the smallest
    true difference that these data could have shown. `confirmation` says whether the other two steps point the
    same way: `corrected` is the difference at one mix of calls, `against_trend` the step at the start beyond
    trend and season, each with its interval, or with the reason why it is not given; `months_before` and
    `months_after` are those that the trend was fitted to. `opposed_by` names the statistics whose verdict points
    the other way, `months_needed_before` and `_after` what a verdict still needs. NaN where a figure or a bound
    does not exist, and for the figures of a side with fewer calls than the settings' `minimum_shown`.
    """
    distribution, phases, strata, months = evidence.ask_together(ASKED_FOR_A_COMPARISON, filters)
    thresholds = evidence.settings.comparison
    reasons = comparability(distribution, phases.table.set_index("phase"), thresholds)
    counted = distribution.table.rename(columns={"call_count": "count"})
    rows = [quantile_row(name, counted, reasons, thresholds) for name in QUANTILES]
    rows.append(_share_row(counted.dropna(subset=["norm_seconds"]), reasons, thresholds))
    kinds = calls_by_kind(strata.table)
    corrected = corrected_quantiles(kinds, thresholds)
    corrected["share_within_norm"] = corrected_share(kinds, thresholds)
    series = monthly_series(months.table, evidence, filters)
    for row in rows:
        name = str(row["statistic"])
        row |= confirmed_by(row, corrected[name], against_trend(series[name], thresholds))
        row |= months_lacking(row, distribution.period)
    table = pd.DataFrame(rows)
    table["opposed_by"] = _opposed(table)
    return replace(distribution, name="response_times/comparison", table=table)


def three_steps(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per statistic and step: the difference with its interval, or why it is not given.

    Steps are as_measured, corrected (at one mix of kinds of calls) and against_trend (at the start, beyond trend and
    season). Times in seconds, shares 0 to 1, after minus before. `left_out_share` is the part of a side's calls of
    kinds that the other side lacks; months and `residual_autocorrelation` are those of the fitted trend.
    """
    compared = comparison(evidence, filters)
    rows = [
        {"statistic": row["statistic"], "step": step} | _step(row, step)
        for row in compared.table.to_dict("records")
        for step in ("as_measured", "corrected", "against_trend")
    ]
    table = pd.DataFrame(rows).astype({"months_before": "Int64", "months_after": "Int64"})
    return replace(compared, name="response_times/three_steps", table=table)


def kinds_of_calls(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per kind of call: counts and shares on both sides, and whether one side lacks it.

    Shares are of all kinds (0 to 1); `pooled_share` is its part of the mix that both sides are brought to.
    """
    answer = evidence.ask("response_times/kinds_of_calls", filters)
    counts = answer.table[["before_count", "after_count"]]
    shares = counts / counts.sum().where(counts.sum() > 0)
    is_left_out = (counts == 0).any(axis=1)
    both = counts.sum(axis=1).where(~is_left_out, 0)
    return replace(
        answer,
        table=answer.table.assign(
            before_share=shares["before_count"],
            after_share=shares["after_count"],
            pooled_share=both / both.sum() if both.sum() else math.nan,
            is_left_out=is_left_out,
        ),
    )


def trend(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per month: the median, the fitted trend, and after the start the trend without the step.

    In seconds, with the interval of the trend without the step; NaN where there are too few months for a trend.
    """
    return _months_apart(evidence, filters, "trend", trend_table)


def invented_starts(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per invented start on the months before, and the real one: the step of the median there.

    In seconds with its interval. Nothing happened at an invented start: what is found there, chance makes.
    """
    return _months_apart(evidence, filters, "invented_starts", invented_starts_table)


def control_chart(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per month: the median (seconds), the limits frozen on the months before, and the signals."""
    return _months_apart(
        evidence, filters, "control_chart", lambda series, thresholds: control_chart_table(series)
    )


def pooled(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per quarter or year: calls, the median with its interval, whether it holds enough calls."""
    answer = evidence.ask("response_times/pooled", filters)
    whole = evidence.whole_months(filters)
    return replace(answer, table=pooled_table(answer.table, whole, evidence.settings.comparison))


def _months_apart(
    evidence: Evidence,
    filters: Filters,
    name: str,
    made: Callable[[MonthlySeries, Comparison], pd.DataFrame],
) -> Answer:
    """Return a table made of the median month by month; empty of estimates where no trend may be drawn."""
    answer = evidence.ask("response_times/series", filters)
    series = series_of_months("median", answer.table, evidence, filters)
    return replace(answer, name=f"response_times/{name}", table=made(series, evidence.settings.comparison))


def _step(row: Mapping[str, Any], step: str) -> dict[str, object]:
    """Return the figures of one step in a row of `comparison`, why they are not given if so, and what is behind."""
    if step == "as_measured":
        refusal = row["verdict"] if row["verdict"] in REFUSALS else None
        return {"estimate": row["difference"], "low": row["low"], "high": row["high"], "reason": refusal}
    behind = ("left_out_share",) if step == "corrected" else BEHIND_THE_TREND
    return {
        "estimate": row[step],
        "low": row[f"{step}_low"],
        "high": row[f"{step}_high"],
        "reason": row[f"{step}_reason"],
    } | {name: row[name] for name in behind}


def _opposed(table: pd.DataFrame) -> list[tuple[str, ...]]:
    """Return for each row the statistics whose verdict is good news where its own is bad, or the reverse."""
    news = dict(zip(table["statistic"], table["is_better"], strict=True))
    return [
        tuple(name for name, other in news.items() if own is not None and other is (not own))
        for own in news.values()
    ]


def confirmed_by(
    row: Mapping[str, Any], corrected: StandardisedDifference, trend: InterruptedSeries
) -> dict[str, object]:
    """Return the columns of steps 2 and 3 of a row; neither is given where step 1 may not be judged.

    Only a change that was shown can be confirmed.
    """
    refusal = row["verdict"] if row["verdict"] in REFUSALS else None
    mix: Estimate = NOT_SHOWN if refusal else corrected.difference
    step: Estimate = NOT_SHOWN if refusal else trend.step
    measured = Estimate(*(_known(row[name]) for name in ("difference", "low", "high")))
    if row["verdict"] == "no_demonstrable_difference":
        measured = NOT_SHOWN
    return {
        "confirmation": confirmation(measured, mix, step).code,
        **_prefixed("corrected", mix, refusal or corrected.reason),
        "left_out_share": _number(corrected.left_out_share),
        **_prefixed("against_trend", step, refusal or trend.reason),
        "months_before": trend.months_before,
        "months_after": trend.months_after,
        "residual_autocorrelation": _number(trend.residual_autocorrelation),
    }


def _prefixed(prefix: str, estimate: Estimate, reason: str | None) -> dict[str, object]:
    return {
        prefix: _number(estimate.estimate),
        f"{prefix}_low": _number(estimate.low),
        f"{prefix}_high": _number(estimate.high),
        f"{prefix}_reason": reason,
    }


def months_lacking(row: Mapping[str, Any], period: Period) -> dict[str, object]:
    """Return the months that each side lacks for a verdict, at the pace so far; NaN where no number suffices."""
    before: int | None = 0
    after: int | None = 0
    if row["verdict"] == "too_few_data":
        counts = (row["before_count"], row["after_count"])
        pace = (
            counts[0] / max(len(period.before.months()), 1),
            counts[1] / max(len(period.after.months()), 1),
        )
        needed = months_needed(counts, pace, row["minimum_count"], row["month_pair_count"])
        before, after = needed.before, needed.after
    return {"months_needed_before": _number(before), "months_needed_after": _number(after)}


def comparability(distribution: Answer, phases: pd.DataFrame, thresholds: Comparison) -> tuple[str, ...]:
    """Return why the two sides must not be compared; `phases` is the table of `headline` by phase."""
    unmeasured = 1 - phases["measured_count"] / phases["intervention_count"]
    reasons = list(distribution.period.reasons)
    if any(
        completeness_changed(share, thresholds) for share in (phases["missing_arrival_share"], unmeasured)
    ):
        reasons.append("completeness_changed")
    # Travel that starts at dispatch on one side and at departure on the other is not the same measure.
    if completeness_changed(phases.get("travel_from_dispatch_share"), thresholds):
        reasons.append("definition_changed")
    return tuple(dict.fromkeys(reasons))


def completeness_changed(shares: pd.Series | None, thresholds: Comparison) -> bool:
    """Tell whether a share by phase, of times that are known or missing, changed too much to compare the phases."""
    return _change(shares) > thresholds.largest_missing_change


def _change(shares: pd.Series | None) -> float:
    """Return by how much a share differs between the phases, 0 where one side has none."""
    if shares is None or shares[["before", "after"]].isna().any():
        return 0.0
    # 0.90 - 0.85 is a hair over 0.05 in binary; five points must count as five.
    return round(float(abs(shares["after"] - shares["before"])), 12)


def quantile_row(
    name: str, counted: pd.DataFrame, reasons: tuple[str, ...], thresholds: Comparison
) -> dict[str, object]:
    """Return one row of `comparison`: the median or the P90 of calls counted by month, phase and second.

    `reasons` say why the two sides must not be compared, if so.
    """
    quantile = QUANTILES[name]
    sides = {phase: counted[counted["phase"] == phase] for phase in ("before", "after")}
    before, after = (
        quantile_interval(side["value"], quantile, thresholds.confidence, side["count"])
        for side in sides.values()
    )
    effect = quantile_design_effect(counted, quantile, thresholds.confidence)
    difference = quantile_difference(
        sides["before"]["value"],
        sides["after"]["value"],
        quantile,
        thresholds.confidence,
        sides["before"]["count"],
        sides["after"]["count"],
        effect,
    )
    minimum = thresholds.minimum_verdict_median if name == "median" else thresholds.minimum_verdict_p90
    return _row(
        _Compared(
            name,
            (before, after),
            difference,
            (int(sides["before"]["count"].sum()), int(sides["after"]["count"].sum())),
            effect,
            minimum,
            thresholds.relevant_seconds,
            DURATION,
            matched_month_count(counted, "count"),
        ),
        reasons,
        thresholds,
    )


def _share_row(counted: pd.DataFrame, reasons: tuple[str, ...], thresholds: Comparison) -> dict[str, object]:
    within = counted["count"].where(counted["value"] <= counted["norm_seconds"], 0)
    return share_row(
        "share_within_norm", counted.assign(hits=within, total=counted["count"]), reasons, thresholds
    )


def share_row(
    name: str, counted: pd.DataFrame, reasons: tuple[str, ...], thresholds: Comparison
) -> dict[str, object]:
    """Return one row of `comparison`: a share that is better when higher.

    `counted` holds month, phase, hits and total; `reasons` say why the two sides must not be compared, if so.
    """
    months = counted.groupby(["month", "phase"], as_index=False)[["hits", "total"]].sum()
    sums = months.groupby("phase")[["hits", "total"]].sum().reindex(["before", "after"], fill_value=0)
    (before_hits, before_total), (after_hits, after_total) = sums.astype(int).to_numpy().tolist()
    effect = share_design_effect(months, thresholds.confidence)
    difference = share_difference(
        before_hits, before_total, after_hits, after_total, thresholds.confidence, effect
    )
    return _row(
        _Compared(
            name,
            (
                share_interval(before_hits, before_total, thresholds.confidence),
                share_interval(after_hits, after_total, thresholds.confidence),
            ),
            difference,
            (before_total, after_total),
            effect,
            thresholds.minimum_verdict_share,
            thresholds.relevant_share,
            AMOUNT_TO_RAISE,
            matched_month_count(months, "total"),
        ),
        reasons,
        thresholds,
    )


@dataclass(frozen=True)
class _Compared:
    """One statistic of both sides as measured, with what its verdict is judged by."""

    statistic: str
    sides: tuple[Estimate, Estimate]
    difference: Estimate
    counts: tuple[int, int]
    design_effect: float
    minimum_count: int
    relevant_difference: float
    direction: Direction
    month_pair_count: int


def _row(compared: _Compared, reasons: tuple[str, ...], thresholds: Comparison) -> dict[str, object]:
    judged = verdict(
        compared.difference,
        *compared.counts,
        compared.minimum_count,
        compared.relevant_difference,
        compared.direction,
        reasons,
        compared.month_pair_count,
    )
    smallest = smallest_detectable_difference(compared.difference, thresholds.power, thresholds.confidence)
    # A change that is too small to matter is never called one, however precise the data.
    detectable = None if smallest is None else max(smallest, compared.relevant_difference)
    before, after = (
        side if count >= thresholds.minimum_shown else NOT_SHOWN
        for side, count in zip(compared.sides, compared.counts, strict=True)
    )
    difference = NOT_SHOWN if NOT_SHOWN in (before, after) else compared.difference
    return {
        "statistic": compared.statistic,
        "before": _number(before.estimate),
        "before_low": _number(before.low),
        "before_high": _number(before.high),
        "before_count": compared.counts[0],
        "after": _number(after.estimate),
        "after_low": _number(after.low),
        "after_high": _number(after.high),
        "after_count": compared.counts[1],
        "difference": _number(difference.estimate),
        "low": _number(difference.low),
        "high": _number(difference.high),
        "smallest_detectable": _number(detectable),
        "design_effect": compared.design_effect,
        "month_pair_count": compared.month_pair_count,
        "minimum_count": compared.minimum_count,
        "verdict": judged.code,
        "is_better": judged.is_better,
        "reasons": judged.reasons,
    }


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def _known(value: float) -> float | None:
    return None if pd.isna(value) else value
