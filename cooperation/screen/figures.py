"""A picture with everything behind it: its table, its files, its SQL."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from html import escape

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.applied_filters import applied, applies
from cooperation.answers.filters import LIST_FILTERS, Filters
from cooperation.answers.reproduction import made_by
from cooperation.documents.csv_files import FLAVOURS, Flavour, csv_bytes, marked
from cooperation.language import T, Text
from cooperation.screen.charts import show_chart
from cooperation.screen.choices import page_address
from cooperation.screen.citation import show_citation
from cooperation.screen.frame import View
from cooperation.screen.tables import TOOLS_LABEL, Column, Download, figure_tools

# A file that is made on demand is lost where Streamlit tidies up twice before the browser fetches it, which a busy
# server does; so whatever takes no time to make lies ready (docs/decisions/0036).
LONGEST_READY_TABLE = 2_000

FLAVOUR_LABELS: dict[Flavour, Text] = {
    "belgian_excel": T("CSV for Belgian Excel"),
    "international": T("International CSV"),
}


def show_figure(
    view: View,
    answer: Answer,
    figure: go.Figure,
    columns: Sequence[Column],
    *,
    title: Text,
    subtitle: Text,
    alternative: Text | str,
    shown: pd.DataFrame | None = None,
) -> None:
    """Show a picture with its title, and folded under it the table, the CSVs and the SQL of its answer."""
    key = answer.name.replace("/", "-")
    show_chart(figure, view.language, title=title, subtitle=subtitle, alternative=alternative, key=key)
    show_tools(view, answer, columns, caption=title, shown=shown)


def show_tools(
    view: View,
    answer: Answer,
    columns: Sequence[Column],
    *,
    caption: Text,
    label: Text = TOOLS_LABEL,
    shown: pd.DataFrame | None = None,
    whole: Callable[[], Answer] | None = None,
) -> None:
    """Show, folded, the table, the CSVs and the SQL of an answer; `shown` is its table in words, if it needs them.

    `whole` gives the answer that the files hold, where the screen shows only a stretch of it.
    """
    figure_tools(
        answer.table if shown is None else shown,
        columns,
        view.language,
        caption=caption,
        sql=answer.sql,
        parameters=answer.parameters,
        downloads=[_download(view, answer, flavour, whole) for flavour in FLAVOURS],
        key=answer.name.replace("/", "-"),
        label=label,
        below=partial(_show_ways_on, view, answer, caption),
    )


def _show_ways_on(view: View, answer: Answer, title: Text) -> None:
    """Show the way to the same rows as Excel and Parquet, how to cite them, and the command that prints them."""
    language = view.language
    address = page_address("downloads", answer.filters, language.code, table=answer.name)
    said = language.say(T("Excel, Parquet, and all rows to look through"))
    st.html(f'<p class="files"><a class="file-link" href="{escape(address)}">{escape(said)}</a></p>')
    show_citation(view, answer.name, title, filters=answer.filters, period=answer.period)


def _download(view: View, answer: Answer, flavour: Flavour, whole: Callable[[], Answer] | None) -> Download:
    is_demonstration = view.evidence.coverage.is_demonstration

    def content() -> bytes:
        table = answer.table if whole is None else whole().table
        again = made_by(view.evidence, answer.name, answer.filters, answer.period)
        return csv_bytes(marked(table, is_demonstration=is_demonstration, made_by=again), flavour)

    is_long = whole is not None or len(answer.table) > LONGEST_READY_TABLE
    return Download(
        FLAVOUR_LABELS[flavour],
        f"{file_stem(answer, view.evidence)}_{flavour}.csv",
        content if is_long else content(),
    )


def file_stem(answer: Answer, evidence: Evidence) -> str:
    """Return a file name without ending that says which figure, of which choice, and whether it is invented."""
    filters = applied(answer.name, answer.filters)
    chosen = [f"{name}-{'-'.join(getattr(filters, name))}" for name in LIST_FILTERS if getattr(filters, name)]
    chosen += [f"covid-{filters.covid}"] if filters.covid != Filters.covid else []
    chosen += [f"borders-{filters.borders}"] if filters.borders != Filters.borders else []
    parts = [answer.name.replace("/", "_"), *_measure_or_prices(answer, filters), *chosen]
    parts += _months(answer, evidence)
    return "_".join((["demonstration"] if evidence.coverage.is_demonstration else []) + parts)


def _measure_or_prices(answer: Answer, filters: Filters) -> list[str]:
    """Return what the figures are: a measure of calls, or costs in the prices of a year, with the scenario if any."""
    parts = [filters.measure] if applies(answer.name, "measure") else []
    if applies(answer.name, "prices"):
        parts += [
            str(answer.parameters[name]) for name in ("prices", "base_year") if name in answer.parameters
        ]
    parts += [filters.scenario_purchase, filters.scenario_key, filters.scenario_months]
    return [re.sub(r"[^\w-]+", "-", part) for part in parts if part]


def _months(answer: Answer, evidence: Evidence) -> list[str]:
    """Return the months that are compared; where none are, until when the exports go."""
    if not applies(answer.name, "period"):
        return [f"until{evidence.last_day:%Y%m%d}"]
    period = answer.period
    ends = (period.before.first, period.before.last, period.after.first, period.after.last)
    return [f"{month:%Y%m}" for month in ends]
