"""One build at a time: a lock file that the operating system frees when its holder ends, however it ends."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

SECONDS_BETWEEN_TRIES = 0.1

if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[bytes]) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

    def _give_back(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _take(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _give_back(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


class HeldByAnother(RuntimeError):
    """Somebody else held the lock all the time that was waited for it."""


@contextmanager
def alone(lock: Path, patience_seconds: float) -> Iterator[None]:
    """Hold the lock file `lock`, once whoever has it is done; HeldByAnother where that takes too long.

    The file stays behind: removing it would take the lock from under the next one who waits for it.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("ab") as file:
        # Time by a clock that nobody sets: the computer's own may jump.
        deadline = time.monotonic() + patience_seconds
        while not _take(file):
            if time.monotonic() >= deadline:
                raise HeldByAnother(str(lock))
            time.sleep(SECONDS_BETWEEN_TRIES)
        try:
            yield
        finally:
            _give_back(file)


def is_held(lock: Path) -> bool:
    """Tell whether somebody holds the lock file `lock` now; False where there is none."""
    try:
        with lock.open("rb") as file:
            if not _take(file):
                return True
            _give_back(file)
    except OSError:
        # Whoever needs the lock for himself will be told what is wrong with it.
        return False
    return False
