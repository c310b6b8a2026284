"""The pictures and sentences about response times that more than one page shows."""

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd
import streamlit as st

from cooperation.answers.filters import Filters
from cooperation.language import Language, T, Text
from cooperation.screen import charts, words
from cooperation.screen.cards import (
    FigureCard,
    answer_more,
    answer_sentence,
    comparison_card,
    count_card,
    filter_sentence,
    footer_line,
    monthly_sparkline,
    show_cards,
)
from cooperation.screen.figures import show_figure, show_tools
from cooperation.screen.frame import View
from cooperation.screen.tables import Column
from cooperation.wording.choices import filter_text, place_name, starts_differ_text
from cooperation.wording.verdicts import confirmation_text, verdict_text

STEPS = ("call_handling", "turnout", "travel", "response")
# Where no norm is set, the text alternative of the curve quotes the share within ten minutes.
EXAMPLE_SECONDS = 600
CURVE_STEP_SECONDS = 30
STATISTICS_IN_A_SENTENCE: Mapping[str, Text] = {
    "median": T("half of the calls"),
    "p90": T("9 in 10 calls"),
    "share_within_norm": T("the share within the norm"),
}
COMPARISON_COLUMNS = (
    Column("statistic", T("Figure"), names=words.STATISTICS),
    Column("before", T("Before")),
    Column("after", T("After")),
    Column("difference", T("Difference")),
    Column("low", T("At least (95 %)")),
    Column("high", T("At most (95 %)")),
    Column("smallest_detectable", T("Smallest change that could be shown")),
    Column("design_effect", T("Design effect")),
    Column("verdict", T("Verdict"), "verdict"),
    Column("confirmation", T("Confirmed"), names=words.CONFIRMATIONS),
)
MONTHLY_COLUMNS = (Column("month", T("Month"), "month"), *words.SUMMARY_COLUMNS)


def show_answer(view: View, question: Text, filters: Filters, *, further: Sequence[Text] = ()) -> None:
    """Show the question as title, the answer with its verdict in one sentence, what goes `further`, who is counted."""
    language = view.language
    st.title(language.say(question), anchor=False)
    _show_finding(view, filters, further)
    st.html(
        filter_sentence(
            filter_text(view.evidence, filters, view.evidence.period(filters), language), language
        )
    )


def show_answer_below(view: View, question: Text, filters: Filters, *, further: Sequence[Text] = ()) -> None:
    """Show the same as a part of a page that has said who is counted."""
    st.html(charts.figure_heading(question, view.language))
    _show_finding(view, filters, further)


def _show_finding(view: View, filters: Filters, further: Sequence[Text]) -> None:
    language = view.language
    median = _statistic(view, filters, "median")
    st.html(answer_sentence(_answer(view, filters, median), language, verdict=median["verdict"]))
    table = view.ask("response_times/comparison", filters).table
    more = [
        text
        for text in (confirmation_text(median), opposed_text(median, table, language), *further)
        if text is not None
    ]
    if more:
        st.html(answer_more(more, language))


def show_headline_cards(view: View, filters: Filters) -> None:
    """Show the four cards: median, P90, share within the norm, calls and missing arrivals."""
    monthly = view.ask("response_times/monthly", filters).table
    start = view.evidence.start(filters)
    labels: dict[str, tuple[Text, str]] = {
        "median": (T("Half of the calls within"), "median_seconds"),
        "p90": (T("9 in 10 calls within"), "p90_seconds"),
        "share_within_norm": (_norm_label(view, filters), "share_within_norm"),
    }
    if _norms(view, filters) == {None}:
        del labels["share_within_norm"]
    cards: list[FigureCard] = [
        comparison_card(
            label,
            _statistic(view, filters, statistic),
            view.language,
            unit="share" if statistic == "share_within_norm" else "seconds",
            sparkline=monthly_sparkline(monthly, column, start),
        )
        for statistic, (label, column) in labels.items()
    ]
    headline = view.ask("response_times/headline", filters).table
    cards.append(
        count_card(
            T("Calls"),
            headline,
            view.language,
            sparkline=monthly_sparkline(monthly, "intervention_count", start),
        )
    )
    show_cards(cards, view.language, view.colours)


def show_monthly(view: View, filters: Filters) -> None:
    """Show the median month by month, with the start and other events, and everything behind it."""
    answer = view.ask("response_times/monthly", filters)
    median = _statistic(view, filters, "median")
    levels = {phase: float(median[phase]) for phase in ("before", "after") if pd.notna(median[phase])}
    label = words.MEASURES[filters.measure]
    start = view.evidence.start(filters)
    minimum = view.evidence.settings.comparison.minimum_shown
    figure = charts.monthly_series(
        _every_month(answer.table, view, filters),
        view.language,
        view.colours,
        start=start,
        label=label,
        events=chart_events(view),
        levels=levels,
        minimum_count=minimum,
    )
    show_figure(
        view,
        answer,
        figure,
        MONTHLY_COLUMNS,
        title=T("{measure} month by month", measure=label),
        subtitle=_median_of(filters),
        alternative=charts.monthly_alternative(
            answer.table, view.language, start=start, label=label, levels=levels
        ),
    )


def show_cumulative(view: View) -> None:
    """Show which share of the calls was reached within so many minutes, before and after."""
    answer = view.ask("response_times/cumulative")
    norm = _norm_seconds(view, view.filters)
    # The curve knows every half minute, and only there does it say the same as the card.
    norm = norm if norm is not None and norm % CURVE_STEP_SECONDS == 0 else None
    measure = words.MEASURES[view.filters.measure]
    show_figure(
        view,
        answer,
        charts.cumulative_curve(answer.table, view.language, view.colours, norm_seconds=norm),
        (
            words.PHASE_COLUMN,
            Column("within_seconds", T("Within"), "duration"),
            Column("share", T("Share of the calls"), "percent"),
        ),
        title=T("How many calls within how many minutes"),
        subtitle=T("{measure}: share of the calls with a known time", measure=measure),
        alternative=charts.cumulative_alternative(
            answer.table, view.language, within_seconds=norm or EXAMPLE_SECONDS
        ),
    )


def show_steps(view: View) -> None:
    """Show the steps of the way: call handling, turnout, travel, and the whole."""
    names = {step: words.MEASURES[step] for step in STEPS}
    _show_groups(
        view,
        "response_times/steps",
        Column("step", T("Step"), names=names),
        names,
        title=T("Where the time goes"),
        subtitle=_without_verdict(
            T("Median per step; the steps do not add up to the whole, since each has its own median")
        ),
    )


def show_priorities(view: View) -> None:
    """Show before and after for each priority."""
    names = words.priority_names(view.evidence, view.language)
    _show_groups(
        view,
        "response_times/by_priority",
        Column("priority", T("Priority"), names=names),
        names,
        title=T("By priority"),
        subtitle=_without_verdict(_median_of(view.filters)),
    )


def show_municipalities(view: View) -> None:
    """Show before and after for each municipality."""
    names = words.municipality_names(view.evidence, view.language)
    _show_groups(
        view,
        "response_times/by_municipality",
        Column("municipality_nis", T("Municipality"), names=names),
        names,
        title=T("By municipality"),
        subtitle=_median_of(view.filters),
    )


def show_hours(view: View) -> None:
    """Show the hours of the day, before and after."""
    _show_profile(view, "hour", Column("hour_of_day", T("Hour"), "hour"), T("By hour of the day"))


def show_weekdays(view: View) -> None:
    """Show the days of the week, before and after."""
    _show_profile(view, "weekday", Column("weekday", T("Day"), "weekday"), T("By day of the week"))


def _show_groups(
    view: View, name: str, group: Column, names: Mapping[str, Text | str], *, title: Text, subtitle: Text
) -> None:
    answer = view.ask(name)
    minimum = view.evidence.settings.comparison.minimum_shown
    present = {code: names[code] for code in names if (answer.table[group.name] == code).any()}
    show_figure(
        view,
        answer,
        charts.grouped_dumbbell(
            answer.table, view.language, view.colours, group=group.name, names=present, minimum_count=minimum
        ),
        words.group_columns(group),
        title=title,
        subtitle=subtitle,
        alternative=charts.grouped_alternative(
            answer.table, view.language, group=group.name, names=present, minimum_count=minimum
        ),
    )


def _without_verdict(subtitle: Text) -> Text:
    return T("{subtitle}. No verdict per line: a difference in one of them can be chance.", subtitle=subtitle)


def _show_profile(view: View, name: str, group: Column, title: Text) -> None:
    answer = view.ask(f"response_times/by_{name}")
    draw = {"hour": charts.hour_profile, "weekday": charts.weekday_profile}[name]
    minimum = view.evidence.settings.comparison.minimum_shown
    show_figure(
        view,
        answer,
        draw(answer.table, view.language, view.colours, minimum_count=minimum),
        words.group_columns(group),
        title=title,
        subtitle=_median_of(view.filters),
        alternative=charts.profile_alternative(
            answer.table, view.language, group=group.name, minimum_count=minimum
        ),
    )


def _median_of(filters: Filters) -> Text:
    return T("Median in minutes, {definition}", definition=words.DEFINITIONS[filters.measure])


def show_footer(view: View, filters: Filters) -> None:
    """Show what stands behind the cards, and the line under the page: definition, calls, missing, latest export."""
    comparison = view.ask("response_times/comparison", filters)
    show_tools(
        view,
        comparison,
        COMPARISON_COLUMNS,
        caption=T("The comparison on the cards. Of twenty such verdicts, one can be due to chance."),
        label=T("Behind the cards: the comparison, its files and SQL"),
        shown=_in_words(comparison.table, view.language),
    )
    show_tools(
        view,
        view.ask("response_times/headline", filters),
        words.SUMMARY_COLUMNS,
        caption=T("The two periods on the cards"),
        label=T("Behind the cards: the two periods, their files and SQL"),
    )
    language = view.language
    headline = view.ask("response_times/headline", filters).table
    measured = [language.number(count) for count in headline["measured_count"]]
    missing = [language.percent(None if pd.isna(s) else s, 1) for s in headline["missing_arrival_share"]]
    st.html(
        footer_line(
            [
                T(
                    "{measure}: {definition}.",
                    measure=words.MEASURES[filters.measure],
                    definition=words.DEFINITIONS[filters.measure],
                ),
                T(
                    "Calls with a known time: {before} before and {after} after.",
                    before=measured[0],
                    after=measured[1],
                ),
                T("Without arrival: {before} before and {after} after.", before=missing[0], after=missing[1]),
                T("Between … and …: with 95 % certainty."),
                T(
                    "Exports up to and including {date}.",
                    date=language.date(view.evidence.covered_days(filters).last),
                ),
            ],
            language,
        )
    )


def chart_events(view: View) -> list[charts.ChartEvent]:
    """Return the events of a time axis in the reader's language; zones that joined later included."""
    language = view.language
    zone_codes = {zone.code for zone in view.evidence.zones(view.filters)}
    events = [
        charts.ChartEvent(
            str(getattr(row, f"name_{language.code}")),
            row.starts_on.date(),
            None if pd.isna(row.ends_on) else row.ends_on.date(),
        )
        for row in view.evidence.events.itertuples()
        if pd.notna(row.starts_on) and (pd.isna(row.zone_code) or row.zone_code in zone_codes)
    ]
    joined: list[tuple[date, str]] = [
        (zone.joined, zone.name.in_language(language.code))
        for zone in view.evidence.settings.zones
        if zone.joined != view.evidence.settings.start and zone.code in zone_codes
    ]
    return events + [
        charts.ChartEvent(language.say(T("{zone} joins", zone=name)), day) for day, name in joined
    ]


def _every_month(monthly: pd.DataFrame, view: View, filters: Filters) -> pd.DataFrame:
    """Return the table with its months without calls, so that the compared periods are drawn whole."""
    if monthly.empty:
        return monthly
    period, start = view.evidence.period(filters), view.evidence.start(filters)
    table = monthly.assign(month=pd.to_datetime(monthly["month"])).set_index("month")
    months = pd.DatetimeIndex(
        [*table.index, *map(pd.Timestamp, (*period.before.months(), *period.after.months()))]
    )
    every = pd.date_range(months.min(), months.max(), freq="MS", name="month")
    compared = {*period.before.months(), *period.after.months()} - set(period.left_out_months)
    full = table.reindex(every)
    return full.assign(
        phase=["before" if month.date() < start.replace(day=1) else "after" for month in every],
        in_comparison=[month.date() in compared for month in every],
        intervention_count=full["intervention_count"].fillna(0),
        measured_count=full["measured_count"].fillna(0),
    ).reset_index()


def _in_words(comparison: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return the comparison with its figures written out: times and shares stand in one column."""

    def written(row: pd.Series) -> pd.Series:
        is_share = row["statistic"] == "share_within_norm"
        write = (lambda share: language.percent(share, 1)) if is_share else language.duration
        points = language.points if is_share else language.signed_duration
        return pd.Series(
            {
                "statistic": row["statistic"],
                "before": write(_known(row["before"])),
                "after": write(_known(row["after"])),
                **{name: points(_known(row[name])) for name in ("difference", "low", "high")},
                "smallest_detectable": points(_known(row["smallest_detectable"])),
                "design_effect": language.number(row["design_effect"], 2),
                "verdict": row["verdict"],
                "confirmation": row["confirmation"],
            }
        )

    return comparison.apply(written, axis=1)


def _statistic(view: View, filters: Filters, statistic: str) -> pd.Series:
    table = view.ask("response_times/comparison", filters).table
    return table.set_index("statistic").loc[statistic]


def opposed_text(row: pd.Series, table: pd.DataFrame, language: Language) -> Text | None:
    """Return which other figures point the other way than a row's, None where none does."""
    verdicts = table.set_index("statistic")["verdict"]
    parts = [
        language.say(
            T(
                "{figure} ({verdict})",
                figure=STATISTICS_IN_A_SENTENCE[name],
                verdict=verdict_text(verdicts[name]),
            )
        )
        for name in row["opposed_by"]
    ]
    if not parts:
        return None
    return T(
        "Mind: not every figure points that way. The other way: {figures}.", figures=language.join(parts)
    )


def _answer(view: View, filters: Filters, median: pd.Series) -> Text:
    language = view.language
    if (refusal := starts_differ_text(view.evidence, filters, language)) is not None:
        return refusal
    values = {
        "place": place_name(view.evidence, filters, language),
        "before": language.duration(_known(median["before"])),
        "after": language.duration(_known(median["after"])),
    }
    if pd.isna(median["after"]) or pd.isna(median["before"]):
        return T(
            "{place}: too few calls with a known time to give a figure ({before} before, {after} after).",
            place=values["place"],
            before=language.number(median["before_count"]),
            after=language.number(median["after_count"]),
        )
    if filters.measure == "response" and filters.counts_urgent_only(view.evidence.settings):
        return T(
            "{place}: at half of the urgent calls the police were on the scene within {after};"
            " before the start within {before}.",
            **values,
        )
    if filters.measure == "response":
        return T(
            "{place}: at half of the calls the police were on the scene within {after};"
            " before the start within {before}.",
            **values,
        )
    return T(
        "{place}, {measure}: at most {after} at half of the calls; before the start at most {before}.",
        measure=words.MEASURES_IN_A_SENTENCE[filters.measure],
        **values,
    )


def _norms(view: View, filters: Filters) -> set[int | None]:
    """Return the norms of all counted priorities, None for one without."""
    settings = view.evidence.settings
    counted = filters.priorities(settings) or tuple(priority.code for priority in settings.priorities)
    by_priority = {norm.priority: norm.seconds for norm in settings.norms if norm.measure == filters.measure}
    return {by_priority.get(priority) for priority in counted}


def _norm_seconds(view: View, filters: Filters) -> int | None:
    """Return the norm where all counted priorities share one, else None."""
    norms = _norms(view, filters)
    return next(iter(norms)) if len(norms) == 1 else None


def _norm_label(view: View, filters: Filters) -> Text:
    seconds = _norm_seconds(view, filters)
    if seconds is None:
        return T("Within the norm")
    return T("Within {norm} (working norm)", norm=view.language.short_duration(seconds))


def _known(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
