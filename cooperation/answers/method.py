"""What every figure is made by: who is counted, norms, thresholds and rules in force, and one verdict worked out."""

import math
from collections.abc import Mapping
from dataclasses import fields, replace

import pandas as pd

from cooperation.answers import data_quality
from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.filters import Filters
from cooperation.answers.periods import first_month_from
from cooperation.answers.response_times import comparison
from cooperation.settings import Settings
from cooperation.statistics.design_effect import MINIMUM_MONTH_PAIRS
from cooperation.statistics.verdict import COMPARABILITY_REASONS
from cooperation.warehouse.rules import RULES

# What the value of each threshold counts; "day" is a date.
UNITS: Mapping[str, str] = {
    "comparison.most_years": "years",
    "comparison.confidence": "percent",
    "comparison.power": "percent",
    "comparison.minimum_shown": "calls",
    "comparison.minimum_verdict_median": "calls",
    "comparison.minimum_verdict_p90": "calls",
    "comparison.minimum_verdict_share": "calls",
    "comparison.relevant_seconds": "seconds",
    "comparison.relevant_share": "points",
    "comparison.largest_missing_change": "points",
    "comparison.largest_left_out": "percent",
    "comparison.minimum_months_before": "months",
    "comparison.minimum_months_after": "months",
    "costs.minimum_verdict_years": "years",
    "costs.relevant_change": "percent",
    "activities.minimum_verdict_years": "years",
    "activities.relevant_change": "percent",
    "activities.minimum_count": "counts",
    "plausible.earliest_received": "day",
    "plausible.latest_received": "day",
    "plausible.longest_response_seconds": "seconds",
    "plausible.earliest_date": "day",
    "plausible.latest_date": "day",
    "plausible.largest_amount_eur": "euros",
    "plausible.longest_lifetime_years": "years",
    "plausible.largest_quantity": "counts",
}
# Rules that hold for the lines of every file, whatever data set it is: they are kept while a file is read.
EVERY_DATA_SET = "every"
# The questions that a verdict asks, in their order, and the reasons by which one of them decides.
QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "comparable": COMPARABILITY_REASONS,
    "enough_calls": ("below_minimum_count",),
    "enough_months": ("too_few_months",),
    "clear_of_zero": ("interval_without_bound", "interval_includes_zero"),
    "large_enough": ("difference_below_relevant",),
}


def priorities(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per priority: whether it is urgent, and whether it counts unless chosen otherwise."""
    return _from_settings(evidence, filters, "priorities", priorities_table(evidence.settings))


def norms(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per measure and priority that has a norm: the norm in seconds."""
    return _from_settings(evidence, filters, "norms", norms_table(evidence.settings))


def zones(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per zone: the day it joined, and the first month that lies wholly after it."""
    return _from_settings(evidence, filters, "zones", zones_table(evidence.settings))


def thresholds(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per threshold: its unit and its value, or its day where it is one; shares run from 0 to 1."""
    return _from_settings(evidence, filters, "thresholds", thresholds_table(evidence.settings))


def rules(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per data set and rule: what it does with what breaks it, and whether a setting decides that."""
    return _from_settings(evidence, filters, "rules", rules_table(evidence.settings))


def example(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per question of the verdict on the median, in order: what was found, the limit, the outcome.

    `outcome` is passed, decided or not_reached; where a change was shown, the last question decides. Found and limit
    are reasons against a comparison, calls, matched months, and seconds; of the interval, `low` and `high` are
    found. NaN where nothing was found; a question that is not reached finds nothing.
    """
    compared = comparison(evidence, filters)
    median = compared.table.set_index("statistic").loc["median"]
    outcomes = outcomes_of(median["reasons"])
    interval = {"low": median["low"], "high": median["high"]}
    found: dict[str, dict[str, float]] = {
        "comparable": {"found": len(set(median["reasons"]) & set(COMPARABILITY_REASONS)), "limit": 0},
        "enough_calls": {
            "found": min(median["before_count"], median["after_count"]),
            "limit": median["minimum_count"],
        },
        "enough_months": {"found": median["month_pair_count"], "limit": MINIMUM_MONTH_PAIRS},
        "clear_of_zero": interval | {"limit": 0},
        "large_enough": {
            "found": abs(median["difference"]),
            "limit": evidence.settings.comparison.relevant_seconds,
        },
    }
    table = pd.DataFrame(list(found.values()), columns=["found", "low", "high", "limit"]).astype("float64")
    table.loc[[outcome == "not_reached" for outcome in outcomes], ["found", "low", "high"]] = math.nan
    table.insert(0, "question", list(QUESTIONS))
    return replace(compared, name="method/example", table=table.assign(outcome=outcomes))


def outcomes_of(reasons: tuple[str, ...]) -> list[str]:
    """Return what became of each question, by a verdict's reasons: those before the one that decided were passed."""
    asked = list(QUESTIONS)
    decided = next(
        (place for place, codes in enumerate(QUESTIONS.values()) if set(codes) & set(reasons)), len(asked) - 1
    )
    return [
        "passed" if place < decided else "decided" if place == decided else "not_reached"
        for place in range(len(asked))
    ]


def priorities_table(settings: Settings) -> pd.DataFrame:
    """Return the table of `priorities`."""
    counted = settings.default_priorities or tuple(priority.code for priority in settings.priorities)
    return pd.DataFrame(
        [
            {"priority": one.code, "is_urgent": one.urgent, "is_counted": one.code in counted}
            for one in settings.priorities
        ],
        columns=["priority", "is_urgent", "is_counted"],
    )


def norms_table(settings: Settings) -> pd.DataFrame:
    """Return the table of `norms`."""
    return pd.DataFrame(
        [
            {"measure": norm.measure, "priority": norm.priority, "norm_seconds": norm.seconds}
            for norm in settings.norms
        ],
        columns=["measure", "priority", "norm_seconds"],
    )


def zones_table(settings: Settings) -> pd.DataFrame:
    """Return the table of `zones`."""
    return pd.DataFrame(
        [
            {
                "zone_code": zone.code,
                "joined": pd.Timestamp(zone.joined),
                "first_month_after": pd.Timestamp(first_month_from(zone.joined)),
            }
            for zone in settings.zones
        ]
    )


def thresholds_table(settings: Settings) -> pd.DataFrame:
    """Return the table of `thresholds`."""
    rows = []
    for group in ("comparison", "costs", "activities", "plausible"):
        values = getattr(settings, group)
        for field in fields(values):
            entry, value = f"{group}.{field.name}", getattr(values, field.name)
            is_day = UNITS[entry] == "day"
            rows.append(
                {
                    "entry": entry,
                    "unit": UNITS[entry],
                    "value": None if is_day else float(value),
                    "day": pd.Timestamp(value) if is_day else pd.NaT,
                }
            )
    return pd.DataFrame(rows).astype({"value": "float64"})


def rules_table(settings: Settings) -> pd.DataFrame:
    """Return the table of `rules`."""
    of_data_sets = {rule.name for rule in RULES}
    rows = [
        {"data_set": EVERY_DATA_SET, "rule": name, "action": "reject", "is_setting": False}
        for name in data_quality.RULES
        if name not in of_data_sets
    ]
    rows += [
        {
            "data_set": rule.data_set,
            "rule": rule.name,
            "action": rule.action(settings.rules),
            "is_setting": rule.fixed_action is None,
        }
        for rule in RULES
    ]
    return pd.DataFrame(rows)


def _from_settings(evidence: Evidence, filters: Filters, figure: str, table: pd.DataFrame) -> Answer:
    return replace(evidence.ask("method/settings", filters), name=f"method/{figure}", table=table)
