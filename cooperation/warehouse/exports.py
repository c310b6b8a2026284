"""Which export files lie in the folder, and whether anything there has changed."""

import hashlib
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# Explanations and editors' leftovers that lie beside exports without being one.
NOT_EXPORTS = frozenset({"readme.md", "readme.txt", "thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class ExportFile:
    """One file as it lies in the exports folder; `name` is its path below that folder, with forward slashes."""

    path: Path
    name: str
    size: int
    modified_ns: int


def find_exports(folder: Path) -> tuple[ExportFile, ...]:
    """Return every export below `folder`, sorted by name; hidden files and notes are left aside."""
    found = []
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        relative = path.relative_to(folder)
        if not is_export(relative.parts):
            continue
        try:
            status = path.stat()
        except OSError:
            # Gone since the folder was listed, as copies and editors do.
            continue
        if not stat.S_ISREG(status.st_mode):
            continue
        found.append(ExportFile(path, relative.as_posix(), status.st_size, status.st_mtime_ns))
    return tuple(found)


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
            digest.update(f"{file.name}\0{file.size}\0{file.modified_ns}\0".encode())
    for content in contents:
        digest.update(content)
        digest.update(b"\0")
    return digest.hexdigest()
