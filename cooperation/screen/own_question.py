"""The desk of an analyst: a question in SQL, its answer as table, picture and file, and what may be asked.

Widgets forget what they held when their page is left; the desk does not.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from cooperation.answers.answer import Evidence
from cooperation.answers.filters import Filters
from cooperation.answers.own_question import (
    EXAMPLES,
    ask,
    example,
    failure_text,
    limit_sentences,
    offered_columns,
    place_of,
)
from cooperation.documents.csv_files import FLAVOURS
from cooperation.documents.question_files import question_csv, question_file_name
from cooperation.freshness import places_from_environment
from cooperation.language import TN, Language, T, Text, speak
from cooperation.screen import caching
from cooperation.screen.cards import answer_sentence, empty_state, footer_line, notice
from cooperation.screen.charts import show_chart
from cooperation.screen.choices import chosen_language, write_link
from cooperation.screen.citation import show_question_citation
from cooperation.screen.figures import FLAVOUR_LABELS, LONGEST_READY_TABLE
from cooperation.screen.question_charts import MOST_DRAWN, Picture, bars, drawn_rows, line
from cooperation.screen.reach import only_this_machine_reaches_it
from cooperation.screen.style import screen_palette
from cooperation.screen.tables import Column, Kind, show_table
from cooperation.settings import SettingsError, load_settings
from cooperation.warehouse.database import DatabaseUnreadable
from cooperation.warehouse.dictionary import is_name_of_a_number, tables
from cooperation.warehouse.own_questions import QuestionFailure, QuestionReply, RunningQuestion
from cooperation.warehouse.publishing import NothingPublished

LINK_PARAMETER = "question"
# What a link may bring; what is longer is refused with a reason when it is asked.
LONGEST_OF_A_LINK = 20_000
SHOWN_ROWS = 200
# A question that is answered sooner needs no word about that it is running.
SECONDS_OF_SILENCE = 0.8
SECONDS_BETWEEN_LOOKS = 0.5
BOX_HEIGHT = 260
LONGEST_CELL = 200
_KEY = "own-question"
_BOX = "own-question-box"

PICTURES: dict[str, Text] = {"none": T("No picture"), "bars": T("Bars"), "line": T("Curve")}
TRUTHS: dict[bool, Text] = {True: T("yes"), False: T("no")}
KINDS: dict[str, Kind] = {
    "whole": "exact",
    "exact": "exact",
    "broken": "exact",
    "date": "date",
    "moment": "moment",
}
TYPES: dict[str, type] = {"date": date, "moment": datetime}


COLUMNS_OF_TABLE = (
    Column("column_name", T("Column")),
    Column("data_type", T("Kind")),
    Column("said", T("What it means"), "sentence"),
)


@dataclass
class Draft:
    """What a session has on its desk: the question as last asked or taken from the link, and what came of it."""

    text: str
    running: RunningQuestion | None = None
    reply: QuestionReply | None = None


@dataclass(frozen=True)
class QuestionDesk:
    """What every part of the page needs: language, the evidence if there is any, and the draft."""

    language: Language
    evidence: Evidence | None
    draft: Draft

    def say(self, text: Text | str) -> str:
        """Return a text in the reader's language."""
        return self.language.say(text)


def are_allowed() -> bool:
    """Tell whether the settings allow own questions; settings that cannot be read allow nothing."""
    try:
        return load_settings(places_from_environment().settings).analyst.own_questions
    except SettingsError:
        return False


def own_questions_can_be_put() -> bool:
    """Tell whether this reader can put a question: the settings allow it, and no other machine reaches the server."""
    return are_allowed() and only_this_machine_reaches_it()


def open_question_desk() -> QuestionDesk:
    """Return the desk of this session; a new one starts with the link's question, which nobody has asked yet."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = Draft(st.query_params.get(LINK_PARAMETER, "")[:LONGEST_OF_A_LINK])
    return QuestionDesk(speak(chosen_language()), _evidence(), st.session_state[_KEY])


def _evidence() -> Evidence | None:
    try:
        return caching.evidence(caching.published_path())
    except (NothingPublished, DatabaseUnreadable):
        return None


def show_heading(desk: QuestionDesk) -> None:
    """Show the question of the page and what it is for, and make its address say what is asked."""
    write_link(Filters(), **{LINK_PARAMETER: desk.draft.text})
    st.title(desk.say(T("What else do you want to know?")), anchor=False)
    sentence = T(
        "Put a question of your own to the figures, in SQL. The answer comes as a table, a picture and a file."
    )
    st.html(answer_sentence(sentence, desk.language))


def show_how_to_switch_on(desk: QuestionDesk) -> None:
    """Say that own questions are switched off, and how to switch them on."""
    st.html(
        empty_state(
            T("Own questions are switched off"),
            T(
                "Whoever runs this dashboard can switch them on: in data/cooperation.toml, under [analyst], write"
                " own_questions = true. They can be put on the server's own machine only."
            ),
            desk.language,
        )
    )


def show_refusal(desk: QuestionDesk) -> None:
    """Say why no question can be put from here, and what to do."""
    st.html(
        empty_state(
            T("Own questions cannot be put from here"),
            T(
                "Other machines can reach this server and nobody signs in. Open the dashboard on the server itself,"
                " with an address that begins with http://127.0.0.1."
            ),
            desk.language,
        )
    )


def show_no_data(desk: QuestionDesk) -> None:
    """Say that there is nothing to ask about yet."""
    st.html(
        empty_state(
            T("There are no figures yet"),
            T("Questions can be put as soon as exports have been read."),
            desk.language,
        )
    )


def show_examples(desk: QuestionDesk) -> None:
    """Show the examples, each a button that puts its SQL in the box and runs nothing."""
    st.html(f'<p class="exports-line">{escape(desk.say(T("Start from an example:")))}</p>')
    with st.container(horizontal=True, key="question-examples"):
        for name, title in EXAMPLES.items():
            st.button(desk.say(title), key=f"example-{name}", on_click=_take_example, args=(name,))


def show_box(desk: QuestionDesk) -> None:
    """Show the box for the question; what a link brought stands in it and waits for the reader's click."""
    if _BOX not in st.session_state:
        st.session_state[_BOX] = desk.draft.text
    with st.form("question-form", border=False):
        st.text_area(desk.say(T("Your question, in SQL")), key=_BOX, height=BOX_HEIGHT)
        st.form_submit_button(desk.say(T("Ask")), type="primary", on_click=_ask)
    if desk.draft.text.strip() and not (desk.draft.running or desk.draft.reply):
        waiting = T("This question has not been asked yet. Read it, then press the button.")
        st.html(f'<p class="exports-line">{escape(desk.say(waiting))}</p>')


def show_answer(desk: QuestionDesk) -> None:
    """Show what came of the question, or that it is running and how to stop it."""
    draft = desk.draft
    if draft.running is not None:
        reply = draft.running.wait(SECONDS_OF_SILENCE)
        if reply is None:
            _show_running(draft.running, desk.language)
            return
        draft.running, draft.reply = None, reply
    if draft.reply is None:
        return
    if draft.reply.failure:
        _show_failure(draft.reply.failure, draft.reply.question, desk)
    else:
        _show_rows(draft.reply, desk)


def show_tables(desk: QuestionDesk, evidence: Evidence) -> None:
    """Show, folded, the tables that can be asked, and of the one that the reader chooses its rows and columns."""
    language = desk.language
    columns = offered_columns(evidence)
    with st.expander(desk.say(T("Tables and columns that can be asked")), key="question-tables"):
        table = st.selectbox(
            desk.say(T("Which table")), list(columns["table_name"].unique()), key="question-table"
        )
        entry = tables().get(table)
        grain = entry.grain.in_language(language.code) if entry else desk.say(T("Reference data."))
        st.html(f'<p class="answer-more">{escape(grain)}</p>')
        rows = columns[columns["table_name"] == table]
        said = [None if name is None else name.in_language(language.code) for name in rows["meaning"]]
        shown = rows.assign(said=said, data_type=rows["data_type"].str.lower())
        described = COLUMNS_OF_TABLE if entry else COLUMNS_OF_TABLE[:2]
        show_table(shown, described, language, caption=T("Columns of {table}", table=table), is_stacked=True)


def show_footer(desk: QuestionDesk) -> None:
    """Show what a question may take and what it can reach."""
    st.html(footer_line(limit_sentences(desk.language), desk.language))


def _take_example(name: str) -> None:
    text = example(name, speak(chosen_language()))
    _put_aside(text)
    st.session_state[_BOX] = text


def _ask() -> None:
    evidence = _evidence()
    draft = _put_aside(str(st.session_state[_BOX]))
    # Settings may have changed since the page was drawn, and so may the way to it.
    if evidence is not None and own_questions_can_be_put():
        draft.running = ask(evidence, draft.text)


def _put_aside(text: str) -> Draft:
    """Stop the question that is running, if any, and leave another one on the desk."""
    last: Draft = st.session_state[_KEY]
    if last.running is not None:
        last.running.cancel()
    draft = Draft(text)
    st.session_state[_KEY] = draft
    return draft


@st.fragment(run_every=SECONDS_BETWEEN_LOOKS)
def _show_running(running: RunningQuestion, language: Language) -> None:
    if running.wait(0) is not None:
        st.rerun()
    said = T("The question is running: {duration}", duration=language.duration(running.seconds))
    with st.container(horizontal=True, vertical_alignment="center", key="question-running"):
        st.html(f'<p class="exports-line" role="status">{escape(language.say(said))}</p>')
        st.button(language.say(T("Stop")), on_click=running.cancel)


def _show_failure(failure: QuestionFailure, question: str, desk: QuestionDesk) -> None:
    st.html(notice(failure_text(failure, desk.language), desk.language))
    place = place_of(failure, question)
    if place is not None:
        where = T(
            "Line {line}, character {column}:",
            line=desk.language.number(place.line),
            column=desk.language.number(place.column),
        )
        st.html(
            f'<p class="exports-line">{escape(desk.say(where))}</p>'
            f'<pre class="question-place">{escape(place.text)}\n{escape(place.pointer)}</pre>'
        )
    if failure.detail and failure.code in ("syntax", "other"):
        said = escape(desk.say(T("In the database's own words, in English:")))
        st.html(f'<p class="exports-line">{said} <span lang="en">{escape(failure.detail)}</span></p>')


def _show_rows(reply: QuestionReply, desk: QuestionDesk) -> None:
    language, table = desk.language, reply.table
    said = TN("{count} row", "{count} rows", len(table))
    seconds = language.number(reply.seconds, 1)
    if reply.is_cut:
        sentence = T(
            "The first {rows}, in {seconds} seconds; there are more. Sum up, or ask for fewer.",
            rows=said,
            seconds=seconds,
        )
    else:
        sentence = T("{rows}, in {seconds} seconds.", rows=said, seconds=seconds)
    st.html(f'<p class="answer-more" role="status">{escape(language.say(sentence))}</p>')
    if not len(table):
        return
    _show_picture(reply, desk)
    shown = table.head(SHOWN_ROWS).map(_shortened)
    caption = T("The answer")
    if len(shown) < len(table):
        caption = T(
            "The answer: the first {shown} of {all} rows; the files hold all of them",
            shown=language.number(len(shown)),
            all=language.number(len(table)),
        )
    show_table(
        shown, [_column(table, name, kind) for name, kind in reply.kinds.items()], language, caption=caption
    )
    _show_files(reply, desk)


def _shortened(value: Any) -> Any:
    """Return a cell as the screen has room for it; the files hold all of it."""
    too_long = isinstance(value, str) and len(value) > LONGEST_CELL
    return f"{value[:LONGEST_CELL]}…" if too_long else value


def _column(table: pd.DataFrame, name: str, kind: str) -> Column:
    if kind == "boolean":
        return Column(name, name, names=TRUTHS)
    # An id, a code or a year is no amount: it is read digit by digit.
    if kind == "whole" and is_name_of_a_number(name):
        return Column(name, name)
    # A day that no calendar of ours has came as text, and with it its column.
    is_text = kind in TYPES and not all(isinstance(value, TYPES[kind]) for value in table[name].dropna())
    return Column(name, name, "text" if is_text else KINDS.get(kind, "text"))


def _show_picture(reply: QuestionReply, desk: QuestionDesk) -> None:
    numbers = [name for name, kind in reply.kinds.items() if kind in ("whole", "exact", "broken")]
    if not numbers or len(reply.kinds) < 2:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="question-picture"):
        chosen = st.segmented_control(
            desk.say(T("Picture")),
            list(PICTURES),
            format_func=lambda name: desk.say(PICTURES[name]),
            default="none",
            required=True,
            key="question-picture-kind",
        )
        if chosen in MOST_DRAWN:
            across = st.selectbox(desk.say(T("For each")), list(reply.kinds), key="question-across")
            others = [name for name in numbers if name != across] or numbers
            up = st.selectbox(desk.say(T("Figure drawn")), others, key="question-up")
    if chosen in MOST_DRAWN:
        _draw(reply.table, across, up, chosen, desk)


def _draw(table: pd.DataFrame, across: str, up: str, picture: Picture, desk: QuestionDesk) -> None:
    language = desk.language
    rows = drawn_rows(table, across, up, picture)
    if not len(rows):
        st.html(notice(T("No row knows both of these columns."), language))
        return
    draw = bars if picture == "bars" else line
    numbers = rows[up].map(float)
    show_chart(
        draw(rows, across, up, language, screen_palette()),
        language,
        title=T("{up} by {across}", up=up, across=across),
        subtitle=T(
            "{drawn} of {all} rows", drawn=language.number(len(rows)), all=language.number(len(table))
        ),
        alternative=T(
            "{up} by {across}: {count} values, from {lowest} to {highest}.",
            up=up,
            across=across,
            count=language.number(len(rows)),
            lowest=language.exact(numbers.min()),
            highest=language.exact(numbers.max()),
        ),
        key="own-question",
    )


def _show_files(reply: QuestionReply, desk: QuestionDesk) -> None:
    assert desk.evidence is not None, "without data nothing was asked"
    is_long = len(reply.table) > LONGEST_READY_TABLE
    with st.container(horizontal=True):
        for flavour in FLAVOURS:
            content = partial(question_csv, reply, desk.evidence, flavour)
            st.download_button(
                desk.say(FLAVOUR_LABELS[flavour]),
                data=content if is_long else content(),
                file_name=question_file_name(reply.question, desk.evidence, flavour),
                mime="text/csv",
                on_click="ignore",
                key=f"download-own-question-{flavour}",
            )
    show_question_citation(desk.evidence, reply.question, desk.language)
