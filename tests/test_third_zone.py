"""A third zone that joins later, by settings and data alone: its figures turn on its own day, the others' stay put."""

import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from cooperation.__main__ import main
from cooperation.answers.registry import ANSWERS
from cooperation.language import T, speak
from cooperation.warehouse.build import Sources
from dashboard import PAGES
from tests.browser import RecordedPage, plain, serving
from tests.third_zone import (
    FIRST_DAY,
    JOINED,
    LAST_DAY,
    MUNICIPALITIES,
    NAME,
    SHARES_OF_THREE,
    THIRD,
    write_world,
)

DUTCH = speak("nl")
ALL_THREE = ["5381", "5382", THIRD]
CHOICES: dict[str, dict[str, Any]] = {
    "nobody chose": {},
    "the third zone": {"zone_code": THIRD},
    "all three": {"zone_code": ALL_THREE},
    "a municipality of it": {"municipality_nis": "73042"},
}


@dataclass(frozen=True)
class World:
    """What was built, and what the command line answers of it."""

    sources: Sources
    database: Path
    command_line: Callable[..., dict[str, Any]]

    def rows(self, name: str, **choices: str | list[str]) -> list[dict[str, Any]]:
        return list(self.command_line(self.database, name, **choices)["rows"])


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory,
    demonstration_exports: Path,
    command_line: Callable[..., dict[str, Any]],
) -> World:
    """Build the world of three zones with the command line."""
    folder = tmp_path_factory.mktemp("third_zone")
    sources, database = write_world(folder, demonstration_exports), folder / "monitor"
    arguments = ["build", "--exports", str(sources.exports), "--settings", str(sources.settings)]
    arguments += ["--profiles", str(sources.profiles), "--database", str(database), "--json"]
    with redirect_stdout(io.StringIO()) as printed:
        assert main(arguments) == 0
    own = {
        name: file for name, file in json.loads(printed.getvalue())["files"].items() if "third_zone" in name
    }
    assert len(own) == 5 and all(file["accepted"] == file["lines_read"] > 0 for file in own.values())
    return World(sources, database, command_line)


@pytest.mark.parametrize("choice", CHOICES.values(), ids=CHOICES)
def test_every_answer_is_given_on_the_command_line(world: World, choice: dict[str, Any]) -> None:
    for name in ANSWERS:
        world.rows(name, **choice)


def test_the_figures_of_the_others_do_not_move(world: World, demonstration_database: Path) -> None:
    # Nobody chose a zone: the exports of the third begin years later, and leave no hole in the others' months.
    for name in ("response_times/comparison", "mutual_assistance/comparison", "shared_costs/comparison"):
        assert world.rows(name) == world.command_line(demonstration_database, name)["rows"]
    assert {row["verdict"] for row in world.rows("response_times/comparison")} != {"not_comparable"}


@pytest.mark.parametrize("choice", ["nobody chose", "all three"])
def test_the_board_reads_eight_pages_in_two_languages_of_three_zones_too(
    choice: str, world: World, tmp_path: Path
) -> None:
    out = tmp_path / "demonstration_three.pdf"
    arguments = ["report", "--format", "pdf", "--language", "nl+fr", "--database", str(world.database)]
    for code in CHOICES[choice].get("zone_code", []):
        arguments += ["--zone", code]
    with redirect_stdout(io.StringIO()):
        assert main([*arguments, "--out", str(out)]) == 0
    pages = PdfReader(out).pages
    assert len(pages) == 8
    assert NAME in pages[0].extract_text()


def test_its_phase_turns_on_its_own_day(world: World) -> None:
    assert {row["zone_code"]: row["joined"][:10] for row in world.rows("method/zones")} == {
        "5381": "2022-01-01",
        "5382": "2022-01-01",
        THIRD: str(JOINED),
    }
    months = world.rows("response_times/monthly", zone_code=THIRD)
    assert (months[0]["month"][:10], months[-1]["month"][:7]) == (str(FIRST_DAY), str(LAST_DAY)[:7])
    for row in months:
        month = date.fromisoformat(row["month"][:10])
        assert row["phase"] == ("before" if month < JOINED else "after")
        assert row["in_comparison"] == (month >= date(2024, 7, 1))


@pytest.mark.parametrize("choice", [{"zone_code": THIRD}, {"municipality_nis": "73107"}])
def test_its_own_change_is_found(world: World, choice: dict[str, Any]) -> None:
    median = world.rows("response_times/comparison", **choice)[0]
    # Twelve minutes before, eight after, in the written world.
    assert median["before"] == pytest.approx(720, rel=0.04) and median["after"] == pytest.approx(
        480, rel=0.04
    )
    assert (median["verdict"], median["confirmation"]) == ("faster", "confirmed")
    helped = world.rows("mutual_assistance/comparison", **choice)[0]
    assert helped["verdict"] == "higher" and helped["after"] == pytest.approx(0.25, abs=0.04)


def test_zones_that_joined_apart_are_not_compared_together(world: World) -> None:
    for name in ("response_times/comparison", "mutual_assistance/comparison", "shared_costs/comparison"):
        rows = world.rows(name, zone_code=ALL_THREE)
        assert {row["verdict"] for row in rows} == {"not_comparable"}
        assert all("starts_differ" in row["reasons"] for row in rows)


def test_each_municipality_is_compared_around_the_day_of_its_zone(world: World) -> None:
    verdicts = {row["municipality_nis"]: row for row in world.rows("overview/municipalities")}
    assert verdicts.keys() == {"73066", "73110", "73109", *MUNICIPALITIES}
    for nis_code in MUNICIPALITIES:
        assert verdicts[nis_code]["verdict"] == "faster"
        own = world.rows("response_times/comparison", municipality_nis=nis_code)[0]
        assert [verdicts[nis_code][side] for side in ("before", "after")] == [own["before"], own["after"]]


def test_help_goes_in_every_direction_between_three(world: World) -> None:
    phases = ("before", "after")
    flows = world.rows("mutual_assistance/flows", zone_code=THIRD)
    assert {(row["from_zone_code"], row["to_zone_code"]) for row in flows} == {
        ("5381", THIRD),
        ("5382", THIRD),
    }
    counts = {
        phase: sum(row["intervention_count"] for row in flows if row["phase"] == phase) for phase in phases
    }
    assert 0 < counts["before"] < 40 and counts["after"] > 200
    balance = {
        (row["other_zone_code"], row["phase"]): row
        for row in world.rows("mutual_assistance/balance", zone_code=THIRD)
    }
    assert balance["5381", "before"]["given_intervention_count"] == 0
    assert balance["5381", "after"]["given_intervention_count"] > 0
    directions = {
        (row["from_zone_code"], row["to_zone_code"]) for row in world.rows("mutual_assistance/flows")
    }
    assert directions == {
        (helper, zone) for zone in ("5381", "5382") for helper in ALL_THREE if helper != zone
    }


def test_a_key_of_three_divides_from_the_day_it_joins(world: World) -> None:
    purchase = [
        row for row in world.rows("shared_costs/purchases") if row["investment_id"] == "DEMO-serverpark"
    ]
    assert {row["zone_code"]: float(row["share"]) for row in purchase} == {
        zone_code: float(share) for zone_code, share in SHARES_OF_THREE.items()
    }
    # Twelve months at 2,640.00 a month, of which 35 % is the third zone's.
    paid_off = {row["zone_code"]: float(row["paid_off_eur"]) for row in purchase}
    assert paid_off[THIRD] == pytest.approx(12 * 2640 * 0.35, abs=0.01)
    kinds = {
        row["kind"] for row in world.rows("shared_costs/keys") if row["zone_code"] == THIRD and row["weight"]
    }
    assert {"agreed", "inhabitants", "use", "equal"} <= kinds


def test_its_promises_are_held_against_its_own_years(world: World) -> None:
    found = {row["figure"]: row for row in world.rows("overview/promises", zone_code=THIRD)}
    trained = found["training_hours_per_fte"]
    # 40 hours a month for 60 members of staff, then 60: eight hours a year each, then twelve.
    assert (trained["before"], trained["after"]) == pytest.approx((8, 12))
    assert (trained["before_count"], trained["after_count"]) == (1, 1)
    assert found["joint_training_share"]["after"] == pytest.approx(0.25)
    standings = {row["promise_code"]: row["standing"] for row in found.values()}
    assert standings == {"P1": "as_promised", "P2": "too_few_data", "P3": "too_few_data", "P4": "as_promised"}
    apart = world.rows("overview/promises", zone_code=ALL_THREE)
    assert {row["standing"] for row in apart} == {"not_comparable"}


def test_its_data_are_accounted_for_by_themselves(world: World) -> None:
    completeness = world.rows("data_quality/completeness", zone_code=THIRD)
    assert {row["zone_code"] for row in completeness} == {None, THIRD}
    latest = {
        row["zone_code"]: row["last_date"][:10]
        for row in world.rows("data_quality/freshness")
        if row["data_set"] == "interventions"
    }
    assert latest == {"5381": "2025-12-31", "5382": "2025-12-31", THIRD: str(LAST_DAY)}


# What all three zones together change is said on four pages; that the others stand for them too is seen with the slow
# tests. Of the third zone every page is opened always.
OF_ALL_THREE = ("overview", "response_times", "shared_costs", "data_quality")


@pytest.mark.parametrize(
    "of_all_three",
    [OF_ALL_THREE, pytest.param(tuple(entry.name for entry in PAGES), marks=pytest.mark.slow)],
    ids=["those that change", "all"],
)
def test_every_page_speaks_of_three_zones(
    of_all_three: tuple[str, ...], world: World, page: RecordedPage, tmp_path: Path
) -> None:
    median = world.rows("response_times/comparison", zone_code=THIRD)[0]
    refusal = DUTCH.say(T("not comparable"))
    with serving(
        tmp_path / "server.log",
        world.sources.exports,
        world.database,
        world.sources.settings,
        profiles=world.sources.profiles,
    ) as server:
        said: dict[tuple[str, str], str] = {}
        opened = [("overview", "nobody chose")]
        opened += [(entry.name, "the third zone") for entry in PAGES]
        opened += [(path, "all three") for path in of_all_three]
        for path, name in opened:
            page.visit(server.link(path, language="nl", **CHOICES[name]))
            said[path, name] = page.text()
            assert page.complaints() == [], (path, name)
        assert "Traceback" not in server.written()
    for name in ("overview", "response_times"):
        own = said[name, "the third zone"]
        assert NAME in own and plain(DUTCH.duration(median["after"])) in own
        assert "start op 1 juli 2025" in own and f"{NAME} sluit aan" in own
        assert "juli 2024 tot en met juni 2025 tegenover juli 2025 tot en met juni 2026" in own
        together = said[name, "all three"]
        assert refusal in together and "zijn niet op dezelfde dag toegetreden" in together
        assert plain(DUTCH.duration(median["after"])) not in together.split("Wat er geteld wordt")[0]
    for name in ("overview", "cooperation_fields"):
        own = said[name, "the third zone"]
        assert "12,0 uur" in own and "was 8,0 uur" in own
    everyone = said["overview", "nobody chose"]
    assert f"{NAME} (sinds 1 juli 2025)" in everyone and f"{NAME} sluit aan" in everyone
    assert all(name in everyone for name in MUNICIPALITIES.values())
    helped = said["mutual_assistance", "the third zone"]
    assert f"PZ Voeren → {NAME}" in helped and f"PZ Bilzen-Hoeselt-Riemst → {NAME}" in helped
    assert "35,00%" in said["shared_costs", "the third zone"]
    assert refusal in said["shared_costs", "all three"]
    assert "demonstratie_interventions_third_zone.csv" in said["data_quality", "all three"]
    assert all(NAME in said[name, "the third zone"] for name in ("data_quality", "method"))
