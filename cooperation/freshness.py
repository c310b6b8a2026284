"""Is the published database as new as the exports, and which exports does it stand on."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from cooperation.demonstration import write_demonstration
from cooperation.settings import DEFAULT_SETTINGS, PROJECT
from cooperation.warehouse.build import (
    DEFAULT_DATABASE,
    DEFAULT_DEMONSTRATION,
    DEFAULT_EXPORTS,
    DEFAULT_PROFILES,
    Sources,
)
from cooperation.warehouse.database import DatabaseUnreadable, open_database
from cooperation.warehouse.exports import find_exports
from cooperation.warehouse.publishing import NothingPublished


@dataclass(frozen=True)
class Places:
    """The folders and files of one installation."""

    exports: Path = DEFAULT_EXPORTS
    demonstration: Path = DEFAULT_DEMONSTRATION
    profiles: Path = DEFAULT_PROFILES
    settings: Path = DEFAULT_SETTINGS
    database: Path = DEFAULT_DATABASE

    def sources(self) -> Sources:
        """Return what a build takes: the dropped exports, and only where there are none the invented ones."""
        exports = self.exports if find_exports(self.exports) else self.demonstration
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
    """Write the invented exports, where nothing was dropped and they are not there yet."""
    if not find_exports(places.exports) and not find_exports(places.demonstration):
        write_demonstration(places.demonstration)


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


class Rebuilder:
    """Rebuilds in a process of its own when exports, profiles or settings changed; one build at a time."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._written: IO[bytes] | None = None
        self._tried = ""
        self._failure: Failure | None = None

    def check(self) -> Freshness:
        """Start a build where one is needed and say how things stand; returns at once, never waits for a build."""
        with self._lock:
            self._collect()
            if self._process is None and self._needs_build():
                self._start()
            if self._process is not None:
                return Freshness("building")
            return Freshness("failed", self._failure) if self._failure else Freshness("current")

    def _needs_build(self) -> bool:
        wanted = self._places.sources().fingerprint()
        if wanted == self._tried:
            return False
        self._tried = wanted
        # Another fingerprint than the one that failed: what was wrong has gone, or a new build will tell.
        self._failure = None
        return wanted != published_fingerprint(self._places.database)

    def _start(self) -> None:
        places = self._places
        command = [sys.executable, "-m", "cooperation", "build", "--json", "--or-demonstration"]
        command += ["--exports", str(places.exports), "--profiles", str(places.profiles)]
        command += ["--settings", str(places.settings), "--database", str(places.database)]
        # Into a file: a pipe that nobody reads meanwhile would stop a build that has much to say.
        self._written = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(
            command,
            cwd=PROJECT,
            env=os.environ | {"COOPERATION_DEMONSTRATION": str(places.demonstration)},
            stdout=self._written,
            stderr=subprocess.DEVNULL,
        )

    def _collect(self) -> None:
        if self._process is None or self._written is None or self._process.poll() is None:
            return
        self._written.seek(0)
        failed, printed = self._process.returncode != 0, self._written.read()
        self._written.close()
        self._process = self._written = None
        self._failure = _failure(printed) if failed else None


def _failure(printed: bytes) -> Failure:
    try:
        account = json.loads(printed)
        return Failure(account["error_code"], account["error_message"], account["files"])
    except (ValueError, KeyError):
        return Failure("stopped", printed.decode("utf-8", "replace").strip(), {})


def published_fingerprint(pointer: Path) -> str | None:
    """Return the fingerprint of the exports that the published database was built from, None without one."""
    try:
        database = open_database(pointer)
    except (NothingPublished, DatabaseUnreadable):
        return None
    try:
        return database.about["fingerprint"]
    except (DatabaseUnreadable, KeyError):
        # Another version of the software wrote it, or the file is damaged: build it anew.
        return None
    finally:
        database.close()
