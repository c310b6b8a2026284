"""python -m cooperation question: a question in SQL, put as the page puts it, its rows as CSV."""

import argparse
import sys

from cooperation.answers.answer import Evidence
from cooperation.answers.own_question import (
    ask,
    failure_text,
    is_wrongly_put,
    place_of,
    tables_to_ask,
)
from cooperation.documents.question_files import question_csv
from cooperation.language import LANGUAGES, Language, speak
from cooperation.settings import SettingsError, load_settings
from cooperation.warehouse.database import open_database
from cooperation.warehouse.own_questions import QuestionFailure, QuestionReply, RunningQuestion

DONE, NO_ANSWER, WRONG_CALL = 0, 1, 2
STANDARD_INPUT = "-"
SECONDS_BETWEEN_LOOKS = 60.0
QUESTION_HELP = (
    "Put a question in SQL to the tables that the page offers, and print its rows as CSV. The locks and limits are the"
    " page's: it only reads, and neither runs long nor gives more rows than the page. The settings must allow it."
)


def question(chosen: argparse.Namespace) -> int:
    """Print the rows of a question as the page's file holds them, or say on standard error why there are none.

    NothingPublished or DatabaseUnreadable where nothing can be read.
    """
    try:
        are_allowed = load_settings(chosen.settings).analyst.own_questions
    except SettingsError as error:
        print(f"The settings cannot be read: {error}", file=sys.stderr)
        return NO_ANSWER
    if not are_allowed:
        told = (
            "Own questions are switched off: write own_questions = true under [analyst] in the settings file."
        )
        print(told, file=sys.stderr)
        return WRONG_CALL
    database = open_database(chosen.database)
    evidence = Evidence(database, shows_small_counts=database.settings.analyst.small_counts)
    text = sys.stdin.read() if chosen.sql == STANDARD_INPUT else chosen.sql
    reply = _awaited(ask(evidence, text))
    if reply.failure:
        print(_why(reply.failure, text, speak(chosen.language)), file=sys.stderr)
        if reply.failure.code == "table_not_offered":
            print(", ".join(tables_to_ask(evidence)), file=sys.stderr)
        return WRONG_CALL if is_wrongly_put(reply.failure) else NO_ANSWER
    if reply.is_cut:
        print(f"Only the first {len(reply.table)} rows; there are more.", file=sys.stderr)
    sys.stdout.flush()
    sys.stdout.buffer.write(question_csv(reply, evidence, chosen.flavour))
    sys.stdout.buffer.flush()
    return DONE


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add what the command takes, the places of database and settings aside."""
    command.add_argument("sql", help="the question; - reads it from standard input")
    command.add_argument("--language", choices=LANGUAGES, default="en", help="of what is said of a mistake")


def _awaited(running: RunningQuestion) -> QuestionReply:
    """Return the reply; whoever interrupts the command stops the question too."""
    try:
        while (reply := running.wait(SECONDS_BETWEEN_LOOKS)) is None:
            continue
    except BaseException:
        running.cancel()
        raise
    return reply


def _why(failure: QuestionFailure, text: str, language: Language) -> str:
    """Return why there is no answer, where it goes wrong, and the database's own words where only it has any."""
    said = [language.say(failure_text(failure, language))]
    place = place_of(failure, text)
    if place is not None:
        said += [f"{place.line}:{place.column}", place.text, place.pointer]
    if failure.detail and failure.code in ("syntax", "other"):
        said.append(failure.detail)
    return "\n".join(said)
