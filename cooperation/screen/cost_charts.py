"""The pictures of costs: a bar a year, and before against after per field or category."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from html import escape
from itertools import accumulate
from textwrap import wrap
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from cooperation.answers.periods import PHASES
from cooperation.language import Language, T, Text
from cooperation.palette import Palette, translucent
from cooperation.screen.charts import (
    FONT_SIZE,
    LABEL_SIZE,
    _add_line,
    _add_note,
    _add_phase_key,
    _coloured,
    _sheet,
    _write,
)
from cooperation.wording.verdicts import phase_text

BAR_ROOM = 90
TICK_STEPS = (1, 2, 2.5, 5, 10)
MOST_TICKS = 5
MILLION, HUNDRED_THOUSAND, THOUSAND = Decimal(1_000_000), Decimal(100_000), Decimal(1_000)
# Eight bars on a phone leave each some 37 pixels.
BAR_LABEL_SIZE = 12
NAME_WIDTH = 38
LINE_ROOM = 0.24


def yearly_bars(
    years: pd.DataFrame, language: Language, colours: Palette, *, start: date, with_nominal: bool
) -> go.Figure:
    """Draw the cost of every calendar year as a bar, before grey and after blue, with the start between them.

    `years` holds year, phase, is_whole_year, cost_eur and nominal_eur. A year that is not whole is hollow, one that
    is unknown has no bar. `with_nominal` marks what was paid in the euros of then.
    """
    figure = _sheet(colours, height=400)
    unit = MILLION if (years["cost_eur"].dropna() >= HUNDRED_THOUSAND).any() else THOUSAND
    known = years[years["cost_eur"].notna()]
    for row in known.to_dict("records"):
        colour = colours.phase(row["phase"]) if row["phase"] in PHASES else colours.neutral
        figure.add_bar(
            # Only the place of a bar is a float; every amount in words comes from the exact one.
            x=[row["year"]],
            y=[float(row["cost_eur"])],
            width=0.72,
            marker={
                "color": colour if row["is_whole_year"] else translucent(colour, 0.12),
                "line": {"color": colour, "width": 2},
            },
            text=[language.number(row["cost_eur"] / unit, 2)],
            textposition="outside",
            textangle=0,
            constraintext="none",
            textfont={"size": BAR_LABEL_SIZE, "color": colours.text},
            cliponaxis=False,
            hovertext=[_year_hover(row, language)],
            hoverinfo="text",
        )
    if with_nominal:
        paid = years[years["nominal_eur"].notna()]
        figure.add_scatter(
            x=list(paid["year"]),
            y=[float(amount) for amount in paid["nominal_eur"]],
            mode="markers",
            marker={"symbol": "line-ew", "size": 26, "line": {"color": colours.text, "width": 3}},
            hoverinfo="skip",
        )
    key = [T("above each bar: million euros") if unit == MILLION else T("above each bar: thousand euros")]
    key += [T("━ as paid, in the euros of that year")] if with_nominal else []
    _write(
        figure,
        "<br>".join(escape(language.say(text)) for text in key),
        colours.muted,
        xref="paper",
        yref="paper",
        x=0,
        y=1,
        xanchor="left",
        yanchor="bottom",
        yshift=26,
    )
    _add_line(figure, start.year + (start.month - 1) / 12 - 0.5, colours.text, 2)
    _write(
        figure,
        f"<b>{escape(language.say(T('start on {date}', date=language.date(start))))}</b>",
        colours.text,
        x=start.year + (start.month - 1) / 12 - 0.5,
        y=1,
        yref="paper",
        xanchor="center",
        yanchor="bottom",
        yshift=4,
    )
    top = _top([*known["cost_eur"], *(years["nominal_eur"].dropna() if with_nominal else ())])
    figure.update_layout(margin={"t": 78}, bargap=0.2)
    figure.update_yaxes(range=[0, top * 1.12], **_money_ticks(top, language))
    shown = [int(year) for year in years["year"]]
    figure.update_xaxes(
        tickvals=shown,
        ticktext=[str(year) for year in shown],
        range=[min(shown) - 0.6, max(shown) + 0.6] if shown else None,
        tickangle=0,
    )
    if not known["is_whole_year"].all():
        _add_note(figure, language.say(T("Hollow: not the whole year")), colours)
    return figure


def yearly_alternative(years: pd.DataFrame, language: Language, *, place: str) -> Text:
    """Say what every year cost."""
    parts = [f"{row['year']}: {language.money(row['cost_eur'])}" for row in years.to_dict("records")]
    return T("Cost per year of {place}. {parts}.", place=place, parts="; ".join(parts))


def before_after_bars(
    groups: pd.DataFrame,
    language: Language,
    colours: Palette,
    *,
    column: str,
    names: Mapping[Any, Text | str],
) -> go.Figure:
    """Draw the cost of a year before and after as two bars for every group, each with its amount."""
    rows = [row for row in groups.to_dict("records") if row[column] in names]
    lines = [wrap(language.say(names[row[column]]), NAME_WIDTH) for row in rows]
    # A name of more lines needs more room above its bars.
    rooms = [1 + LINE_ROOM * (len(name) - 1) for name in lines]
    figure = _sheet(colours, height=round(60 + BAR_ROOM * max(sum(rooms), 1)))
    amounts = [row[f"{phase}_eur"] for row in rows for phase in PHASES]
    lowest = min((float(amount) for amount in amounts if amount is not None), default=0.0)
    for row, name, at in zip(rows, lines, accumulate(rooms), strict=True):
        _add_group(figure, -at, row, name, language, colours)
    _add_phase_key(figure, language, colours)
    figure.update_layout(margin={"t": 34, "l": 6, "r": 6}, barmode="overlay")
    figure.update_yaxes(range=[-sum(rooms) - 0.35, 0], showticklabels=False, showgrid=False)
    # Amounts stand outside their bars and need room, on a phone as well.
    figure.update_xaxes(
        range=[min(lowest * 1.6, 0), _top(amounts) * 1.55], showgrid=False, showticklabels=False, ticks=""
    )
    return figure


def _add_group(
    figure: go.Figure,
    at: float,
    row: Mapping[str, Any],
    name: Sequence[str],
    language: Language,
    colours: Palette,
) -> None:
    """Draw one group: its name above, and a bar with its amount for each phase."""
    _write(
        figure,
        "<br>".join(f"<b>{escape(line)}</b>" for line in name),
        colours.text,
        size=FONT_SIZE,
        xref="paper",
        x=0,
        y=at,
        yshift=22,
        xanchor="left",
        yanchor="bottom",
    )
    for phase, shift in zip(PHASES, (0.1, -0.16), strict=True):
        amount = row[f"{phase}_eur"]
        said = escape(language.money(amount))
        figure.add_bar(
            x=[float(amount or 0)],
            y=[at + shift],
            width=0.23,
            orientation="h",
            marker={"color": colours.phase(phase)},
            text=[_coloured(said, colours.phase(phase))],
            textposition="outside",
            constraintext="none",
            textfont={"size": LABEL_SIZE},
            cliponaxis=False,
            hovertext=[
                f"<b>{escape(' '.join(name))}</b> · {escape(language.say(phase_text(phase)))}<br>{said}"
            ],
            hoverinfo="text",
        )


def before_after_alternative(
    groups: pd.DataFrame, language: Language, *, column: str, names: Mapping[Any, Text | str]
) -> Text:
    """Say before and after of every group."""
    parts = [
        language.say(
            T(
                "{group}: {before} before and {after} after",
                group=names[row[column]],
                before=language.money(row["before_eur"]),
                after=language.money(row["after_eur"]),
            )
        )
        for row in groups.to_dict("records")
        if row[column] in names
    ]
    return T("Cost of a year by group. {parts}.", parts="; ".join(parts))


def _year_hover(row: Mapping[str, Any], language: Language) -> str:
    lines = [
        f"<b>{row['year']}</b>",
        escape(language.money(row["cost_eur"], 2)),
        escape(language.say(T("as paid: {amount}", amount=language.money(row["nominal_eur"], 2)))),
    ]
    return "<br>".join(lines)


def _top(amounts: list[Decimal | None]) -> float:
    return max((float(amount) for amount in amounts if amount is not None and amount > 0), default=1.0)


def _money_ticks(top: float, language: Language) -> dict[str, Any]:
    """Return round amounts as ticks, five at most, in millions where they are."""
    magnitude = 10.0 ** (len(str(int(max(top, 1)))) - 1)
    steps = (step * magnitude / 10 for step in (*TICK_STEPS, 25, 50, 100))
    step = next(step for step in steps if top / step <= MOST_TICKS)
    ticks = [step * count for count in range(int(top / step) + 1)]
    return {"tickvals": ticks, "ticktext": [_tick(tick, step, language) for tick in ticks]}


def _tick(tick: float, step: float, language: Language) -> str:
    million = float(MILLION)
    if step * MOST_TICKS < million or not tick:
        return language.money(tick)
    decimals = 0 if step % million == 0 else 1
    return language.say(T("€ {number} m", number=language.number(tick / million, decimals)))
