"""The first page: the promises in one sentence, the headline, the municipalities side by side."""

from html import escape

import pandas as pd
import streamlit as st

from cooperation.answers.filters import Filters
from cooperation.answers.overview import headline_filters
from cooperation.language import Language, T, Text
from cooperation.screen import response_times, words
from cooperation.screen.cards import answer_sentence, filter_sentence, verdict_badge
from cooperation.screen.cost_cards import show_cost_cards_of_place
from cooperation.screen.figures import show_tools
from cooperation.screen.frame import View, say_there_are_no_calls
from cooperation.screen.promises import (
    QUESTION,
    promises_answer,
    show_promise_tools,
    show_promises,
    show_zones_otherwise,
)
from cooperation.screen.tables import Column
from cooperation.wording.choices import filter_text, own_months_text
from cooperation.wording.promises import promises_text
from cooperation.wording.verdicts import (
    confirmation_word,
    difference_text,
    months_needed_text,
    phase_text,
    undecided_text,
    verdict_of_row,
    verdict_text,
)


def show_question(view: View) -> None:
    """Show the question on the promises and its answer in one sentence; without promises, that of the headline."""
    filters = headline_filters(view.filters)
    has_calls = bool(view.evidence.coverage.intervention_count)
    if not view.evidence.settings.promises:
        if has_calls:
            _show_headline(view, filters, is_title=True)
        return
    language = view.language
    st.title(language.say(QUESTION), anchor=False)
    st.html(answer_sentence(promises_text(view.evidence, promises_answer(view), language), language))
    show_zones_otherwise(view)
    if has_calls:
        counted = filter_text(view.evidence, filters, view.evidence.period(filters), language)
        st.html(filter_sentence(counted, language))


def show_what_is_known_without_calls(view: View) -> None:
    """Show the promises that costs and activities tell of, and that there are no calls yet."""
    if view.evidence.settings.promises:
        show_promises(view)
        show_cost_cards_of_place(view, headline_filters(view.filters))
        show_promise_tools(view)
    say_there_are_no_calls(view.language)


def show_headline(view: View) -> None:
    """Show the headline's question with its answer under the promises; it stands on top where there are none."""
    if view.evidence.settings.promises:
        show_promises(view)
        _show_headline(view, headline_filters(view.filters), is_title=False)


def _show_headline(view: View, filters: Filters, *, is_title: bool) -> None:
    by_municipality = municipalities_text(view, filters)
    further = [by_municipality] if by_municipality else []
    show = response_times.show_answer if is_title else response_times.show_answer_below
    show(view, T("Are the police on the scene sooner?"), filters, further=further)


def municipalities_text(view: View, filters: Filters) -> Text | None:
    """Return who shares which verdict, the answer for all of them aside; None where one municipality is asked for."""
    if filters.municipality_nis:
        return None
    table = view.ask("overview/municipalities", filters).table
    if len(table) < 2:
        return None
    language = view.language
    names = words.municipality_names(view.evidence, language)
    parts = []
    for verdict, rows in table.groupby("verdict", sort=False):
        municipalities = language.join([names[code] for code in rows["municipality_nis"]])
        parts.append(f"{municipalities} ({language.say(verdict_text(verdict))})")
    return T(
        "By municipality: {verdicts}. Of twenty such verdicts, one can be due to chance.",
        verdicts=", ".join(parts),
    )


def show_municipalities(view: View, filters: Filters) -> None:
    """Show one line per municipality: before, after, difference, verdict; and what is behind it."""
    language = view.language
    answer = view.ask("overview/municipalities", filters.with_(municipality_nis=()))
    names = words.municipality_names(view.evidence, language)
    title = T("Each municipality by itself")
    heads = [T("Municipality"), T("Verdict"), T("After"), T("Before"), T("Difference")]
    rows = "".join(_row(row, names[row["municipality_nis"]], view) for _, row in answer.table.iterrows())
    head = "".join(f'<th scope="col">{escape(language.say(text))}</th>' for text in heads)
    note = (
        T("Half of the urgent calls within this time. Of twenty such verdicts, one can be due to chance.")
        if filters.counts_urgent_only(view.evidence.settings)
        else T("Half of the calls within this time. Of twenty such verdicts, one can be due to chance.")
    )
    note = own_months_text(view.evidence, filters.with_(municipality_nis=()), note)
    st.html(
        f'<h2 class="figure-title">{escape(language.say(title))}</h2>'
        f'<p class="figure-subtitle">{escape(language.say(note))}</p>'
        f'<div class="table-frame" role="region" aria-label="{escape(language.say(title))}" tabindex="0">'
        f'<table class="figure-table verdict-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )
    show_tools(view, answer, municipality_columns(view), caption=title)


def municipality_columns(view: View) -> tuple[Column, ...]:
    """Return the columns of the municipalities' table."""
    return (
        Column(
            "municipality_nis",
            T("Municipality"),
            names=words.municipality_names(view.evidence, view.language),
        ),
        Column("before", T("Before"), "duration"),
        Column("after", T("After"), "duration"),
        Column("before_count", T("Calls before"), "number"),
        Column("after_count", T("Calls after"), "number"),
        Column("smallest_detectable", T("Smallest change that could be shown"), "duration"),
        Column("verdict", T("Verdict"), "verdict"),
        Column("confirmation", T("Confirmed"), names=words.CONFIRMATIONS),
    )


def _row(row: pd.Series, name: str, view: View) -> str:
    language = view.language
    badge = verdict_badge(row["verdict"], language, said=verdict_of_row(row))
    cells = [f"<td>{badge}{_confirmation(row, language)}</td>"]
    for side in ("after", "before"):
        figure = language.duration(None if pd.isna(row[side]) else row[side])
        # On a phone the heads are gone, and every figure carries its own.
        cells.append(f'<td data-label="{escape(language.say(phase_text(side)))}">{escape(figure)}</td>')
    said = _difference(row, language)
    cells.append(f"<td>{escape(language.say(said)) if said else language.number(None)}</td>")
    return f'<tr><th scope="row">{escape(name)}</th>{"".join(cells)}</tr>'


def _confirmation(row: pd.Series, language: Language) -> str:
    word = confirmation_word(row)
    return f'<span class="confirmation">{escape(language.say(word))}</span>' if word else ""


def _difference(row: pd.Series, language: Language) -> Text | None:
    """Return the difference as far as the verdict allows one, or what a verdict still needs."""
    match row["verdict"]:
        case "not_comparable":
            return None
        case "too_few_data":
            return months_needed_text(row, language)
        case "no_demonstrable_difference":
            return undecided_text(row, language, unit="seconds")
    return difference_text(row, language, unit="seconds")
