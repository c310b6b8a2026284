"""Which export files lie in the folder, and whether anything there has changed."""

import hashlib
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# Explanations and editors' leftovers that lie beside exports without being one.
NOT_EXPORTS = frozenset({"readme.md", "readme.txt", "thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class ExportFile:
    """One file as it lies in the exports folder; `name` is its path below that folder, with forward slashes.

    `can_be_opened` is False for what may not be read, a link to nothing or to a folder, a pipe, a closed folder.
    """

    path: Path
    name: str
    size: int
    modified_ns: int
    can_be_opened: bool = True


def find_exports(folder: Path) -> tuple[ExportFile, ...]:
    """Return every export below `folder`, sorted by name; hidden files and notes are left aside."""
    found = []
    for path in _paths_below(folder):
        relative = path.relative_to(folder)
        if not is_export(relative.parts):
            continue
        file = _export_file(path, relative.as_posix())
        if file is not None:
            found.append(file)
    return tuple(found)


def _paths_below(folder: Path) -> list[Path]:
    """Return all that lies below `folder` but the folders that were looked into; [] where `folder` has gone."""
    closed: list[Path] = []

    def note(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            closed.append(Path(error.filename))

    inside = [
        Path(parent, name)
        for parent, folders, files in os.walk(folder, onerror=note)
        # A link to a folder is not followed, since it may lead back here; as an export it is one that does not open.
        for name in (*files, *(name for name in folders if os.path.islink(Path(parent, name))))
    ]
    return sorted(path for path in (*inside, *closed) if path != folder)


def _export_file(path: Path, name: str) -> ExportFile | None:
    """Return what lies at `path`, None where it has gone since the folder was listed, as copies and editors do."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return ExportFile(path, name, 0, 0, can_be_opened=False) if path.is_symlink() else None
    except OSError:
        return ExportFile(path, name, 0, 0, can_be_opened=False)
    if stat.S_ISREG(status.st_mode) and os.access(path, os.R_OK):
        return ExportFile(path, name, status.st_size, status.st_mtime_ns)
    # The time of a folder behind a link, say, changes without anything to read.
    return ExportFile(path, name, 0, 0, can_be_opened=False)


def is_export(steps: Sequence[str]) -> bool:
    """Tell whether folders and name are those of an export, and not of a note or something hidden."""
    hidden = any(step.startswith((".", "~$", "__MACOSX")) for step in steps)
    return bool(steps) and not hidden and steps[-1].lower() not in NOT_EXPORTS


def fingerprint(*folders: Path, contents: tuple[bytes, ...] = ()) -> str:
    """Return a digest of the names, sizes and times of all files below `folders`, and of `contents`."""
    digest = hashlib.sha256()
    for folder in folders:
        digest.update(b"folder\0")
        for file in find_exports(folder):
            # Permission is no part of a file's time: one that is opened up must be read too.
            digest.update(f"{file.name}\0{file.size}\0{file.modified_ns}\0{file.can_be_opened}\0".encode())
    for content in contents:
        digest.update(content)
        digest.update(b"\0")
    return digest.hexdigest()
