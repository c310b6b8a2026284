"""What a file is by its first bytes, and the files inside an archive, unpacked one by one and never beyond a limit."""

import gzip
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from cooperation.warehouse.exports import is_export
from cooperation.warehouse.layouts import NotText, detect_encoding
from cooperation.warehouse.limits import (
    ALWAYS_UNPACKED_BYTES,
    MOST_PARTS,
    MOST_UNPACKED_BYTES,
    MOST_UNPACKED_RATIO,
)

TEXT_ENDINGS = (".csv", ".txt", ".tsv")
BINARY_ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".parquet")
ARCHIVE_ENDINGS = (".zip", ".gz")
READ_ENDINGS = (*TEXT_ENDINGS, *BINARY_ENDINGS, *ARCHIVE_ENDINGS)

# How a file of a kind begins, and at which byte. A zip may be a workbook too.
SIGNATURES = (
    ("zip", 0, b"PK\x03\x04"),
    ("zip", 0, b"PK\x05\x06"),
    ("gz", 0, b"\x1f\x8b"),
    ("parquet", 0, b"PAR1"),
    ("xls", 0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ("other_archive", 0, b"7z\xbc\xaf\x27\x1c"),
    ("other_archive", 0, b"Rar!\x1a\x07"),
    ("other_archive", 0, b"BZh"),
    ("other_archive", 0, b"\xfd7zXZ\x00"),
    ("other_archive", 0, b"\x28\xb5\x2f\xfd"),
    ("other_archive", 257, b"ustar"),
)
ARCHIVES = ("zip", "gz", "other_archive")
# The member that makes a zip a workbook; one with any other office document is not read.
WORKBOOK_MEMBERS = {"xl/workbook.xml": "xlsx", "xl/workbook.bin": "xlsb"}
OFFICE_MEMBERS = {"[Content_Types].xml", "META-INF/manifest.xml"}
SPREADSHEET_MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
# The stream in which Office keeps a workbook behind a password.
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")

# What Python's readers of archives raise on damaged ones, by what damage did to them.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    LookupError,
    OSError,
)
MEMBER_ENTRY = b"PK\x01\x02"
PIECE_BYTES = 1024**2
LONGEST_NAME = 200


@dataclass(frozen=True)
class Part:
    """A file that may hold tables: an export, or one inside it. Where `fate` says why not, it has no path."""

    name: str
    kind: str | None
    path: Path | None = None
    fate: str | None = None


class Unreadable(ValueError):
    """A file cannot be read as a whole; the message is its fate."""


def unpack(path: Path, name: str, folder: Path) -> Iterator[Part]:
    """Yield the export itself, or each file of the archive that it is; those are gone when the next one comes.

    A part is called like its archive where it is the only one. OSError where the export cannot be opened.
    """
    try:
        kind = kind_of(path, name)
        if kind == "zip":
            yield from _unpack_zip(path, name, folder)
        elif kind == "gz":
            yield from _unpack_gz(path, name, folder)
        else:
            yield Part(name, kind, path)
    except Unreadable as unreadable:
        yield Part(name, None, fate=str(unreadable))


def kind_of(path: Path, name: str) -> str:
    """Return csv, xlsx, xlsb, xls, ods, parquet, zip or gz by a file's content; Unreadable for anything else.

    Its name must end in one of those, or in nothing; a workbook called .csv is a workbook, and text called .xls text.
    """
    ending = Path(name).suffix.lower()
    if ending and ending not in READ_ENDINGS:
        raise Unreadable("kind_not_supported")
    with path.open("rb") as file:
        start = file.read(512)
    kinds = (kind for kind, place, signature in SIGNATURES if start[place:].startswith(signature))
    match next(kinds, "csv"):
        case "zip":
            return _kind_of_zip(path)
        case "xls":
            return _kind_of_old_office(path)
        case "csv":
            _refuse_binary(path, start, ending)
            return "csv"
        case "other_archive":
            raise Unreadable("kind_not_supported")
        case kind:
            return kind


def _kind_of_zip(path: Path) -> str:
    with _opened_zip(path) as archive:
        names = {_slashed(member) for member in archive.namelist()}
        for member, kind in WORKBOOK_MEMBERS.items():
            if member in names:
                _refuse_bomb(path, sum(entry.file_size for entry in archive.infolist()))
                return kind
        if "mimetype" in names and "content.xml" in names:
            _refuse_bomb(path, sum(entry.file_size for entry in archive.infolist()))
            if _first_bytes(archive, "mimetype").startswith(SPREADSHEET_MIMETYPE):
                return "ods"
        if names & OFFICE_MEMBERS:
            raise Unreadable("kind_not_supported")
    return "zip"


def _kind_of_old_office(path: Path) -> str:
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            if ENCRYPTED_STREAM in piece:
                raise Unreadable("encrypted")
    return "xls"


def _refuse_binary(path: Path, start: bytes, ending: str) -> None:
    if ending in BINARY_ENDINGS and start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        # A web page that a spreadsheet opens all the same.
        raise Unreadable("kind_not_supported")
    try:
        if b"\0" in start:
            detect_encoding(path)
    except NotText:
        raise Unreadable("not_text" if ending in TEXT_ENDINGS else "damaged") from None


def _opened_zip(path: Path) -> zipfile.ZipFile:
    if _count(path, MEMBER_ENTRY) > MOST_PARTS:
        raise Unreadable("too_many_parts")
    try:
        return zipfile.ZipFile(path)
    except DAMAGE as error:
        raise Unreadable("damaged") from error


def _count(path: Path, signature: bytes) -> int:
    """Return how often a signature stands in a file: opening an archive of a million members takes a gigabyte."""
    with path.open("rb") as file:
        return sum(piece.count(signature) for piece in iter(lambda: file.read(PIECE_BYTES), b""))


def _first_bytes(archive: zipfile.ZipFile, member: str) -> bytes:
    try:
        with archive.open(member) as file:
            return file.read(len(SPREADSHEET_MIMETYPE))
    except DAMAGE as error:
        raise Unreadable("damaged") from error


def _unpack_zip(path: Path, name: str, folder: Path) -> Iterator[Part]:
    with _opened_zip(path) as archive:
        members = [
            member for member in archive.infolist() if not member.is_dir() and is_export(_steps(member))
        ]
        if not members:
            raise Unreadable("empty")
        left = _most_unpacked(path)
        for member, label in zip(members, _labels(members, name), strict=True):
            target = folder / "member"
            try:
                left = _copy_member(archive, member, target, left)
                yield Part(label, _kind_within_archive(target, "/".join(_steps(member))), target)
            except Unreadable as unreadable:
                yield Part(label, None, fate=str(unreadable))
            finally:
                target.unlink(missing_ok=True)


def _copy_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, most_bytes: int) -> int:
    """Copy one member; return how many more bytes the archive may grow to."""
    if member.flag_bits & 1:
        raise Unreadable("encrypted")
    if not member.filename.lower().endswith(READ_ENDINGS) and Path(member.filename).suffix:
        raise Unreadable("kind_not_supported")
    try:
        opened = archive.open(member)
    except DAMAGE as error:
        raise Unreadable("damaged") from error
    with opened as source:
        return most_bytes - _copy(source, target, most_bytes)


def _unpack_gz(path: Path, name: str, folder: Path) -> Iterator[Part]:
    target = folder / "member"
    try:
        with gzip.open(path) as source:
            _copy(source, target, _most_unpacked(path))
        inner = name[: -len(".gz")] if name.lower().endswith(".gz") else ""
        yield Part(name, _kind_within_archive(target, inner), target)
    finally:
        target.unlink(missing_ok=True)


def _copy(source: IO[bytes] | gzip.GzipFile, target: Path, most_bytes: int) -> int:
    """Copy what a compressed file holds; Unreadable where it is damaged or grows beyond the limit."""
    copied = 0
    with target.open("wb") as copy:
        while piece := _read_piece(source):
            copied += len(piece)
            if copied > most_bytes:
                raise Unreadable("too_large")
            copy.write(piece)
    return copied


def _read_piece(source: IO[bytes] | gzip.GzipFile) -> bytes:
    try:
        return source.read(PIECE_BYTES)
    except DAMAGE as error:
        raise Unreadable("damaged") from error


def _kind_within_archive(path: Path, name: str) -> str:
    if name.lower().endswith(".tar") or _is_archive(path):
        raise Unreadable("archive_in_archive")
    return kind_of(path, name)


def _is_archive(path: Path) -> bool:
    with path.open("rb") as file:
        start = file.read(512)
    kinds = {kind for kind, place, signature in SIGNATURES if start[place:].startswith(signature)}
    return bool(kinds & {"gz", "other_archive"}) or ("zip" in kinds and _kind_of_zip(path) == "zip")


def _refuse_bomb(path: Path, unpacked_bytes: int) -> None:
    if unpacked_bytes > _most_unpacked(path):
        raise Unreadable("too_large")


def _most_unpacked(path: Path) -> int:
    grown = MOST_UNPACKED_RATIO * path.stat().st_size
    return min(MOST_UNPACKED_BYTES, max(ALWAYS_UNPACKED_BYTES, grown))


def _labels(members: Sequence[zipfile.ZipInfo], name: str) -> list[str]:
    if len(members) == 1:
        return [name]
    return unique_labels(f"{name}/{'/'.join(_steps(member)) or '?'}" for member in members)


def unique_labels(labels: Iterable[str]) -> list[str]:
    """Return names fit to be shown, short and each once; an archive may hold two files of one name."""
    found: list[str] = []
    for label in labels:
        shown = short = "".join(letter for letter in label if letter.isprintable())[:LONGEST_NAME]
        count = 1
        while shown in found:
            count += 1
            shown = f"{short} ({count})"
        found.append(shown)
    return found


def _steps(member: zipfile.ZipInfo) -> tuple[str, ...]:
    """Return folders and name of a member; only ever shown, never used as a path."""
    return tuple(step for step in re.split(r"[/\\]", member.filename) if step not in ("", ".", ".."))


def _slashed(name: str) -> str:
    return name.replace("\\", "/")
