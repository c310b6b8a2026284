"""An answer's table in the reader's language, and the table, files and SQL behind every figure."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

import pandas as pd
import streamlit as st

from cooperation.language import Language, T, Text
from cooperation.wording.verdicts import phase_text, verdict_of_row

Kind = Literal[
    "text",
    "sentence",
    "number",
    "duration",
    "difference",
    "percent",
    "points",
    "month",
    "date",
    "hour",
    "weekday",
    "phase",
    "money",
    "cents",
    "exact",
    "moment",
    "verdict",
]

NUMERIC_KINDS = ("number", "duration", "difference", "percent", "points", "money", "cents", "exact")
TOOLS_LABEL = T("Table, file and SQL of this figure")


@dataclass(frozen=True)
class Column:
    """One column to show: its name in the table, its heading, what its values are.

    Durations and differences between them are seconds, percents shares 0 to 1 and points differences of these,
    weekdays 1 (Monday) to 7; money is shown in whole euros, cents exactly, an exact number with the decimals that it
    has; a sentence may take more than one line. `names` gives codes their words. A verdict is told with the reasons
    that stand in its row.
    """

    name: str
    heading: Text | str
    kind: Kind = "text"
    names: Mapping[Any, Text | str] | None = None


@dataclass(frozen=True)
class Download:
    """One file behind a figure: its bytes, or for a long one what makes them once the reader asks for it."""

    label: Text
    file_name: str
    content: bytes | Callable[[], bytes]
    media_type: str = "text/csv"


def show_table(
    table: pd.DataFrame,
    columns: Sequence[Column],
    language: Language,
    *,
    caption: Text | str,
    is_stacked: bool = False,
    is_raw: bool = False,
) -> None:
    """Show a table; the first column names the rows. On a phone, a stacked one has a row's cells under each other."""
    st.html(table_html(table, columns, language, caption=caption, is_stacked=is_stacked, is_raw=is_raw))


def table_html(
    table: pd.DataFrame,
    columns: Sequence[Column],
    language: Language,
    *,
    caption: Text | str,
    is_stacked: bool = False,
    is_raw: bool = False,
) -> str:
    """Return an accessible HTML table of these columns, everything escaped; unknown values read "–".

    A raw one shows names of columns and codes as they are: they are no words of the reader's language.
    """
    title = escape(language.say(caption))
    head = "".join(
        f'<th scope="col"{_alignment(column)}>{escape(language.say(column.heading))}</th>'
        for column in columns
    )
    # On a phone the heads of a stacked table are gone, and every cell carries its own.
    labels = [
        f' data-label="{escape(language.say(column.heading))}"' if is_stacked else "" for column in columns
    ]
    rows = "".join(_row(row, columns, labels, language) for row in table.to_dict("records"))
    kind = "figure-table stacked-table" if is_stacked else "figure-table"
    untranslated = ' translate="no"' if is_raw else ""
    return (
        f'<div class="table-frame" role="region" aria-label="{title}" tabindex="0">'
        f'<table class="{kind}"{untranslated}><caption>{title}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def say_cell(value: Any, column: Column, language: Language) -> str:
    """Return one value in the reader's language, "–" where it is unknown."""
    if value is None or pd.isna(value):
        return language.number(None)
    if column.names is not None and value in column.names:
        return language.say(column.names[value])
    speak: dict[str, Callable[[Any], str]] = {
        "text": str,
        "sentence": str,
        "number": language.number,
        "duration": language.duration,
        "difference": language.signed_duration,
        "percent": lambda share: language.percent(share, 1),
        "points": language.points,
        "month": lambda month: language.month(pd.Timestamp(month).date()),
        "date": lambda day: language.date(pd.Timestamp(day).date()),
        "hour": lambda hour: language.hour(int(hour)),
        "weekday": lambda weekday: language.weekday(int(weekday) - 1),
        "phase": lambda phase: language.say(phase_text(phase)),
        "money": language.money,
        "cents": lambda amount: language.money(amount, 2),
        "exact": language.exact,
        "moment": language.moment,
    }
    return speak[column.kind](value)


def figure_tools(
    table: pd.DataFrame,
    columns: Sequence[Column],
    language: Language,
    *,
    caption: Text,
    sql: str,
    parameters: Mapping[str, Any],
    downloads: Sequence[Download],
    key: str,
    label: Text = TOOLS_LABEL,
    below: Callable[[], None] | None = None,
) -> None:
    """Show, folded under a figure, its table, its files and its SQL with the values that were bound.

    `below` shows what else a page has under the files.
    """
    with st.expander(language.say(label), key=f"tools-{key}"):
        show_table(table, columns, language, caption=caption)
        with st.container(horizontal=True):
            for download in downloads:
                st.download_button(
                    language.say(download.label),
                    data=download.content,
                    file_name=download.file_name,
                    mime=download.media_type,
                    on_click="ignore",
                    key=f"download-{key}-{download.file_name}",
                )
        if below is not None:
            below()
        title = language.say(T("The query and its values"))
        reckoned = language.say(
            T(
                "It gives the rows behind the figure; verdicts, margins and trends are reckoned from these rows, as the"
                " page on method describes."
            )
        )
        st.html(f'<h3 class="tool-title">{escape(title)}</h3><p class="explained">{escape(reckoned)}</p>')
        st.code(sql_with_values(sql, parameters), language="sql", wrap_lines=True)


def sql_with_values(sql: str, parameters: Mapping[str, Any]) -> str:
    """Return the query under a comment line for every bound value; no value ever enters the query itself."""
    # JSON keeps a value on its own line, so that no value can step out of its comment.
    lines = [
        f"-- ${name} = {json.dumps(value, default=str, ensure_ascii=True)}"
        for name, value in parameters.items()
    ]
    return "\n".join([*lines, sql.strip()])


def _row(row: Mapping[Any, Any], columns: Sequence[Column], labels: Sequence[str], language: Language) -> str:
    cells = [escape(_said(row, column, language)) for column in columns]
    first, rest = cells[0], zip(columns[1:], labels[1:], cells[1:], strict=True)
    return (
        f'<tr><th scope="row"{_alignment(columns[0])}>{first}</th>'
        + "".join(f"<td{_alignment(column)}{label}>{cell}</td>" for column, label, cell in rest)
        + "</tr>"
    )


def _said(row: Mapping[Any, Any], column: Column, language: Language) -> str:
    if column.kind == "verdict" and isinstance(row[column.name], str):
        return language.say(verdict_of_row(row))
    return say_cell(row[column.name], column, language)


def _alignment(column: Column) -> str:
    if column.kind == "sentence":
        return ' class="sentence"'
    return ' class="number"' if column.kind in NUMERIC_KINDS else ""
