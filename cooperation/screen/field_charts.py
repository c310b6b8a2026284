"""The small lines of a field: each of its indicators year by year, zone by zone."""

from collections.abc import Mapping
from datetime import date
from html import escape
from typing import Any

import pandas as pd

from cooperation.answers.answer import Evidence
from cooperation.language import Language, T, Text
from cooperation.palette import Palette
from cooperation.screen.cards import Sparkline, sparkline_html
from cooperation.wording.fields import figure_name, figure_text, per_text

LINE_COLUMNS = ["indicator_code", "measure", "zone_code"]


def yearly_sparkline(years: pd.DataFrame, start: date) -> Sparkline:
    """Return the small line of one figure of the series; a year that is unknown or hidden leaves it open."""
    return Sparkline(
        months=tuple(moment.date() for moment in years["year_start"]),
        values=tuple(years["value"].astype("float64")),
        phases=tuple(years["phase"]),
        start=start,
        is_yearly=True,
    )


def year_figure_text(row: Mapping[Any, Any], evidence: Evidence, language: Language) -> str:
    """Return the figure of one year of the series as a reader sees it, "< 5" or "x" where it is hidden."""
    return figure_text(
        {**row, "after": row["value"], "after_hidden": row["hidden"]}, "after", evidence, language
    )


def small_lines_html(
    series: pd.DataFrame,
    starts: Mapping[str | None, date],
    zone_names: Mapping[Any, Text | str],
    evidence: Evidence,
    language: Language,
    colours: Palette,
) -> str:
    """Return a small line for every indicator, measure and zone of the series; "" where none has two years to show.

    `starts` gives the day on which the zone of a line joined. Pictures of text and SVG: a field has many of them.
    """
    lines = [
        _line_html(years, starts[_scope(years)], zone_names, evidence, language, colours)
        for _, years in series.groupby(LINE_COLUMNS, sort=False, dropna=False)
    ]
    drawn = "".join(lines)
    if not drawn:
        return ""
    note = escape(language.say(T("Year by year; each line has a scale of its own, from zero.")))
    return f'<p class="figure-subtitle">{note}</p><div class="small-lines">{drawn}</div>'


def _line_html(
    years: pd.DataFrame,
    start: date,
    zone_names: Mapping[Any, Text | str],
    evidence: Evidence,
    language: Language,
    colours: Palette,
) -> str:
    picture = sparkline_html(yearly_sparkline(years, start), language, colours)
    if not picture:
        return ""
    row = years.iloc[0].to_dict()
    zone = zone_names.get(row["zone_code"], T("All zones together"))
    ends = " · ".join(
        f"{one['year_start'].year}: {year_figure_text(one, evidence, language)}" for one in _ends(years)
    )
    said = [figure_name(row, evidence, language), language.say(per_text(row, evidence, language))]
    return (
        f"<figure><figcaption><strong>{escape(said[0])}</strong> {escape(language.say(zone))}"
        f'<span class="per">{escape(said[1])}</span></figcaption>{picture}<p class="ends">{escape(ends)}</p></figure>'
    )


def _scope(years: pd.DataFrame) -> str | None:
    zone_code: str | None = years["zone_code"].iloc[0]
    return zone_code


def _ends(years: pd.DataFrame) -> list[dict[Any, Any]]:
    """Return the first and the last year of a line."""
    return years.iloc[[0, -1]].to_dict("records")
