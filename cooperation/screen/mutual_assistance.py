"""The sentences, cards, pictures and tables of the page on mutual assistance."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from cooperation.answers.answer import Answer
from cooperation.answers.filters import Filters
from cooperation.answers.periods import PHASES
from cooperation.language import TN, Language, T, Text
from cooperation.screen import charts, words
from cooperation.screen.assistance_charts import URGENCIES, flow_alternative, flow_bars
from cooperation.screen.cards import (
    FigureCard,
    Sparkline,
    answer_more,
    answer_sentence,
    comparison_card,
    empty_state,
    filter_sentence,
    footer_line,
    monthly_sparkline,
    show_cards,
)
from cooperation.screen.figures import show_figure, show_tools
from cooperation.screen.frame import View
from cooperation.screen.response_times import chart_events
from cooperation.screen.tables import Column, show_table
from cooperation.wording.choices import filter_text, own_months_text, place_name, starts_differ_text
from cooperation.wording.verdicts import reasons_text, verdict_explanation

QUESTION = T("Do the zones help each other?")
STATISTICS: Mapping[str, Text] = {
    "partner_sent": T("Another zone came along"),
    "partner_first": T("Another zone was first"),
    "own_sent": T("The own zone was there"),
}
KINDS: Mapping[str, Text] = {
    "lateral": T("Lateral assistance (zones outside)"),
    "hycap": T("HyCap (national reinforcement)"),
    "federal": T("Federal support"),
}
COMPARISONS: Mapping[str, Text] = {
    "against_own_unit": T("Measured: wait for the own unit"),
    "against_comparable_calls": T("Estimate: against comparable calls"),
}
SHARE_COLUMNS = (
    Column("before", T("Before"), "percent"),
    Column("after", T("After"), "percent"),
    Column("low", T("Difference at least (95 %)"), "points"),
    Column("high", T("Difference at most (95 %)"), "points"),
    Column("before_count", T("Calls before"), "number"),
    Column("after_count", T("Calls after"), "number"),
    Column("verdict", T("Verdict"), "verdict"),
)
COMPARISON_COLUMNS = (Column("statistic", T("Figure"), names=STATISTICS), *SHARE_COLUMNS)
SUMMARY_COLUMNS = (
    Column("intervention_count", T("Calls"), "number"),
    Column("partner_known_count", T("Known whose units came"), "number"),
    Column("partner_sent_count", T("Another zone came along"), "number"),
    Column("partner_sent_share", T("Share"), "percent"),
    Column("first_known_count", T("Known who was first"), "number"),
    Column("partner_first_count", T("Another zone was first"), "number"),
    Column("partner_first_share", T("Share"), "percent"),
    Column("own_sent_share", T("The own zone was there"), "percent"),
)
TIME_COLUMNS = (
    Column("unit_seconds", T("Working time of the units"), "duration"),
    Column("unknown_time_count", T("Units of unknown time"), "number"),
)
GAIN_COLUMNS = (
    Column("comparison", T("Compared"), names=COMPARISONS),
    words.PHASE_COLUMN,
    Column("gained_seconds", T("Gained"), "difference"),
    Column("low", T("At least (95 %)"), "difference"),
    Column("high", T("At most (95 %)"), "difference"),
    Column("call_count", T("Another zone was first"), "number"),
    Column("compared_count", T("Compared with"), "number"),
)


def show_answer(view: View) -> None:
    """Show the question, the answer with its verdict in one sentence, and who is counted."""
    language = view.language
    helped = _statistic(view, "partner_sent")
    st.title(language.say(QUESTION), anchor=False)
    st.html(
        answer_sentence(_answer(view, helped), language, verdict=helped["verdict"], higher_is_better=True)
    )
    st.html(answer_more([_own_zone_text(view)], language))
    sentence = filter_text(view.evidence, view.filters, view.period, language)
    st.html(filter_sentence(sentence, language))


def knows_who_came(view: View) -> bool:
    """Tell whether of any call of the choice it is known whose units came."""
    monthly = view.ask("mutual_assistance/monthly").table
    return bool((monthly["partner_known_count"] > 0).any() or (monthly["own_known_count"] > 0).any())


def say_nobody_knows_who_came(view: View) -> None:
    """Say that no deployment with a zone was read, and what to do."""
    st.html(
        empty_state(
            T("It is not known whose units came"),
            T(
                "Drop an export of deployments, with the zone of each unit, in the folder data/exports;"
                " or choose another place or period."
            ),
            view.language,
        )
    )


def show_cards_of_help(view: View) -> None:
    """Show the four cards: another zone came along, was first, the own zone was there, time gained."""
    monthly = _whole_choice(view)
    start = view.evidence.start(view.filters)
    cards = [
        _share_card(view, name, monthly_sparkline(monthly, f"{name}_share", start)) for name in STATISTICS
    ]
    show_cards([*cards, _gain_card(view)], view.language, view.colours)


def show_flows(view: View) -> None:
    """Show who helped whom, before and after, urgent and planned."""
    answer = view.ask("mutual_assistance/flows")
    names = words.zone_names(view.evidence, view.language)
    show_figure(
        view,
        answer,
        flow_bars(answer.table, names, view.language, view.colours),
        (
            Column("from_zone_code", T("Who helped"), names=names),
            Column("to_zone_code", T("Who was helped"), names=names),
            Column("urgency", T("Kind of work"), names=URGENCIES),
            words.PHASE_COLUMN,
            Column("call_count", T("All interventions"), "number"),
            Column("partner_known_count", T("Known whose units came"), "number"),
            Column("intervention_count", T("With help"), "number"),
            Column("share_of_calls", T("Share"), "percent"),
            Column("first_on_scene_count", T("First on the scene"), "number"),
            Column("deployment_count", T("Units sent"), "number"),
            *TIME_COLUMNS,
        ),
        title=T("Who helped whom"),
        subtitle=_everyone(view, T("Interventions with a unit of another zone")),
        alternative=flow_alternative(answer.table, names, view.language),
    )


def show_balance(view: View) -> None:
    """Show what every zone gave and received, in interventions and in working time of units."""
    answer = view.ask("mutual_assistance/balance")
    names = words.zone_names(view.evidence, view.language)
    columns = (
        Column("zone_code", T("Zone"), names=names),
        Column("other_zone_code", T("Other zone"), names=names),
        Column("given_intervention_count", T("Helped"), "number"),
        Column("received_intervention_count", T("Was helped"), "number"),
        Column("given_unit_seconds", T("Working time given"), "duration"),
        Column("received_unit_seconds", T("Working time received"), "duration"),
        Column("given_unknown_time_count", T("Units given, time unknown"), "number"),
        Column("received_unknown_time_count", T("Units received, time unknown"), "number"),
    )
    title = T("Given and received")
    subtitle = _everyone(view, T("Of whole zones; working time is from dispatch until free again"))
    st.html(charts.figure_heading(title, view.language, subtitle=subtitle))
    _show_after(answer, columns, view.language)
    show_tools(view, answer, (*columns, words.PHASE_COLUMN), caption=title)


def show_monthly(view: View) -> None:
    """Show month by month the share of calls to which another zone came along."""
    answer = view.ask("mutual_assistance/monthly")
    helped = _statistic(view, "partner_sent")
    levels: dict[str, float] = {phase: float(helped[phase]) for phase in PHASES if pd.notna(helped[phase])}
    label = T("Another zone came along")
    start = view.evidence.start(view.filters)
    whole = _whole_choice(view).rename(columns={"partner_known_count": "measured_count"})
    column = "partner_sent_share"
    places = words.municipality_names(view.evidence, view.language)
    show_figure(
        view,
        answer,
        charts.monthly_series(
            whole,
            view.language,
            view.colours,
            start=start,
            column=column,
            label=label,
            events=chart_events(view),
            levels=levels,
            minimum_count=view.evidence.settings.comparison.minimum_shown,
        ),
        (
            Column("month", T("Month"), "month"),
            Column("municipality_nis", T("Municipality"), names=places),
            words.PHASE_COLUMN,
            *SUMMARY_COLUMNS,
        ),
        title=T("Help month by month"),
        subtitle=T("Share of the calls to which a unit of another zone was sent"),
        alternative=charts.monthly_alternative(
            whole, view.language, start=start, label=label, levels=levels, column=column
        ),
        shown=_with_place(answer.table, view.language),
    )


def show_time_gained(view: View) -> None:
    """Show in sentences how much earlier help came where another zone was first, measured and estimated."""
    answer = view.ask("mutual_assistance/time_gained")
    title = T("What it gains when another zone is first")
    subtitle = T("After the start of the cooperation; how much earlier somebody was on the scene")
    st.html(charts.figure_heading(title, view.language, subtitle=subtitle))
    after = answer.table[answer.table["phase"] == "after"].set_index("comparison")
    for sentence in (
        _measured_gain_text(after.loc["against_own_unit"], view.language),
        _estimated_gain_text(after.loc["against_comparable_calls"], view.language),
        T(
            "An estimate, no proof: help is not sent by chance, and of several units the first is sooner anyway."
        ),
    ):
        st.html(answer_more([sentence], view.language))
    show_tools(view, answer, GAIN_COLUMNS, caption=title)


def show_identity(view: View) -> None:
    """Show per municipality whether the own zone was there, and how often another zone came along."""
    answer = view.ask("mutual_assistance/identity_kept")
    places = words.municipality_names(view.evidence, view.language)
    names = {
        (nis_code, statistic): T(
            "{place}: {figure}", place=places[nis_code], figure=_in_a_sentence(statistic)
        )
        for nis_code in places
        for statistic in ("own_sent", "partner_sent")
    }
    figure, alternative = _dumbbell(view, _sides_apart(answer.table), names, "share")
    title = T("Is our police still ours?")
    columns = (
        Column("municipality_nis", T("Municipality"), names=places),
        Column("statistic", T("Figure"), names=STATISTICS),
        *SHARE_COLUMNS,
    )
    charts.show_chart(
        figure,
        view.language,
        title=title,
        subtitle=own_months_text(
            view.evidence,
            view.filters,
            T("Share of the calls, by municipality; of many verdicts one in twenty can be chance."),
        ),
        alternative=alternative,
        key="mutual_assistance-identity_kept",
    )
    verdicts = [column for column in columns if column.name in ("municipality_nis", "statistic", "verdict")]
    show_table(answer.table, verdicts, view.language, caption=T("Verdict by municipality"), is_stacked=True)
    show_tools(view, answer, columns, caption=title)


def show_nights_and_weekends(view: View) -> None:
    """Show when another zone comes along: day, evening and night, on weekdays and in the weekend."""
    answer = view.ask("mutual_assistance/nights_and_weekends")
    bands = words.hour_band_names(view.evidence, view.language)
    names = {
        (is_weekend, band): T("{days}, {part_of_day}", days=days, part_of_day=bands[band])
        for is_weekend, days in ((False, T("Weekday")), (True, T("Weekend")))
        for band in bands
    }
    table = answer.table
    groups = table.rename(columns={"partner_known_count": "measured_count"}).assign(
        group=list(zip(table["is_weekend"], table["hour_band"], strict=True))
    )
    figure, alternative = _dumbbell(view, groups, names, "partner_sent_share")
    show_figure(
        view,
        answer,
        figure,
        (
            Column("hour_band", T("Part of the day"), names=bands),
            Column("is_weekend", T("Weekend"), names={True: T("yes"), False: T("no")}),
            words.PHASE_COLUMN,
            *SUMMARY_COLUMNS,
        ),
        title=T("At night and in the weekend"),
        subtitle=T("Share of the calls to which another zone came along; no verdict per line"),
        alternative=alternative,
    )


def show_other_help(view: View) -> None:
    """Show help from outside the cooperation, apart."""
    answer = view.ask("mutual_assistance/other_help")
    names = words.zone_names(view.evidence, view.language)
    columns = (
        Column("assistance", T("Kind of help"), names=KINDS),
        Column("to_zone_code", T("Who was helped"), names=names),
        Column("intervention_count", T("With help"), "number"),
        Column("deployment_count", T("Units sent"), "number"),
        *TIME_COLUMNS,
        Column("of_a_zone_count", T("Of these units of a zone of the cooperation"), "number"),
    )
    title = T("Help from elsewhere")
    subtitle = _everyone(view, T("Never counted in the figures above"))
    st.html(charts.figure_heading(title, view.language, subtitle=subtitle))
    _show_after(answer, columns, view.language)
    show_tools(view, answer, (*columns, words.PHASE_COLUMN), caption=title)


def show_footer(view: View) -> None:
    """Show the comparison behind the cards, and the line under the page."""
    language = view.language
    show_tools(
        view,
        view.ask("mutual_assistance/comparison"),
        COMPARISON_COLUMNS,
        caption=T("The comparison on the cards. Of twenty such verdicts, one can be due to chance."),
        label=T("Behind the cards: the comparison, its files and SQL"),
    )
    helped = _statistic(view, "partner_sent")
    counts = {phase: language.number(helped[f"{phase}_count"]) for phase in PHASES}
    items: list[Text] = [
        T("Another zone came along: at least one unit of another zone of the cooperation was sent."),
        T("Calls of which it is known whose units came: {before} before and {after} after.", **counts),
        T("Units that arrive in the same second: the own zone counts as first."),
        T("Between … and …: with 95 % certainty."),
        T(
            "Exports up to and including {date}.",
            date=language.date(view.evidence.covered_days(view.filters).last),
        ),
    ]
    st.html(footer_line(items, language))


def _statistic(view: View, name: str) -> pd.Series:
    table = view.ask("mutual_assistance/comparison").table
    return table.set_index("statistic").loc[name]


def _whole_choice(view: View) -> pd.DataFrame:
    monthly = view.ask("mutual_assistance/monthly").table
    return monthly[monthly["is_total"]]


def _answer(view: View, helped: pd.Series) -> Text:
    language = view.language
    if (refusal := starts_differ_text(view.evidence, view.filters, language)) is not None:
        return refusal
    place = place_name(view.evidence, view.filters, language)
    if pd.isna(helped["after"]) or pd.isna(helped["before"]):
        return T(
            "{place}: of too few calls is it known whose units came ({before} before, {after} after).",
            place=place,
            before=language.number(helped["before_count"]),
            after=language.number(helped["after_count"]),
        )
    shares = {phase: language.percent(helped[phase], 1) for phase in PHASES}
    if view.filters.counts_urgent_only(view.evidence.settings):
        return T(
            "{place}: another zone came along to {after} of the urgent calls; before the start to {before}.",
            place=place,
            **shares,
        )
    return T(
        "{place}: another zone came along to {after} of the calls; before the start to {before}.",
        place=place,
        **shares,
    )


def _own_zone_text(view: View) -> Text:
    own = _statistic(view, "own_sent")
    share = view.language.percent(None if pd.isna(own["after"]) else own["after"], 1)
    return T("The own zone was there at {share} of the calls after the start.", share=share)


def _share_card(view: View, name: str, sparkline: Sparkline) -> FigureCard:
    row = _statistic(view, name)
    card = comparison_card(STATISTICS[name], row, view.language, unit="share", sparkline=sparkline)
    said = verdict_explanation(row, view.language, unit="share")
    if "completeness_changed" in row["reasons"]:
        others = reasons_text((r for r in row["reasons"] if r != "completeness_changed"), view.language)
        said = T("Of many more or fewer calls than before it is known whose units came.")
        said = said if others is None else T("{said} {more}", said=said, more=others)
    return replace(card, explanation=view.language.say(said or ""))


def _gain_card(view: View) -> FigureCard:
    language = view.language
    gains = view.ask("mutual_assistance/time_gained").table
    row = gains[(gains["comparison"] == "against_own_unit") & (gains["phase"] == "after")].iloc[0]
    count = TN("{count} call", "{count} calls", int(row["compared_count"]))
    label = language.say(T("Another zone first: ahead of the own unit"))
    if pd.isna(row["gained_seconds"]):
        too_few = T("{calls} where both arrived: too few for a figure", calls=count)
        return FigureCard(label, language.duration(None), language.say(too_few))
    return FigureCard(
        label,
        language.duration(row["gained_seconds"]),
        language.say(
            T("that much or more at half of {calls}, {margin}", calls=count, margin=_margin(row, language))
        ),
        language.say(T("Where another zone was first and the own unit arrived as well.")),
    )


def _margin(row: pd.Series, language: Language) -> Text:
    low, high = (None if pd.isna(row[end]) else row[end] for end in ("low", "high"))
    if low is None or high is None:
        return T("too few for a margin")
    return T("between {low} and {high}", low=language.duration(low), high=language.duration(high))


def _measured_gain_text(row: pd.Series, language: Language) -> Text:
    values = {
        "first": TN("{count} call", "{count} calls", int(row["call_count"])),
        "both": TN("{count} call", "{count} calls", int(row["compared_count"])),
    }
    if pd.isna(row["gained_seconds"]):
        return T(
            "Measured: another zone was first at {first}; at {both} of these the own unit arrived as well,"
            " too few for a figure.",
            **values,
        )
    return T(
        "Measured: another zone was first at {first}; at {both} of these the own unit arrived as well,"
        " in half of them {gained} later or more ({margin}).",
        gained=language.duration(row["gained_seconds"]),
        margin=_margin(row, language),
        **values,
    )


def _estimated_gain_text(row: pd.Series, language: Language) -> Text:
    if pd.isna(row["gained_seconds"]):
        return T(
            "Estimate against comparable calls without another zone: not possible, too few calls can be compared."
        )
    values = {
        "calls": TN("{count} comparable call", "{count} comparable calls", int(row["compared_count"])),
        "low": _earlier_or_later(row["low"], language),
        "high": _earlier_or_later(row["high"], language),
    }
    if row["low"] <= 0 <= row["high"]:
        return T(
            "Estimate: against {calls} without another zone no difference can be shown;"
            " it lies between {low} and {high}.",
            **values,
        )
    return T(
        "Estimate: against {calls} without another zone, {gained}; between {low} and {high}.",
        gained=_earlier_or_later(row["gained_seconds"], language),
        **values,
    )


def _earlier_or_later(seconds: float, language: Language) -> Text:
    amount = language.duration(abs(seconds))
    return T("{amount} earlier", amount=amount) if seconds >= 0 else T("{amount} later", amount=amount)


def _in_a_sentence(statistic: str) -> Text:
    return {"own_sent": T("the own zone was there"), "partner_sent": T("another zone came along")}[statistic]


def _show_after(answer: Answer, columns: Sequence[Column], language: Language) -> None:
    shown = answer.table[answer.table["phase"] == "after"]
    show_table(shown, columns, language, caption=T("After the start"), is_stacked=True)


def _dumbbell(
    view: View, groups: pd.DataFrame, names: Mapping[Any, Text], column: str
) -> tuple[go.Figure, Text]:
    """Return the picture of shares before and after by group, and what it says to who cannot see it."""
    minimum = view.evidence.settings.comparison.minimum_shown
    figure = charts.grouped_dumbbell(
        groups, view.language, view.colours, group="group", names=names, column=column, minimum_count=minimum
    )
    alternative = charts.grouped_alternative(
        groups, view.language, group="group", names=names, column=column, minimum_count=minimum
    )
    return figure, alternative


def _sides_apart(identity: pd.DataFrame) -> pd.DataFrame:
    """Return one row per municipality, statistic and phase: group, phase, share, measured_count."""
    rows = [
        {
            "group": (row["municipality_nis"], row["statistic"]),
            "phase": phase,
            "share": row[phase],
            "measured_count": row[f"{phase}_count"],
        }
        for row in identity.to_dict("records")
        for phase in PHASES
    ]
    return pd.DataFrame(rows, columns=["group", "phase", "share", "measured_count"])


def _with_place(monthly: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return the months with a word for the rows of all calls, whose municipality is none."""
    place = monthly["municipality_nis"].where(~monthly["is_total"], language.say(T("All municipalities")))
    return monthly.assign(municipality_nis=place)


def _everyone(view: View, said: Text) -> Text:
    """Return a subtitle that says so where urgent, planned and all other work are counted."""
    filters: Filters = view.filters
    if filters.priority or filters.origin:
        return said
    return T("{said}; all work counts here, urgent, planned and other", said=said)
