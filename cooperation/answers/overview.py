"""The mayor's first screen: one verdict for every municipality, and whether it is confirmed."""

from dataclasses import replace

import pandas as pd

from cooperation.answers import response_times
from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.filters import Filters
from cooperation.answers.three_steps import (
    against_trend,
    calls_by_kind,
    corrected_quantiles,
    series_of_months,
)


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
        distribution = evidence.ask("overview/municipalities", everywhere)
        phases = response_times.by_municipality(evidence, everywhere).table
        kinds = calls_by_kind(evidence, everywhere)
        months = evidence.ask("overview/series", everywhere).table
        for nis_code in today.loc[today["zone_code"].isin(zone_codes), "nis_code"]:
            counted = _of(nis_code, distribution.table).rename(columns={"call_count": "count"})
            both_phases = _of(nis_code, phases).set_index("phase").reindex(["before", "after"])
            reasons = response_times.comparability(distribution, both_phases, thresholds)
            median = response_times.quantile_row("median", counted, reasons, thresholds)
            corrected = corrected_quantiles(_of(nis_code, kinds), thresholds, ["median"])["median"]
            series = series_of_months("median", _of(nis_code, months), evidence, everywhere)
            median |= response_times.confirmed_by(median, corrected, against_trend(series, thresholds))
            median |= response_times.months_lacking(median, distribution.period)
            rows.append({"municipality_nis": nis_code} | median)
    return replace(distribution, table=pd.DataFrame(rows), filters=filters)


def _of(nis_code: str, table: pd.DataFrame) -> pd.DataFrame:
    return table[table["municipality_nis"] == nis_code]
