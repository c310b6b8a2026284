"""Kills builds at random moments and looks whether the published database stays whole and nothing piles up.

    python benchmarks/kill_builds.py [--kills 200] [--seed 1] [--interventions 3000]

Every round changes the exports, starts a build in a process of its own and kills it (kill -9) at a random moment of
its course. After each kill the published database must open and answer the headline of the exports before or of the
exports now, whole; then the next build must succeed, answer the headline of the exports now, and leave nothing but the
pointer, its lock and at most two databases. Prints what was found and returns 1 when a promise is broken. Not for
Windows.
"""

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from cooperation.answers.answer import Evidence  # noqa: E402
from cooperation.answers.filters import Filters  # noqa: E402
from cooperation.answers.registry import ANSWERS  # noqa: E402
from cooperation.demonstration import write_demonstration  # noqa: E402
from cooperation.warehouse.build import Sources, build  # noqa: E402
from cooperation.warehouse.database import open_database  # noqa: E402
from cooperation.warehouse.publishing import lock_path  # noqa: E402

MOST_DATABASES = 2
# A build that is not killed in time has published: kills reach a little beyond the course that was measured.
BEYOND_THE_COURSE = 1.1
MEASURED_BUILDS = 3
SECONDS_TO_BUILD = 300.0


@dataclass(frozen=True)
class Findings:
    """How the rounds went: seconds of an undisturbed build, what each killed build left, and broken promises."""

    build_seconds: float
    left_behind: Counter[str]
    broken_promises: tuple[str, ...]


def main() -> int:
    """Kill builds, print what was found, and return 1 when a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--interventions", type=int, default=3000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        findings = kill_builds(Path(folder), chosen.kills, chosen.seed, chosen.interventions)
    print(f"Undisturbed, a build takes {findings.build_seconds:.2f} s.")
    for what, count in sorted(findings.left_behind.items()):
        print(f"- {count} of {chosen.kills} kills: {what}")
    print(*(findings.broken_promises or ["Every promise holds."]), sep="\n")
    return 1 if findings.broken_promises else 0


def kill_builds(folder: Path, kills: int, seed: int, interventions: int) -> Findings:
    """Kill `kills` builds below `folder` at moments that `seed` draws, and return what was found."""
    exports, pointer = folder / "exports", folder / "warehouse" / "monitor"
    write_demonstration(exports, interventions)
    chance, left_behind, broken = random.Random(seed), Counter[str](), list[str]()
    course = min(_seconds_to_build(exports, pointer) for _ in range(MEASURED_BUILDS))
    before = _headline(pointer)
    for number in range(1, kills + 1):
        _add_a_call(exports, number)
        moment = chance.uniform(0, BEYOND_THE_COURSE * course)
        left_behind[_kill_a_build(exports, pointer, moment)] += 1
        found = _headline(pointer)
        succeeded = _ends_well(_start_build(exports, pointer))
        now = _headline(pointer)
        faults = _faults(pointer, before, found, now, succeeded)
        broken += [f"- BROKEN: kill {number} after {moment:.3f} s: {fault}" for fault in faults]
        before = now
    return Findings(course, left_behind, tuple(broken))


def _faults(pointer: Path, before: str, found: str, now: str, succeeded: bool) -> Iterator[str]:
    if not succeeded:
        yield "the next build failed"
    if now == before:
        yield "the next build did not publish the exports as they are now"
    if found not in (before, now):
        yield f"readers found neither the old figures nor the new ones: {found}"
    known = {pointer.name, lock_path(pointer).name}
    databases = {path.name for path in pointer.parent.glob("*.duckdb")}
    if len(databases) > MOST_DATABASES:
        yield f"{len(databases)} databases pile up"
    if left := {path.name for path in pointer.parent.iterdir()} - known - databases:
        yield f"left behind: {', '.join(sorted(left))}"


def _headline(pointer: Path) -> str:
    database = open_database(pointer)
    try:
        return ANSWERS["response_times/headline"](Evidence(database), Filters()).table.to_csv()
    finally:
        database.close()


def _add_a_call(exports: Path, number: int) -> None:
    """Add an urgent call of a citizen to an export, so that the new headline differs from the old one."""
    with (exports / "demonstratie_interventions_2024.csv").open("a", encoding="cp1252", newline="") as export:
        export.write(f"DEMO-ADDED-{number};5381;73066;1;citizen_call;;03/06/2024 12:00:00;\r\n")


def _seconds_to_build(exports: Path, pointer: Path) -> float:
    process, start = _start_build(exports, pointer), time.monotonic()
    if not _ends_well(process):
        raise RuntimeError("an undisturbed build failed")
    return time.monotonic() - start


def _start_build(exports: Path, pointer: Path) -> BaseProcess:
    """Return a process that has begun to build."""
    # A server that has the project in memory starts the builds, so that a kill hits a build and not its imports.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["cooperation.answers.registry", "cooperation.warehouse.build"])
    begun = context.Event()
    process = context.Process(target=_build, args=(exports, pointer, begun))
    process.start()
    begun.wait(SECONDS_TO_BUILD)
    return process


def _build(exports: Path, pointer: Path, begun: Event) -> None:
    begun.set()
    build(Sources(exports), pointer)


def _ends_well(process: BaseProcess) -> bool:
    process.join(SECONDS_TO_BUILD)
    return process.exitcode == 0


def _kill_a_build(exports: Path, pointer: Path, moment: float) -> str:
    """Kill a build after `moment` seconds and return in words what it left."""
    databases = set(pointer.parent.glob("*.duckdb"))
    named = pointer.read_bytes()
    process = _start_build(exports, pointer)
    time.sleep(moment)
    process.kill()
    process.join()
    if process.exitcode == 0:
        return "the build had ended"
    published = "the new database was published" if pointer.read_bytes() != named else "the old one stayed"
    if list(pointer.parent.glob("*.building")):
        return f"{published}, a folder with a build was left"
    unnamed = set(pointer.parent.glob("*.duckdb")) - databases and pointer.read_bytes() == named
    return f"{published}, {'a database without a pointer' if unnamed else 'nothing'} was left"


if __name__ == "__main__":
    sys.exit(main())
