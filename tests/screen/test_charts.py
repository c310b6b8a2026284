"""Pictures: axes from zero, marks where the data are, hollow where they are thin, words in every language."""

import json
from datetime import date
from math import nan
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperation.language import T, speak
from cooperation.palette import palette
from cooperation.screen import charts
from cooperation.screen.charts import ChartEvent

ENGLISH = speak("en")
COLOURS = palette("light")
START = date(2022, 1, 1)
LEVELS = {"before": 628.0, "after": 580.0}
COVID = ChartEvent("COVID-19", date(2020, 3, 18), date(2020, 5, 4))
MERGER = ChartEvent("merger of Bilzen and Hoeselt", date(2025, 1, 1))


def monthly(count: int = 250, **columns: Any) -> pd.DataFrame:
    """Return 2020 to 2025 month by month; 2021 and 2022 are compared."""
    months = pd.date_range("2020-01-01", "2025-12-01", freq="MS")
    after = months >= pd.Timestamp(START)
    return pd.DataFrame(
        {
            "month": months,
            "phase": ["after" if is_after else "before" for is_after in after],
            "in_comparison": months.year.isin([2021, 2022]),
            "intervention_count": count + 5,
            "measured_count": count,
            "median_seconds": [580.0 if is_after else 628.0 for is_after in after],
            "p90_seconds": 1100.0,
            "share_within_norm": 0.7,
            **columns,
        }
    )


def groups(group: str, rows: dict[Any, tuple[float, float, int, int]]) -> pd.DataFrame:
    """Return before and after of each group from (median before, median after, count before, count after)."""
    return pd.DataFrame(
        [
            {group: code, "phase": phase, "measured_count": count, "median_seconds": median}
            for code, (before, after, before_count, after_count) in rows.items()
            for phase, median, count in (("before", before, before_count), ("after", after, after_count))
        ]
    )


def cumulative(before: float = 0.0010, after: float = 0.0012) -> pd.DataFrame:
    """Return two curves that rise steadily to 1."""
    return pd.DataFrame(
        [
            {"phase": phase, "within_seconds": seconds, "share": min(1.0, seconds * slope)}
            for phase, slope in (("before", before), ("after", after))
            for seconds in range(0, 3601, 30)
        ]
    )


def written(figure: go.Figure) -> str:
    """Return every word that stands on a figure, with ordinary spaces."""
    texts = [annotation.text for annotation in figure.layout.annotations]
    texts += [text for trace in figure.data for text in (trace.text or ())]
    texts += [*(figure.layout.xaxis.ticktext or ()), *(figure.layout.yaxis.ticktext or ())]
    return " | ".join(texts).replace("\N{NO-BREAK SPACE}", " ")


def points(figure: go.Figure) -> list[go.Scatter]:
    return [trace for trace in figure.data if "markers" in trace.mode]


def draw_monthly(table: pd.DataFrame, **options: Any) -> go.Figure:
    return charts.monthly_series(table, ENGLISH, COLOURS, start=START, **options)


def all_figures(code: str = "en") -> list[go.Figure]:
    language = speak(code)
    hours = groups("hour_of_day", dict.fromkeys(range(24), (600.0, 560.0, 50, 60)))
    weekdays = groups("weekday", dict.fromkeys(range(1, 8), (600.0, 560.0, 50, 60)))
    steps = groups("step", {"travel": (300.0, 280.0, 50, 60)})
    return [
        charts.monthly_series(
            monthly(),
            language,
            COLOURS,
            start=START,
            label=T("Half of the calls"),
            upper_column="p90_seconds",
            upper_label=T("9 in 10 calls"),
            events=[COVID, MERGER],
            levels=LEVELS,
        ),
        charts.cumulative_curve(cumulative(), language, COLOURS, norm_seconds=720.0),
        charts.grouped_dumbbell(steps, language, COLOURS, group="step", names={"travel": "Travel"}),
        charts.hour_profile(hours, language, COLOURS),
        charts.weekday_profile(weekdays, language, COLOURS),
    ]


@pytest.mark.parametrize("position", range(5))
def test_every_axis_of_times_holds_zero_and_every_value(position: int) -> None:
    figure = all_figures()[position]
    # The dumbbell and the curve measure time from left to right, the others upwards.
    axis, name = (figure.layout.xaxis, "x") if position in (1, 2) else (figure.layout.yaxis, "y")
    assert axis.range[0] <= 0 <= axis.tickvals[0]
    shown = [value for trace in figure.data for value in trace[name] if value is not None]
    assert axis.range[1] >= max(shown)


@pytest.mark.parametrize("code", ["nl", "fr", "en"])
def test_every_figure_is_drawn_in_every_language_without_a_number_of_another(code: str) -> None:
    for figure in all_figures(code):
        json.loads(figure.to_json())
        assert figure.layout.showlegend is False
        assert figure.layout.xaxis.fixedrange and figure.layout.yaxis.fixedrange
        assert "nan" not in written(figure).lower()


def test_the_picture_never_offers_to_send_itself_away() -> None:
    assert charts.CONFIG["showSendToCloud"] is False
    assert charts.CONFIG["displayModeBar"] is False


def test_months_stand_in_their_phase_and_on_their_side_of_the_start() -> None:
    figure = draw_monthly(monthly())
    for trace in points(figure):
        sides = {day >= str(START) for day in trace.x}
        assert len(sides) == 1
        is_after = sides.pop()
        colour = COLOURS.after if is_after else COLOURS.before
        assert all(mark == charts.translucent(colour, 1) for mark in trace.marker.color)


def test_a_month_with_too_few_calls_is_hollow_and_the_note_says_so() -> None:
    table = monthly()
    table.loc[table["month"] == "2020-03-01", "measured_count"] = 9
    figure = draw_monthly(table)
    before = points(figure)[0]
    hollow = [
        day for day, colour in zip(before.x, before.marker.color, strict=True) if colour == COLOURS.background
    ]
    assert hollow == ["2020-03-15"]
    assert "fewer than 10 calls" in written(figure)
    assert "fewer than" not in written(draw_monthly(monthly(count=10)))


def test_no_line_crosses_an_unknown_or_a_thin_month() -> None:
    table = monthly()
    table.loc[table["month"] == "2020-03-01", "measured_count"] = 9
    table.loc[table["month"] == "2020-05-01", "median_seconds"] = nan
    line = next(trace for trace in draw_monthly(table).data if trace.mode == "lines")
    unknown = [day for day, value in zip(line.x, line.y, strict=True) if value is None]
    assert unknown == ["2020-03-15", "2020-05-15"]


def test_an_absent_month_breaks_the_line_too() -> None:
    # A month without any call has no row at all.
    table = monthly()
    table = table[table["month"] != "2020-06-01"]
    line = next(trace for trace in draw_monthly(table).data if trace.mode == "lines")
    assert dict(zip(line.x, line.y, strict=True))["2020-06-15"] is None


def test_the_start_is_a_line_with_its_date() -> None:
    figure = draw_monthly(monthly())
    assert "start on 1 January 2022" in written(figure)
    assert "2022-01-01" in [shape.x0 for shape in figure.layout.shapes]


def test_a_start_outside_the_months_is_not_drawn() -> None:
    figure = charts.monthly_series(monthly(), ENGLISH, COLOURS, start=date(2030, 1, 1))
    assert "start" not in written(figure)


def test_events_outside_the_months_are_left_out_and_waves_of_one_name_are_named_once() -> None:
    waves = [COVID, ChartEvent("COVID-19", date(2020, 11, 2), date(2021, 5, 8))]
    old = ChartEvent("long ago", date(2001, 1, 1))
    figure = draw_monthly(monthly(), events=[*waves, old])
    assert written(figure).count("COVID-19") == 1
    assert "long ago" not in written(figure)
    label = next(a for a in figure.layout.annotations if a.text == "COVID-19")
    assert label.x == "2020-03-18", "the first of its waves"
    bands = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert {"2020-03-18", "2020-11-02"} <= {shape.x0 for shape in bands}


def test_the_compared_windows_are_shaded_and_carry_their_figure() -> None:
    figure = draw_monthly(monthly(), levels=LEVELS)
    bands = [(shape.x0, shape.x1) for shape in figure.layout.shapes if shape.type == "rect"]
    assert bands == [("2021-01-01", "2022-01-01"), ("2022-01-01", "2023-01-01")]
    assert "before<br><b>10 min 28 s</b>" in written(figure)
    assert "after<br><b>9 min 40 s</b>" in written(figure)


def test_an_unknown_level_is_not_drawn() -> None:
    figure = draw_monthly(monthly(), levels={"before": nan, "after": 580.0})
    assert "before<br>" not in written(figure)


def test_a_share_is_drawn_in_percent() -> None:
    figure = draw_monthly(monthly(), column="share_within_norm")
    assert "50%" in written(figure)
    assert figure.layout.yaxis.range[1] >= 1


@pytest.mark.parametrize(
    "table", [monthly().head(0), monthly().head(1), monthly(count=0, median_seconds=nan)]
)
def test_a_thin_or_empty_table_still_gives_a_figure(table: pd.DataFrame) -> None:
    json.loads(draw_monthly(table, levels=LEVELS, events=[COVID]).to_json())


@settings(max_examples=300, derandomize=True)
@given(
    st.lists(
        st.tuples(
            st.dates(date(2018, 1, 1), date(2025, 12, 31)), st.text("abcdefg ", min_size=1, max_size=45)
        ),
        max_size=8,
    )
)
def test_labels_never_touch_on_a_phone(labels: list[tuple[date, str]]) -> None:
    period = (date(2018, 1, 1), date(2025, 12, 31))
    figure = charts._sheet(COLOURS, height=300)
    step_count = charts._place_labels(figure, [(day, text, COLOURS.text) for day, text in labels], period)
    days = (period[1] - period[0]).days
    taken: dict[float, list[tuple[float, float]]] = {}
    for note in figure.layout.annotations:
        at = charts.NARROW_PLOT * (date.fromisoformat(note.x) - period[0]).days / days
        width = charts.CHARACTER_WIDTH * len(note.text)
        span = (at, at + width) if note.xanchor == "left" else (at - width, at)
        assert all(span[1] <= other[0] or other[1] <= span[0] for other in taken.get(note.yshift, []))
        taken.setdefault(note.yshift, []).append(span)
    assert len(taken) == step_count <= len(labels)


@settings(max_examples=300, derandomize=True)
@given(st.floats(61.0, 12 * 3600.0))
def test_ticks_of_time_are_whole_minutes_few_and_from_zero(top: float) -> None:
    ticks = charts._time_ticks(top, ENGLISH)
    assert ticks["tickvals"][0] == 0
    assert all(value % 60 == 0 and value <= top for value in ticks["tickvals"])
    assert 1 < len(ticks["tickvals"]) <= charts.MAXIMUM_TICKS
    assert len(ticks["ticktext"]) == len(ticks["tickvals"])


def test_ticks_name_their_unit_once_and_hours_where_they_come_in() -> None:
    minutes = [
        text.replace("\N{NO-BREAK SPACE}", " ") for text in charts._time_ticks(1300, ENGLISH)["ticktext"]
    ]
    assert minutes == ["0", "5", "10", "15", "20 min"]
    hours = charts._time_ticks(7300, ENGLISH)["ticktext"]
    assert hours[-1].startswith("2") and "h" in hours[-1]
    assert "min" in hours[1]


def test_the_curve_says_what_was_within_the_norm() -> None:
    # 720 s x 0.0010 and x 0.0012.
    figure = charts.cumulative_curve(cumulative(), ENGLISH, COLOURS, norm_seconds=720.0)
    assert "within 12 min: 72% before, 86% after" in written(figure)
    assert [trace.line.dash for trace in figure.data] == ["dash", "solid"]


def test_the_curve_ends_where_nearly_all_calls_were_reached() -> None:
    # 97 % of the slower side is reached at 970 s: the first point after it is 990 s.
    figure = charts.cumulative_curve(cumulative(), ENGLISH, COLOURS)
    assert figure.layout.xaxis.range[1] == 990


def test_the_faster_curve_is_named_on_its_left() -> None:
    faster_before = charts.cumulative_curve(cumulative(before=0.002, after=0.001), ENGLISH, COLOURS)
    anchors = {note.text: note.xanchor for note in faster_before.layout.annotations}
    assert anchors == {"<b>before</b>": "right", "<b>after</b>": "left"}


def test_a_curve_of_one_phase_or_none_is_drawn() -> None:
    only_after = cumulative().query("phase == 'after'")
    figure = charts.cumulative_curve(only_after, ENGLISH, COLOURS, norm_seconds=600.0)
    assert "– before, 72% after" in written(figure)
    assert not charts.cumulative_curve(only_after.head(0), ENGLISH, COLOURS).data


def test_a_group_shows_both_values_outside_its_points() -> None:
    table = groups("municipality_nis", {"73066": (650.0, 590.0, 300, 310)})
    figure = charts.grouped_dumbbell(
        table, ENGLISH, COLOURS, group="municipality_nis", names={"73066": "Riemst"}
    )
    before, after = points(figure)
    assert (after.textposition, before.textposition) == ("middle left", "middle right")
    assert "9 min 50 s" in written(figure) and "10 min 50 s" in written(figure)
    assert "300 → 310 calls" in written(figure)


def test_values_near_zero_stand_together_on_the_right() -> None:
    table = groups("step", {"call_handling": (75.0, 70.0, 300, 300), "response": (650.0, 590.0, 300, 300)})
    names = {"call_handling": "Call handling", "response": "Response"}
    figure = charts.grouped_dumbbell(table, ENGLISH, COLOURS, group="step", names=names)
    short = [trace for trace in points(figure) if trace.x[0] < 100]
    assert [bool(trace.text[0]) for trace in short] == [True, False]
    assert short[0].text[0].count("span style") == 2


def test_a_side_with_too_few_calls_is_a_dash_and_a_thin_one_hollow() -> None:
    # Nine calls before: not shown; 29 after: shown hollow.
    table = groups("municipality_nis", {"73109": (900.0, 700.0, 9, 29)})
    names = {"73109": "Voeren"}
    figure = charts.grouped_dumbbell(table, ENGLISH, COLOURS, group="municipality_nis", names=names)
    (only,) = points(figure)
    assert only.x == (700.0,)
    assert only.marker.color == (COLOURS.background,)
    assert "15 min 00 s" not in written(figure)
    assert "before –" in written(figure)


def test_exactly_the_minimum_is_enough() -> None:
    # Ten calls before are shown, thirty after are solid; so is a month of exactly ten.
    table = groups("municipality_nis", {"73109": (900.0, 700.0, 10, 30)})
    names = {"73109": "Voeren"}
    figure = charts.grouped_dumbbell(table, ENGLISH, COLOURS, group="municipality_nis", names=names)
    before, after = points(figure)
    assert before.marker.color == (COLOURS.background,)
    assert after.marker.color != (COLOURS.background,)
    months = [colour for trace in points(draw_monthly(monthly(count=10))) for colour in trace.marker.color]
    assert COLOURS.background not in months


def test_groups_follow_the_order_of_their_names_and_absent_ones_are_left_out() -> None:
    table = groups("priority", {2: (600.0, 600.0, 50, 50), 0: (300.0, 300.0, 50, 50)})
    names = {0: "life-threatening", 1: "very urgent", 2: "urgent"}
    figure = charts.grouped_dumbbell(table, ENGLISH, COLOURS, group="priority", names=names)
    words = written(figure)
    assert words.index("life-threatening") < words.index("<b>urgent")
    assert "very urgent" not in words


def test_a_name_from_the_data_is_escaped() -> None:
    table = groups("step", {"x": (600.0, 590.0, 50, 50)})
    figure = charts.grouped_dumbbell(table, ENGLISH, COLOURS, group="step", names={"x": "<i>&"})
    assert "&lt;i&gt;&amp;" in written(figure)
    assert "<i>" not in figure.to_json().replace("\\u003c", "<")


def test_a_thin_hour_is_hollow_and_breaks_the_line() -> None:
    rows = dict.fromkeys(range(24), (600.0, 560.0, 50, 60)) | {4: (900.0, 560.0, 3, 60)}
    figure = charts.hour_profile(groups("hour_of_day", rows), ENGLISH, COLOURS)
    line = next(trace for trace in figure.data if trace.mode == "lines")
    assert line.y[4] is None and line.y[5] == 600.0
    assert points(figure)[0].marker.color[4] == COLOURS.background


@pytest.mark.parametrize("code", ["nl", "fr", "en"])
def test_two_letters_tell_the_weekdays_apart(code: str) -> None:
    weekdays = groups("weekday", dict.fromkeys(range(1, 8), (600.0, 560.0, 50, 60)))
    figure = charts.weekday_profile(weekdays, speak(code), COLOURS)
    assert len(set(figure.layout.xaxis.ticktext)) == 7


def test_weekday_one_is_monday() -> None:
    weekdays = groups("weekday", {1: (600.0, 560.0, 50, 60)})
    figure = charts.weekday_profile(weekdays, ENGLISH, COLOURS)
    assert figure.layout.xaxis.ticktext[0] == "Mo"
    assert "Monday" in points(figure)[0].hovertext[0]


def test_hover_says_value_and_number_of_calls() -> None:
    hover = points(draw_monthly(monthly()))[0].hovertext[0].replace("\N{NO-BREAK SPACE}", " ")
    assert hover == "<b>January 2020</b> · before<br>10 min 28 s<br>250 calls"


@pytest.mark.parametrize("code", ["nl", "fr", "en"])
def test_alternatives_state_the_finding(code: str) -> None:
    language = speak(code)
    hours = groups(
        "hour_of_day", {0: (600.0, 560.0, 50, 60), 1: (700.0, 660.0, 50, 60), 2: (90.0, 80.0, 2, 60)}
    )
    place = groups("municipality_nis", {"73066": (628.0, 580.0, 300, 310)})
    names = {"73066": "Riemst"}
    found = [
        charts.monthly_alternative(
            monthly(), language, start=START, label=T("Half of the calls"), levels=LEVELS
        ),
        charts.grouped_alternative(place, language, group="municipality_nis", names=names),
        charts.cumulative_alternative(cumulative(), language, within_seconds=720.0),
        charts.profile_alternative(hours, language, group="hour_of_day"),
    ]
    said = [language.say(text).replace("\N{NO-BREAK SPACE}", " ") for text in found]
    assert all("10 min 28 s" in text and "9 min 40 s" in text for text in said[:2])
    assert "72" in said[2] and "86" in said[2]
    assert "11 min 40 s" in said[3]
    assert "1 min 30 s" not in said[3], "an hour with two calls is no finding"
