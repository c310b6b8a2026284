"""A question of an analyst's own, in SQL: what may be asked, examples, and what went wrong in words."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from cooperation.answers.answer import Evidence
from cooperation.language import Language, T, Text
from cooperation.settings import Name
from cooperation.warehouse.dictionary import column
from cooperation.warehouse.own_questions import (
    DATABASE_MEMORY_MEGABYTES,
    LONGEST_QUESTION,
    OFFERED_REFERENCE,
    QUESTIONS_AT_ONCE,
    RESULT_BYTES,
    ROW_COUNT,
    SECONDS,
    QuestionFailure,
    RunningQuestion,
    left_out_columns,
    offered_tables,
)
from cooperation.warehouse.query_files import query_text
from cooperation.wording.meanings import meaning

MEGABYTE = 1_000_000
# Longer lines are shown around the place that is meant.
SHOWN_OF_A_LINE = 100

EXAMPLES: Mapping[str, Text] = {
    "own_question/calls_by_year": T("Calls per year, and how many without an arrival"),
    "own_question/median_by_month": T("The median per month"),
    "own_question/help_by_hour": T("Who was first, hour by hour"),
    "own_question/slowest_calls": T("The twenty slowest calls"),
    "own_question/owed_by_year": T("What each zone owes for joint purchases"),
}


@dataclass(frozen=True)
class Place:
    """Where in a question something is wrong: line and column from 1, that line, and a line that points at it."""

    line: int
    column: int
    text: str
    pointer: str


def ask(evidence: Evidence, question: str) -> RunningQuestion:
    """Put a question to the tables that are offered; what comes of it is waited for."""
    return RunningQuestion(
        evidence.database.path,
        question,
        evidence.settings.time_zone,
        shows_small_counts=not evidence.hides_small_counts,
    )


def example(name: str, language: Language) -> str:
    """Return the SQL of an example, under a comment that says in the reader's language what it asks."""
    lines = query_text(f"pages/{name}").strip().split("\n")
    return "\n".join(
        [f"-- {language.say(EXAMPLES[name])}", *(line for line in lines if not line.startswith("--"))]
    )


def tables_to_ask(evidence: Evidence) -> tuple[str, ...]:
    """Return the tables that are offered to this reader, calls first."""
    return offered_tables(shows_small_counts=not evidence.hides_small_counts)


def offered_columns(evidence: Evidence) -> pd.DataFrame:
    """Return one row per column of a table that is offered, calls first: table_name, column_name, data_type, meaning.

    A meaning is a Name; None in reference tables, whose files in data/reference say what they hold.
    """
    offered = tables_to_ask(evidence)
    values = {"tables": list(offered), "left_out": left_out_columns()}
    table = evidence.database.ask("pages/own_question/offered_columns", values).table
    order = {name: place for place, name in enumerate(offered)}
    table = table.sort_values(
        "table_name", key=lambda names: names.map(order), kind="stable", ignore_index=True
    )
    meanings = [_meaning(row.table_name, row.column_name, evidence) for row in table.itertuples()]
    return table.assign(meaning=pd.Series(meanings, dtype="object"))


def _meaning(table: str, name: str, evidence: Evidence) -> Name | None:
    return None if table in OFFERED_REFERENCE else meaning(column(table, name), evidence.settings)


def is_wrongly_put(failure: QuestionFailure) -> bool:
    """Tell whether another wording is needed; else the same question may be answered another time, or in parts."""
    return failure.code not in (
        "busy",
        "took_too_long",
        "too_much_memory",
        "too_large",
        "cancelled",
        "database_gone",
        "stopped",
    )


def place_of(failure: QuestionFailure, question: str) -> Place | None:
    """Return where in the question it goes wrong, None where that is not known."""
    if failure.position is None:
        return None
    before = question[: failure.position]
    line = before.count("\n") + 1
    column = failure.position - (before.rfind("\n") + 1) + 1
    text = question.split("\n")[line - 1].replace("\t", " ")
    start = max(0, column - 1 - SHOWN_OF_A_LINE // 2)
    shown = text[start : start + SHOWN_OF_A_LINE]
    room = max(1, len(shown) - (column - 1 - start))
    return Place(line, column, shown, " " * (column - 1 - start) + "^" * min(max(failure.length, 1), room))


def failure_text(failure: QuestionFailure, language: Language) -> Text:
    """Return why there is no answer, and what to do."""
    match failure.code:
        case "empty":
            return T("There is no question yet: write one, or take an example.")
        case "too_long":
            return T(
                "The question is longer than {limit} characters. Make it shorter.",
                limit=language.number(LONGEST_QUESTION),
            )
        case "busy":
            return T(
                "{count} questions are running already. Ask yours again when one of them has ended.",
                count=language.number(QUESTIONS_AT_ONCE),
            )
        case "several_statements":
            return T("One question at a time: only one statement can be put, and here are more.")
        case "only_questions":
            return T(
                "Only a question can be put, a select. Nothing can be written, changed, set, opened or loaded here."
            )
        case "syntax":
            return T("This is no SQL that can be understood. It goes wrong at the place that is pointed at.")
        case "parameter":
            return T("A question has no parameters: write the value itself.")
        case "arrow":
            return T(
                "A function is no longer written with an arrow. Write {written} for {arrow}.",
                written="lambda x: x + 1",
                arrow="x -> x + 1",
            )
        case "not_understood":
            return _not_understood(failure.name)
        case "too_deep":
            return T("The question is nested too deeply. Make it simpler.")
        case "table_not_offered":
            return T(
                "There is no table {name} that can be asked. Those that can are listed below.",
                name=failure.name,
            )
        case "function_not_offered":
            return T(
                "The function {name} is not offered. Functions of numbers, texts, dates and lists are, and those that"
                " count, add up or rank.",
                name=failure.name,
            )
        case "unknown_column":
            return _unknown_column(failure, language)
        case _:
            return _limit_text(failure.code, language)


def _not_understood(part: str) -> Text:
    """Return that a part of SQL is not offered, by the words that a question holds and not by the parser's."""
    if part == "show_ref":
        return T(
            "Tables and columns cannot be asked for with SHOW, DESCRIBE or SUMMARIZE: they are listed with what they"
            " mean where questions are put."
        )
    return T(
        "This part of SQL is not offered here: {name}.", name=part.removesuffix("_ref").replace("_", " ")
    )


def _unknown_column(failure: QuestionFailure, language: Language) -> Text:
    if not failure.candidates:
        return T("There is no column {name} here.", name=failure.name)
    return T(
        "There is no column {name} here. Much like it: {names}.",
        name=failure.name,
        names=language.join(failure.candidates),
    )


def _limit_text(code: str, language: Language) -> Text:
    match code:
        case "took_too_long":
            return T(
                "The question took longer than {duration} and was stopped. Ask for fewer calls, or less of each.",
                duration=language.duration(SECONDS),
            )
        case "stopped":
            return T(
                "The question was cut short, most likely for want of memory. Ask for fewer calls, or sum up earlier."
            )
        case "too_much_memory":
            return T(
                "The question needs more memory than the {limit} MB that it gets, and was stopped. Ask for fewer calls,"
                " or sum up earlier.",
                limit=language.number(DATABASE_MEMORY_MEGABYTES),
            )
        case "too_large":
            return T(
                "The answer is larger than {limit} MB. Ask for fewer rows or columns.",
                limit=language.number(RESULT_BYTES // MEGABYTE),
            )
        case "cancelled":
            return T("The question was stopped.")
        case "database_gone":
            return T("New figures were published just now. Ask your question again.")
        case _:
            return T("The question could not be answered.")


def limit_sentences(language: Language) -> tuple[Text, ...]:
    """Return what a question may take, in words."""
    return (
        T("A question only reads: no figure can change, and no file or other machine can be reached"),
        T("It is stopped after {duration}", duration=language.duration(SECONDS)),
        T("At most {count} rows come back", count=language.number(ROW_COUNT)),
        T("It gets {limit} MB of memory", limit=language.number(DATABASE_MEMORY_MEGABYTES)),
    )
