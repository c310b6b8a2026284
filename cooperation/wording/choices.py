"""A choice of place and periods in words."""

from datetime import date

import pandas as pd

from cooperation.answers.answer import Evidence
from cooperation.answers.filters import Filters
from cooperation.answers.periods import PHASES, Period, Span, add_months
from cooperation.language import UNKNOWN, Language, T, Text
from cooperation.wording import names


def filter_text(evidence: Evidence, filters: Filters, period: Period, language: Language) -> Text:
    """Return in one sentence who is counted, where, and which months stand against each other."""
    priorities = filters.priorities(evidence.settings)
    priority_names = names.priority_names(evidence, language)
    origins = filters.origins(evidence.settings)
    sentence = T(
        "{origins}, {priorities}, in {place}; {spans}.",
        origins=_origins_text(origins, language),
        priorities=(
            T("priority {names}", names=language.join([priority_names[code] for code in priorities]))
            if priorities
            else T("every priority")
        ),
        place=place_name(evidence, filters, language),
        spans=_spans_text(period, language),
    )
    if period.left_out_months:
        sentence = T("{sentence} Months with COVID measures are left out on both sides.", sentence=sentence)
    later = later_zones_text(evidence, filters, language)
    return sentence if later is None else T("{sentence} {more}", sentence=sentence, more=later)


def later_zones_text(evidence: Evidence, filters: Filters, language: Language) -> Text | None:
    """Return what becomes of the calls of zones that joined on another day, None where there are none."""
    if not filters.zone_code:
        return uncounted_zones_text(evidence, filters, language)
    if not evidence.later_zones(filters):
        return None
    return T(
        "Joined on another day: {zones}. Its calls between the start and that day count on neither side.",
        zones=_later_zones(evidence, filters, language),
    )


def starts_differ_text(evidence: Evidence, filters: Filters, language: Language) -> Text | None:
    """Return that chosen zones have no before and after in common, None where they joined on one day."""
    if "starts_differ" not in evidence.period(filters).reasons:
        return None
    return T(
        "{place} did not join on the same day, so there is no before and after for all of them together."
        " Choose zones that joined on one day.",
        place=place_name(evidence, filters, language),
    )


def own_months_text(evidence: Evidence, filters: Filters, said: Text) -> Text:
    """Return what was said of every municipality, and that each has its own months where zones joined apart."""
    if len(evidence.zones_by_start(filters)) == 1:
        return said
    return T("{said} Each zone's municipalities are compared around the day on which it joined.", said=said)


def uncounted_zones_text(evidence: Evidence, filters: Filters, language: Language) -> Text | None:
    """Return which zones are not counted because they joined on another day, None where there are none."""
    counted = evidence.counted_zones(filters)
    if not counted or filters.zone_code:
        return None
    return T(
        "Joined on another day, so its calls are not counted here: {zones}."
        " Choose that zone to see its own before and after.",
        zones=_later_zones(evidence, filters, language),
    )


def _later_zones(evidence: Evidence, filters: Filters, language: Language) -> str:
    zone_names = names.zone_names(evidence, language)
    return language.join(
        [
            language.say(
                T("{zone} (since {date})", zone=zone_names[zone.code], date=language.date(zone.joined))
            )
            for zone in evidence.later_zones(filters)
        ]
    )


def _spans_text(period: Period, language: Language) -> Text:
    before, after = (span_text(span, language) for span in (period.before, period.after))
    if period.before.first >= period.before.until:
        return T("after the start {after}, before it no calls", after=after)
    if period.after.first >= period.after.until:
        return T("before the start {before}, after it no calls", before=before)
    return T("{before} against {after}", before=before, after=after)


def _origins_text(origins: tuple[str, ...], language: Language) -> Text | str:
    if not origins:
        return T("All interventions")
    first, *others = origins
    return language.join([names.ORIGINS[first], *(names.ORIGINS_IN_A_SENTENCE[origin] for origin in others)])


def place_name(evidence: Evidence, filters: Filters, language: Language) -> str:
    """Return the chosen municipalities, else the chosen zones, else all zones, by name."""
    municipalities = names.municipality_names(evidence, language)
    zones = names.zone_names(evidence, language)
    if filters.municipality_nis:
        places = language.join([municipalities[code] for code in filters.municipality_nis])
        if not filters.zone_code:
            return places
        served_by = language.join([zones[code] for code in filters.zone_code])
        return language.say(T("{places} (calls of {zones})", places=places, zones=served_by))
    return language.join([zones[code] for code in evidence.counted_zones(filters) or tuple(zones)])


def merged_text(evidence: Evidence, old: str, new: str, language: Language) -> Text:
    """Return that a municipality has become part of another one, about which the figures are."""
    rows = evidence.municipalities.set_index("nis_code")
    name = "name_fr" if language.code == "fr" else "name_nl"
    since = rows.loc[new, "valid_from"]
    values = {side: f"{rows.loc[code, name]} ({code})" for side, code in (("old", old), ("new", new))}
    if pd.isna(since):
        return T("{old} has become part of {new}; the figures are of that one.", **values)
    return T(
        "{old} has become part of {new} on {date}; the figures are of that one.",
        date=language.date(since),
        **values,
    )


def span_text(span: Span, language: Language) -> Text:
    """Return a span in words: its months where it holds whole ones, else its days."""
    if span.first >= span.until:
        return T("no calls")
    if span.first.day == 1 and span.until.day == 1:
        return T(
            "{first} to {last}",
            first=language.month(span.first),
            last=language.month(add_months(span.until, -1)),
        )
    return T("{first} to {last}", first=language.date(span.first), last=language.date(span.last))


def sides_texts(period: Period, language: Language) -> dict[str, str]:
    """Return by phase when it is: "2019-2021" where both sides hold whole years, else "januari–juni 2021"."""
    spans = {side: getattr(period, side) for side in PHASES}
    are_years = all(_is_of_years(span) for span in spans.values())
    return {side: _when(span, language, are_years=are_years) for side, span in spans.items()}


def _is_of_years(span: Span) -> bool:
    """Tell whether a span begins and ends with a year; one without a day does, of no year."""
    return span.first >= span.until or (_opens_a_year(span.first) and _opens_a_year(span.until))


def _opens_a_year(day: date) -> bool:
    return (day.month, day.day) == (1, 1)


def _when(span: Span, language: Language, *, are_years: bool) -> str:
    if span.first >= span.until:
        return UNKNOWN
    if are_years:
        first, last = span.first.year, span.last.year
        return str(first) if first == last else f"{first}-{last}"
    if span.first.day == span.until.day == 1:
        return language.months(span.first, span.last)
    return language.say(span_text(span, language))
