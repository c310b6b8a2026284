"""The slide on the promises of the mayors: what was promised, the leading figure, its verdict."""

from collections.abc import Mapping
from typing import Any

from cooperation.answers.overview import promises
from cooperation.answers.periods import PHASES
from cooperation.answers.slide import Slide, Table
from cooperation.answers.slide_material import Material, known
from cooperation.language import T
from cooperation.wording.promises import FIGURES, findings_text, no_data_text, promise_side, promise_verdict


def promises_slide(material: Material) -> Slide | None:
    """Return every promise with its leading figure and verdict; None where the settings name no promise."""
    made = material.evidence.settings.promises
    if not made:
        return None
    filters = material.zone_filters
    # Of the answers that the other slides show; asked for whole, it would make each of them a second time.
    answer = promises(material.evidence, filters, material.ask)
    code, language = material.language.code, material.language
    rows = {
        promise.code: answer.table[answer.table["promise_code"] == promise.code].to_dict("records")
        for promise in made
    }
    picture = Table(
        head=tuple(map(material.say, (T("Promise"), T("Verdict"), T("Figure")))),
        rows=tuple(
            (promise.name.in_language(code), _verdict(material, own[0]), _figure(material, own[0]))
            for promise in made
            if (own := rows[promise.code])
        ),
        is_figure=(False, False, False),
    )
    return Slide(
        key="promises",
        statement=findings_text(material.evidence, answer, language),
        counted=material.say(material.counted_text(filters, T("Promises of the mayors"))),
        note=(
            *(
                (promise.promised.in_language(code), " ".join(_sentence(material, row) for row in own))
                for promise in made
                if (own := rows[promise.code])
            ),
            material.filter_note(filters),
            material.source_note(answer),
        ),
        picture=picture,
        alternative="; ".join(", ".join(row) for row in picture.rows),
        answers=(answer,),
    )


def _verdict(material: Material, row: Mapping[str, Any]) -> str:
    return material.say(T("no data") if row["data_sets"] else promise_verdict(row))


def _figure(material: Material, row: Mapping[str, Any]) -> str:
    if row["data_sets"]:
        return material.say(no_data_text(row, material.evidence, material.language))
    values = {phase: promise_side(row, phase, material.language) for phase in PHASES}
    if known(row["alone"]) is not None:
        together, alone = (material.language.money(known(row[name])) for name in ("after", "alone"))
        both = T("where estimated: {together} together, {alone} alone", together=together, alone=alone)
        return material.say(T("{figure}: {after}", figure=FIGURES[row["figure"]], after=both))
    if known(row["before"]) is None and not row["before_hidden"]:
        return material.say(T("{figure}: {after}", figure=FIGURES[row["figure"]], after=values["after"]))
    return material.say(T("{figure}: {after} (was {before})", figure=FIGURES[row["figure"]], **values))


def _sentence(material: Material, row: Mapping[str, Any]) -> str:
    said = _figure(material, row)
    return said if row["data_sets"] or not row["verdict"] else f"{said}: {_verdict(material, row)}."
