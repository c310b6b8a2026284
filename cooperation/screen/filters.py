"""The row of controls under a page's answer, and the sentence that says what is counted."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from cooperation.answers.answer import Evidence
from cooperation.answers.filters import EVERYONE, FILTER_NAMES, Filters
from cooperation.answers.periods import Period, Span, add_months
from cooperation.language import Language, T, Text
from cooperation.screen import words
from cooperation.screen.choices import choose_filters
from cooperation.wording.choices import sides_texts

ALL_MUNICIPALITIES = ""
OWN = "own"
MORE_CHOICES = frozenset({"zone_code", "priority", "origin", "covid", "borders"})


def show_filters(
    evidence: Evidence,
    filters: Filters,
    language: Language,
    *,
    only_place: bool = False,
    with_measure: bool = True,
    names: Collection[str] = FILTER_NAMES,
) -> None:
    """Show the controls for a choice; `only_place` shows municipality and periods alone.

    Only controls of the filters in `names` are shown. A control changes the session's choice before the next run draws
    anything.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", key="filter-row"):
        if "municipality_nis" in names:
            _municipality(evidence, filters, language)
        if "measure" in names and with_measure and not only_place:
            _measure(filters, language)
        if "period" in names:
            _periods(evidence, filters, language)
        if not only_place and not MORE_CHOICES.isdisjoint(names):
            _more_choices(evidence, filters, language, names)
        if filters != Filters():
            st.button(
                language.say(T("Start over")),
                key="start-over",
                type="tertiary",
                on_click=choose_filters,
                args=(Filters(),),
            )


def _municipality(evidence: Evidence, filters: Filters, language: Language) -> None:
    names = words.municipality_names(evidence, language)
    today = evidence.municipalities["merged_into_nis"].isna()
    codes = [*evidence.municipalities[today]["nis_code"], *evidence.municipalities[~today]["nis_code"]]
    select_control(
        f"municipality-{language.code}",
        language.say(T("Municipality")),
        {ALL_MUNICIPALITIES: language.say(T("All municipalities"))} | {code: names[code] for code in codes},
        filters.municipality_nis[0] if filters.municipality_nis else ALL_MUNICIPALITIES,
        lambda code: filters.with_(municipality_nis=(code,) if code else ()),
    )


def _measure(filters: Filters, language: Language) -> None:
    select_control(
        f"measure-{language.code}",
        language.say(T("Measure")),
        {code: language.say(text) for code, text in words.MEASURES.items()},
        filters.measure,
        lambda code: filters.with_(measure=code),
    )


def _periods(evidence: Evidence, filters: Filters, language: Language) -> None:
    period = evidence.period(filters)
    own_months = _period_of_months(
        (period.before.first, add_months(period.before.until.replace(day=1), -1)),
        (period.after.first, add_months(period.after.until.replace(day=1), -1)),
    )
    names = {
        code: _named_period(evidence, filters, code, name, language)
        for code, name in (
            ("matched", None),
            ("before_covid", T("Before COVID")),
            ("all", T("All years")),
        )
    }
    if period.before.first < period.before.until and period.after.first < period.after.until:
        names[OWN] = language.say(T("Own choice of months"))
    current = filters.period if filters.period in names or OWN not in names else OWN
    select_control(
        f"period-{language.code}",
        language.say(T("Periods")),
        names,
        current,
        lambda code: filters.with_(period=own_months if code == OWN else code),
    )
    if current == OWN:
        _own_months(evidence, filters, period, language)


def _named_period(
    evidence: Evidence, filters: Filters, code: str, name: Text | None, language: Language
) -> str:
    if not evidence.coverage.intervention_count:
        # The years are those of the calls; what has other years, such as costs, is compared over its own.
        return language.say(name or T("As many whole years before as after"))
    period = evidence.period(filters.with_(period=code))
    years = T("{before} and {after}", **sides_texts(period, language))
    return language.say(years if name is None else T("{name}: {years}", name=name, years=years))


def _own_months(evidence: Evidence, filters: Filters, period: Period, language: Language) -> None:
    start = evidence.start(filters)
    months = evidence.whole_months(filters).months()
    sides = {
        "before": ([month for month in months if month < start], period.before, T("Before the start")),
        "after": ([month for month in months if month >= start], period.after, T("After the start")),
    }
    if any(len(side) < 2 for side, _, _ in sides.values()):
        return
    chosen = {side: _within(span, options) for side, (options, span, _) in sides.items()}
    with st.popover(language.say(T("Months")), key="own-months"):
        for side, (options, _, label) in sides.items():
            first, last = chosen[side]
            # Streamlit takes a slider for one of a span by its `value`, not by what the session holds.
            key = f"control-{side}-months-{language.code}-{first}-{last}"
            st.select_slider(
                language.say(label),
                options=options,
                value=chosen[side],
                format_func=language.month,
                key=key,
                on_change=take_choice,
                args=(key, _with_months(filters, chosen, side)),
            )


def _with_months(
    filters: Filters, chosen: Mapping[str, tuple[date, date]], side: str
) -> Callable[[tuple[date, date]], Filters]:
    def take(span: tuple[date, date]) -> Filters:
        spans = {**chosen, side: span}
        return filters.with_(period=_period_of_months(spans["before"], spans["after"]))

    return take


def _period_of_months(before: tuple[date, date], after: tuple[date, date]) -> str:
    return "/".join(f"{first:%Y-%m}..{last:%Y-%m}" for first, last in (before, after))


def _within(span: Span, months: Sequence[date]) -> tuple[date, date]:
    inside = [month for month in months if span.first <= month < span.until] or list(months)
    return inside[0], inside[-1]


def _more_choices(evidence: Evidence, filters: Filters, language: Language, names: Collection[str]) -> None:
    settings = evidence.settings
    priorities = words.priority_names(evidence, language)
    origins = {code: language.say(text) for code, text in words.ORIGINS.items()}
    default_priorities = settings.default_priorities or tuple(priorities)
    default_origins = settings.population.origins or tuple(origins)
    with st.popover(language.say(T("More choices")), key="more-choices"):
        if "zone_code" in names:
            _pills(
                f"zone-{language.code}",
                language.say(T("Zone")),
                words.zone_names(evidence, language),
                filters.zone_code,
                lambda codes: filters.with_(zone_code=codes),
            )
        if "priority" in names:
            _pills(
                f"priority-{language.code}",
                language.say(T("Priority")),
                priorities,
                filters.priorities(settings) or tuple(priorities),
                lambda codes: filters.with_(
                    priority=_unless_default(codes, default_priorities, tuple(priorities))
                ),
            )
        if "origin" in names:
            _pills(
                f"origin-{language.code}",
                language.say(T("Origin")),
                origins,
                filters.origins(settings) or tuple(origins),
                lambda codes: filters.with_(origin=_unless_default(codes, default_origins, tuple(origins))),
            )
        if "covid" in names:
            _toggle(
                f"covid-{language.code}",
                language.say(T("Leave out the months with COVID measures, on both sides")),
                filters.covid == "out",
                lambda on: filters.with_(covid="out" if on else "in"),
            )
        if "borders" in names:
            _toggle(
                f"borders-{language.code}",
                language.say(T("Draw municipalities on their borders of before the merger")),
                filters.borders == "recorded",
                lambda on: filters.with_(borders="recorded" if on else "merged"),
            )


def _unless_default(
    chosen: tuple[str, ...], default: tuple[str, ...], everything: tuple[str, ...]
) -> tuple[str, ...]:
    """Return a choice as filters write it: nothing for the default, "all" for everything; to choose none is undone."""
    if not chosen or set(chosen) == set(default):
        return ()
    return (EVERYONE,) if set(chosen) == set(everything) else chosen


def select_control(
    name: str, label: str, options: Mapping[str, str], current: str, take: Callable[[str], Filters]
) -> None:
    """Show a box with one choice of `options` (code to words); `take` makes the reader's filters of it."""
    key = f"control-{name}"
    st.session_state[key] = current
    # Typing is off: the box's own messages exist in English only.
    st.selectbox(
        label,
        list(options),
        format_func=lambda code: options[code],
        filter_mode=None,
        key=key,
        on_change=take_choice,
        args=(key, take),
    )


def _pills(
    name: str,
    label: str,
    options: Mapping[str, str],
    current: tuple[str, ...],
    take: Callable[[tuple[str, ...]], Filters],
) -> None:
    key = f"control-{name}"
    st.session_state[key] = [code for code in options if code in current]
    st.pills(
        label,
        list(options),
        selection_mode="multi",
        format_func=lambda code: options[code],
        key=key,
        on_change=take_choice,
        args=(key, lambda chosen: take(tuple(code for code in options if code in chosen))),
    )


def _toggle(name: str, label: str, current: bool, take: Callable[[bool], Filters]) -> None:
    key = f"control-{name}"
    st.session_state[key] = current
    st.toggle(label, key=key, on_change=take_choice, args=(key, take))


def take_choice(key: str, take: Callable[[Any], Filters]) -> None:
    """Keep what a control with this key was set to."""
    choose_filters(take(st.session_state[key]))
