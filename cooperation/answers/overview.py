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
    rows = []
    compared = response_times.comparison(evidence, filters)
    for nis_code in today["nis_code"]:
        compared = response_times.comparison(evidence, filters.with_(municipality_nis=(nis_code,)))
        rows.append({"municipality_nis": nis_code} | compared.table.iloc[0].to_dict())
    return replace(compared, name="overview/municipalities", table=pd.DataFrame(rows), filters=filters)
