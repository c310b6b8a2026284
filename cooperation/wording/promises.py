"""The promises in words: their figures, and how each stands."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.promise_evidence import STANDINGS
from cooperation.language import Language, T, Text
from cooperation.settings import Name
from cooperation.wording.choices import place_name
from cooperation.wording.fields import MORE_OR_LESS, hidden_text
from cooperation.wording.names import zone_names
from cooperation.wording.verdicts import verdict_of_row

FIGURES: Mapping[str, Text] = {
    "median_response": T("Half of the urgent calls within"),
    "training_hours_per_fte": T("Training a year, for each full-time member of staff"),
    "joint_training_share": T("Of that together with another zone"),
    "cost_of_a_year": T("Cost of a year"),
    "joint_purchases": T("Joint purchases, a year"),
    "partner_sent": T("Calls to which another zone came along"),
    "own_sent": T("Calls at which the own zone was there"),
}
HOURS_DECIMALS = 1
DATA_SETS: Mapping[str, Text] = {
    "interventions": T("interventions"),
    "deployments": T("deployments"),
    "activities": T("activities (training, and staff to hold it against)"),
    "costs": T("costs"),
    "investments": T("joint purchases"),
    "distribution_keys": T("distribution keys"),
    "standalone_estimates": T("estimates of what a zone would pay alone"),
}


def promises_text(evidence: Evidence, answer: Answer, language: Language) -> Text:
    """Return where, and in a few short sentences which promises the figures bear out, and which they do not or cannot.

    `answer` is `overview/promises`.
    """
    place = place_name(evidence, answer.filters, language)
    return T("{place}. {findings}", place=place, findings=findings_text(evidence, answer, language))


def otherwise_text(evidence: Evidence, answer: Answer, of_zone: Answer, language: Language) -> Text | None:
    """Return which promises stand otherwise in one zone than in `answer` of more zones, and how; None where none does.

    Both are `overview/promises`.
    """
    together = standings(answer)
    differing = [code for code, standing in standings(of_zone).items() if standing != together[code]]
    if not differing:
        return None
    return T(
        "Otherwise in {place}. {findings}",
        place=place_name(evidence, of_zone.filters, language),
        findings=findings_text(evidence, of_zone, language, differing),
    )


def standings(answer: Answer) -> dict[str, str]:
    """Return by promise how it stands in `overview/promises`."""
    return dict(zip(answer.table["promise_code"], answer.table["standing"], strict=True))


def findings_text(
    evidence: Evidence, answer: Answer, language: Language, promise_codes: Sequence[str] | None = None
) -> str:
    """Return in a few short sentences which promises the figures bear out, and which they do not or cannot.

    Of all promises, or of those with these codes.
    """
    standing_of = standings(answer)
    by_standing: dict[str, list[str]] = {}
    for promise in evidence.settings.promises:
        if promise_codes is not None and promise.code not in promise_codes:
            continue
        name = promise.name.in_language(language.code)
        by_standing.setdefault(standing_of[promise.code], []).append(name[:1].lower() + name[1:])
    findings = [
        language.say(_finding(standing, language.join(by_standing[standing])))
        for standing in STANDINGS
        if standing in by_standing
    ]
    return " ".join(findings)


def promised_text(promised: Name, language: Language) -> Text:
    """Return what was promised as somebody's words: whether it came true, the figures say."""
    return T("Promised: “{promise}”", promise=promised.in_language(language.code))


def no_data_text(row: Mapping[str, Any], evidence: Evidence, language: Language) -> Text:
    """Return which exports, of which zones, would fill a figure of `overview/promises` of which there is nothing."""
    names = language.join([language.say(DATA_SETS[name]) for name in row["data_sets"]])
    if row["zones_without"]:
        of_code = zone_names(evidence, language)
        return T(
            "No data of {zones}: an export of {data_sets} would fill this.",
            zones=language.join([of_code[code] for code in row["zones_without"]]),
            data_sets=names,
        )
    return T("No data: an export of {data_sets} would fill this.", data_sets=names)


def _finding(standing: str, names: str) -> Text:
    return {
        "as_promised": T("As promised: {promises}.", promises=names),
        "unconfirmed": T("As promised, but not confirmed in the further checks: {promises}.", promises=names),
        "partly": T("Only partly as promised: {promises}.", promises=names),
        "against": T("Against the promise: {promises}.", promises=names),
        "no_demonstrable_difference": T("No difference can be shown: {promises}.", promises=names),
        "too_few_data": T("Too few data: {promises}.", promises=names),
        "not_comparable": T("Not comparable: {promises}.", promises=names),
        "no_data": T("No data: {promises}.", promises=names),
    }[standing]


def promise_amount(value: Any, unit: str, language: Language) -> str:
    """Return a figure of a promise as it is written, by its unit."""
    known = None if value is None or pd.isna(value) else value
    if unit == "eur":
        return language.money(known, 0)
    if unit == "hours" and known is not None:
        return language.say(T("{amount} hours", amount=language.number(known, HOURS_DECIMALS)))
    return language.duration(known) if unit == "seconds" else language.percent(known, 1)


def promise_side(row: Mapping[str, Any], phase: str, language: Language) -> str:
    """Return the figure of a phase as it is written, or how it is hidden."""
    hidden = row[f"{phase}_hidden"]
    return hidden_text(hidden, language) if hidden else promise_amount(row[phase], row["unit"], language)


def promise_verdict(row: Mapping[str, Any]) -> Text:
    """Return the verdict on a figure of a promise in words: of hours there are more or less."""
    more = MORE_OR_LESS.get(row["verdict"]) if row["unit"] == "hours" else None
    return more or verdict_of_row(row)
