"""The slide on the promises of the mayors: what was promised, the leading figure, its verdict."""

from collections.abc import Mapping, Sequence
from typing import Any

from cooperation.answers.answer import Answer
from cooperation.answers.overview import promises
from cooperation.answers.periods import PHASES
from cooperation.answers.slide import Slide, Table, spoken
from cooperation.answers.slide_material import Material, known
from cooperation.answers.slides_on_costs import booked_text
from cooperation.answers.small_counts import SUM_OF_HIDDEN
from cooperation.language import UNKNOWN, T, Text
from cooperation.settings import Name
from cooperation.wording.costs import euros_text
from cooperation.wording.fields import years_needed_text
from cooperation.wording.names import zone_names
from cooperation.wording.promises import (
    FIGURES,
    findings_text,
    no_data_text,
    promise_side,
    promise_verdict,
    promised_text,
    promises_text,
)

# Of a promise that stands so, more than its leading figure is needed to see why.
STANDINGS_OF_MANY: Mapping[str, Text] = {"partly": T("partly as promised"), "against": T("not as promised")}


def promises_slide(material: Material) -> Slide | None:
    """Return every promise with the figures that decide it and its verdict; None where the settings name no promise."""
    made = material.evidence.settings.promises
    if not made:
        return None
    filters = material.own_filters
    # Of the answers that the other slides show; asked for whole, it would make each of them a second time.
    answer = promises(material.evidence, filters, material.ask)
    code = material.language.code
    rows = {
        promise.code: answer.table[answer.table["promise_code"] == promise.code].to_dict("records")
        for promise in made
    }
    picture = Table(
        head=tuple(map(material.say, (T("Promise"), T("Verdict"), T("Figure"), T("Before and after")))),
        rows=tuple(
            (promise.name.in_language(code), *_stands(material, own))
            for promise in made
            if (own := rows[promise.code])
        ),
        is_figure=(False, False, False, False),
    )
    return Slide(
        key="promises",
        statement=_statement(material, answer),
        counted=material.say(material.counted_text(filters, T("Promises of the mayors"))),
        note=(
            *(
                (promise.name.in_language(code), _told(material, promise.promised, own))
                for promise in made
                if (own := rows[promise.code])
            ),
            material.filter_note(filters),
            material.source_note(answer),
        ),
        picture=picture,
        alternative=spoken(picture.rows),
        in_short=tuple(
            f"{material.say(T('{place}: {verdict}', place=name, verdict=verdict))}. {figure}"
            for name, verdict, figure, _ in picture.rows
        ),
        answers=(answer,),
    )


def _statement(material: Material, answer: Answer) -> str:
    say = promises_text if material.is_part_of_zone else findings_text
    return material.say(say(material.evidence, answer, material.language))


def _told(material: Material, promised: Name, rows: Sequence[Mapping[str, Any]]) -> str:
    """Return what was promised, as words of the promise, and its figures with their verdicts."""
    sentences = [material.say(promised_text(promised, material.language))]
    for row in rows:
        sentences += [_sentence(material, row), *_booked(material, row)]
    return " ".join(sentences)


def _booked(material: Material, row: Mapping[str, Any]) -> list[str]:
    """Return the cost of a year as it was booked, where the figure is in the prices of another year."""
    if row["figure"] != "cost_of_a_year" or row["data_sets"]:
        return []
    said = booked_text(material, material.own_filters)
    return [] if said is None else [said]


def _stands(material: Material, rows: Sequence[Mapping[str, Any]]) -> tuple[str, str, str]:
    """Return how a promise stands, by which figures and of how many calls or years.

    Where others than the leading figure decide, these are there too.
    """
    leading, *others = rows
    deciding = [row for row in others if row["is_better"] is not None and not row["data_sets"]]
    said = STANDINGS_OF_MANY.get(leading["standing"])
    if said is None or not deciding:
        return (
            _verdict(material, leading),
            material.say(_figure(material, leading)),
            _number(material, leading),
        )
    figures = [
        material.say(T("{figure}: {verdict}", figure=_figure(material, row), verdict=_verdict(material, row)))
        for row in (leading, *deciding)
    ]
    numbers = dict.fromkeys(_number(material, row) for row in (leading, *deciding))
    return material.say(said), material.one_by_one(figures), material.one_by_one(list(numbers))


def _number(material: Material, row: Mapping[str, Any]) -> str:
    """Return of how many calls or whole years a figure is, before and after."""
    counts = [count for phase in PHASES if (count := known(row[f"{phase}_count"])) is not None]
    if row["data_sets"] or len(counts) < len(PHASES):
        return UNKNOWN
    before, after = map(material.language.number, counts)
    if row["unit"] not in ("eur", "hours"):
        return material.say(T("{before} and {after} calls", before=before, after=after))
    settings = material.evidence.settings
    needed = (settings.costs if row["unit"] == "eur" else settings.activities).minimum_verdict_years
    if row["verdict"] == "too_few_data" and min(map(int, counts)) < needed:
        return material.say(years_needed_text(before, after, material.language.number(needed)))
    return material.say(T("{before} and {after} years", before=before, after=after))


def _verdict(material: Material, row: Mapping[str, Any]) -> str:
    return material.say(T("no data") if row["data_sets"] else promise_verdict(row))


def _figure(material: Material, row: Mapping[str, Any]) -> Text:
    if row["data_sets"]:
        return no_data_text(row, material.evidence, material.language)
    figure: Text = FIGURES[row["figure"]]
    if row["figure"] == "cost_of_a_year":
        prices = euros_text(material.ask("shared_costs/comparison", material.own_filters).parameters)
        figure = T("{figure}, {prices}", figure=figure, prices=prices)
    if row["zone_codes"] and material.is_part_of_zone:
        # Known of the whole zone only: it must not be read as the municipality's.
        names = zone_names(material.evidence, material.language)
        zones = material.language.join([names[code] for code in row["zone_codes"]])
        figure = T("{figure}, {place}", figure=figure, place=zones)
    values = {phase: promise_side(row, phase, material.language) for phase in PHASES}
    if known(row["alone"]) is not None:
        together, alone = (material.language.money(known(row[name])) for name in ("after", "alone"))
        return T(
            "{figure}, where estimated: {together} together, {alone} alone",
            figure=figure,
            together=together,
            alone=alone,
        )
    if known(row["before"]) is None and not row["before_hidden"]:
        return T("{figure}: {after}", figure=figure, after=values["after"])
    if row["before_hidden"] == SUM_OF_HIDDEN:
        return T("{figure}: {after} (hidden before)", figure=figure, after=values["after"])
    return T("{figure}: {after} (was {before})", figure=figure, **values)


def _sentence(material: Material, row: Mapping[str, Any]) -> str:
    said = _figure(material, row)
    if row["data_sets"]:
        return material.say(said)
    if not row["verdict"]:
        return material.say(T("{said}.", said=said))
    return material.say(T("{figure}: {verdict}.", figure=said, verdict=_verdict(material, row)))
