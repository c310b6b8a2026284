"""One question of an analyst, put in a process of its own: what it may take ends with that process.

    python -m cooperation.warehouse.question_process

Standard input is one JSON object, the fields of a Task. Standard output is one JSON object: {"columns": [[name, kind],
...], "rows": [...], "is_cut": whether more rows there were} or {"failure": {"code", "name", "position", "length",
"detail", "candidates"}}, positions in characters. Kinds are boolean, whole, exact (an amount as text), broken, date,
moment and text.
"""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Timer
from typing import Any

import duckdb

from cooperation.warehouse.question_check import Refusal, refuse
from cooperation.warehouse.reading import quoted

WHOLE_NUMBERS = {
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "UHUGEINT",
}
# Kinds that come as they are; every other one comes as the text that the database writes for it.
AS_THEY_ARE = {"BOOLEAN": "boolean", "DOUBLE": "broken", "FLOAT": "broken"} | dict.fromkeys(
    WHOLE_NUMBERS, "whole"
)
AS_TEXT = {"DATE": "date", "TIMESTAMP": "moment"}
# Settings without which DuckDB could read files, fetch extensions, see the variables of this program, or draw a bar.
OFF = (
    "enable_external_access",
    "autoinstall_known_extensions",
    "autoload_known_extensions",
    "allow_community_extensions",
    "python_enable_replacements",
    "enable_progress_bar",
)
FETCHED_ROWS = 500
SHOWN_DETAIL = 300
SHOWN_CANDIDATES = 3
# Code of DuckDB's own -> ours; what is not listed here is told in DuckDB's words.
FAILURES = {"SYNTAX_ERROR": "syntax", "COLUMN_NOT_FOUND": "unknown_column"}


@dataclass(frozen=True)
class Task:
    """A question, the database, the tables it may be put to, the columns left out, and what it may take.

    A column that is left out stands as "table.column", or as "*.column" for every table.
    """

    question: str
    database: str
    tables: list[str]
    left_out: list[str]
    time_zone: str
    seconds: float
    row_count: int
    result_bytes: int
    database_memory: str
    process_memory_bytes: int


class TooLarge(ValueError):
    """The rows of the answer are larger than can be shown."""


def main() -> None:
    """Read a task, print the answer."""
    # As bytes: what a console takes for its encoding is no matter between two processes.
    task = Task(**json.loads(sys.stdin.buffer.read()))
    _limit_process(task)
    try:
        answer = _answer(task)
    except MemoryError:
        answer = {"failure": {"code": "too_much_memory"}}
    except TooLarge:
        answer = {"failure": {"code": "too_large"}}
    except RecursionError:
        answer = {"failure": {"code": "too_deep"}}
    sys.stdout.buffer.write(json.dumps(answer).encode())


def _limit_process(task: Task) -> None:
    """Leave the processor to the dashboard, and take no more memory than allowed, and no file at all."""
    try:
        import resource
    except ImportError:
        # Windows has no such limits; there the database's own hold, and the patience of the calling process.
        return
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_AS, (task.process_memory_bytes, task.process_memory_bytes))
    processor_seconds = int(task.seconds) + 5
    resource.setrlimit(resource.RLIMIT_CPU, (processor_seconds, processor_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(task: Task) -> dict[str, Any]:
    try:
        with _connected(task) as connection:
            failure = _refused(connection, task)
            return {"failure": failure} if failure else _put(connection, task)
    except duckdb.Error as error:
        return {"failure": _told(error, task.question)}


def _put(connection: duckdb.DuckDBPyConnection, task: Task) -> dict[str, Any]:
    timer = Timer(task.seconds, connection.interrupt)
    timer.daemon = True
    timer.start()
    # A line of its own for the end: the question may end in a comment.
    asked = f"({_without_semicolon(task.question)}\n)"
    start = ""
    try:
        start = "describe from "
        described = connection.execute(start + asked).fetchall()
        columns = [(name, _kind(kind)) for name, kind, *_ in described]
        start = f"select {_cells([kind for _, kind in columns])} from "
        connection.execute(f"{start}{asked} limit {task.row_count + 1}")
        return {"columns": columns, **_rows(connection, task)}
    except duckdb.Error as error:
        return {"failure": _told(error, task.question, len(f"{start}(".encode()))}
    finally:
        timer.cancel()


def _without_semicolon(question: str) -> str:
    """Return a question of one statement without what ends it: it is put as a part of another one."""
    written = question.encode()
    ends = [place for place, kind in duckdb.tokenize(question) if written[place : place + 1] == b";"]
    return written[: ends[0]].decode() if ends else question


def _cells(kinds: Sequence[str]) -> str:
    """Return what is selected, by place: a name may hold anything."""
    return ", ".join(
        f"#{place}" if kind in AS_THEY_ARE.values() else f"cast(#{place} as varchar)"
        for place, kind in enumerate(kinds, 1)
    )


def _connected(task: Task) -> duckdb.DuckDBPyConnection:
    """Return a connection that reads this one database and can be set to nothing else."""
    connection = duckdb.connect(
        task.database, read_only=True, config={"threads": 1, "memory_limit": task.database_memory}
    )
    run = connection.execute
    # Before access is off, for it cannot be set after. Without a folder, want of memory writes nothing to disk.
    run("set temp_directory = ''")
    for setting in OFF:
        run(f"set {setting} = false")
    _hide_columns(connection, task)
    run("set TimeZone = $zone", {"zone": task.time_zone})
    run("set errors_as_json = true")
    run("set lock_configuration = true")
    return connection


def _hide_columns(connection: duckdb.DuckDBPyConnection, task: Task) -> None:
    """Put a view without them before each table of which columns are left out; behind it only a schema's name leads."""
    found = connection.execute(
        "select database_name, table_name, list(column_name) from duckdb_columns() where table_name in $tables"
        " and (table_name || '.' || column_name in $left_out or '*.' || column_name in $left_out) group by all",
        {"tables": task.tables, "left_out": task.left_out},
    ).fetchall()
    for catalog, table, columns in found:
        hidden = ", ".join(map(quoted, columns))
        source = f"{quoted(catalog)}.main.{quoted(table)}"
        connection.execute(f"create temp view {quoted(table)} as select * exclude ({hidden}) from {source}")


def _refused(connection: duckdb.DuckDBPyConnection, task: Task) -> dict[str, Any] | None:
    """Return why the question is not put, None where it may be: from its parsed form, nothing of it has run."""
    # This raises what is wrong with its syntax, where the other reader would only say that it is no select.
    if len(connection.extract_statements(task.question)) > 1:
        return {"code": "several_statements"}
    (tree,) = connection.execute(
        "select json_serialize_sql($question)", {"question": task.question}
    ).fetchall()[0]
    parsed = json.loads(tree)
    if parsed["error"]:
        return {"code": "only_questions"}
    names = connection.execute(
        "select lower(table_name) from duckdb_tables() union select lower(view_name) from duckdb_views()"
    ).fetchall()
    refusal = refuse(parsed, set(task.tables), {name for (name,) in names})
    return None if refusal is None else _as_failure(refusal, task.question)


def _as_failure(refusal: Refusal, question: str) -> dict[str, Any]:
    position, length = _in_characters(question, refusal.location, refusal.length)
    return {"code": refusal.code, "name": refusal.name, "position": position, "length": length}


def _rows(connection: duckdb.DuckDBPyConnection, task: Task) -> dict[str, Any]:
    fetched: list[tuple[Any, ...]] = []
    size = 0
    while some := connection.fetchmany(FETCHED_ROWS):
        fetched += some
        size += len(json.dumps(some))
        if size > task.result_bytes:
            raise TooLarge
    return {"rows": fetched[: task.row_count], "is_cut": len(fetched) > task.row_count}


def _kind(name: str) -> str:
    if name.startswith("DECIMAL"):
        return "exact"
    return AS_THEY_ARE.get(name) or AS_TEXT.get(name) or "text"


def _told(error: duckdb.Error, question: str, before: int = 0) -> dict[str, Any]:
    """Return what went wrong as a code, where it stands, and the database's own words.

    `before` is how many bytes stood before the question where it was put.
    """
    if isinstance(error, duckdb.OutOfMemoryException):
        return {"code": "too_much_memory"}
    if isinstance(error, duckdb.InterruptException):
        return {"code": "took_too_long"}
    if isinstance(error, duckdb.FatalException | duckdb.IOException):
        return {"code": "database_gone"}
    said = str(error)
    try:
        content = json.loads(said[said.index("{") :])
    except ValueError:
        content = {"exception_message": said}
    start, length = json.loads(content.get("location", "[null, 0]"))
    position, length = _in_characters(question, None if start is None else start - before, length)
    return {
        "code": FAILURES.get(content.get("error_subtype", ""), "other"),
        "name": content.get("name", ""),
        "position": position,
        "length": length,
        "detail": content.get("exception_message", "").split("\n")[0][:SHOWN_DETAIL],
        "candidates": [name for name in content.get("candidates", "").split(",") if name][:SHOWN_CANDIDATES],
    }


def _in_characters(question: str, location: int | None, length: int) -> tuple[int | None, int]:
    """Return a place in bytes as one in characters."""
    written = question.encode()
    if location is None or not 0 <= location <= len(written):
        return None, 0
    before, part = written[:location], written[location : location + length]
    return len(before.decode(errors="ignore")), len(part.decode(errors="ignore"))


if __name__ == "__main__":
    main()
