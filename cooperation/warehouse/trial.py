"""What would become of one file: the real build on it, in a scratch database that nobody publishes.

The exports that are there already are built along where the file is about their lines, or where they are small: only
then is it known which deployment has its call, and which line stands in another file too.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import duckdb

from cooperation.warehouse.build import BuildError, Rehearsal, Sources, rehearse
from cooperation.warehouse.exports import ExportFile, find_exports
from cooperation.warehouse.lanes import Lanes
from cooperation.warehouse.profiles import DETECTED, FileFormat, contract_profiles
from cooperation.warehouse.publishing import new_database_path
from cooperation.warehouse.raw_lines import LONGEST_RECORD_LINES
from cooperation.warehouse.reading import RawLoader, quoted

# A sample of some ten thousand lines tells nearly all there is to tell within a second or two.
SAMPLE_ABOVE_BYTES = 8_000_000
SAMPLE_BYTES = 4_000_000
# Built along at once, a few seconds at most.
SMALL_EXPORTS_BYTES = 20_000_000
SAMPLED_ENDINGS = (".csv", ".txt", ".tsv")
BESIDE, TRIED = "beside", "tried"
MOST_VALUES = 1_000


@dataclass(frozen=True)
class Trial:
    """What a build would make of a file: `is_sample` where only its first lines were tried.

    `rehearsal` is None where nothing could be read at all; `failure` then says why, `files` what of each file.
    """

    is_sample: bool
    is_beside_others: bool
    rehearsal: Rehearsal | None
    failure: BuildError | None = None


@dataclass(frozen=True)
class ValueCount:
    """How often a value stands in a column."""

    value: str
    count: int


def try_out(
    file: Path,
    sources: Sources,
    database: Path,
    queries: Sequence[str],
    *,
    profile: str | None = None,
    needs_others: bool = False,
    whole: bool = False,
) -> Trial:
    """Run a build of `file`, and of the exports beside it where that is needed or quick; publish nothing.

    `profile` is the text of one that is not saved yet and comes before all others. Names of files in the rehearsal are
    made by `name_in_trial`.
    """
    is_sample = not whole and can_be_sampled(file)
    size = sum(export.size for export in find_exports(sources.exports))
    is_beside_others = bool(size) and (needs_others or size <= SMALL_EXPORTS_BYTES)
    # A folder as builds make them: what a killed one leaves behind is removed by a later build.
    folder = new_database_path(database).parent
    try:
        if is_beside_others:
            for export in find_exports(sources.exports):
                _link(export.path, folder / "exports" / BESIDE / export.name)
        tried = folder / "exports" / name_in_trial(file.name)
        if is_sample:
            _copy_sample(file, tried)
        else:
            _link(file, tried)
        _copy_profiles(sources.profiles, folder / "profiles", profile)
        own = replace(sources, exports=folder / "exports", profiles=folder / "profiles")
        return Trial(is_sample, is_beside_others, rehearse(own, folder / "database", queries, TRIED))
    except BuildError as error:
        return Trial(is_sample, is_beside_others, None, error)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def name_in_trial(name: str) -> str:
    """Return how a file that is tried is called in its rehearsal: behind all files that are there already."""
    return f"{TRIED}/{name}"


def can_be_sampled(file: Path) -> bool:
    """Tell whether a file is so large that its first lines are tried first, and of a kind that can be cut."""
    return file.suffix.lower() in SAMPLED_ENDINGS and file.stat().st_size > SAMPLE_ABOVE_BYTES


class RawFile:
    """One file loaded as it stands, every cell as text; of a large one its first lines. A context manager.

    Of its tables only those with all columns of `header` are loaded; `written` tells how the file is written, where
    somebody decided that.
    """

    def __init__(self, file: Path, header: Sequence[str], written: FileFormat = DETECTED) -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="samenwerkingsmonitor-")
        self._connection = duckdb.connect()
        path = file
        if can_be_sampled(file):
            path = Path(self._scratch.name, file.name)
            _copy_sample(file, path)
        self._connection.execute("attach ':memory:' as raw")
        layout = replace(contract_profiles()[0], header=tuple(header), file_format=written)
        status = path.stat()
        with Lanes([self._connection.cursor()]) as lanes:
            loader = RawLoader(self._connection, lanes, (layout,), Path(self._scratch.name))
            accounts = loader.load(ExportFile(path, path.name, status.st_size, status.st_mtime_ns), 1)
            lanes.settle()
        self._header = tuple(header)
        self._is_loaded = any(account.fate in ("read", "only_header") for account in accounts)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._scratch.cleanup()

    def first_rows(self, most: int) -> tuple[tuple[str, ...], ...]:
        """Return the cells of the first lines, empty ones as an empty text."""
        if not self._is_loaded:
            return ()
        cells = ", ".join(f"coalesce({quoted(name)}, '')" for name in self._header)
        rows = self._connection.execute(
            f"select {cells} from raw.layout_1 order by file_number, line_number limit $most", {"most": most}
        ).fetchall()
        return tuple(rows)

    def count_values(self, column: str) -> tuple[ValueCount, ...]:
        """Return the values of a column, the most frequent first, 1,000 at most."""
        if not self._is_loaded:
            return ()
        name = quoted(column)
        rows = self._connection.execute(
            f"select trim({name}) as value, count(*) as value_count from raw.layout_1"
            f" where trim({name}) <> '' group by all order by value_count desc, value limit $most",
            {"most": MOST_VALUES},
        ).fetchall()
        return tuple(ValueCount(value, count) for value, count in rows)


def _copy_profiles(profiles: Path, target: Path, first: str | None) -> None:
    target.mkdir(parents=True)
    for path in profiles.glob("*.toml") if profiles.is_dir() else ():
        shutil.copyfile(path, target / path.name)
    if first is not None:
        # Of two profiles that fit alike the first by name is taken; no file can be called so by `profile_name`.
        (target / "!draft.toml").write_text(first, encoding="utf-8", newline="\n")


def _link(source: Path, target: Path) -> None:
    """Let a file appear at another place without copying it, where the disk can do that."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for way in (os.symlink, os.link):
        with contextlib.suppress(OSError, NotImplementedError):
            way(source.resolve(), target)
            return
    shutil.copyfile(source, target)


def _copy_sample(source: Path, target: Path) -> None:
    """Copy the first lines of a file, up to a line end that stands outside quotation marks."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as file:
        start = file.read(SAMPLE_BYTES)
    end = start.rfind(b"\n")
    for _ in range(LONGEST_RECORD_LINES):
        # An odd number of quotation marks before it: the line end belongs to a cell.
        if end <= 0 or start.count(b'"', 0, end) % 2 == 0:
            break
        end = start.rfind(b"\n", 0, end)
    # In UTF-16 with the small byte first, which then stands at an even place, the line end's second byte follows.
    after = end + (2 if end % 2 == 0 and start[end + 1 : end + 2] == b"\0" else 1)
    target.write_bytes(start[:after] if end > 0 else start)
