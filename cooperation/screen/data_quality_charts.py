"""The pictures of data quality: one strip a clock, a priority or a rule, month by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

import pandas as pd
import plotly.graph_objects as go

from cooperation.language import Language
from cooperation.palette import Palette, translucent
from cooperation.screen.charts import (
    LABEL_STEP,
    PHASES,
    _add_events,
    _add_phase_key,
    _days,
    _month_axis,
    _sheet,
    _write,
)

STRIP_PIXELS = 78
# A strip is as high as 1; its name stands in the rest of its room.
STRIP_ROOM = 1.75
MONTH_MILLISECONDS = 25 * 24 * 3600 * 1000


@dataclass(frozen=True)
class Strip:
    """One row of the picture: its name, what it says in words behind it, and whether that is a warning.

    `months` holds month, phase, value, is_solid and hover; `top` is the value that fills the strip.
    """

    name: str
    note: str
    months: pd.DataFrame
    top: float = 1.0
    is_warning: bool = False


def share_strip_months(
    monthly: pd.DataFrame, part: str, whole: str, *, minimum_count: int = 0
) -> pd.DataFrame:
    """Return one row per month and phase: the share `part` of `whole` as value, solid where there are enough calls."""
    sums = monthly.groupby(["month", "phase"], as_index=False, dropna=False)[[part, whole]].sum()
    return pd.DataFrame(
        {
            "month": sums["month"],
            "phase": sums["phase"],
            "value": sums[part] / sums[whole],
            "whole": sums[whole],
            "is_solid": sums[whole] >= minimum_count,
        }
    )


def count_strip_months(monthly: pd.DataFrame, count: str) -> pd.DataFrame:
    """Return one row per month and phase: the count as value, always solid."""
    sums = monthly.groupby(["month", "phase"], as_index=False)[[count]].sum()
    return sums.rename(columns={count: "value"}).assign(is_solid=True)


def monthly_strips(
    strips: Sequence[Strip], months: pd.Series, language: Language, colours: Palette, *, start: date
) -> go.Figure:
    """Draw one strip of monthly bars under another, `before` grey and `after` blue, with the start marked.

    `months` spans the time axis. Bars of months with too few calls are lighter.
    """
    days = pd.to_datetime(months)
    figure = _sheet(colours, height=50 + STRIP_PIXELS * max(len(strips), 1))
    for position, strip in enumerate(strips):
        _add_strip(figure, strip, -position * STRIP_ROOM, colours)
    steps = _add_events(figure, days, (), start, language, colours)
    if not steps:
        _add_phase_key(figure, language, colours)
    figure.update_layout(margin={"t": 14 + LABEL_STEP * max(steps, 1)}, barmode="overlay", bargap=0)
    figure.update_yaxes(range=[-(len(strips) - 1) * STRIP_ROOM - 0.05, STRIP_ROOM], visible=False)
    figure.update_xaxes(**_month_axis(days))
    return figure


def _add_strip(figure: go.Figure, strip: Strip, foot: float, colours: Palette) -> None:
    for phase in PHASES:
        rows = strip.months[strip.months["phase"] == phase]
        colour = colours.phase(phase)
        figure.add_bar(
            x=_days(pd.to_datetime(rows["month"])),
            y=list(rows["value"] / strip.top),
            base=[foot] * len(rows),
            width=MONTH_MILLISECONDS,
            marker={
                "color": [colour if solid else translucent(colour, 0.4) for solid in rows["is_solid"]],
                "line": {"width": 0},
            },
            hovertext=[escape(text) for text in rows["hover"]],
            hoverinfo="text",
        )
    line = {"color": colours.line, "width": 1}
    for height in (0, 1):
        figure.add_shape(type="line", xref="paper", x0=0, x1=1, y0=foot + height, y1=foot + height, line=line)
    note = escape(strip.note)
    if strip.is_warning:
        note = f'<span style="color:{colours.worse}"><b>▲ {note}</b></span>'
    _write(
        figure,
        f"<b>{escape(strip.name)}</b>  {note}",
        colours.text,
        xref="paper",
        x=0,
        y=foot + 1,
        xanchor="left",
        yanchor="bottom",
        yshift=1,
        # On a phone the line of the start would run through the words.
        bgcolor=colours.background,
        borderpad=0,
    )


def strips_alternative(strips: Sequence[Strip]) -> str:
    """Say what every strip says behind its name."""
    return "; ".join(f"{strip.name}: {strip.note}" for strip in strips)
