"""The slides on what the data cannot tell, and on how it was measured."""

import pandas as pd

from cooperation.answers.periods import PHASES, Period
from cooperation.answers.slide import Points, Slide
from cooperation.answers.slide_material import Material, known
from cooperation.answers.slides_on_calls import calls_notes, counted_calls, response_definition
from cooperation.language import T, Text
from cooperation.wording.choices import span_text
from cooperation.wording.names import municipality_names
from cooperation.wording.verdicts import verdict_text

# Reasons against a comparison that lie in the choice of months.
MONTHS_DIFFER = ("no_matching_months", "months_not_matched")
VERDICTS_THAT_SAY_NOTHING = ("too_few_data", "not_comparable")


def limits_slide(material: Material) -> Slide:
    """Return in sentences what these data cannot tell."""
    filters = material.zone_filters
    has_calls = bool(material.evidence.coverage.intervention_count)
    said = [
        T("The figures show what changed after the start, never why it changed."),
        *(_on_calls(material) if has_calls else []),
        *_on_costs(material),
        T("Whether inhabitants are more satisfied stands in no export."),
    ]
    sentences = tuple(map(material.say, said))
    return Slide(
        key="limits",
        statement=material.say(T("What the data cannot tell")),
        counted=material.say(material.counted_text(filters, counted_calls(material))),
        note=(
            *(calls_notes(material, filters) if has_calls else []),
            material.headed(T("Source"), material.source_text()),
        ),
        picture=Points(sentences),
        alternative=" ".join(sentences),
    )


def method_slide(material: Material) -> Slide:
    """Return in sentences how it was measured and from what."""
    language, settings = material.language, material.evidence.settings
    filters = material.zone_filters
    period = material.evidence.period(filters)
    answers = (material.ask("method/thresholds", filters), material.ask("method/norms", filters))
    said = (
        response_definition(),
        _months_text(material, period),
        T(
            "Faster or slower is said only from {seconds} on, and where that is no chance with {share} certainty.",
            seconds=language.duration(settings.comparison.relevant_seconds),
            share=language.percent(settings.comparison.confidence),
        ),
        T(
            "Then checked twice more: with the same mix of calls, and against the trend that was there already."
        ),
        T("{source}.", source=material.source_text()),
    )
    sentences = tuple(map(material.say, said))
    return Slide(
        key="method",
        statement=material.say(T("How this was measured, and from what")),
        counted=material.say(material.counted_text(filters, counted_calls(material))),
        note=(
            material.filter_note(filters),
            material.headed(
                T("More"),
                T("Definitions, rules, thresholds and a worked example stand on the page on method."),
            ),
            material.source_note(*answers),
        ),
        answers=answers,
        picture=Points(sentences),
        alternative=" ".join(sentences),
    )


def _months_text(material: Material, period: Period) -> Text:
    spans = {side: span_text(getattr(period, side), material.language) for side in PHASES}
    if set(period.reasons) & set(MONTHS_DIFFER):
        return T("Months that differ were chosen: {before} against {after}.", **spans)
    return T("The same calendar months on both sides: {before} against {after}.", **spans)


def _on_calls(material: Material) -> list[Text]:
    language = material.language
    headline = material.ask("response_times/headline", material.zone_filters).table.set_index("phase")
    missing = {
        phase: language.percent(known(headline["missing_arrival_share"].get(phase)), 1) for phase in PHASES
    }
    table = material.ask("overview/municipalities", material.zone_filters).table
    names = municipality_names(material.evidence, language)
    silent = [
        f"{names[row['municipality_nis']]} ({language.say(verdict_text(row['verdict']))})"
        for row in table.to_dict("records")
        if row["verdict"] in VERDICTS_THAT_SAY_NOTHING
    ]
    said = [
        T(
            "Of {before} of the calls before the start and {after} after it, no arrival is known.",
            **missing,
        )
    ]
    if silent:
        said.append(T("No verdict: {places}.", places=language.join(silent)))
    if (coarsest := _coarsest(table)) is not None:
        said.append(
            T(
                "In {place} a change smaller than {amount} cannot be seen with these data.",
                place=names[coarsest["municipality_nis"]],
                amount=language.duration(known(coarsest["smallest_detectable"])),
            )
        )
    return said


def _coarsest(table: pd.DataFrame) -> pd.Series | None:
    """Return the municipality where only the largest change could be shown, of those that say no difference."""
    rows = table[(table["verdict"] == "no_demonstrable_difference") & table["smallest_detectable"].notna()]
    return None if rows.empty else rows.loc[rows["smallest_detectable"].idxmax()]


def _on_costs(material: Material) -> list[Text]:
    comparison = material.ask("shared_costs/comparison", material.zone_filters).table
    rows = comparison[(comparison["measure"] == "cost") & comparison["before"].notna()]
    if rows.empty or rows.iloc[-1]["verdict"] != "too_few_data":
        return []
    return [T("Whether the cooperation made a year cheaper: too few years are known on both sides.")]
