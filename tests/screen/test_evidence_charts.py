"""The pictures behind a verdict: zero in the middle, what is not given said so, alternatives that count right."""

import json
from math import nan
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from cooperation.language import LANGUAGES, speak
from cooperation.screen import evidence_charts
from cooperation.screen.three_steps import STEPS
from tests.screen.test_charts import COLOURS, COVID, ENGLISH, START, written

MONTHS = pd.date_range("2020-01-01", "2023-12-01", freq="MS")
PHASES = ["before" if month < pd.Timestamp(START) else "after" for month in MONTHS]


def steps(**reasons: str) -> pd.DataFrame:
    """Return three steps of a median that became faster; those of `reasons` are not given."""
    rows = [("as_measured", -23.0, -39.0, -9.0), ("corrected", -25.0, -43.0, -9.0)]
    rows.append(("against_trend", -32.0, -57.0, -7.0))
    return pd.DataFrame(
        [
            {"step": name, "estimate": estimate, "low": low, "high": high, "reason": None}
            if name not in reasons
            else {"step": name, "estimate": nan, "low": nan, "high": nan, "reason": reasons[name]}
            for name, estimate, low, high in rows
        ]
    )


def months(**columns: Any) -> pd.DataFrame:
    values = [628.0 if phase == "before" else 580.0 for phase in PHASES]
    given = {
        "month": MONTHS,
        "phase": PHASES,
        "median_seconds": values,
        "measured_count": 40,
        "fitted_seconds": values,
        "without_step_seconds": [nan if phase == "before" else 628.0 for phase in PHASES],
        "without_step_low": [nan if phase == "before" else 600.0 for phase in PHASES],
        "without_step_high": [nan if phase == "before" else 656.0 for phase in PHASES],
        "centre": 628.0,
        "low": 590.0,
        "high": 666.0,
        "is_outside": [phase == "after" for phase in PHASES],
        "is_in_run": False,
    }
    return pd.DataFrame(given | columns)


def starts() -> pd.DataFrame:
    """Return four invented starts, of which one is as large as the real one and one excludes zero."""
    return pd.DataFrame(
        {
            "month": pd.date_range("2020-01-01", periods=5, freq="QS"),
            "step_seconds": [5.0, -12.0, 40.0, 20.0, -32.0],
            "low": [-20.0, -40.0, -10.0, 5.0, -57.0],
            "high": [30.0, 16.0, 90.0, 35.0, -7.0],
            "is_real": [False, False, False, False, True],
        }
    )


def spans(span: str = "year") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "span": span,
            "first_day": pd.to_datetime(["2020-01-01", "2021-01-01", "2022-01-01"]),
            "phase": ["before", "before", "after"],
            "measured_count": [24, 40, 8],
            "median_seconds": [840.0, 800.0, nan],
            "low": [700.0, 720.0, nan],
            "high": [nan, 900.0, nan],
            "is_enough": [False, True, False],
        }
    )


def all_figures(code: str = "en") -> list[go.Figure]:
    language = speak(code)
    return [
        evidence_charts.three_steps(steps(), language, COLOURS, names=STEPS),
        evidence_charts.three_steps(
            steps(against_trend="too_few_months_before"), language, COLOURS, names=STEPS
        ),
        evidence_charts.trend(months(), language, COLOURS, start=START, events=[COVID]),
        evidence_charts.control_chart(months(), language, COLOURS, start=START),
        evidence_charts.invented_starts(starts(), language, COLOURS),
        evidence_charts.pooled(spans(), language, COLOURS, start=START, minimum_count=30),
    ]


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_picture_is_drawn_in_every_language_without_an_unknown_number(code: str) -> None:
    for figure in all_figures(code):
        json.loads(figure.to_json())
        assert figure.layout.showlegend is False
        assert "nan" not in written(figure).lower()


def test_zero_stands_in_the_middle_and_every_interval_fits() -> None:
    for figure, axis in ((all_figures()[0], "xaxis"), (all_figures()[4], "yaxis")):
        low, high = figure.layout[axis].range
        assert low == -high and high > 57
        assert 0 in figure.layout[axis].tickvals
        # Which side is faster stands in words; a sign is easily missed.
        assert not any(mark in text for text in figure.layout[axis].ticktext for mark in "-\N{MINUS SIGN}")


def test_a_step_that_is_not_given_is_named_and_says_so() -> None:
    figure = evidence_charts.three_steps(
        steps(corrected="strata_left_out", against_trend="too_few_months_before"),
        ENGLISH,
        COLOURS,
        names=STEPS,
    )
    assert written(figure).count("not given") == 2
    assert sum("markers" in trace.mode for trace in figure.data) == 1


def test_no_step_at_all_still_gives_a_picture() -> None:
    none = steps(**dict.fromkeys(STEPS, "not_comparable"))
    assert written(evidence_charts.three_steps(none, ENGLISH, COLOURS, names=STEPS)).count("not given") == 3


def test_an_absent_bound_ends_the_line_at_the_estimate() -> None:
    open_ended = steps().assign(low=nan)
    figure = evidence_charts.three_steps(open_ended, ENGLISH, COLOURS, names=STEPS)
    lines = [trace for trace in figure.data if trace.mode == "lines" and len(set(trace.y)) == 1]
    assert [list(trace.x) for trace in lines] == [[-23.0, -9.0], [-25.0, -9.0], [-32.0, -7.0]]


def test_the_trend_is_carried_on_after_the_start_only() -> None:
    dashed = [
        trace
        for trace in evidence_charts.trend(months(), ENGLISH, COLOURS, start=START).data
        if trace.line.dash == "dash"
    ]
    assert [min(trace.x) for trace in dashed] == ["2022-01-15"]
    without = months(without_step_seconds=nan, without_step_low=nan, without_step_high=nan)
    assert all(
        trace.line.dash != "dash"
        for trace in evidence_charts.trend(without, ENGLISH, COLOURS, start=START).data
    )


def test_a_month_out_of_the_ordinary_is_ringed() -> None:
    figure = evidence_charts.control_chart(months(), ENGLISH, COLOURS, start=START)
    (rings,) = [trace for trace in figure.data if trace.marker.symbol == "circle-open"]
    assert list(rings.x) == [f"{month:%Y-%m}-15" for month in MONTHS[24:]]


def test_a_year_with_too_few_calls_is_hollow_and_one_without_a_figure_is_not_drawn() -> None:
    figure = evidence_charts.pooled(spans(), ENGLISH, COLOURS, start=START, minimum_count=30)
    before, after = (trace for trace in figure.data if trace.mode == "markers")
    assert list(before.marker.color) == [COLOURS.background, COLOURS.before]
    assert len(before.x) == 2 and len(after.x) == 0
    assert "fewer than 30 calls" in written(figure)


def test_alternatives_count_what_the_picture_shows() -> None:
    assert ENGLISH.say(evidence_charts.invented_starts_alternative(starts(), ENGLISH)) == (
        "4 invented starts: 1 of them show a step that is hard to put down to chance,"
        " 1 one as large as the real one."
    )
    said = ENGLISH.say(evidence_charts.control_chart_alternative(months(), ENGLISH))
    assert "0 before the start, 24 after it" in said
    assert "24 calls" in ENGLISH.say(evidence_charts.pooled_alternative(spans(), ENGLISH))


@pytest.mark.parametrize(
    ("seconds", "said"), [(-23.0, "23 s faster"), (61.0, "1 min 01 s slower"), (0.4, "no difference")]
)
def test_a_direction_is_a_word(seconds: float, said: str) -> None:
    words = ENGLISH.say(evidence_charts.directed(seconds, ENGLISH))
    assert words.replace("\N{NO-BREAK SPACE}", " ") == said


@pytest.mark.parametrize("largest", [0.4, 9.0, 61.0, 89.0, 100.0, 240.0, 900.0, 2400.0])
def test_ticks_around_zero_are_few_enough_for_a_phone(largest: float) -> None:
    wide = steps().assign(high=largest)
    axis = evidence_charts.three_steps(wide, ENGLISH, COLOURS, names=STEPS).layout.xaxis
    assert 1 <= len(axis.tickvals) <= 5
    assert list(axis.tickvals) == [-tick for tick in reversed(axis.tickvals)]
    assert axis.range[1] >= largest
