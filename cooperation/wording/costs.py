"""Costs in words: in which prices they are, and whose they are."""

from collections.abc import Mapping

from cooperation.answers.answer import Evidence
from cooperation.answers.cost_coverage import paying_zones, read_ledger
from cooperation.answers.filters import Filters
from cooperation.language import Language, T, Text
from cooperation.wording import names

INDEXES_IN_A_SENTENCE: Mapping[str, Text] = {
    "health_index": T("health index"),
    "cpi": T("consumer price index"),
}


def prices_text(parameters: Mapping[str, object]) -> Text:
    """Return in which prices the amounts of an answer with these parameters are, the index and its year by name."""
    if parameters["prices"] == "nominal":
        return T("in euros as they were paid, not corrected for rising prices")
    index = INDEXES_IN_A_SENTENCE[str(parameters["prices"])]
    if not parameters["base_year"]:
        return T("in prices that are not known: there is no {index}", index=index)
    return T("in euros of {year} ({index})", year=str(parameters["base_year"]), index=index)


def euros_text(parameters: Mapping[str, object]) -> Text:
    """Return of which year the euros are, for where the index has no room; else all that `prices_text` says."""
    if parameters["prices"] == "nominal" or not parameters["base_year"]:
        return prices_text(parameters)
    return T("in euros of {year}", year=str(parameters["base_year"]))


def paying_place(evidence: Evidence, filters: Filters, language: Language) -> str:
    """Return the zones whose costs are counted, by name."""
    zone_names = names.zone_names(evidence, language)
    codes = paying_zones(evidence, filters, read_ledger(evidence))
    return language.join([zone_names[code] for code in codes])
