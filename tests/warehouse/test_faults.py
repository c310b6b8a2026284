"""Whatever befalls a build: readers keep a whole database, nothing piles up, and the next build succeeds."""

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.kill_builds import kill_builds
from cooperation.answers.data_quality import failure_advice, failure_text, unopened_files
from cooperation.language import LANGUAGES, speak
from cooperation.settings import PROJECT
from cooperation.warehouse import build as build_module
from cooperation.warehouse import publishing
from cooperation.warehouse.build import BuildError, Sources, build
from cooperation.warehouse.build_lock import HeldByAnother, alone, is_held
from cooperation.warehouse.database import DatabaseUnreadable, open_database
from cooperation.warehouse.exports import find_exports
from cooperation.warehouse.publishing import NothingPublished, lock_path, published_database
from tests.warehouse.exports import Built, build_rows, intervention, interventions_text

CODES = (
    "exports_missing",
    "nothing_to_read",
    "nothing_accepted",
    "exports_changed",
    "file_unreadable",
    "another_build",
    "disk_full",
    "memory_full",
    "folder_in_place",
    "cannot_write",
    "broken_off",
    "stopped",
)
POSIX = pytest.mark.skipif(os.name != "posix", reason="needs signals and file systems of a POSIX system")


def calls(count: int) -> list[dict[str, str]]:
    return [intervention(f"A{number}", "2023-06-10 12:00:00") for number in range(count)]


def counted(pointer: Path) -> int:
    """Return how many calls the published database holds, as a reader who comes by finds it."""
    database = open_database(pointer)
    try:
        table = database.ask("pages/coverage", {"demonstration_prefix": "DEMO"}).table
        return int(table["intervention_count"].sum())
    finally:
        database.close()


@pytest.fixture(scope="module")
def first_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the pointer of a database of one call, its exports beside it, which every test finds as a copy."""
    folder = tmp_path_factory.mktemp("first_build")
    (folder / "warehouse").mkdir()
    return build_rows(folder, calls(1)).pointer


@pytest.fixture
def built(first_build: Path, tmp_path: Path) -> Built:
    """Return a published database of one call, its exports beside it."""
    shutil.copytree(first_build.parent, tmp_path, dirs_exist_ok=True)
    return Built(tmp_path / first_build.name)


@pytest.fixture
def sources(tmp_path: Path, built: Built) -> Sources:
    """Return the sources of `built`, by now with two calls."""
    found = Sources(tmp_path / "exports", tmp_path / "no_profiles", tmp_path / "cooperation.toml")
    (found.exports / "interventions.csv").write_text(interventions_text(calls(2)), encoding="utf-8")
    return found


def only_known_files(pointer: Path) -> bool:
    """Tell whether nothing lies beside the pointer but its lock, two databases at most, and this test's own."""
    names = {path.name for path in pointer.parent.iterdir() if path.name.startswith(f"{pointer.name}.")}
    databases = {name for name in names if name.endswith(".duckdb")}
    return len(databases) <= 2 and names - databases == {lock_path(pointer).name}


def fails(sources: Sources, pointer: Path) -> str:
    """Return the code of the build's failure; the published figures are those of one call before and after."""
    with pytest.raises(BuildError) as raised:
        build(sources, pointer)
    assert counted(pointer) == 1
    assert only_known_files(pointer)
    return raised.value.code


def succeeds(sources: Sources, pointer: Path) -> None:
    build(sources, pointer)
    assert counted(pointer) == 2
    assert only_known_files(pointer)


# --- Killed ------------------------------------------------------------------------------------------------------


@POSIX
def test_builds_that_are_killed_at_random_moments_harm_nothing(tmp_path: Path) -> None:
    findings = kill_builds(tmp_path, kills=4, seed=20220101, interventions=200)
    assert findings.broken_promises == ()
    assert sum(findings.left_behind.values()) == 4


# Random kills hardly ever hit the few milliseconds of publishing: these hit every step of it.
KILLED_IN_PUBLISHING = """
import os, shutil, signal, sys
from pathlib import Path
from cooperation.warehouse import publishing
from cooperation.warehouse.build import Sources, build
place, name, moment, exports, settings, pointer = sys.argv[1:]
owner = {"os": os, "shutil": shutil, "Path": Path, "publishing": publishing}[place]
step = getattr(owner, name)
def killed(*arguments, **named):
    if publishing.is_publishing and moment == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    result = step(*arguments, **named)
    if publishing.is_publishing:
        os.kill(os.getpid(), signal.SIGKILL)
    return result
publishing.is_publishing = False
publish = publishing.publish
def publish_and_say(*arguments):
    publishing.is_publishing = True
    return publish(*arguments)
import cooperation.warehouse.build as module
module.publish = publish_and_say
setattr(owner, name, killed)
build(Sources(Path(exports), Path(exports).with_name("no_profiles"), Path(settings)), Path(pointer))
"""


@POSIX
@pytest.mark.parametrize(
    ("step", "moment", "found"),
    [
        pytest.param("os.fsync", "before", 1, marks=pytest.mark.slow),
        pytest.param("Path.rename", "before", 1, marks=pytest.mark.slow),
        ("Path.rename", "after", 1),
        ("os.replace", "after", 2),
        ("shutil.rmtree", "after", 2),
    ],
)
def test_a_kill_within_publishing_leaves_the_old_or_the_new(
    built: Built, sources: Sources, step: str, moment: str, found: int
) -> None:
    build(sources, built.pointer)
    (sources.exports / "interventions.csv").write_text(interventions_text(calls(1)), encoding="utf-8")
    build(sources, built.pointer)
    (sources.exports / "interventions.csv").write_text(interventions_text(calls(2)), encoding="utf-8")
    arguments = [*step.split("."), moment, str(sources.exports), str(sources.settings), str(built.pointer)]
    run = subprocess.run([sys.executable, "-c", KILLED_IN_PUBLISHING, *arguments], cwd=PROJECT, check=False)
    assert run.returncode == -signal.SIGKILL
    assert counted(built.pointer) == found
    succeeds(sources, built.pointer)


# --- The disk ----------------------------------------------------------------------------------------------------

BUILD = "import sys; from cooperation.__main__ import main; sys.exit(main(sys.argv[1:]))"


def build_arguments(sources: Sources, pointer: Path) -> list[str]:
    places = {
        "exports": sources.exports,
        "profiles": sources.profiles,
        "settings": sources.settings,
        "database": pointer,
    }
    return ["build", "--json", *(part for name, path in places.items() for part in (f"--{name}", str(path)))]


def can_mount() -> bool:
    if shutil.which("unshare") is None or os.name != "posix":
        return False
    trial = ["unshare", "--mount", "sh", "-c", "mount -t tmpfs tmpfs /mnt"]
    return subprocess.run(trial, capture_output=True, check=False).returncode == 0


def test_a_full_disk_is_said_and_the_next_build_succeeds(
    built: Built, sources: Sources, tmp_path: Path
) -> None:
    if not can_mount():
        pytest.skip("a small disk cannot be mounted here; the limit on a file's size is tried instead")
    # In a disk of 12 MB: publish the old figures, fill it up, fail, ask, make room, succeed, ask.
    disk = tmp_path / "disk"
    disk.mkdir()
    script = """
        mount -t tmpfs -o size=12m tmpfs "$DISK" && cp -a "$WAREHOUSE"/monitor* "$DISK"/ || exit 9
        "$PYTHON" -c "$ANSWER" "$DISK"/monitor
        dd if=/dev/zero of="$DISK"/filling bs=64k status=none 2>/dev/null
        "$PYTHON" -c "$BUILD" "$@" > "$OUT/failed.json"; echo "exit $?"
        "$PYTHON" -c "$ANSWER" "$DISK"/monitor; ls "$DISK" | grep -c building
        rm "$DISK"/filling
        "$PYTHON" -c "$BUILD" "$@" > "$OUT/succeeded.json"; echo "exit $?"
        "$PYTHON" -c "$ANSWER" "$DISK"/monitor
    """
    variables = {
        "DISK": str(disk),
        "WAREHOUSE": str(built.pointer.parent),
        "OUT": str(tmp_path),
        "PYTHON": sys.executable,
        "BUILD": BUILD,
        "ANSWER": "import sys; from pathlib import Path; from tests.warehouse.test_faults import counted;"
        " print(counted(Path(sys.argv[1])))",
    }
    command = ["unshare", "--mount", "sh", "-c", script, "sh", *build_arguments(sources, disk / "monitor")]
    run = subprocess.run(
        command, cwd=PROJECT, env=os.environ | variables, capture_output=True, text=True, check=False
    )
    assert run.stdout.split("\n")[:-1] == ["1", "exit 1", "1", "0", "exit 0", "2"], run.stderr
    failed = json.loads((tmp_path / "failed.json").read_text(encoding="utf-8"))
    assert failed["error_code"] == "disk_full"
    assert "the disk is full" in failed["error"] and "Make room" in failed["advice"]


@POSIX
def test_a_file_that_may_not_grow_is_a_full_disk_too(built: Built, sources: Sources) -> None:
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)); {BUILD}"
    command = [sys.executable, "-c", limited, *build_arguments(sources, built.pointer)]
    run = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (run.returncode, json.loads(run.stdout)["error_code"]) == (1, "disk_full")
    assert counted(built.pointer) == 1 and only_known_files(built.pointer)
    succeeds(sources, built.pointer)


@pytest.mark.parametrize("code", build_module.NO_ROOM)
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_no_room_while_publishing_leaves_no_database_behind(
    built: Built, sources: Sources, monkeypatch: pytest.MonkeyPatch, step: str, code: int
) -> None:
    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(publishing.os, step, fail)
        assert fails(sources, built.pointer) == "disk_full"
    assert len(list(built.pointer.parent.glob("*.duckdb"))) == 1
    succeeds(sources, built.pointer)


def test_the_place_of_the_pointer_is_taken_by_a_folder(built: Built, sources: Sources) -> None:
    taken = built.pointer.with_name("taken")
    (taken / "inside").mkdir(parents=True)
    for _ in range(3):
        with pytest.raises(BuildError) as raised:
            build(sources, taken)
        assert raised.value.code == "folder_in_place"
        assert not list(taken.parent.glob("taken.*.duckdb")) and not list(taken.parent.glob("*.building"))
    shutil.rmtree(taken)
    build(sources, taken)
    assert counted(taken) == 2


def test_a_file_that_is_open_elsewhere_for_a_moment_is_waited_for(
    built: Built, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Windows refuses to replace a file that a reader or a virus scanner has open just then.
    refusals = iter([PermissionError(13, "open elsewhere")] * 3)
    replace = os.replace

    def refuse_at_first(*paths: Path) -> None:
        if refusal := next(refusals, None):
            raise refusal
        replace(*paths)

    monkeypatch.setattr(publishing.os, "replace", refuse_at_first)
    succeeds(sources, built.pointer)
    assert next(refusals, None) is None


# --- Exports that change, go or do not open ----------------------------------------------------------------------


def during_reading(monkeypatch: pytest.MonkeyPatch, change: Callable[[], object]) -> None:
    """Have `change` happen once, when the first export has been opened."""
    detect, changes = build_module.RawLoader.load, iter([change])

    def load(self: object, *arguments: object) -> object:
        account = detect(self, *arguments)  # type: ignore[arg-type]
        next(changes, lambda: None)()
        return account

    monkeypatch.setattr(build_module.RawLoader, "load", load)


@pytest.mark.parametrize("change", ["grows", "goes", "one more comes", "folder goes", "content, not size"])
def test_exports_that_change_while_they_are_read_publish_nothing(
    built: Built, sources: Sources, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    file = sources.exports / "interventions.csv"
    whole = file.read_text(encoding="utf-8")
    changes: dict[str, Callable[[], object]] = {
        "grows": lambda: file.write_text(whole + whole, encoding="utf-8"),
        "goes": file.unlink,
        "one more comes": lambda: (sources.exports / "more.csv").write_text(whole, encoding="utf-8"),
        "folder goes": lambda: shutil.rmtree(sources.exports),
        "content, not size": lambda: file.write_text(whole.replace("A1", "B1"), encoding="utf-8"),
    }
    with monkeypatch.context() as patch:
        during_reading(patch, changes[change])
        assert fails(sources, built.pointer) == "exports_changed"
    sources.exports.mkdir(exist_ok=True)
    for path in sources.exports.glob("*.csv"):
        path.unlink()
    file.write_text(whole, encoding="utf-8")
    succeeds(sources, built.pointer)


@pytest.mark.parametrize("fate", ["gone", "empty", "a file"])
def test_a_vanished_exports_folder_keeps_the_old_figures(built: Built, sources: Sources, fate: str) -> None:
    away = sources.exports.rename(sources.exports.with_name("away"))
    if fate == "empty":
        sources.exports.mkdir()
    if fate == "a file":
        sources.exports.write_text("x", encoding="utf-8")
    assert fails(sources, built.pointer) == "exports_missing"
    if fate == "empty":
        sources.exports.rmdir()
    sources.exports.unlink(missing_ok=True)
    away.rename(sources.exports)
    succeeds(sources, built.pointer)


@POSIX
@pytest.mark.parametrize("kind", ["link to nothing", "link to itself", "link to a folder", "pipe"])
def test_what_cannot_be_opened_is_named_and_hinders_no_other(
    built: Built, sources: Sources, kind: str
) -> None:
    odd = sources.exports / "interventions_2022.csv"
    match kind:
        case "link to nothing":
            odd.symlink_to(sources.exports / "gone.csv")
        case "link to itself":
            odd.symlink_to(odd)
        case "link to a folder":
            odd.symlink_to(sources.exports.parent)
        case "pipe":
            os.mkfifo(odd)
    succeeds(sources, built.pointer)
    assert unopened_files(open_database(built.pointer)) == [odd.name]
    assert Built(built.pointer).fate(odd.name) == "The file cannot be opened; nothing was read."


def test_a_folder_with_a_files_name_is_a_folder(built: Built, sources: Sources) -> None:
    inside = sources.exports / "2023.csv"
    inside.mkdir()
    (sources.exports / "interventions.csv").rename(inside / "interventions.csv")
    (sources.exports / "empty.csv").mkdir()
    succeeds(sources, built.pointer)
    assert set(Built(built.pointer).files) == {"2023.csv/interventions.csv", "deployments.csv"}


def without_rights(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python as somebody to whom permissions apply, also where the tests run as root."""
    command = [sys.executable, "-c", *arguments]
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("permissions do not apply to root, and setpriv is not there to give them up")
        command = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", *command]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)


@POSIX
@pytest.mark.parametrize("closed", ["file", "folder"])
def test_a_file_without_permission_is_named_and_read_once_it_is_given(
    built: Built, sources: Sources, closed: str
) -> None:
    path = sources.exports / "2022"
    path.mkdir()
    more = path / "more.csv"
    more.write_text(interventions_text([intervention("B", "2023-06-11 12:00:00")]), encoding="utf-8")
    barred = more if closed == "file" else path
    barred.chmod(0)
    run = without_rights(BUILD, *build_arguments(sources, built.pointer))
    barred.chmod(0o700)
    account = json.loads(run.stdout)
    name = barred.relative_to(sources.exports).as_posix()
    assert account["published"] is True and account["files"][name]["fate_code"] == "cannot_be_opened"
    assert counted(built.pointer) == 2
    # The same size, the same time: only the permission changed, and the fingerprint with it.
    assert sources.fingerprint() != open_database(built.pointer).about["fingerprint"]
    build(sources, built.pointer)
    assert counted(built.pointer) == 3


def test_a_file_that_breaks_off_while_it_is_read_keeps_the_old_figures(
    built: Built, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr("cooperation.warehouse.reading.copy_records", break_off)
        assert fails(sources, built.pointer) == "file_unreadable"
    succeeds(sources, built.pointer)


# --- The database's own folder -----------------------------------------------------------------------------------


@POSIX
def test_a_database_folder_that_vanishes_during_a_build_is_made_anew(
    sources: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pointer = tmp_path / "warehouse" / "monitor"
    build(sources, pointer)
    with monkeypatch.context() as patch:
        during_reading(patch, lambda: shutil.rmtree(pointer.parent))
        with pytest.raises(BuildError) as raised:
            build(sources, pointer)
    assert raised.value.code == "cannot_write"
    with pytest.raises(NothingPublished):
        published_database(pointer)
    succeeds(sources, pointer)


@POSIX
def test_a_database_folder_without_permission_keeps_the_old_figures(sources: Sources, tmp_path: Path) -> None:
    pointer = tmp_path / "warehouse" / "monitor"
    build(sources, pointer)
    (sources.exports / "interventions.csv").write_text(interventions_text(calls(3)), encoding="utf-8")
    pointer.parent.chmod(0o500)
    run = without_rights(BUILD, *build_arguments(sources, pointer))
    pointer.parent.chmod(0o700)
    assert json.loads(run.stdout)["error_code"] == "cannot_write"
    assert counted(pointer) == 2
    build(sources, pointer)
    assert counted(pointer) == 3


def test_a_folder_where_the_database_should_be_is_said_and_left_alone(
    sources: Sources, tmp_path: Path
) -> None:
    folder = tmp_path / "place" / "taken"
    folder.mkdir(parents=True)
    with pytest.raises(BuildError, match="taken") as raised:
        build(sources, folder)
    assert raised.value.code == "folder_in_place"
    assert list(folder.parent.rglob("*")) == [folder]


DAMAGED = [
    b"",
    b"garbage",
    b"\0" * 100,
    b"samenwerkingsmonitor-database:",
    b"samenwerkingsmonitor-database:\xff\xfe\0",
    b"samenwerkingsmonitor-database:" + b"x" * 900,
    b"samenwerkingsmonitor-database:monitor.gone.duckdb\n",
    b"samenwerkingsmonitor-database:..\n",
    b"samenwerkingsmonitor-data",
]


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_pointer_finds_the_database_and_the_next_build_mends_it(
    built: Built, sources: Sources, content: bytes
) -> None:
    built.pointer.write_bytes(content)
    assert counted(built.pointer) == 1
    succeeds(sources, built.pointer)
    assert built.pointer.read_bytes().startswith(b"samenwerkingsmonitor-database:monitor.")


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_pointer_without_a_database_is_no_accident(tmp_path: Path, content: bytes) -> None:
    pointer = tmp_path / "monitor"
    pointer.write_bytes(content)
    with pytest.raises((NothingPublished, DatabaseUnreadable)):
        open_database(pointer)


@pytest.mark.parametrize("jump_seconds", [-40 * 365 * 86400, 10 * 365 * 86400])
def test_a_clock_that_jumps_changes_nothing(
    built: Built, sources: Sources, monkeypatch: pytest.MonkeyPatch, jump_seconds: float
) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + jump_seconds)
    for path in (*built.pointer.parent.glob("monitor*"), *sources.exports.iterdir()):
        os.utime(path, (now - jump_seconds, now - jump_seconds))
    left = built.pointer.with_name(f"monitor.{'0' * 32}.building")
    left.mkdir()
    os.utime(left, (now + jump_seconds, now + jump_seconds))
    succeeds(sources, built.pointer)


# --- Two builds at once ------------------------------------------------------------------------------------------


def test_a_lock_is_freed_by_the_death_of_its_holder(tmp_path: Path) -> None:
    lock = tmp_path / "monitor.lock"
    program = f"""
import time
from pathlib import Path
from cooperation.warehouse.build_lock import alone
with alone(Path({str(lock)!r}), 0):
    print("held", flush=True)
    time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", program], cwd=PROJECT, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None and holder.stdout.readline().strip() == b"held"
        assert is_held(lock)
        with pytest.raises(HeldByAnother), alone(lock, 0.3):
            pytest.fail("the lock was given twice")
        holder.kill()
    with alone(lock, 30):
        assert is_held(lock)
    assert not is_held(lock)


def test_a_lock_is_given_back_when_a_build_fails(built: Built, sources: Sources) -> None:
    (sources.exports / "interventions.csv").write_bytes(b"")
    assert fails(sources, built.pointer) == "nothing_to_read"
    assert not is_held(lock_path(built.pointer))


def test_a_build_waits_for_another_one_and_leaves_its_folder_alone(built: Built, sources: Sources) -> None:
    living = built.pointer.with_name(f"monitor.{'a' * 32}.building")
    waiting = threading.Thread(target=build, args=(sources, built.pointer))
    with alone(lock_path(built.pointer), 0):
        living.mkdir()
        waiting.start()
        time.sleep(0.5)
        assert living.is_dir() and counted(built.pointer) == 1
    waiting.join()
    # Who left it there is dead by now: the lock was free.
    assert not living.exists() and counted(built.pointer) == 2


def test_a_build_that_waits_too_long_says_so(
    built: Built, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build_module, "SECONDS_TO_WAIT_FOR_ANOTHER_BUILD", 0.2)
    with alone(lock_path(built.pointer), 0):
        assert fails(sources, built.pointer) == "another_build"
    succeeds(sources, built.pointer)


def test_two_processes_that_build_at_once_both_succeed(built: Built, sources: Sources) -> None:
    command = [sys.executable, "-c", BUILD, *build_arguments(sources, built.pointer)]
    runs = [subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE) for _ in range(2)]
    outputs = [run.communicate()[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0]
    assert all(json.loads(output)["published"] for output in outputs)
    assert counted(built.pointer) == 2 and only_known_files(built.pointer)


# --- Readers while builds publish --------------------------------------------------------------------------------


def read_until_told(pointer: Path, enough: "multiprocessing.synchronize.Event", seen: Path) -> None:
    """Ask again and again how many calls there are, and write down every answer."""
    with seen.open("w", encoding="utf-8") as file:
        while not enough.is_set():
            file.write(f"{counted(pointer)}\n")
            # Without a pause the readers take the processor that the builds need.
            time.sleep(0.02)


@pytest.fixture
def readers(built: Built, tmp_path: Path) -> Iterator[Callable[[], list[list[int]]]]:
    """Start three processes that read all the time; return a function that stops them and gives what each saw."""
    context = multiprocessing.get_context("spawn")
    enough = context.Event()
    seen = [tmp_path / f"seen_{number}.txt" for number in range(3)]
    processes = [context.Process(target=read_until_told, args=(built.pointer, enough, path)) for path in seen]
    for process in processes:
        process.start()

    def stop() -> list[list[int]]:
        enough.set()
        for process in processes:
            process.join(60)
        assert [process.exitcode for process in processes] == [0] * len(processes)
        return [[int(line) for line in path.read_text(encoding="utf-8").split()] for path in seen]

    yield stop
    for process in processes:
        process.kill()


@pytest.mark.parametrize("builds", [4, pytest.param(20, marks=pytest.mark.slow)])
def test_readers_see_whole_figures_only_while_builds_publish(
    built: Built, sources: Sources, readers: Callable[[], list[list[int]]], tmp_path: Path, builds: int
) -> None:
    while not all((tmp_path / f"seen_{number}.txt").exists() for number in range(3)):
        time.sleep(0.05)
    for count in range(2, builds + 2):
        (sources.exports / "interventions.csv").write_text(interventions_text(calls(count)), encoding="utf-8")
        build(sources, built.pointer)
    for answers in readers():
        # Never an error, never a figure that no build gave, and never an older one after a newer one.
        assert set(answers) <= set(range(1, builds + 2)) and answers == sorted(answers)
        assert len(set(answers)) > 1


# --- In words ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_failure_and_its_advice_is_said_in_every_language(language: str) -> None:
    spoken = speak(language)
    reasons = [spoken.say(failure_text(code, "x.csv")) for code in CODES]
    advices = [spoken.say(failure_advice(code)) for code in CODES]
    assert len(set(reasons)) == len(set(advices)) == len(CODES)
    assert all(advice.endswith(".") for advice in advices)
    assert not [text for text in (*reasons, *advices) if "{" in text]


def test_exports_are_listed_in_one_order(tmp_path: Path) -> None:
    for name in ("b.csv", "a/z.csv", "a.csv", "c/d/e.csv"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert [file.name for file in find_exports(tmp_path)] == ["a/z.csv", "a.csv", "b.csv", "c/d/e.csv"]
    assert find_exports(tmp_path / "none") == ()
