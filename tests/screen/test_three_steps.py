"""How sure a verdict is, on its page: which figure is the headline, what comes first, and why a step is absent."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from math import nan
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from cooperation.language import LANGUAGES, speak
from cooperation.screen import caching
from cooperation.screen.frame import View
from cooperation.screen.three_steps import step_text
from cooperation.settings import DEFAULT_SETTINGS, load_settings
from cooperation.statistics import MIX_REASONS, SERIES_REASONS
from tests.warehouse.exports import build_rows, deployment, intervention

ENGLISH = speak("en")
Shown = Callable[..., AppTest]


@pytest.fixture
def shown_page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shown]:
    """Return a function that draws a page of `pages/` from a database, with the choices of a link."""

    def draw(page: str, database: Path, **choices: str) -> AppTest:
        monkeypatch.setenv("COOPERATION_DATABASE", str(database))
        monkeypatch.setenv("COOPERATION_EXPORTS", str(database.parent / "exports"))
        st.cache_resource.clear()
        st.cache_data.clear()
        drawn = AppTest.from_string(f"from pages.{page} import render\nrender()", default_timeout=120)
        for name, value in choices.items():
            drawn.query_params[name] = value
        drawn.run()
        assert not drawn.exception
        return drawn

    yield draw
    st.cache_resource.clear()
    st.cache_data.clear()


def html_with(drawn: AppTest, mark: str) -> list[str]:
    """Return the pieces of HTML on a page that hold a mark, such as a class."""
    return [body for element in drawn.get("html") if mark in (body := element.proto.body)]


def test_the_first_three_steps_are_drawn_before_an_invented_start_is_computed(
    shown_page: Shown, demonstration_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: list[str] = []
    draw_chart, draw_html = st.plotly_chart, st.html

    def chart(*arguments: Any, **choices: Any) -> Any:
        happened.append(f"drawn {choices['key']}")
        return draw_chart(*arguments, **choices)

    def html(body: str, **choices: Any) -> Any:
        happened.extend(["drawn in words"] if "step-sentences" in body else [])
        return draw_html(body, **choices)

    def noting(name: str, answer: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*arguments: Any) -> Any:
            happened.append(f"asked {name}")
            return answer(*arguments)

        return noted

    monkeypatch.setattr(st, "plotly_chart", chart)
    monkeypatch.setattr(st, "html", html)
    monkeypatch.setattr(
        caching, "ANSWERS", {name: noting(name, answer) for name, answer in caching.ANSWERS.items()}
    )
    shown_page("response_times", demonstration_database)
    computed = happened.index("asked response_times/invented_starts")
    pictures = [event for event in happened if event.startswith("drawn response_times")]
    assert happened.index("drawn response_times-three_steps") < happened.index("drawn in words") < computed
    # Nothing else waits for them either: theirs is the one picture after it, and nothing is asked then.
    assert happened[computed + 1 :] == [pictures[-1]] == ["drawn response_times-invented_starts"]
    assert len(pictures) == 11


@pytest.fixture(scope="module")
def only_the_slowest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database in which one call in five became twenty minutes faster, and no other changed at all."""
    calls, units = [], []
    for number in range(4 * 365):
        day = date(2020, 1, 1) + timedelta(days=number)
        received = datetime(day.year, day.month, day.day, 12)
        slow = 1200 if day.year > 2021 else 2400
        seconds = slow + number * 7 % 60 if number % 5 == 0 else 500 + number * 37 % 101
        calls.append(intervention(f"{day}", f"{received}"))
        units.append(deployment(f"{day}", f"{received + timedelta(seconds=seconds)}"))
    return build_rows(tmp_path_factory.mktemp("slowest"), calls, units).pointer


@pytest.mark.parametrize("page", ["overview", "response_times"])
def test_the_headline_is_the_medians_and_never_the_best_of_many(
    page: str, shown_page: Shown, only_the_slowest: Path
) -> None:
    drawn = shown_page(page, only_the_slowest, language="en")
    # On the first page the promises stand above the headline.
    *_, answer = html_with(drawn, 'class="answer"')
    cards = " ".join(html_with(drawn, "figure-card"))
    # The P90 became faster for certain, and says so on its own card.
    assert cards.count("verdict-better") == 1
    assert "no demonstrable difference" in answer
    assert "verdict-better" not in answer
    assert not any("verdict-better" in card for card in html_with(drawn, "promise-card"))


def test_no_choice_of_a_link_moves_the_headline_of_the_first_page(
    shown_page: Shown, demonstration_database: Path
) -> None:
    def said(**choices: str) -> list[str]:
        drawn = shown_page("overview", demonstration_database, **choices)
        parts = ('class="answer"', "promise-card", "verdict-table")
        # The links to the evidence keep the whole choice.
        return [re.sub(r'href="[^"]*"', "", html) for part in parts for html in html_with(drawn, part)]

    plain = said()
    for choices in ({"measure": "travel"}, {"priority": "0"}, {"origin": "planned"}, {"borders": "recorded"}):
        assert said(**choices) == plain
    # A place is another question: it is what the reader asks about.
    assert said(municipality_nis="73066") != plain


def test_without_a_step_there_is_no_empty_picture_but_every_reason(
    shown_page: Shown, demonstration_database: Path
) -> None:
    drawn = shown_page(
        "response_times", demonstration_database, language="en", municipality_nis="73109", priority="0"
    )
    (reasons,) = html_with(drawn, "step-sentences")
    assert reasons.count("not given, since there are too few calls") == 3
    keys = [chart.proto.id for chart in drawn.get("plotly_chart")]
    assert any("response_times-monthly" in key for key in keys)
    assert not any("response_times-three_steps" in key for key in keys)


def test_verdicts_side_by_side_say_that_one_in_twenty_is_chance(
    shown_page: Shown, demonstration_database: Path
) -> None:
    (table,) = html_with(shown_page("overview", demonstration_database, language="en"), "verdict-table")
    assert "Of twenty such verdicts, one can be due to chance" in table


def view(code: str = "en") -> View:
    evidence = SimpleNamespace(settings=load_settings(DEFAULT_SETTINGS))
    return cast("View", SimpleNamespace(language=speak(code), evidence=evidence))


def step(reason: str | None = None, **figures: Any) -> pd.Series:
    return pd.Series(
        {
            "statistic": "median",
            "step": "against_trend",
            "estimate": nan,
            "low": nan,
            "high": nan,
            "left_out_share": 0.2,
            "months_before": 13,
            "months_after": 7,
            "reason": reason,
            **figures,
        }
    )


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_reason_has_words_of_its_own(code: str) -> None:
    reasons = ["not_comparable", "too_few_data", *MIX_REASONS, *SERIES_REASONS]
    said = {reason: speak(code).say(step_text(step(reason), view(code))) for reason in reasons}
    # Without calls and with too few of them is the same to a reader.
    assert len(set(said.values())) == len(said) - 1
    assert speak(code).say(step_text(step(), view(code))) not in said.values()
    assert not any("_" in words for words in said.values())


def test_a_reason_counts_the_months_that_there_are() -> None:
    assert ENGLISH.say(step_text(step("too_few_months_before"), view())) == (
        "Against the trend that was there already: not given, since it takes 24 months before the start"
        " and there are 13."
    )
    assert "12 months after the start and there are 7." in ENGLISH.say(
        step_text(step("too_few_months_after"), view())
    )


@pytest.mark.parametrize(
    ("estimate", "low", "high", "said"),
    [
        (-23.0, -39.0, -9.0, "23 s faster, between 9 s and 39 s."),
        (40.0, 10.0, 70.0, "40 s slower, between 10 s and 1 min 10 s."),
        # The middle of what may well be nothing is not named.
        (-5.0, -30.0, 20.0, "the difference lies between 30 s faster and 20 s slower."),
        (-20.0, -40.0, 0.0, "the difference lies between 40 s faster and no difference."),
    ],
)
def test_a_step_is_said_with_its_margin(estimate: float, low: float, high: float, said: str) -> None:
    words = ENGLISH.say(step_text(step(estimate=estimate, low=low, high=high), view()))
    assert (
        words.replace("\N{NO-BREAK SPACE}", " ").removeprefix("Against the trend that was there already: ")
        == said
    )
