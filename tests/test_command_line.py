"""python -m cooperation: the same figures as the screen, exit codes to build on, errors in words."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from cooperation.__main__ import main
from cooperation.answers.applied_filters import applies
from cooperation.answers.filters import Filters
from cooperation.answers.registry import ANSWERS
from cooperation.answers.reproduction import COMMAND
from cooperation.demonstration import DEMONSTRATION_PREFIX
from cooperation.freshness import Places, places_from_environment
from cooperation.settings import PROJECT
from tests.warehouse.exports import (
    Built,
    deployment,
    deployments_text,
    intervention,
    interventions_text,
    settings_text,
)

HEADLINE = (
    "intervention_count",
    "missing_arrival_share",
    "median_seconds",
    "p90_seconds",
    "mean_seconds",
    "share_within_norm",
)
OWN_PERIOD = "period=2021-06..2021-06/2022-06..2022-06"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs one command and gives exit code, output and errors."""

    def run_command(*arguments: object) -> tuple[int, str, str]:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 1
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run_command


@pytest.fixture
def places(tmp_path: Path) -> dict[str, Path]:
    return install(tmp_path)


def install(folder: Path) -> dict[str, Path]:
    """Return the places below `folder`: exports of four calls with one broken line, and where the rest goes."""
    exports = folder / "exports"
    exports.mkdir()
    rows = [
        intervention("A", "2021-06-10 12:00:00"),
        intervention("B", "2021-06-11 12:00:00", zone_code="5382", municipality_nis="73109"),
        intervention("C", "2022-06-10 12:00:00"),
        intervention("D", "2022-06-11 12:00:00", priority="3"),
        intervention("E", "never"),
    ]
    units = [
        deployment("A", "2021-06-10 12:10:00"),
        deployment("B", "2021-06-11 12:20:00"),
        deployment("C", "2022-06-10 12:05:00"),
        deployment("D", "2022-06-11 13:00:00"),
    ]
    (exports / "interventions.csv").write_text(interventions_text(rows), encoding="utf-8")
    (exports / "deployments.csv").write_text(deployments_text(units), encoding="utf-8")
    settings = folder / "cooperation.toml"
    settings.write_text(settings_text(), encoding="utf-8")
    return {
        "exports": exports,
        "settings": settings,
        "profiles": folder / "profiles",
        "database": folder / "out" / "monitor",
    }


def build_arguments(places: dict[str, Path]) -> list[object]:
    return ["build", *(part for name, path in places.items() for part in (f"--{name}", path))]


# --- build -------------------------------------------------------------------------------------------------------


def test_a_build_gives_the_account_of_every_file_and_data_set(run: Run, places: dict[str, Path]) -> None:
    code, out, errors = run(*build_arguments(places), "--json")
    account = json.loads(out)
    assert (code, errors) == (0, "")
    assert account["published"] is True
    one_of_each = {"lines_read": 4, "accepted": 4, "duplicate": 0, "rejected": 0}
    broken = {"lines_read": 5, "accepted": 4, "duplicate": 0, "rejected": 1}
    assert account["data_sets"] == {"interventions": broken, "deployments": one_of_each}
    assert account["files"] == {
        "interventions.csv": broken
        | {"fate": "Read: 5 lines; accepted 4, duplicate 0, rejected 1.", "fate_code": "read"},
        "deployments.csv": one_of_each | {"fate": "Read: 4 lines, all accepted.", "fate_code": "read"},
    }


def test_a_build_speaks_to_people_too_in_their_language(run: Run, places: dict[str, Path]) -> None:
    outputs = [run(*build_arguments(places), "--language", code)[1] for code in ("nl", "fr", "en")]
    assert len(set(outputs)) == 3
    for out in outputs:
        assert "interventions.csv: " in out and "deployments.csv: " in out


def test_where_nothing_can_be_read_the_exit_code_is_1_and_the_old_figures_stay(
    run: Run, places: dict[str, Path]
) -> None:
    assert run(*build_arguments(places))[0] == 0
    _, before, _ = run("answer", "response_times/headline", "--database", places["database"], "--csv")
    for file in places["exports"].iterdir():
        file.write_bytes(b"")
    code, out, errors = run(*build_arguments(places), "--json")
    account = json.loads(out)
    assert (code, account["published"], account["data_sets"]) == (1, False, {})
    assert {file["fate"] for file in account["files"].values()} == {"The file is empty; nothing was read."}
    _, after, _ = run("answer", "response_times/headline", "--database", places["database"], "--csv")
    assert before == after


@pytest.mark.parametrize(
    "fault", ["no exports", "no settings", "broken settings", "broken profile", "rule misspelt"]
)
def test_a_build_that_cannot_be_ends_in_words_and_1(run: Run, places: dict[str, Path], fault: str) -> None:
    match fault:
        case "no exports":
            places["exports"] = places["exports"] / "none"
        case "no settings":
            places["settings"].unlink()
        case "broken settings":
            places["settings"].write_text("start = ", encoding="utf-8")
        case "broken profile":
            places["profiles"].mkdir()
            (places["profiles"] / "x.toml").write_text("[file", encoding="utf-8")
        case "rule misspelt":
            places["settings"].write_text(
                settings_text(("unknown_priority =", "unknown_prioritty =")), encoding="utf-8"
            )
    code, out, errors = run(*build_arguments(places))
    assert code == 1
    assert "Nothing was published" in errors
    assert not places["database"].exists()
    _, _, errors = run(*build_arguments(places), "--language", "nl")
    assert "Er is niets gepubliceerd" in errors and "Nothing" not in errors


def test_a_rebuild_takes_what_was_dropped_since(run: Run, places: dict[str, Path]) -> None:
    run(*build_arguments(places))
    more = [intervention("F", "2022-06-12 12:00:00")]
    (places["exports"] / "more.csv").write_text(interventions_text(more), encoding="utf-8")
    run(*build_arguments(places))
    assert set(Built(places["database"]).calls) == set("ABCDF")


# --- answer ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one database for all tests that only ask."""
    places = install(tmp_path_factory.mktemp("asked"))
    with redirect_stdout(io.StringIO()):
        assert main([str(argument) for argument in build_arguments(places)]) == 0
    return places["database"]


def answer(run: Run, database: Path, name: str, *more: object) -> Any:
    code, out, errors = run("answer", name, "--database", database, "--json", *more)
    # A choice that an answer does not apply is told.
    follows_periods = OWN_PERIOD not in more or applies(name, "period")
    assert (code, errors) == (0, "" if follows_periods else f"Without effect on {name}: period\n")
    return json.loads(out)


def test_the_headline_gives_these_figures_for_each_phase(run: Run, database: Path) -> None:
    found = answer(run, database, "response_times/headline", "--set", OWN_PERIOD)
    figures = {phase: [found[phase][name] for name in HEADLINE] for phase in ("before", "after")}
    # Before: 600 s within the norm of 900 s, 1200 s not. After: 300 s; the call of priority 3 is not urgent.
    assert figures["before"] == pytest.approx([2, 0, 900, 1140, 900, 0.5])
    assert figures["after"] == pytest.approx([1, 0, 300, 300, 300, 1])
    assert found["period"]["before"] == ["2021-06-01", "2021-06-30"]
    assert (found["is_demonstration"], found["exports_until"]) == (False, "2022-06-11")


def test_a_choice_narrows_it_and_unknown_is_null(run: Run, database: Path) -> None:
    found = answer(
        run, database, "response_times/headline", "--set", OWN_PERIOD, "--set", "municipality_nis=73109"
    )
    assert found["before"]["intervention_count"] == 1
    assert found["after"]["intervention_count"] == 0
    assert [found["after"][name] for name in HEADLINE[1:]] == [None] * 5
    assert found["filters"]["municipality_nis"] == ["73109"]


def test_a_list_is_given_by_repeating_or_by_commas(run: Run, database: Path) -> None:
    def count(*more: object) -> int:
        found = answer(run, database, "response_times/headline", "--set", OWN_PERIOD, *more)
        return sum(found[phase]["intervention_count"] for phase in ("before", "after"))

    assert count("--set", "priority=1,3") == count("--set", "priority=1", "--set", "priority=3") == 4
    assert count("--set", "priority=3") == 1
    assert count("--set", "priority=") == 3


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_prints_what_the_screen_asks_for_in_three_shapes(
    run: Run, database: Path, name: str
) -> None:
    table = ANSWERS[name](Built(database).evidence, Filters(period=OWN_PERIOD.split("=")[1])).table
    rows = answer(run, database, name, "--set", OWN_PERIOD)["rows"]
    assert [list(row) for row in rows] == [list(table.columns)] * len(table)
    for row, expected in zip(rows, table.to_dict("records"), strict=True):
        for column, cell in row.items():
            if isinstance(expected[column], float):
                assert cell == (None if pd.isna(expected[column]) else expected[column])
    code, out, _ = run("answer", name, "--database", database, "--csv", "--set", OWN_PERIOD)
    lines = list(csv.reader(io.StringIO(out)))
    assert (code, lines[0], len(lines)) == (0, [*table.columns, "made_by"], len(table) + 1)
    chosen = [f"--set {OWN_PERIOD}", "# before "] if applies(name, "period") else [f"{name} # exports until"]
    for line in lines[1:]:
        assert line[-1].startswith(f"{' '.join(COMMAND)} answer {name} ")
        assert all(part in line[-1] for part in chosen)
    code, out, _ = run("answer", name, "--database", database, "--set", OWN_PERIOD)
    assert code == 0
    assert all(column in out for column in table.columns)


@pytest.mark.parametrize(
    "choice",
    [
        "zone=5381",
        "zone_code",
        "zone_code=9999",
        "municipality_nis=Riemst",
        "priority=high",
        "origin=citizen",
        "measure=speed",
        "period=yesterday",
        "period=2022-01..2021-01/2022-01..2022-12",
        "covid=no",
        "=x",
    ],
)
def test_a_wrong_choice_is_refused_in_words_with_2(run: Run, database: Path, choice: str) -> None:
    code, out, errors = run("answer", "response_times/headline", "--database", database, "--set", choice)
    assert (code, out) == (2, "")
    assert errors.startswith("Wrong choice: ") and choice.partition("=")[0] in errors


@pytest.mark.parametrize(
    "content", [None, b"", b"no database", b"samenwerkingsmonitor-database:gone.duckdb\n"]
)
def test_without_a_database_the_answer_is_words_and_1(
    run: Run, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "monitor"
    if content is not None:
        path.write_bytes(content)
    code, out, errors = run("answer", "response_times/headline", "--database", path)
    assert (code, out) == (1, "")
    assert str(path) in errors and "Traceback" not in errors


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["unknown"],
        ["answer"],
        ["answer", "response_times/nothing"],
        ["answer", "overview/municipalities", "--json", "--csv"],
        ["demo"],
    ],
)
def test_a_wrong_call_shows_how_with_2(run: Run, arguments: list[str]) -> None:
    code, out, errors = run(*arguments)
    assert (code, out) == (2, "")
    assert errors.startswith("usage: python -m cooperation")


# --- As a process ------------------------------------------------------------------------------------------------


def test_as_a_process_in_a_plain_locale_it_prints_the_same(run: Run, database: Path) -> None:
    command = [
        "answer",
        "response_times/headline",
        "--database",
        str(database),
        "--json",
        "--set",
        OWN_PERIOD,
    ]
    process = subprocess.run(
        [sys.executable, "-m", "cooperation", *command],
        cwd=PROJECT,
        env=os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0"},
        capture_output=True,
        check=False,
    )
    assert (process.returncode, process.stderr) == (0, b"")
    assert process.stdout.decode() == run(*command)[1]


def test_the_environment_moves_every_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    names = ("exports", "demonstration", "profiles", "settings", "database")
    for name in names:
        monkeypatch.setenv(f"COOPERATION_{name.upper()}", str(tmp_path / name))
    assert places_from_environment() == Places(**{name: tmp_path / name for name in names})
    for name in names:
        monkeypatch.setenv(f"COOPERATION_{name.upper()}", "")
    assert places_from_environment() == Places()


def test_dropped_exports_come_before_invented_ones_and_are_never_mixed(tmp_path: Path) -> None:
    places = Places(exports=tmp_path / "exports", demonstration=tmp_path / "demonstration")
    for folder in (places.exports, places.demonstration):
        folder.mkdir()
    (places.demonstration / "a.csv").touch()
    (places.exports / "README.md").touch()
    assert places.sources().exports == places.demonstration
    (places.exports / "b.csv").touch()
    assert places.sources().exports == places.exports


def test_demonstration_exports_are_written_marked_and_built(
    run: Run, tmp_path: Path, places: dict[str, Path]
) -> None:
    exports = tmp_path / "invented"
    exports.mkdir()
    code, out, _ = run("demo", "--exports", exports, "--interventions", 400, "--seed", 7)
    assert code == 0
    assert sorted(map(Path, out.splitlines())) == sorted(path for path in exports.iterdir())
    assert run(*build_arguments(places | {"exports": exports}))[0] == 0
    built = Built(places["database"])
    assert all(name.startswith(DEMONSTRATION_PREFIX) for name in built.calls)
    assert answer(run, places["database"], "response_times/monthly")["is_demonstration"] is True
    _, out, _ = run("answer", "response_times/headline", "--database", places["database"])
    assert out.startswith("Invented data")
