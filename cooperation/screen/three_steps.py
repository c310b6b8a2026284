"""How sure is that? The three steps behind a verdict, and the months and years one by one."""

import math
from html import escape

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cooperation.language import TN, Language, T, Text
from cooperation.screen import evidence_charts, words
from cooperation.screen.cards import verdict_badge
from cooperation.screen.charts import figure_heading, show_chart
from cooperation.screen.figures import show_figure, show_tools
from cooperation.screen.frame import View
from cooperation.screen.response_times import chart_events
from cooperation.screen.tables import Column
from cooperation.wording.verdicts import (
    Unit,
    confirmation_text,
    difference_text,
    months_needed_text,
    undecided_text,
    verdict_explanation,
    verdict_of_row,
)

STEPS = {
    "as_measured": T("As measured"),
    "corrected": T("With the same mix of calls"),
    "against_trend": T("Against the trend that was there already"),
}
STEP_COLUMNS = (
    Column("statistic", T("Figure"), names=words.STATISTICS),
    Column("step", T("Step"), names=STEPS),
    Column("estimate", T("Difference")),
    Column("low", T("At least (95 %)")),
    Column("high", T("At most (95 %)")),
    Column("said", T("In words"), "sentence"),
)
MONTH_COLUMNS = (
    Column("month", T("Month"), "month"),
    words.PHASE_COLUMN,
    Column("measured_count", T("With a known time"), "number"),
    Column("median_seconds", T("Median"), "duration"),
)
YES_NO = {True: T("yes"), False: T("no")}


def show_three_steps(view: View) -> None:
    """Show the verdict on the median again, its three steps as one picture, and a sentence for each."""
    language = view.language
    row = _comparison(view, "median")
    answer = view.ask("response_times/three_steps")
    steps = answer.table[answer.table["statistic"] == "median"]
    sentences = [language.say(step_text(step, view)) for _, step in steps.iterrows()]
    title = T("How sure is that?")
    subtitle = T("The difference in the time within which half of the calls were reached, in three steps")
    if steps["reason"].notna().all():
        # An empty picture would say less than the reasons under it.
        st.html(figure_heading(title, language, subtitle=subtitle))
    else:
        show_chart(
            evidence_charts.three_steps(steps, language, view.colours, names=STEPS),
            language,
            title=title,
            subtitle=subtitle,
            alternative=" ".join(sentences),
            key="response_times-three_steps",
        )
    st.html(_steps_in_words(sentences, row, language))
    show_tools(view, answer, STEP_COLUMNS, caption=title, shown=_in_words(answer.table, view))
    _show_kinds_of_calls(view)


def _steps_in_words(sentences: list[str], row: pd.Series, language: Language) -> str:
    """Return the steps as a list and what follows from them, everything escaped."""
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    verdict = verdict_badge(row["verdict"], language, said=verdict_of_row(row))
    explained = verdict_explanation(row, language, unit="seconds") or confirmation_text(row)
    conclusion = f"{verdict} {escape(language.say(explained))}" if explained else verdict
    return f'<ol class="step-sentences">{items}</ol><p class="conclusion">{conclusion}</p>'


def show_trend(view: View) -> None:
    """Show the months, the trend before carried on, and the step at the start."""
    answer = view.ask("response_times/trend")
    steps = view.ask("response_times/three_steps").table
    row = steps[(steps["statistic"] == "median") & (steps["step"] == "against_trend")].iloc[0]
    # Where the two sides must not be compared, a fitted line would compare them after all.
    lines = [column for column in answer.table if column.startswith(("fitted_", "without_step_"))]
    is_given = pd.isna(row["reason"])
    table = answer.table if is_given else answer.table.assign(**dict.fromkeys(lines, math.nan))
    show_figure(
        view,
        answer,
        evidence_charts.trend(
            table,
            view.language,
            view.colours,
            start=view.evidence.start(view.filters),
            events=chart_events(view),
        ),
        (
            *MONTH_COLUMNS,
            Column("fitted_seconds", T("Fitted trend"), "duration"),
            Column("without_step_seconds", T("Without a step at the start"), "duration"),
            Column("without_step_low", T("At least (95 %)"), "duration"),
            Column("without_step_high", T("At most (95 %)"), "duration"),
        ),
        title=T("Was it heading there already?"),
        subtitle=(
            T(
                "Median per month; dashed is where the months before were heading, their trend and season carried on,"
                " with its margin"
            )
            if is_given
            else T("Median per month")
        ),
        alternative=step_text(row, view),
    )


def show_control_chart(view: View) -> None:
    """Show which months break the pattern of the months before the start."""
    answer = view.ask("response_times/control_chart")
    show_figure(
        view,
        answer,
        evidence_charts.control_chart(
            answer.table, view.language, view.colours, start=view.evidence.start(view.filters)
        ),
        (
            *MONTH_COLUMNS,
            Column("centre", T("Middle"), "duration"),
            Column("low", T("Lower limit"), "duration"),
            Column("high", T("Upper limit"), "duration"),
            Column("is_outside", T("Outside the limits"), names=YES_NO),
            Column("is_in_run", T("Eight in a row on one side"), names=YES_NO),
        ),
        title=T("Which months are out of the ordinary?"),
        subtitle=T(
            "Median per month; out of the ordinary is what lies outside the limits that the months before the start"
            " set, or eight months in a row on one side"
        ),
        alternative=evidence_charts.control_chart_alternative(answer.table, view.language),
    )


def show_invented_starts(view: View, place: DeltaGenerator) -> None:
    """Fill `place` with the steps found at invented starts; it may wait until the rest of the page is there."""
    answer = view.ask("response_times/invented_starts")
    row = _comparison(view, "median")
    if answer.table["is_real"].all() or pd.isna(row["against_trend"]):
        return
    outcome = evidence_charts.invented_starts_alternative(answer.table, view.language)
    with place:
        show_figure(
            view,
            answer,
            evidence_charts.invented_starts(answer.table, view.language, view.colours),
            (
                Column("month", T("Start in"), "month"),
                Column("is_real", T("The real start"), names=YES_NO),
                Column("step_seconds", T("Jump"), "difference"),
                Column("low", T("At least (95 %)"), "difference"),
                Column("high", T("At most (95 %)"), "difference"),
            ),
            title=T("Would another start have shown it too?"),
            subtitle=T(
                "The jump that the same reckoning finds at starts that never were (grey) and at the real one (blue)."
                " {outcome}",
                outcome=outcome,
            ),
            alternative=outcome,
        )


def show_pooled(view: View) -> None:
    """Show, where there are too few calls for a verdict, quarters or years taken together and what is needed."""
    row = _comparison(view, "median")
    if row["verdict"] != "too_few_data":
        return
    answer = view.ask("response_times/pooled")
    title = T("Too few data: months taken together")
    subtitle = months_needed_text(row, view.language) or T("Median with its margin")
    columns = (
        Column("first_day", T("From"), "month"),
        words.PHASE_COLUMN,
        Column("measured_count", T("With a known time"), "number"),
        Column("median_seconds", T("Median"), "duration"),
        Column("low", T("At least (95 %)"), "duration"),
        Column("high", T("At most (95 %)"), "duration"),
    )
    if answer.table["median_seconds"].isna().all():
        # Not even a year holds enough calls for a median: the counts are all there is to show.
        st.html(figure_heading(title, view.language, subtitle=subtitle))
        show_tools(view, answer, columns, caption=title)
        return
    show_figure(
        view,
        answer,
        evidence_charts.pooled(
            answer.table,
            view.language,
            view.colours,
            start=view.evidence.start(view.filters),
            minimum_count=view.evidence.settings.comparison.minimum_verdict_median,
        ),
        columns,
        title=title,
        subtitle=subtitle,
        alternative=evidence_charts.pooled_alternative(answer.table, view.language),
    )


def step_text(step: pd.Series, view: View) -> Text:
    """Return one step of the evidence as a sentence: its difference with margin, or why it is not given."""
    unit: Unit = "share" if step["statistic"] == "share_within_norm" else "seconds"
    said = _reason_text(step, view) or _step_difference(step, view.language, unit)
    return T("{step}: {said}.", step=STEPS[step["step"]], said=said)


def _step_difference(step: pd.Series, language: Language, unit: Unit) -> Text | str:
    # The words of a difference are made of the two figures as shown; a step has only its difference.
    figures = pd.Series(
        {
            "before": 0.0,
            "after": step["estimate"],
            "difference": step["estimate"],
            "low": step["low"],
            "high": step["high"],
        }
    )
    includes_zero = not (step["low"] > 0 or step["high"] < 0)
    undecided = undecided_text(figures, language, unit=unit) if includes_zero else None
    return undecided or difference_text(figures, language, unit=unit) or language.number(None)


def _reason_text(step: pd.Series, view: View) -> Text | None:
    """Return why a step is not given, None where it is."""
    language, thresholds = view.language, view.evidence.settings.comparison
    match step["reason"]:
        case "not_comparable":
            return T("not given, since the two periods must not be compared")
        case "too_few_data" | "no_calls":
            return T("not given, since there are too few calls")
        case "strata_left_out":
            return T(
                "not given, since {share} of the calls are of a kind that the other period lacks",
                share=language.percent(step["left_out_share"]),
            )
        case "too_few_months_before":
            return T(
                "not given, since it takes {minimum} months before the start and there are {count}",
                minimum=language.number(thresholds.minimum_months_before),
                count=language.number(step["months_before"]),
            )
        case "too_few_months_after":
            return T(
                "not given, since it takes {minimum} months after the start and there are {count}",
                minimum=language.number(thresholds.minimum_months_after),
                count=language.number(step["months_after"]),
            )
        case "not_identified":
            return T("not given, since these months cannot tell a step from a trend")
    return T("not given") if pd.isna(step["estimate"]) else None


def _show_kinds_of_calls(view: View) -> None:
    answer = view.ask("response_times/kinds_of_calls")
    left_out = int(answer.table["is_left_out"].sum())
    language = view.language
    label = (
        TN(
            "The mix of calls, with {count} kind of call that one period lacks",
            "The mix of calls, with {count} kinds of calls that one period lacks",
            count=left_out,
        )
        if left_out
        else T("The mix of calls, before and after")
    )
    show_tools(
        view,
        answer,
        (
            Column("priority", T("Priority"), names=words.priority_names(view.evidence, language)),
            Column(
                "municipality_nis", T("Municipality"), names=words.municipality_names(view.evidence, language)
            ),
            Column("hour_band", T("Time of day"), names=words.hour_band_names(view.evidence, language)),
            Column("is_weekend", T("Weekend"), names=YES_NO),
            Column("before_count", T("Calls before"), "number"),
            Column("after_count", T("Calls after"), "number"),
            Column("before_share", T("Share before"), "percent"),
            Column("after_share", T("Share after"), "percent"),
            Column("pooled_share", T("Share in the one mix"), "percent"),
        ),
        caption=T("The mix of calls, before and after"),
        label=label,
    )


def _comparison(view: View, statistic: str) -> pd.Series:
    return view.ask("response_times/comparison").table.set_index("statistic").loc[statistic]


def _in_words(table: pd.DataFrame, view: View) -> pd.DataFrame:
    """Return the steps with their figures written out: times and shares stand in one column."""
    language = view.language

    def written(step: pd.Series) -> pd.Series:
        points = language.points if step["statistic"] == "share_within_norm" else language.signed_duration
        figures = {name: points(step[name]) for name in ("estimate", "low", "high")}
        said = language.say(step_text(step, view))
        return pd.Series({"statistic": step["statistic"], "step": step["step"], **figures, "said": said})

    return table.apply(written, axis=1)
