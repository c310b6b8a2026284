"""What the page on method shows, part by part: definitions, methods, what is in force, one verdict worked out."""

from collections.abc import Callable, Sequence
from html import escape

import pandas as pd
import streamlit as st

from cooperation.answers import method
from cooperation.answers.answer import Answer, Coverage
from cooperation.answers.data_quality import ACTIONS, RULES
from cooperation.answers.overview import headline_filters
from cooperation.answers.response_times import REFUSALS
from cooperation.freshness import places_from_environment
from cooperation.language import TN, Language, T, Text
from cooperation.screen import words
from cooperation.screen.accounts import DATA_SETS
from cooperation.screen.cards import answer_sentence, empty_state, footer_line, verdict_badge
from cooperation.screen.figures import show_tools
from cooperation.screen.filters import show_filters
from cooperation.screen.frame import View
from cooperation.screen.method_texts import (
    CLOCK_NOTES,
    LIMITS,
    QUESTIONS,
    SECTIONS,
    SOURCES,
    THRESHOLDS,
    Term,
    counted_text,
    figure_terms,
    percent_text,
    points_text,
    side_texts,
    statistician_texts,
    step_terms,
    verdict_notes,
    verdict_terms,
)
from cooperation.screen.tables import Column, show_table
from cooperation.screen.three_steps import YES_NO
from cooperation.settings import Settings, load_settings
from cooperation.wording.choices import filter_text
from cooperation.wording.verdicts import (
    confirmation_text,
    difference_text,
    reasons_text,
    undecided_text,
    verdict_explanation,
    verdict_of_row,
)

CLOCK_COLUMNS = (
    Column("measure", T("Time that is measured"), names=words.MEASURES),
    Column("definition", T("Runs"), "sentence", names=words.DEFINITIONS),
)
THRESHOLD_COLUMNS = (
    Column("entry", T("Threshold"), "sentence", names=THRESHOLDS),
    Column("said", T("Value"), "sentence"),
)
RULE_COLUMNS = (
    Column("data_set", T("Kind of data"), names={**DATA_SETS, method.EVERY_DATA_SET: T("Every file")}),
    Column("rule", T("What is wrong"), "sentence", names=RULES),
    Column("action", T("What happens then"), "sentence", names=ACTIONS),
    Column(
        "is_setting",
        T("Who decides that"),
        names={True: T("the settings"), False: T("fixed, nobody can soften it")},
    ),
)
QUESTION_COLUMNS = (
    Column("question", T("What is asked"), "sentence", names=QUESTIONS),
    Column("found", T("Found"), "sentence"),
    Column("limit", T("Needed"), "sentence"),
    Column("outcome", T("Answer"), "sentence"),
)


def settings_on_disk() -> Settings:
    """Return the settings that the first build will take."""
    return load_settings(places_from_environment().settings)


def show_heading(language: Language) -> None:
    """Show the question of the page and what answers it."""
    st.title(language.say(T("How is everything measured and judged?")), anchor=False)
    sentence = T(
        "Every word, rule and threshold behind the figures, as they are in force now, and one verdict worked out on"
        " the data on display."
    )
    st.html(answer_sentence(sentence, language))


def show_contents(language: Language) -> None:
    """Show the way to each part of the page."""
    items = "".join(
        f'<li><a href="#{name}" target="_self">{escape(language.say(title))}</a></li>'
        for name, title in SECTIONS.items()
    )
    label = escape(language.say(T("On this page")))
    st.html(f'<div class="contents" role="navigation" aria-label="{label}"><ol>{items}</ol></div>')


def show_who_and_what(settings: Settings, language: Language) -> None:
    """Show the clocks, who is counted, the norms, and what before and after are."""
    _section("clocks", language)
    clocks = pd.DataFrame({"measure": list(words.MEASURES), "definition": list(words.MEASURES)})
    show_table(
        clocks, CLOCK_COLUMNS, language, caption=T("The times of a call, and from when to when they run")
    )
    _paragraphs(CLOCK_NOTES, language)

    _section("counted", language)
    _paragraphs([counted_text(settings, language)], language)
    show_table(
        method.priorities_table(settings),
        _priority_columns(settings, language),
        language,
        caption=T("Priorities of the communication and information centre"),
        is_stacked=True,
    )

    _section("norms", language)
    norm_source = T(
        "The yardstick of the inspectorate of police, 75 % within 13 minutes (2009), is about travel time. Any other"
        " norm is a working norm that the boards set themselves. Without a norm there is no share within it."
    )
    _paragraphs([norm_source], language)
    norms = method.norms_table(settings)
    show_table(
        norms, _norm_columns(settings, language), language, caption=T("Norms in force"), is_stacked=True
    )

    _section("sides", language)
    _paragraphs(side_texts(settings, language), language)
    show_table(
        method.zones_table(settings),
        _zone_columns(settings, language),
        language,
        caption=T("Where before ends for each zone"),
        is_stacked=True,
    )


def show_merged(view: View) -> None:
    """Show which municipalities merged, and on which borders they are shown."""
    municipalities = view.evidence.municipalities
    names = dict(
        zip(
            municipalities["nis_code"],
            municipalities["name_fr" if view.language.code == "fr" else "name_nl"],
            strict=True,
        )
    )
    merged = municipalities[municipalities["merged_into_nis"].notna()]
    said = [
        T(
            "{name} was a municipality of its own up to and including {day}; it is shown as {merged}.",
            name=names[row.nis_code],
            day=view.language.date(row.valid_until),
            merged=names[row.merged_into_nis],
        )
        for row in merged.itertuples()
    ]
    _paragraphs(said, view.language)


def show_how(settings: Settings, language: Language) -> None:
    """Show how a figure is read, how a difference is checked, and how a verdict is reached."""
    _section("figures", language)
    _terms(figure_terms(settings, language), language)
    _section("steps", language)
    _terms(step_terms(settings, language), language)
    _section("verdicts", language)
    _paragraphs([T("The first of these that applies is the verdict.")], language)
    items = "".join(
        f"<li>{' '.join(verdict_badge(code, language) for code in codes)} {escape(language.say(meaning))}</li>"
        for codes, meaning in verdict_terms(settings, language)
    )
    st.html(f'<ol class="step-sentences verdict-rules">{items}</ol>')
    _paragraphs(verdict_notes(settings, language), language)
    with st.expander(language.say(T("For statisticians: methods and literature")), key="statisticians"):
        _list(statistician_texts(language), language)


def show_example(view: View) -> None:
    """Show the headline's verdict worked out on the data on display, or that there is nothing to work out."""
    if not view.evidence.coverage.intervention_count:
        say_no_example(view.language)
        return
    language, filters = view.language, headline_filters(view.filters)
    _section("example", language)
    show_filters(view.evidence, view.filters, language, only_place=True)
    median = view.ask("response_times/comparison", filters).table.set_index("statistic").loc["median"]
    _list(_example_sentences(view, median), language, tag="ol")
    show_table(
        _questions_in_words(view.ask("method/example", filters).table, median, language),
        QUESTION_COLUMNS,
        language,
        caption=T("What the verdict asks, one question after the other"),
        is_stacked=True,
    )
    explained = verdict_explanation(median, language, unit="seconds") or confirmation_text(median)
    said = escape(language.say(explained)) if explained else ""
    badge = verdict_badge(median["verdict"], language, said=verdict_of_row(median))
    st.html(f'<p class="conclusion">{badge} {said}</p>')


def say_no_example(language: Language) -> None:
    """Say that there is no data yet to work a verdict out on."""
    _section("example", language)
    st.html(
        empty_state(
            T("There are no data yet to work a verdict out on"),
            T("Drop an export of interventions in the folder data/exports; the example then appears here."),
            language,
        )
    )


def show_in_force(settings: Settings, language: Language) -> None:
    """Show every threshold and every rule, as the settings have them."""
    _section("thresholds", language)
    # In full: whoever looks a threshold up must not have to know that the table goes on.
    with st.container(key="thresholds"):
        show_table(
            _thresholds_in_words(method.thresholds_table(settings), language),
            THRESHOLD_COLUMNS,
            language,
            caption=T("Thresholds of data/cooperation.toml"),
        )
    _section("rules", language)
    with st.container(key="rules"):
        show_table(
            method.rules_table(settings),
            RULE_COLUMNS,
            language,
            caption=T("Rules that every line must keep"),
            is_stacked=True,
        )


def show_limits(language: Language) -> None:
    """Show what the data cannot tell, and where everything comes from."""
    _section("limits", language)
    _list(LIMITS, language)
    _section("sources", language)
    _list(SOURCES, language)


def show_files(view: View) -> None:
    """Show, folded, each table of the page with its files and its query."""
    settings, language = view.evidence.settings, view.language
    _section("files", language)
    _files(view, "priorities", _priority_columns(settings, language), T("Priorities"))
    _files(view, "norms", _norm_columns(settings, language), T("Norms"))
    _files(view, "zones", _zone_columns(settings, language), T("Zones and their start"))
    _files(view, "thresholds", THRESHOLD_COLUMNS, T("Thresholds"), shown=_thresholds_in_words)
    _files(view, "rules", RULE_COLUMNS, T("Rules"))
    if not view.evidence.coverage.intervention_count:
        return
    filters = headline_filters(view.filters)
    median = view.ask("response_times/comparison", filters).table.set_index("statistic").loc["median"]
    answer = view.ask("method/example", filters)
    caption = T("The questions of the verdict")
    shown = _questions_in_words(answer.table, median, language)
    show_tools(view, answer, QUESTION_COLUMNS, caption=caption, label=caption, shown=shown)


def show_footer(language: Language, coverage: Coverage | None) -> None:
    """Show the line under the page: what it is read from, and up to which day the exports reach."""
    items = [T("Thresholds and rules: as the settings have them, read anew whenever they change.")]
    if coverage and coverage.intervention_count:
        items.append(T("Exports up to and including {date}.", date=language.date(coverage.days.last)))
    st.html(footer_line(items, language))


def _files(
    view: View,
    figure: str,
    columns: Sequence[Column],
    caption: Text,
    *,
    shown: Callable[[pd.DataFrame, Language], pd.DataFrame] | None = None,
) -> None:
    answer: Answer = view.ask(f"method/{figure}", headline_filters(view.filters))
    table = None if shown is None else shown(answer.table, view.language)
    show_tools(view, answer, columns, caption=caption, label=caption, shown=table)


def _example_sentences(view: View, median: pd.Series) -> list[Text]:
    """Return the reckoning up to the questions: who is counted, both sides, the difference, its margin."""
    language, filters = view.language, headline_filters(view.filters)
    counted = filter_text(view.evidence, filters, view.evidence.period(filters), language)
    sentences = [counted, *(_side_text(median, phase, view) for phase in ("before", "after"))]
    if median["verdict"] in REFUSALS:
        return [*sentences, T("The two are not subtracted: the verdict below says why.")]
    unsure = median["verdict"] == "no_demonstrable_difference"
    said = (undecided_text if unsure else difference_text)(median, language, unit="seconds")
    return [
        *sentences,
        T("The one less the other: {difference}.", difference=said or language.number(None)),
        T(
            "That margin holds with {confidence} certainty. It was widened by a design effect of {effect},"
            " from {months}.",
            confidence=percent_text(view.evidence.settings.comparison.confidence, language),
            effect=language.number(median["design_effect"], 2),
            months=TN("{count} matched month", "{count} matched months", int(median["month_pair_count"])),
        ),
    ]


def _side_text(median: pd.Series, phase: str, view: View) -> Text:
    language = view.language
    figure, low, high = (median[name] for name in (phase, f"{phase}_low", f"{phase}_high"))
    count = TN(
        "{count} call with a known time", "{count} calls with a known time", int(median[f"{phase}_count"])
    )
    side = {"before": T("Before"), "after": T("After")}[phase]
    if pd.isna(figure):
        return T("{side}: {calls}, too few to give a figure.", side=side, calls=count)
    said = T(
        "{side}: {calls}, half of them within {figure}",
        side=side,
        calls=count,
        figure=language.duration(figure),
    )
    if pd.isna(low) or pd.isna(high):
        return T("{said}; too few for a margin.", said=said)
    return T(
        "{said} (the true figure lies between {low} and {high}).",
        said=said,
        low=language.duration(low),
        high=language.duration(high),
    )


def _questions_in_words(example: pd.DataFrame, median: pd.Series, language: Language) -> pd.DataFrame:
    """Return the questions with what was found, what is needed and the answer written out."""
    rows = []
    for row in example.itertuples():
        is_yes = row.outcome == "passed" or (row.outcome == "decided" and not median["reasons"])
        found, limit = _found_and_limit(row, median, language)
        rows.append(
            {
                "question": row.question,
                "found": language.number(None) if row.outcome == "not_reached" else language.say(found),
                "limit": language.say(limit),
                "outcome": language.say(_outcome_text(str(row.outcome), is_yes=is_yes)),
            }
        )
    return pd.DataFrame(rows)


def _outcome_text(outcome: str, *, is_yes: bool) -> Text:
    if outcome == "not_reached":
        return T("not asked any more")
    if outcome == "passed":
        return T("yes: to the next question")
    return T("yes: this decides") if is_yes else T("no: this decides")


def _found_and_limit(row: object, median: pd.Series, language: Language) -> tuple[Text | str, Text | str]:
    question, found, limit = (getattr(row, name) for name in ("question", "found", "limit"))
    match question:
        case "comparable":
            against = reasons_text(median["reasons"], language) if found else None
            return against or T("nothing against it"), T("nothing against it")
        case "enough_calls":
            return language.number(found), T("at least {amount}", amount=language.number(limit))
        case "enough_months":
            return language.number(found), T("at least {amount}", amount=language.number(limit))
        case "clear_of_zero":
            margin = undecided_text(median, language, unit="seconds")
            return margin or T("no margin"), T("both ends on one side of zero")
    return language.duration(found), T("at least {amount}", amount=language.duration(limit))


def _thresholds_in_words(thresholds: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return the thresholds with each value written in its own unit."""
    return thresholds.assign(
        said=[_threshold_text(row.unit, row.value, row.day, language) for row in thresholds.itertuples()]
    )


def _threshold_text(unit: str, value: float, day: pd.Timestamp, language: Language) -> str:
    match unit:
        case "years":
            return language.say(TN("{count} year", "{count} years", int(value)))
        case "months":
            return language.say(TN("{count} month", "{count} months", int(value)))
        case "calls":
            return language.say(TN("{count} call", "{count} calls", int(value)))
        case "counts":
            return language.number(value)
        case "seconds":
            return language.short_duration(value)
        case "points":
            return points_text(value, language)
        case "percent":
            return percent_text(value, language)
        case "euros":
            return language.money(value)
        case "day":
            return language.date(day)
    raise ValueError(f"no words for the unit {unit!r}")


def _priority_columns(settings: Settings, language: Language) -> tuple[Column, ...]:
    return (
        Column("priority", T("Priority"), names=words.names_of_priorities(settings, language)),
        Column("is_urgent", T("Is urgent"), names=YES_NO),
        Column("is_counted", T("Counts unless chosen otherwise"), names=YES_NO),
    )


def _norm_columns(settings: Settings, language: Language) -> tuple[Column, ...]:
    return (
        Column("measure", T("Time that is measured"), names=words.MEASURES),
        Column("priority", T("Priority"), names=words.names_of_priorities(settings, language)),
        Column("norm_seconds", T("Norm in force"), "duration"),
    )


def _zone_columns(settings: Settings, language: Language) -> tuple[Column, ...]:
    return (
        Column("zone_code", T("Zone"), names=words.names_of_zones(settings, language)),
        Column("joined", T("Joined on"), "date"),
        Column("first_month_after", T("First month after"), "month"),
    )


def _section(name: str, language: Language) -> None:
    title = escape(language.say(SECTIONS[name]))
    st.html(f'<h2 class="figure-title section-title" id="{name}">{title}</h2>')


def _paragraphs(texts: Sequence[Text], language: Language) -> None:
    said = "".join(f'<p class="explained">{escape(language.say(text))}</p>' for text in texts)
    if said:
        st.html(said)


def _list(texts: Sequence[Text], language: Language, *, tag: str = "ul") -> None:
    items = "".join(f"<li>{escape(language.say(text))}</li>" for text in texts)
    st.html(f'<{tag} class="step-sentences">{items}</{tag}>')


def _terms(terms: Sequence[Term], language: Language) -> None:
    said = "".join(
        f"<dt>{escape(language.say(term.word))}</dt><dd>{escape(language.say(term.meaning))}</dd>"
        for term in terms
    )
    st.html(f'<dl class="terms">{said}</dl>')
