"""How fast rows are browsed and files leave, at a million rows: python -m benchmarks.rows_and_files DATABASE

DATABASE is a published database; its interventions are repeated until there are as many rows as asked for. Limits: the
first page of a table under 300 ms, CSV at 20 MB a second or more, and memory that does not grow with the rows.
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import psutil

from cooperation.documents.table_files import FILE_FORMATS, file_pieces, fits
from cooperation.documents.workbooks import About
from cooperation.warehouse.browsing import EVERY_ROW, Condition, MartRows, RowChoice
from cooperation.warehouse.database import Database
from cooperation.warehouse.publishing import published_database

PAGE = 50
REPEATS = 5
MARKS = {"made_by": "python -m cooperation rows response_times # exports until 2025-12-31; version 0.1.0"}
CHOICES = {
    "as they stand": EVERY_ROW,
    "by response, descending": RowChoice((), "response_seconds", True),
    "one zone, by day": RowChoice((Condition("zone_code", "is", "5382"),), "received_at"),
    "text within an id": RowChoice((Condition("intervention_id", "contains", "77"),), "received_at"),
}


def main() -> None:
    """Print the tables of docs/benchmarks.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = enlarged(published_database(chosen.database), Path(folder) / "large.duckdb", chosen.rows)
        database = Database(path)
        print_pages(database)
        print_files(database)
        database.close()


def enlarged(source: Path, target: Path, rows: int) -> Path:
    """Return a copy of a database whose interventions are repeated until there are `rows`."""
    shutil.copy(source, target)
    with duckdb.connect(str(target)) as connection:
        connection.execute("create table once as select * from response_times")
        connection.execute("drop table response_times")
        times = -(-rows // connection.execute("select count(*) from once").fetchall()[0][0])
        connection.execute(
            "create table response_times as select once.* from range($times), once limit $rows",
            {"times": times, "rows": rows},
        )
        connection.execute("drop table once")
    return target


def print_pages(database: Database) -> None:
    """Print how long the first and the last page of each choice take, its rows counted."""
    print("| rows | count | first page | last page |\n|---|---:|---:|---:|")
    for name, choice in CHOICES.items():
        count = MartRows(database, "response_times", choice).count
        first = median_time(lambda choice=choice: page_of(database, choice, 0))
        last = median_time(lambda choice=choice, count=count: page_of(database, choice, count - PAGE))
        print(f"| {name} | {count:,} | {first * 1000:.0f} ms | {last * 1000:.0f} ms |")


def page_of(database: Database, choice: RowChoice, skipped: int) -> None:
    """Do what a page does: count, then take fifty rows."""
    rows = MartRows(database, "response_times", choice)
    assert rows.count and len(rows.stretch(max(skipped, 0), PAGE)) > 0


def median_time(run: Callable[[], None]) -> float:
    """Return the middle one of some times, in seconds."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return sorted(times)[REPEATS // 2]


def print_files(database: Database) -> None:
    """Print how fast each kind of file leaves, and how far memory rises meanwhile."""
    print("\n| file | rows | MB | seconds | MB a second | memory rises by |\n|---|---:|---:|---:|---:|---:|")
    for file_format in FILE_FORMATS:
        choice = EVERY_ROW if file_format != "xlsx" else CHOICES["one zone, by day"]
        rows = MartRows(database, "response_times", choice)
        assert fits(rows, file_format)
        start, before = time.perf_counter(), memory()
        written, highest = 0, before
        for piece in file_pieces(rows, file_format, MARKS, lambda: About("About", "Benchmark", [])):
            written += len(piece)
            highest = max(highest, memory())
        seconds = time.perf_counter() - start
        size = written / 1e6
        print(
            f"| {file_format} | {rows.count:,} | {size:.0f} | {seconds:.1f} | {size / seconds:.0f} |"
            f" {(highest - before) / 1e6:.0f} MB |"
        )


def memory() -> int:
    """Return the memory that this process holds, in bytes."""
    return int(psutil.Process().memory_info().rss)


if __name__ == "__main__":
    main()
