"""The pictures behind a verdict: three steps against zero, the trend, invented starts, the control chart, years."""

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from cooperation.answers.periods import PHASES
from cooperation.language import TN, Language, T, Text
from cooperation.palette import Palette, translucent
from cooperation.screen.charts import (
    BELOW_LEFT,
    FONT_SIZE,
    LABEL_SIZE,
    SYMBOLS,
    ChartEvent,
    _add_events,
    _add_line,
    _add_note,
    _days,
    _hover,
    _month_axis,
    _say_phase,
    _sheet,
    _time_ticks,
    _top,
    _with_gaps,
    _write,
)

STEP_SECONDS = (5, 10, 15, 30, 60, 120, 300, 600, 1200)
# More would lie over each other on a phone.
MOST_TICKS_A_SIDE = 2
BELOW_RIGHT: dict[str, Any] = {**BELOW_LEFT, "x": 1, "xanchor": "right"}
MONTHS_OF_SPAN = {"quarter": 3, "year": 12}


def three_steps(
    steps: pd.DataFrame, language: Language, colours: Palette, *, names: Mapping[str, Text]
) -> go.Figure:
    """Draw one row a step: its difference and interval against zero, faster to the left.

    `steps` holds step, estimate, low, high and reason of one statistic in seconds; a step with a reason why it is not
    given says so.
    """
    rows = steps[steps["reason"].isna()].set_index("step").reindex(list(names))
    figure = _sheet(colours, height=70 + 74 * len(rows))
    reach = _reach(rows[["estimate", "low", "high"]])
    _add_line(figure, 0.0, colours.text, 1.5)
    for place, (step, row) in enumerate(rows.iterrows()):
        name = escape(language.say(names[str(step)]))
        beside: dict[str, Any] = {"xref": "paper", "x": 0, "y": -place, "yshift": 14}
        title = f"<b>{name}</b>"
        if pd.isna(row["estimate"]):
            title += f" · {escape(language.say(T('not given')))}"
        else:
            _add_interval(figure, row, -place, language, colours)
        _write(
            figure,
            title,
            colours.text,
            size=FONT_SIZE,
            xanchor="left",
            yanchor="bottom",
            bgcolor=colours.background,
            **beside,
        )
    figure.update_yaxes(range=[-len(rows) + 0.6, 0.8], visible=False)
    figure.update_xaxes(range=[-reach, reach], showgrid=True, **_signed_ticks(reach, language))
    _write_directions(figure, language, colours)
    return figure


def _add_interval(
    figure: go.Figure, row: pd.Series, place: float, language: Language, colours: Palette
) -> None:
    ends = [row["estimate"] if pd.isna(row[name]) else row[name] for name in ("low", "high")]
    line = {"color": colours.after, "width": 4}
    figure.add_scatter(x=ends, y=[place, place], mode="lines", line=line, hoverinfo="skip")
    figure.add_scatter(
        x=[row["estimate"]],
        y=[place],
        mode="markers",
        marker={"color": colours.after, "size": 13, "symbol": SYMBOLS["after"]},
        hovertext=[escape(language.say(directed(row["estimate"], language)))],
        hoverinfo="text",
    )


def directed(seconds: float, language: Language) -> Text:
    """Return a difference in time with its direction in words."""
    amount = language.duration(abs(seconds))
    if round(abs(seconds)) == 0:
        return T("no difference")
    return T("{amount} faster", amount=amount) if seconds < 0 else T("{amount} slower", amount=amount)


def trend(
    months: pd.DataFrame,
    language: Language,
    colours: Palette,
    *,
    start: date,
    events: Sequence[ChartEvent] = (),
) -> go.Figure:
    """Draw the months, the fitted trend, and from the start on where it was heading without the step."""
    table = months.assign(month=pd.to_datetime(months["month"]))
    figure = _sheet(colours, height=380)
    _add_points(figure, table, language, colours)
    after = table[table["without_step_seconds"].notna()]
    if not after.empty:
        band = [*after["without_step_high"], *after["without_step_low"][::-1]]
        figure.add_scatter(
            x=[*_days(after["month"]), *_days(after["month"])[::-1]],
            y=band,
            mode="lines",
            line={"width": 0},
            fill="toself",
            fillcolor=translucent(colours.before, 0.18),
            hoverinfo="skip",
        )
        line = {"color": colours.before, "width": 2.5, "dash": "dash"}
        figure.add_scatter(
            x=_days(after["month"]),
            y=list(after["without_step_seconds"]),
            mode="lines",
            line=line,
            hoverinfo="skip",
        )
    for phase in PHASES:
        rows = table[table["phase"] == phase]
        figure.add_scatter(
            x=_days(rows["month"]),
            y=_with_gaps(rows["fitted_seconds"]),
            mode="lines",
            line={"color": colours.phase(phase), "width": 3},
            hoverinfo="skip",
        )
    columns = ["median_seconds", "fitted_seconds", "without_step_high"]
    _finish_months(figure, table, columns, language, colours, start=start, events=events)
    return figure


def control_chart(months: pd.DataFrame, language: Language, colours: Palette, *, start: date) -> go.Figure:
    """Draw the months with the middle and the limits of those before; what breaks the pattern is ringed."""
    table = months.assign(month=pd.to_datetime(months["month"]))
    figure = _sheet(colours, height=380)
    signals = table[table["is_outside"] | table["is_in_run"]]
    for name, dash in (("centre", "solid"), ("low", "dot"), ("high", "dot")):
        if table[name].notna().any():
            level = max(0.0, float(table[name].iloc[0]))
            figure.add_hline(y=level, line={"color": colours.before, "width": 1.5, "dash": dash})
    _add_points(figure, table, language, colours)
    figure.add_scatter(
        x=_days(signals["month"]),
        y=list(signals["median_seconds"]),
        mode="markers",
        marker={"size": 13, "symbol": "circle-open", "color": colours.text, "line": {"width": 2}},
        hoverinfo="skip",
    )
    _finish_months(figure, table, ["median_seconds", "high"], language, colours, start=start)
    note = T("Ringed: out of the ordinary")
    _add_note(figure, language.say(note), colours)
    return figure


def invented_starts(steps: pd.DataFrame, language: Language, colours: Palette) -> go.Figure:
    """Draw the step found at every invented start, grey, and at the real one, blue, each with its interval."""
    figure = _sheet(colours, height=340)
    reach = _reach(steps[["step_seconds", "low", "high"]])
    for phase, is_real in (("before", False), ("after", True)):
        rows = steps[steps["is_real"] == is_real]
        colour = colours.phase(phase)
        figure.add_scatter(
            x=[f"{month:%Y-%m-%d}" for month in rows["month"]],
            y=list(rows["step_seconds"]),
            mode="markers",
            marker={"color": colour, "size": 12 if is_real else 8, "symbol": SYMBOLS[phase]},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": list(rows["high"] - rows["step_seconds"]),
                "arrayminus": list(rows["step_seconds"] - rows["low"]),
                "color": colour,
                "thickness": 2.5 if is_real else 1.5,
                "width": 3,
            },
            hovertext=[
                f"<b>{escape(language.month(row.month))}</b><br>"
                + escape(language.say(directed(row.step_seconds, language)))
                for row in rows.itertuples()
            ],
            hoverinfo="text",
        )
    figure.add_hline(y=0, line={"color": colours.text, "width": 1.5})
    figure.update_yaxes(range=[-reach, reach], **_signed_ticks(reach, language))
    figure.update_xaxes(**_month_axis(steps["month"]))
    for text, y, anchor in ((T("slower"), 1, "top"), (T("faster"), 0, "bottom")):
        word = escape(language.say(text))
        place: dict[str, Any] = {"xref": "paper", "yref": "paper", "x": 0.75, "y": y}
        _write(figure, word, colours.muted, xanchor="center", yanchor=anchor, **place)
    return figure


def pooled(
    spans: pd.DataFrame, language: Language, colours: Palette, *, start: date, minimum_count: int
) -> go.Figure:
    """Draw the median of every quarter or year with its margin; hollow where it holds too few calls."""
    table = spans.assign(first_day=pd.to_datetime(spans["first_day"]))
    figure = _sheet(colours, height=340)
    for phase in PHASES:
        rows = table[(table["phase"] == phase) & table["median_seconds"].notna()]
        colour = colours.phase(phase)
        figure.add_scatter(
            x=_middles(rows),
            y=list(rows["median_seconds"]),
            mode="markers",
            marker={
                "symbol": SYMBOLS[phase],
                "size": 10,
                "color": [colour if enough else colours.background for enough in rows["is_enough"]],
                "line": {"color": colour, "width": 2},
            },
            error_y={
                "type": "data",
                "symmetric": False,
                "array": list((rows["high"] - rows["median_seconds"]).fillna(0)),
                "arrayminus": list((rows["median_seconds"] - rows["low"]).fillna(0)),
                "color": translucent(colour, 0.6),
                "thickness": 2,
                "width": 4,
            },
            hovertext=[
                _hover(
                    language.month(row.first_day),
                    phase,
                    row.median_seconds,
                    row.measured_count,
                    "median_seconds",
                    language,
                )
                for row in rows.itertuples()
            ],
            hoverinfo="text",
        )
    steps = _add_events(figure, table["first_day"], (), start, language, colours)
    top = _top(table[["median_seconds", "high"]].max().max(), "median_seconds")
    figure.update_layout(margin={"t": 14 + 20 * steps})
    figure.update_yaxes(range=[0, top], **_time_ticks(top, language))
    figure.update_xaxes(**_span_axis(table))
    note = T("Hollow: fewer than {count} calls", count=str(minimum_count))
    _add_note(figure, language.say(note), colours)
    return figure


def _middles(rows: pd.DataFrame) -> list[str]:
    half = rows["span"].map(MONTHS_OF_SPAN) * 15
    return list((rows["first_day"] + pd.to_timedelta(half, unit="D")).dt.strftime("%Y-%m-%d"))


def _span_axis(table: pd.DataFrame) -> dict[str, Any]:
    if table.empty:
        return {"visible": False}
    last_month = pd.DateOffset(months=MONTHS_OF_SPAN[table["span"].iloc[0]] - 1)
    return _month_axis(pd.concat([table["first_day"], table["first_day"] + last_month]))


def _add_points(figure: go.Figure, table: pd.DataFrame, language: Language, colours: Palette) -> None:
    """Draw one point a month, in the shape and colour of its phase."""
    for phase in PHASES:
        rows = table[(table["phase"] == phase) & table["median_seconds"].notna()]
        figure.add_scatter(
            x=_days(rows["month"]),
            y=list(rows["median_seconds"]),
            mode="markers",
            marker={
                "symbol": SYMBOLS[phase],
                "size": 6,
                "color": translucent(colours.phase(phase), 0.7),
            },
            hovertext=[
                _hover(
                    language.month(row.month),
                    phase,
                    row.median_seconds,
                    row.measured_count,
                    "median_seconds",
                    language,
                )
                for row in rows.itertuples()
            ],
            hoverinfo="text",
        )


def _finish_months(
    figure: go.Figure,
    table: pd.DataFrame,
    columns: list[str],
    language: Language,
    colours: Palette,
    *,
    start: date,
    events: Sequence[ChartEvent] = (),
) -> None:
    steps = _add_events(figure, table["month"], events, start, language, colours)
    top = _top(table[columns].max().max(), "median_seconds")
    figure.update_layout(margin={"t": 14 + 20 * steps})
    figure.update_yaxes(range=[0, top], **_time_ticks(top, language))
    figure.update_xaxes(**_month_axis(table["month"]))


def _reach(figures: pd.DataFrame) -> float:
    """Return the end of an axis around zero that holds every figure."""
    largest = figures.abs().max().max()
    return 60.0 if pd.isna(largest) or largest == 0 else float(largest) * 1.12


def _signed_ticks(reach: float, language: Language) -> dict[str, Any]:
    """Return ticks on both sides of zero; which side is faster stands in words, not in a sign."""
    step = next((step for step in STEP_SECONDS if reach / step < MOST_TICKS_A_SIDE + 1), STEP_SECONDS[-1])
    # A tick at the very end has no room for its words.
    side = int(reach * 0.95 // step)
    ticks = [step * place for place in range(-side, side + 1)]
    return {"tickvals": ticks, "ticktext": [language.short_duration(abs(tick)) for tick in ticks]}


def _write_directions(figure: go.Figure, language: Language, colours: Palette) -> None:
    figure.update_layout(margin={"b": 58})
    left, right = (escape(language.say(text)) for text in (T("faster"), T("slower")))
    _write(figure, f"← {left}", colours.muted, size=LABEL_SIZE, yshift=-32, **BELOW_LEFT)
    _write(figure, f"{right} →", colours.muted, size=LABEL_SIZE, yshift=-32, **BELOW_RIGHT)


def invented_starts_alternative(steps: pd.DataFrame, language: Language) -> Text:
    """Say how many of the invented starts show a step, and how many one as large as the real one."""
    invented, real = steps[~steps["is_real"]], steps[steps["is_real"]]
    excluding = int(((invented["low"] > 0) | (invented["high"] < 0)).sum())
    as_large = int((invented["step_seconds"].abs() >= real["step_seconds"].abs().max()).sum())
    return T(
        "{tried}: {excluding} of them show a step that is hard to put down to chance,"
        " {as_large} one as large as the real one.",
        tried=TN("{count} invented start", "{count} invented starts", count=len(invented)),
        excluding=language.number(excluding),
        as_large=language.number(as_large),
    )


def control_chart_alternative(months: pd.DataFrame, language: Language) -> Text:
    """Say how many months before and after break the pattern of the months before."""
    is_signal = months["is_outside"] | months["is_in_run"]
    counts = {phase: int(is_signal[months["phase"] == phase].sum()) for phase in PHASES}
    return T(
        "Months that break the pattern of the months before: {before} before the start, {after} after it.",
        before=language.number(counts["before"]),
        after=language.number(counts["after"]),
    )


def pooled_alternative(spans: pd.DataFrame, language: Language) -> Text:
    """Say every quarter or year: its calls and its median."""
    parts = [
        language.say(
            T(
                "{month} ({phase}): {median}, {calls}",
                month=language.month(row.first_day),
                phase=_say_phase(row.phase, language),
                median=language.duration(row.median_seconds),
                calls=TN("{count} call", "{count} calls", count=int(row.measured_count)),
            )
        )
        for row in spans.itertuples()
    ]
    return T("Taken together. {parts}.", parts="; ".join(parts))
