"""The published database: readers find a whole one or the old one, never none and never half of one."""

import os
import threading
from pathlib import Path

import pytest

from cooperation.warehouse.build import BuildError, Sources, build
from cooperation.warehouse.database import open_database
from cooperation.warehouse.publishing import (
    NothingPublished,
    new_database_path,
    publish,
    published_database,
)
from tests.warehouse.exports import Built, build_rows, deployment, intervention, interventions_text

CALL = intervention("A", "2023-06-10 12:00:00")
# The published one, and the one before for a reader who is about to open it.
KEPT_VERSIONS = 2


def new_version(pointer: Path, content: str = "", age_seconds: int = 0) -> Path:
    """Write what a build would write, so long ago as told."""
    path = new_database_path(pointer)
    path.write_text(content, encoding="utf-8")
    now = path.stat().st_mtime
    os.utime(path, (now - age_seconds, now - age_seconds))
    return path


def test_before_the_first_build_there_is_nothing(tmp_path: Path) -> None:
    for place in (tmp_path / "monitor", tmp_path / "no_folder" / "monitor", tmp_path):
        with pytest.raises(NothingPublished):
            published_database(place)


def test_readers_find_the_last_one_published(tmp_path: Path) -> None:
    pointer = tmp_path / "monitor"
    for number in range(5):
        publish(pointer, new_version(pointer, str(number)))
        assert published_database(pointer).read_text() == str(number)
    assert len(list(tmp_path.glob("*.duckdb"))) == KEPT_VERSIONS
    assert sorted(path.suffix for path in tmp_path.iterdir()) == ["", ".duckdb", ".duckdb"]


def test_a_reader_about_to_open_the_version_before_still_finds_it(tmp_path: Path) -> None:
    pointer = tmp_path / "monitor"
    publish(pointer, new_version(pointer, age_seconds=100))
    found = published_database(pointer)
    publish(pointer, new_version(pointer))
    assert found.is_file()


def test_a_pointer_to_a_database_that_is_gone_is_nothing_published(tmp_path: Path) -> None:
    pointer = tmp_path / "monitor"
    publish(pointer, new_version(pointer))
    published_database(pointer).unlink()
    with pytest.raises(NothingPublished):
        published_database(pointer)


def test_a_pointer_never_leads_out_of_its_folder(tmp_path: Path) -> None:
    outside = tmp_path / "secret.duckdb"
    outside.touch()
    pointer = tmp_path / "folder" / "monitor"
    pointer.parent.mkdir()
    pointer.write_text("samenwerkingsmonitor-database:../secret.duckdb\n", encoding="utf-8")
    with pytest.raises(NothingPublished):
        published_database(pointer)


def test_a_build_under_way_survives_two_quick_ones_beside_it(tmp_path: Path) -> None:
    # The dashboard rebuilds by itself while somebody runs the command: the slow one must not be cleared away.
    pointer = tmp_path / "monitor"
    slow = new_version(pointer, "slow", age_seconds=50)
    for number in range(KEPT_VERSIONS + 1):
        publish(pointer, new_version(pointer, str(number), age_seconds=40 - number))
    publish(pointer, slow)
    assert published_database(pointer).read_text() == "slow"


def test_two_databases_in_one_folder_leave_each_other_alone(tmp_path: Path) -> None:
    pointers = [tmp_path / name for name in ("monitor", "monitor.test", "monitor.duckdb")]
    for pointer in pointers:
        publish(pointer, new_version(pointer, pointer.name, age_seconds=100))
    for age in range(3, 0, -1):
        publish(pointers[0], new_version(pointers[0], pointers[0].name, age_seconds=age))
        found = [published_database(pointer).read_text() for pointer in pointers]
        assert found == [pointer.name for pointer in pointers]


def test_an_old_reader_keeps_its_answers_while_new_ones_are_published(tmp_path: Path) -> None:
    first = build_rows(tmp_path, [CALL])
    reader = open_database(first.pointer)
    for _ in range(KEPT_VERSIONS + 1):
        build_rows(tmp_path, [CALL, intervention("B", "2023-06-11 12:00:00")])
    coverage = {"demonstration_prefix": "DEMO"}
    assert reader.ask("pages/coverage", coverage).table["intervention_count"].tolist() == [1]
    assert open_database(first.pointer).ask("pages/coverage", coverage).table[
        "intervention_count"
    ].tolist() == [2]


def test_a_build_that_fails_halfway_keeps_the_old_one_and_cleans_up(tmp_path: Path) -> None:
    old = build_rows(tmp_path, [CALL])
    files = sorted(path.name for path in tmp_path.iterdir())
    profiles = tmp_path / "no_profiles"
    profiles.mkdir()
    (profiles / "broken.toml").write_text(
        '[file]\nheader = ["intervention_id", "zone_code", "received_at", "nature", "priority", "origin",'
        ' "closed_at", "municipality_nis", "intervention_id"]\n'
        '[interventions]\nintervention_id = { sql = "no_such_function(nature)" }\n',
        encoding="utf-8",
    )
    sources = Sources(tmp_path / "exports", profiles, tmp_path / "cooperation.toml")
    with pytest.raises(BuildError, match=r"broken\.toml"):
        build(sources, old.pointer)
    assert set(old.calls) == {"A"}
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted((*files, "no_profiles"))


def test_a_profile_reads_no_file_of_the_machine(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    profiles = tmp_path / "no_profiles"
    profiles.mkdir()
    (profiles / "curious.toml").write_text(
        '[file]\nheader = ["case"]\n[interventions]\nintervention_id = "case"\n'
        f"nature = {{ sql = \"(select content from read_text('{tmp_path}/secret.txt'))\" }}\n",
        encoding="utf-8",
    )
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "a.csv").write_text("case\n1\n", encoding="utf-8")
    with pytest.raises(BuildError, match="curious"):
        build(Sources(exports, profiles), tmp_path / "monitor")


def test_a_published_database_is_read_only_and_reaches_no_file(tmp_path: Path) -> None:
    built = build_rows(tmp_path, [CALL])
    for attempt in (
        "create table t (a integer)",
        f"copy (select 1) to '{tmp_path}/x.csv'",
        "set memory_limit = '9GB'",
    ):
        with pytest.raises(Exception, match="(?i)read-only|disabled|locked"):
            built.select(attempt)
    assert not (tmp_path / "x.csv").exists()


def test_many_threads_share_one_database(tmp_path: Path) -> None:
    count = 300
    calls = [intervention(f"A{n}", f"2023-06-10 12:{n % 60:02}:00") for n in range(count)]
    built = build_rows(tmp_path, calls, [deployment("A0", "2023-06-10 12:10:00")])
    database, seen = built.database, []

    def ask() -> None:
        for _ in range(20):
            table = database.ask("pages/coverage", {"demonstration_prefix": "DEMO"}).table
            seen.append(table["intervention_count"].tolist())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [[count]] * 160


# --- Fingerprint -------------------------------------------------------------------------------------------------


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    build_rows(tmp_path, [CALL])
    (tmp_path / "profiles").mkdir()
    return Sources(tmp_path / "exports", tmp_path / "profiles", tmp_path / "cooperation.toml")


def test_a_build_notes_the_fingerprint_that_it_was_made_from(sources: Sources) -> None:
    pointer = sources.settings.with_name("monitor")
    build(sources, pointer)
    assert Built(pointer).database.about["fingerprint"] == sources.fingerprint()
    assert sources.fingerprint() == sources.fingerprint()


@pytest.mark.parametrize("change", ["added", "removed", "changed", "renamed", "deeper", "profile", "setting"])
def test_every_change_of_a_source_changes_the_fingerprint(sources: Sources, change: str) -> None:
    before = sources.fingerprint()
    file = sources.exports / "interventions.csv"
    match change:
        case "added":
            (sources.exports / "more.csv").touch()
        case "removed":
            file.unlink()
        case "changed":
            # Same size, other content: the time tells.
            file.write_text(interventions_text([CALL | {"priority": "2"}]), encoding="utf-8")
            os.utime(file, ns=(0, file.stat().st_mtime_ns + 1))
        case "renamed":
            file.rename(sources.exports / "renamed.csv")
        case "deeper":
            (sources.exports / "2024").mkdir()
            file.rename(sources.exports / "2024" / file.name)
        case "profile":
            (sources.profiles / "new.toml").touch()
        case "setting":
            text = sources.settings.read_text(encoding="utf-8")
            sources.settings.write_text(
                text.replace("confidence = 0.95", "confidence = 0.90"), encoding="utf-8"
            )
    assert sources.fingerprint() != before


@pytest.mark.parametrize("name", [".hidden.csv", "~$open.xlsx", "README.md", "Thumbs.db", ".git/config"])
def test_notes_and_leftovers_are_no_exports(sources: Sources, name: str) -> None:
    before = sources.fingerprint()
    path = sources.exports / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x", encoding="utf-8")
    assert sources.fingerprint() == before
