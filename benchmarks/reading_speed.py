"""How fast a CSV is read through a profile with all rules, beside DuckDB's bare `read_csv` of the same file.

    python benchmarks/reading_speed.py [--interventions 1000000] [--folder DIR]

The file is one year after another of invented interventions with Dutch headers, day-first times and a value map, so
that every line passes through a profile, every rule, the marts and the checks. The limit is what DuckDB takes to read
the same file as text without a line number, a rule or an account. Both run in processes of their own, in turns.
Prints a markdown table and returns 1 when a limit is broken.
"""

import argparse
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime, timedelta
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import duckdb  # noqa: E402

from cooperation.settings import DEFAULT_SETTINGS  # noqa: E402
from cooperation.warehouse.build import Sources, build  # noqa: E402
from cooperation.warehouse.publishing import published_database  # noqa: E402

RUNS = 3
FEWEST_LINES_A_SECOND = 50_000

PROFILE = """
[file]
header = ["Nummer", "Zone", "Gemeente", "Prioriteit", "Herkomst", "Aard", "Ontvangen", "Afgesloten"]

[formats]
moment = ["%d/%m/%Y %H:%M:%S"]

[interventions]
intervention_id = "Nummer"
zone_code = "Zone"
municipality_nis = "Gemeente"
priority = "Prioriteit"
origin = "Herkomst"
nature = "Aard"
received_at = "Ontvangen"
closed_at = "Afgesloten"

[interventions.values.priority]
"P0" = "0"
"P1" = "1"
"P2" = "2"
"P3" = "3"

[interventions.values.origin]
"Burger" = "citizen_call"
"Eigen initiatief" = "own_initiative"
"""


def main() -> int:
    """Measure both ways in turns, print the table, and return 1 when the limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--interventions", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="where the file is kept; else it is removed")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary)
        _write(folder, chosen.interventions)
        runs = [[_in_own_process(way, folder) for way in (_read_bare, _build)] for _ in range(RUNS)]
    bare, built = ([statistics.median(run[way][part] for run in runs) for part in (0, 1)] for way in (0, 1))
    print(
        f"Measured on {date.today()}: {os.cpu_count()} cores, Python {platform.python_version()},"
        f" duckdb {version('duckdb')}; load of the machine at the end {os.getloadavg()[0]:.1f}.\n"
    )
    print(
        "| way | seconds | processor | lines a second | lines a second of processor |\n|---|--:|--:|--:|--:|"
    )
    for way, (wall, processor) in (
        ("DuckDB's bare `read_csv`", bare),
        ("build, profile and all rules", built),
    ):
        pace, pace_alone = chosen.interventions / wall, chosen.interventions / processor
        print(f"| {way} | {wall:.1f} | {processor:.1f} | {pace:,.0f} | {pace_alone:,.0f} |")
    return 1 if chosen.interventions / built[0] < FEWEST_LINES_A_SECOND else 0


def _write(folder: Path, count: int) -> None:
    (folder / "exports").mkdir(parents=True, exist_ok=True)
    (folder / "profiles").mkdir(exist_ok=True)
    (folder / "profiles" / "meldkamer.toml").write_text(PROFILE, encoding="utf-8")
    path = folder / "exports" / "meldkamer.csv"
    if path.exists():
        return
    with path.open("w", encoding="cp1252", newline="\r\n") as file:
        file.write("Nummer;Zone;Gemeente;Prioriteit;Herkomst;Aard;Ontvangen;Afgesloten\n")
        file.writelines(_lines(count))


def _lines(count: int) -> Iterator[str]:
    chance = random.Random(2022)
    first = datetime(2018, 1, 1)
    step = timedelta(days=365 * 8) / count
    natures = ("inbraak", "verkeersongeval", '"ruzie; op straat"', "geluidsoverlast", "hinder café", "")
    places = (("5381", "73066"), ("5381", "Bilzen"), ("5381", "73110"), ("5382", "Voeren"))
    for number in range(count):
        received = first + number * step
        closed = received + timedelta(seconds=chance.randrange(300, 7_200))
        zone, municipality = chance.choice(places)
        origin = "Burger" if chance.random() < 0.9 else "Eigen initiatief"
        yield (
            f"I{number};{zone};{municipality};P{chance.randrange(4)};{origin};{chance.choice(natures)};"
            f"{received:%d/%m/%Y %H:%M:%S};{closed:%d/%m/%Y %H:%M:%S}\n"
        )


def _in_own_process(way: Callable[[Path], None], folder: Path) -> tuple[float, float]:
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_timed, way, folder).result()


def _timed(way: Callable[[Path], None], folder: Path) -> tuple[float, float]:
    """Return seconds by the clock and of processor."""
    wall, processor = time.perf_counter(), time.process_time()
    way(folder)
    return time.perf_counter() - wall, time.process_time() - processor


def _build(folder: Path) -> None:
    build(Sources(folder / "exports", folder / "profiles", DEFAULT_SETTINGS), folder / "monitor")
    with duckdb.connect(str(published_database(folder / "monitor")), read_only=True) as connection:
        accounts = connection.execute("select lines_read, accepted from file_accounts").fetchall()
    ((lines_read, accepted),) = accounts
    assert accepted > 0.99 * lines_read, accounts


def _read_bare(folder: Path) -> None:
    with duckdb.connect() as connection:
        # Its own reader knows Latin-1, and no Windows-1252.
        connection.execute("set enable_progress_bar = false")
        connection.execute(
            "create table bare as select * from read_csv($path, all_varchar = true, encoding = 'latin-1')",
            {"path": str(folder / "exports" / "meldkamer.csv")},
        )


if __name__ == "__main__":
    sys.exit(main())
