"""The tables of what was read: files, lines, reasons, and the refused lines as files to correct."""

from collections.abc import Mapping
from functools import partial
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from cooperation.answers import data_quality
from cooperation.answers.data_quality import ACTIONS, FREE_TEXT_COLUMNS, RULES, fate_text
from cooperation.documents.correction_files import Writing, correction_bytes
from cooperation.language import TN, Language, T, Text
from cooperation.screen import words
from cooperation.screen.charts import figure_heading
from cooperation.screen.choices import page_address
from cooperation.screen.figures import show_tools
from cooperation.screen.frame import View
from cooperation.screen.tables import Column, show_table

IMPORT_PAGE = "import_exports"
LINES_A_PAGE = 50
SHOWN_CELLS = 100
EVERY_RULE = ""
_SKIPPED = "skipped_refused_lines"

DATA_SETS: Mapping[str, Text] = {
    "interventions": T("Interventions"),
    "deployments": T("Deployments of units"),
    "costs": T("Costs"),
    "investments": T("Joint investments"),
    "distribution_keys": T("Distribution keys"),
    "standalone_estimates": T("Estimates of what a zone would pay alone"),
    "activities": T("Activities of the cooperation"),
}
LEFT_OUT: Mapping[str, Text] = {
    "other_place": T("in another zone or municipality than the chosen one"),
    "other_period": T("outside the two periods that are compared"),
    "unknown_origin": T("the origin is not known"),
    "other_origin": T("of an origin that is not counted, such as own initiative"),
    "unknown_priority": T("the priority is not known"),
    "other_priority": T("of a priority that is not counted"),
    "no_unit": T("no unit is known that was sent"),
    "no_arrival": T("no arrival is recorded"),
    "no_dispatch": T("no usable time at which the unit was sent"),
    "no_departure": T("no usable time at which the unit that arrived first left"),
    "no_clearing": T("no time is recorded at which a unit was free again"),
    "no_time_of_day": T("only the day of the call is known"),
    "uncertain_clock": T("a time lies in the hour that comes twice or never"),
    "wrong_order": T("the times are in the wrong order"),
    "measured": T("counts in the figure"),
}
KINDS = {"csv": "CSV", "xlsx": "Excel", "xls": "Excel", "ods": "OpenDocument", "parquet": "Parquet"}
ENCODINGS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "cp1252": "Windows-1252", "latin-1": "Latin-1"}
DELIMITERS: Mapping[str, Text | str] = {"\t": T("tab")}

COUNT_COLUMNS = (
    Column("lines_read", T("Lines read"), "number"),
    Column("accepted", T("Accepted"), "number"),
    Column("duplicate", T("Duplicate"), "number"),
    Column("rejected", T("Refused"), "number"),
)
DATA_SET_COLUMN = Column("data_set", T("Kind of data"), names=DATA_SETS)
MONTH_COLUMN = Column("month", T("Month"), "month")
CALLS_COLUMN = Column("intervention_count", T("Calls"), "number")
FILE_COLUMNS = (
    Column("file_name", T("File")),
    Column("sentence", T("What became of it"), "sentence"),
    *COUNT_COLUMNS,
    DATA_SET_COLUMN,
    Column("profile", T("Profile")),
    Column("kind", T("Format"), names=KINDS),
    Column("encoding", T("Encoding"), names=ENCODINGS),
    Column("delimiter", T("Delimiter"), names=DELIMITERS),
    Column("decimal_mark", T("Decimal mark")),
)
REASON_COLUMNS = (
    Column("rule", T("Reason"), "sentence", names=RULES),
    Column("action", T("What happened"), "sentence", names=ACTIONS),
    Column("finding_count", T("How often"), "number"),
    DATA_SET_COLUMN,
    Column("column_name", T("Column")),
    Column("example", T("Example"), "sentence"),
)
REJECT_COLUMNS = (
    Column("file_name", T("File")),
    Column("line_number", T("Line"), "number"),
    Column("rule", T("Reason"), "sentence", names=RULES),
    Column("column_name", T("Column")),
    Column("value", T("Value")),
    Column("other_file_name", T("Other file")),
    Column("other_line_number", T("Other line"), "number"),
)
FLAG_COLUMNS = (
    Column("file_name", T("File")),
    Column("column_name", T("Column")),
    Column("rule", T("Reason"), names=RULES),
    Column("action", T("What happened"), names=ACTIONS),
    Column("cell_count", T("Cells"), "number"),
    Column("first_line_number", T("First line"), "number"),
    Column("first_value", T("First value")),
)
CORRECTION_COLUMNS = (
    DATA_SET_COLUMN,
    Column("profile", T("Profile")),
    Column("file_count", T("Files"), "number"),
    Column("line_count", T("Lines to correct"), "number"),
    Column("cut_line_count", T("Too long to be kept"), "number"),
)


def show_freshness(view: View) -> None:
    """Show per kind of data and zone from which day to which there are data, and what there is none of."""
    # Not from the cache: how many days ago a day was changes at midnight.
    answer = data_quality.freshness(view.evidence, view.filters)
    columns = (
        DATA_SET_COLUMN,
        Column("zone_code", T("Zone"), names=words.zone_names(view.evidence, view.language)),
        Column("row_count", T("Lines that count"), "number"),
        Column("first_date", T("First day"), "date"),
        Column("last_date", T("Last day"), "date"),
        Column("days_since", T("Days since"), "number"),
        Column("latest_file_name", T("Latest file")),
    )
    title = T("How recent are the data?")
    _show_heading(view, title)
    show_table(answer.table, columns, view.language, caption=title)
    show_tools(view, answer, columns, caption=title)


def show_accounts(view: View) -> None:
    """Show for every kind of data and every file: lines read = accepted + duplicate + refused, and how it was read."""
    language = view.language
    title = T("What became of every line")
    _show_heading(view, title, T("Lines read = accepted + duplicate + refused"))
    data_sets = view.ask("data_quality/data_sets")
    show_table(data_sets.table, (DATA_SET_COLUMN, *COUNT_COLUMNS), language, caption=T("By kind of data"))
    show_tools(view, data_sets, (DATA_SET_COLUMN, *COUNT_COLUMNS), caption=T("By kind of data"))
    files = view.ask("data_quality/files")
    # What needs a hand stands first: among hundreds of files nobody looks for it.
    table = files.table.sort_values("rejected", ascending=False, kind="stable")
    shown = table.assign(
        sentence=[language.say(fate_text(row, language)) for row in table.to_dict("records")]
    )
    show_table(shown, FILE_COLUMNS, language, caption=T("By file"))
    show_tools(view, files, FILE_COLUMNS, caption=T("By file"), shown=shown)


def show_reasons(view: View) -> None:
    """Show every rule that a line or cell broke: how often, what was done, and an example."""
    answer = view.ask("data_quality/reasons")
    title = T("What was wrong, and what was done about it")
    _show_heading(view, title)
    if answer.table.empty:
        _say(view, T("Nothing: every line was taken as it stands."))
        return
    table = _without_free_text(answer.table, "example_value", view)
    shown = table.assign(example=[_example(row, view.language) for row in table.itertuples()])
    show_table(shown, REASON_COLUMNS, view.language, caption=title)
    show_tools(view, answer, REASON_COLUMNS, caption=title, shown=shown)


def _example(reason: Any, language: Language) -> str:
    place = T(
        "{file}, line {line}",
        file=reason.example_file_name,
        line=language.number(reason.example_line_number),
    )
    if pd.isna(reason.example_value):
        return language.say(place)
    return language.say(T("{place}: {value}", place=place, value=reason.example_value))


def show_corrections(view: View) -> None:
    """Offer the refused lines as files to correct and drop again, one for each layout."""
    language = view.language
    answer = view.ask("data_quality/correction_layouts")
    if answer.table.empty:
        return
    title = T("Correct the refused lines")
    _show_heading(
        view,
        title,
        T(
            "Each file holds the refused lines as they were, under their own header. Correct them, save the file"
            " as CSV and drop it again; the export itself stays as it is."
        ),
    )
    is_demonstration = view.evidence.coverage.is_demonstration
    with st.container(horizontal=True):
        for place, layout in enumerate(answer.table.itertuples(), start=1):
            st.download_button(
                language.say(
                    TN(
                        "{count} line to correct: {data}",
                        "{count} lines to correct: {data}",
                        int(layout.line_count),
                        data=DATA_SETS.get(layout.data_set, layout.data_set),
                    )
                ),
                data=partial(
                    _correction_file, view, layout.header_line, Writing(layout.delimiter, layout.quote)
                ),
                file_name="_".join(
                    [
                        *(["demonstration"] if is_demonstration else []),
                        "to_correct",
                        layout.data_set,
                        f"{place}.csv",
                    ]
                ),
                mime="text/csv",
                on_click="ignore",
                disabled=layout.line_count == 0,
                key=f"correction-{place}",
            )
    address = page_address(IMPORT_PAGE, view.filters, language.code)
    link = language.say(T("Bring in the corrected file"))
    st.html(f'<p class="exports-line"><a href="{escape(address)}">{escape(link)}</a></p>')
    show_tools(view, answer, CORRECTION_COLUMNS, caption=title)


def _correction_file(view: View, header_line: str, writing: Writing) -> bytes:
    lines = data_quality.correction_lines(
        view.evidence.database, header_line, writing.delimiter, writing.quote
    )
    texts = zip(lines["line_text"], lines["has_broken_quotes"], strict=True)
    return correction_bytes(header_line, writing, texts)


def show_refused_lines(view: View) -> None:
    """Show the refused lines page by page, of one reason where the reader chooses one; the files hold them all."""
    language = view.language
    refused = view.ask("data_quality/reasons").table.query("action == 'reject'")
    if refused.empty:
        return
    counts = refused.groupby("rule")["finding_count"].sum()
    title = T("Refused lines")
    _show_heading(
        view,
        title,
        T(
            "Without the text of the line, which may hold names; the file has it."
            " A line with two faults stands here twice."
        ),
    )
    with st.container(horizontal=True, vertical_alignment="bottom", key="refused-lines"):
        rule = _choose_rule(view, counts)
        count = int(counts.sum() if rule == EVERY_RULE else counts[rule])
        skipped = _choose_stretch(view, count)
    answer = data_quality.rejects_stretch(view.evidence, view.filters, rule or None, skipped, LINES_A_PAGE)
    shown = _without_free_text(answer.table, "value", view)
    show_table(shown, REJECT_COLUMNS, language, caption=title)
    show_tools(
        view,
        answer,
        REJECT_COLUMNS,
        caption=title,
        label=T("The files with all refused lines, and the SQL"),
        shown=shown,
        whole=partial(data_quality.rejects_stretch, view.evidence, view.filters, rule or None)
        if count > LINES_A_PAGE
        else None,
    )


def _choose_rule(view: View, counts: pd.Series) -> str:
    language = view.language
    names = {EVERY_RULE: language.say(T("Every reason"))} | {
        str(rule): f"{language.say(RULES.get(str(rule), str(rule)))} ({language.number(count)})"
        for rule, count in counts.items()
    }
    # Typing is off: the box's own messages exist in English only.
    return st.selectbox(
        language.say(T("Reason")),
        list(names),
        format_func=lambda code: names[code],
        filter_mode=None,
        key=f"refused-rule-{language.code}",
        on_change=lambda: st.session_state.update({_SKIPPED: 0}),
    )


def _choose_stretch(view: View, count: int) -> int:
    """Show which lines are on the page with the ways back and on, and return how many come before them."""
    language = view.language
    skipped = min(int(st.session_state.get(_SKIPPED, 0)), max(count - 1, 0) // LINES_A_PAGE * LINES_A_PAGE)
    ways = (
        (T("Earlier lines"), skipped - LINES_A_PAGE, skipped > 0),
        (T("Later lines"), skipped + LINES_A_PAGE, skipped + LINES_A_PAGE < count),
    )
    for label, to, is_possible in ways:
        st.button(
            language.say(label),
            key=f"refused-from-{label.msgid}",
            disabled=not is_possible,
            on_click=lambda to=to: st.session_state.update({_SKIPPED: to}),
        )
    said = T(
        "Lines {first} to {last} of {count}",
        first=language.number(skipped + 1),
        last=language.number(min(skipped + LINES_A_PAGE, count)),
        count=language.number(count),
    )
    st.html(f'<p class="figure-subtitle">{escape(language.say(said))}</p>')
    return skipped


def show_flagged_cells(view: View) -> None:
    """Show, folded, the cells of accepted lines that were emptied or warned about, by file."""
    answer = view.ask("data_quality/flagged_cells")
    show_tools(
        view,
        answer,
        FLAG_COLUMNS,
        caption=T("Cells of lines that count, emptied or with a warning, by file"),
        label=T(
            "Emptied or doubtful cells: {count}",
            count=view.language.number(answer.table["cell_count"].sum()),
        ),
        shown=_without_free_text(answer.table.head(SHOWN_CELLS), "first_value", view),
    )


def show_left_out(view: View) -> None:
    """Show which interventions the chosen measure leaves out and why; they add up to all that were accepted."""
    language = view.language
    answer = view.ask("data_quality/left_out")
    measure = words.MEASURES_IN_A_SENTENCE[view.filters.measure]
    title = T("What does not count in the {measure}, and why", measure=measure)
    _show_heading(view, title, T("Every intervention stands in one row, under the first reason that holds"))
    chosen = answer.table[answer.table["measure"] == view.filters.measure]
    sides = chosen.pivot(index="reason", columns="phase", values="intervention_count").fillna(0)
    sides = sides.reindex(columns=["before", "after"], fill_value=0)
    rows = sides.reindex(pd.unique(chosen["reason"])).assign(total=sides.sum(axis=1)).reset_index()
    everything = pd.DataFrame([{"reason": "everything", **rows[["before", "after", "total"]].sum()}])
    shown = pd.concat([rows, everything], ignore_index=True)
    columns = (
        Column(
            "reason",
            T("Why it does not count"),
            "sentence",
            names={**LEFT_OUT, "everything": T("All accepted interventions")},
        ),
        Column("before", T("Before"), "number"),
        Column("after", T("After"), "number"),
        Column("total", T("Together"), "number"),
    )
    show_table(shown, columns, language, caption=title)
    show_tools(
        view,
        answer,
        (
            Column("measure", T("Measure"), names=words.MEASURES),
            words.PHASE_COLUMN,
            Column("reason", T("Why it does not count"), names=LEFT_OUT),
            Column("intervention_count", T("Interventions"), "number"),
        ),
        caption=T("What does not count, for every measure"),
    )


def _show_heading(view: View, title: Text, subtitle: Text | None = None) -> None:
    st.html(figure_heading(title, view.language, subtitle=subtitle))


def _say(view: View, text: Text) -> None:
    st.html(f'<p class="figure-subtitle">{escape(view.language.say(text))}</p>')


def _without_free_text(table: pd.DataFrame, values: str, view: View) -> pd.DataFrame:
    """Return a table without what people wrote in their own words, which a screen must not show."""
    hidden = table["column_name"].isin(FREE_TEXT_COLUMNS) & table[values].notna()
    return table.assign(**{values: table[values].mask(hidden, view.language.say(T("see the file")))})
