"""Every rule: a line that just breaks it, the line beside it that does not, and what becomes of the cell."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from cooperation.settings import load_settings
from cooperation.warehouse.query_files import QUERIES, query_text
from cooperation.warehouse.rules import DEPLOYMENT_RULES, INTERVENTION_RULES, REPEATED_ID
from tests.warehouse.exports import (
    DEPLOYMENT_COLUMNS,
    INTERVENTION_COLUMNS,
    Built,
    Row,
    build_files,
    build_rows,
    csv_text,
    deployment,
    intervention,
)

CALL = "2023-06-10 12:00:00"
ARRIVED = "2023-06-10 12:10:00"
RULES = {(rule.data_set, rule.name): rule for rule in (*INTERVENTION_RULES, REPEATED_ID, *DEPLOYMENT_RULES)}

# Found while a file is read, before its cells are known.
LINE_RULES = ("too_few_fields", "too_many_fields", "quote_not_closed", "line_too_long")


@dataclass(frozen=True)
class Case:
    """Rows that break a rule in a column, and rows that come as near as can be without breaking it."""

    data_set: str
    rule: str
    column: str
    breaking: tuple[Row, ...]
    keeping: tuple[Row, ...]


def calls(**cells: str) -> Row:
    return intervention("", CALL) | cells


def units(arrived_at: str = ARRIVED, **cells: str) -> Row:
    return deployment("", arrived_at, **cells)


CASES = (
    Case(
        "interventions",
        "missing_value",
        "zone_code",
        (calls(zone_code=""), calls(zone_code="NULL")),
        (calls(),),
    ),
    Case("interventions", "missing_value", "received_at", (calls(received_at=" "),), (calls(),)),
    Case(
        "interventions",
        "unreadable_received_at",
        "received_at",
        (
            calls(received_at="2023-02-29 12:00:00"),
            calls(received_at="12:00:00"),
            calls(received_at="13/13/2023 12:00:00"),
            calls(received_at="2023-06-10 25:00:00"),
            calls(received_at="now"),
            calls(received_at="45087.5"),
        ),
        (calls(received_at="2024-02-29 12:00:00"), calls(received_at="2023-06-10 23:59:59")),
    ),
    Case(
        "interventions", "unknown_zone", "zone_code", (calls(zone_code="5380"),), (calls(zone_code=" 5382 "),)
    ),
    Case(
        "interventions",
        "implausible_received_at",
        "received_at",
        (calls(received_at="2014-12-31 23:59:59"), calls(received_at="2027-01-01 00:00:00")),
        (calls(received_at="2015-01-01 00:00:00"), calls(received_at="2026-12-31 23:59:59")),
    ),
    Case(
        "interventions",
        "unknown_municipality",
        "municipality_nis",
        (calls(municipality_nis="62063"), calls(municipality_nis="Luik")),
        (calls(municipality_nis="fourons"), calls(municipality_nis="")),
    ),
    Case(
        "interventions",
        "unknown_priority",
        "priority",
        (calls(priority="5"), calls(priority="1.0"), calls(priority="-1")),
        (calls(priority="4"), calls(priority="0"), calls(priority=""), calls(priority=" 1 ")),
    ),
    Case(
        "interventions",
        "unknown_origin",
        "origin",
        (calls(origin="citizen"),),
        (calls(origin="planned"), calls(origin="own_initiative"), calls(origin="")),
    ),
    Case(
        "interventions",
        "unreadable_time",
        "closed_at",
        (calls(closed_at="later"),),
        (calls(closed_at="10/06/2023 13:00"), calls(closed_at="")),
    ),
    Case(
        "interventions",
        "time_of_day_missing",
        "received_at",
        (calls(received_at="2023-06-10"), calls(received_at="1/6/2023")),
        (calls(received_at="2023-06-10 00:00:00"), calls(received_at="1/6/2023 0:00")),
    ),
    Case(
        "interventions",
        "clock_change_hour",
        "received_at",
        (calls(received_at="2023-10-29 02:00:00"), calls(received_at="2023-03-26 02:59:59")),
        (calls(received_at="2023-10-29 01:59:59"), calls(received_at="2023-03-26 03:00:00")),
    ),
    Case("deployments", "missing_value", "intervention_id", (deployment("", ARRIVED),), ()),
    Case("deployments", "unknown_intervention", "intervention_id", (deployment("nobody", ARRIVED),), ()),
    Case(
        "deployments",
        "unreadable_time",
        "dispatched_at",
        (units(dispatched_at="x"),),
        (units(dispatched_at=""),),
    ),
    Case(
        "deployments",
        "unreadable_time",
        "departed_at",
        (units(departed_at="12:05:00"),),
        (units(departed_at=""),),
    ),
    Case("deployments", "unreadable_time", "arrived_at", (units("2023-06-31 12:00:00"),), (units(""),)),
    Case("deployments", "unreadable_time", "cleared_at", (units(cleared_at="0"),), (units(cleared_at=""),)),
    Case(
        "deployments",
        "unknown_assistance",
        "assistance",
        (units(assistance="helped"),),
        tuple(units(assistance=kind) for kind in ("OWN", "partner", "lateral", "HyCap", "federal", "")),
    ),
    Case("deployments", "arrival_before_call", "arrived_at", (units("2023-06-10 11:59:59"),), (units(CALL),)),
    Case(
        "deployments",
        "dispatch_before_call",
        "dispatched_at",
        (units(dispatched_at="2023-06-10 11:59:59"),),
        (units(dispatched_at=CALL),),
    ),
    Case(
        "deployments",
        "departure_before_dispatch",
        "departed_at",
        (units(dispatched_at="2023-06-10 12:01:00", departed_at="2023-06-10 12:00:59"),),
        (units(dispatched_at="2023-06-10 12:01:00", departed_at="2023-06-10 12:01:00"),),
    ),
    Case(
        "deployments",
        "cleared_before_arrival",
        "cleared_at",
        (units(cleared_at="2023-06-10 12:09:59"),),
        (units(cleared_at=ARRIVED),),
    ),
    Case(
        "deployments",
        "implausible_response",
        "arrived_at",
        (units("2023-06-11 12:00:01"),),
        (units("2023-06-11 12:00:00"),),
    ),
    Case(
        "deployments",
        "arrival_before_dispatch",
        "arrived_at",
        (
            units(dispatched_at="2023-06-10 12:10:01"),
            units(dispatched_at="2023-06-10 12:01:00", departed_at="2023-06-10 12:10:01"),
        ),
        (units(dispatched_at=ARRIVED), units(dispatched_at="2023-06-10 12:01:00", departed_at=ARRIVED)),
    ),
    Case(
        "deployments",
        "clock_change_hour",
        "cleared_at",
        (units(cleared_at="2023-10-29 02:59:59"),),
        (units(cleared_at="2023-10-29 03:00:00"),),
    ),
)
# Rules that look at more than one line have tests of their own, below and in test_bad_input.
OF_MORE_LINES = {("interventions", "repeated_id"), ("deployments", "line_refused")}


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """All cases in one build; the id of a row says which case it is of, and whether it breaks the rule."""
    interventions, deployments = [], []
    for number, case in enumerate(CASES):
        for kind, rows in (("breaking", case.breaking), ("keeping", case.keeping)):
            for place, row in enumerate(rows):
                name = f"{number} {kind} {place}"
                if case.data_set == "interventions":
                    interventions.append(row | {"intervention_id": name, "why": name})
                    continue
                stands_alone = case.rule in ("missing_value", "unknown_intervention")
                own_id = row["intervention_id"] if stands_alone else name
                interventions += [] if stands_alone else [intervention(name, CALL)]
                deployments.append(row | {"intervention_id": own_id, "why": name})
    return build_files(
        tmp_path_factory.mktemp("rules"),
        {
            "interventions.csv": csv_text((*INTERVENTION_COLUMNS, "why"), interventions),
            "deployments.csv": csv_text((*DEPLOYMENT_COLUMNS, "why"), deployments),
        },
    )


def found_rows(built: Built, case: Case) -> list[str]:
    """Return the names of the rows that a rule found in a column, refused or flagged."""
    exports = built.pointer.parent / "exports" / f"{case.data_set}.csv"
    lines = exports.read_text(encoding="utf-8").splitlines()
    sql = "select data_set, rule, column_name, line_number from {} where rule = '{}' and data_set = '{}'"
    found = built.select(sql.format("rejects", case.rule, case.data_set))
    found += built.select(sql.format("flagged_cells", case.rule, case.data_set))
    return [
        lines[row["line_number"] - 1].split(";")[-1] for row in found if row["column_name"] == case.column
    ]


@pytest.mark.parametrize(
    "number", range(len(CASES)), ids=[f"{c.data_set} {c.rule} {c.column}" for c in CASES]
)
def test_a_rule_finds_what_breaks_it_and_nothing_beside_it(judged: Built, number: int) -> None:
    case = CASES[number]
    own = [name for name in found_rows(judged, case) if name.startswith(f"{number} ")]
    assert sorted(own) == [f"{number} breaking {place}" for place in range(len(case.breaking))]


@pytest.mark.parametrize(
    "number", range(len(CASES)), ids=[f"{c.data_set} {c.rule} {c.column}" for c in CASES]
)
def test_the_rows_beside_a_rule_break_no_rule_at_all(judged: Built, number: int) -> None:
    allowed = set()
    for other in {(case.data_set, case.rule, case.column) for case in CASES}:
        allowed |= set(found_rows(judged, Case(*other, (), ())))
    assert [name for name in allowed if name.startswith(f"{number} keeping")] == []


@pytest.mark.parametrize("case", CASES, ids=[f"{c.data_set} {c.rule} {c.column}" for c in CASES])
def test_a_rule_does_what_the_settings_or_its_nature_say(judged: Built, case: Case) -> None:
    action = RULES[case.data_set, case.rule].action(load_settings().rules)
    where = f"rule = '{case.rule}' and data_set = '{case.data_set}' and column_name = '{case.column}'"
    refused = judged.select(f"select * from rejects where {where}")
    flagged = judged.select(f"select action from flagged_cells where {where}")
    assert bool(refused) == (action == "reject")
    assert {row["action"] for row in flagged} == ({action} if action != "reject" else set())


@pytest.mark.parametrize(
    ("rule", "cell"),
    [
        ("unknown_municipality", "municipality_nis"),
        ("unknown_priority", "priority"),
        ("unknown_origin", "origin"),
    ],
)
def test_an_emptied_cell_is_unknown_and_its_line_still_counts(judged: Built, rule: str, cell: str) -> None:
    (number,) = [n for n, case in enumerate(CASES) if case.rule == rule]
    call = judged.calls[f"{number} breaking 0"]
    assert call[cell] is None
    assert call["is_urgent"] is (rule != "unknown_priority")


def test_an_unknown_kind_of_assistance_is_derived_from_the_zones(judged: Built) -> None:
    (number,) = [n for n, case in enumerate(CASES) if case.rule == "unknown_assistance"]
    assert judged.calls[f"{number} breaking 0"]["first_unit_assistance"] == "own"
    kinds = [judged.calls[f"{number} keeping {place}"]["first_unit_assistance"] for place in range(6)]
    assert kinds == ["own", "partner", "lateral", "hycap", "federal", "own"]


def test_every_rule_has_a_case_and_every_case_a_rule() -> None:
    assert {(case.data_set, case.rule) for case in CASES} | OF_MORE_LINES == set(RULES)


def test_every_rule_is_one_file_and_every_file_one_rule() -> None:
    files = {(path.parent.name, path.stem) for path in (QUERIES / "rules").glob("*/*.sql")}
    assert files == set(RULES)
    assert all(query_text(rule.query) for rule in RULES.values())


def test_every_adjustable_rule_stands_in_the_settings_and_no_other_does() -> None:
    adjustable = {rule.name for rule in RULES.values() if rule.fixed_action is None}
    fixed = {rule.name for rule in RULES.values() if rule.fixed_action is not None}
    assert set(load_settings().rules) == adjustable
    # One name, one meaning: a fixed rule that a setting seems to soften would be a lie.
    assert not adjustable & fixed
    assert not (adjustable | fixed) & set(LINE_RULES)


def test_of_a_repeated_id_the_fuller_line_is_kept_wherever_it_stands(tmp_path: Path) -> None:
    full = intervention("A", CALL, nature="x", closed_at="2023-06-10 13:00:00")
    poor = intervention("A", CALL, nature="y", priority="")
    for name, rows in (("one", [full, poor]), ("two", [poor, full])):
        built = build_rows(tmp_path / name, rows, [deployment("A", ARRIVED)])
        assert (built.calls["A"]["nature"], built.calls["A"]["response_seconds"]) == ("x", 600)
        assert built.data_sets == {"interventions": (2, 1, 0, 1), "deployments": (1, 1, 0, 0)}


def test_the_unit_on_a_refused_line_of_a_wide_export_does_not_go_to_the_kept_one(tmp_path: Path) -> None:
    # One line holds call and unit. Two calls carry the same id: the refused one's unit answered another call.
    profiles = tmp_path / "no_profiles"
    profiles.mkdir()
    (profiles / "wide.toml").write_text(
        '[file]\nheader = ["case", "zone", "received", "priority", "arrived"]\n'
        '[interventions]\nintervention_id = "case"\nzone_code = "zone"\nreceived_at = "received"\n'
        'priority = "priority"\n'
        '[deployments]\nintervention_id = "case"\narrived_at = "arrived"\n',
        encoding="utf-8",
    )
    content = (
        "case;zone;received;priority;arrived\n"
        "A;5381;2023-06-10 12:00:00;1;2023-06-10 12:10:00\n"
        "A;5381;2023-06-10 12:00:01;;2023-06-10 12:05:00\n"
        "B;5381;2023-06-10 12:00:00;1;2023-06-10 12:20:00\n"
        "B;5381;2023-06-10 12:00:00;1;2023-06-10 12:20:00\n"
    )
    built = build_files(tmp_path, {"wide.csv": content})
    assert {name: call["response_seconds"] for name, call in built.calls.items()} == {"A": 600, "B": 1200}
    assert built.refusals == [("wide.csv", 3, "line_refused"), ("wide.csv", 3, "repeated_id")]
    assert built.data_sets == {"interventions": (4, 2, 1, 1), "deployments": (4, 2, 1, 1)}
    assert built.account("wide.csv") == (4, 2, 1, 1)
