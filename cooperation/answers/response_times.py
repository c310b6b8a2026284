"""How fast police are on the scene, before and after."""

from dataclasses import replace

import pandas as pd

from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.filters import Filters
from cooperation.settings import Comparison
from cooperation.statistics import (
    AMOUNT_TO_RAISE,
    DURATION,
    Estimate,
    Verdict,
    matched_month_count,
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
QUANTILES = {"median": 0.5, "p90": 0.9}


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
    """Return one row per statistic: before, after, difference with interval, verdict and its reasons.

    Times in seconds, shares 0 to 1; difference is after minus before; `smallest_detectable` is the smallest
    true difference that these data could have shown. NaN where a figure or a bound does not exist, and for the
    figures of a side with fewer calls than the settings' `minimum_shown`.
    """
    distribution = evidence.ask("response_times/distribution", filters)
    phases = headline(evidence, filters).table.set_index("phase")
    thresholds = evidence.settings.comparison
    reasons = comparability(distribution, phases, thresholds)
    counted = distribution.table.rename(columns={"call_count": "count"})
    rows = [quantile_row(name, counted, reasons, thresholds) for name in QUANTILES]
    rows.append(_share_row(counted.dropna(subset=["norm_seconds"]), reasons, thresholds))
    return replace(distribution, name="response_times/comparison", table=pd.DataFrame(rows))


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
    counts = [int(side["count"].sum()) for side in sides.values()]
    minimum = thresholds.minimum_verdict_median if name == "median" else thresholds.minimum_verdict_p90
    judged = verdict(
        difference,
        counts[0],
        counts[1],
        minimum,
        thresholds.relevant_seconds,
        DURATION,
        reasons,
        matched_month_count(counted, "count"),
    )
    return _row(
        name, before, after, difference, counts, judged, effect, thresholds.relevant_seconds, thresholds
    )


def _share_row(counted: pd.DataFrame, reasons: tuple[str, ...], thresholds: Comparison) -> dict[str, object]:
    within = counted["count"].where(counted["value"] <= counted["norm_seconds"], 0)
    months = (
        counted.assign(hits=within, total=counted["count"])
        .groupby(["month", "phase"], as_index=False)[["hits", "total"]]
        .sum()
    )
    sums = months.groupby("phase")[["hits", "total"]].sum().reindex(["before", "after"], fill_value=0)
    (before_hits, before_total), (after_hits, after_total) = sums.astype(int).to_numpy().tolist()
    effect = share_design_effect(months, thresholds.confidence)
    difference = share_difference(
        before_hits, before_total, after_hits, after_total, thresholds.confidence, effect
    )
    judged = verdict(
        difference,
        before_total,
        after_total,
        thresholds.minimum_verdict_share,
        thresholds.relevant_share,
        AMOUNT_TO_RAISE,
        reasons,
        matched_month_count(months, "total"),
    )
    return _row(
        "share_within_norm",
        share_interval(before_hits, before_total, thresholds.confidence),
        share_interval(after_hits, after_total, thresholds.confidence),
        difference,
        [before_total, after_total],
        judged,
        effect,
        thresholds.relevant_share,
        thresholds,
    )


def _row(
    statistic: str,
    before: Estimate,
    after: Estimate,
    difference: Estimate,
    counts: list[int],
    judged: Verdict,
    effect: float,
    relevant: float,
    thresholds: Comparison,
) -> dict[str, object]:
    smallest = smallest_detectable_difference(difference, thresholds.power, thresholds.confidence)
    # A change that is too small to matter is never called one, however precise the data.
    detectable = None if smallest is None else max(smallest, relevant)
    before, after = (
        side if count >= thresholds.minimum_shown else NOT_SHOWN
        for side, count in zip((before, after), counts, strict=True)
    )
    if NOT_SHOWN in (before, after):
        difference = NOT_SHOWN
    return {
        "statistic": statistic,
        "before": _number(before.estimate),
        "before_low": _number(before.low),
        "before_high": _number(before.high),
        "before_count": counts[0],
        "after": _number(after.estimate),
        "after_low": _number(after.low),
        "after_high": _number(after.high),
        "after_count": counts[1],
        "difference": _number(difference.estimate),
        "low": _number(difference.low),
        "high": _number(difference.high),
        "smallest_detectable": _number(detectable),
        "design_effect": effect,
        "verdict": judged.code,
        "reasons": judged.reasons,
    }


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)
