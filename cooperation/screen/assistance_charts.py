"""The picture of who helped whom: a pair of bars a direction, readable with two zones and with twenty directions."""

from collections.abc import Mapping
from html import escape

import pandas as pd
import plotly.graph_objects as go

from cooperation.answers.periods import PHASES
from cooperation.language import Language, T, Text
from cooperation.palette import Palette, translucent
from cooperation.screen.charts import (
    ABOVE_LEFT,
    FONT_SIZE,
    _coloured,
    _say_phase,
    _sheet,
    _write,
)

URGENCIES: Mapping[str, Text] = {"urgent": T("urgent"), "planned": T("planned"), "other": T("other work")}
# The most pressing help is the darkest, also in black-and-white print.
OPACITIES = {"urgent": 1.0, "planned": 0.6, "other": 0.28}
DIRECTION_HEIGHT = 92
BAR_WIDTH = 0.26
OFFSETS = {"before": 0.06, "after": -0.26}


def flow_bars(
    flows: pd.DataFrame, names: Mapping[str, str], language: Language, colours: Palette
) -> go.Figure:
    """Draw for every direction how many interventions had help, before and after, urgent help first."""
    ways = directions(flows)
    figure = _sheet(colours, height=60 + DIRECTION_HEIGHT * max(len(ways), 1))
    for place, way in enumerate(ways):
        rows = _of(flows, way)
        for phase in PHASES:
            _add_bar(figure, -place, rows[rows["phase"] == phase], phase, language, colours)
        title = f"<b>{escape(say_direction(way, names, language))}</b>"
        _write(
            figure,
            title,
            colours.text,
            size=FONT_SIZE,
            xref="paper",
            x=0,
            xanchor="left",
            y=-place + 0.24,
            yanchor="bottom",
        )
    _add_key(figure, language, colours)
    most = (
        flows.groupby(["to_zone_code", "from_zone_code", "phase"], dropna=False)["intervention_count"]
        .sum()
        .max()
    )
    # Room for the number and the phase behind the longest bar, on a phone as well.
    end = max(float(most), 1.0) * 1.45 if pd.notna(most) else 1.0
    figure.update_layout(barmode="stack", margin={"t": 40, "l": 6, "r": 6, "b": 8})
    figure.update_yaxes(range=[-len(ways) + 0.4, 0.7], showticklabels=False, showgrid=False)
    figure.update_xaxes(range=[0, end], visible=False)
    return figure


def flow_alternative(flows: pd.DataFrame, names: Mapping[str, str], language: Language) -> Text:
    """Say of every direction how many interventions had help before and after."""
    parts = [
        language.say(
            T(
                "{direction}: {before} before and {after} after",
                direction=say_direction(way, names, language),
                **{phase: language.number(_count(_of(flows, way), phase)) for phase in PHASES},
            )
        )
        for way in directions(flows)
    ]
    return T("Interventions with help. {parts}.", parts="; ".join(parts))


def directions(flows: pd.DataFrame) -> list[tuple[str | None, str]]:
    """Return who helped whom, in the order of the answer; None where the zone that helped is unknown."""
    pairs = flows[["from_zone_code", "to_zone_code"]].drop_duplicates()
    return [(None if pd.isna(helper) else helper, helped) for helper, helped in pairs.to_numpy().tolist()]


def say_direction(way: tuple[str | None, str], names: Mapping[str, str], language: Language) -> str:
    """Return "PZ Voeren → PZ Bilzen-Hoeselt-Riemst"."""
    helper, helped = way
    known = language.say(T("unknown zone")) if helper is None else names.get(helper, helper)
    return f"{known} → {names[helped]}"


def _of(flows: pd.DataFrame, way: tuple[str | None, str]) -> pd.DataFrame:
    helper, helped = way
    is_helper = flows["from_zone_code"].isna() if helper is None else flows["from_zone_code"] == helper
    return flows[is_helper & (flows["to_zone_code"] == helped)]


def _count(rows: pd.DataFrame, phase: str) -> int:
    return int(rows.loc[rows["phase"] == phase, "intervention_count"].sum())


def _add_bar(
    figure: go.Figure, y: float, rows: pd.DataFrame, phase: str, language: Language, colours: Palette
) -> None:
    """Draw one phase of one direction as a bar of three parts, with its sum behind it."""
    counts = rows.set_index("urgency")["intervention_count"]
    colour = colours.phase(phase)
    for urgency, name in URGENCIES.items():
        count = int(counts.get(urgency, 0))
        figure.add_bar(
            x=[count],
            y=[y + OFFSETS[phase] + BAR_WIDTH / 2 - 0.06],
            width=BAR_WIDTH,
            orientation="h",
            marker={"color": translucent(colour, OPACITIES[urgency]), "line": {"color": colour, "width": 1}},
            hovertext=[
                f"<b>{_say_phase(phase, language)}</b><br>{escape(language.say(name))}: {language.number(count)}"
            ],
            hoverinfo="text",
        )
    total = int(counts.sum())
    _write(
        figure,
        _coloured(f"<b>{language.number(total)}</b> {_say_phase(phase, language)}", colour),
        colours.text,
        size=FONT_SIZE,
        x=total,
        xanchor="left",
        xshift=6,
        y=y + OFFSETS[phase] + BAR_WIDTH / 2 - 0.06,
        yanchor="middle",
    )


def _add_key(figure: go.Figure, language: Language, colours: Palette) -> None:
    words = [
        f"{_coloured('■', translucent(colours.after, OPACITIES[urgency]))} {escape(language.say(name))}"
        for urgency, name in URGENCIES.items()
    ]
    _write(figure, "&nbsp;&nbsp;&nbsp;".join(words), colours.text, size=FONT_SIZE, yshift=10, **ABOVE_LEFT)
