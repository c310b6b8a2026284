"""When a database is rebuilt, from which exports, and what is said when that fails."""

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cooperation import freshness
from cooperation.freshness import (
    Failure,
    Freshness,
    Places,
    Rebuilder,
    ensure_demonstration,
    places_from_environment,
    published_fingerprint,
)
from cooperation.warehouse.build import (
    DEFAULT_DATABASE,
    DEFAULT_DEMONSTRATION,
    DEFAULT_EXPORTS,
    DEFAULT_PROFILES,
)
from cooperation.warehouse.build_lock import alone
from cooperation.warehouse.publishing import lock_path
from tests.warehouse.exports import build_files, intervention, interventions_text, settings_text

CURRENT, BUILDING = Freshness("current"), Freshness("building")
ONE_CALL = interventions_text([intervention("a", "2021-06-01 10:00:00")])


class Build:
    """Stands in for the process of a build: it runs until told how it ends."""

    started: list["Build"] = []

    def __init__(self, command: list[str], **_: Any) -> None:
        self.command = command
        self.returncode: int | None = None
        reading, writing = os.pipe()
        self.stdout, self.printing = os.fdopen(reading, "rb"), os.fdopen(writing, "wb")
        Build.started.append(self)

    def poll(self) -> int | None:
        return self.returncode

    def option(self, name: str) -> str:
        return self.command[self.command.index(name) + 1]


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Build]]:
    """Put `Build` in the place of real processes; return those that were started."""
    monkeypatch.setattr(Build, "started", [])
    monkeypatch.setattr(freshness.subprocess, "Popen", Build)
    yield Build.started
    for build in Build.started:
        build.printing.close()


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Return an installation with one export and nothing published."""
    here = Places(
        exports=tmp_path / "exports",
        demonstration=tmp_path / "demonstration",
        profiles=tmp_path / "profiles",
        settings=tmp_path / "cooperation.toml",
        database=tmp_path / "warehouse" / "monitor",
    )
    here.exports.mkdir()
    here.settings.write_text(settings_text(), encoding="utf-8")
    (here.exports / "interventions.csv").write_text(ONE_CALL, encoding="utf-8")
    return here


@pytest.fixture
def publish(places: Places, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return a function that makes the exports as they are now the published ones."""
    published: dict[Path, str] = {}
    monkeypatch.setattr(freshness, "published_fingerprint", lambda pointer: published.get(pointer))

    def now() -> None:
        published[places.database] = places.sources().fingerprint()

    return now


def end(build: Build, complaint: str = "") -> None:
    build.printing.write(complaint.encode())
    build.printing.close()
    build.returncode = 1 if complaint else 0


def add(places: Places, name: str, text: str = ONE_CALL) -> Path:
    path = places.exports / name
    path.write_text(text, encoding="utf-8")
    return path


def test_nothing_is_built_where_nothing_changed(
    places: Places, builds: list[Build], publish: Callable[[], None]
) -> None:
    publish()
    rebuilder = Rebuilder(places)
    assert [rebuilder.check() for _ in range(3)] == [CURRENT] * 3
    assert builds == []


def test_a_build_is_told_every_place(places: Places, builds: list[Build]) -> None:
    assert Rebuilder(places).check() == BUILDING
    assert {
        name: builds[0].option(name) for name in ("--exports", "--profiles", "--settings", "--database")
    } == {
        "--exports": str(places.exports),
        "--profiles": str(places.profiles),
        "--settings": str(places.settings),
        "--database": str(places.database),
    }


def touch(path: Path) -> None:
    """Change nothing but the time of a file, as a second copy of the same export does."""
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1_000_000_000))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda here: add(here, "more.csv"), "a file was added"),
        (lambda here: add(here, "2022/more.csv"), "a file was added in a folder below"),
        (lambda here: add(here, "interventions.csv", ONE_CALL + ONE_CALL), "a file was changed"),
        (lambda here: touch(here.exports / "interventions.csv"), "a file was written again"),
        (lambda here: (here.exports / "second.csv").unlink(), "a file was removed"),
        (lambda here: (here.exports / "second.csv").rename(here.exports / "b.csv"), "a file was renamed"),
        (lambda here: here.settings.write_text(settings_text() + "\n# later\n"), "the settings were changed"),
        (
            lambda here: (here.profiles.mkdir(), (here.profiles / "own.toml").write_text("")),
            "a profile was added",
        ),
    ],
)
def test_every_change_is_built_once(
    places: Places,
    builds: list[Build],
    publish: Callable[[], None],
    change: Callable[[Places], object],
    why: str,
) -> None:
    (places.exports / "2022").mkdir()
    add(places, "second.csv")
    publish()
    rebuilder = Rebuilder(places)
    assert rebuilder.check() == CURRENT
    change(places)
    assert [rebuilder.check() for _ in range(3)] == [BUILDING] * 3, why
    publish()
    end(builds[0])
    assert [rebuilder.check() for _ in range(3)] == [CURRENT] * 3
    assert len(builds) == 1


@pytest.mark.parametrize("name", ["README.md", ".hidden.csv", "~$interventions.csv", "Thumbs.db"])
def test_what_is_no_export_starts_nothing(
    places: Places, builds: list[Build], publish: Callable[[], None], name: str
) -> None:
    publish()
    rebuilder = Rebuilder(places)
    add(places, name)
    assert rebuilder.check() == CURRENT
    assert builds == []


def test_what_changes_during_a_build_is_built_after_it(
    places: Places, builds: list[Build], publish: Callable[[], None]
) -> None:
    rebuilder = Rebuilder(places)
    rebuilder.check()
    publish()
    add(places, "more.csv")
    # One build at a time, however often a page asks.
    assert [rebuilder.check() for _ in range(3)] == [BUILDING] * 3 and len(builds) == 1
    end(builds[0])
    assert rebuilder.check() == BUILDING and len(builds) == 2
    publish()
    end(builds[1])
    assert rebuilder.check() == CURRENT


def test_a_failed_build_is_said_and_not_tried_again_in_vain(places: Places, builds: list[Build]) -> None:
    rebuilder = Rebuilder(places)
    rebuilder.check()
    account = {"error_code": "nothing_to_read", "error_message": "no export holds a line", "files": {}}
    end(builds[0], json.dumps(account))
    failed = Freshness("failed", Failure("nothing_to_read", "no export holds a line", {}))
    assert [rebuilder.check() for _ in range(3)] == [failed] * 3
    assert len(builds) == 1


def test_a_mended_export_is_built_and_ends_the_complaint(
    places: Places, builds: list[Build], publish: Callable[[], None]
) -> None:
    rebuilder = Rebuilder(places)
    rebuilder.check()
    end(builds[0], "cannot be read")
    rebuilder.check()
    add(places, "interventions.csv", ONE_CALL + "\n")
    assert rebuilder.check() == BUILDING
    publish()
    end(builds[1])
    assert rebuilder.check() == CURRENT


def test_putting_the_old_exports_back_ends_the_complaint(
    places: Places, builds: list[Build], publish: Callable[[], None]
) -> None:
    publish()
    rebuilder = Rebuilder(places)
    rebuilder.check()
    bad = add(places, "broken.csv", "x")
    rebuilder.check()
    end(builds[0], "cannot be read")
    assert rebuilder.check().state == "failed"
    # Now the folder is again what the published figures were built from: nothing is wrong any more.
    bad.unlink()
    assert rebuilder.check() == CURRENT
    assert len(builds) == 1


def test_invented_exports_stand_in_only_for_an_empty_folder(places: Places) -> None:
    assert places.sources().exports == places.exports
    (places.exports / "interventions.csv").unlink()
    add(places, "README.md")
    assert places.sources().exports == places.demonstration


def test_demonstration_exports_are_written_only_where_nothing_is(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Path] = []

    def write(folder: Path) -> None:
        written.append(folder)
        folder.mkdir()
        (folder / "demonstration.csv").write_text(ONE_CALL, encoding="utf-8")

    monkeypatch.setattr(freshness, "write_demonstration", write)
    ensure_demonstration(places)
    assert written == []
    (places.exports / "interventions.csv").unlink()
    ensure_demonstration(places)
    ensure_demonstration(places)
    assert len(written) == 1
    assert [path.name for path in places.demonstration.iterdir()] == ["demonstration.csv"]


def test_a_page_does_not_wait_while_invented_exports_are_written(
    places: Places, builds: list[Build], monkeypatch: pytest.MonkeyPatch
) -> None:
    (places.exports / "interventions.csv").unlink()
    monkeypatch.setattr(freshness, "write_demonstration", lambda folder: time.sleep(1.0))
    started = time.monotonic()
    Rebuilder(places).check()
    assert time.monotonic() - started < 0.5


def test_the_environment_moves_each_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    names = ("EXPORTS", "DEMONSTRATION", "PROFILES", "SETTINGS", "DATABASE")
    for name in names:
        monkeypatch.delenv(f"COOPERATION_{name}", raising=False)
    default = Places(exports=DEFAULT_EXPORTS, demonstration=DEFAULT_DEMONSTRATION, database=DEFAULT_DATABASE)
    assert places_from_environment() == default
    assert default.profiles == DEFAULT_PROFILES
    for name in names:
        monkeypatch.setenv(f"COOPERATION_{name}", str(tmp_path / name))
    assert places_from_environment() == Places(*(tmp_path / name for name in names))
    # An empty variable is one that was not set.
    monkeypatch.setenv("COOPERATION_EXPORTS", "")
    assert places_from_environment().exports == DEFAULT_EXPORTS


def test_the_published_fingerprint_is_that_of_the_sources(places: Places, tmp_path: Path) -> None:
    built = build_files(tmp_path / "real", {"interventions.csv": ONE_CALL})
    sources = Places(
        exports=tmp_path / "real" / "exports",
        profiles=tmp_path / "real" / "no_profiles",
        settings=tmp_path / "real" / "cooperation.toml",
    ).sources()
    assert published_fingerprint(built.pointer) == sources.fingerprint()
    assert published_fingerprint(places.database) is None


def test_a_damaged_database_counts_as_none(tmp_path: Path) -> None:
    built = build_files(tmp_path, {"interventions.csv": ONE_CALL})
    path = built.database.path
    built.database.close()
    for damaged in (path.read_bytes()[:10_000], b"no database at all", b""):
        path.write_bytes(damaged)
        assert published_fingerprint(built.pointer) is None


def test_a_real_build_runs_beside_the_page_and_publishes(places: Places) -> None:
    rebuilder = Rebuilder(places)
    started = time.monotonic()
    assert rebuilder.check() == BUILDING
    assert time.monotonic() - started < 1.0
    assert wait_for_end(rebuilder) == CURRENT
    first = published_fingerprint(places.database)
    assert first == places.sources().fingerprint()
    # No export that can be read: the old database stays and the message says what is wrong.
    add(places, "interventions.csv", "")
    failed = wait_for_end(rebuilder)
    assert failed.failure is not None and failed.failure.code == "nothing_to_read"
    assert failed.failure.files["interventions.csv"]["fate_code"] == "empty"
    assert published_fingerprint(places.database) == first


# --- What may pass by itself -------------------------------------------------------------------------------------


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Return a function that moves the monotonic clock on; the computer's own clock jumps back meanwhile."""
    passed = [1000.0]
    monkeypatch.setattr(freshness.time, "monotonic", lambda: passed[0])
    monkeypatch.setattr(freshness.time, "time", lambda: -passed[0])
    return lambda seconds: passed.__setitem__(0, passed[0] + seconds)


@pytest.mark.parametrize(
    "printed", ["", "Killed", '{"error_code": "disk_full", "error_message": "", "files": {}}']
)
def test_a_build_that_broke_off_is_tried_again_after_a_pause_that_doubles(
    places: Places, builds: list[Build], clock: Callable[[float], None], printed: str
) -> None:
    rebuilder = Rebuilder(places)
    pause = freshness.FIRST_PAUSE_SECONDS
    for attempt in range(1, 4):
        assert rebuilder.check() == BUILDING and len(builds) == attempt
        builds[-1].returncode = -9
        builds[-1].printing.write(printed.encode())
        builds[-1].printing.close()
        failed = rebuilder.check()
        assert failed.failure is not None
        assert failed.failure.code == ("disk_full" if "disk_full" in printed else "broken_off")
        clock(pause - 1)
        assert rebuilder.check() == failed and len(builds) == attempt
        clock(1)
        pause *= 2


@pytest.mark.parametrize("code", sorted(freshness.LASTING_FAILURES))
def test_what_only_somebody_can_mend_is_not_tried_again(
    places: Places, builds: list[Build], clock: Callable[[float], None], code: str
) -> None:
    rebuilder = Rebuilder(places)
    rebuilder.check()
    end(builds[0], json.dumps({"error_code": code, "error_message": "", "files": {}}))
    clock(10 * freshness.LONGEST_PAUSE_SECONDS)
    assert rebuilder.check().state == "failed"
    assert len(builds) == 1


def test_a_published_database_that_vanishes_is_built_anew(
    places: Places, builds: list[Build], monkeypatch: pytest.MonkeyPatch
) -> None:
    published = [places.sources().fingerprint()]
    monkeypatch.setattr(freshness, "published_fingerprint", lambda _: published[0])
    rebuilder = Rebuilder(places)
    assert rebuilder.check() == CURRENT
    published[0] = ""
    assert rebuilder.check() == BUILDING and len(builds) == 1


def test_while_the_command_line_builds_no_second_build_is_started(
    places: Places, builds: list[Build], publish: Callable[[], None]
) -> None:
    rebuilder = Rebuilder(places)
    with alone(lock_path(places.database), 0):
        assert [rebuilder.check() for _ in range(3)] == [BUILDING] * 3
    publish()
    assert rebuilder.check() == CURRENT
    assert builds == []


def test_a_build_of_the_command_line_that_dies_is_followed_by_one_of_our_own(
    places: Places, builds: list[Build]
) -> None:
    rebuilder = Rebuilder(places)
    with alone(lock_path(places.database), 0):
        rebuilder.check()
    assert rebuilder.check() == BUILDING and len(builds) == 1


@pytest.mark.parametrize("fate", ["empty", "gone"])
def test_invented_exports_never_take_the_place_of_real_figures(tmp_path: Path, fate: str) -> None:
    built = build_files(tmp_path, {"interventions.csv": ONE_CALL})
    places = Places(
        exports=tmp_path / "exports",
        demonstration=tmp_path / "demonstration",
        profiles=tmp_path / "no_profiles",
        settings=tmp_path / "cooperation.toml",
        database=built.pointer,
    )
    (places.exports / "interventions.csv").unlink()
    if fate == "gone":
        places.exports.rmdir()
    ensure_demonstration(places)
    assert not places.demonstration.exists()
    failed = wait_for_end(Rebuilder(places))
    assert failed.failure is not None and failed.failure.code == "exports_missing"
    assert set(built.calls) == {"a"}


def test_invented_exports_that_were_left_half_written_are_written_anew(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    (places.exports / "interventions.csv").unlink()

    def write(folder: Path, *, dies: bool) -> None:
        folder.mkdir(parents=True)
        (folder / "first.csv").write_text(ONE_CALL, encoding="utf-8")
        if dies:
            raise KeyboardInterrupt
        (folder / "second.csv").write_text(ONE_CALL, encoding="utf-8")

    monkeypatch.setattr(freshness, "write_demonstration", lambda folder: write(folder, dies=True))
    with pytest.raises(KeyboardInterrupt):
        ensure_demonstration(places)
    monkeypatch.setattr(freshness, "write_demonstration", lambda folder: write(folder, dies=False))
    ensure_demonstration(places)
    assert sorted(path.name for path in places.demonstration.iterdir()) == ["first.csv", "second.csv"]


def wait_for_end(rebuilder: Rebuilder) -> Freshness:
    deadline = time.monotonic() + 60
    while (now := rebuilder.check()) == BUILDING and time.monotonic() < deadline:
        time.sleep(0.05)
    return now
