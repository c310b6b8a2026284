"""The published database: a small pointer file beside the database files, replaced in one atomic step.

A pointer, not a symbolic link or a renamed database, because Windows replaces neither while somebody reads.
"""

import contextlib
import os
import re
import shutil
import time
import uuid
from pathlib import Path

DATABASE_ENDING = ".duckdb"
BUILDING_ENDING = ".building"
# What a build that was killed left behind; no build takes this long.
ABANDONED_AFTER_SECONDS = 6 * 3600
POINTER_START = "samenwerkingsmonitor-database:"
# A reader that has just read the pointer must still find the database that it names.
KEPT_VERSIONS = 2


class NothingPublished(FileNotFoundError):
    """There is no database yet at this place; build one first."""


def new_database_path(pointer: Path) -> Path:
    """Return where to build the next database: in a new folder of its own, which may hold scratch files too."""
    folder = pointer.parent / f"{pointer.name}.{uuid.uuid4().hex}{BUILDING_ENDING}"
    folder.mkdir(parents=True)
    return folder / f"new{DATABASE_ENDING}"


def publish(pointer: Path, built: Path) -> Path:
    """Make `built` the database that readers find, and return its path from now on.

    Of the older ones the last is kept, for a reader who is about to open it.
    """
    folder = built.parent
    # The folder goes with what was built in it, so it must be one that was made for that.
    if folder.suffix != BUILDING_ENDING:
        raise ValueError(f"{built} does not come from new_database_path")
    database = built.rename(folder.with_suffix(DATABASE_ENDING))
    shutil.rmtree(folder, ignore_errors=True)
    text = pointer.with_name(f"{pointer.name}.{uuid.uuid4().hex}.pointer")
    with text.open("w", encoding="utf-8") as file:
        file.write(f"{POINTER_START}{database.name}\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(text, pointer)
    _remove_old_versions(pointer)
    return database


def published_database(pointer: Path) -> Path:
    """Return the database that the pointer names; NothingPublished where there is none."""
    try:
        with pointer.open("rb") as file:
            start = file.read(1024)
    except OSError as error:
        raise NothingPublished(str(pointer)) from error
    if not start.startswith(POINTER_START.encode()):
        return pointer
    database = pointer.parent / Path(start.decode().removeprefix(POINTER_START).strip()).name
    if not database.is_file():
        raise NothingPublished(str(pointer))
    return database


def _remove_old_versions(pointer: Path) -> None:
    own = re.compile(re.escape(pointer.name) + r"\.[0-9a-f]{32}")
    files = [path for path in pointer.parent.iterdir() if own.fullmatch(path.stem)]
    current = published_database(pointer)
    versions = [path for path in files if path.suffix == DATABASE_ENDING and path != current]
    old = sorted(versions, key=_modified, reverse=True)[KEPT_VERSIONS - 1 :]
    abandoned = [
        path
        for path in files
        if path.suffix == BUILDING_ENDING and time.time() - _modified(path) > ABANDONED_AFTER_SECONDS
    ]
    for folder in abandoned:
        shutil.rmtree(folder, ignore_errors=True)
    for database in old:
        # On Windows a reader may still have it open; the next build removes it.
        with contextlib.suppress(OSError):
            database.unlink()


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
