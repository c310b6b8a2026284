"""Files on their way into the exports folder: staged out of sight, named safely, put in place in one step.

A dropped file is only ever written below the exports folder. It waits in a hidden folder there, so that it lies on the
same disk and no build reads it, until the steward publishes it; taking it back is one step as well.
"""

import contextlib
import os
import re
import shutil
import time
import unicodedata
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cooperation.warehouse.exports import NOT_EXPORTS

# find_exports leaves hidden folders aside.
STAGING = ".incoming"
PIECE_BYTES = 1_048_576
# A file system's limit is 255 bytes; the room is for a number behind the name and the folders before it.
LONGEST_NAME_BYTES = 150
ABANDONED_AFTER_SECONDS = 24 * 3600
# Windows opens a device under these names, whatever ending they bear.
DEVICE_NAMES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9])", re.IGNORECASE)
FALLBACK_NAME = "export"


class TooLarge(ValueError):
    """The file is larger than the settings allow; nothing of it was kept."""


class NameTaken(FileExistsError):
    """There is an export of that name already; `free_name` offers another."""


@dataclass(frozen=True)
class StagedFile:
    """A file that waits, out of sight, in a folder of its own; `path.name` is its safe name."""

    path: Path


@dataclass(frozen=True)
class PlacedFile:
    """A file that was put in place, as it was then: who takes it back must find the same one."""

    path: Path
    size: int
    modified_ns: int


def safe_name(offered: str) -> str:
    """Return a name for an export that every system takes for a plain file in the folder it is put in."""
    # Compatibility forms first: a full-width slash or dot is a slash or dot to somebody else later.
    composed = unicodedata.normalize("NFKC", offered)
    last_part = re.split(r"[/\\]", composed)[-1]
    kept = "".join(character for character in last_part if not _is_invisible(character))
    plain = re.sub(r"[^\w .()+,=-]", "_", kept)
    # A leading dot, "~$" or "__" hides a file from the build, and Windows drops dots and blanks at the end.
    plain = re.sub(r"\s+", " ", plain).lstrip(" ._").rstrip(" .")
    stem, endings = _split(plain)
    if not stem or DEVICE_NAMES.fullmatch(stem.split(".")[0].strip()) or plain.lower() in NOT_EXPORTS:
        stem = f"{FALLBACK_NAME}_{stem}" if stem else FALLBACK_NAME
    return _shortened(stem, endings)


def free_name(folder: Path, wanted: str) -> str:
    """Return `wanted` made safe, with a number behind it where the folder has a file of that name already."""
    name = safe_name(wanted)
    # Windows and macOS take capitals and small letters for the same.
    taken = {path.name.casefold() for path in folder.iterdir()} if folder.is_dir() else set()
    stem, endings = _split(name)
    number = 2
    while name.casefold() in taken:
        name = f"{stem} ({number}){endings}"
        number += 1
    return name


def stage(exports: Path, offered: str, content: BinaryIO, largest_bytes: int) -> StagedFile:
    """Write a dropped file out of sight below `exports`; TooLarge or OSError leave nothing behind."""
    _forget_abandoned(exports)
    folder = _staging(exports) / uuid.uuid4().hex
    folder.mkdir(parents=True)
    try:
        path = folder / safe_name(offered)
        written = 0
        with path.open("xb") as file:
            while piece := content.read(PIECE_BYTES):
                written += len(piece)
                if written > largest_bytes:
                    raise TooLarge(offered)
                file.write(piece)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return StagedFile(path)


def discard(staged: StagedFile) -> None:
    """Remove a staged file; nothing happens where it is gone already."""
    shutil.rmtree(staged.path.parent, ignore_errors=True)
    with contextlib.suppress(OSError):
        # Of the hidden folder nothing is left where nothing waits in it.
        staged.path.parent.parent.rmdir()


def place(exports: Path, staged: StagedFile, wanted: str) -> PlacedFile:
    """Move a staged file into the exports folder in one step; NameTaken where that would overwrite another."""
    name = safe_name(wanted)
    target = exports / name
    if free_name(exports, name) != name:
        raise NameTaken(name)
    try:
        put_in_place(staged.path, target)
    except FileExistsError as error:
        raise NameTaken(name) from error
    discard(staged)
    status = target.stat()
    return PlacedFile(target, status.st_size, status.st_mtime_ns)


def take_back(exports: Path, placed: PlacedFile) -> StagedFile:
    """Move a file that was put in place out of sight again; FileNotFoundError where it is not as it was left."""
    status = placed.path.stat()
    if (status.st_size, status.st_mtime_ns) != (placed.size, placed.modified_ns):
        raise FileNotFoundError(f"{placed.path.name} was changed since it was put there")
    folder = _staging(exports) / uuid.uuid4().hex
    folder.mkdir(parents=True)
    return StagedFile(placed.path.rename(folder / placed.path.name))


def put_in_place(source: Path, target: Path) -> None:
    """Move a file to a name that is free, in one step; FileExistsError where it is not, and nothing has changed."""
    try:
        # A hard link never overwrites, on any system, and the file is there whole or not at all.
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:
        _put_without_links(source, target)
    source.unlink(missing_ok=True)


def _put_without_links(source: Path, target: Path) -> None:
    # A disk without hard links: an empty file of our own claims the name, then gives way in one step.
    with target.open("xb"):
        pass
    try:
        os.replace(source, target)
    except OSError:
        target.unlink(missing_ok=True)
        raise


def _staging(exports: Path) -> Path:
    folder = exports / STAGING
    if folder.is_symlink():
        raise OSError(f"{STAGING} leads out of the exports folder")
    return folder


def _forget_abandoned(exports: Path) -> None:
    """Remove what a steward left without publishing it: police data must not lie about."""
    folder = _staging(exports)
    for waiting in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(OSError):
            if time.time() - waiting.stat().st_mtime > ABANDONED_AFTER_SECONDS:
                shutil.rmtree(waiting, ignore_errors=True)


def _is_invisible(character: str) -> bool:
    """Tell whether a character is a control, a direction mark or the like: a name must be what it looks like."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn")


def _split(name: str) -> tuple[str, str]:
    """Return the name without its endings, and those: at most two, as in "calls.csv.gz"."""
    found = re.fullmatch(r"(.*?)((?:\.[A-Za-z0-9]{1,8}){1,2})", name, re.DOTALL)
    return (found[1], found[2]) if found else (name, "")


def _shortened(stem: str, endings: str) -> str:
    room = LONGEST_NAME_BYTES - len(endings.encode())
    short = stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .")
    return short + endings
