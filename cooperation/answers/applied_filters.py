"""Which of a reader's choices each answer applies: of another one no page, file or line may say that it does."""

from collections.abc import Mapping

from cooperation.answers.filters import FILTER_NAMES, Filters

PLACE = ("zone_code", "municipality_nis")
MONTHS = ("period", "covid")
WHICH_CALLS = ("priority", "origin")
PRICES = ("prices", "base_year")
CALLS = (*PLACE, *MONTHS, *WHICH_CALLS)
TIMES = (*CALLS, "measure")
# Every month that the exports cover, whatever the periods.
EVERY_MONTH = (*PLACE, "covid", *WHICH_CALLS, "measure")
NONE: tuple[str, ...] = ()

APPLIED: Mapping[str, tuple[str, ...]] = {
    "cooperation_fields/overview": CALLS,
    "cooperation_fields/indicators": (*PLACE, "period"),
    "cooperation_fields/series": PLACE,
    "data_quality/totals": NONE,
    "data_quality/freshness": NONE,
    "data_quality/files": NONE,
    "data_quality/data_sets": NONE,
    "data_quality/reasons": NONE,
    "data_quality/rejects": NONE,
    "data_quality/flagged_cells": NONE,
    "data_quality/doubtful_by_month": NONE,
    "data_quality/completeness": TIMES,
    "data_quality/monthly_completeness": TIMES,
    "data_quality/priority_mix": (*PLACE, *MONTHS, "origin"),
    "data_quality/origin_mix": (*PLACE, *MONTHS),
    "data_quality/left_out": CALLS,
    "data_quality/correction_layouts": NONE,
    "method/priorities": NONE,
    "method/norms": NONE,
    "method/zones": NONE,
    "method/thresholds": NONE,
    "method/rules": NONE,
    "method/example": TIMES,
    "mutual_assistance/comparison": CALLS,
    "mutual_assistance/flows": CALLS,
    "mutual_assistance/balance": CALLS,
    "mutual_assistance/monthly": (*CALLS, "borders"),
    "mutual_assistance/time_gained": CALLS,
    "mutual_assistance/comparable_calls": CALLS,
    "mutual_assistance/nights_and_weekends": CALLS,
    "mutual_assistance/other_help": CALLS,
    "mutual_assistance/identity_kept": (*CALLS, "borders"),
    "overview/promises": (*PLACE, *MONTHS),
    # All municipalities of a zone side by side, the chosen one among them.
    "overview/municipalities": ("zone_code", *MONTHS, *WHICH_CALLS, "measure"),
    "response_times/headline": TIMES,
    "response_times/comparison": TIMES,
    "response_times/three_steps": TIMES,
    "response_times/kinds_of_calls": TIMES,
    "response_times/trend": EVERY_MONTH,
    "response_times/invented_starts": EVERY_MONTH,
    "response_times/control_chart": EVERY_MONTH,
    "response_times/pooled": (*PLACE, *WHICH_CALLS, "measure"),
    "response_times/monthly": TIMES,
    "response_times/cumulative": TIMES,
    "response_times/by_priority": TIMES,
    "response_times/by_municipality": (*TIMES, "borders"),
    "response_times/by_hour": TIMES,
    "response_times/by_weekday": TIMES,
    "response_times/steps": CALLS,
    "shared_costs/yearly": (*PLACE, *PRICES),
    "shared_costs/comparison": (*PLACE, "period", *PRICES),
    "shared_costs/by_field": (*PLACE, "period", *PRICES),
    "shared_costs/by_category": (*PLACE, "period", *PRICES),
    # A joint purchase stands with every zone that pays for it.
    "shared_costs/purchases": NONE,
    "shared_costs/keys": ("scenario_purchase",),
    "shared_costs/scenario": ("scenario_purchase", "scenario_key", "scenario_months"),
    "shared_costs/notices": (*PLACE, "prices"),
}


def applies(table: str, name: str) -> bool:
    """Tell whether a table's rows follow the filter of that name; those of a mart are the same for every filter."""
    return name in APPLIED.get(table, NONE)


def applied(answer: str, filters: Filters) -> Filters:
    """Return a choice as far as an answer applies it, the rest as at the start."""
    return Filters(**{name: getattr(filters, name) for name in APPLIED[answer]})


def without_effect(table: str, filters: Filters) -> tuple[str, ...]:
    """Return the names of the filters that were chosen and that an answer does not apply; a mart applies none."""
    start = Filters()
    return tuple(
        name
        for name in FILTER_NAMES
        if not applies(table, name) and getattr(filters, name) != getattr(start, name)
    )
