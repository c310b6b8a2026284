"""What became of each promise: a card with its leading figure and verdict, and the way to the evidence."""

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from cooperation.answers.answer import Answer
from cooperation.answers.overview import headline_filters, promises
from cooperation.answers.periods import PHASES
from cooperation.language import Language, T, Text
from cooperation.screen import words
from cooperation.screen.cards import answer_more, comparison_card, verdict_badge
from cooperation.screen.charts import figure_heading
from cooperation.screen.choices import page_address
from cooperation.screen.figures import show_tools
from cooperation.screen.frame import View
from cooperation.screen.tables import Column
from cooperation.settings import Promise
from cooperation.wording.costs import prices_text
from cooperation.wording.promises import (
    FIGURES,
    HOURS_DECIMALS,
    no_data_text,
    otherwise_text,
    promise_amount,
    promise_side,
    promise_verdict,
    promised_text,
)
from cooperation.wording.verdicts import (
    amount_change_text,
    known_years_text,
    reasons_text,
)

QUESTION = T("Are the promises being kept?")
UNKNOWN = "–"
FIELDS_ANCHOR = "fields"
# Units of what is counted a year: their difference comes from the spread of the years.
YEARLY_UNITS = ("eur", "hours")
PAGES: Mapping[str, Text] = {
    "response_times": T("Response times"),
    "cooperation_fields": T("Fields of cooperation"),
    "shared_costs": T("Shared costs"),
    "mutual_assistance": T("Mutual assistance"),
}


def promises_answer(view: View) -> Answer:
    """Return the answer behind the cards; the answers that it is made of are those that the page has already."""
    return promises(view.evidence, view.filters, view.ask)


def show_promises(view: View, page: str | None = None) -> None:
    """Show a card for every promise: figure after, before, difference, verdict, and the link to its evidence.

    `page` is the page that they are shown on, where it holds evidence itself.
    """
    answer = promises_answer(view)
    cards = [
        _card(
            view, promise, answer.table[answer.table["promise_code"] == promise.code].to_dict("records"), page
        )
        for promise in view.evidence.settings.promises
    ]
    label = escape(view.language.say(T("The promises")))
    st.html(
        f'<section class="promise-cards" aria-label="{label}" style="--card-count:{len(cards)}">'
        f"{''.join(cards)}</section>"
    )


def show_zones_otherwise(view: View) -> None:
    """Say in which zones the promises stand otherwise than in all of them together, where more are counted."""
    evidence, filters = view.evidence, view.filters
    zone_codes = evidence.counted_zones(filters) or tuple(zone.code for zone in evidence.zones(filters))
    if filters.municipality_nis or len(zone_codes) < 2:
        return
    together, said = promises_answer(view), []
    for code in zone_codes:
        of_zone = promises(evidence, filters.with_(zone_code=(code,)), view.ask)
        said.append(otherwise_text(evidence, together, of_zone, view.language))
    if found := [text for text in said if text is not None]:
        st.html(answer_more(found, view.language))


def show_promises_under_heading(view: View) -> None:
    """Show the cards above the eleven fields, under a title of their own; nothing where nothing was promised."""
    if view.evidence.settings.promises:
        st.html(figure_heading(T("The promises"), view.language))
        show_zones_otherwise(view)
        show_promises(view, "cooperation_fields")


def show_promise_tools(view: View) -> None:
    """Show, folded, the figures behind the cards of the promises, their files and SQL."""
    answer = promises_answer(view)
    show_tools(
        view,
        answer,
        _columns(view),
        caption=T("The promises and their figures. Of twenty such verdicts, one can be due to chance."),
        label=T("Behind the promises: the figures, their files and SQL"),
        shown=_in_words(answer.table, view.language),
    )


def _card(view: View, promise: Promise, rows: list[dict[str, Any]], page: str | None) -> str:
    language = view.language
    leading, *others = rows
    parts = [
        f"<h2>{escape(promise.name.in_language(language.code))}</h2>",
        f'<p class="promised">{escape(language.say(promised_text(promise.promised, language)))}</p>',
        *_leading(view, leading),
        *(_further(view, row) for row in others if not row["data_sets"]),
        _zone_note(view, leading),
        _evidence_link(view, promise, promise.evidence == page),
    ]
    return f'<article class="promise-card" id="promise-{escape(promise.code)}">{"".join(parts)}</article>'


def _leading(view: View, row: dict[str, Any]) -> list[str]:
    language = view.language
    label = f'<p class="figure-label">{escape(language.say(_label(view, row)))}</p>'
    if row["data_sets"]:
        said = no_data_text(row, view.evidence, language)
        return [label, f'<p class="figure">{UNKNOWN}</p>', _paragraph("change", said, language)]
    if row["unit"] in YEARLY_UNITS:
        figure, change, explanation = _yearly(view, row)
    else:
        card = comparison_card(FIGURES[row["figure"]], pd.Series(row), language, unit=row["unit"])
        figure, change, explanation = card.figure, card.change, card.explanation
    badge = _badge(row, language, higher_is_better=row["unit"] != "eur")
    return [
        f'<p class="standing">{badge}</p>',
        label,
        f'<p class="figure">{escape(figure)}</p>',
        f'<p class="change">{escape(change)}</p>',
        f'<p class="explanation">{escape(explanation)}</p>' if explanation else "",
    ]


def _badge(row: Mapping[str, Any], language: Language, *, higher_is_better: bool) -> str:
    said = promise_verdict(row)
    return verdict_badge(row["verdict"], language, higher_is_better=higher_is_better, said=said)


def _yearly(view: View, row: dict[str, Any]) -> tuple[str, str, str]:
    """Return figure, change and explanation of what is counted a year, whose difference comes from the years."""
    language = view.language
    settings = view.evidence.settings
    needed = settings.costs if row["unit"] == "eur" else settings.activities
    change = (
        [T("was {figure}", figure=promise_side(row, "before", language))] if _is_told(row, "before") else []
    )
    if row["verdict"] not in ("too_few_data", "not_comparable"):
        change.append(
            amount_change_text(
                row,
                lambda value: promise_amount(value, row["unit"], language),
                decimals=0 if row["unit"] == "eur" else HOURS_DECIMALS,
            )
        )
    why: Text | None = None
    if row["verdict"] == "no_demonstrable_difference" and not pd.isna(row["smallest_detectable"]):
        why = T(
            "The smallest change that these data could have shown is {amount}.",
            amount=promise_amount(row["smallest_detectable"], row["unit"], language),
        )
    if row["verdict"] == "too_few_data":
        why = known_years_text(row, needed.minimum_verdict_years, language)
    if row["verdict"] == "not_comparable":
        why = reasons_text(row["reasons"], language)
    if row["before_hidden"] or row["after_hidden"]:
        why = T("Hidden: it holds a count that is too small to be shown.")
    return (
        promise_side(row, "after", language),
        " · ".join(language.say(text) for text in change),
        language.say(why) if why else "",
    )


def _is_told(row: Mapping[str, Any], phase: str) -> bool:
    """Tell whether a side of a figure is known, or known to be hidden."""
    return not pd.isna(row[phase]) or bool(row[f"{phase}_hidden"])


def _further(view: View, row: dict[str, Any]) -> str:
    language = view.language
    if not any(_is_told(row, phase) for phase in PHASES):
        return ""
    if row["figure"] == "joint_purchases":
        said = T(
            "Joint purchases, where estimated: {together} a year together, {apart} if bought apart.",
            together=language.money(row["after"], 0),
            apart=language.money(row["alone"], 0),
        )
    else:
        said = T(
            "{figure}: {after}, before {before}.",
            figure=FIGURES[row["figure"]],
            after=promise_side(row, "after", language),
            before=promise_side(row, "before", language),
        )
    # What went the other way must not hide behind the badge of the leading figure.
    badge = _badge(row, language, higher_is_better=True) if row["verdict"] else ""
    return f'<p class="further">{escape(language.say(said))} {badge}</p>'


def _label(view: View, row: Mapping[str, Any]) -> Text:
    if row["figure"] == "median_response":
        counted = headline_filters(view.filters)
        is_urgent = counted.counts_urgent_only(view.evidence.settings)
        return FIGURES["median_response"] if is_urgent else T("Half of the calls within")
    if row["figure"] != "cost_of_a_year":
        return FIGURES[row["figure"]]
    prices = prices_text(view.ask("shared_costs/comparison", headline_filters(view.filters)).parameters)
    return T("{figure}, {prices}", figure=FIGURES["cost_of_a_year"], prices=prices)


def _zone_note(view: View, row: Mapping[str, Any]) -> str:
    if not row["zone_codes"]:
        return ""
    names = words.zone_names(view.evidence, view.language)
    zones = view.language.join([names[code] for code in row["zone_codes"]])
    said = T("Known by zone only: {zones}.", zones=zones)
    return _paragraph("explanation", said, view.language)


def _evidence_link(view: View, promise: Promise, is_on_this_page: bool) -> str:
    language = view.language
    if is_on_this_page:
        address, said = f"#{FIELDS_ANCHOR}", T("The figures: below on this page")
    else:
        address = page_address(promise.evidence, view.filters, language.code)
        said = T("The figures: {page}", page=language.say(PAGES[promise.evidence]))
    return f'<p class="evidence"><a href="{escape(address)}">{escape(language.say(said))}</a></p>'


def _paragraph(name: str, said: Text, language: Language) -> str:
    return f'<p class="{name}">{escape(language.say(said))}</p>'


def _columns(view: View) -> tuple[Column, ...]:
    language = view.language
    names = {
        promise.code: promise.name.in_language(language.code) for promise in view.evidence.settings.promises
    }
    return (
        Column("promise_code", T("Promise"), names=names),
        Column("figure", T("Figure"), names=FIGURES),
        Column("before", T("Before")),
        Column("after", T("After")),
        Column("low", T("Difference at least (95 %)")),
        Column("high", T("Difference at most (95 %)")),
        Column("alone", T("Bought apart")),
        Column("verdict", T("Verdict"), "verdict"),
        Column("confirmation", T("Confirmed"), names=words.CONFIRMATIONS),
    )


def _in_words(table: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return the table with its figures written out: times, shares and amounts stand in one column."""
    rows = []
    for row in table.to_dict("records"):
        cells = {side: promise_side(row, side, language) for side in ("before", "after")}
        cells |= {"alone": promise_amount(row["alone"], "eur", language)}
        cells |= {name: _signed(row[name], row["unit"], language) for name in ("low", "high")}
        rows.append(row | cells)
    return pd.DataFrame(rows, columns=table.columns, dtype="object")


def _signed(value: Any, unit: str, language: Language) -> str:
    known = None if value is None or pd.isna(value) else value
    if unit in YEARLY_UNITS:
        return promise_amount(known, unit, language)
    return language.signed_duration(known) if unit == "seconds" else language.points(known)
