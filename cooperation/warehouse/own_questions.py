"""Questions of an analyst in SQL, each put in a process of its own that can be stopped and cannot do harm."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from threading import BoundedSemaphore, Thread
from typing import Any

import pandas as pd

from cooperation.settings import PROJECT
from cooperation.warehouse.dictionary import columns
from cooperation.warehouse.question_process import Task

# Marts whose every row may be seen. Left out: those that hold lines and cells as they were exported, whatever stood in
# them, and what is only the build's own bookkeeping.
OFFERED_MARTS = (
    "response_times",
    "unit_assistance",
    "joint_purchases",
    "key_shares",
    "standalone_estimates",
    "purchase_bookings",
    "cost_shares",
    "ledger_months",
    "cost_months",
    "zone_population",
    "data_set_accounts",
    "data_set_coverage",
    "file_accounts",
    "call_gaps",
)
OFFERED_REFERENCE = (
    "events",
    "fields",
    "hours",
    "indicators",
    "municipalities",
    "norms",
    "population",
    "price_index",
    "priorities",
    "zones",
)
# Marts with counts that may point at a person: from rows that can be summed at will, every hidden one could be told.
MARTS_OF_SMALL_COUNTS = ("activity_months",)
# A link that is longer is cut off on its way by some mail programs.
LONGEST_QUESTION = 4_000
SECONDS = 10.0
# More than anybody reads; whoever needs all rows of a table downloads it.
ROW_COUNT = 10_000
RESULT_BYTES = 8_000_000
DATABASE_MEMORY_MEGABYTES = 400
PROCESS_MEMORY_BYTES = 1_500_000_000
# With more at once, the figures of other readers would have to wait.
QUESTIONS_AT_ONCE = 2
# What the process needs beside its question to start and to stop, also on a busy machine.
PATIENCE_SECONDS = 5.0
TIME_IS_UP = 24  # SIGXCPU, a name that Windows has not.
# Of this process's own environment only what Windows cannot start without; a question finds no secret in it.
KEPT_ENVIRONMENT = ("SYSTEMROOT",)

_seats = BoundedSemaphore(QUESTIONS_AT_ONCE)


@dataclass(frozen=True)
class QuestionFailure:
    """Why there is no answer: a code, the name it is about, its place in characters, the database's own words.

    Codes: empty, too_long, busy, several_statements, only_questions, syntax, parameter, not_understood, arrow,
    too_deep, table_not_offered, function_not_offered, unknown_column, took_too_long, too_much_memory, too_large,
    cancelled, database_gone, stopped, and other for what only the database has words for.
    """

    code: str
    name: str = ""
    position: int | None = None
    length: int = 0
    detail: str = ""
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class QuestionReply:
    """The rows of an answer with each column's kind (see question_process), or why there are none."""

    question: str
    table: pd.DataFrame = field(default_factory=pd.DataFrame)
    kinds: Mapping[str, str] = field(default_factory=dict)
    is_cut: bool = False
    seconds: float = 0.0
    failure: QuestionFailure | None = None


class RunningQuestion:
    """A question on its way; `wait` for its reply, or `cancel` it."""

    def __init__(
        self, database: Path, question: str, time_zone: str, *, shows_small_counts: bool = False
    ) -> None:
        self.question = question
        self.reply: QuestionReply | None = None
        self._started = time.monotonic()
        self._is_cancelled = False
        self._process: subprocess.Popen[bytes] | None = None
        if failure := self._refused_unread():
            self.reply = QuestionReply(question, failure=failure)
            return
        try:
            self._process = _start_process()
        except OSError:
            # The machine has no room for one more process.
            _seats.release()
            self.reply = QuestionReply(question, failure=QuestionFailure("stopped"))
            return
        task = _task(database, question, time_zone, offered_tables(shows_small_counts=shows_small_counts))
        self._thread = Thread(target=self._collect, args=(self._process, task), daemon=True)
        self._thread.start()

    def _refused_unread(self) -> QuestionFailure | None:
        if not self.question.strip():
            return QuestionFailure("empty")
        if len(self.question) > LONGEST_QUESTION:
            return QuestionFailure("too_long")
        # The seat is given back when the process has ended.
        return None if _seats.acquire(blocking=False) else QuestionFailure("busy")

    @property
    def seconds(self) -> float:
        """For how long the question has been running."""
        return time.monotonic() - self._started

    @property
    def process_id(self) -> int | None:
        """The process that the question runs in, None where it was refused unread."""
        return self._process.pid if self._process else None

    def wait(self, seconds: float) -> QuestionReply | None:
        """Return the reply as soon as it is there, None where it is not there in so many seconds."""
        if self.reply is None:
            self._thread.join(seconds)
        return self.reply

    def cancel(self) -> None:
        """Stop the question; its reply says so."""
        self._is_cancelled = True
        if self._process:
            self._process.kill()

    def _collect(self, process: subprocess.Popen[bytes], task: Task) -> None:
        try:
            written, _ = process.communicate(json.dumps(asdict(task)).encode(), SECONDS + PATIENCE_SECONDS)
            reply = self._read(process.returncode, written)
        except subprocess.TimeoutExpired:
            reply = QuestionReply(self.question, failure=QuestionFailure("took_too_long"))
        except ValueError:
            # It ended in the middle of a word.
            reply = QuestionReply(self.question, failure=QuestionFailure("stopped"))
        finally:
            process.kill()
            process.communicate()
            _seats.release()
        self.reply = reply

    def _read(self, exit_code: int, written: bytes) -> QuestionReply:
        if self._is_cancelled:
            return QuestionReply(self.question, failure=QuestionFailure("cancelled"))
        if exit_code == -TIME_IS_UP:
            return QuestionReply(self.question, failure=QuestionFailure("took_too_long"))
        if exit_code != 0:
            # Where a library asks for more than there is, the process ends without a word.
            return QuestionReply(self.question, failure=QuestionFailure("stopped"))
        answer = json.loads(written)
        if failure := answer.get("failure"):
            candidates = tuple(failure.pop("candidates", ()))
            return QuestionReply(self.question, failure=QuestionFailure(**failure, candidates=candidates))
        kinds = _named_once(answer["columns"])
        table = pd.DataFrame(
            {
                name: _series([row[place] for row in answer["rows"]], kind)
                for place, (name, kind) in enumerate(kinds.items())
            }
        )
        return QuestionReply(self.question, table, kinds, answer["is_cut"], self.seconds)


def offered_tables(*, shows_small_counts: bool) -> tuple[str, ...]:
    """Return the tables that a question may be put to, those with calls first."""
    small = MARTS_OF_SMALL_COUNTS if shows_small_counts else ()
    return (*OFFERED_MARTS, *small, *OFFERED_REFERENCE)


def left_out_columns() -> list[str]:
    """Return the columns that never leave the database, as "table.column", or "*.column" for every table."""
    return [f"{table}.{name}" for (table, name), entry in columns().items() if entry.type == "hidden"]


def _start_process() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "cooperation.warehouse.question_process"],
        cwd=PROJECT,
        env={"PYTHONUTF8": "1"} | {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _task(database: Path, question: str, time_zone: str, tables: Sequence[str]) -> Task:
    return Task(
        question=question,
        database=str(database),
        tables=list(tables),
        left_out=left_out_columns(),
        time_zone=time_zone,
        seconds=SECONDS,
        row_count=ROW_COUNT,
        result_bytes=RESULT_BYTES,
        database_memory=f"{DATABASE_MEMORY_MEGABYTES}MB",
        process_memory_bytes=PROCESS_MEMORY_BYTES,
    )


def _named_once(given: list[tuple[str, str]]) -> dict[str, str]:
    """Return each column's kind by a name that no other has: a question may give two of them one name."""
    kinds: dict[str, str] = {}
    for name, kind in given:
        free, count = name, 1
        while free in kinds:
            count += 1
            free = f"{name}_{count}"
        kinds[free] = kind
    return kinds


def _series(values: list[Any], kind: str) -> pd.Series:
    """Return a column's values as they are meant; a day that Python's calendar has not stays the text that it is."""
    readers: Mapping[str, Callable[[str], Any]] = {
        "exact": Decimal,
        "date": date.fromisoformat,
        "moment": datetime.fromisoformat,
    }
    read = readers.get(kind)
    try:
        known = [value if value is None or read is None else read(value) for value in values]
    except ValueError:
        known = values
    # As objects: no whole number becomes a broken one for the sake of an unknown one beside it.
    return pd.Series(known, dtype="object")
