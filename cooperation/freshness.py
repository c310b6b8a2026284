"""Is the published database as new as the exports, and which exports does it stand on."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cooperation.answers.answer import Evidence
from cooperation.demonstration import write_demonstration
from cooperation.settings import DEFAULT_SETTINGS, PROJECT
from cooperation.warehouse.build import (
    DEFAULT_DATABASE,
    DEFAULT_DEMONSTRATION,
    DEFAULT_EXPORTS,
    DEFAULT_PROFILES,
    Sources,
    told_as_build_errors,
)
from cooperation.warehouse.build_lock import alone, is_held
from cooperation.warehouse.database import Database, DatabaseUnreadable
from cooperation.warehouse.exports import find_exports
from cooperation.warehouse.publishing import lock_path, published_database

SECONDS_TO_WAIT_FOR_DEMONSTRATION = 300.0
# A build that failed for what may pass by itself is tried again after this long, then after twice as long, and so on.
FIRST_PAUSE_SECONDS = 30.0
LONGEST_PAUSE_SECONDS = 3600.0
SECONDS_TO_READ_THE_END = 1.0
# These stay until somebody does something about the exports, the profiles or the settings.
LASTING_FAILURES = frozenset({"exports_missing", "nothing_to_read", "nothing_accepted", "stopped"})


@dataclass(frozen=True)
class Places:
    """The folders and files of one installation."""

    exports: Path = DEFAULT_EXPORTS
    demonstration: Path = DEFAULT_DEMONSTRATION
    profiles: Path = DEFAULT_PROFILES
    settings: Path = DEFAULT_SETTINGS
    database: Path = DEFAULT_DATABASE

    def sources(self) -> Sources:
        """Return what a build takes: the dropped exports, and only where there are none the invented ones.

        Where figures of real exports are published and the folder is empty or gone, somebody moved it or a drive is
        away: invented figures must not take their place.
        """
        published = _published(self.database)
        stays_real = published is not None and not published.is_demonstration
        exports = self.exports if stays_real or find_exports(self.exports) else self.demonstration
        return Sources(exports, self.profiles, self.settings)


def places_from_environment() -> Places:
    """Return the installation's places; COOPERATION_EXPORTS and its like move them."""
    return Places(
        exports=_place("COOPERATION_EXPORTS", DEFAULT_EXPORTS),
        demonstration=_place("COOPERATION_DEMONSTRATION", DEFAULT_DEMONSTRATION),
        profiles=_place("COOPERATION_PROFILES", DEFAULT_PROFILES),
        settings=_place("COOPERATION_SETTINGS", DEFAULT_SETTINGS),
        database=_place("COOPERATION_DATABASE", DEFAULT_DATABASE),
    )


def ensure_demonstration(places: Places) -> None:
    """Write the invented exports, where they are what a build takes and are not there yet; BuildError if it cannot."""
    if places.sources().exports != places.demonstration:
        return
    lock = lock_path(places.demonstration)
    with told_as_build_errors(), alone(lock, SECONDS_TO_WAIT_FOR_DEMONSTRATION):
        if find_exports(places.demonstration):
            return
        # Beside it first: a folder that was left half written would be read as a whole one for ever.
        unfinished = places.demonstration.with_name(f"{places.demonstration.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        write_demonstration(unfinished)
        shutil.rmtree(places.demonstration, ignore_errors=True)
        unfinished.rename(places.demonstration)


def _place(variable: str, default: Path) -> Path:
    return Path(os.environ[variable]).resolve() if os.environ.get(variable) else default


@dataclass(frozen=True)
class Failure:
    """Why a build published nothing: its code, what the software said, and the account of every file by name."""

    code: str
    message: str
    files: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Freshness:
    """How the published database stands to the exports: "current", "building", or "failed" (the old one stays)."""

    state: str
    failure: Failure | None = None


BUILDING = Freshness("building")


class Rebuilder:
    """Rebuilds in a process of its own when the published database is not that of the exports; one build at a time."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._lock = threading.Lock()
        self._run: _Run | None = None
        self._tried = ""
        self._failure: Failure | None = None
        self._pause_seconds = FIRST_PAUSE_SECONDS
        self._due_at = 0.0

    def check(self) -> Freshness:
        """Start a build where one is needed and say how things stand; returns at once, never waits for a build."""
        with self._lock:
            if self._run is not None and self._run.has_ended():
                self._collect(self._run)
            if self._run is None:
                wanted = self._places.sources().fingerprint()
                if wanted == published_fingerprint(self._places.database):
                    self._tried, self._failure = "", None
                elif self._is_due(wanted):
                    # The command line may be building: what it publishes may be just what is wanted.
                    if is_held(lock_path(self._places.database)):
                        return BUILDING
                    self._start(wanted)
            if self._run is not None:
                return BUILDING
            return Freshness("failed", self._failure) if self._failure else Freshness("current")

    def _is_due(self, wanted: str) -> bool:
        if wanted != self._tried:
            return True
        lasts = self._failure is not None and self._failure.code in LASTING_FAILURES
        return not lasts and time.monotonic() >= self._due_at

    def _start(self, wanted: str) -> None:
        again = wanted == self._tried
        self._pause_seconds = (
            min(2 * self._pause_seconds, LONGEST_PAUSE_SECONDS) if again else FIRST_PAUSE_SECONDS
        )
        self._tried, self._failure = wanted, None
        try:
            self._run = _Run(self._places)
        except OSError as error:
            self._note_end(Failure("broken_off", str(error), {}))

    def _collect(self, run: "_Run") -> None:
        self._run = None
        self._note_end(_failure(run.printed) if run.has_failed() else None)

    def _note_end(self, failure: Failure | None) -> None:
        self._failure = failure
        self._due_at = time.monotonic() + self._pause_seconds


class _Run:
    """One build in a process of its own, and what it has printed."""

    def __init__(self, places: Places) -> None:
        command = [sys.executable, "-m", "cooperation", "build", "--json", "--or-demonstration"]
        command += ["--exports", str(places.exports), "--profiles", str(places.profiles)]
        command += ["--settings", str(places.settings), "--database", str(places.database)]
        self.printed = b""
        self._process = subprocess.Popen(
            command,
            cwd=PROJECT,
            env=os.environ | {"COOPERATION_DEMONSTRATION": str(places.demonstration)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        # Read by a thread: a pipe that nobody reads would stop a build that has much to say, and a file would be empty
        # where the disk is full.
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as printed:
            self.printed = printed.read()

    def has_ended(self) -> bool:
        if self._process.poll() is None:
            return False
        # What a process has printed ends with it; the thread needs a moment to see that.
        self._reader.join(SECONDS_TO_READ_THE_END)
        return not self._reader.is_alive()

    def has_failed(self) -> bool:
        return self._process.returncode != 0


def _failure(printed: bytes) -> Failure:
    try:
        account = json.loads(printed)
        return Failure(account["error_code"], account["error_message"], account["files"])
    except (ValueError, KeyError):
        # It was killed, or fell over: an account is the last thing that a build prints.
        return Failure("broken_off", printed.decode("utf-8", "replace").strip(), {})


def published_fingerprint(pointer: Path) -> str | None:
    """Return the fingerprint of the exports that the published database was built from, None without one."""
    published = _published(pointer)
    return published.fingerprint if published else None


@dataclass(frozen=True)
class _Published:
    """What a database says of the exports that it was built from."""

    fingerprint: str
    is_demonstration: bool


def _published(pointer: Path) -> _Published | None:
    try:
        path = published_database(pointer)
        status = path.stat()
        return _look_into(path, status.st_size, status.st_mtime_ns)
    except (OSError, DatabaseUnreadable, KeyError):
        # Nothing is there, another version of the software wrote it, or the file is damaged: build it anew.
        return None


@lru_cache(maxsize=4)
def _look_into(path: Path, size: int, modified_ns: int) -> _Published:
    # Size and time only tell one content of a path from another: every page asks, and few of them after a build.
    database = Database(path)
    try:
        return _Published(database.about["fingerprint"], Evidence(database).coverage.is_demonstration)
    finally:
        database.close()
