"""Cards, verdicts and the sentences of a page, as HTML in which everything is escaped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from urllib.parse import quote

import pandas as pd
import streamlit as st

from cooperation.language import Language, T, Text
from cooperation.palette import Palette
from cooperation.wording.verdicts import (
    Unit,
    amount_text,
    confirmation_word,
    difference_text,
    known_number,
    undecided_text,
    verdict_explanation,
    verdict_of_row,
    verdict_text,
    verdict_tone,
)

MAXIMUM_CARDS = 4
SPARKLINE_WIDTH = 240
SPARKLINE_HEIGHT = 48
DOT_WIDTH = 6

# The signs themselves are drawn in style.py: st.html lets no SVG through.
VERDICT_SIGNS = {
    "faster": "down",
    "slower": "up",
    "lower": "down",
    "higher": "up",
    "no_demonstrable_difference": "alike",
    "too_few_data": "few",
    "not_comparable": "unlike",
}


@dataclass(frozen=True)
class Sparkline:
    """A small line: one value a month, or a year (NaN where unknown), and the phase of each."""

    months: tuple[date, ...]
    values: tuple[float, ...]
    phases: tuple[str, ...]
    start: date
    is_yearly: bool = False


@dataclass(frozen=True)
class FigureCard:
    """One figure in words that are ready to show; `figure` is the one after the start."""

    label: str
    figure: str
    change: str
    explanation: str = ""
    verdict: str | None = None
    said_verdict: Text | None = None
    higher_is_better: bool = False
    is_neutral: bool = False
    sparkline: Sparkline | None = None


def show_cards(cards: Sequence[FigureCard], language: Language, colours: Palette) -> None:
    """Show up to four cards in a row, in one column on a phone; ValueError for more."""
    st.html(cards_html(cards, language, colours))


def cards_html(
    cards: Sequence[FigureCard], language: Language, colours: Palette, *, heading: str = "h2"
) -> str:
    """Return a row of at most four cards, each with a heading of that rank; ValueError for more."""
    if len(cards) > MAXIMUM_CARDS:
        raise ValueError(f"{len(cards)} cards in a row; at most {MAXIMUM_CARDS}")
    body = "".join(figure_card(card, language, colours, heading=heading) for card in cards)
    return f'<div class="figure-cards" style="--card-count:{len(cards)}">{body}</div>'


def figure_card(card: FigureCard, language: Language, colours: Palette, *, heading: str = "h2") -> str:
    """Return one card: label, figure, verdict, change, explanation, monthly line."""
    parts = [
        f"<{heading}>{escape(card.label)}</{heading}>",
        f'<p class="figure">{escape(card.figure)}</p>',
        f'<p class="change">{escape(card.change)}</p>',
    ]
    if card.verdict:
        parts.append(
            verdict_badge(
                card.verdict,
                language,
                higher_is_better=card.higher_is_better,
                is_neutral=card.is_neutral,
                said=card.said_verdict,
            )
        )
    if card.explanation:
        parts.append(f'<p class="explanation">{escape(card.explanation)}</p>')
    if card.sparkline:
        parts.append(sparkline_html(card.sparkline, language, colours))
    return f'<article class="figure-card" aria-label="{escape(card.label)}">{"".join(parts)}</article>'


def comparison_card(
    label: Text,
    comparison: pd.Series,
    language: Language,
    *,
    unit: Unit,
    sparkline: Sparkline | None = None,
) -> FigureCard:
    """Return the card of one row of an answer's comparison table: after, before, difference, verdict.

    Times are seconds and better when lower; shares run from 0 to 1 and are better when higher.
    """
    before = T("was {figure}", figure=amount_text(comparison["before"], language, unit))
    change = [language.say(before)]
    # Where the verdict refuses to compare, a direction in words would compare after all.
    comparable = comparison["verdict"] not in ("too_few_data", "not_comparable")
    difference = difference_text(comparison, language, unit=unit) if comparable else None
    if comparison["verdict"] == "no_demonstrable_difference":
        difference = undecided_text(comparison, language, unit=unit)
    if difference is not None:
        change.append(language.say(difference))
    return FigureCard(
        label=language.say(label),
        figure=amount_text(comparison["after"], language, unit),
        change=" · ".join(change),
        explanation=language.say(
            verdict_explanation(comparison, language, unit=unit) or confirmation_word(comparison) or ""
        ),
        verdict=comparison["verdict"],
        said_verdict=verdict_of_row(comparison),
        higher_is_better=unit == "share",
        sparkline=sparkline,
    )


def count_card(
    label: Text, headline: pd.DataFrame, language: Language, *, sparkline: Sparkline | None = None
) -> FigureCard:
    """Return the card of how many calls there were and for what share no arrival is known.

    `headline` has one row per phase: phase, intervention_count, missing_arrival_share.
    """
    rows = headline.set_index("phase")
    counts = [
        language.number(known_number(rows["intervention_count"].get(phase))) for phase in ("before", "after")
    ]
    missing = [
        language.percent(known_number(rows["missing_arrival_share"].get(phase)), 1)
        for phase in ("before", "after")
    ]
    return FigureCard(
        label=language.say(label),
        figure=counts[1],
        change=language.say(T("was {figure}", figure=counts[0])),
        explanation=language.say(
            T("Without an arrival time: {before} before, {after} after", before=missing[0], after=missing[1])
        ),
        sparkline=sparkline,
    )


def monthly_sparkline(monthly: pd.DataFrame, column: str, start: date) -> Sparkline:
    """Return the small line of one column of an answer's monthly table (month, phase, the column).

    Months without calls are there too, or the line would run faster through quiet years.
    """
    if monthly.empty:
        return Sparkline((), (), (), start)
    values = monthly.assign(month=pd.to_datetime(monthly["month"])).set_index("month")[column]
    months = pd.date_range(values.index.min(), values.index.max(), freq="MS")
    return Sparkline(
        months=tuple(month.date() for month in months),
        values=tuple(values.reindex(months).astype("float64")),
        phases=tuple("before" if month.date() < start.replace(day=1) else "after" for month in months),
        start=start,
    )


def verdict_badge(
    verdict: str,
    language: Language,
    *,
    higher_is_better: bool = False,
    is_neutral: bool = False,
    said: Text | None = None,
) -> str:
    """Return a verdict as a word with its sign; the colour repeats them, where a change is good or bad.

    `said` is a word that fits the figure better than that of the verdict: more instead of higher.
    """
    tone = "neutral" if is_neutral else verdict_tone(verdict, higher_is_better=higher_is_better)
    sign = f'<span class="sign sign-{VERDICT_SIGNS[verdict]}" aria-hidden="true"></span>'
    word = escape(language.say(said or verdict_text(verdict)))
    return f'<span class="verdict verdict-{tone}">{sign}<span>{word}</span></span>'


def sparkline_html(sparkline: Sparkline, language: Language, colours: Palette) -> str:
    """Return the monthly line with the start marked and its years below; "" for fewer than two months."""
    if len(sparkline.months) < 2 or all(pd.isna(value) for value in sparkline.values):
        return ""
    start_share = sum(month < sparkline.start for month in sparkline.months) / len(sparkline.months)
    # A picture file inside the page: st.html lets no SVG element through.
    source = "data:image/svg+xml," + quote(_sparkline_svg(sparkline, start_share, colours))
    described = _sparkline_text(sparkline, language)
    return (
        f'<div class="sparkline"><img src="{source}" alt="{escape(language.say(described))}">'
        f"{_sparkline_axis(sparkline, start_share)}</div>"
    )


def _sparkline_text(sparkline: Sparkline, language: Language) -> Text:
    first, last, start = sparkline.months[0], sparkline.months[-1], language.date(sparkline.start)
    if sparkline.is_yearly:
        return T(
            "Year by year from {first} to {last}; a line marks the start on {start}.",
            first=str(first.year),
            last=str(last.year),
            start=start,
        )
    return T(
        "Month by month from {first} to {last}; a line marks the start on {start}.",
        first=language.month(first),
        last=language.month(last),
        start=start,
    )


def _sparkline_svg(sparkline: Sparkline, start_share: float, colours: Palette) -> str:
    """Return the line as SVG with zero at its foot, stretched to the card's width."""
    width, height = SPARKLINE_WIDTH, SPARKLINE_HEIGHT
    top = max(value for value in sparkline.values if not pd.isna(value))
    scale = (height - 4) / top if top > 0 else 0
    step = width / len(sparkline.months)
    # A month's value stands in the middle of the month, the start between two months.
    points = [(step * (i + 0.5), height - 2 - value * scale) for i, value in enumerate(sparkline.values)]
    lines = "".join(
        f'<path stroke="{colours.phase(phase)}" stroke-width="{stroke_width}" d="{drawn}"/>'
        for phase in ("before", "after")
        for path in [_path(points, sparkline.phases, phase)]
        for stroke_width, drawn in ((2, path), (DOT_WIDTH, _dots(path)))
        if drawn
    )
    start = width * start_share
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" preserveAspectRatio="none">'
        "<style>path{fill:none;stroke-linecap:round;stroke-linejoin:round;vector-effect:non-scaling-stroke}"
        "</style>"
        f'<path stroke="{colours.line}" d="M0 {height - 1}H{width}"/>'
        f'<path stroke="{colours.text}" stroke-width="1.5" stroke-dasharray="3 4" '
        f'd="M{start:.1f} 0V{height}"/>'
        f"{lines}</svg>"
    )


def answer_sentence(
    sentence: Text, language: Language, *, verdict: str | None = None, higher_is_better: bool = False
) -> str:
    """Return the page's answer in one sentence, after its verdict."""
    badge = verdict_badge(verdict, language, higher_is_better=higher_is_better) if verdict else ""
    return f'<p class="answer">{badge}{escape(language.say(sentence))}</p>'


def answer_more(sentences: Sequence[Text], language: Language) -> str:
    """Return what a reader must know with the answer, under it in a smaller type."""
    said = " ".join(escape(language.say(sentence)) for sentence in sentences)
    return f'<p class="answer-more">{said}</p>'


def filter_sentence(sentence: Text, language: Language) -> str:
    """Return the sentence that says what is counted."""
    label = escape(language.say(T("What is counted:")))
    return f'<p class="filter-sentence"><strong>{label}</strong> {escape(language.say(sentence))}</p>'


def footer_line(items: Sequence[Text | str], language: Language) -> str:
    """Return the line under a page: definition, number of calls, missing, latest export."""
    spans = "".join(f"<span>{escape(language.say(item))}</span>" for item in items)
    return f'<p class="footer-line" role="note">{spans}</p>'


def demonstration_banner(language: Language) -> str:
    """Return the warning that every figure on the page is invented."""
    title = escape(language.say(T("Invented data.")))
    body = escape(language.say(T("This is a demonstration: no figure on this page is real.")))
    return f'<p class="demonstration" role="note"><strong>{title}</strong> {body}</p>'


def notice(said: Text, language: Language) -> str:
    """Return a message that a reader must not miss."""
    return f'<p class="notice" role="alert">{escape(language.say(said))}</p>'


def file_list(fates: Mapping[str, str]) -> str:
    """Return files with what became of each in a sentence."""
    items = "".join(
        f"<li><strong>{escape(name)}</strong> {escape(fate)}</li>" for name, fate in fates.items()
    )
    return f'<ul class="file-list">{items}</ul>'


def empty_state(title: Text, what_to_do: Text, language: Language) -> str:
    """Return what a reader sees where there is nothing to show: what is missing and what to do next."""
    return (
        f'<div class="empty-state" role="status"><h2>{escape(language.say(title))}</h2>'
        f"<p>{escape(language.say(what_to_do))}</p></div>"
    )


def _path(points: Sequence[tuple[float, float]], phases: Sequence[str], phase: str) -> str:
    """Return the SVG path of one phase, broken where a month is unknown."""
    commands = []
    pen_down = False
    for (x, y), own in zip(points, phases, strict=True):
        if own != phase or y != y:
            pen_down = False
            continue
        # "h0" makes a month between two unknown ones a dot.
        commands.append(f"L{x:.1f} {y:.1f}" if pen_down else f"M{x:.1f} {y:.1f}h0")
        pen_down = True
    return "".join(commands)


def _dots(path: str) -> str:
    """Return the part of a path that is single months, which a line's own width would leave a speck."""
    return "".join(f"M{stroke}" for stroke in path.split("M")[1:] if "L" not in stroke)


def _sparkline_axis(sparkline: Sparkline, start_share: float) -> str:
    """Return the first year, the start and the last year under the line, without words that touch."""
    first, last = sparkline.months[0].year, sparkline.months[-1].year
    middle = ""
    if 0.15 <= start_share <= 0.85:
        middle = f'<span class="start-label" style="left:{start_share:.1%}">{sparkline.start.year}</span>'
    years = f"<span>{first}</span>{middle}<span>{last}</span>"
    return f'<div class="sparkline-axis" aria-hidden="true">{years}</div>'
