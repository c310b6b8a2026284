"""`inspect` and `import` from the command line: the page's own answers, every choice in words, exit codes."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cooperation.__main__ import main
from cooperation.warehouse.exports import find_exports
from cooperation.warehouse.profiles import Constant, SourceColumn, load_profiles
from tests.warehouse.exports import intervention, interventions_text, settings_text

LOG = (
    "nr,day,hour,there,crew,kind\n"
    "1,12/31/21,23:50,00:10,A1;B2,Fire\n"
    "2,01/05/22,10:00,10:09,A1,Noise\n"
    "3,01/06/22,soon,,,Noise\n"
)
CHOICES = (
    *(
        "--map",
        "interventions.intervention_id=nr",
        "--map",
        "zone_code=:5382",
        "--map",
        "received_at=day+hour",
    ),
    *(
        "--map",
        "priority=kind",
        "--map",
        "nature=",
        "--mean",
        "priority:Fire=0",
        "--mean",
        "priority:Noise=3",
    ),
    *("--map", "deployments.intervention_id=nr", "--map", "deployments.arrived_at=~there"),
    *("--map", "deployments.unit_id=crew/;/", "--dates", "mm/dd/yy"),
)


@dataclass
class Desk:
    """An installation for these commands, and what the last one printed."""

    folder: Path
    capture: pytest.CaptureFixture[str]
    error: str = ""

    def run(self, command: str, name: str, content: str | bytes, *words: str) -> tuple[int, dict[str, Any]]:
        """Return the exit code and the printed JSON, {} where none was printed."""
        file = self.folder / name
        file.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        places = [f"--{place}={self.folder / place}" for place in ("exports", "profiles", "database")]
        settings = f"--settings={self.folder / 'cooperation.toml'}"
        code = main([command, str(file), *places, settings, "--json", *words])
        printed, self.error = self.capture.readouterr()
        return code, json.loads(printed) if printed else {}

    def exports(self) -> list[str]:
        return [file.name for file in find_exports(self.folder / "exports")]

    def profiles(self) -> list[str]:
        return [profile.name for profile in load_profiles(self.folder / "profiles")]


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    (tmp_path / "cooperation.toml").write_text(settings_text(), encoding="utf-8")
    return Desk(tmp_path, capsys)


def counts(trial: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    parts = ("lines_read", "accepted", "duplicate", "rejected")
    return {name: tuple(one[part] for part in parts) for name, one in trial["data_sets"].items()}


def test_a_strange_file_is_imported_with_every_kind_of_choice(desk: Desk) -> None:
    code, printed = desk.run("import", "log.csv", LOG, *CHOICES, "--save-profile", "Log")
    assert (code, printed["imported"], printed["profile"]) == (0, True, "log"), desk.error
    # Two units in the first line; the third has no time that can be read, and nobody was sent.
    assert counts(printed["trial"]) == {"interventions": (3, 2, 0, 1), "deployments": (3, 3, 0, 0)}
    assert (desk.exports(), desk.profiles()) == (["log.csv"], ["log"])
    (profile,) = load_profiles(desk.folder / "profiles")
    interventions = profile.mappings[0]
    assert interventions.sources["zone_code"] == Constant("5382")
    assert interventions.sources["priority"] == SourceColumn("kind")
    assert interventions.values["priority"] == {"Fire": "0", "Noise": "3"}
    assert "nature" not in interventions.sources

    # The next file of that layout needs no word.
    code, printed = desk.run("import", "next.csv", LOG.replace("\n2,", "\n22,"), "--profile", "log")
    assert (code, printed["file"]) == (0, "next.csv")
    # The first and the third line stand in the other file too.
    assert counts(printed["trial"])["interventions"] == (3, 1, 2, 0)


def test_inspect_says_what_a_file_is_and_changes_nothing(desk: Desk) -> None:
    code, printed = desk.run(
        "inspect", "calls.csv", interventions_text([intervention("A", "2022-01-05 10:00:00")])
    )
    (table,) = printed["tables"]
    assert (code, table["profile"], table["proposal"]) == (0, "contract:interventions", None)
    assert (table["layout"]["delimiter"], table["layout"]["kind"]) == (";", "csv")
    assert counts(table["trial"]) == {"interventions": (1, 1, 0, 0)}
    strange = "Fichenr;Zone;Oproep ontvangen\n1;PZ Voeren;05/01/2022 10:00\n"
    code, printed = desk.run("inspect", "strange.csv", strange)
    (table,) = printed["tables"]
    assert code == 0 and "[interventions]" in table["proposal"]
    assert counts(table["trial"]) == {"interventions": (1, 1, 0, 0)}
    code, printed = desk.run("inspect", "other.csv", "a;b\n1;2\n")
    assert code == 1 and printed["tables"][0]["missing"].startswith("no_data_set")
    assert (desk.exports(), desk.profiles()) == ([], [])


def said_by_inspect(desk: Desk, name: str, content: str, *words: str) -> str:
    """Return what `inspect` prints for people."""
    desk.run("inspect", name, content)
    places = [f"--{place}={desk.folder / place}" for place in ("exports", "profiles", "database")]
    main(
        [
            "inspect",
            str(desk.folder / name),
            *places,
            f"--settings={desk.folder / 'cooperation.toml'}",
            *words,
        ]
    )
    return desk.capture.readouterr().out


def test_a_header_that_nobody_knows_is_named_with_what_is_expected(desk: Desk) -> None:
    printed = said_by_inspect(desk, "other.csv", "fruit;kleur\nappel;rood\n")
    assert "The columns that were found are fruit, kleur; none was recognised." in printed
    assert "interventions; deployments; costs; investments" in printed
    assert ": ." not in printed
    code, _ = desk.run(
        "import", "other.csv", "fruit;kleur\nappel;rood\n", "--save-profile", "fruit", "--dry-run"
    )
    assert code == 2 and "fruit, kleur; none was recognised" in desk.error
    assert "Gevonden kolommen: fruit, kleur" in said_by_inspect(
        desk, "other.csv", "fruit;kleur\nappel;rood\n", "--language=nl"
    )


def test_a_reason_names_its_data_set(desk: Desk) -> None:
    # One line without a number is refused as a call and as a unit.
    log = "Fichenr;Zone;Oproep ontvangen;Eenheid;Ter plaatse\n"
    log += (
        "1;PZ Voeren;05/01/2022 10:00;A1;05/01/2022 10:09\n;PZ Voeren;06/01/2022 10:00;A1;06/01/2022 10:09\n"
    )
    printed = said_by_inspect(desk, "log.csv", log)
    refused = [line.strip() for line in printed.splitlines() if "must not be (line 3)" in line]
    assert sorted(line.partition(":")[0] for line in refused) == ["deployments", "interventions"]


def test_calls_that_the_headline_leaves_out_are_counted_beside_those_accepted(desk: Desk) -> None:
    rows = [
        intervention("A", "2022-01-05 10:00:00"),
        intervention("B", "2022-01-06 10:00:00", origin=""),
        intervention("C", "2022-01-07 10:00:00", origin="", priority="wie weet"),
        # Refused, so no accepted call without an origin.
        intervention("D", "soon", origin=""),
    ]
    printed = said_by_inspect(desk, "calls.csv", interventions_text(rows))
    assert "2 of 3 accepted calls have no origin, so the headline does not count them." in printed
    assert "1 of 3 accepted calls has no priority, so the headline does not count it." in printed
    code, account = desk.run("import", "calls.csv", interventions_text(rows))
    assert code == 0 and account["trial"]["gaps"] == {"calls": 3, "without_origin": 2, "without_priority": 1}
    assert len(account["trial"]["not_in_headline"]) == 2

    # Where the headline counts every call, none is left out.
    everyone = settings_text(
        (r"(?m)^origins = .*$", "origins = []"), (r"urgent_only = true", "urgent_only = false")
    )
    (desk.folder / "cooperation.toml").write_text(everyone, encoding="utf-8")
    printed = said_by_inspect(desk, "again.csv", interventions_text(rows[1:]))
    assert "so the headline" not in printed


def test_a_dry_run_changes_nothing(desk: Desk) -> None:
    code, printed = desk.run("import", "log.csv", LOG, *CHOICES, "--dry-run")
    assert (code, printed["imported"]) == (0, False)
    assert counts(printed["trial"])["interventions"] == (3, 2, 0, 1)
    assert (desk.exports(), desk.profiles()) == ([], [])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--map", "received_at"), "column=source"),
        (("--map", "received_at=nowhere"), "no column of the file"),
        (("--map", "salary=nr"), "no column of the contract"),
        (("--map", "deployments.salary=nr"), "no column of the contract"),
        (("--map", "deployments.unit_id=crew/x/"), "no column of the file"),
        (("--mean", "priority=1"), "column:written=code"),
        (("--dates", "yy-dd"), "no way to write dates"),
        (("--map", "interventions.intervention_id="), "missing_column"),
        (("--profile", "unknown"), "does not go through"),
    ],
)
def test_a_wrong_choice_is_said_and_changes_nothing(words: tuple[str, ...], said: str, desk: Desk) -> None:
    code, _ = desk.run("import", "log.csv", LOG, *CHOICES, *words, "--save-profile", "log")
    assert code == 2 and said in desk.error
    assert (desk.exports(), desk.profiles()) == ([], [])


def test_a_mapping_is_not_used_without_keeping_it(desk: Desk) -> None:
    code, _ = desk.run("import", "log.csv", LOG, *CHOICES)
    assert code == 2 and "--save-profile" in desk.error


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "empty"), (bytes(range(256)) * 9, "not a text file"), ("a;b\n1;2\n", "header is not known")],
)
def test_nothing_is_imported_where_no_line_would_count(content: str | bytes, said: str, desk: Desk) -> None:
    code, _ = desk.run("import", "calls.csv", content)
    assert code == 1 and said in desk.error
    assert desk.exports() == []


def test_no_export_and_no_profile_is_overwritten(desk: Desk) -> None:
    calls = interventions_text([intervention("A", "2022-01-05 10:00:00")])
    assert desk.run("import", "calls.csv", calls)[0] == 0
    other = interventions_text([intervention("B", "2022-01-05 10:00:00")])
    code, _ = desk.run("import", "calls.csv", other)
    assert code == 1 and "calls (2).csv" in desk.error
    assert desk.run("import", "calls.csv", other, "--name", "../../calls (2).csv")[0] == 0
    assert desk.exports() == ["calls (2).csv", "calls.csv"]
    assert desk.run("import", "log.csv", LOG, *CHOICES, "--save-profile", "log")[0] == 0
    code, _ = desk.run("import", "log2.csv", LOG.replace("\n1,", "\n7,"), *CHOICES, "--save-profile", "log")
    assert code == 1 and "--save-profile" in desk.error
    assert desk.exports() == ["calls (2).csv", "calls.csv", "log.csv"]


def test_a_file_that_is_gone_is_said(desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    places = [f"--{place}={tmp_path / place}" for place in ("exports", "profiles", "database")]
    code = main(["import", str(tmp_path / "gone.csv"), *places])
    assert code in (1, 2) and "Nothing was imported" in capsys.readouterr().err


def test_the_page_and_the_command_line_give_one_account(desk: Desk) -> None:
    run: Callable[..., Any] = desk.run
    _, inspected = run(
        "inspect", "calls.csv", interventions_text([intervention("A", "2022-01-05"), intervention("B", "x")])
    )
    _, imported = run("import", "calls.csv", (desk.folder / "calls.csv").read_bytes(), "--dry-run")
    assert imported["trial"] == inspected["tables"][0]["trial"]
