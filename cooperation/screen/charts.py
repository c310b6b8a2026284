"""The pictures: answer tables as Plotly figures in the reader's language, each with its finding in words.

Every figure is drawn for a width of 360 pixels and up: words stand beside what they name, not in a legend,
and event labels climb a step where they would touch on a phone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from cooperation.answers.periods import PHASES
from cooperation.language import TN, Language, T, Text
from cooperation.palette import Palette, translucent
from cooperation.wording.verdicts import phase_text

CONFIG = {"displayModeBar": False, "showSendToCloud": False, "doubleClick": False, "showTips": False}
FONT = "Source Sans, Source Sans Pro, Liberation Sans, Arial, sans-serif"
FONT_SIZE = 15
LABEL_SIZE = 14

# Shape and dash repeat the colour, for black-and-white print.
SYMBOLS = {"before": "diamond", "after": "circle"}
SIGNS = {"before": "◆", "after": "●"}
DASHES = {"before": "dash", "after": "solid"}

MINUTE = 60.0
TICK_MINUTES = (1, 2, 5, 10, 15, 20, 30, 60, 120)
MAXIMUM_TICKS = 7
SHARE_TOPS = (0.05, 0.1, 0.25, 0.5)
SMALL_SHARE = 0.1
# The plot's width on the narrowest phone and the width of one character of a label, in pixels.
NARROW_PLOT = 300.0
CHARACTER_WIDTH = 6.5
LABEL_STEP = 20
# A shorter event is drawn as a line: a narrower band would not be seen.
SHORTEST_BAND = timedelta(days=10)

# Corners outside the plot, in Plotly's words.
ABOVE_LEFT: dict[str, Any] = {
    "xref": "paper",
    "yref": "paper",
    "x": 0,
    "y": 1,
    "xanchor": "left",
    "yanchor": "bottom",
}
BELOW_LEFT: dict[str, Any] = {**ABOVE_LEFT, "y": 0, "yanchor": "top"}

Span = tuple[float, float]
Names = Mapping[Any, Text | str]


@dataclass(frozen=True)
class ChartEvent:
    """Something that happened, as a line (no end) or a band on a time axis."""

    label: str
    starts_on: date
    ends_on: date | None = None


def show_chart(
    figure: go.Figure,
    language: Language,
    *,
    title: Text | str,
    subtitle: Text | None = None,
    alternative: Text | str,
    key: str,
) -> None:
    """Show a figure under its title and subtitle, with its finding as the text alternative."""
    with st.container(gap="xxsmall"):
        st.html(figure_heading(title, language, subtitle=subtitle))
        st.plotly_chart(figure, theme=None, config=CONFIG, key=key, alt=language.say(alternative))


def figure_heading(title: Text | str, language: Language, *, subtitle: Text | str | None = None) -> str:
    """Return the title of a figure or a table, and under it what exactly is shown."""
    heading = f'<h2 class="figure-title">{escape(language.say(title))}</h2>'
    if subtitle is None:
        return heading
    return f'{heading}<p class="figure-subtitle">{escape(language.say(subtitle))}</p>'


def monthly_series(
    monthly: pd.DataFrame,
    language: Language,
    colours: Palette,
    *,
    start: date,
    column: str = "median_seconds",
    label: Text | None = None,
    upper_column: str | None = None,
    upper_label: Text | None = None,
    events: Sequence[ChartEvent] = (),
    levels: Mapping[str, float] | None = None,
    minimum_count: int = 10,
) -> go.Figure:
    """Draw one measure month by month, `before` grey and `after` blue, with the start and other events.

    `monthly` is the answer's monthly table. Columns that end in _seconds are times, others shares 0 to 1.
    `upper_column` is drawn lighter (P90). `levels` are the figures of the compared windows by phase, drawn
    across the months that are in the comparison. Months under `minimum_count` measured calls are hollow.
    """
    table = monthly.assign(month=pd.to_datetime(monthly["month"])).sort_values("month")
    columns = {column: label, upper_column: upper_label} if upper_column else {column: label}
    figure = _sheet(colours, height=420)
    for phase in PHASES:
        _add_window(figure, table, phase, colours)
    for name in reversed(columns):
        for phase in PHASES:
            rows = table[(table["phase"] == phase) & table[name].notna()]
            is_faint = name != column
            _add_months(
                figure, rows, name, phase, language, colours, is_faint=is_faint, minimum=minimum_count
            )
    for side, level in (levels or {}).items():
        _add_level(figure, _window(table, side), level, column, side, language, colours)
    if len(columns) > 1:
        for name, text in columns.items():
            _label_last_months(figure, table[name], text, language, colours)
    steps = _add_events(figure, table["month"], events, start, language, colours)
    top = _top(table[list(columns)].max().max(), column)
    figure.update_layout(margin={"t": 14 + LABEL_STEP * steps})
    figure.update_yaxes(range=[0, top], **_value_ticks(top, column, language))
    figure.update_xaxes(**_month_axis(table["month"]))
    if (table["measured_count"] < minimum_count).any():
        note = T("Hollow: fewer than {count} calls in that month", count=str(minimum_count))
        _add_note(figure, language.say(note), colours)
    return figure


def monthly_alternative(
    monthly: pd.DataFrame,
    language: Language,
    *,
    start: date,
    label: Text,
    levels: Mapping[str, float],
    column: str = "median_seconds",
) -> Text:
    """Say what the monthly picture shows: the measure before and after the start, and its months."""
    return T(
        "{label} by month from {first} to {last}: {before} before {start}, {after} after it.",
        label=label,
        first=language.month(monthly["month"].min()),
        last=language.month(monthly["month"].max()),
        start=language.date(start),
        before=_say_value(levels.get("before"), column, language),
        after=_say_value(levels.get("after"), column, language),
    )


def cumulative_curve(
    cumulative: pd.DataFrame, language: Language, colours: Palette, *, norm_seconds: float | None = None
) -> go.Figure:
    """Draw which share of the calls was reached within so many minutes, before and after.

    `cumulative` holds phase, within_seconds and share; the axis ends where nearly every call was reached.
    """
    curves = _curves(cumulative)
    end = _curve_end(curves, norm_seconds)
    figure = _sheet(colours, height=400)
    for phase, curve in curves.items():
        _add_curve(figure, curve[curve.index <= end], phase, language, colours)
    _label_curves(figure, curves, language, colours)
    if norm_seconds is not None:
        _add_norm(figure, curves, norm_seconds, language, colours)
    shares = (0, 0.25, 0.5, 0.75, 0.9, 1)
    figure.update_layout(margin={"t": 14 if norm_seconds is None else 40})
    figure.update_yaxes(
        range=[0, 1.02], tickvals=shares, ticktext=[language.percent(share) for share in shares]
    )
    figure.update_xaxes(range=[0, end], **_time_ticks(end, language))
    return figure


def cumulative_alternative(cumulative: pd.DataFrame, language: Language, *, within_seconds: float) -> Text:
    """Say which share was reached within a time before and after."""
    curves = _curves(cumulative)
    return T(
        "Share of calls reached within {time}: {before} before, {after} after.",
        time=language.short_duration(within_seconds),
        before=language.percent(_share_within(curves.get("before"), within_seconds)),
        after=language.percent(_share_within(curves.get("after"), within_seconds)),
    )


def grouped_dumbbell(
    groups: pd.DataFrame,
    language: Language,
    colours: Palette,
    *,
    group: str,
    names: Names,
    column: str = "median_seconds",
    minimum_count: int = 10,
    solid_count: int = 30,
) -> go.Figure:
    """Draw before and after of every group as two joined points with their values beside them.

    `groups` has one row per group and phase: `group`, phase, measured_count, `column`. Rows follow the order
    of `names`. A side under `minimum_count` calls is not drawn and reads "–"; under `solid_count`
    it is hollow.
    """
    rows = _group_rows(groups, group, names, column, minimum_count)
    figure = _sheet(colours, height=60 + 64 * max(len(rows), 1))
    top = _top(max((value for row in rows for value in row.values.values()), default=None), column)
    # Values stand outside their points and need room on both sides, on a phone as well.
    end = top * 1.3
    for position, row in enumerate(rows):
        _add_group(
            figure, -position, row, language, colours, column=column, solid=solid_count, room=end * 0.27
        )
    _add_phase_key(figure, language, colours)
    figure.update_layout(margin={"t": 34, "l": 6, "r": 6})
    figure.update_yaxes(range=[-len(rows) + 0.55, 0.75], showticklabels=False, showgrid=False)
    figure.update_xaxes(range=[-end * 0.01, end], showgrid=True, **_value_ticks(top, column, language))
    return figure


def grouped_alternative(
    groups: pd.DataFrame,
    language: Language,
    *,
    group: str,
    names: Names,
    column: str = "median_seconds",
    minimum_count: int = 10,
) -> Text:
    """Say before and after of every group."""
    parts = [
        language.say(
            T(
                "{group}: {before} before and {after} after",
                group=row.name,
                before=_say_value(row.values.get("before"), column, language),
                after=_say_value(row.values.get("after"), column, language),
            )
        )
        for row in _group_rows(groups, group, names, column, minimum_count)
    ]
    return T("Compared by group. {parts}.", parts="; ".join(parts))


def hour_profile(
    by_hour: pd.DataFrame,
    language: Language,
    colours: Palette,
    *,
    column: str = "median_seconds",
    minimum_count: int = 10,
) -> go.Figure:
    """Draw a measure by hour of the day (column hour_of_day, 0 to 23) before and after."""
    by_position = by_hour.rename(columns={"hour_of_day": "position"})
    figure = _profile(by_position, range(24), language.hour, language, colours, column, minimum_count)
    hours = range(0, 24, 4)
    figure.update_xaxes(
        range=[-0.6, 23.6], tickvals=list(hours), ticktext=[language.hour(hour) for hour in hours]
    )
    return figure


def weekday_profile(
    by_weekday: pd.DataFrame,
    language: Language,
    colours: Palette,
    *,
    column: str = "median_seconds",
    minimum_count: int = 10,
) -> go.Figure:
    """Draw a measure by day of the week (column weekday, 1 Monday to 7 Sunday) before and after."""
    by_position = by_weekday.rename(columns={"weekday": "position"})
    weekdays = range(1, 8)
    names = {weekday: language.weekday(weekday - 1) for weekday in weekdays}
    figure = _profile(by_position, weekdays, names.__getitem__, language, colours, column, minimum_count)
    # The first two letters tell the days apart in Dutch, French and English, and fit a phone.
    figure.update_xaxes(
        range=[0.6, 7.4], tickvals=list(weekdays), ticktext=[name[:2] for name in names.values()]
    )
    return figure


def profile_alternative(
    profile: pd.DataFrame,
    language: Language,
    *,
    group: str,
    column: str = "median_seconds",
    minimum_count: int = 10,
) -> Text:
    """Say between which values a profile by hour_of_day or weekday lies before and after."""
    usable = profile[profile["measured_count"] >= minimum_count]
    lowest, highest = usable.groupby("phase")[column].min(), usable.groupby("phase")[column].max()
    ends = {
        "low": _say_value(lowest.get("before"), column, language),
        "high": _say_value(highest.get("before"), column, language),
        "low_after": _say_value(lowest.get("after"), column, language),
        "high_after": _say_value(highest.get("after"), column, language),
    }
    if group == "hour_of_day":
        return T(
            "By hour of the day: from {low} to {high} before, from {low_after} to {high_after} after.", **ends
        )
    return T(
        "By day of the week: from {low} to {high} before, from {low_after} to {high_after} after.", **ends
    )


# Values in words


def _is_time(column: str) -> bool:
    return column.endswith("_seconds")


def _say_value(value: float | None, column: str, language: Language) -> str:
    if _is_time(column):
        return language.duration(value)
    # A tenth of a percent matters where shares are small.
    return language.percent(value, 1 if value is not None and value < SMALL_SHARE else 0)


def _say_phase(phase: str, language: Language) -> str:
    return escape(language.say(phase_text(phase)))


def _hover(title: str, phase: str, value: float, count: float, column: str, language: Language) -> str:
    calls = language.say(TN("{count} call", "{count} calls", int(count)))
    lines = [
        f"<b>{escape(title)}</b> · {_say_phase(phase, language)}",
        escape(_say_value(value, column, language)),
        escape(calls),
    ]
    return "<br>".join(lines)


# The sheet, its axes and what is written on it


def _sheet(colours: Palette, *, height: int) -> go.Figure:
    """Return an empty figure: no frame, no legend, light lines, nothing that can be dragged."""
    axis = {
        "fixedrange": True,
        "zeroline": False,
        "gridcolor": colours.line,
        "linecolor": colours.muted,
        "tickfont": {"color": colours.muted, "size": LABEL_SIZE},
        "automargin": True,
    }
    hover_font = {"family": FONT, "size": FONT_SIZE, "color": colours.text}
    return go.Figure(
        layout={
            "height": height,
            "template": None,
            "showlegend": False,
            "paper_bgcolor": colours.background,
            "plot_bgcolor": colours.background,
            "font": {"family": FONT, "size": FONT_SIZE, "color": colours.text},
            "margin": {"l": 8, "r": 12, "t": 14, "b": 34},
            "dragmode": False,
            "hovermode": "closest",
            "hoverlabel": {"bgcolor": colours.surface, "bordercolor": colours.line, "font": hover_font},
            "xaxis": {**axis, "showgrid": False, "ticks": "outside", "tickcolor": colours.line},
            "yaxis": {**axis, "rangemode": "tozero", "showline": False},
        }
    )


def _write(figure: go.Figure, text: str, colour: str, *, size: int = LABEL_SIZE, **place: Any) -> None:
    """Write escaped text at a place given in Plotly's words."""
    font = {"size": size, "color": colour}
    figure.add_annotation(text=text, font=font, showarrow=False, align="left", **place)


def _add_line(
    figure: go.Figure, day: date | str | float, colour: str, width: float, dash: str = "solid"
) -> None:
    """Draw an upright line over the whole height."""
    at = str(day) if isinstance(day, date) else day
    # Not add_vline: it is slow, and fails on dates as soon as an annotation is asked for.
    figure.add_shape(
        type="line",
        x0=at,
        x1=at,
        y0=0,
        y1=1,
        yref="paper",
        line={"color": colour, "width": width, "dash": dash},
    )


def _add_band(figure: go.Figure, span: tuple[date, date], colour: str) -> None:
    # Not add_vrect: it looks at every axis there is, and takes three times as long.
    figure.add_shape(
        type="rect",
        x0=str(span[0]),
        x1=str(span[1]),
        y0=0,
        y1=1,
        yref="paper",
        fillcolor=colour,
        line_width=0,
        layer="below",
    )


def _add_note(figure: go.Figure, note: str, colours: Palette) -> None:
    """Write a note under the axis."""
    figure.update_layout(margin={"b": 58})
    _write(figure, escape(note), colours.muted, yshift=-34, **BELOW_LEFT)


def _add_phase_key(figure: go.Figure, language: Language, colours: Palette) -> None:
    words = [
        _coloured(f"{SIGNS[phase]} <b>{_say_phase(phase, language)}</b>", colours.phase(phase))
        for phase in PHASES
    ]
    _write(figure, "&nbsp;&nbsp;&nbsp;".join(words), colours.text, size=FONT_SIZE, yshift=8, **ABOVE_LEFT)


def _coloured(text: str, colour: str) -> str:
    return f'<span style="color:{colour}">{text}</span>'


def _marker(
    phase: str, solid: Sequence[bool], colours: Palette, size: float, *, opacity: float = 1
) -> dict[str, Any]:
    """Return the look of points, hollow where there are too few calls."""
    colour = translucent(colours.phase(phase), opacity)
    return {
        "symbol": SYMBOLS[phase],
        "size": size,
        "color": [colour if enough else colours.background for enough in solid],
        "line": {"color": colour, "width": 1.5},
    }


def _with_gaps(values: pd.Series) -> list[float | None]:
    """Return values for a line that breaks where one is unknown."""
    return [None if pd.isna(value) else float(value) for value in values]


def _top(highest: float | None, column: str) -> float:
    """Return the end of a value axis that starts at zero and holds the highest value."""
    if not _is_time(column):
        # Small shares get an axis of their own; otherwise all of them would lie on its foot.
        return next((top for top in SHARE_TOPS if highest is not None and highest <= top), 1.0) * 1.02
    return 10 * MINUTE if highest is None or not highest > 0 else float(highest) * 1.08


def _value_ticks(top: float, column: str, language: Language) -> dict[str, Any]:
    if _is_time(column):
        return _time_ticks(top, language)
    highest = top / 1.02
    shares = [0, 0.25, 0.5, 0.75, 1] if highest > 0.5 else [highest * fifth / 5 for fifth in range(6)]
    return {"tickvals": shares, "ticktext": [language.percent(share) for share in shares]}


def _time_ticks(top: float, language: Language) -> dict[str, Any]:
    """Return whole minutes as ticks, seven at most up to fourteen hours."""
    minutes = top / MINUTE
    step = next((step for step in TICK_MINUTES if minutes / step < MAXIMUM_TICKS), TICK_MINUTES[-1])
    seconds = [minute * MINUTE for minute in range(0, int(minutes) + 1, step)]
    texts = [language.short_duration(second) for second in seconds]
    # Only the last tick names the unit, unless hours make two of them.
    if seconds[-1] < 60 * MINUTE:
        texts[:-1] = [language.number(second / MINUTE) for second in seconds[:-1]]
    return {"tickvals": seconds, "ticktext": texts}


def _month_axis(months: pd.Series) -> dict[str, Any]:
    """Return a tick at every January with its year beside it; fewer where years would touch."""
    if months.empty:
        return {"visible": False}
    years = list(range(months.min().year, months.max().year + 1))
    years = years[:: 1 + len(years) // 10]
    ends = (months.min() - pd.Timedelta(days=10), months.max() + pd.Timedelta(days=40))
    return {
        "type": "date",
        "range": [str(end.date()) for end in ends],
        "tickvals": [f"{year}-01-01" for year in years],
        "ticktext": [str(year) for year in years],
        "tickangle": 0,
        "ticklabelposition": "outside right" if len(years) > 1 else "outside",
    }


# Month by month


def _days(months: pd.Series) -> list[str]:
    """Return where months stand: in their middle, so that a start on the 1st falls between two points."""
    return list((months + pd.Timedelta(days=14)).dt.strftime("%Y-%m-%d"))


def _add_months(
    figure: go.Figure,
    rows: pd.DataFrame,
    column: str,
    phase: str,
    language: Language,
    colours: Palette,
    *,
    is_faint: bool,
    minimum: int,
) -> None:
    if rows.empty:
        return
    solid = rows["measured_count"] >= minimum
    colour = colours.phase(phase)
    # A line only joins neighbouring months that hold enough calls.
    months = pd.Series(pd.date_range(rows["month"].min(), rows["month"].max(), freq="MS"))
    joined = rows[solid].set_index("month")[column].reindex(months)
    line = {"color": translucent(colour, 0.3 if is_faint else 0.45), "width": 1.5}
    figure.add_scatter(x=_days(months), y=_with_gaps(joined), mode="lines", line=line, hoverinfo="skip")
    values = zip(rows["month"], rows[column], rows["measured_count"], strict=True)
    figure.add_scatter(
        x=_days(rows["month"]),
        y=list(rows[column]),
        mode="markers",
        marker=_marker(phase, solid, colours, 4 if is_faint else 6, opacity=0.55 if is_faint else 1),
        hovertext=[
            _hover(language.month(month), phase, value, count, column, language)
            for month, value, count in values
        ],
        hoverinfo="text",
    )


def _window(table: pd.DataFrame, phase: str) -> tuple[date, date] | None:
    """Return the first day of a phase's compared months and the day after their last."""
    months = table.loc[table["in_comparison"].astype(bool) & (table["phase"] == phase), "month"]
    if months.empty:
        return None
    return months.min().date(), (months.max() + pd.offsets.MonthBegin(1)).date()


def _add_window(figure: go.Figure, table: pd.DataFrame, phase: str, colours: Palette) -> None:
    window = _window(table, phase)
    if window is not None:
        _add_band(figure, window, translucent(colours.phase(phase), 0.07))


def _add_level(
    figure: go.Figure,
    window: tuple[date, date] | None,
    level: float,
    column: str,
    phase: str,
    language: Language,
    colours: Palette,
) -> None:
    """Draw the figure of a compared window as a line across it, and name it at its foot."""
    if window is None or pd.isna(level):
        return
    colour = colours.phase(phase)
    first, last = (str(day) for day in window)
    line = {"color": colour, "width": 3, "dash": DASHES[phase]}
    figure.add_shape(type="line", x0=first, x1=last, y0=level, y1=level, line=line)
    text = f"{_say_phase(phase, language)}<br><b>{escape(_say_value(level, column, language))}</b>"
    place: dict[str, Any] = {
        "x": first,
        "y": 0,
        "xanchor": "left",
        "yanchor": "bottom",
        "xshift": 6,
        "yshift": 6,
    }
    _write(figure, text, colour, size=FONT_SIZE, **place)


def _label_last_months(
    figure: go.Figure, values: pd.Series, text: Text | None, language: Language, colours: Palette
) -> None:
    """Name a series above its last year."""
    tail = values.dropna().tail(12)
    if tail.empty or text is None:
        return
    place: dict[str, Any] = {
        "xref": "paper",
        "x": 1,
        "y": float(tail.max()),
        "xanchor": "right",
        "yanchor": "bottom",
    }
    ground = translucent(colours.background, 0.8)
    _write(figure, escape(language.say(text)), colours.muted, yshift=6, bgcolor=ground, **place)


def _add_events(
    figure: go.Figure,
    months: pd.Series,
    events: Sequence[ChartEvent],
    start: date,
    language: Language,
    colours: Palette,
) -> int:
    """Draw the start and other events, their labels above the plot; return how many steps these take."""
    if months.empty:
        return 0
    period = (months.min().date(), (months.max() + pd.offsets.MonthEnd(1)).date())
    shown = [e for e in events if (e.ends_on or e.starts_on) >= period[0] and e.starts_on <= period[1]]
    for event in shown:
        _add_event(figure, event, colours)
    # Waves with one name get one label, at the first of them.
    named = {event.label: event for event in sorted(shown, key=lambda event: event.starts_on, reverse=True)}
    labels = [
        (max(event.starts_on, period[0]), escape(label), colours.event) for label, event in named.items()
    ]
    if period[0] <= start <= period[1]:
        _add_line(figure, start, colours.text, 2)
        text = escape(language.say(T("start on {date}", date=language.date(start))))
        labels.insert(0, (start, f"<b>{text}</b>", colours.text))
    return _place_labels(figure, labels, period)


def _add_event(figure: go.Figure, event: ChartEvent, colours: Palette) -> None:
    if event.ends_on is not None and event.ends_on - event.starts_on > SHORTEST_BAND:
        _add_band(figure, (event.starts_on, event.ends_on), translucent(colours.event, 0.16))
    else:
        _add_line(figure, event.starts_on, colours.event, 1.5, "dot")


def _place_labels(
    figure: go.Figure, labels: Sequence[tuple[date, str, str]], period: tuple[date, date]
) -> int:
    """Write labels (day, text, colour) above the plot, each as low as it touches no other on a phone."""
    days = max((period[1] - period[0]).days, 1)
    steps: list[list[Span]] = []
    for day, text, colour in labels:
        at = NARROW_PLOT * (day - period[0]).days / days
        width = CHARACTER_WIDTH * len(text.removeprefix("<b>").removesuffix("</b>"))
        step, span = _lowest_step(at, width, steps)
        steps.extend([[]] if step == len(steps) else [])
        steps[step].append(span)
        to_right = span[0] == at
        _write(
            figure,
            text,
            colour,
            x=str(day),
            y=1,
            yref="paper",
            xanchor="left" if to_right else "right",
            yanchor="bottom",
            xshift=-3 if to_right else 3,
            yshift=2 + LABEL_STEP * step,
        )
    return len(steps)


def _lowest_step(at: float, width: float, steps: Sequence[Sequence[Span]]) -> tuple[int, Span]:
    """Return the lowest step on which a label that begins or ends `at` fits, and its span there."""
    rightward, leftward = (at, at + width), (at - width, at)
    fitting = [span for span in (rightward, leftward) if span[0] >= 0 and span[1] <= NARROW_PLOT]
    spans = fitting or [rightward if at < NARROW_PLOT / 2 else leftward]
    for step, taken in enumerate(steps):
        for span in spans:
            if all(_are_apart(span, other) for other in taken):
                return step, span
    return len(steps), spans[0]


def _are_apart(span: Span, other: Span) -> bool:
    return span[1] + CHARACTER_WIDTH <= other[0] or other[1] + CHARACTER_WIDTH <= span[0]


# Within so many minutes


def _curves(cumulative: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the known share by seconds of each phase that has any."""
    known = cumulative.dropna(subset=["share"]).sort_values("within_seconds")
    curves = {phase: known[known["phase"] == phase].set_index("within_seconds")["share"] for phase in PHASES}
    return {phase: curve.astype("float64") for phase, curve in curves.items() if not curve.empty}


def _share_within(curve: pd.Series | None, seconds: float) -> float | None:
    """Return the share at the last point at or before this many seconds, None where the curve has none."""
    reached = curve[curve.index <= seconds] if curve is not None else pd.Series(dtype="float64")
    return None if reached.empty else float(reached.iloc[-1])


def _time_of(curve: pd.Series, share: float) -> float:
    """Return the seconds at which a curve is nearest to a share."""
    return float((curve - share).abs().idxmin())


def _curve_end(curves: Mapping[str, pd.Series], norm_seconds: float | None) -> float:
    """Return the time at which 97 % was reached on both sides, at least ten minutes and past the norm."""
    ends = [10 * MINUTE, (norm_seconds or 0) * 1.2]
    for curve in curves.values():
        reached = curve[curve >= 0.97]
        ends.append(float(curve.index[-1] if reached.empty else reached.index[0]))
    return max(ends)


def _add_curve(figure: go.Figure, curve: pd.Series, phase: str, language: Language, colours: Palette) -> None:
    figure.add_scatter(
        x=list(curve.index),
        y=list(curve),
        mode="lines",
        line={"color": colours.phase(phase), "width": 3.5, "dash": DASHES[phase]},
        hovertext=[_curve_hover(phase, seconds, share, language) for seconds, share in curve.items()],
        hoverinfo="text",
    )


def _curve_hover(phase: str, seconds: float, share: float, language: Language) -> str:
    text = T(
        "{share} of the calls within {time}",
        share=language.percent(share),
        time=language.short_duration(seconds),
    )
    return f"<b>{_say_phase(phase, language)}</b><br>{escape(language.say(text))}"


def _label_curves(
    figure: go.Figure, curves: Mapping[str, pd.Series], language: Language, colours: Palette
) -> None:
    """Name the faster curve on its left, above one half, and the slower one on its right, below it."""
    halves = {phase: (_time_of(curve, 0.5), phase == "before") for phase, curve in curves.items()}
    faster = min(halves, key=halves.__getitem__, default=None)
    for phase, curve in curves.items():
        is_left = phase == faster
        at = _time_of(curve, 0.6 if is_left else 0.35)
        place = (
            {"xanchor": "right", "yanchor": "bottom"} if is_left else {"xanchor": "left", "yanchor": "top"}
        )
        _write(
            figure,
            f"<b>{_say_phase(phase, language)}</b>",
            colours.phase(phase),
            size=FONT_SIZE,
            x=at,
            y=curve.loc[at],
            xshift=-8 if is_left else 8,
            bgcolor=colours.background,
            borderpad=1,
            **place,
        )


def _add_norm(
    figure: go.Figure, curves: Mapping[str, pd.Series], norm: float, language: Language, colours: Palette
) -> None:
    """Draw the norm as an upright line and write what share was within it."""
    text = T(
        "within {time}: {before} before, {after} after",
        time=language.short_duration(norm),
        before=language.percent(_share_within(curves.get("before"), norm)),
        after=language.percent(_share_within(curves.get("after"), norm)),
    )
    _add_line(figure, norm, colours.text, 1.5, "dot")
    # At the left edge, not at the line: on a phone the sentence is as wide as the plot.
    _write(figure, escape(language.say(text)), colours.text, yshift=6, **ABOVE_LEFT)


# Groups


@dataclass(frozen=True)
class _GroupRow:
    """One group: by phase its value, where there are enough calls, and its number of measured calls."""

    name: Text | str
    values: dict[str, float]
    counts: dict[str, int]


def _group_rows(
    groups: pd.DataFrame, group: str, names: Names, column: str, minimum_count: int
) -> list[_GroupRow]:
    rows = []
    for code, name in names.items():
        own = groups[groups[group] == code].set_index("phase")
        counts = {phase: int(count) for phase, count in own["measured_count"].dropna().items()}
        known = own.loc[own["measured_count"] >= minimum_count, column].dropna()
        values: dict[str, float] = {phase: float(known[phase]) for phase in PHASES if phase in known.index}
        if not own.empty:
            rows.append(_GroupRow(name, values, counts))
    return rows


def _add_group(
    figure: go.Figure,
    y: float,
    row: _GroupRow,
    language: Language,
    colours: Palette,
    *,
    column: str,
    solid: int,
    room: float,
) -> None:
    """Draw one group: its name above, a bar from before to after, each value outside its point."""
    if len(row.values) == len(PHASES):
        bar = {"color": translucent(colours.before, 0.55), "width": 5}
        figure.add_scatter(x=list(row.values.values()), y=[y, y], mode="lines", line=bar, hoverinfo="skip")
    words = {
        phase: _coloured(escape(_say_value(value, column, language)), colours.phase(phase))
        for phase, value in row.values.items()
    }
    texts = _outer_texts(row.values, words, room)
    for phase, value in row.values.items():
        (text, side), count = texts[phase], row.counts[phase]
        figure.add_scatter(
            x=[value],
            y=[y],
            mode="markers+text",
            cliponaxis=False,
            marker=_marker(phase, [count >= solid], colours, 12),
            text=[text],
            textposition=f"middle {side}",
            textfont={"size": FONT_SIZE, "color": colours.text},
            hovertext=[_hover(language.say(row.name), phase, value, count, column, language)],
            hoverinfo="text",
        )
    place: dict[str, Any] = {
        "xref": "paper",
        "x": 0,
        "y": y,
        "yshift": 13,
        "xanchor": "left",
        "yanchor": "bottom",
    }
    title = _group_title(row, language, colours)
    _write(figure, title, colours.text, size=FONT_SIZE, bgcolor=colours.background, borderpad=1, **place)


def _outer_texts(
    values: Mapping[str, float], words: Mapping[str, str], room: float
) -> dict[str, tuple[str, str]]:
    """Return each point's text and side: the outer one, or both right where the left lacks `room`."""
    gap = "&nbsp;&nbsp;"
    ordered = sorted(values, key=lambda phase: (values[phase], phase == "before"))
    if len(ordered) < len(PHASES):
        return {phase: (gap + words[phase], "right") for phase in ordered}
    left, right = ordered
    if values[left] < room:
        return {left: ("", "left"), right: (f"{gap}{words['before']} → {words['after']}", "right")}
    return {left: (words[left] + gap, "left"), right: (gap + words[right], "right")}


def _group_title(row: _GroupRow, language: Language, colours: Palette) -> str:
    """Return a group's name and its calls before and after; a side that is not drawn reads "–"."""
    counts = [language.number(row.counts.get(phase)) for phase in PHASES]
    notes = [language.say(T("{before} → {after} calls", before=counts[0], after=counts[1]))]
    unknown = language.duration(None)
    notes += [f"{language.say(phase_text(phase))} {unknown}" for phase in PHASES if phase not in row.values]
    small = f"color:{colours.muted};font-size:{LABEL_SIZE}px"
    return (
        f'<b>{escape(language.say(row.name))}</b>  <span style="{small}">{escape(" · ".join(notes))}</span>'
    )


# Profiles


def _profile(
    profile: pd.DataFrame,
    positions: range,
    say_position: Callable[[int], str],
    language: Language,
    colours: Palette,
    column: str,
    minimum_count: int,
) -> go.Figure:
    """Draw a measure over positions (column position) before and after."""
    figure = _sheet(colours, height=330)
    for phase in PHASES:
        rows = profile[profile["phase"] == phase].set_index("position").reindex(positions)
        solid = rows["measured_count"] >= minimum_count
        line = {"color": colours.phase(phase), "width": 2.5, "dash": DASHES[phase]}
        joined = _with_gaps(rows[column].where(solid))
        figure.add_scatter(x=list(positions), y=joined, mode="lines", line=line, hoverinfo="skip")
        known = rows[rows[column].notna()]
        points = zip(known.index, known[column], known["measured_count"], strict=True)
        figure.add_scatter(
            x=list(known.index),
            y=list(known[column]),
            mode="markers",
            marker=_marker(phase, solid[known.index], colours, 6),
            hovertext=[
                _hover(say_position(position), phase, value, count, column, language)
                for position, value, count in points
            ],
            hoverinfo="text",
        )
    _add_phase_key(figure, language, colours)
    top = _top(profile[column].max(), column)
    figure.update_layout(margin={"t": 38})
    figure.update_yaxes(range=[0, top], **_value_ticks(top, column, language))
    if (profile["measured_count"] < minimum_count).any():
        note = T("Hollow: fewer than {count} calls", count=str(minimum_count))
        _add_note(figure, language.say(note), colours)
    return figure
