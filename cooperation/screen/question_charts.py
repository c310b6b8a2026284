"""The picture of an answer to an own question: two of its columns as bars or as a line."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from html import escape
from typing import Any, Literal

import pandas as pd
import plotly.graph_objects as go

from cooperation.language import Language
from cooperation.palette import Palette
from cooperation.screen.charts import _sheet

Picture = Literal["bars", "line"]

# More bars could not be told apart, more points would not be seen.
MOST_DRAWN: dict[Picture, int] = {"bars": 40, "line": 2_000}
BAR_ROOM = 30
LINE_HEIGHT = 380
MOST_TICKS = 7
LONGEST_LABEL = 40


def drawn_rows(table: pd.DataFrame, across: str, up: str, picture: Picture) -> pd.DataFrame:
    """Return the rows that a picture can show: those that know both values, as many as fit."""
    return table[[across, up]].dropna().head(MOST_DRAWN[picture])


def bars(rows: pd.DataFrame, across: str, up: str, language: Language, colours: Palette) -> go.Figure:
    """Draw a bar for every row, under each other in the order of the answer, with its value behind it."""
    values = [float(value) for value in rows[up]]
    figure = _sheet(colours, height=60 + BAR_ROOM * max(len(rows), 1))
    places = list(range(len(rows)))
    said = [language.exact(value) for value in rows[up]]
    figure.add_bar(
        orientation="h",
        x=values,
        y=places,
        text=said,
        textposition="outside",
        cliponaxis=False,
        marker_color=colours.after,
        hoverinfo="skip",
    )
    labels = [escape(_shortened(say_value(value, language))) for value in rows[across]]
    figure.update_yaxes(
        tickvals=places, ticktext=labels, autorange="reversed", showgrid=False, rangemode="normal"
    )
    low, high = min([0.0, *values]), max([0.0, *values])
    # Room for the number behind the longest bar.
    room = 0.22 * ((high - low) or 1.0)
    figure.update_xaxes(range=[low - (room if low < 0 else 0), high + room], **_ticks(low, high, language))
    return figure


def line(rows: pd.DataFrame, across: str, up: str, language: Language, colours: Palette) -> go.Figure:
    """Draw a line through the rows, on a true scale where the first column is a number or a day."""
    if _is_on_a_scale(rows[across]):
        rows = rows.sort_values(across, kind="stable")
        at = [_on_scale(value) for value in rows[across]]
    else:
        at = [float(place) for place in range(len(rows))]
    values = [float(value) for value in rows[up]]
    said = [say_value(value, language) for value in rows[across]]
    figure = _sheet(colours, height=LINE_HEIGHT)
    hover = [
        f"{escape(where)}: {language.exact(value)}<extra></extra>"
        for where, value in zip(said, rows[up], strict=True)
    ]
    figure.add_scatter(
        x=at,
        y=values,
        mode="lines+markers",
        line={"color": colours.after, "width": 2},
        marker={"size": 5},
        hovertemplate=hover,
    )
    shown = _spread(at)
    # A series of months needs no days.
    are_months = {type(value) for value in rows[across]} == {date} and all(
        value.day == 1 for value in rows[across]
    )
    labels = [language.month_short(value) for value in rows[across]] if are_months else said
    figure.update_xaxes(
        tickvals=[at[place] for place in shown],
        ticktext=[escape(_shortened(labels[place])) for place in shown],
    )
    figure.update_yaxes(**_ticks(min([0.0, *values]), max([0.0, *values]), language))
    return figure


def say_value(value: Any, language: Language) -> str:
    """Return a value of an answer in the reader's language."""
    match value:
        case datetime():
            return language.moment(value)
        case date():
            return language.date(value)
        case bool() | str():
            return str(value)
        case Decimal() | int() | float():
            return language.exact(value)
    return language.exact(None)


def _is_on_a_scale(values: pd.Series) -> bool:
    """Tell whether all values are numbers, or all days, or all moments: only those have a distance."""
    kinds = {type(value) for value in values}
    numbers: set[type] = {int, float, Decimal}
    return bool(kinds) and (kinds <= numbers or kinds in ({date}, {datetime}))


def _on_scale(value: Any) -> float:
    if isinstance(value, date):
        return float(pd.Timestamp(value).to_datetime64().astype("datetime64[s]").astype(int))
    return float(value)


def _spread(at: Sequence[float]) -> list[int]:
    """Return the places of points that lie about evenly over an axis: labels are true values, never between them."""
    if len(at) <= MOST_TICKS:
        return list(range(len(at)))
    step = (at[-1] - at[0]) / (MOST_TICKS - 1)
    wanted = [at[0] + step * number for number in range(MOST_TICKS)]
    return sorted({min(range(len(at)), key=lambda place: abs(at[place] - there)) for there in wanted})


def _ticks(low: float, high: float, language: Language) -> dict[str, Any]:
    """Return round ticks from under the lowest to above the highest value, in the reader's numbers."""
    span = (high - low) or 1.0
    step = 10.0 ** (len(str(int(span))) - 1) if span >= 1 else 10.0 ** -_zeros(span)
    step = next(step * part for part in (0.1, 0.2, 0.5, 1, 2, 5) if span / (step * part) <= MOST_TICKS)
    numbers = range(int(low // step), int(high // step) + 2)
    values = [round(number * step, 12) for number in numbers]
    return {"tickvals": values, "ticktext": [language.exact(value) for value in values]}


def _zeros(span: float) -> int:
    zeros = 1
    while span * 10**zeros < 1 and zeros < 300:
        zeros += 1
    return zeros


def _shortened(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"
