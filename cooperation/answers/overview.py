"""The mayor's first screen: what became of each promise, and one verdict for every municipality."""

from dataclasses import replace

import pandas as pd

from cooperation.answers import response_times
from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.filters import Filters
from cooperation.answers.promise_evidence import COMPARED, SOURCES, Ask, figures_of_promise, standing
from cooperation.answers.three_steps import (
    against_trend,
    calls_by_kind,
    corrected_quantiles,
    series_of_months,
)

ASKED_FOR_MUNICIPALITIES = (
    "overview/municipalities",
    "response_times/by_municipality",
    "response_times/strata",
    "overview/series",
)
PROMISE_COLUMNS = (
    "promise_code",
    "standing",
    "is_leading",
    "figure",
    "unit",
    "zone_codes",
    *COMPARED,
    "alone",
    "data_sets",
    "zones_without",
    "evidence_page",
)


def headline_filters(filters: Filters) -> Filters:
    """Return the choice of place and periods alone: what is held against a promise is fixed in advance."""
    return Filters(
        period=filters.period,
        covid=filters.covid,
        zone_code=filters.zone_code,
        municipality_nis=filters.municipality_nis,
    )


def promises(evidence: Evidence, filters: Filters, ask: Ask | None = None) -> Answer:
    """Return one row per promise and figure, the leading figure first: before, after, difference, verdict, evidence.

    Each figure is that of the answer behind it for `headline_filters`, and `evidence_page` is the page that holds it;
    `standing` says of all figures of a promise together whether they went the promised way.
    `unit` says of which kind it is: seconds, a share (0 to 1), hours or eur. `zone_codes` names the zones that a figure
    is about where a municipality was asked for and only its zone is known; `data_sets` the exports that would fill it,
    where there is none of it, and `zones_without` the zones that lack them, where others have them. `alone` is what
    joint purchases would cost alone, by somebody's estimate. `ask` gives answers that are there already.
    """
    evidence.check(filters)
    fixed = headline_filters(filters)
    sources: dict[str, Answer] = {}

    def take(name: str, choice: Filters) -> Answer:
        sources[name] = ask(name, choice) if ask else SOURCES[name](evidence, choice)
        return sources[name]

    rows = []
    for promise in evidence.settings.promises:
        figures = figures_of_promise(promise.evidence, evidence, fixed, take)
        whole = {
            "promise_code": promise.code,
            "standing": standing(figures),
            "evidence_page": promise.evidence,
        }
        rows += [{**whole, "is_leading": place == 0, **figure} for place, figure in enumerate(figures)]
    table = pd.DataFrame(rows, columns=list(PROMISE_COLUMNS), dtype="object")
    # The queries of all sources, each with its values by its name: costs have other periods than calls.
    sql = "\n\n".join(f"-- {name}\n{answer.sql.strip()}" for name, answer in sources.items())
    values = {
        f"{key} ({name})": value for name, own in sources.items() for key, value in own.parameters.items()
    }
    return Answer("overview/promises", table, sql, values, fixed, evidence.period(fixed))


def municipalities(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per municipality of today: the median's row of `response_times.comparison`, all three steps.

    Only municipalities of the chosen zones, all where none is chosen. Many verdicts side by side: one in twenty
    can be chance.
    """
    evidence.check(filters)
    today = evidence.municipalities
    today = today[today["merged_into_nis"].isna()]
    thresholds = evidence.settings.comparison
    rows = []
    # Zones that joined on another day are compared over other months.
    for zone_codes in evidence.zones_by_start(filters.with_(municipality_nis=())):
        everywhere = filters.with_(municipality_nis=(), zone_code=zone_codes, borders="merged")
        distribution, by_municipality, strata, months = evidence.ask_together(
            ASKED_FOR_MUNICIPALITIES, everywhere
        )
        kinds = calls_by_kind(strata.table)
        for nis_code in today.loc[today["zone_code"].isin(zone_codes), "nis_code"]:
            counted = _of(nis_code, distribution.table).rename(columns={"call_count": "count"})
            both_phases = _of(nis_code, by_municipality.table).set_index("phase").reindex(["before", "after"])
            reasons = response_times.comparability(distribution, both_phases, thresholds)
            median = response_times.quantile_row("median", counted, reasons, thresholds)
            corrected = corrected_quantiles(_of(nis_code, kinds), thresholds, ["median"])["median"]
            series = series_of_months("median", _of(nis_code, months.table), evidence, everywhere)
            median |= response_times.confirmed_by(median, corrected, against_trend(series, thresholds))
            median |= response_times.months_lacking(median, distribution.period)
            rows.append({"municipality_nis": nis_code} | median)
    return replace(distribution, table=pd.DataFrame(rows), filters=filters)


def _of(nis_code: str, table: pd.DataFrame) -> pd.DataFrame:
    return table[table["municipality_nis"] == nis_code]
