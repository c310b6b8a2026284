"""How rows are made again: the command that prints the same numbers, and the choice in the form of a link."""

import os
import shlex
import sys
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path
from urllib.parse import quote, unquote

from cooperation import __version__
from cooperation.answers.answer import Evidence
from cooperation.answers.applied_filters import applied, applies
from cooperation.answers.downloads import is_answer
from cooperation.answers.filters import LIST_FILTERS, Filters
from cooperation.answers.periods import Period, Span
from cooperation.settings import PROJECT
from cooperation.warehouse.browsing import EVERY_OPERATOR, EVERY_ROW, Condition, RowChoice, RowChoiceError

DESCENDING = ":descending"
BETWEEN_CONDITIONS = ";"
LONGEST_PART_OF_A_NAME = 60


def interpreter(prefix: Path = Path(sys.prefix), *, is_windows: bool = os.name == "nt") -> str:
    """Return what starts Python with all that the dashboard needs, from the folder of the dashboard.

    `prefix` is the environment that runs now; a place of this machine is never told.
    """
    if prefix.resolve() != (PROJECT / ".venv").resolve():
        return "python"
    return r".venv\Scripts\python" if is_windows else ".venv/bin/python"


COMMAND = (interpreter(), "-m", "cooperation")


def filter_pairs(filters: Filters) -> list[tuple[str, str]]:
    """Return the choice as the name and value of every filter that is not as at the start."""
    pairs = []
    for field in fields(Filters):
        value = getattr(filters, field.name)
        if value != field.default:
            pairs.append((field.name, ",".join(value) if field.name in LIST_FILTERS else value))
    return pairs


def command_line(table: str, filters: Filters, choice: RowChoice = EVERY_ROW) -> str:
    """Return the line that prints the same rows in a shell, in the folder of the dashboard.

    It names the filters that an answer applies, and no other.
    """
    of_answer = filter_pairs(applied(table, filters)) if is_answer(table) else []
    words = [*COMMAND, "rows" if choice != EVERY_ROW or not is_answer(table) else "answer", table]
    for name, value in of_answer:
        words += ["--set", f"{name}={value}"]
    for condition in choice.conditions:
        words += ["--where", condition_text(condition)]
    if choice.order_by:
        words += ["--sort", order_text(choice)]
    return _line(words)


def made_by(
    evidence: Evidence,
    table: str,
    filters: Filters,
    period: Period | None = None,
    choice: RowChoice = EVERY_ROW,
) -> str:
    """Return what each row of a file says of it: the command, then as its comment months, data and software.

    `period` is the answer's own; an answer that compares none, and a mart, name no months.
    """
    about = [_read_by(evidence)]
    if period is not None and applies(table, "period"):
        about.insert(0, f"before {_months(period.before)}, after {_months(period.after)}")
    return f"{command_line(table, filters, choice)} # {'; '.join(about)}"


def question_line(question: str) -> str:
    """Return the line that puts an own question in a shell, in the folder of the dashboard."""
    # What begins with a hyphen, as a comment does, would be taken for an option.
    apart = ["--"] if question.startswith("-") else []
    return _line([*COMMAND, "question", *apart, question])


def made_by_question(evidence: Evidence, question: str) -> str:
    """Return what each row of a file says of the question that gave it, as `made_by` does of an answer."""
    return f"{question_line(question)} # {_read_by(evidence)}"


def condition_text(condition: Condition) -> str:
    """Return "column:operator:value", as the command line takes it."""
    parts = [condition.column, condition.operator]
    return ":".join([*parts, condition.value] if condition.value else parts)


def read_condition(text: str) -> Condition:
    """Return the condition that `condition_text` wrote; RowChoiceError where it is none."""
    column, _, rest = text.partition(":")
    operator, _, value = rest.partition(":")
    if not operator:
        raise RowChoiceError("operator", text, EVERY_OPERATOR)
    # What is no operator is found out when the condition is held against its column.
    return Condition(column, operator, value)  # type: ignore[arg-type]


def order_text(choice: RowChoice) -> str:
    """Return "column" or "column:descending"."""
    return choice.order_by + (DESCENDING if choice.is_descending else "")


def read_order(text: str) -> tuple[str, bool]:
    """Return the column to order by and whether it falls, as `order_text` wrote them."""
    return text.removesuffix(DESCENDING), text.endswith(DESCENDING)


def conditions_in_link(conditions: Iterable[Condition]) -> str:
    """Return all conditions as one value of a link."""
    return BETWEEN_CONDITIONS.join(
        quote(condition_text(condition), safe=" ,.:/-+") for condition in conditions
    )


def read_conditions(text: str) -> tuple[Condition, ...]:
    """Return the conditions of a link's value; RowChoiceError where one is none."""
    return tuple(map(read_condition, parts_in_link(text)))


def parts_in_link(text: str) -> list[str]:
    """Return each condition of a link's value as `read_condition` takes it."""
    return [unquote(part) for part in text.split(BETWEEN_CONDITIONS) if part]


def conditions_in_name(choice: RowChoice) -> list[str]:
    """Return the conditions as parts of a file's name."""
    return [part_of_name(condition_text(condition)) for condition in choice.conditions]


def filters_in_name(filters: Filters) -> list[str]:
    """Return a choice as parts of a file's name."""
    return [part_of_name(f"{name}-{value}") for name, value in filter_pairs(filters)]


def part_of_name(text: str, longest: int = LONGEST_PART_OF_A_NAME) -> str:
    """Return a text as a part of a file's name, at most so long."""
    kept = "".join(letter if letter.isalnum() or letter in "-." else "-" for letter in text)
    return kept[:longest]


def _line(words: Sequence[str]) -> str:
    # The first word needs no quotes, and Windows would take them for a part of it.
    return f"{words[0]} {shlex.join(words[1:])}"


def _read_by(evidence: Evidence) -> str:
    return f"exports until {evidence.last_day.isoformat()}; version {__version__}"


def _months(span: Span) -> str:
    if span.first >= span.until:
        return "none"
    return f"{span.first:%Y-%m}..{span.last:%Y-%m}"
