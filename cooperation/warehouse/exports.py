"""Which export files lie in the folder, and whether anything there has changed."""

import hashlib
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
        hidden = any(part.startswith((".", "~$")) for part in relative.parts)
        if hidden or path.name.lower() in NOT_EXPORTS or not path.is_file():
            continue
        status = path.stat()
        found.append(ExportFile(path, relative.as_posix(), status.st_size, status.st_mtime_ns))
    return tuple(found)


def fingerprint(*folders: Path, texts: tuple[str, ...] = ()) -> str:
    """Return a digest of the names, sizes and times of all files below `folders`, and of `texts`."""
    digest = hashlib.sha256()
    for folder in folders:
        digest.update(b"folder\0")
        for file in find_exports(folder):
            digest.update(f"{file.name}\0{file.size}\0{file.modified_ns}\0".encode())
    for text in texts:
        digest.update(text.encode())
        digest.update(b"\0")
    return digest.hexdigest()
