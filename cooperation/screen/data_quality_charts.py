"""The pictures of data quality: one strip a clock, a priority or a rule, month by month."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from textwrap import wrap

import pandas as pd
import plotly.graph_objects as go

from cooperation.answers.periods import PHASES
from cooperation.language import Language
from cooperation.palette import Palette, translucent
from cooperation.screen.charts import (
    LABEL_STEP,
    _add_events,
    _add_phase_key,
    _days,
    _month_axis,
    _sheet,
    _write,
)

# A strip is as high as 1; above it stands its name, on as many lines as a phone needs.
STRIP_PIXELS = 45
LINE_ROOM = 0.45
GAP = 0.3
CHARACTERS_ON_A_PHONE = 40
MONTH_MILLISECONDS = 25 * 24 * 3600 * 1000


@dataclass(frozen=True, eq=False)
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
    room = 1 + GAP + LINE_ROOM * max((len(_label_lines(strip)) for strip in strips), default=1)
    figure = _sheet(colours, height=50 + int(STRIP_PIXELS * room * max(len(strips), 1)))
    feet = {strip: -position * room for position, strip in enumerate(strips)}
    _add_bars(figure, feet, colours)
    _add_frames(figure, feet.values(), colours)
    for strip, foot in feet.items():
        _add_label(figure, strip, foot, colours)
    steps = _add_events(figure, days, (), start, language, colours)
    if not steps:
        _add_phase_key(figure, language, colours)
    figure.update_layout(margin={"t": 14 + LABEL_STEP * max(steps, 1)}, barmode="overlay", bargap=0)
    figure.update_yaxes(range=[-(len(strips) - 1) * room - 0.05, room], visible=False)
    figure.update_xaxes(**_month_axis(days))
    return figure


def _label_lines(strip: Strip) -> list[str]:
    """Return a strip's name and note, escaped, as lines that fit a phone; the name is bold."""
    sign = "▲ " if strip.is_warning else ""
    *lines, last = wrap(strip.name, CHARACTERS_ON_A_PHONE)
    note = f"{sign}{strip.note}"
    named = [f"<b>{escape(line)}</b>" for line in (*lines, last)]
    if len(f"{last}  {note}") > CHARACTERS_ON_A_PHONE + 10:
        return [*named, escape(note)]
    named[-1] += f"  {escape(note)}"
    return named


def _add_bars(figure: go.Figure, feet: Mapping[Strip, float], colours: Palette) -> None:
    """Draw the bars of all strips as one series: a series for each takes ten times as long."""
    if not feet:
        return
    bars = pd.concat(
        [
            strip.months.assign(height=strip.months["value"] / strip.top, foot=foot)
            for strip, foot in feet.items()
        ]
    )
    bars = bars[bars["phase"].isin(PHASES)]
    looks = {(phase, True): colours.phase(phase) for phase in PHASES}
    looks |= {(phase, False): translucent(colours.phase(phase), 0.4) for phase in PHASES}
    figure.add_bar(
        x=_days(pd.to_datetime(bars["month"])),
        y=list(bars["height"]),
        base=list(bars["foot"]),
        width=MONTH_MILLISECONDS,
        marker={
            "color": [
                looks[phase, bool(solid)]
                for phase, solid in zip(bars["phase"], bars["is_solid"], strict=True)
            ],
            "line": {"width": 0},
        },
        hovertext=[escape(text) for text in bars["hover"]],
        hoverinfo="text",
    )


def _add_frames(figure: go.Figure, feet: Iterable[float], colours: Palette) -> None:
    """Draw a line at the foot and at the top of every strip."""
    look = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "line": {"color": colours.line, "width": 1}}
    heights = [foot + end for foot in feet for end in (0, 1)]
    figure.update_layout(shapes=[{**look, "y0": height, "y1": height} for height in heights])


def _add_label(figure: go.Figure, strip: Strip, foot: float, colours: Palette) -> None:
    _write(
        figure,
        "<br>".join(_label_lines(strip)),
        colours.worse if strip.is_warning else colours.text,
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
