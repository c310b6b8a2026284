"""The slide on the fields of the protocol: all of them, also those of which nothing is known."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cooperation.answers.activity_years import RATE_BASES
from cooperation.answers.slide import Slide, Table
from cooperation.answers.slide_material import Material, known
from cooperation.language import TN, T, Text
from cooperation.wording.choices import place_name
from cooperation.wording.verdicts import verdict_text

OTHER_FIGURES: Mapping[str, Text] = {
    "partner_sent": T("Another zone came along"),
    "partner_first": T("Another zone was first"),
    "joint_purchase_count": T("Joint purchases"),
    "joint_purchase_yearly_eur": T("Joint purchases, a year"),
    "saving_yearly_eur": T("Saving on joint purchases, a year"),
}


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
        material.say(T("< and x: a count too small to show, or a figure that holds one"))
        if table_hides
        else ""
    )


def _said(material: Material, row: Mapping[str, Any]) -> str:
    language = material.language
    if row["state"] == "only_active":
        return material.say(T("active since {date}; confidential", date=language.date(row["active_since"])))
    if row["state"] == "no_data":
        return material.say(T("no data"))
    figure = _name_of(material, row)
    before, after = (_amount(material, row, phase) for phase in ("before", "after"))
    if known(row["before"]) is None and pd.isna(row["before_hidden"]):
        return material.say(T("{figure}: {after}", figure=figure, after=after))
    values = {"figure": figure, "after": after, "before": before}
    if pd.isna(row["verdict"]):
        return material.say(T("{figure}: {after} (was {before})", **values))
    return material.say(
        T("{figure}: {after} (was {before}; {verdict})", verdict=verdict_text(row["verdict"]), **values)
    )


def _name_of(material: Material, row: Mapping[str, Any]) -> str:
    code = row["figure"]
    if code in OTHER_FIGURES:
        return material.say(OTHER_FIGURES[code])
    indicators = material.evidence.indicators.set_index("indicator_code")
    name = str(indicators.loc[code, f"name_{material.language.code}"])
    base = RATE_BASES.get(row["denominator"])
    if row["measure"] != "ratio" or base is None:
        return name
    return material.say(
        T("{name} for every {count} inhabitants", name=name, count=material.language.number(base))
    )


def _amount(material: Material, row: Mapping[str, Any], phase: str) -> str:
    language, value = material.language, known(row[phase])
    if value is None:
        hidden = row[f"{phase}_hidden"]
        return language.number(None) if pd.isna(hidden) else str(hidden)
    match row["unit"]:
        case "share":
            return language.percent(value, 1)
        case "eur":
            return language.money(value)
    return language.number(value, 0 if value == int(value) else 1)
