"""The published database: a small pointer file beside the database files, replaced in one atomic step.

A pointer, not a symbolic link or a renamed database, because Windows replaces neither while somebody reads.
"""

import os
import uuid
from pathlib import Path

DATABASE_ENDING = ".duckdb"
POINTER_START = "samenwerkingsmonitor-database:"
# A reader that has just read the pointer must still find the database that it names.
KEPT_VERSIONS = 2


class NothingPublished(FileNotFoundError):
    """There is no database yet at this place; build one first."""


def new_database_path(pointer: Path) -> Path:
    """Return a path beside the pointer for the next database; nobody else is given the same one."""
    pointer.parent.mkdir(parents=True, exist_ok=True)
    return pointer.parent / f"{pointer.name}.{uuid.uuid4().hex}{DATABASE_ENDING}"


def publish(pointer: Path, database: Path) -> None:
    """Make `database` the one that readers find; older ones are removed as soon as nobody can be about to open them."""
    text = pointer.with_name(f"{pointer.name}.{uuid.uuid4().hex}.pointer")
    with text.open("w", encoding="utf-8") as file:
        file.write(f"{POINTER_START}{database.name}\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(text, pointer)
    _remove_old_versions(pointer)


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
    versions = sorted(
        pointer.parent.glob(f"{pointer.name}.*{DATABASE_ENDING}"),
        key=lambda path: path.stat().st_mtime_ns,
        reverse=True,
    )
    current = published_database(pointer)
    for old in [version for version in versions if version != current][KEPT_VERSIONS - 1 :]:
        try:
            old.unlink()
        except OSError:
            # On Windows a reader still has it open; the next build removes it.
            continue
