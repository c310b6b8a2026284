"""The sentences, cards and tables of the page on the eleven fields of the protocol."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from cooperation.answers.periods import PHASES
from cooperation.answers.small_counts import SUM_OF_HIDDEN
from cooperation.language import TN, T, Text
from cooperation.screen.cards import (
    FigureCard,
    Sparkline,
    answer_more,
    answer_sentence,
    cards_html,
    empty_state,
    filter_sentence,
    footer_line,
    monthly_sparkline,
)
from cooperation.screen.choices import page_address
from cooperation.screen.field_charts import small_lines_html, year_figure_text, yearly_sparkline
from cooperation.screen.figures import show_tools
from cooperation.screen.frame import View
from cooperation.screen.promises import FIELDS_ANCHOR
from cooperation.screen.tables import Column, table_html
from cooperation.settings import Field
from cooperation.wording import names
from cooperation.wording.choices import place_name
from cooperation.wording.fields import (
    OTHER_FIGURES,
    better_text,
    change_text,
    explanation_text,
    fields_text,
    figure_name,
    figure_text,
    indicator_definitions,
    indicator_names,
    per_text,
    verdict_word,
    worse_text,
    zones_text,
)
from cooperation.wording.promises import promised_text

# Rules on lines of activities that count, though others tell the same.
DOUBLING_RULES = ("told_by_another_file", "perhaps_a_total")
NO_WHOLE_YEAR = T("No whole year of it is known in the chosen periods. Choose longer periods.")
QUESTION = T("What became of the eleven fields of cooperation?")
# Fields whose figures have a page of their own.
PAGES_OF_FIELDS: Mapping[str, tuple[str, Text]] = {
    "mutual_assistance": ("mutual_assistance", T("See who helped whom")),
    "joint_investment": ("shared_costs", T("See every purchase, its key and its savings")),
}
UNDECIDED = "no_demonstrable_difference"
COMPARED_COLUMNS = (
    Column("said_before", T("Before")),
    Column("before_years", T("Years before"), "number"),
    Column("said_after", T("After")),
    Column("after_years", T("Years after"), "number"),
    Column("verdict", T("Verdict"), "verdict"),
)
Row = Mapping[Any, Any]


def show_answer(view: View) -> None:
    """Show the question, how many fields have figures and what these say, and what is counted."""
    st.title(view.language.say(QUESTION), anchor=False)
    if not view.evidence.settings.fields:
        return
    st.html(answer_sentence(_answer(view), view.language))
    if more := [*_hidden_texts(view), *_doubled_texts(view)]:
        st.html(answer_more(more, view.language))
    st.html(filter_sentence(_counted_text(view), view.language))


def show_no_fields(view: View) -> None:
    """Say that the settings name no field."""
    st.html(
        empty_state(
            T("No field of cooperation is named"),
            T("Name the fields of the protocol in the settings file, under [[fields]]."),
            view.language,
        )
    )


def show_fields(view: View) -> None:
    """Show every field in the order of the protocol under its group, each with its figures and their detail."""
    settings = view.evidence.settings
    rows = _rows_by_field(view)
    titles = {group.code: group.name.in_language(view.language.code) for group in settings.field_groups}
    shown_group = ""
    st.html(f'<span id="{FIELDS_ANCHOR}"></span>')
    for field in settings.fields:
        if field.group and field.group != shown_group:
            shown_group = field.group
            st.html(f'<h2 class="field-group">{escape(titles[shown_group])}</h2>')
        st.html(_field_html(view, field, rows[field.code]))
        _show_detail(view, field)


def show_files(view: View) -> None:
    """Show, folded, the tables behind the page with their files and SQL."""
    st.html(f'<h2 class="field-group">{escape(view.language.say(T("All figures as files")))}</h2>')
    for name, caption, columns in (
        ("overview", T("The figures of the cards"), _overview_columns(view)),
        ("indicators", T("Every indicator before and after, by zone"), _indicator_columns(view)),
        ("series", T("Every indicator year by year, by zone"), _series_columns(view)),
    ):
        answer = view.ask(f"cooperation_fields/{name}")
        show_tools(view, answer, columns, caption=caption, label=caption, shown=_in_words(view, answer.table))


def show_footer(view: View) -> None:
    """Show the line under the page."""
    language = view.language
    settings = view.evidence.settings.activities
    items: list[Text] = [
        T("A year is twelve months, counted from the day on which the zone joined; only whole years count."),
        T(
            "A verdict asks for {years} on each side.",
            years=TN("{count} whole year", "{count} whole years", settings.minimum_verdict_years),
        ),
        T("Between … and …: with 95 % certainty."),
    ]
    last = _last_year(view)
    if last is not None:
        items.append(T("Latest whole year: {year}.", year=last))
    st.html(footer_line(items, language))


def _last_year(view: View) -> str | None:
    series = view.ask("cooperation_fields/series").table
    return None if series.empty else str(pd.Timestamp(series["year_start"].max()).year)


def _rows_by_field(view: View) -> dict[str, list[Row]]:
    table = view.ask("cooperation_fields/overview").table
    rows: dict[str, list[Row]] = {}
    for row in table.to_dict("records"):
        rows.setdefault(row["field_code"], []).append(row)
    return rows


def _answer(view: View) -> Text:
    fields = list(_rows_by_field(view).values())
    told = [row for rows in fields for row in rows if row["state"] == "figures"]
    if not told:
        return T(
            "Of none of the {total} fields are there figures yet.", total=view.language.number(len(fields))
        )
    return T(
        "{fields}. Better: {better}; worse: {worse}; no demonstrable or relevant difference: {alike}."
        " The other figures are neither good nor bad in themselves, or there are too few data.",
        fields=fields_text(fields, view.language),
        better=better_text(told, view.language),
        worse=worse_text(told, view.evidence, view.language),
        alike=TN("{count} figure", "{count} figures", sum(row["verdict"] == UNDECIDED for row in told)),
    )


def _hidden_texts(view: View) -> list[Text]:
    """Return what the signs for small counts mean, of those that the page shows."""
    signs = view.ask("cooperation_fields/series").table["hidden"].dropna().unique().tolist()
    if not signs:
        return []
    if small := [sign for sign in signs if sign != SUM_OF_HIDDEN]:
        return [
            T(
                "{signs} is a count too small to show, since it could point at a person; what is “hidden” holds such"
                " a count.",
                signs=view.language.join(small),
            )
        ]
    return [T("What is “hidden” holds a count too small to show, since it could point at a person.")]


def _doubled_texts(view: View) -> list[Text]:
    """Return how many lines of activities may count twice, where any may: nobody can tell which of two is right."""
    doubtful = view.ask("data_quality/doubtful_by_month").table
    count = int(doubtful.loc[doubtful["rule"].isin(DOUBLING_RULES), "cell_count"].sum())
    if not count:
        return []
    return [
        TN(
            "{count} line of activities may count twice: a later file tells of the same, or it looks like a total"
            " (see the page on the data).",
            "{count} lines of activities may count twice: a later file tells of the same, or they look like totals"
            " (see the page on the data).",
            count,
        )
    ]


def _counted_text(view: View) -> Text:
    return T(
        "whole years before and after the start, in {place}; periods as chosen below.",
        place=place_name(view.evidence, view.filters.with_(municipality_nis=()), view.language)
        if not view.filters.municipality_nis
        else _zones_text(view),
    )


def _zones_text(view: View) -> str:
    """Return the zones of the chosen municipalities: activities are kept by zone."""
    zone_names = names.zone_names(view.evidence, view.language)
    return view.language.join([zone_names[zone.code] for zone in view.evidence.zones(view.filters)])


def _field_html(view: View, field: Field, rows: Sequence[Row]) -> str:
    language = view.language
    name = escape(field.name.in_language(language.code))
    since = language.say(T("Since {date}.", date=language.date(rows[0]["active_since"])))
    promise = "" if field.promise is None else f"{language.say(promised_text(field.promise, language))} "
    parts = [f"<h3>{name}</h3>", f'<p class="promised">{escape(promise)}{escape(since)}</p>']
    match rows[0]["state"]:
        case "figures":
            cards = [_card(view, row) for row in rows]
            parts.append(cards_html(cards, language, view.colours, heading="h4"))
        case "only_active":
            said = language.say(T("Active. Confidential: no figure of it is ever read or shown."))
            parts.append(f'<p class="no-figures">{escape(said)}</p>')
        case "no_whole_year":
            said = language.say(NO_WHOLE_YEAR)
            parts.append(f'<p class="no-figures">{escape(said)}</p>')
        case _:
            parts.append(f'<p class="no-figures">{_no_data_html(view, field)}</p>')
    if field.code in PAGES_OF_FIELDS:
        page, words = PAGES_OF_FIELDS[field.code]
        address = page_address(page, view.filters, language.code)
        parts.append(
            f'<p class="field-link"><a href="{escape(address)}">{escape(language.say(words))}</a></p>'
        )
    return f'<section class="field" aria-label="{name}">{"".join(parts)}</section>'


def _no_data_html(view: View, field: Field) -> str:
    language = view.language
    title = escape(language.say(T("No data.")))
    table = view.evidence.indicators
    own = table[table["domain_code"] == field.code]
    indicators = language.join(list(own[f"name_{language.code}"])) if not own.empty else ""
    if not indicators:
        return f"<strong>{title}</strong>"
    what = T("An export of activities with these indicators fills it: {indicators}.", indicators=indicators)
    return f"<strong>{title}</strong> {escape(language.say(what))}"


def _card(view: View, row: Row) -> FigureCard:
    language, evidence = view.language, view.evidence
    explanations = [explanation_text(row, evidence, language), zones_text(row, evidence, language)]
    change = [
        text for text in (per_text(row, evidence, language), change_text(row, evidence, language)) if text
    ]
    return FigureCard(
        label=figure_name(row, evidence, language),
        figure=figure_text(row, "after", evidence, language),
        change=" · ".join(language.say(text) for text in change),
        explanation=" ".join(language.say(text) for text in explanations if text is not None),
        verdict=row["verdict"] if isinstance(row["verdict"], str) else None,
        said_verdict=verdict_word(row, evidence),
        higher_is_better=row["direction"] == "higher",
        is_neutral=row["direction"] == "neutral",
        sparkline=_sparkline(view, row),
    )


def _sparkline(view: View, row: Row) -> Sparkline | None:
    start = view.evidence.start(view.filters)
    if row["source"] == "mutual_assistance/comparison":
        monthly = view.ask("mutual_assistance/monthly").table
        return monthly_sparkline(monthly[monthly["is_total"]], f"{row['figure']}_share", start)
    if row["source"] != "cooperation_fields/indicators":
        return None
    series = view.ask("cooperation_fields/series").table
    own = series[(series["indicator_code"] == row["figure"]) & (series["measure"] == row["measure"])]
    scope = own["zone_code"].isna() if row["zone_code"] is None else own["zone_code"] == row["zone_code"]
    return yearly_sparkline(own[scope], start)


def _show_detail(view: View, field: Field) -> None:
    table = view.ask("cooperation_fields/indicators").table
    own = table[table["field_code"] == field.code]
    if own.empty:
        return
    language = view.language
    definitions = indicator_definitions(view.evidence, language)
    labels = indicator_names(view.evidence, language)
    title = field.name.in_language(language.code)
    with st.expander(
        language.say(T("All indicators of this field, by zone")), key=f"tools-field-{field.code}"
    ):
        terms = "".join(
            f"<dt>{escape(str(labels[code]))}</dt><dd>{escape(definitions[code])}</dd>"
            for code in dict.fromkeys(own["indicator_code"])
        )
        st.html(f'<dl class="terms">{terms}</dl>')
        if lines := _lines_html(view, field, own):
            st.html(lines)
        st.html(
            table_html(
                _in_words(view, own),
                _indicator_columns(view),
                language,
                caption=T("{field}: before and after", field=title),
            )
        )


def _lines_html(view: View, field: Field, own: pd.DataFrame) -> str:
    """Return the small lines of a field's indicators, with the day on which the zone of each joined."""
    series = view.ask("cooperation_fields/series").table
    starts = {row["zone_code"]: row["after_from"].date() for row in own.to_dict("records")}
    return small_lines_html(
        series[series["field_code"] == field.code],
        starts,
        names.zone_names(view.evidence, view.language),
        view.evidence,
        view.language,
        view.colours,
    )


def _in_words(view: View, table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with their figures as a reader sees them, in their own units and with small counts hidden."""
    rows = table.to_dict("records")
    evidence, language = view.evidence, view.language
    said = {
        "said_per": [
            language.say(per_text(row, evidence, language)) if row["measure"] else "" for row in rows
        ]
    }
    if "value" in table:
        said["said_value"] = [year_figure_text(row, evidence, language) for row in rows]
    else:
        for phase in PHASES:
            said[f"said_{phase}"] = [
                figure_text(row, phase, evidence, language) if row["measure"] else "" for row in rows
            ]
    together = language.say(T("All zones together"))
    zones = [together if row["zone_code"] is None and row["measure"] else row["zone_code"] for row in rows]
    return table.assign(zone_code=zones, **said)


def _indicator_columns(view: View) -> tuple[Column, ...]:
    return (
        Column(
            "indicator_code", T("Indicator"), "sentence", names=indicator_names(view.evidence, view.language)
        ),
        Column("said_per", T("Counted in"), "sentence"),
        _zone_column(view),
        *COMPARED_COLUMNS,
    )


def _overview_columns(view: View) -> tuple[Column, ...]:
    figures = {**indicator_names(view.evidence, view.language), **OTHER_FIGURES}
    return (
        Column("field_code", T("Field"), "sentence", names=_field_names(view)),
        Column("figure", T("Figure"), "sentence", names=figures),
        Column("said_per", T("Counted in"), "sentence"),
        *COMPARED_COLUMNS,
    )


def _series_columns(view: View) -> tuple[Column, ...]:
    return (
        Column(
            "indicator_code", T("Indicator"), "sentence", names=indicator_names(view.evidence, view.language)
        ),
        Column("said_per", T("Counted in"), "sentence"),
        _zone_column(view),
        Column("year_start", T("Year from"), "date"),
        Column("phase", T("Phase"), "phase"),
        Column("said_value", T("Figure"), "text"),
    )


def _field_names(view: View) -> dict[Any, Text | str]:
    return {field.code: field.name.in_language(view.language.code) for field in view.evidence.settings.fields}


def _zone_column(view: View) -> Column:
    return Column("zone_code", T("Zone"), names=names.zone_names(view.evidence, view.language))
