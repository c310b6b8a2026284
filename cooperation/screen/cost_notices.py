"""What leaves a cost figure unknown or out, each thing in a sentence."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cooperation.language import TN, Language, T, Text
from cooperation.screen import words
from cooperation.screen.accounts import DATA_SETS
from cooperation.screen.frame import View


def notice_texts(notices: pd.DataFrame, view: View) -> list[Text]:
    """Return every notice as a sentence; years that lack the same thing share one."""
    language = view.language
    names = words.zone_names(view.evidence, language)
    said: list[Text] = []
    for code, group in notices.groupby("code", sort=False):
        rows = group.to_dict("records")
        years = years_notice(str(code), language.join([str(row["subject"]) for row in rows]))
        if years is not None:
            said.append(years)
            continue
        said += [_notice(str(code), row, names, language) for row in rows]
    return said


def years_notice(code: str, years: str) -> Text | None:
    """Return the sentence on years that lack something; None for a notice that is not about years."""
    return {
        "index_missing": T(
            "There is no price index for {years}: in prices of another year these years are unknown.",
            years=years,
        ),
        "population_missing": T(
            "The number of inhabitants on 1 January of {years} is not known, so neither is the cost per inhabitant.",
            years=years,
        ),
        "interventions_missing": T(
            "Not every month of {years} has interventions, so the cost per intervention is not known.",
            years=years,
        ),
    }.get(code)


def _notice(code: str, row: Mapping[str, Any], names: Mapping[str, str], language: Language) -> Text:
    subject = str(row["subject"])
    amount = language.money(row["amount_eur"], 2)
    item_count = 0 if pd.isna(row["item_count"]) else int(row["item_count"])
    return {
        "ledger_missing": T(
            "Of {zone} no ledger line was read for {count} of these years: what they cost is unknown, not zero.",
            zone=names.get(subject, subject),
            count=language.number(item_count),
        ),
        "purchase_without_lifetime": T(
            "{purchase} has no lifetime above zero, so its yearly cost is unknown and in no total.",
            purchase=subject,
        ),
        "purchase_without_price": T(
            "{purchase} has no price above zero, so its yearly cost is unknown and in no total.",
            purchase=subject,
        ),
        "purchase_without_key": T(
            "{purchase}: no valid key divides {amount} of its price, so no zone is charged for that part.",
            purchase=subject,
            amount=amount,
        ),
        "key_does_not_add_up": T(
            "The shares of key {key} do not add up to 1, so it divides nothing.", key=subject
        ),
        "purchase_in_future": T(
            "{purchase} lies in the future; it counts from its date on.", purchase=subject
        ),
        "credits_exceed_invoices": T(
            "More was credited than invoiced on {purchase} ({amount}), so its saving is unknown.",
            purchase=subject,
            amount=amount,
        ),
        "purchase_unknown": T(
            "Ledger lines name {purchase}, which is in no list of purchases ({amount}): it has no yearly cost.",
            purchase=subject,
            amount=amount,
        ),
        "service_unknown": TN(
            "{zone}: {count} ledger line names no known service ({amount}) and is not counted.",
            "{zone}: {count} ledger lines name no known service ({amount}) and are not counted.",
            item_count,
            zone=names.get(subject, subject),
            amount=amount,
        ),
        "estimate_without_purchase": T(
            "An estimate names {purchase}, which is in no list of purchases.", purchase=subject
        ),
        "lines_refused": TN(
            "{data_set}: {count} line refused. The page on data quality says why.",
            "{data_set}: {count} lines refused. The page on data quality says why.",
            item_count,
            data_set=DATA_SETS.get(subject, subject),
        ),
    }[code]
