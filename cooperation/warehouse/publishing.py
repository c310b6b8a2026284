"""The published database: a small pointer file beside the database files, replaced in one atomic step.

A pointer, not a symbolic link or a renamed database, because Windows replaces neither while somebody reads.
Whoever builds holds the lock of the pointer: what lies about while it is held is a leftover of a build that died.
"""

import contextlib
import os
import re
import shutil
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

DATABASE_ENDING = ".duckdb"
BUILDING_ENDING = ".building"
LOCK_ENDING = ".lock"
POINTER_START = "samenwerkingsmonitor-database:"
LONGEST_POINTER = 1024
# On Windows a file that a reader or a virus scanner has open for a moment cannot be replaced or read just then.
TRIES = 20
SECONDS_BETWEEN_TRIES = 0.05

Result = TypeVar("Result")


class NothingPublished(FileNotFoundError):
    """There is no database yet at this place; build one first."""


def lock_path(pointer: Path) -> Path:
    """Return the lock file that whoever builds for this pointer must hold."""
    return pointer.with_name(f"{pointer.name}{LOCK_ENDING}")


def new_database_path(pointer: Path) -> Path:
    """Return where to build the next database: in a new folder of its own, which may hold scratch files too."""
    folder = pointer.parent / f"{pointer.name}.{uuid.uuid4().hex}{BUILDING_ENDING}"
    folder.mkdir(parents=True)
    return folder / f"new{DATABASE_ENDING}"


def publish(pointer: Path, built: Path) -> Path:
    """Make `built` the database that readers find, and return its path from now on.

    The one that it replaces is kept, for a reader who is about to open it; older ones are removed. Where this raises,
    readers find what they found before.
    """
    folder = built.parent
    # The folder goes with what was built in it, so it must be one that was made for that.
    if folder.suffix != BUILDING_ENDING:
        raise ValueError(f"{built} does not come from new_database_path")
    replaced = _published_or_none(pointer)
    database = folder.with_suffix(DATABASE_ENDING)
    text = folder / "pointer"
    with text.open("w", encoding="utf-8") as file:
        file.write(f"{POINTER_START}{database.name}\n")
        file.flush()
        os.fsync(file.fileno())
    _patiently(lambda: built.rename(database))
    try:
        _patiently(lambda: os.replace(text, pointer))
    except OSError:
        database.unlink()
        raise
    _sync_folder(pointer.parent)
    shutil.rmtree(folder, ignore_errors=True)
    _remove_versions(pointer, kept={database, replaced})
    return database


def remove_leftovers(pointer: Path) -> None:
    """Remove all but the published database; only for who holds the lock, since then no other build is alive."""
    for folder in _beside(pointer, BUILDING_ENDING):
        shutil.rmtree(folder, ignore_errors=True)
    _remove_versions(pointer, kept={_published_or_none(pointer)})


def published_database(pointer: Path) -> Path:
    """Return the database that the pointer names; NothingPublished where there is none.

    Where the pointer is damaged, or its database has gone, the newest database beside it stands in. A database file
    is its own pointer.
    """
    try:
        start = _patiently(lambda: _read_start(pointer))
    except OSError as error:
        raise NothingPublished(str(pointer)) from error
    named = start.decode("utf-8", "replace").partition(POINTER_START)[2].strip()
    if named:
        # Only the name counts, so that no pointer leads out of its folder.
        database = pointer.parent / Path(named).name
        if _is_file(database):
            return database
    elif _is_database(start):
        return pointer
    if versions := _beside(pointer, DATABASE_ENDING):
        return max(versions, key=_modified)
    if named:
        raise NothingPublished(str(pointer))
    return pointer


def _published_or_none(pointer: Path) -> Path | None:
    try:
        return published_database(pointer)
    except NothingPublished:
        return None


def _read_start(pointer: Path) -> bytes:
    with pointer.open("rb") as file:
        return file.read(LONGEST_POINTER)


def _is_database(start: bytes) -> bool:
    # DuckDB's mark, behind the checksum of the first block.
    return start[8:12] == b"DUCK"


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        # A damaged pointer may hold a name that no file can have.
        return False


def _beside(pointer: Path, ending: str) -> list[Path]:
    """Return what builds for this pointer have made of one kind; never what belongs to another pointer."""
    own = re.compile(re.escape(pointer.name) + r"\.[0-9a-f]{32}" + re.escape(ending))
    try:
        return [path for path in pointer.parent.iterdir() if own.fullmatch(path.name)]
    except FileNotFoundError:
        return []


def _remove_versions(pointer: Path, kept: set[Path | None]) -> None:
    for database in _beside(pointer, DATABASE_ENDING):
        if database not in kept:
            # On Windows a reader may still have it open; the next build removes it.
            with contextlib.suppress(OSError):
                database.unlink()


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _patiently(step: Callable[[], Result]) -> Result:
    """Return what `step` returns, tried again for a second while it is not permitted."""
    for _ in range(TRIES - 1):
        try:
            return step()
        except PermissionError:
            time.sleep(SECONDS_BETWEEN_TRIES)
    return step()


def _sync_folder(folder: Path) -> None:
    """Have the new names on disk before the old database goes: a power cut must not leave a pointer to nothing."""
    # Windows opens no folder; its file system writes names in order.
    if os.name == "posix":
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
