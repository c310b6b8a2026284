"""How long a build and every figure take at growing sizes, beside the same job in plain pandas in the same run.

    python benchmarks/build_and_answers.py [--sizes 100000 1000000 10000000] [--folder DIR]

Prints markdown tables and returns 1 when a limit is broken. The build and the reading by pandas each run in a
process of their own, so that its peak memory is its own; the two ways to a figure take turns, so that whatever else
the machine does hits both. `--folder` keeps exports and databases, so that a second run need not write them again.
Not for Windows, which counts peak memory in another way.
"""

import argparse
import os
import platform
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import pandas as pd  # noqa: E402

from benchmarks.plain_pandas import PandasEvidence, read_exports  # noqa: E402
from cooperation.answers.answer import Evidence  # noqa: E402
from cooperation.answers.filters import Filters  # noqa: E402
from cooperation.answers.registry import ANSWERS  # noqa: E402
from cooperation.demonstration import write_demonstration  # noqa: E402
from cooperation.warehouse.build import Sources, build  # noqa: E402
from cooperation.warehouse.database import open_database  # noqa: E402

SIZES = (100_000, 1_000_000, 10_000_000)
# The promises are made of answers that are timed by themselves, and of costs.
FIGURES = tuple(
    name
    for name in ANSWERS
    if name.startswith(("overview/", "response_times/")) and name != "overview/promises"
)
# Asked of the calls and their units, without a twin in pandas. What is not about calls grows with other things:
# accounts of lines, settings, costs.
WITHOUT_TWIN = tuple(name for name in ANSWERS if name.startswith("mutual_assistance/"))
COUNTS = ("intervention_count", "measured_count", "before_count", "after_count")
PACKAGES = ("duckdb", "pandas", "numpy")

FEWEST_INTERVENTIONS_A_MINUTE = 1_000_000
MOST_MEMORY_BYTES = 4 * 1024**3
# Up to this many interventions a figure must be there at once; beyond it, within a second.
SMALL_SIZE = 100_000
MOST_SECONDS_SMALL = 0.100
MOST_SECONDS = 1.0
# A comparison in three steps asks for the calls kind by kind and for all months beside it.
FULL_COMPARISONS = ("overview/municipalities", "response_times/comparison", "response_times/three_steps")
MOST_SECONDS_OF_THREE_STEPS_SMALL = 0.300
MOST_SECONDS_OF_THREE_STEPS = 3.0

# How far the counts of both ways may be apart: the demonstration's broken lines, and 2 hours of the 8,760 in a year.
MOST_BROKEN_LINES = 50
CLOCK_CHANGE_SHARE = 2 / 8760

# Enough runs for a median, and not more than needed where one run takes long.
MOST_RUNS = 9
FEWEST_RUNS = 3
SECONDS_A_FIGURE = 3.0


@dataclass(frozen=True)
class Cost:
    """What a job took: seconds by the clock, seconds of processor, and its process's peak memory."""

    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int


@dataclass(frozen=True)
class FigureTimes:
    """Median seconds of one answer both ways, and how many calls each counts (None where the table is silent).

    What is of pandas is None where it has no twin.
    """

    seconds: float
    pandas_seconds: float | None = None
    call_count: int | None = None
    pandas_call_count: int | None = None


@dataclass(frozen=True)
class SizeResult:
    """Everything measured at one size; times of figures by the name of the answer."""

    interventions: int
    database_bytes: int
    built: Cost
    read_by_pandas: Cost
    figures: Mapping[str, FigureTimes]


def main() -> int:
    """Measure every size, print the tables, and return 1 when a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="INTERVENTIONS")
    parser.add_argument(
        "--folder", type=Path, help="where exports and databases are kept; else they are removed"
    )
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        results = []
        for size in chosen.sizes:
            results.append(_measure(size, (chosen.folder or Path(temporary)) / str(size)))
            # A long run that is broken off has still measured the smaller sizes.
            print(*_build_table(results), *_answer_table(results), sep="\n", file=sys.stderr)
    for line in (*_conditions(), *_build_table(results), *_answer_table(results)):
        print(line)
    broken = [sentence for result in results for sentence in _broken_limits(result)]
    print("\nEvery limit holds." if not broken else "\n" + "\n".join(f"- BROKEN: {line}" for line in broken))
    return 1 if broken else 0


def _measure(interventions: int, folder: Path) -> SizeResult:
    exports, pointer = folder / "exports", folder / "database"
    if not exports.is_dir():
        print(f"writing exports of {interventions} interventions", file=sys.stderr)
        write_demonstration(exports, interventions)
    print(f"building {interventions}", file=sys.stderr)
    built, database_bytes = _in_own_process(_build, exports, pointer)
    print(f"answering {interventions}, pandas beside it", file=sys.stderr)
    read_by_pandas, figures = _in_own_process(_answer_both_ways, exports, pointer)
    return SizeResult(interventions, database_bytes, built, read_by_pandas, figures)


def _in_own_process(job: Callable[..., Any], *arguments: object) -> Any:
    pool = ProcessPoolExecutor(1, get_context("spawn"), initializer=_print_to_stderr)
    with pool as process:
        return process.submit(job, *arguments).result()


def _print_to_stderr() -> None:
    # DuckDB draws a progress bar on standard output, where only the tables belong.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())


def _build(exports: Path, pointer: Path) -> tuple[Cost, int]:
    database, cost = _costing(lambda: build(Sources(exports), pointer))
    return cost, database.stat().st_size


def _answer_both_ways(exports: Path, pointer: Path) -> tuple[Cost, dict[str, FigureTimes]]:
    database = open_database(pointer)
    evidence = Evidence(database)
    merged = evidence.municipalities.dropna(subset=["merged_into_nis"])
    merged_into = dict(zip(merged["nis_code"], merged["merged_into_nis"], strict=True))
    calls, cost = _costing(lambda: read_exports(exports, database.settings, merged_into))
    by_pandas = PandasEvidence(database, calls)
    figures = {name: _time_both_ways(name, evidence, by_pandas) for name in FIGURES}
    alone = {name: FigureTimes(*_median_seconds(name, evidence)) for name in WITHOUT_TWIN}
    return cost, figures | alone


def _costing(job: Callable[[], Any]) -> tuple[Any, Cost]:
    wall, cpu = time.perf_counter(), time.process_time()
    result = job()
    cost = Cost(time.perf_counter() - wall, time.process_time() - cpu, _peak_bytes())
    return result, cost


def _peak_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _time_both_ways(name: str, *ways: Evidence) -> FigureTimes:
    tables = [_timed_answer(name, evidence)[1] for evidence in ways]
    return FigureTimes(*_median_seconds(name, *ways), *map(call_count_of, tables))


def _median_seconds(name: str, *ways: Evidence) -> list[float]:
    """Return what an answer takes each way; they take turns."""
    runs: list[list[float]] = []
    while len(runs) < FEWEST_RUNS or (len(runs) < MOST_RUNS and sum(map(sum, runs)) < SECONDS_A_FIGURE):
        runs.append([_timed_answer(name, evidence)[0] for evidence in ways])
    return [statistics.median(way) for way in zip(*runs, strict=True)]


def _timed_answer(name: str, evidence: Evidence) -> tuple[float, pd.DataFrame]:
    start = time.perf_counter()
    table = ANSWERS[name](evidence, Filters()).table
    return time.perf_counter() - start, table


def call_count_of(table: pd.DataFrame) -> int | None:
    counts = [column for column in COUNTS if column in table]
    return int(table[counts].to_numpy().sum()) if counts else None


def _broken_limits(result: SizeResult) -> Iterator[str]:
    size = f"{result.interventions} interventions"
    pace = _interventions_a_minute(result.interventions, result.built)
    if result.interventions >= FEWEST_INTERVENTIONS_A_MINUTE and pace < FEWEST_INTERVENTIONS_A_MINUTE:
        yield f"{size}: built {pace:.0f} a minute, at least {FEWEST_INTERVENTIONS_A_MINUTE}"
    if result.built.peak_bytes > MOST_MEMORY_BYTES:
        yield f"{size}: the build took {result.built.peak_bytes / 1e9:.1f} GB"
    if result.built.wall_seconds > result.read_by_pandas.wall_seconds:
        yield f"{size}: pandas reads the exports faster than they are built"
    for name, figure in result.figures.items():
        limit = _most_seconds(name, result.interventions)
        if figure.seconds > limit:
            yield f"{size}: {name} took {figure.seconds * 1000:.0f} ms, at most {limit * 1000:.0f}"
        if figure.pandas_seconds is not None and figure.seconds > figure.pandas_seconds:
            yield f"{size}: pandas is ahead in {name}"
        if not counts_agree(figure.call_count, figure.pandas_call_count):
            yield f"{size}: {name} counts {figure.call_count} calls, pandas {figure.pandas_call_count}"


def counts_agree(counted: int | None, by_pandas: int | None) -> bool:
    """Tell whether both ways did the same job.

    A few broken lines are read by one way only, and pandas knows nothing of the nights on which the clock changes.
    """
    if counted is None or by_pandas is None:
        return counted == by_pandas
    return abs(counted - by_pandas) <= MOST_BROKEN_LINES + counted * CLOCK_CHANGE_SHARE


def _most_seconds(name: str, interventions: int) -> float:
    if name in FULL_COMPARISONS:
        return (
            MOST_SECONDS_OF_THREE_STEPS_SMALL if interventions <= SMALL_SIZE else MOST_SECONDS_OF_THREE_STEPS
        )
    return MOST_SECONDS_SMALL if interventions <= SMALL_SIZE else MOST_SECONDS


def _interventions_a_minute(interventions: int, cost: Cost) -> float:
    return interventions / cost.wall_seconds * 60


def _conditions() -> list[str]:
    packages = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    load = os.getloadavg()[0]
    return [
        f"Measured on {date.today()}: {os.cpu_count()} cores, Python {platform.python_version()}, {packages};"
        f" load of the machine at the end {load:.1f}.",
        "",
    ]


def _build_table(results: list[SizeResult]) -> list[str]:
    lines = [
        "| interventions | build | processor | a minute | peak memory | database | pandas reads | its peak memory |"
        " pandas / build |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for result in results:
        built, by_pandas = result.built, result.read_by_pandas
        cells = (
            f"{result.interventions:,}",
            f"{built.wall_seconds:.1f} s",
            f"{built.cpu_seconds:.1f} s",
            f"{_interventions_a_minute(result.interventions, built) / 1e6:.1f} million",
            f"{built.peak_bytes / 1e9:.2f} GB",
            f"{result.database_bytes / 1e6:.0f} MB",
            f"{by_pandas.wall_seconds:.1f} s",
            f"{by_pandas.peak_bytes / 1e9:.2f} GB",
            f"{by_pandas.wall_seconds / built.wall_seconds:.1f}",
        )
        lines.append(_row(cells))
    return [*lines, ""]


def _answer_table(results: list[SizeResult]) -> list[str]:
    sizes = [f"{result.interventions:,} | pandas | ratio" for result in results]
    lines = [_row(["answer (median)", *sizes]), "|---|" + "--:|--:|--:|" * len(results)]
    for name in (*FIGURES, *WITHOUT_TWIN):
        cells = (cell for result in results for cell in _figure_cells(result.figures[name]))
        lines.append(_row([f"`{name}`", *cells]))
    for label, example in (("limit of three steps", FULL_COMPARISONS[0]), ("limit of the others", "")):
        limits = [_most_seconds(example, result.interventions) * 1000 for result in results]
        lines.append(_row([label, *(f"at most {limit:.0f} ms |  | 1.0" for limit in limits)]))
    return lines


def _figure_cells(figure: FigureTimes) -> tuple[str, str, str]:
    by_pandas, ratio = "–", "–"
    if figure.pandas_seconds is not None:
        by_pandas = f"{figure.pandas_seconds * 1000:.0f} ms"
        ratio = f"{figure.pandas_seconds / figure.seconds:.1f}"
    return f"{figure.seconds * 1000:.0f} ms", by_pandas, ratio


def _row(cells: tuple[str, ...] | list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    sys.exit(main())
