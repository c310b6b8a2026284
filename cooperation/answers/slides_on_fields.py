"""The slide on the fields of the protocol: all of them, also those of which nothing is known."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from cooperation.answers.answer import Answer
from cooperation.answers.periods import PHASES
from cooperation.answers.slide import Slide, Table, spoken
from cooperation.answers.slide_material import Material, known
from cooperation.language import T, Text
from cooperation.wording.choices import place_name
from cooperation.wording.fields import (
    better_text,
    fields_text,
    figure_name,
    figure_text,
    hidden_signs,
    is_better,
    is_shown,
    per_text,
    signs_texts,
    verdict_word,
    worse_text,
    years_needed_text,
)
from cooperation.wording.names import zone_names

Row = Mapping[str, Any]
Years = tuple[int, int]


def fields_slide(material: Material) -> Slide | None:
    """Return every field of the protocol with its leading figure, or that there is none; None without any field."""
    filters = material.zone_filters
    answer = material.ask("cooperation_fields/overview", filters)
    if answer.table.empty:
        return None
    names = {
        field.code: field.name.in_language(material.language.code)
        for field in material.evidence.settings.fields
    }
    fields = [
        (names[rows.iloc[0]["field_code"]], rows.to_dict("records"))
        for _, rows in answer.table.groupby("place", sort=True)
    ]
    leading = [(name, _first(rows)) for name, rows in fields]
    usual = _usual_years([row for _, row in leading])
    counted = fields_text([rows for _, rows in fields], material.language)
    said = [(name, _said(material, row, usual)) for name, row in leading]
    return Slide(
        key="fields",
        statement=material.of_place(filters, _statement(material, answer, counted)),
        counted=material.say(
            T(
                "Fields of the protocol · {place} · {years}",
                place=place_name(material.evidence, filters, material.language),
                years=_years_text(material, usual),
            )
        ),
        note=(
            *(
                (name, material.one_by_one([_said(material, row, usual) for row in rows]))
                for name, rows in fields
                if len(rows) > 1
            ),
            material.headed(T("What is known"), T("{said}.", said=counted)),
            *_missing(material, fields),
            material.source_note(answer),
        ),
        answers=(answer,),
        picture=Table(
            head=(material.say(T("Field")), material.say(T("What is known"))),
            rows=tuple(said),
            is_figure=(False, False),
        ),
        picture_title=" ".join(map(material.say, signs_texts([row for _, row in leading]))),
        alternative=spoken(said),
        in_short=_judged(material, answer, usual),
    )


def _first(rows: Sequence[Row]) -> Row:
    """Return the figure of a field that is told first: one that became worse, else better, else the leading one."""
    for is_told in (lambda row: is_better(row) is False, lambda row: is_better(row) is True, is_shown):
        if found := next(filter(is_told, rows), None):
            return found
    return rows[0]


def _statement(material: Material, answer: Answer, counted: str) -> Text | str:
    """Return how many figures became better and which worse; how many there are where none is judged."""
    rows = answer.table[answer.table["state"] == "figures"].to_dict("records")
    if all(is_better(row) is None for row in rows):
        return counted
    return T(
        "Fields of the protocol. Better: {better}; worse: {worse}",
        better=better_text(rows, material.language),
        worse=worse_text(rows, material.evidence, material.language),
    )


def _judged(material: Material, answer: Answer, usual: Years | None) -> tuple[str, ...]:
    """Return the figures that became worse with what they were, and those that became better by name."""
    rows = answer.table[answer.table["state"] == "figures"].to_dict("records")
    worse = [_said(material, row, usual) for row in rows if is_better(row) is False]
    better = [figure_name(row, material.evidence, material.language) for row in rows if is_better(row)]
    said = [T("Worse: {figures}", figures=material.one_by_one(worse))] if worse else []
    said += [T("Better: {figures}", figures=material.one_by_one(better))] if better else []
    return tuple(map(material.say, said))


def _years(row: Row) -> Years | None:
    """Return how many whole years a figure is of, before and after; None where it is of something else."""
    before, after = (known(row[f"{phase}_years"]) for phase in PHASES)
    return None if before is None or after is None else (int(before), int(after))


def _usual_years(rows: Sequence[Row]) -> Years | None:
    """Return the number of years that most figures are of, None where none is of years."""
    found = Counter(years for row in rows if (years := _years(row)))
    return found.most_common(1)[0][0] if found else None


def _number_of_years(material: Material, row: Row, usual: Years | None) -> Text | None:
    """Return of how many years a figure is, where these are other ones than usual or too few to judge."""
    if (years := _years(row)) is None:
        return None
    before, after = map(material.language.number, years)
    needed = material.evidence.settings.activities.minimum_verdict_years
    if row["verdict"] == "too_few_data" and min(years) < needed:
        return years_needed_text(before, after, material.language.number(needed))
    return None if years == usual else T("{before} and {after} years", before=before, after=after)


def _years_text(material: Material, usual: Years | None) -> Text:
    """Return which years are compared, and their number where a figure does not say another one."""
    if usual is None:
        return T("whole years before and after the start")
    before, after = map(material.language.number, usual)
    return T("{before} whole years before and {after} after the start", before=before, after=after)


def _missing(material: Material, fields: Sequence[tuple[str, Sequence[Row]]]) -> list[tuple[str, str]]:
    """Return the paragraph that names the fields of which nothing was exported, and what the signs mean."""
    without = [name for name, rows in fields if rows[0]["state"] == "no_data"]
    said = (
        [material.say(T("Nothing was exported of: {fields}.", fields=material.one_by_one(without)))]
        if without
        else []
    )
    said += map(material.say, signs_texts([row for _, rows in fields for row in rows]))
    return [material.headed(T("Missing"), " ".join(said))] if said else []


def _said(material: Material, row: Row, usual: Years | None) -> str:
    language = material.language
    if row["state"] == "only_active":
        return material.say(T("active since {date}; confidential", date=language.date(row["active_since"])))
    if row["state"] == "no_data":
        return material.say(T("no data"))
    if row["state"] == "no_whole_year":
        return material.say(T("no whole year in these periods"))
    figure: Text = T(
        "{figure} ({unit})",
        figure=figure_name(row, material.evidence, language),
        unit=per_text(row, material.evidence, language),
    )
    if row["zones_without"] and row["zone_code"] is not None:
        # Of all zones together nothing is known: whose figure it is stands with it.
        zone = zone_names(material.evidence, language)[row["zone_code"]]
        figure = T("{figure}, {place}", figure=figure, place=zone)
    return material.say(T("{name}: {figure}", name=figure, figure=_sides(material, row, usual)))


def _sides(material: Material, row: Row, usual: Years | None) -> Text | str:
    """Return both sides of a row with its verdict; where one is hidden, each by its name."""
    before, after = (figure_text(row, phase, material.evidence, material.language) for phase in PHASES)
    hidden = hidden_signs(row)
    if known(row["before"]) is None and not hidden:
        return after
    more = []
    if len(hidden) == len(PHASES) and before == after:
        said: Text | str = T("before and after {figure}", figure=after)
    elif hidden:
        said = T("before {before}, after {after}", before=before, after=after)
    else:
        said = after
        more.append(material.say(T("was {figure}", figure=before)))
    if (years := _number_of_years(material, row, usual)) is not None:
        more.append(material.say(years))
    if (verdict := verdict_word(row, material.evidence)) is not None:
        more.append(material.say(verdict))
    if row["zones_otherwise"]:
        names = zone_names(material.evidence, material.language)
        zones = material.language.join([names[code] for code in row["zones_otherwise"]])
        more.append(material.say(T("otherwise in {zones}", zones=zones)))
    return T("{figure} ({more})", figure=said, more=material.one_by_one(more)) if more else said
