"""Whether the figures can be relied on: the answer, the cards and the pictures of the data quality page."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from cooperation.answers import data_quality
from cooperation.answers.answer import Answer
from cooperation.answers.data_quality import ACTIONS, RULES
from cooperation.language import TN, T, Text
from cooperation.screen import charts, words
from cooperation.screen.accounts import CALLS_COLUMN, DATA_SETS, MONTH_COLUMN
from cooperation.screen.cards import (
    FigureCard,
    answer_sentence,
    filter_sentence,
    footer_line,
    notice,
    show_cards,
)
from cooperation.screen.data_quality_charts import (
    Strip,
    count_strip_months,
    monthly_strips,
    share_strip_months,
    strips_alternative,
)
from cooperation.screen.figures import show_tools
from cooperation.screen.frame import View, side_by_side
from cooperation.screen.tables import Column
from cooperation.wording.choices import filter_text

ZONES_A_ROW = 2
# Of tables with a row a month; a thousand rows would be most of the page's time, and nobody reads them.
SHOWN_MONTHS = 100
CLOCKS: Mapping[str, Text] = {
    "received": T("Call received"),
    "dispatched": T("Unit sent"),
    "departed": T("Unit left"),
    "arrived": T("Unit on the scene"),
    "cleared": T("Unit free again"),
}
DOUBTFUL_COLUMNS = (
    Column("rule", T("Reason"), names=RULES),
    Column("action", T("What happened"), names=ACTIONS),
    MONTH_COLUMN,
    Column("cell_count", T("Cells"), "number"),
)


def show_answer(view: View) -> None:
    """Show the question as title, the answer in one sentence, and who is counted."""
    language = view.language
    st.title(language.say(T("Can these figures be relied on?")), anchor=False)
    together = _completeness_of(view, None)
    verdict = "not_comparable" if together["completeness_changed"].any() else None
    st.html(answer_sentence(_answer(view, together), language, verdict=verdict))
    choice = filter_text(view.evidence, view.filters, view.period, language)
    sentence = T("Files, lines and cells: all of them. Times and kinds of calls: {choice}", choice=choice)
    st.html(filter_sentence(sentence, language))


def _answer(view: View, together: pd.DataFrame) -> Text:
    language, totals = view.language, _totals(view)
    read = TN(
        "{count} line was read from the exports and {rejected} refused; a refused line stands below with its reason,"
        " or its file where none of it could be read.",
        "{count} lines were read from the exports and {rejected} refused; each refused line stands below"
        " with its reason, or its file where none of it could be read.",
        int(totals["lines_read"]),
        rejected=language.number(totals["rejected"]),
    )
    if together.empty or min(together["before_count"].min(), together["after_count"].min()) == 0:
        return T("{read} There are no calls on both sides of the start to compare.", read=read)
    if together["completeness_changed"].any():
        return T(
            "{read} But the times are not recorded as completely after the start as before it.", read=read
        )
    table = view.ask("data_quality/completeness").table
    changed = table.loc[table["completeness_changed"].astype(bool), "zone_code"].unique()
    if len(changed):
        zones = words.zone_names(view.evidence, language)
        return T(
            "{read} But in {zones} the times are not recorded as completely after the start as before it.",
            read=read,
            zones=language.join([zones[code] for code in changed]),
        )
    return T("{read} The times are recorded about as completely after the start as before it.", read=read)


def show_cards_of_reading(view: View) -> None:
    """Show the four cards: lines read, doubtful cells, known times of the measure, last day."""
    show_cards(
        [_lines_card(view), _cells_card(view), _known_times_card(view), _last_day_card(view)],
        view.language,
        view.colours,
    )


def _lines_card(view: View) -> FigureCard:
    language, totals = view.language, _totals(view)
    return FigureCard(
        label=language.say(T("Lines read")),
        figure=language.number(totals["lines_read"]),
        change=language.say(
            T(
                "= {accepted} accepted + {duplicate} duplicate + {rejected} refused",
                **{name: language.number(totals[name]) for name in ("accepted", "duplicate", "rejected")},
            )
        ),
        explanation=language.say(TN("In {count} file.", "In {count} files.", int(totals["file_count"]))),
    )


def _cells_card(view: View) -> FigureCard:
    language, totals = view.language, _totals(view)
    emptied, warned = totals["emptied_cell_count"], totals["warned_cell_count"]
    return FigureCard(
        label=language.say(T("Cells in doubt")),
        figure=language.number(emptied + warned),
        change=language.say(
            T(
                "{emptied} count as empty · {warned} count with a warning",
                emptied=language.number(emptied),
                warned=language.number(warned),
            )
        ),
        explanation=language.say(T("In lines that do count.")),
    )


def _known_times_card(view: View) -> FigureCard:
    language = view.language
    together = _completeness_of(view, None).set_index("clock")
    known = together.loc["measure"] if "measure" in together.index else pd.Series(dtype=object)
    shares = [language.percent(_known(known.get(f"{phase}_share")), 1) for phase in ("before", "after")]
    changed = bool(known.get("completeness_changed", False))
    measure = words.MEASURES_IN_A_SENTENCE[view.filters.measure]
    return FigureCard(
        label=language.say(T("Calls with a known {measure}", measure=measure)),
        figure=shares[1],
        change=language.say(T("was {figure}", figure=shares[0])),
        verdict="not_comparable" if changed else None,
        explanation=language.say(
            T(
                "A change of more than {points} spoils the comparison.",
                points=_largest_change(view),
            )
        ),
    )


def _last_day_card(view: View) -> FigureCard:
    language = view.language
    # Not from the cache: how many days ago a day was changes at midnight.
    rows = data_quality.freshness(view.evidence, view.filters).table
    known = rows.dropna(subset=["last_date"])
    calls = known[known["data_set"] == "interventions"]
    known = known if calls.empty else calls
    without = rows[rows["row_count"] == 0]
    last = known["last_date"].max() if len(known) else None
    days = int(known["days_since"].min()) if len(known) else None
    explanation = T("Every zone has every kind of data.")
    if len(without):
        first = without.iloc[0]
        explanation = T(
            "No data: {missing}.",
            missing=language.join([_name_of_missing(row, view) for _, row in without.head(2).iterrows()])
            if len(without) <= 2
            else T(
                "{first} and {count} more",
                first=_name_of_missing(first, view),
                count=language.number(len(without) - 1),
            ),
        )
    return FigureCard(
        label=language.say(T("Days since the last day in the exports")),
        figure=language.number(days),
        change=language.say(T("last day: {date}", date=language.date(last))),
        explanation=language.say(explanation),
    )


def _name_of_missing(row: pd.Series, view: View) -> str:
    name = view.language.say(DATA_SETS[row["data_set"]])
    if pd.isna(row["zone_code"]):
        return name
    zones = words.zone_names(view.evidence, view.language)
    return view.language.say(T("{data}, {zone}", data=name, zone=zones[row["zone_code"]]))


def show_completeness(view: View) -> None:
    """Show per zone how many calls have each clock time, month by month, and warn where that changed too much."""
    language = view.language
    answer = view.ask("data_quality/monthly_completeness")
    title = T("For how many calls is each time recorded?")
    st.html(
        charts.figure_heading(
            title,
            language,
            subtitle=T("Share of the calls, month by month; lighter bars are months with few calls"),
        )
    )
    _show_warnings(view)
    zones = words.zone_names(view.evidence, language)
    present = [code for code in zones if (answer.table["zone_code"] == code).any()]
    for first in range(0, len(present), ZONES_A_ROW):
        row = present[first : first + ZONES_A_ROW]
        side_by_side(view, *(_zone_picture(answer, code, zones[code]) for code in row))
    zone = Column("zone_code", T("Zone"), names=zones)
    clock = Column("clock", T("Time"), names=_clock_names(view))
    monthly = (zone, clock, MONTH_COLUMN, words.PHASE_COLUMN, CALLS_COLUMN)
    show_tools(
        view,
        answer,
        (*monthly, Column("known_share", T("Recorded"), "percent")),
        caption=_first_rows_of(title),
        shown=answer.table.head(SHOWN_MONTHS),
    )
    show_tools(
        view,
        view.ask("data_quality/completeness"),
        (
            zone,
            clock,
            Column("before_count", T("Calls before"), "number"),
            Column("after_count", T("Calls after"), "number"),
            Column("before_share", T("Recorded before"), "percent"),
            Column("after_share", T("Recorded after"), "percent"),
            Column("completeness_changed", T("Comparable"), names={True: T("no"), False: T("yes")}),
        ),
        caption=T("Times that are recorded, before and after"),
        label=T("Before and after in one table, its files and SQL"),
    )


def _show_warnings(view: View) -> None:
    """Say in words per zone and clock what changed too much, or that nothing did."""
    language = view.language
    table = view.ask("data_quality/completeness").table
    changed = table[table["completeness_changed"].astype(bool)]
    if changed.empty:
        text = T(
            "No time changed by more than {points} between before and after.", points=_largest_change(view)
        )
        st.html(f'<p class="figure-subtitle">{escape(language.say(text))}</p>')
    zones = words.zone_names(view.evidence, language)
    clocks = _clock_names(view)
    for _, row in changed.iterrows():
        warning = T(
            "{place}, “{clock}”: recorded for {before} of the calls before the start and for {after} after it."
            " Durations that need this time cannot be compared.",
            place=T("All zones together") if pd.isna(row["zone_code"]) else zones[row["zone_code"]],
            clock=clocks[row["clock"]],
            before=language.percent(row["before_share"], 1),
            after=language.percent(row["after_share"], 1),
        )
        st.html(notice(warning, language))


def _zone_picture(answer: Answer, zone_code: str, name: str) -> Callable[[View], None]:
    """Return what draws the clocks of one zone."""

    def draw(view: View) -> None:
        monthly = answer.table[answer.table["zone_code"] == zone_code]
        compared = _completeness_of(view, zone_code).set_index("clock")
        strips = [
            _share_strip(
                view,
                clock_name,
                monthly[monthly["clock"] == clock],
                ("known_count", "intervention_count"),
                is_warning=bool(compared["completeness_changed"].get(clock, False)),
            )
            for clock, clock_name in _clock_names(view).items()
        ]
        _show_strips(view, strips, monthly["month"], f"completeness-{zone_code}", title=name)

    return draw


def show_priority_mix(view: View) -> None:
    """Show the share of each priority among the calls of the chosen origins."""
    _show_mix(
        view,
        Column("priority", T("Priority"), names=words.priority_names(view.evidence, view.language)),
        T("Which priorities did the calls have?"),
        T("Share of the calls, the highest month fills a strip; where it changed, other calls are compared"),
    )


def show_origin_mix(view: View) -> None:
    """Show the share of each origin among all interventions."""
    _show_mix(
        view,
        Column("origin", T("Origin"), names=words.ORIGINS),
        T("Why did the police go?"),
        T("Share of all interventions; the highest month fills a strip"),
    )


def _show_mix(view: View, group: Column, title: Text, subtitle: Text) -> None:
    answer = view.ask(f"data_quality/{group.name}_mix")
    counts = ("intervention_count", "all_count")
    codes = answer.table[group.name]
    parts = {name: answer.table[codes == code] for code, name in (group.names or {}).items()}
    parts[T("not known")] = answer.table[codes.isna()]
    strips = [_share_strip(view, name, rows, counts) for name, rows in parts.items() if len(rows)]
    # One scale for all: a strip of its own scale would make a rare priority look like a common one.
    top = max((strip.months["value"].max() for strip in strips), default=1.0)
    strips = [replace(strip, top=top) for strip in strips]
    _show_strips(view, strips, answer.table["month"], f"{group.name}-mix", title=title, subtitle=subtitle)
    columns = (
        group,
        MONTH_COLUMN,
        words.PHASE_COLUMN,
        CALLS_COLUMN,
        Column("share_of_all", T("Share"), "percent"),
    )
    show_tools(view, answer, columns, caption=_first_rows_of(title), shown=answer.table.head(SHOWN_MONTHS))


def show_doubtful_by_month(view: View) -> None:
    """Show per rule in which months cells were emptied or warned about."""
    answer = view.ask("data_quality/doubtful_by_month")
    title = T("When were times impossible or doubtful?")
    known = answer.table.dropna(subset=["month"])
    if known.empty:
        return
    days = view.evidence.coverage.days
    strips = [_count_strip(view, str(rule), rows) for rule, rows in known.groupby("rule")]
    _show_strips(
        view,
        strips,
        pd.Series([days.first.replace(day=1), days.last.replace(day=1)]),
        "doubtful",
        title=title,
        subtitle=T("Cells of lines that count, by the month of the call; the highest month fills the strip"),
    )
    show_tools(view, answer, DOUBTFUL_COLUMNS, caption=title)


def show_footer(view: View) -> None:
    """Show the line under the page: what is read, when, and up to which day."""
    language = view.language
    st.html(
        footer_line(
            [
                T("Lines read = accepted + duplicate + refused, for every file."),
                T("A time counts as recorded where at least one unit has it."),
                T(
                    "Exports up to and including {date}.",
                    date=language.date(view.evidence.coverage.days.last),
                ),
                T(
                    "Read on {date}.",
                    date=language.date(pd.Timestamp(view.evidence.database.about["built_at"])),
                ),
            ],
            language,
        )
    )


def _share_strip(
    view: View,
    name: Text | str,
    monthly: pd.DataFrame,
    counts: tuple[str, str],
    *,
    is_warning: bool = False,
) -> Strip:
    """Return a strip of monthly shares with the shares of the compared periods behind its name."""
    language = view.language
    minimum = view.evidence.settings.comparison.minimum_shown
    months = share_strip_months(monthly, *counts, minimum_count=minimum)
    hover = [
        language.say(
            T(
                "{month}: {share}; calls: {count}",
                month=language.month(row.month),
                share=language.percent(row.value, 1),
                count=language.number(row.whole),
            )
        )
        for row in months.itertuples()
    ]
    compared = share_strip_months(monthly[monthly["in_comparison"]].assign(month=None), *counts)
    shares = compared.set_index("phase")["value"]
    note = T(
        "{before} before → {after} after",
        before=language.percent(shares.get("before"), 1),
        after=language.percent(shares.get("after"), 1),
    )
    return Strip(language.say(name), language.say(note), months.assign(hover=hover), is_warning=is_warning)


def _count_strip(view: View, rule: str, monthly: pd.DataFrame) -> Strip:
    """Return a strip of monthly counts of cells, the highest month as high as the strip."""
    language = view.language
    months = count_strip_months(monthly, "cell_count")
    hover = [f"{language.month(row.month)}: {language.number(row.value)}" for row in months.itertuples()]
    note = TN("{count} cell", "{count} cells", int(months["value"].sum()))
    return Strip(
        language.say(RULES.get(rule, rule)),
        language.say(note),
        months.assign(hover=hover),
        float(months["value"].max()),
    )


def _show_strips(
    view: View,
    strips: list[Strip],
    months: pd.Series,
    key: str,
    *,
    title: Text | str,
    subtitle: Text | None = None,
) -> None:
    figure = monthly_strips(
        strips, months, view.language, view.colours, start=view.evidence.start(view.filters)
    )
    charts.show_chart(
        figure,
        view.language,
        title=title,
        subtitle=subtitle,
        alternative=strips_alternative(strips),
        key=f"data_quality-{key}",
    )


def _totals(view: View) -> pd.Series:
    return view.ask("data_quality/totals").table.iloc[0]


def _completeness_of(view: View, zone_code: str | None) -> pd.DataFrame:
    """Return the clocks of one zone, or of all counted zones together, before and after."""
    table = view.ask("data_quality/completeness").table
    rows = table["zone_code"].isna() if zone_code is None else table["zone_code"] == zone_code
    return table[rows]


def _clock_names(view: View) -> dict[str, Text]:
    return {**CLOCKS, "measure": words.MEASURES[view.filters.measure]}


def _first_rows_of(title: Text) -> Text:
    return T("{title} The first rows; the files hold all of them.", title=title)


def _largest_change(view: View) -> str:
    largest = view.evidence.settings.comparison.largest_missing_change
    return view.language.points(largest, 0 if round(largest, 2) == largest else 1)


def _known(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)
