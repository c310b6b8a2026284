"""The mayor's first screen: one verdict for every municipality."""

from dataclasses import replace

import pandas as pd

from cooperation.answers import response_times
from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.filters import Filters


def municipalities(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per municipality of today: the median's row of `response_times.comparison`.

    Only municipalities of the chosen zones, all where none is chosen. Many verdicts side by side: one in twenty
    can be chance.
    """
    today = evidence.municipalities
    today = today[today["merged_into_nis"].isna()]
    if filters.zone_code:
        today = today[today["zone_code"].isin(filters.zone_code)]
    everywhere = filters.with_(municipality_nis=(), borders="merged")
    distribution = evidence.ask("overview/municipalities", everywhere)
    phases = response_times.by_municipality(evidence, everywhere).table
    thresholds = evidence.settings.comparison
    rows = []
    for nis_code in today["nis_code"]:
        counted = _of(nis_code, distribution.table).rename(columns={"call_count": "count"})
        both_phases = _of(nis_code, phases).set_index("phase").reindex(["before", "after"])
        comparability = response_times._comparability(distribution, both_phases, thresholds)
        median = response_times._quantile_row("median", counted, comparability, thresholds)
        rows.append({"municipality_nis": nis_code} | median)
    return replace(distribution, table=pd.DataFrame(rows), filters=filters)


def _of(nis_code: str, table: pd.DataFrame) -> pd.DataFrame:
    return table[table["municipality_nis"] == nis_code]
