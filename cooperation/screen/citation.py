"""How to cite a figure, and the line that prints its numbers again: both to copy."""

from html import escape
from urllib.parse import quote

import streamlit as st

from cooperation import __version__
from cooperation.answers.answer import Evidence
from cooperation.answers.filters import Filters
from cooperation.answers.periods import Period
from cooperation.answers.reproduction import command_line, question_line
from cooperation.language import Language, T, Text
from cooperation.screen.frame import View
from cooperation.warehouse.browsing import EVERY_ROW, RowChoice
from cooperation.warehouse.dictionary import tables
from cooperation.wording.applied import choice_text

CITE = T("Cite this, or make it again")
SAME_NUMBERS = T("The same numbers in a shell, in the folder of the dashboard")


def show_citation(
    view: View,
    table: str,
    title: Text | str,
    chosen: Text | None = None,
    rows: RowChoice = EVERY_ROW,
    filters: Filters | None = None,
    period: Period | None = None,
) -> None:
    """Show, behind a button, the citation of a figure or of chosen rows and the command that prints them.

    `period` is the answer's own; a mart has none.
    """
    language = view.language
    with st.popover(language.say(CITE), key=f"cite-{table.replace('/', '-')}"):
        of = view.filters if filters is None else filters
        _show_copy(T("To cite"), citation(view, table, title, chosen, of, period), language)
        _show_copy(
            SAME_NUMBERS,
            command_line(table, of, rows),
            language,
        )


def show_question_citation(evidence: Evidence, question: str, language: Language) -> None:
    """Show, behind a button, how to cite the answer to an own question, and the command that prints its rows."""
    with st.popover(language.say(CITE), key="cite-own-question"):
        parts: list[Text | str] = [T("Own question in SQL:"), question.strip()]
        if evidence.coverage.is_demonstration:
            parts.append(T("Invented data for a demonstration; no figure is real."))
        parts += [
            T("Exports up to and including {date}.", date=language.date(evidence.last_day)),
            f"Samenwerkingsmonitor {__version__}.",
            address_of_page(),
        ]
        _show_copy(T("To cite"), "\n".join(language.say(part) for part in parts), language)
        _show_copy(SAME_NUMBERS, question_line(question), language)


def citation(
    view: View,
    table: str,
    title: Text | str,
    chosen: Text | None,
    filters: Filters,
    period: Period | None,
) -> str:
    """Return what a reader writes under a figure taken from here: title, choice, definition, data, software, link."""
    language, coverage = view.language, view.evidence.coverage
    parts: list[Text | str] = [f"{language.say(title).rstrip('.')}."]
    if coverage.is_demonstration:
        parts.append(T("Invented data for a demonstration; no figure is real."))
    if period is not None:
        parts.append(choice_text(view.evidence, table, filters, period, language))
    if chosen is not None:
        parts.append(chosen)
    parts += [
        tables()[table].grain.in_language(language.code),
        T("Exports up to and including {date}.", date=language.date(view.evidence.last_day)),
        f"Samenwerkingsmonitor {__version__}.",
        address_of_page(),
    ]
    return " ".join(language.say(part) for part in parts if part)


def address_of_page() -> str:
    """Return the whole address of the page with its choices, as the reader's browser has it."""
    url = str(st.context.url or "")
    query = "&".join(
        f"{name}={_in_link(value)}" for name in st.query_params for value in st.query_params.get_all(name)
    )
    return f"{url.partition('?')[0]}?{query}" if query else url.partition("?")[0]


def _in_link(value: str) -> str:
    return quote(value, safe=":/,")


def _show_copy(label: Text, text: str, language: Language) -> None:
    # A click takes the whole text: Streamlit's own button to copy speaks English only.
    st.html(
        f'<p class="copy-label">{escape(language.say(label))}</p>'
        f'<pre class="copy-text" tabindex="0">{escape(text)}</pre>'
    )
