"""python -m cooperation build | demo | answer | rows | question | report | inspect | import: the screen for scripts."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.applied_filters import APPLIED, applies, without_effect
from cooperation.answers.board import AUDIENCES, SLIDE_KEYS
from cooperation.answers.data_quality import (
    data_set_accounts,
    failure_advice,
    failure_text,
    fate_text,
    file_accounts,
)
from cooperation.answers.downloads import (
    MARTS_WITH_SMALL_COUNTS,
    browsable_tables,
    compared_months,
    is_answer,
    rows_of,
)
from cooperation.answers.filters import FilterError, Filters, filters_from_pairs
from cooperation.answers.periods import Period
from cooperation.answers.registry import ANSWERS
from cooperation.answers.reproduction import COMMAND, made_by, read_condition, read_order
from cooperation.demonstration import write_demonstration
from cooperation.documents.csv_files import FLAVOURS, csv_bytes, marked, marks
from cooperation.documents.reports import FORMATS
from cooperation.documents.table_files import table_csv
from cooperation.freshness import Places, ensure_demonstration, places_from_environment, published_fingerprint
from cooperation.import_commands import IMPORT_HELP, import_export, inspect
from cooperation.language import LANGUAGES, Language, T, speak
from cooperation.question_command import QUESTION_HELP, add_arguments, question
from cooperation.report_command import LANGUAGE_CHOICES, report
from cooperation.settings import SettingsError
from cooperation.warehouse.browsing import RowChoice, RowChoiceError
from cooperation.warehouse.build import BuildError, Sources, build
from cooperation.warehouse.build_lock import is_held
from cooperation.warehouse.database import Database, DatabaseUnreadable, open_database
from cooperation.warehouse.publishing import NothingPublished, lock_path

DONE, NOTHING_PUBLISHED, WRONG_CALL = 0, 1, 2
ACCOUNT = ("lines_read", "accepted", "duplicate", "rejected")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 nothing published or found, 2 the call is wrong."""
    chosen = _parser(places_from_environment()).parse_args(arguments)
    return int(chosen.run(chosen))


def _parser(places: Places) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m cooperation", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    command = commands.add_parser("build", help="build the database from the exports and publish it")
    command.add_argument("--exports", type=Path, default=places.exports)
    command.add_argument("--profiles", type=Path, default=places.profiles)
    command.add_argument("--settings", type=Path, default=places.settings)
    command.add_argument("--database", type=Path, default=places.database)
    command.add_argument("--language", choices=LANGUAGES, default="en")
    command.add_argument("--json", action="store_true", help="print the account as JSON")
    command.add_argument(
        "--or-demonstration",
        action="store_true",
        help="where nothing was dropped, build from invented exports",
    )
    command.add_argument(
        "--if-changed",
        action="store_true",
        help="do nothing where the published database is as new as the exports",
    )
    command.set_defaults(run=_build, places=places)

    command = commands.add_parser("demo", help="write invented exports, marked as such")
    command.add_argument("--exports", type=Path, required=True)
    command.add_argument("--interventions", type=int, default=None)
    command.add_argument("--seed", type=int, default=None)
    command.set_defaults(run=_demo)

    command = commands.add_parser("inspect", help="say what an export is, and what a build would make of it")
    command.add_argument("file", type=Path)
    _add_sources(command, places)
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=inspect)

    command = commands.add_parser(
        "import",
        help="bring in an export: map its columns, save that as a profile, put the file among the exports",
        description=IMPORT_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("file", type=Path)
    _add_sources(command, places)
    command.add_argument("--profile", help="the profile that must fit the file")
    command.add_argument("--map", action="append", default=[], metavar="column=source", dest="origins")
    command.add_argument(
        "--mean", action="append", default=[], metavar="column:written=code", dest="meanings"
    )
    command.add_argument("--dates", help="how dates are written, such as dd/mm/yyyy")
    command.add_argument("--save-profile", metavar="name", help="the name to save the mapping under")
    command.add_argument("--name", help="the file's name among the exports")
    command.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=import_export)

    command = commands.add_parser("answer", help="print one figure's table")
    command.add_argument("name", choices=sorted(ANSWERS), metavar="name", help=", ".join(sorted(ANSWERS)))
    command.add_argument("--database", type=Path, default=places.database)
    command.add_argument("--set", action="append", default=[], metavar="filter=value", dest="choices")
    shape = command.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true")
    shape.add_argument("--csv", action="store_true")
    command.set_defaults(run=_answer)

    command = commands.add_parser(
        "report",
        help="write the board's slides, their printed note or their tables",
        description=(
            "Write the board's session to a file and print its path: slides to show and edit (pptx), a note to print"
            " (pdf), or the tables behind both (xlsx). Of invented data the file's name says so."
        ),
    )
    command.add_argument("--format", choices=FORMATS, required=True, help="the kind of file")
    command.add_argument(
        "--language",
        choices=LANGUAGE_CHOICES,
        default=LANGUAGES[0],
        help="nl+fr is both in one file, Dutch first (default: %(default)s)",
    )
    command.add_argument(
        "--zone",
        action="append",
        default=[],
        metavar="code",
        help="a zone by its code, such as 5382; once for each (default: all zones)",
    )
    command.add_argument(
        "--municipality",
        action="append",
        default=[],
        metavar="nis",
        help="a municipality by its NIS code, such as 73109; once for each (default: whole zones)",
    )
    command.add_argument(
        "--period",
        metavar="period",
        help="matched, before_covid, all, or months as 2019-01..2021-12/2022-01..2024-12 (default: matched)",
    )
    command.add_argument(
        "--audience",
        choices=AUDIENCES,
        default=AUDIENCES[0],
        help="the council or the college of each zone (default: %(default)s)",
    )
    command.add_argument(
        "--slides", metavar="name,name", help=f"which of {', '.join(SLIDE_KEYS)} (default: all)"
    )
    command.add_argument(
        "--database", type=Path, default=places.database, help="the published database (default: %(default)s)"
    )
    command.add_argument(
        "--out",
        type=Path,
        required=True,
        help="the file to write; its format is added where its name does not end in it, another ending is refused",
    )
    command.set_defaults(run=_report)

    command = commands.add_parser("rows", help="print rows of any table as CSV: of a figure, or row by row")
    every = [entry.name for entry in browsable_tables(with_small_counts=False)]
    small = ", ".join(MARTS_WITH_SMALL_COUNTS)
    said = f"{', '.join(sorted(every))}; where the settings show small counts also {small}"
    command.add_argument("name", choices=[*every, *MARTS_WITH_SMALL_COUNTS], metavar="name", help=said)
    command.add_argument("--database", type=Path, default=places.database)
    command.add_argument("--set", action="append", default=[], metavar="filter=value", dest="choices")
    command.add_argument("--where", action="append", default=[], metavar="column:operator:value")
    command.add_argument("--sort", default="", metavar="column[:descending]")
    command.add_argument("--flavour", choices=FLAVOURS, default="international")
    command.set_defaults(run=_rows)

    command = commands.add_parser(
        "question", help="put a question in SQL and print its rows as CSV", description=QUESTION_HELP
    )
    add_arguments(command)
    command.add_argument("--database", type=Path, default=places.database)
    command.add_argument("--settings", type=Path, default=places.settings)
    command.add_argument("--flavour", choices=FLAVOURS, default="international")
    command.set_defaults(run=_question)
    return parser


def _add_sources(command: argparse.ArgumentParser, places: Places) -> None:
    command.add_argument("--exports", type=Path, default=places.exports)
    command.add_argument("--profiles", type=Path, default=places.profiles)
    command.add_argument("--settings", type=Path, default=places.settings)
    command.add_argument("--database", type=Path, default=places.database)
    command.add_argument("--language", choices=LANGUAGES, default="en")


def _build(chosen: argparse.Namespace) -> int:
    language = speak(chosen.language)
    try:
        return _build_and_print(chosen, language)
    except (BuildError, SettingsError) as error:
        code = getattr(error, "code", "stopped")
        account = {
            "published": False,
            "error": language.say(failure_text(code, str(error))),
            "advice": language.say(failure_advice(code)),
            "error_code": code,
            "error_message": str(error),
        } | _account(getattr(error, "data_sets", ()), getattr(error, "files", ()), language)
        _print_account(account, chosen.json, language)
        return NOTHING_PUBLISHED


def _build_and_print(chosen: argparse.Namespace, language: Language) -> int:
    sources = Sources(chosen.exports, chosen.profiles, chosen.settings)
    if chosen.or_demonstration:
        places = Places(
            exports=chosen.exports,
            demonstration=chosen.places.demonstration,
            profiles=chosen.profiles,
            settings=chosen.settings,
            database=chosen.database,
        )
        ensure_demonstration(places)
        sources = places.sources()
    if chosen.if_changed and published_fingerprint(chosen.database) == sources.fingerprint():
        if not chosen.json:
            print("The published database is as new as the exports.")
            return DONE
        return _print_published(open_database(chosen.database), chosen, language)
    if is_held(lock_path(chosen.database)):
        print("Another build is under way; this one starts when that has ended.", file=sys.stderr)
    build(sources, chosen.database)
    return _print_published(open_database(chosen.database), chosen, language)


def _print_published(database: Database, chosen: argparse.Namespace, language: Language) -> int:
    account = {"published": True} | _account(
        data_set_accounts(database).to_dict("records"), file_accounts(database).to_dict("records"), language
    )
    _print_account(account, chosen.json, language)
    return DONE


def _account(data_sets: Sequence[Any], files: Sequence[Any], language: Language) -> dict[str, Any]:
    return {
        "data_sets": {row["data_set"]: {name: int(row[name]) for name in ACCOUNT} for row in data_sets},
        "files": {
            row["file_name"]: {name: int(row[name]) for name in ACCOUNT}
            | {"fate": language.say(fate_text(row, language)), "fate_code": row["fate"]}
            for row in files
        },
    }


def _print_account(account: dict[str, Any], as_json: bool, language: Language) -> None:
    if as_json:
        print(json.dumps(account, ensure_ascii=False, indent=2))
        return
    for name, file in account["files"].items():
        print(f"{name}: {file['fate']}")
    for name, data_set in account["data_sets"].items():
        print(f"{name}: " + ", ".join(f"{part} {data_set[part]}" for part in ACCOUNT))
    if not account["published"]:
        told = T("Nothing was published: {error}. {advice}", error=account["error"], advice=account["advice"])
        print(language.say(told), file=sys.stderr)


def _demo(chosen: argparse.Namespace) -> int:
    seed = {} if chosen.seed is None else {"seed": chosen.seed}
    for path in write_demonstration(chosen.exports, chosen.interventions, **seed):
        print(path)
    return DONE


def _answer(chosen: argparse.Namespace) -> int:
    return _told(_print_answer, chosen)


def _rows(chosen: argparse.Namespace) -> int:
    return _told(_print_rows, chosen)


def _report(chosen: argparse.Namespace) -> int:
    return _told(report, chosen)


def _question(chosen: argparse.Namespace) -> int:
    return _told(question, chosen)


def _told(run: Callable[[argparse.Namespace], int], chosen: argparse.Namespace) -> int:
    """Run a command that reads the database, and say in words why it cannot."""
    try:
        return run(chosen)
    except (FilterError, RowChoiceError) as error:
        print(f"Wrong choice: {error}", file=sys.stderr)
        return WRONG_CALL
    except NothingPublished as error:
        print(f"There is no database at {error}; run: {' '.join(COMMAND)} build", file=sys.stderr)
        return NOTHING_PUBLISHED
    except DatabaseUnreadable as error:
        print(f"The database cannot be read: {error}; build it anew", file=sys.stderr)
        return NOTHING_PUBLISHED


def _evidence(chosen: argparse.Namespace) -> Evidence:
    database = open_database(chosen.database)
    return Evidence(database, shows_small_counts=database.settings.analyst.small_counts)


def _print_rows(chosen: argparse.Namespace) -> int:
    filters = filters_from_pairs([_pair(choice) for choice in chosen.choices])
    order_by, is_descending = read_order(chosen.sort)
    choice = RowChoice(tuple(map(read_condition, chosen.where)), order_by, is_descending)
    evidence = _evidence(chosen)
    evidence.check(filters)
    rows = rows_of(evidence, chosen.name, filters, choice)
    _say_what_has_no_effect(chosen.name, filters)
    if not rows.count:
        print("No row meets this choice.", file=sys.stderr)
    said = marks(
        is_demonstration=evidence.coverage.is_demonstration,
        made_by=made_by(evidence, chosen.name, filters, compared_months(rows), choice),
    )
    sys.stdout.flush()
    for piece in table_csv(rows, chosen.flavour, said):
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()
    return DONE


def _print_answer(chosen: argparse.Namespace) -> int:
    filters = filters_from_pairs([_pair(choice) for choice in chosen.choices])
    evidence = _evidence(chosen)
    answer = ANSWERS[chosen.name](evidence, filters)
    _say_what_has_no_effect(chosen.name, filters)
    if chosen.csv:
        again = made_by(evidence, answer.name, answer.filters, answer.period)
        table = marked(answer.table, is_demonstration=evidence.coverage.is_demonstration, made_by=again)
        sys.stdout.write(csv_bytes(table, "international").decode("utf-8"))
    elif chosen.json:
        print(json.dumps(_as_json(answer, evidence), ensure_ascii=False, indent=2))
    else:
        if evidence.coverage.is_demonstration:
            print("Invented data: this is a demonstration, no figure is real.\n")
        print(answer.table.to_string(index=False))
    return DONE


def _say_what_has_no_effect(table: str, filters: Filters) -> None:
    """Say on standard error which choices change nothing in an answer; FilterError for a mart, which has none."""
    if not is_answer(table):
        if filters != Filters():
            raise FilterError(f"{table} is the same for every filter; choose its rows with --where")
        return
    names = without_effect(table, filters)
    if names:
        print(f"Without effect on {table}: {', '.join(names)}", file=sys.stderr)


def _pair(choice: str) -> tuple[str, str]:
    name, equals, value = choice.partition("=")
    if not equals:
        raise FilterError(f"{choice!r} must be written as filter=value")
    return name, value


def _as_json(answer: Answer, evidence: Evidence) -> dict[str, Any]:
    rows = [{name: _plain(value) for name, value in row.items()} for row in answer.table.to_dict("records")]
    phases = [row.get("phase") for row in rows]
    # A table of one row a phase is given by phase as well, since that is how it is read.
    by_phase = {row["phase"]: row for row in rows} if sorted(map(str, phases)) == ["after", "before"] else {}
    return {
        "answer": answer.name,
        "is_demonstration": evidence.coverage.is_demonstration,
        "exports_until": evidence.last_day.isoformat(),
        # What an answer does not apply is not said to be its choice.
        "filters": {name: _plain(getattr(answer.filters, name)) for name in APPLIED[answer.name]},
        "period": _months(answer.period) if applies(answer.name, "period") else None,
        **by_phase,
        "rows": rows,
    }


def _months(period: Period) -> dict[str, Any]:
    return {
        "before": [period.before.first.isoformat(), period.before.last.isoformat()],
        "after": [period.after.first.isoformat(), period.after.last.isoformat()],
        "left_out_months": [month.isoformat() for month in period.left_out_months],
        "reasons": list(period.reasons),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, np.ndarray):
        return value.tolist()
    if pd.isna(value):
        return None
    if isinstance(value, Decimal):
        # A JSON number is read as a float by most; the digits of money stay exact as text.
        return f"{value:f}"
    return value.item() if hasattr(value, "item") else value


if __name__ == "__main__":
    sys.exit(main())
