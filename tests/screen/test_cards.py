"""Cards and sentences: the right words for every verdict, nothing unescaped, nothing invented."""

import re
from datetime import date
from html.parser import HTMLParser
from math import nan
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperation.answers.answer import Evidence
from cooperation.language import T, speak
from cooperation.palette import palette
from cooperation.screen import cards
from cooperation.screen.style import SIGNS, style_sheet
from cooperation.warehouse.database import open_database
from cooperation.wording import fields, verdicts
from tests.browser import plain

ENGLISH = speak("en")
COLOURS = palette("light")
START = date(2022, 1, 1)
VERDICTS = (
    "faster",
    "slower",
    "lower",
    "higher",
    "no_demonstrable_difference",
    "too_few_data",
    "not_comparable",
)
NASTY = '<script>alert("&")</script>'


def comparison(**changes: Any) -> pd.Series:
    """Return a row of a comparison table: 10 min 28 s before, 9 min 40 s after, clearly faster."""
    row = {
        "before": 628.0,
        "after": 580.0,
        "difference": -48.0,
        "low": -76.0,
        "high": -20.0,
        "before_count": 8412,
        "after_count": 9120,
        "verdict": "faster",
        "reasons": [],
        "smallest_detectable": 28.0,
    }
    return pd.Series({**row, **changes})


def words(text: str) -> str:
    """Return text with ordinary spaces, for no-break spaces are not the subject here."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


class Outline(HTMLParser):
    """The tags of a piece of HTML, and whether each was closed in order."""

    VOID = frozenset({"img"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_card_says_after_before_difference_and_interval() -> None:
    card = cards.comparison_card(T("Half of the calls within"), comparison(), ENGLISH, unit="seconds")
    assert words(card.figure) == "9 min 40 s"
    assert words(card.change) == "was 10 min 28 s · 48 s faster, between 20 s and 1 min 16 s"
    assert card.explanation == ""


def test_an_interval_over_zero_names_the_direction_of_both_ends() -> None:
    row = comparison(
        after=614.0,
        difference=-14.0,
        low=-60.0,
        high=31.0,
        verdict="no_demonstrable_difference",
        smallest_detectable=66.0,
    )
    card = cards.comparison_card(T("Half of the calls within"), row, ENGLISH, unit="seconds")
    # Its middle is not named: 14 seconds faster would be quoted as if it had been shown.
    shown = "was 10 min 28 s · the difference lies between 1 min 00 s faster and 31 s slower"
    assert words(card.change) == shown
    assert words(card.explanation) == "The smallest change that these data could have shown is 1 min 06 s."


def test_a_change_too_small_to_count_is_not_said_to_be_none() -> None:
    row = comparison(
        after=618.0,
        difference=-10.0,
        low=-14.0,
        high=-6.0,
        verdict="no_demonstrable_difference",
        reasons=["difference_below_relevant"],
        smallest_detectable=15.0,
    )
    card = cards.comparison_card(T("Half of the calls within"), row, ENGLISH, unit="seconds")
    # "These data could have shown no less than 15 s" would be untrue beside an interval that excludes zero.
    assert (
        words(card.explanation)
        == "There is a change, but as measured it is smaller than what counts as a difference (see the page on method)."
    )


def test_an_interval_that_touches_zero_does_not_read_as_one_direction() -> None:
    text = verdicts.difference_text(comparison(low=-76.0, high=0.0), ENGLISH, unit="seconds")
    assert text is not None
    assert words(ENGLISH.say(text)) == "48 s faster, between 1 min 16 s faster and no difference"


def test_a_share_is_spoken_of_in_points_and_is_better_when_higher() -> None:
    row = comparison(before=0.614, after=0.58, difference=-0.034, low=-0.051, high=-0.018, verdict="lower")
    card = cards.comparison_card(T("Within the norm"), row, ENGLISH, unit="share")
    assert words(card.figure) == "58.0%"
    assert "3.4 percentage points lower" in words(card.change)
    assert "verdict-worse" in cards.figure_card(card, ENGLISH, COLOURS)


@pytest.mark.parametrize("verdict", ["too_few_data", "not_comparable"])
def test_where_nothing_can_be_compared_no_direction_is_named(verdict: str) -> None:
    # The September and March of two different years: slower on paper, and no screen may say so.
    row = comparison(
        before=540.0, after=660.0, difference=120.0, low=60.0, high=180.0, verdict=verdict,
        reasons=["no_matching_months"],
    )  # fmt: skip
    card = cards.comparison_card(T("Half of the calls within"), row, ENGLISH, unit="seconds")
    html = cards.figure_card(card, ENGLISH, COLOURS)
    assert "slower" not in html and "faster" not in html
    assert card.explanation


def test_unknown_figures_read_as_a_dash_and_never_as_zero() -> None:
    row = comparison(
        before=nan, after=None, difference=nan, low=None, high=nan, before_count=0, after_count=4,
        verdict="too_few_data", smallest_detectable=nan,
    )  # fmt: skip
    card = cards.comparison_card(T("Half of the calls within"), row, ENGLISH, unit="seconds")
    assert card.figure == "–"
    assert card.change == "was –"
    assert card.explanation == "0 calls before and 4 after: not enough to judge."


def test_a_missing_bound_leaves_the_interval_out() -> None:
    text = verdicts.difference_text(comparison(low=None), ENGLISH, unit="seconds")
    assert text is not None
    assert words(ENGLISH.say(text)) == "48 s faster"


def test_the_count_card_says_how_many_arrivals_are_missing() -> None:
    headline = pd.DataFrame(
        {
            "phase": ["before", "after"],
            "intervention_count": [8412, 9120],
            "missing_arrival_share": [0.061, nan],
        }
    )
    card = cards.count_card(T("Calls"), headline, ENGLISH)
    assert (card.figure, card.change) == ("9,120", "was 8,412")
    assert words(card.explanation) == "Without an arrival time: 6.1% before, – after"


def test_the_count_card_bears_a_phase_without_a_row() -> None:
    # A zone that joined after the start has no row before it.
    headline = pd.DataFrame({"phase": ["after"], "intervention_count": [12], "missing_arrival_share": [0.0]})
    assert cards.count_card(T("Calls"), headline, ENGLISH).change == "was –"


@pytest.mark.parametrize("code", ["nl", "fr", "en"])
@pytest.mark.parametrize("verdict", VERDICTS)
def test_a_verdict_is_a_word_and_a_sign_in_every_language(code: str, verdict: str) -> None:
    badge = Outline(cards.verdict_badge(verdict, speak(code)))
    assert len(badge.text) > 3
    assert badge.tags == ["span", "span", "span"]
    assert cards.VERDICT_SIGNS[verdict] in SIGNS


def test_a_verdict_needs_no_colour_to_be_told_from_another() -> None:
    assert len({ENGLISH.say(verdicts.verdict_text(verdict)) for verdict in VERDICTS}) == len(VERDICTS)


def test_higher_is_good_news_for_a_share_and_bad_news_for_a_cost() -> None:
    assert verdicts.verdict_tone("higher", higher_is_better=True) == "better"
    assert verdicts.verdict_tone("higher") == "worse"
    assert verdicts.verdict_tone("lower") == "better"
    assert verdicts.verdict_tone("not_comparable") == verdicts.verdict_tone("too_few_data") == "neutral"


def test_an_unknown_verdict_is_refused() -> None:
    with pytest.raises(KeyError):
        cards.verdict_badge("sooner", ENGLISH)


def test_a_reason_without_words_is_still_shown() -> None:
    text = verdicts.reasons_text(["definition_changed", "moon_phase"], ENGLISH)
    assert text is not None
    assert "moon_phase" in ENGLISH.say(text)
    assert verdicts.reasons_text([], ENGLISH) is None


def test_at_most_four_cards_stand_in_a_row() -> None:
    card = cards.FigureCard(label="a", figure="1", change="was 2")
    row = Outline(cards.cards_html([card] * 4, ENGLISH, COLOURS))
    assert row.tags.count("article") == 4
    with pytest.raises(ValueError, match="5 cards"):
        cards.cards_html([card] * 5, ENGLISH, COLOURS)


@settings(max_examples=200, derandomize=True)
@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_any_text_comes_out_as_text(label: str, figure: str, change: str) -> None:
    card = cards.FigureCard(label=label + NASTY, figure=figure + NASTY, change=change + NASTY)
    outline = Outline(cards.figure_card(card, ENGLISH, COLOURS))
    assert outline.tags == ["article", "h2", "p", "p"]
    assert not outline.open
    assert outline.text.count(NASTY) == 3


@pytest.mark.parametrize(
    "html",
    [
        cards.answer_sentence(T("{name} is faster", name=NASTY), ENGLISH, verdict="faster"),
        cards.filter_sentence(T("{name} only", name=NASTY), ENGLISH),
        cards.footer_line([NASTY, T("{name} calls", name=NASTY)], ENGLISH),
        cards.empty_state(
            T("{name} has no calls", name=NASTY), T("{name}: choose another", name=NASTY), ENGLISH
        ),
        cards.demonstration_banner(ENGLISH),
    ],
)
def test_sentences_are_escaped_and_whole(html: str) -> None:
    outline = Outline(html)
    assert "script" not in outline.tags
    assert not outline.open


def test_the_monthly_line_breaks_where_a_month_is_unknown() -> None:
    # Four months before, the second unknown: a dot, a gap, then a line of two; four after.
    line = cards.Sparkline(
        months=tuple(date(2021, month, 1) for month in (9, 10, 11, 12))
        + tuple(date(2022, month, 1) for month in (1, 2, 3, 4)),
        values=(600.0, nan, 610.0, 620.0, 500.0, 510.0, 520.0, 530.0),
        phases=("before",) * 4 + ("after",) * 4,
        start=START,
    )
    svg = unquote(cards.sparkline_html(line, ENGLISH, COLOURS))
    before = svg.split(f'stroke="{COLOURS.before}"')[1].split('d="')[1].split('"')[0]
    assert before.count("M") == 2
    assert before.count("L") == 1
    dots = re.findall(rf'stroke="([^"]*)" stroke-width="{cards.DOT_WIDTH}" d="([^"]*)"', svg)
    assert dots == [(COLOURS.before, f"M{before.split('M')[1]}")], "the month before the gap, and no other"
    assert 'd="M120.0 0V48"' in svg, "the start stands in the middle of eight months"
    assert "nan" not in svg


def test_the_monthly_line_starts_at_zero() -> None:
    # A month of half the highest value stands at half the height, so noise does not look like change.
    line = cards.Sparkline((date(2021, 12, 1), date(2022, 1, 1)), (300.0, 600.0), ("before", "after"), START)
    svg = unquote(cards.sparkline_html(line, ENGLISH, COLOURS))
    lines = re.findall(r'stroke-width="2" d="M[^ ]* ([^h]*)h0', svg)
    heights = [float(height) for height in lines]
    foot = cards.SPARKLINE_HEIGHT - 2
    assert foot - heights[0] == pytest.approx((foot - heights[1]) / 2)


HOLDS, HIDES, ABSENT = (-50.0, -10.0), (-20.0, 30.0), (nan, nan)


@pytest.mark.parametrize(
    ("confirmation", "corrected", "against_trend", "said"),
    [
        (
            "confirmed",
            HOLDS,
            HOLDS,
            "Confirmed: it also shows with the same mix of calls, and against the trend",
        ),
        (
            "partly",
            HOLDS,
            HIDES,
            "Partly confirmed: it also shows with the same mix of calls, but not against",
        ),
        (
            "partly",
            HOLDS,
            ABSENT,
            "Partly confirmed: it also shows with the same mix of calls; there are too few",
        ),
        (
            "partly",
            HIDES,
            HOLDS,
            "Partly confirmed: it also shows against the trend that was there already, but",
        ),
        (
            "partly",
            ABSENT,
            HOLDS,
            "Partly confirmed: it also shows against the trend that was there already; the",
        ),
        ("not_confirmed", HIDES, HIDES, "Not confirmed: it does not show"),
        ("not_available", ABSENT, ABSENT, "Not checked further"),
    ],
)
def test_a_confirmation_names_the_steps_that_hold(
    confirmation: str, corrected: tuple[float, float], against_trend: tuple[float, float], said: str
) -> None:
    row = comparison(
        confirmation=confirmation,
        corrected_low=corrected[0],
        corrected_high=corrected[1],
        against_trend_low=against_trend[0],
        against_trend_high=against_trend[1],
    )
    text = verdicts.confirmation_text(row)
    assert text is not None and ENGLISH.say(text).startswith(said)
    assert verdicts.confirmation_word(row) is not None


@pytest.mark.parametrize("verdict", verdicts.VERDICTS_WITHOUT_CHANGE)
def test_where_no_change_was_shown_there_is_nothing_to_confirm(verdict: str) -> None:
    row = comparison(verdict=verdict, confirmation="not_available")
    assert verdicts.confirmation_text(row) is None
    assert verdicts.confirmation_word(row) is None


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (0.0, 14.0, "With 14 months more there would be enough."),
        (0.0, 1.0, "With 1 month more there would be enough."),
        (3.0, 0.0, "With 3 months more from before the start there would be enough."),
        (
            9.0,
            9.0,
            "With 9 months more from before the start and 9 months more after it there would be enough.",
        ),
        # Nothing is missing, or no number of months would do.
        (0.0, 0.0, None),
        (0.0, nan, None),
        (nan, 9.0, None),
    ],
)
def test_too_few_data_say_how_many_months_more(before: float, after: float, said: str | None) -> None:
    row = comparison(verdict="too_few_data", months_needed_before=before, months_needed_after=after)
    text = verdicts.months_needed_text(row, ENGLISH)
    assert (None if text is None else words(ENGLISH.say(text))) == said
    explained = verdicts.verdict_explanation(row, ENGLISH, unit="seconds")
    assert explained is not None and words(ENGLISH.say(explained)).endswith(said or "not enough to judge.")


def test_a_tiny_zone_is_told_in_dutch_what_it_needs() -> None:
    row = comparison(verdict="too_few_data", months_needed_before=0.0, months_needed_after=14.0)
    text = verdicts.months_needed_text(row, speak("nl"))
    assert text is not None and "14 maanden meer" in words(speak("nl").say(text))


@pytest.mark.parametrize("values", [(), (600.0,), (nan, nan)])
def test_too_few_months_give_no_line(values: tuple[float, ...]) -> None:
    months = tuple(date(2022, month, 1) for month in range(1, len(values) + 1))
    line = cards.Sparkline(months, values, ("after",) * len(values), START)
    assert cards.sparkline_html(line, ENGLISH, COLOURS) == ""


def test_months_of_zero_calls_are_drawn_at_the_foot() -> None:
    line = cards.Sparkline((date(2021, 12, 1), date(2022, 1, 1)), (0.0, 0.0), ("before", "after"), START)
    assert "img" in cards.sparkline_html(line, ENGLISH, COLOURS)


def test_monthly_sparkline_sorts_the_months() -> None:
    monthly = pd.DataFrame(
        {
            "month": pd.to_datetime(["2022-01-01", "2021-12-01"]),
            "phase": ["after", "before"],
            "median_seconds": [580.0, None],
        }
    )
    line = cards.monthly_sparkline(monthly, "median_seconds", START)
    assert line.phases == ("before", "after")
    assert line.months[0] == date(2021, 12, 1)


def test_the_style_sheet_knows_every_sign_and_asks_nothing_of_the_network() -> None:
    sheet = style_sheet(COLOURS)
    for sign in cards.VERDICT_SIGNS.values():
        assert f".sign-{sign}{{" in sheet
    assert "@import" not in sheet
    assert "http" not in unquote(sheet).replace("http://www.w3.org/2000/svg", "")
    assert "<" not in sheet, "a tag inside a style element would be cut out by the sanitiser"


FIELD = {"unit": "person_hours", "measure": "a_year", "denominator": None, "reasons": ()}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (FIELD | {"verdict": "higher"}, "more"),
        (FIELD | {"verdict": "lower", "measure": "ratio", "denominator": "inhabitants"}, "less"),
        # Hours of hours are a share, and a share is higher.
        (FIELD | {"verdict": "higher", "measure": "ratio", "denominator": "training_hours"}, "higher"),
        (FIELD | {"verdict": "higher", "measure": "mean", "unit": "hours"}, "longer"),
        (FIELD | {"verdict": "lower", "measure": "mean", "unit": "minutes"}, "shorter"),
        (FIELD | {"verdict": "lower", "measure": "mean", "unit": "percent"}, "lower"),
        (FIELD | {"verdict": "higher", "measure": "level", "unit": "full_time_equivalents"}, "higher"),
        (FIELD | {"verdict": "no_demonstrable_difference"}, "no demonstrable difference"),
        # A change was shown, and it is too small to matter: not the same as none shown.
        (
            FIELD | {"verdict": "no_demonstrable_difference", "reasons": ("difference_below_relevant",)},
            "no relevant difference",
        ),
        (FIELD | {"verdict": None}, None),
    ],
)
def test_a_verdict_on_a_field_is_said_in_the_word_that_fits_its_figure(
    row: dict[str, Any], said: str | None, demonstration_database: Path
) -> None:
    word = fields.verdict_word(row, Evidence(open_database(demonstration_database)))
    assert (None if word is None else speak("en").say(word)) == said


def test_both_ends_of_an_interval_are_told_in_one_way(demonstration_database: Path) -> None:
    evidence = Evidence(open_database(demonstration_database))
    row = FIELD | {"before": 10.0, "after": 20.3, "before_hidden": None, "after_hidden": None}
    row |= {"verdict": "higher", "difference": 10.26, "low": 3.4, "high": 17.15}
    said = fields.change_text(row, evidence, speak("nl"))
    assert said is not None
    assert speak("nl").say(said) == "was 10 · 10,3 meer, tussen 3,4 en 17,2"
    share = row | {"measure": "ratio", "denominator": "training_hours", "before": 0.1, "after": 0.2}
    share |= {"difference": 0.1, "low": 0.034, "high": 0.166}
    said = fields.change_text(share, evidence, speak("nl"))
    assert said is not None
    assert plain(speak("nl").say(said)).endswith("10,0 procentpunt hoger, tussen 3,4 en 16,6 procentpunt")
    # 4,7 less 0,8 is 3,9, whatever hides behind the decimals.
    near = share | {"before": 0.00763, "after": 0.04735, "difference": 0.03972}
    said = fields.change_text(near, evidence, speak("nl"))
    assert said is not None and "3,9 procentpunt hoger" in plain(speak("nl").say(said))
    hidden = row | {"after": None, "after_hidden": "x"}
    assert fields.figure_text(hidden, "after", evidence, speak("nl")) == "verborgen"
    assert fields.figure_text(row | {"after_hidden": "< 5"}, "after", evidence, speak("nl")) == "< 5"


def test_an_amount_that_may_have_gone_either_way_is_told_without_a_minus_sign() -> None:
    row = {"verdict": "no_demonstrable_difference", "low": -0.5, "high": 3.0}
    said = verdicts.amount_change_text(row, lambda value: f"{value} uur")
    assert speak("nl").say(said) == "het verschil ligt tussen 0.5 uur minder en 3.0 uur meer"
    # 48,0 less 40,0 is 8,0 to a reader, though 8,07 lies between them.
    row = {"verdict": "higher", "before": 39.965, "after": 48.031, "low": 5.01, "high": 11.12}
    said = verdicts.amount_change_text(row, lambda value: f"{value:.1f} uur", 1)
    assert speak("nl").say(said) == "8.0 uur meer, tussen 5.0 uur en 11.1 uur"


@pytest.mark.parametrize(
    ("unit", "low", "high", "said"),
    [
        ("share", 0.0141, 0.0229, "het verschil ligt tussen 1,4 en 2,3 procentpunt hoger"),
        ("share", -0.0229, -0.0141, "het verschil ligt tussen 1,4 en 2,3 procentpunt lager"),
        ("seconds", -13.0, -4.0, "het verschil ligt tussen 4 s en 13 s sneller"),
        ("seconds", -13.0, 4.0, "het verschil ligt tussen 13 s sneller en 4 s trager"),
        # An end that is nothing as it is written has no way to go.
        ("share", 0.0001, 0.0229, "het verschil ligt tussen geen verschil en 2,3 procentpunt hoger"),
    ],
)
def test_an_interval_that_goes_one_way_says_so_once(
    unit: verdicts.Unit, low: float, high: float, said: str
) -> None:
    row = comparison(verdict="no_demonstrable_difference", low=low, high=high)
    shown = verdicts.undecided_text(row, speak("nl"), unit=unit)
    assert shown is not None and words(speak("nl").say(shown)) == said
    amounts = {"verdict": "no_demonstrable_difference", "low": 1.0, "high": 2.0}
    hours = verdicts.amount_change_text(amounts, lambda amount: f"{amount} uur")
    assert speak("nl").say(hours) == "het verschil ligt tussen 1.0 uur en 2.0 uur meer"
