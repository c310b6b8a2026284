"""Who helped whom, how often, what it gained, and whether the own police is still there."""

import math
from dataclasses import replace

import pandas as pd

from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.filters import EVERYONE, Filters
from cooperation.answers.periods import PHASES
from cooperation.answers.response_times import completeness_changed, months_lacking, share_row
from cooperation.answers.three_steps import STRATA, per_second
from cooperation.settings import Comparison
from cooperation.statistics import Estimate, quantile_interval, standardised_difference

# Of each statistic: the calls that count for it, and those of which that is known.
STATISTICS = {
    "partner_sent": ("partner_sent_count", "partner_known_count"),
    "partner_first": ("partner_first_count", "first_known_count"),
    "own_sent": ("own_sent_count", "own_known_count"),
}
# Promise: inhabitants meet the other zone's officers, and their own police stays.
STATISTICS_OF_IDENTITY = ("own_sent", "partner_sent")


def flows(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per direction, urgency and phase: interventions with help, deployments, time of the units.

    `unit_seconds` is from dispatch (else departure) until free again, of the units of which both are known;
    `unknown_time_count` are the others. Planned work is half of this field: every intervention counts unless the
    reader chose priorities or origins. `share_of_calls` is of the calls of which it is known whether another zone came
    (`partner_known_count`), as in `comparison`.
    """
    return evidence.ask("mutual_assistance/flows", all_work(filters))


def balance(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per zone, other zone and phase: interventions and seconds of units, given, received and the rest.

    Of whole zones, also where a municipality is chosen: what a zone gives lies in the municipalities of others. A
    positive balance is more given than received. Everyone counts, as in `flows`.
    """
    evidence.check(filters)
    return evidence.ask("mutual_assistance/balance", of_whole_zones(evidence, all_work(filters)))


def monthly(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per month of all years, for all calls (`is_total`) and per municipality: whose units came.

    Shares (0 to 1) are of the calls of which it is known; the counts of those stand beside them.
    """
    return evidence.ask("mutual_assistance/monthly", filters)


def nights_and_weekends(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per part of the day, weekday or weekend, and phase, with the figures of `monthly`."""
    return evidence.ask("mutual_assistance/nights_and_weekends", filters)


def other_help(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per kind of help (lateral, hycap, federal), zone that was helped and phase; everyone counts.

    `of_a_zone_count` are the units of a zone of the cooperation that the export calls help from elsewhere.
    """
    return evidence.ask("mutual_assistance/other_help", all_work(filters))


def comparison(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per statistic, as `response_times.comparison` does in step 1: before, after, verdict.

    `partner_sent` is the share of calls with a unit of another zone, `partner_first` of those where it was the first
    on the scene, `own_sent` of those with a unit of the own zone. Too many calls more or less of which that is not
    known, and the verdict is `not_comparable`.
    """
    answer = evidence.ask("mutual_assistance/compared_months", filters)
    rows = [_compared(name, answer, answer.table, evidence.settings.comparison) for name in STATISTICS]
    return replace(answer, name="mutual_assistance/comparison", table=pd.DataFrame(rows))


def identity_kept(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per municipality and statistic (`own_sent`, `partner_sent`) with the columns of `comparison`.

    Many verdicts side by side: one in twenty can be chance.
    """
    evidence.check(filters)
    zone_of = evidence.municipalities.set_index("nis_code")["zone_code"]
    groups = evidence.zones_by_start(filters)
    # Zones that joined on another day are compared over other months, each with its own municipalities.
    choices = [filters] if len(groups) == 1 else [filters.with_(zone_code=codes) for codes in groups]
    rows = []
    for choice, zone_codes in zip(choices, groups, strict=True):
        answer = evidence.ask("mutual_assistance/compared_months", choice)
        for nis_code, months in answer.table.groupby("municipality_nis"):
            if len(groups) == 1 or zone_of[nis_code] in zone_codes:
                rows += [
                    {"municipality_nis": nis_code}
                    | _compared(name, answer, months, evidence.settings.comparison)
                    for name in STATISTICS_OF_IDENTITY
                ]
    return replace(answer, name="mutual_assistance/identity_kept", table=pd.DataFrame(rows), filters=filters)


def time_gained(evidence: Evidence, filters: Filters) -> Answer:
    """Return two rows per phase: how much earlier help came where a unit of another zone was first, in seconds.

    `against_own_unit` is the median of the wait for the own zone's first unit, of the calls where both arrived; never
    negative, for only calls count in which the other was first. `against_comparable_calls` is an estimate: the median
    response of calls without the other zone less that of calls where it was first, both at one mix of kinds of calls
    (kinds without a call where it was first left out). Positive is time gained; `call_count` and `compared_count` are
    the calls behind each side. NaN where not given, with the reason.
    """
    gains = evidence.ask("mutual_assistance/seconds_gained", filters)
    kinds = evidence.ask("mutual_assistance/comparable_calls", filters).table
    thresholds = evidence.settings.comparison
    rows = [
        row
        for phase in PHASES
        for row in (
            _against_own_unit(phase, gains.table[gains.table["phase"] == phase], thresholds),
            _against_comparable_calls(phase, kinds[kinds["phase"] == phase], thresholds),
        )
    ]
    return replace(gains, name="mutual_assistance/time_gained", table=pd.DataFrame(rows))


def comparable_calls(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per phase, month, kind of call and side: what the estimate of `time_gained` compares."""
    return evidence.ask("mutual_assistance/comparable_calls", filters)


def all_work(filters: Filters) -> Filters:
    """Return the choice with every priority and origin where the reader chose none."""
    return filters.with_(priority=filters.priority or (EVERYONE,), origin=filters.origin or (EVERYONE,))


def of_whole_zones(evidence: Evidence, filters: Filters) -> Filters:
    """Return the choice with the zones of the chosen municipalities in their place."""
    is_chosen = bool(filters.zone_code or filters.municipality_nis)
    codes = tuple(zone.code for zone in evidence.zones(filters)) if is_chosen else ()
    return filters.with_(zone_code=codes, municipality_nis=())


def _compared(name: str, answer: Answer, months: pd.DataFrame, thresholds: Comparison) -> dict[str, object]:
    hits, known = STATISTICS[name]
    counted = months[["month", "phase"]].assign(hits=months[hits], total=months[known])
    sums = months.groupby("phase")[[known, "intervention_count"]].sum().reindex(list(PHASES))
    reasons = list(answer.period.reasons)
    if completeness_changed(1 - sums[known] / sums["intervention_count"], thresholds):
        reasons.append("completeness_changed")
    row = share_row(name, counted, tuple(reasons), thresholds)
    return row | months_lacking(row, answer.period)


def _against_own_unit(phase: str, gains: pd.DataFrame, thresholds: Comparison) -> dict[str, object]:
    both_arrived = gains.dropna(subset=["gained_seconds"])
    count = int(both_arrived["call_count"].sum())
    median = quantile_interval(
        both_arrived["gained_seconds"], 0.5, thresholds.confidence, both_arrived["call_count"]
    )
    is_enough = count >= thresholds.minimum_shown
    return {
        "comparison": "against_own_unit",
        "phase": phase,
        "is_estimate": False,
        "call_count": int(gains["call_count"].sum()),
        "compared_count": count,
        **_gained(median if is_enough else None),
        "reason": None if is_enough else "too_few_data",
    }


def _against_comparable_calls(phase: str, kinds: pd.DataFrame, thresholds: Comparison) -> dict[str, object]:
    # What mix and design effect call before and after are here the calls without and with the other zone.
    sides = kinds.assign(
        phase=kinds["partner_is_first"].map({False: "before", True: "after"}),
        kind=kinds.groupby(STRATA, dropna=False).ngroup(),
    )
    calls = per_second(sides)
    counts = calls.groupby("phase", observed=False)["count"].sum()
    found = standardised_difference(calls, ["kind"], 0.5, thresholds.confidence, thresholds.largest_left_out)
    gained = _turned(found.difference)
    reason = found.reason
    if counts.min() < thresholds.minimum_shown:
        reason = "too_few_data"
    elif reason is None and None in (gained.low, gained.high):
        # An estimate without its interval would be read as a figure.
        reason = "interval_without_bound"
    return {
        "comparison": "against_comparable_calls",
        "phase": phase,
        "is_estimate": True,
        "call_count": int(counts["after"]),
        "compared_count": int(counts["before"]),
        **_gained(gained if reason is None else None),
        "reason": reason,
    }


def _turned(change: Estimate) -> Estimate:
    """Return a difference the other way round: less time is time gained."""
    turned = [None if value is None else -value for value in (change.estimate, change.high, change.low)]
    return Estimate(*turned)


def _gained(estimate: Estimate | None) -> dict[str, float]:
    values = (None, None, None) if estimate is None else (estimate.estimate, estimate.low, estimate.high)
    return {
        name: math.nan if value is None else float(value)
        for name, value in zip(("gained_seconds", "low", "high"), values, strict=True)
    }
