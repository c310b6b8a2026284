"""The session of slides for a board, made from the answers that the pages show."""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.filters import FilterError, Filters
from cooperation.answers.promise_evidence import Ask
from cooperation.answers.registry import ANSWERS
from cooperation.answers.slide import Session, Slide
from cooperation.answers.slide_material import Material
from cooperation.answers.slides_on_calls import assistance_slide, faster_slide, municipality_slide
from cooperation.answers.slides_on_costs import costs_slide, purchases_slide
from cooperation.answers.slides_on_fields import fields_slide
from cooperation.answers.slides_on_method import limits_slide, method_slide
from cooperation.answers.slides_on_promises import promises_slide
from cooperation.language import Language, T, Text
from cooperation.wording.choices import place_name
from cooperation.wording.names import zone_names

AUDIENCES = ("council", "college")
SLIDE_NAMES: Mapping[str, Text] = {
    "title": T("Title"),
    "promises": T("The promises"),
    "faster": T("Faster or not"),
    "municipality": T("Own municipality"),
    "assistance": T("Mutual assistance"),
    "costs": T("Costs"),
    "purchases": T("Joint purchases"),
    "fields": T("The fields of the protocol"),
    "limits": T("What the data cannot tell"),
    "method": T("Method and sources"),
}
SLIDE_KEYS = tuple(SLIDE_NAMES)
_MAKERS: Mapping[str, Callable[[Material], Slide | None]] = {
    "promises": promises_slide,
    "faster": faster_slide,
    "municipality": municipality_slide,
    "assistance": assistance_slide,
    "costs": costs_slide,
    "purchases": purchases_slide,
    "fields": fields_slide,
    "limits": limits_slide,
    "method": method_slide,
}


def session(
    evidence: Evidence,
    filters: Filters,
    language: Language,
    *,
    audience: str = "council",
    slides: Sequence[str] = SLIDE_KEYS,
    ask: Ask | None = None,
) -> Session:
    """Return the chosen slides about a choice of zone, municipality and periods; measure and calls are fixed.

    `ask` gives an answer by its name, so that a screen can keep answers. FilterError for an audience or a slide that
    does not exist, and for a municipality outside the chosen zones. One that has merged is what it has become
    (`merged`). A slide without anything to say is left out.
    """
    check_slides(audience, slides)
    check_place(evidence, filters)
    material = Material(evidence, _of_board(evidence, filters), language, ask or asking(evidence))
    made = [slide for key in SLIDE_KEYS if key in slides and (slide := _make(key, material, audience))]
    return Session(
        language=language,
        title=evidence.settings.name.in_language(language.code),
        audience=audience_text(evidence, filters, language, audience),
        zones=place_name(evidence, material.zone_filters, language),
        source=language.say(T("Data up to and including {date}", date=language.date(evidence.last_day))),
        slides=tuple(made),
        is_demonstration=evidence.coverage.is_demonstration,
    )


def check_slides(audience: str, slides: Sequence[str]) -> None:
    """Raise FilterError where an audience or a slide does not exist."""
    for name, chosen, known in (
        ("audience", [audience], AUDIENCES),
        ("slide", slides, SLIDE_KEYS),
    ):
        unknown = [code for code in chosen if code not in known]
        if unknown:
            raise FilterError(f"{name} {unknown[0]!r} is not known; choose one of {', '.join(known)}")


def check_place(evidence: Evidence, filters: Filters) -> None:
    """Raise FilterError where a place does not exist, or a municipality lies in none of the chosen zones."""
    evidence.check(filters)
    for code in outside(evidence, filters):
        zone = _municipality(evidence, code)["zone_code"]
        raise FilterError(
            f"municipality_nis {code!r} lies in zone {zone}, not in {', '.join(filters.zone_code)};"
            " choose that zone or leave the zone out"
        )


def outside(evidence: Evidence, filters: Filters) -> tuple[str, ...]:
    """Return the chosen municipalities that lie in none of the chosen zones: the slides could not be about both."""
    return tuple(
        code
        for code in filters.municipality_nis
        if filters.zone_code and _municipality(evidence, code)["zone_code"] not in filters.zone_code
    )


def merged(evidence: Evidence, filters: Filters) -> dict[str, str]:
    """Return by code the chosen municipalities that no longer exist, and what they have merged into."""
    became = {code: _municipality(evidence, code)["merged_into_nis"] for code in filters.municipality_nis}
    return {code: str(new) for code, new in became.items() if not pd.isna(new)}


def _municipality(evidence: Evidence, code: str) -> pd.Series:
    return evidence.municipalities.set_index("nis_code").loc[code]


def audience_text(evidence: Evidence, filters: Filters, language: Language, audience: str) -> str:
    """Return the boards of the zones of a choice by their right names: a zone of one municipality has other ones."""
    names = zone_names(evidence, language)
    parts = [
        language.say(
            T(
                "{body} of {zone}",
                body=(zone.council if audience == "council" else zone.college).in_language(language.code),
                zone=names[zone.code],
            )
        )
        for zone in evidence.zones(filters)
    ]
    return language.join(parts)


def _of_board(evidence: Evidence, filters: Filters) -> Filters:
    """Return the choice of place of today and periods alone: what a board judges is fixed beforehand."""
    became = merged(evidence, filters)
    return Filters(
        period=filters.period,
        covid=filters.covid,
        zone_code=filters.zone_code,
        municipality_nis=tuple(dict.fromkeys(became.get(code, code) for code in filters.municipality_nis)),
        prices=filters.prices,
        base_year=filters.base_year,
    )


def asking(evidence: Evidence) -> Ask:
    """Return what asks an answer by its name, each once: sessions in two languages share their answers."""
    kept: dict[tuple[str, Filters], Answer] = {}

    def ask(name: str, filters: Filters) -> Answer:
        if (name, filters) not in kept:
            kept[name, filters] = ANSWERS[name](evidence, filters)
        return kept[name, filters]

    return ask


def _make(key: str, material: Material, audience: str) -> Slide | None:
    return _title_slide(material, audience) if key == "title" else _MAKERS[key](material)


def _title_slide(material: Material, audience: str) -> Slide:
    body = audience_text(material.evidence, material.filters, material.language, audience)
    return Slide(
        key="title",
        statement=material.say(T("Did the cooperation of the police zones deliver what was promised?")),
        counted=material.say(T("For: {bodies}", bodies=body)),
        note=(material.headed(T("Source"), material.source_text()),),
    )
