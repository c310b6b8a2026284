"""Workbooks and Parquet files, copied by a process of their own that may fail without harm."""

import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from cooperation.settings import PROJECT
from cooperation.warehouse.limits import PROCESS_SECONDS, PROCESS_SECONDS_A_MEGABYTE
from cooperation.warehouse.typed_cells import TypedTable

MEGABYTE = 1_000_000
# Seconds of processor are counted by the system, so patience by the clock is only for a process that sleeps: a busy
# machine may take that long. Windows counts none.
PATIENCE = 4 if sys.platform == "win32" else 30
TIME_IS_UP = 24  # SIGXCPU, a name that Windows has not.
# They have been opened as a zip before they are called so.
ZIPPED_KINDS = ("xlsx", "xlsb", "ods")


@dataclass(frozen=True)
class TypedFile:
    """The tables of a file as copied; where `fate` says why nothing was read, there are none."""

    fate: str | None
    tables: tuple[TypedTable, ...] = ()


def copy_typed_tables(path: Path, kind: str, folder: Path, decimal_mark: str | None) -> TypedFile:
    """Copy each table of the file into `folder` as `N.csv` and `N_refused.csv`, N from 0; never an error."""
    seconds = _most_seconds(path, kind)
    command = [sys.executable, "-m", "cooperation.warehouse.typed_cells", kind]
    command += [str(path.resolve()), str(folder.resolve()), decimal_mark or "detect", str(seconds)]
    try:
        run = subprocess.run(
            command, cwd=PROJECT, capture_output=True, timeout=seconds * PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return TypedFile("took_too_long")
    if run.returncode == -TIME_IS_UP:
        return TypedFile("took_too_long")
    if run.returncode != 0:
        # Out of memory ends the process: by an exception, or at once where a library asks for too much.
        return TypedFile("too_large" if b"emory" in run.stderr else "damaged")
    account = json.loads(run.stdout)
    return TypedFile(account["fate"], tuple(TypedTable(**table) for table in account["tables"]))


def _most_seconds(path: Path, kind: str) -> int:
    unpacked = path.stat().st_size
    if kind in ZIPPED_KINDS:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    return int(PROCESS_SECONDS + PROCESS_SECONDS_A_MEGABYTE * unpacked / MEGABYTE)
