"""Dropped files: a name that wants out, a file that is too large, one that is there already, and the way back."""

import io
import os
import stat
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cooperation.warehouse import incoming
from cooperation.warehouse.exports import find_exports
from cooperation.warehouse.incoming import (
    LONGEST_NAME_BYTES,
    STAGING,
    NameTaken,
    TooLarge,
    discard,
    free_name,
    place,
    safe_name,
    stage,
    take_back,
)

CONTENT = b"a;b\n1;2\n"
LARGEST = 1_000
WANT_OUT = [
    "../calls.csv",
    "../../../../etc/passwd",
    "/etc/cron.d/calls.csv",
    "..\\..\\calls.csv",
    "C:\\Windows\\calls.csv",
    "C:calls.csv",
    "\\\\server\\share\\calls.csv",
    "calls.csv/..",
    "..",
    ".",
    "",
    "   ",
    "\0",
    "calls\0.csv",
    "calls.csv\0.exe",
    "．．／calls.csv",
    "..\N{DIVISION SLASH}calls.csv",
    "..\N{FRACTION SLASH}calls.csv",
    "\N{RIGHT-TO-LEFT OVERRIDE}vsc.calls",
    "calls\ncsv",
    "~$calls.xlsx",
    ".hidden.csv",
    "__MACOSX",
    "__MACOSX.csv",
    "...csv",
    "calls.csv:stream",
    "calls.csv. . .",
    "con",
    "CON.csv",
    "nul.tar.gz",
    "COM¹.csv",
    "lpt9.txt",
    "aux .csv",
    "README.md",
    "Thumbs.db",
    "a" * 5_000 + ".csv",
    "é" * 400 + ".csv",
    "𝒸𝒶𝓁𝓁𝓈.csv",
    "calls|;$(rm -rf ~)`.csv",
    "<script>.csv",
    "%2e%2e%2fcalls.csv",
    "\udcff.csv",
]


def staged(exports: Path, name: str = "calls.csv", content: bytes = CONTENT) -> incoming.StagedFile:
    return stage(exports, name, io.BytesIO(content), LARGEST)


def assert_is_plain(name: str) -> None:
    assert name and name == name.strip(" .")
    assert not set(name) & set('/\\:*?"<>|\0\n\r\t')
    assert len(name.encode("utf-8")) <= LONGEST_NAME_BYTES
    stem = name.split(".")[0].strip().casefold()
    assert stem not in {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), "lpt1", "lpt9"}
    # What is safe stays what it is: the name on the screen is the name on the disk.
    assert safe_name(name) == name


@pytest.mark.parametrize("offered", WANT_OUT)
def test_no_name_climbs_out_of_the_folder(tmp_path: Path, offered: str) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    assert_is_plain(safe_name(offered))
    placed = place(exports, staged(exports, offered), offered)
    assert placed.path.parent == exports
    assert placed.path.resolve().parent == exports.resolve()
    assert [file.path for file in find_exports(exports)] == [placed.path], "the build must see it"
    assert [path.name for path in tmp_path.iterdir()] == ["exports"]
    assert placed.path.read_bytes() == CONTENT


@given(st.text(max_size=300))
def test_whatever_a_name_holds_it_becomes_a_plain_one(offered: str) -> None:
    assert_is_plain(safe_name(offered))


@given(st.lists(st.sampled_from(["..", "/", "\\", "C:", "\0", "con", ".csv", " ", "．", "／", "é", "a"])))
def test_pieces_that_want_out_become_a_plain_name(pieces: list[str]) -> None:
    assert_is_plain(safe_name("".join(pieces)))


@pytest.mark.parametrize(
    "name", ["calls.csv", "Oproepen 2021 (definitief).xlsx", "été_2022.csv.gz", "a+b=c, d-e.parquet"]
)
def test_an_honest_name_stays(name: str) -> None:
    assert safe_name(name) == name


def test_a_long_name_keeps_its_ending() -> None:
    assert safe_name("x" * 300 + ".csv.gz").endswith("x.csv.gz")


# --- Nothing is overwritten. ---


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    (tmp_path / "Calls.csv").touch()
    assert free_name(tmp_path, "calls.csv") == "calls (2).csv"
    (tmp_path / "calls (2).csv").touch()
    assert free_name(tmp_path, "CALLS.csv") == "CALLS (3).csv"
    assert free_name(tmp_path, "other.csv") == "other.csv"
    assert free_name(tmp_path / "absent", "other.csv") == "other.csv"


@pytest.mark.parametrize("there", ["calls.csv", "CALLS.CSV"])
def test_an_export_is_never_overwritten(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_bytes(b"the old one")
    waiting = staged(tmp_path)
    with pytest.raises(NameTaken):
        place(tmp_path, waiting, "calls.csv")
    assert (tmp_path / there).read_bytes() == b"the old one"
    assert waiting.path.read_bytes() == CONTENT, "the dropped file waits for another name"


def test_one_that_appears_at_the_last_moment_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = staged(tmp_path)
    (tmp_path / "calls.csv").write_bytes(b"the old one")
    # As if it had not been there yet when the name was looked at.
    monkeypatch.setattr(incoming, "free_name", lambda _folder, wanted: wanted)
    with pytest.raises(NameTaken):
        place(tmp_path, waiting, "calls.csv")
    assert (tmp_path / "calls.csv").read_bytes() == b"the old one"


def test_a_link_that_leads_away_is_not_followed(tmp_path: Path) -> None:
    exports, outside = tmp_path / "exports", tmp_path / "outside.csv"
    exports.mkdir()
    waiting = staged(exports)
    (exports / "calls.csv").symlink_to(outside)
    with pytest.raises(NameTaken):
        place(exports, waiting, "calls.csv")
    assert not outside.exists()


def test_a_disk_without_hard_links_takes_files_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise OSError("not supported")

    monkeypatch.setattr(os, "link", no_links)
    placed = place(tmp_path, staged(tmp_path), "calls.csv")
    assert placed.path.read_bytes() == CONTENT
    monkeypatch.setattr(incoming, "free_name", lambda _folder, wanted: wanted)
    with pytest.raises(NameTaken):
        place(tmp_path, staged(tmp_path, content=b"other"), "calls.csv")
    assert placed.path.read_bytes() == CONTENT


# --- What waits is out of sight, and goes. ---


def test_a_staged_file_is_no_export_and_cannot_be_run(tmp_path: Path) -> None:
    waiting = staged(tmp_path, "run.sh")
    assert waiting.path.is_relative_to(tmp_path / STAGING)
    assert find_exports(tmp_path) == ()
    assert not waiting.path.stat().st_mode & (stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    discard(waiting)
    discard(waiting)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("size", "fits"), [(LARGEST, True), (LARGEST + 1, False), (5_000_000, False)])
def test_a_file_over_the_limit_leaves_nothing(tmp_path: Path, size: int, fits: bool) -> None:
    if fits:
        assert staged(tmp_path, content=b"x" * size).path.stat().st_size == size
        return
    with pytest.raises(TooLarge):
        staged(tmp_path, content=b"x" * size)
    assert list((tmp_path / STAGING).iterdir()) == []


def test_a_disk_that_fills_up_leaves_nothing(tmp_path: Path) -> None:
    class Failing(io.BytesIO):
        def read(self, *_: int | None) -> bytes:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        stage(tmp_path, "calls.csv", Failing(), LARGEST)
    assert list((tmp_path / STAGING).iterdir()) == []


def test_what_was_left_yesterday_goes_with_the_next_file(tmp_path: Path) -> None:
    old, recent = staged(tmp_path), staged(tmp_path)
    yesterday = time.time() - incoming.ABANDONED_AFTER_SECONDS - 60
    os.utime(old.path.parent, (yesterday, yesterday))
    staged(tmp_path)
    assert not old.path.exists()
    assert recent.path.exists()


def test_a_staging_folder_that_leads_away_is_refused(tmp_path: Path) -> None:
    exports, outside = tmp_path / "exports", tmp_path / "outside"
    exports.mkdir()
    outside.mkdir()
    (exports / STAGING).symlink_to(outside)
    with pytest.raises(OSError, match="leads out"):
        staged(exports)
    assert list(outside.iterdir()) == []


# --- The way back. ---


def test_what_was_placed_can_be_taken_back_and_placed_again(tmp_path: Path) -> None:
    placed = place(tmp_path, staged(tmp_path), "calls.csv")
    back = take_back(tmp_path, placed)
    assert find_exports(tmp_path) == ()
    assert place(tmp_path, back, "calls.csv").path.read_bytes() == CONTENT


def test_another_file_of_that_name_is_not_taken_back(tmp_path: Path) -> None:
    placed = place(tmp_path, staged(tmp_path), "calls.csv")
    placed.path.write_bytes(b"somebody put a newer one there")
    with pytest.raises(FileNotFoundError):
        take_back(tmp_path, placed)
    assert placed.path.read_bytes() == b"somebody put a newer one there"
