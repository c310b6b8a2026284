"""Cards, verdicts and the sentences of a page, as HTML in which everything is escaped."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from html import escape
from typing import Any, Literal
from urllib.parse import quote

import pandas as pd
import streamlit as st

from cooperation.language import TN, Language, T, Text
from cooperation.palette import Palette

Unit = Literal["seconds", "share"]
Tone = Literal["better", "worse", "neutral"]

MAXIMUM_CARDS = 4
SPARKLINE_WIDTH = 240
SPARKLINE_HEIGHT = 48

# The signs themselves are drawn in style.py: st.html lets no SVG through.
_VERDICT_SIGNS = {
    "faster": "down",
    "slower": "up",
    "lower": "down",
    "higher": "up",
    "no_demonstrable_difference": "alike",
    "too_few_data": "few",
    "not_comparable": "unlike",
}


VERDICTS_WITHOUT_CHANGE = ("no_demonstrable_difference", "too_few_data", "not_comparable")


@dataclass(frozen=True)
class Sparkline:
    """A small monthly line: one value a month (NaN where unknown) and the phase of each."""

    months: tuple[date, ...]
    values: tuple[float, ...]
    phases: tuple[str, ...]
    start: date


@dataclass(frozen=True)
class FigureCard:
    """One figure in words that are ready to show; `figure` is the one after the start."""

    label: str
    figure: str
    change: str
    explanation: str = ""
    verdict: str | None = None
    higher_is_better: bool = False
    sparkline: Sparkline | None = None


def show_cards(cards: Sequence[FigureCard], language: Language, colours: Palette) -> None:
    """Show up to four cards in a row, in one column on a phone; ValueError for more."""
    st.html(cards_html(cards, language, colours))


def cards_html(cards: Sequence[FigureCard], language: Language, colours: Palette) -> str:
    """Return a row of at most four cards; ValueError for more."""
    if len(cards) > MAXIMUM_CARDS:
        raise ValueError(f"{len(cards)} cards in a row; at most {MAXIMUM_CARDS}")
    body = "".join(figure_card(card, language, colours) for card in cards)
    return f'<div class="figure-cards" style="--card-count:{len(cards)}">{body}</div>'


def figure_card(card: FigureCard, language: Language, colours: Palette) -> str:
    """Return one card: label, figure, verdict, change, explanation, monthly line."""
    parts = [
        f"<h2>{escape(card.label)}</h2>",
        f'<p class="figure">{escape(card.figure)}</p>',
        f'<p class="change">{escape(card.change)}</p>',
    ]
    if card.verdict:
        parts.append(verdict_badge(card.verdict, language, higher_is_better=card.higher_is_better))
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
    before = T("was {figure}", figure=_amount(comparison["before"], language, unit))
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
        figure=_amount(comparison["after"], language, unit),
        change=" · ".join(change),
        explanation=language.say(
            verdict_explanation(comparison, language, unit=unit) or confirmation_word(comparison) or ""
        ),
        verdict=comparison["verdict"],
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
    counts = [language.number(_known(rows["intervention_count"].get(phase))) for phase in ("before", "after")]
    missing = [
        language.percent(_known(rows["missing_arrival_share"].get(phase)), 1) for phase in ("before", "after")
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


def phase_text(phase: str) -> Text:
    """Return a phase in words; KeyError for an unknown code."""
    return {"before": T("before"), "after": T("after")}[phase]


def verdict_text(verdict: str) -> Text:
    """Return a verdict in words; KeyError for an unknown code."""
    return {
        "faster": T("faster"),
        "slower": T("slower"),
        "lower": T("lower"),
        "higher": T("higher"),
        "no_demonstrable_difference": T("no demonstrable difference"),
        "too_few_data": T("too few data"),
        "not_comparable": T("not comparable"),
    }[verdict]


def verdict_tone(verdict: str, *, higher_is_better: bool = False) -> Tone:
    """Return whether a verdict is good news, bad news or neither."""
    good = {"faster", "higher" if higher_is_better else "lower"}
    bad = {"slower", "lower" if higher_is_better else "higher"}
    if verdict in good:
        return "better"
    return "worse" if verdict in bad else "neutral"


def verdict_badge(verdict: str, language: Language, *, higher_is_better: bool = False) -> str:
    """Return a verdict as a word with its sign; the colour repeats them."""
    tone = verdict_tone(verdict, higher_is_better=higher_is_better)
    sign = f'<span class="sign sign-{_VERDICT_SIGNS[verdict]}" aria-hidden="true"></span>'
    word = escape(language.say(verdict_text(verdict)))
    return f'<span class="verdict verdict-{tone}">{sign}<span>{word}</span></span>'


def difference_text(comparison: pd.Series, language: Language, *, unit: Unit) -> Text | None:
    """Return the difference with its interval in words, None where the difference is unknown.

    `comparison` holds difference, low and high as after minus before; without a bound there is no interval.
    """
    difference, low, high = (_known(comparison[name]) for name in ("difference", "low", "high"))
    if difference is None:
        return None
    # Of the two figures as they are shown, or a reader who subtracts them finds another second.
    difference = _as_shown(comparison["after"], unit) - _as_shown(comparison["before"], unit)
    change = _directed(difference, language, unit)
    if low is None or high is None:
        return change
    if low * high > 0:
        ends: list[Any] = [_difference_amount(end, language, unit) for end in sorted((low, high), key=abs)]
    else:
        ends = [_directed(end, language, unit) for end in (low, high)]
    return T("{change}, between {low} and {high}", change=change, low=ends[0], high=ends[1])


def undecided_text(comparison: pd.Series, language: Language, *, unit: Unit) -> Text | None:
    """Return the interval of a difference that was not shown: to name its middle would claim what is not known."""
    low, high = (_known(comparison[name]) for name in ("low", "high"))
    if low is None or high is None:
        return None
    ends = [_directed(end, language, unit) for end in (low, high)]
    return T("the difference lies between {low} and {high}", low=ends[0], high=ends[1])


def verdict_explanation(comparison: pd.Series, language: Language, *, unit: Unit) -> Text | None:
    """Return why a verdict says nothing, or None where it says something."""
    verdict = comparison["verdict"]
    if verdict == "no_demonstrable_difference":
        # The smallest change that could be shown would say here that nothing was, beside an interval without zero.
        if "difference_below_relevant" in comparison["reasons"]:
            return T(
                "There is a change, but a smaller one than counts as a difference (see the page on method)."
            )
        smallest = _known(comparison["smallest_detectable"])
        if smallest is None:
            return None
        return T(
            "The smallest change that these data could have shown is {amount}.",
            amount=_difference_amount(smallest, language, unit),
        )
    if verdict == "too_few_data":
        return _too_few_text(comparison, language)
    if verdict == "not_comparable":
        return reasons_text(comparison["reasons"], language)
    return None


def _too_few_text(comparison: pd.Series, language: Language) -> Text:
    said = T(
        "{before} calls before and {after} after: not enough to judge.",
        before=language.number(_known(comparison["before_count"])),
        after=language.number(_known(comparison["after_count"])),
    )
    needed = months_needed_text(comparison, language)
    return said if needed is None else T("{said} {more}", said=said, more=needed)


def months_needed_text(comparison: pd.Series, language: Language) -> Text | None:
    """Return how many months more a verdict would need at the pace so far, None where nothing can be said."""
    before, after = (_known(comparison.get(f"months_needed_{phase}")) for phase in ("before", "after"))
    if before is None or after is None or before == after == 0:
        return None
    later = TN("{count} month", "{count} months", count=int(after))
    if before == 0:
        return T("With {months} more there would be enough.", months=later)
    earlier = TN("{count} month", "{count} months", count=int(before))
    if after == 0:
        return T("With {months} more from before the start there would be enough.", months=earlier)
    return T(
        "With {before} more from before the start and {after} more after it there would be enough.",
        before=earlier,
        after=later,
    )


def confirmation_word(comparison: pd.Series) -> Text | None:
    """Return in a word or two whether a change that was shown is confirmed, None where none was."""
    if comparison["verdict"] in VERDICTS_WITHOUT_CHANGE:
        return None
    return {
        "confirmed": T("Confirmed in both further checks"),
        "partly": T("Confirmed in one of two further checks"),
        "not_confirmed": T("Not confirmed in the further checks"),
        "not_available": T("No further checks possible"),
    }.get(comparison.get("confirmation"))


def confirmation_text(comparison: pd.Series) -> Text | None:
    """Return in plain words whether a change that was shown stands in the other two steps, None where none was."""
    if comparison["verdict"] in VERDICTS_WITHOUT_CHANGE:
        return None
    same_mix, against_trend = (_holds(comparison, step) for step in ("corrected", "against_trend"))
    match comparison.get("confirmation"):
        case "confirmed":
            return T(
                "Confirmed: it also shows with the same mix of calls, and against the trend that was there already."
            )
        case "partly" if same_mix and against_trend is None:
            return T(
                "Partly confirmed: it also shows with the same mix of calls; there are too few months for a trend."
            )
        case "partly" if same_mix:
            return T(
                "Partly confirmed: it also shows with the same mix of calls,"
                " but not against the trend that was there already."
            )
        case "partly" if same_mix is None:
            return T(
                "Partly confirmed: it also shows against the trend that was there already;"
                " the mix of calls changed too much to correct for it."
            )
        case "partly":
            return T(
                "Partly confirmed: it also shows against the trend that was there already,"
                " but not with the same mix of calls."
            )
        case "not_confirmed":
            return T(
                "Not confirmed: it does not show with the same mix of calls,"
                " or against the trend that was there already."
            )
        case "not_available":
            return T("Not checked further: there are too few months, or the mix of calls changed too much.")
    return None


def _holds(comparison: pd.Series, step: str) -> bool | None:
    """Tell whether a step points the same way as the difference, clear of zero; None where it is not given."""
    low, high = (_known(comparison.get(f"{step}_{end}")) for end in ("low", "high"))
    if low is None or high is None:
        return None
    return high < 0 if comparison["difference"] < 0 else low > 0


def reasons_text(reasons: Iterable[str], language: Language) -> Text | None:
    """Return the reasons against a comparison as one sentence, None where there are none."""
    words = {
        "no_matching_months": T("the two periods have no calendar month in common"),
        "months_not_matched": T("the two periods do not hold the same calendar months"),
        "completeness_changed": T("the share of calls without an arrival time changed too much"),
        "definition_changed": T("what is recorded changed in between"),
        "starts_differ": T("these zones did not join on the same day"),
        "below_minimum_count": T("there are too few calls"),
        "too_few_months": T("there are too few months to compare"),
        "interval_without_bound": T("there are too few calls for a margin"),
    }
    # A code that has no words yet is shown as it is: a reader may not lose a reason.
    parts = [language.say(words.get(reason, reason)) for reason in reasons]
    return T("Why: {reasons}.", reasons=language.join(parts)) if parts else None


def sparkline_html(sparkline: Sparkline, language: Language, colours: Palette) -> str:
    """Return the monthly line with the start marked and its years below; "" for fewer than two months."""
    if len(sparkline.months) < 2 or all(pd.isna(value) for value in sparkline.values):
        return ""
    start_share = sum(month < sparkline.start for month in sparkline.months) / len(sparkline.months)
    # A picture file inside the page: st.html lets no SVG element through.
    source = "data:image/svg+xml," + quote(_sparkline_svg(sparkline, start_share, colours))
    described = T(
        "Month by month from {first} to {last}; a line marks the start on {start}.",
        first=language.month(sparkline.months[0]),
        last=language.month(sparkline.months[-1]),
        start=language.date(sparkline.start),
    )
    return (
        f'<div class="sparkline"><img src="{source}" alt="{escape(language.say(described))}">'
        f"{_sparkline_axis(sparkline, start_share)}</div>"
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
        f'<path stroke="{colours.phase(phase)}" stroke-width="2" '
        f'd="{_path(points, sparkline.phases, phase)}"/>'
        for phase in ("before", "after")
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


def _known(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def _amount(value: Any, language: Language, unit: Unit) -> str:
    known = _known(value)
    return language.duration(known) if unit == "seconds" else language.percent(known, 1)


def _as_shown(value: float, unit: Unit) -> float:
    """Return a figure rounded as it is written: whole seconds, or tenths of a percent; halves up."""
    step = Decimal(1) if unit == "seconds" else Decimal("0.001")
    return float(Decimal(str(value)).quantize(step, ROUND_HALF_UP))


def _difference_amount(difference: float, language: Language, unit: Unit) -> str:
    size = abs(difference)
    return language.duration(size) if unit == "seconds" else language.points(size)


def _directed(difference: float, language: Language, unit: Unit) -> Text:
    """Return a difference with its direction in words, for a minus sign is easily missed."""
    amount = _difference_amount(difference, language, unit)
    if amount == _difference_amount(0.0, language, unit):
        return T("no difference")
    if unit == "seconds":
        return T("{amount} faster", amount=amount) if difference < 0 else T("{amount} slower", amount=amount)
    return T("{amount} lower", amount=amount) if difference < 0 else T("{amount} higher", amount=amount)


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


def _sparkline_axis(sparkline: Sparkline, start_share: float) -> str:
    """Return the first year, the start and the last year under the line, without words that touch."""
    first, last = sparkline.months[0].year, sparkline.months[-1].year
    middle = ""
    if 0.15 <= start_share <= 0.85:
        middle = f'<span class="start-label" style="left:{start_share:.1%}">{sparkline.start.year}</span>'
    years = f"<span>{first}</span>{middle}<span>{last}</span>"
    return f'<div class="sparkline-axis" aria-hidden="true">{years}</div>'
