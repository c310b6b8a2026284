"""The page of downloads: every table to browse, and the same rows as a file of any kind."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from html import escape
from pathlib import Path

import pandas as pd
import streamlit as st

from cooperation.answers.applied_filters import APPLIED
from cooperation.answers.data_quality import FREE_TEXT_COLUMNS
from cooperation.answers.downloads import Rows, browsable_tables, compared_months, is_answer, is_browsable
from cooperation.answers.filters import EVERYONE, LIST_FILTERS, Filters
from cooperation.documents.file_texts import (
    LEVELS,
    OPERATORS,
    UNITS,
    column_header,
    column_row,
    condition_words,
    row_choice_text,
)
from cooperation.documents.table_files import FILE_FORMATS, FileFormat, fits
from cooperation.language import TN, Language, T, Text
from cooperation.screen.cards import answer_more, answer_sentence, filter_sentence, footer_line, notice
from cooperation.screen.charts import figure_heading
from cooperation.screen.choices import write_link
from cooperation.screen.citation import show_citation
from cooperation.screen.file_server import everything_address, rows_on_screen, table_address, too_long_text
from cooperation.screen.filters import show_filters
from cooperation.screen.frame import View
from cooperation.screen.table_choice import (
    FIRST_TABLE,
    TableChoice,
    add_condition,
    choose_rows,
    choose_table,
    chosen_table,
    leave_out,
    left_out,
    remove_condition,
    turn_to,
)
from cooperation.screen.tables import Column, Kind, show_table, sql_with_values
from cooperation.screen.three_steps import YES_NO
from cooperation.warehouse.browsing import (
    EVERY_ROW,
    WITHOUT_VALUE,
    Condition,
    MartRows,
    RowChoiceError,
    usable_part,
)
from cooperation.warehouse.browsing import OPERATORS as OPERATORS_OF
from cooperation.warehouse.dictionary import ColumnEntry, Level, TableEntry, tables
from cooperation.wording.applied import choice_text, whole_choice_text, without_effect_text
from cooperation.wording.meanings import meaning

WAITING_SCRIPT = Path(__file__).with_name("file_waiting.js")
ROWS_A_PAGE = 50
UNORDERED = ""
MOST_CONDITIONS = 6
# What a cell of a workbook takes to write, measured in benchmarks/rows_and_files.py.
SECONDS_A_CELL = 8e-6
PATIENCE_SECONDS = 5
SHOWN_OF_A_LINK = 60
# The text of a refused line may hold names: a file has it, a screen has not.
ONLY_IN_FILES = ("line_text",)
CELLS_OF_A_COLUMN = ("value", "example_value", "first_value")
TOPICS: Mapping[str, Text] = {
    "overview": T("Overview"),
    "response_times": T("Response times"),
    "mutual_assistance": T("Mutual assistance"),
    "shared_costs": T("Shared costs"),
    "cooperation_fields": T("Fields of cooperation"),
    "data_quality": T("Data quality"),
    "method": T("Method"),
}
FORMAT_LABELS: Mapping[FileFormat, Text | str] = {
    "belgian_excel": T("CSV for Belgian Excel"),
    "international": T("International CSV"),
    "xlsx": T("Excel workbook"),
    "parquet": "Parquet",
}
# Column, meaning, unit, kind, sources, rules.
MEANING_KINDS: tuple[Kind, ...] = ("text", "sentence", "text", "text", "sentence", "sentence")
KINDS: Mapping[str, Kind] = {
    "integer": "exact",
    "number": "exact",
    "date": "date",
    "datetime": "moment",
}


def show_answer(view: View) -> None:
    """Show the question of the page and what can be done here."""
    language = view.language
    st.title(language.say(T("Which rows and figures are behind it?")), anchor=False)
    sentence = T(
        "Every figure of every page and every row behind them: to look through here, and to take along."
    )
    st.html(answer_sentence(sentence, language))
    more = T(
        "A file holds exactly the rows that stand here, and says inside and in its name what was chosen."
        " A cell that a spreadsheet would run as a formula gets an apostrophe before it in a CSV."
    )
    st.html(answer_more([more], language))


def show_controls(view: View) -> None:
    """Show which table, and for a figure the filters that all pages share; make the address say all of it."""
    if not is_browsable(view.evidence, chosen_table().table):
        st.html(notice(T("That table shows small counts, which are hidden here."), view.language))
        choose_table(FIRST_TABLE)
    choice = chosen_table()
    with st.container(horizontal=True, vertical_alignment="bottom", key="table-row"):
        _choose_level(choice, view)
        _choose_table(choice, view)
    if is_answer(choice.table):
        show_filters(view.evidence, view.filters, view.language, names=APPLIED[choice.table])
        answer = view.ask(choice.table)
        text = choice_text(view.evidence, choice.table, view.filters, answer.period, view.language)
        without_effect = without_effect_text(choice.table, view.filters, view.language)
        if without_effect is not None:
            text = T("{sentence} {more}", sentence=text, more=without_effect)
        st.html(filter_sentence(text, view.language))
    else:
        _say_what_a_mart_ignores(choice, view)


def link_parameters() -> dict[str, str]:
    """Return what the page's address says beside the filters."""
    return chosen_table().in_link()


def show_rows(view: View) -> None:
    """Show the rows of the chosen table, page by page, and everything that goes with them."""
    choice, rows = _rows(view)
    language = view.language
    st.html(
        figure_heading(
            rows.table.title.in_language(language.code),
            language,
            subtitle=rows.table.grain.in_language(language.code),
        )
    )
    _show_choice(choice, rows, view)
    page = _show_pages(choice, rows, language)
    shown = rows.stretch((page - 1) * ROWS_A_PAGE, ROWS_A_PAGE)
    _show_table(shown, rows, language)
    _show_files(view, choice, rows)
    _show_meaning(rows, view)


def show_footer(view: View) -> None:
    """Show the archive with everything, and the line under the page."""
    language = view.language
    st.html(
        figure_heading(
            T("Everything at once"),
            language,
            subtitle=T(
                "Every table as CSV and Parquet, all figures in one workbook, and what every column means as"
                " Table Schema (frictionless); figures follow the choice that stands here, rows do not"
            ),
        )
    )
    st.html(filter_sentence(whole_choice_text(view.evidence, view.filters, language), language))
    links = [_link(everything_address(view.filters, language.code), language.say(T("Everything in one zip")))]
    if view.filters != Filters():
        said = language.say(T("The same without any choice"))
        links.append(_link(everything_address(Filters(), language.code), said))
    st.html(f'<p class="files">{" ".join(links)}</p>')
    items: list[Text] = [
        T("Row by row: one real thing a row. Counted together: sums and counts of those."),
        T("What does not count: refused lines and cells in doubt, each with its reason."),
        T("Exports up to and including {date}.", date=language.date(view.evidence.last_day)),
    ]
    st.html(footer_line(items, language))


def _say_what_a_mart_ignores(choice: TableChoice, view: View) -> None:
    """Say which filters were chosen that rows do not follow, and offer as a condition those that are a column."""
    language = view.language
    without_effect = without_effect_text(choice.table, view.filters, language)
    if without_effect is None:
        return
    st.html(notice(without_effect, language))
    offered = [
        condition
        for condition in _filters_as_conditions(choice, view)
        if condition not in choice.rows.conditions
    ]
    if not offered or len(choice.rows.conditions) >= MOST_CONDITIONS:
        return
    with st.container(horizontal=True, key="filters-as-conditions"):
        for condition in offered:
            said = T("Only rows where {condition}", condition=condition_words(condition, language))
            st.button(
                language.say(said),
                key=f"only-{condition.column}-{condition.value}",
                on_click=add_condition,
                args=(condition,),
            )


def _filters_as_conditions(choice: TableChoice, view: View) -> list[Condition]:
    columns = {entry.name for entry in MartRows(view.evidence.database, choice.table, EVERY_ROW).columns}
    return [
        Condition(name, "is", value)
        for name in LIST_FILTERS
        if name in columns
        for value in getattr(view.filters, name)
        if value != EVERYONE
    ]


def _rows(view: View) -> tuple[TableChoice, Rows]:
    """Return the chosen rows; where a part of the choice cannot be, say so and keep the rest."""
    choice = chosen_table()
    rows = rows_on_screen(view.evidence, view.path, choice.table, view.filters, EVERY_ROW)
    kept, problems = usable_part(rows.columns, choice.rows)
    if problems:
        leave_out(kept, problems)
        write_link(view.filters, **link_parameters())
    for problem in left_out():
        st.html(notice(_problem(problem), view.language))
    if kept != EVERY_ROW:
        rows = rows_on_screen(view.evidence, view.path, choice.table, view.filters, kept)
    return chosen_table(), rows


def _problem(error: RowChoiceError) -> Text:
    about = error.about[:SHOWN_OF_A_LINK]
    match error.code:
        case "table":
            return T("There is no table {about}; this is the first one instead.", about=about)
        case "page":
            return T("There is no page {about} of these rows; this is the first one.", about=about)
        case "value":
            return T(
                "{about} is no value of that column, so that part of the choice was left out."
                " Write a day as 2024-12-31 or 31/12/2024.",
                about=about,
            )
        case "no_value":
            return T("{about} lacks a value, so that part of the choice was left out.", about=about)
        case "takes_no_value":
            return T("{about} takes no value, so that part of the choice was left out.", about=about)
        case "operator":
            return T(
                "A column cannot be asked for so: {about}. That part of the choice was left out. Possible here:"
                " {operators}.",
                about=about,
                operators=", ".join(error.possible),
            )
    return T("This table has no column {about}, so that part of the choice was left out.", about=about)


def _choose_level(choice: TableChoice, view: View) -> None:
    language = view.language
    key = f"table-level-{language.code}"
    st.session_state[key] = tables()[choice.table].level
    st.pills(
        language.say(T("Kind of rows")),
        list(LEVELS),
        format_func=lambda level: language.say(LEVELS[level]),
        key=key,
        required=True,
        on_change=lambda: choose_table(_of_level(view, st.session_state[key])[0].name),
    )


def _choose_table(choice: TableChoice, view: View) -> None:
    language = view.language
    key = f"table-{language.code}"
    entries = {entry.name: entry for entry in _of_level(view, tables()[choice.table].level)}
    st.session_state[key] = choice.table
    # Typing is off: the box's own messages exist in English only.
    st.selectbox(
        language.say(T("Which table")),
        list(entries),
        format_func=lambda name: _title(entries[name], language),
        filter_mode=None,
        key=key,
        on_change=lambda: choose_table(st.session_state[key]),
    )


def _of_level(view: View, level: Level) -> list[TableEntry]:
    every = browsable_tables(with_small_counts=not view.evidence.hides_small_counts)
    found = [entry for entry in every if entry.level == level]
    order = list(TOPICS)
    return sorted(
        found, key=lambda entry: order.index(_topic(entry)) if _topic(entry) in order else len(order)
    )


def _topic(entry: TableEntry) -> str:
    return entry.name.partition("/")[0]


def _title(entry: TableEntry, language: Language) -> str:
    title = entry.title.in_language(language.code)
    if not is_answer(entry.name):
        return title
    return f"{language.say(TOPICS[_topic(entry)])} · {title}"


def _show_choice(choice: TableChoice, rows: Rows, view: View) -> None:
    """Show the way to choose rows and their order, and each condition with the way to take it away."""
    language = view.language
    with st.container(horizontal=True, vertical_alignment="bottom", key="table-choice"):
        if len(choice.rows.conditions) < MOST_CONDITIONS:
            with st.popover(language.say(T("Choose rows")), key="add-condition"):
                _ask_condition(rows, view)
        _choose_order(choice, rows, language)
    if not choice.rows.conditions:
        return
    with st.container(horizontal=True, key="table-conditions"):
        for place, condition in enumerate(choice.rows.conditions):
            said = condition_words(condition, language)
            st.button(f"✕ {said}", key=f"condition-{place}", on_click=remove_condition, args=(place,))


def _ask_condition(rows: Rows, view: View) -> None:
    language, settings = view.language, view.evidence.settings
    entries = {entry.name: entry for entry in rows.columns}
    suffix = f"{rows.table.name}-{language.code}"
    name = st.selectbox(
        language.say(T("Column")), list(entries), filter_mode=None, key=f"condition-column-{suffix}"
    )
    entry = entries[name]
    st.html(f'<p class="figure-subtitle">{escape(meaning(entry, settings).in_language(language.code))}</p>')
    operators = OPERATORS_OF[entry.type]
    operator = st.selectbox(
        language.say(T("Must be")),
        list(operators),
        format_func=lambda code: language.say(OPERATORS[code]),
        filter_mode=None,
        key=f"condition-operator-{entry.type}-{suffix}",
    )
    key = f"condition-value-{suffix}"
    if operator not in WITHOUT_VALUE:
        st.text_input(language.say(T("Value")), key=key)
    st.button(
        language.say(T("Show these rows")),
        key="condition-add",
        on_click=lambda: add_condition(
            Condition(name, operator, "" if operator in WITHOUT_VALUE else str(st.session_state.get(key, "")))
        ),
    )


def _choose_order(choice: TableChoice, rows: Rows, language: Language) -> None:
    names = {UNORDERED: language.say(T("as they stand"))} | {entry.name: entry.name for entry in rows.columns}
    order_key, down_key = f"order-{rows.table.name}-{language.code}", f"order-down-{rows.table.name}"
    st.session_state[order_key] = choice.rows.order_by
    st.session_state[down_key] = choice.rows.is_descending
    st.selectbox(
        language.say(T("In the order of")),
        list(names),
        format_func=lambda code: names[code],
        filter_mode=None,
        key=order_key,
        on_change=lambda: choose_rows(replace(chosen_table().rows, order_by=st.session_state[order_key])),
    )
    st.toggle(
        language.say(T("From high to low")),
        key=down_key,
        disabled=not choice.rows.order_by,
        on_change=lambda: choose_rows(replace(chosen_table().rows, is_descending=st.session_state[down_key])),
    )


def _show_pages(choice: TableChoice, rows: Rows, language: Language) -> int:
    """Show which rows are on the page with the ways back and on, and return the page."""
    last = max(-(-rows.count // ROWS_A_PAGE), 1)
    page = min(choice.page, last)
    ways = (
        (T("First"), 1, page > 1),
        (T("Earlier rows"), page - 1, page > 1),
        (T("Later rows"), page + 1, page < last),
        (T("Last"), last, page < last),
    )
    with st.container(horizontal=True, vertical_alignment="center", key="table-pages"):
        for label, to, is_possible in ways:
            st.button(
                language.say(label),
                key=f"turn-{label.msgid}",
                disabled=not is_possible,
                on_click=turn_to,
                args=(to,),
            )
        st.html(f'<p class="figure-subtitle">{escape(language.say(_place(page, rows, language)))}</p>')
    return page


def _place(page: int, rows: Rows, language: Language) -> Text:
    if not rows.count:
        return T("No row meets this choice.")
    return T(
        "Rows {first} to {last} of {count}",
        first=language.number((page - 1) * ROWS_A_PAGE + 1),
        last=language.number(min(page * ROWS_A_PAGE, rows.count)),
        count=language.number(rows.count),
    )


def _show_table(shown: pd.DataFrame, rows: Rows, language: Language) -> None:
    columns = [_column(entry, language) for entry in rows.columns if entry.name not in ONLY_IN_FILES]
    with st.container(key="browsed"):
        show_table(
            _as_shown(shown, rows.columns, language),
            columns,
            language,
            caption=rows.table.title.in_language(language.code),
            is_raw=True,
        )
    if len(columns) < len(rows.columns):
        st.html(
            f'<p class="figure-subtitle">'
            f"{escape(language.say(T('Without the text of the line, which may hold names; the file has it.')))}</p>"
        )


def _column(entry: ColumnEntry, language: Language) -> Column:
    heading = entry.name
    if entry.unit not in ("", "count", "year"):
        heading = f"{entry.name} ({language.say(UNITS[entry.unit])})"
    kind = "text" if entry.names_something else KINDS.get(entry.type, "text")
    return Column(entry.name, heading, kind, names=YES_NO if entry.type == "boolean" else None)


def _as_shown(table: pd.DataFrame, columns: tuple[ColumnEntry, ...], language: Language) -> pd.DataFrame:
    """Return a table without what people wrote in their own words, whole numbers whole and lists as text."""
    whole = {entry.name: "Int64" for entry in columns if entry.type == "integer"}
    table = table.astype(whole)
    for name in table.columns:
        # Not pandas' own any: the cells of a column without rows keep its type, and days have no truth.
        if any(hasattr(cell, "__len__") and not isinstance(cell, str) for cell in table[name]):
            table[name] = table[name].map(lambda cell: ", ".join(map(str, cell)) or None)
    if "column_name" in table:
        is_free = table["column_name"].isin(FREE_TEXT_COLUMNS)
        for name in CELLS_OF_A_COLUMN:
            if name in table:
                table[name] = table[name].mask(is_free & table[name].notna(), language.say(T("see the file")))
    return table


def _show_files(view: View, choice: TableChoice, rows: Rows) -> None:
    """Show these rows as files, the SQL, the command that prints them, and how to cite them."""
    language = view.language
    links = []
    for file_format in FILE_FORMATS:
        if fits(rows, file_format):
            address = table_address(choice.table, file_format, view.filters, choice.rows, language.code)
            said = language.say(FORMAT_LABELS[file_format])
            links.append(
                _workbook_link(address, said, language) if file_format == "xlsx" else _link(address, said)
            )
    label = language.say(TN("{count} row as a file:", "{count} rows as a file:", rows.count))
    st.html(f'<p class="files"><span>{escape(label)}</span> {" ".join(links)}</p>')
    # It says nothing before a workbook is asked for.
    st.html('<p class="figure-subtitle file-waiting" role="status"></p>')
    st.html(f"<script>{_waiting_script()}</script>", unsafe_allow_javascript=True)
    if not fits(rows, "xlsx"):
        st.html(notice(too_long_text(rows, language), language))
    elif (seconds := rows.count * len(rows.columns) * SECONDS_A_CELL) > PATIENCE_SECONDS:
        patience = T(
            "An Excel workbook of so many rows takes about {duration} to make; the other files leave at once.",
            duration=language.duration(seconds),
        )
        st.html(f'<p class="figure-subtitle">{escape(language.say(patience))}</p>')
    title = rows.table.title.in_language(language.code)
    show_citation(
        view,
        choice.table,
        title,
        row_choice_text(choice.rows, language),
        choice.rows,
        period=compared_months(rows),
    )
    with st.expander(language.say(T("The query and its values")), key="table-sql"):
        st.code(sql_with_values(rows.sql, rows.values), language="sql", wrap_lines=True)


def _show_meaning(rows: Rows, view: View) -> None:
    language, settings = view.language, view.evidence.settings
    header = column_header(language)
    table = pd.DataFrame([column_row(entry, settings, language) for entry in rows.columns], columns=header)
    with st.expander(language.say(T("What the columns mean")), key="table-columns"):
        show_table(
            table,
            [Column(name, name, kind) for name, kind in zip(header, MEANING_KINDS, strict=True)],
            language,
            caption=T("What the columns mean"),
        )


@cache
def _waiting_script() -> str:
    return WAITING_SCRIPT.read_text(encoding="utf-8")


def _workbook_link(address: str, said: str, language: Language) -> str:
    """Return a link with what the page says while the workbook is made, # being the seconds so far."""
    making = language.say(T("The Excel workbook is being made: {seconds} s", seconds="#"))
    made = language.say(T("The Excel workbook is made; the browser keeps it with its downloads."))
    return (
        f'<a class="file-link" href="{escape(address)}" data-making="{escape(making)}" data-made="{escape(made)}"'
        f" download>{escape(said)}</a>"
    )


def _link(address: str, said: str) -> str:
    return f'<a class="file-link" href="{escape(address)}" download>{escape(said)}</a>'
