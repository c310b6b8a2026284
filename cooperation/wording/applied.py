"""What an answer counts, in words: the choices that it applies, and those that it does not."""

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce

from cooperation.answers.answer import Evidence
from cooperation.answers.applied_filters import CALLS, applied, applies, without_effect
from cooperation.answers.cost_coverage import base_year, purchase_names
from cooperation.answers.filters import Filters
from cooperation.answers.mutual_assistance import all_work, of_whole_zones
from cooperation.answers.periods import Period
from cooperation.language import Language, T, Text
from cooperation.wording import names
from cooperation.wording.choices import filter_text, later_zones_text, place_name, span_text
from cooperation.wording.costs import paying_place, prices_text

# Kept by zone: of a municipality they know the zone that serves it.
OF_ZONES = ("shared_costs/", "cooperation_fields/")
# Where nobody chose priorities or origins, these count all of them.
OF_ALL_WORK = ("mutual_assistance/flows", "mutual_assistance/balance", "mutual_assistance/other_help")
# Its rows add up to all: the choice decides for which reason each counts or not.
OF_EVERY_CALL = "data_quality/left_out"
BEFORE_THE_MERGER = T("Municipalities on their borders of before the merger.")
FILTERS: Mapping[str, Text] = {
    "measure": T("the measure"),
    "period": T("the periods"),
    "covid": T("the months with COVID measures"),
    "borders": T("the borders of municipalities"),
    "zone_code": T("the zone"),
    "municipality_nis": T("the municipality"),
    "priority": T("the priority"),
    "origin": T("the origin"),
    "prices": T("the price index"),
    "base_year": T("the year of the prices"),
    "scenario_purchase": T("the purchase of the scenario"),
    "scenario_key": T("the key of the scenario"),
    "scenario_months": T("the months of the scenario"),
}


def choice_text(
    evidence: Evidence, answer: str, filters: Filters, period: Period, language: Language
) -> Text:
    """Return what an answer counts: only choices that it applies. `period` is the answer's own."""
    counted = applied(answer, filters)
    if answer in OF_ALL_WORK:
        counted = all_work(counted)
    if answer == "mutual_assistance/balance":
        counted = of_whole_zones(evidence, counted)
    if answer == OF_EVERY_CALL:
        choice = filter_text(evidence, counted, period, language)
        return T("All interventions, each with its reason by this choice: {choice}", choice=choice)
    said = list(_sentences(evidence, answer, counted, period, language))
    if not said:
        return T("Everything: no choice of place, months or calls changes these rows.")
    return _joined(said)


def whole_choice_text(evidence: Evidence, filters: Filters, language: Language) -> Text:
    """Return a whole choice, of which each figure of an archive applies its part."""
    said = [
        filter_text(evidence, filters, evidence.period(filters), language),
        _measure(filters),
        *([BEFORE_THE_MERGER] if filters.borders == "recorded" else []),
        _amounts(evidence, filters),
        *_scenario(evidence, filters),
    ]
    return _joined(said)


def without_effect_text(table: str, filters: Filters, language: Language) -> Text | None:
    """Return which choices were made that change nothing in a table, None where there are none."""
    names_of_filters = without_effect(table, filters)
    if not names_of_filters:
        return None
    return T(
        "Chosen, but without effect on these rows: {filters}.",
        filters=language.join([FILTERS[name] for name in names_of_filters]),
    )


def _sentences(
    evidence: Evidence, answer: str, filters: Filters, period: Period, language: Language
) -> Iterator[Text]:
    if all(applies(answer, name) for name in CALLS) and not answer.startswith(OF_ZONES):
        yield filter_text(evidence, filters, period, language)
    else:
        yield from _places(evidence, answer, filters, language)
        yield from _calls(evidence, answer, filters, language)
        yield from _months(answer, filters, period, language)
    if applies(answer, "measure"):
        yield _measure(filters)
    if filters.borders == "recorded":
        yield BEFORE_THE_MERGER
    if applies(answer, "base_year"):
        yield _amounts(evidence, filters)
    yield from _scenario(evidence, filters)


def _joined(sentences: Sequence[Text]) -> Text:
    return reduce(lambda sentence, more: T("{sentence} {more}", sentence=sentence, more=more), sentences)


def _measure(filters: Filters) -> Text:
    return T("Measure: {measure}.", measure=names.MEASURES_IN_A_SENTENCE[filters.measure])


def _amounts(evidence: Evidence, filters: Filters) -> Text:
    parameters = {"prices": filters.prices, "base_year": base_year(evidence, filters)}
    return T("Amounts: {prices}.", prices=prices_text(parameters))


def _places(evidence: Evidence, answer: str, filters: Filters, language: Language) -> Iterator[Text]:
    if not applies(answer, "zone_code"):
        return
    if answer.startswith("shared_costs/"):
        place = paying_place(evidence, filters, language)
    elif answer.startswith(OF_ZONES):
        zone_names = names.zone_names(evidence, language)
        place = language.join([zone_names[zone.code] for zone in evidence.zones(filters)])
    else:
        place = place_name(evidence, filters, language)
    yield T("Place: {place}.", place=place)
    later = None if answer.startswith(OF_ZONES) else later_zones_text(evidence, filters, language)
    if later is not None:
        yield later


def _calls(evidence: Evidence, answer: str, filters: Filters, language: Language) -> Iterator[Text]:
    settings = evidence.settings
    if applies(answer, "priority"):
        priority_names = names.priority_names(evidence, language)
        priorities = [priority_names[code] for code in filters.priorities(settings)]
        yield T("Priority: {names}.", names=language.join(priorities or [T("every one")]))
    if applies(answer, "origin"):
        origins = [names.ORIGINS_IN_A_SENTENCE[code] for code in filters.origins(settings)]
        yield T("Origin: {names}.", names=language.join(origins or [T("every one")]))


def _months(answer: str, filters: Filters, period: Period, language: Language) -> Iterator[Text]:
    if applies(answer, "period"):
        spans = [span for span in (period.before, period.after) if span.first < span.until]
        said = [span_text(span, language) for span in spans]
        if len(said) == 2:
            yield T("Months: {before} against {after}.", before=said[0], after=said[1])
        elif said:
            yield T("Months: {months}.", months=said[0])
    if filters.covid == "out":
        yield T("Months with COVID measures are left out.")


def _scenario(evidence: Evidence, filters: Filters) -> Iterator[Text]:
    if filters.scenario_purchase:
        purchases = purchase_names(evidence)
        yield T("Purchase: {purchase}.", purchase=purchases[filters.scenario_purchase])
    if filters.scenario_key:
        yield T("Key of the scenario: {key}.", key=filters.scenario_key)
    if filters.scenario_months:
        yield T("Paid off in {count} months.", count=filters.scenario_months)
