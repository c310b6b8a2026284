"""The slide on the fields of the protocol: all of them, also those of which nothing is known."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cooperation.answers.periods import PHASES
from cooperation.answers.slide import Slide, Table
from cooperation.answers.slide_material import Material, known
from cooperation.language import TN, T
from cooperation.wording.choices import place_name
from cooperation.wording.fields import figure_name, figure_text, per_text, verdict_word
from cooperation.wording.names import zone_names


def fields_slide(material: Material) -> Slide:
    """Return every field of the protocol with its leading figure, or that there is none."""
    filters = material.zone_filters
    answer = material.ask("cooperation_fields/overview", filters)
    names = {
        field.code: field.name.in_language(material.language.code)
        for field in material.evidence.settings.fields
    }
    fields = [rows for _, rows in answer.table.groupby("place", sort=True)]
    hidden = answer.table[["before_hidden", "after_hidden"]]
    with_figures = sum(rows.iloc[0]["state"] == "figures" for rows in fields)
    said = [
        (names[rows.iloc[0]["field_code"]], [_said(material, row) for row in rows.to_dict("records")])
        for rows in fields
    ]
    return Slide(
        key="fields",
        statement=material.say(
            TN(
                "Of the {fields} fields of cooperation {count} has figures",
                "Of the {fields} fields of cooperation {count} have figures",
                with_figures,
                fields=material.language.number(len(fields)),
            )
        ),
        counted=material.say(
            T(
                "Fields of the protocol · {place} · whole years before and after the start",
                place=place_name(material.evidence, filters, material.language),
            )
        ),
        note=(
            *((name, "; ".join(figures)) for name, figures in said if len(figures) > 1),
            material.headed(
                T("Missing"),
                T("No figure: nothing was exported of that field, or its counts are too small to show."),
            ),
            material.source_note(answer),
        ),
        answers=(answer,),
        picture=Table(
            head=(material.say(T("Field")), material.say(T("What is known"))),
            rows=tuple((name, figures[0]) for name, figures in said),
            is_figure=(False, False),
        ),
        picture_title=_hidden_text(material, table_hides=bool(hidden.notna().any(axis=None))),
        alternative="; ".join(f"{name}: {figures[0]}" for name, figures in said),
    )


def _hidden_text(material: Material, *, table_hides: bool) -> str:
    """Return what stands for a hidden count, "" where none is hidden."""
    return (
        material.say(T("< and hidden: a count too small to show, or a figure that holds one"))
        if table_hides
        else ""
    )


def _said(material: Material, row: Mapping[str, Any]) -> str:
    language = material.language
    if row["state"] == "only_active":
        return material.say(T("active since {date}; confidential", date=language.date(row["active_since"])))
    if row["state"] == "no_data":
        return material.say(T("no data"))
    figure = material.say(
        T(
            "{figure} ({unit})",
            figure=figure_name(row, material.evidence, language),
            unit=per_text(row, material.evidence, language),
        )
    )
    before, after = (figure_text(row, phase, material.evidence, language) for phase in PHASES)
    if row["zones_without"] and row["zone_code"] is not None:
        # Of all zones together nothing is known: whose figure it is stands with it.
        zone = zone_names(material.evidence, language)[row["zone_code"]]
        figure = material.say(T("{figure}, {place}", figure=figure, place=zone))
    if known(row["before"]) is None and pd.isna(row["before_hidden"]):
        return material.say(T("{figure}: {after}", figure=figure, after=after))
    values = {"figure": figure, "after": after, "before": before}
    verdict = verdict_word(row, material.evidence)
    if verdict is None:
        return material.say(T("{figure}: {after} (was {before})", **values))
    return material.say(T("{figure}: {after} (was {before}; {verdict})", verdict=verdict, **values))
