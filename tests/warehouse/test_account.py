"""Lines read = accepted + duplicate + rejected, for every file and data set, whatever the lines are."""

import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperation.settings import RULE_ACTIONS, load_settings
from cooperation.warehouse.build import BuildError
from cooperation.warehouse.rules import RULES
from tests.warehouse.exports import (
    COLUMNS,
    DEPLOYMENT_COLUMNS,
    INTERVENTION_COLUMNS,
    Built,
    activity,
    build_files,
    build_rows,
    cost,
    csv_text,
    deployment,
    deployments_text,
    estimate,
    intervention,
    interventions_text,
    investment,
    settings_text,
    share_of_key,
)

# Cells that break a rule each, or hold what no rule expects.
ODD_CELLS = (
    "",
    "NULL",
    "null",
    " ",
    "x",
    "5381",
    "9999",
    "73006",
    "Bilzen",
    "0",
    "-1",
    "citizen_call",
    "partner",
    "2023-06-10 12:00:00",
    "2023-06-10",
    "10/06/2023 12:05:00",
    "2023-10-29 02:30:00",
    "2023-06-10 11:59:00",
    "2099-01-01 00:00:00",
    "0001-01-01 00:00:00",
    "31/02/2023 12:00:00",
    "a;b",
    'a"b',
    "a\nb",
    "é€",
    "'",
    "$time_zone",
    "infinity",
    "-infinity",
    "epoch",
)
BROKEN_LINES = ("a;b", "a;b;c;d;e;f;g;h;i", '"open;b;c', ";;;;;;;", "", "   ", "\0;;;;;;;")


def odd_lines(columns: tuple[str, ...]) -> st.SearchStrategy[dict[str, str]]:
    first = st.sampled_from(("A", "B", "C", "", "NULL"))
    others = st.lists(st.sampled_from(ODD_CELLS), min_size=len(columns) - 1, max_size=len(columns) - 1)
    return st.builds(lambda key, cells: dict(zip(columns, (key, *cells), strict=True)), first, others)


def good_or_odd(data_set: str) -> st.SearchStrategy[dict[str, str]]:
    names = st.sampled_from(("A", "B", "C", "D"))
    if data_set == "interventions":
        good = st.builds(
            intervention, names, st.just("2023-06-10 12:00:00"), nature=st.sampled_from(("", "x"))
        )
        return good | odd_lines(INTERVENTION_COLUMNS)
    good = st.builds(deployment, names, st.sampled_from(("", "2023-06-10 12:10:00")))
    return good | odd_lines(DEPLOYMENT_COLUMNS)


def with_broken_lines(text: str, broken: list[str], seed: int) -> str:
    """Put the broken lines anywhere behind the header, at line starts only."""
    header, *lines = text.rstrip("\n").split("\n")
    shuffled = random.Random(seed)
    for line in broken:
        lines.insert(shuffled.randint(0, len(lines)), line)
    return "\n".join((header, *lines)) + "\n"


def hold_to_account(built: Built) -> None:
    """Every file and data set adds up, and so do accepted and refused lines counted from the tables themselves."""
    files = built.select("select * from file_accounts")
    data_sets = built.select("select * from data_set_accounts")
    for account in (*files, *data_sets):
        parts = account["accepted"] + account["duplicate"] + account["rejected"]
        assert account["lines_read"] == parts, account
    refused = built.select("select distinct data_set, file_name, line_number, item_number from rejects")
    assert len(refused) == sum(account["rejected"] for account in data_sets)
    assert len(built.calls) == sum(a["accepted"] for a in data_sets if a["data_set"] == "interventions")
    units = sum(call["unit_count"] for call in built.calls.values())
    assert units == sum(a["accepted"] for a in data_sets if a["data_set"] == "deployments")
    assert built.select("select * from rejects where line_text is null") == []


@settings(max_examples=8)
@given(
    st.lists(good_or_odd("interventions"), min_size=1, max_size=12),
    st.lists(good_or_odd("deployments"), max_size=12),
    st.lists(st.sampled_from(BROKEN_LINES), max_size=5),
    st.integers(0, 1000),
)
def test_accounts_add_up_whatever_the_lines_are(
    interventions: list[dict[str, str]], deployments: list[dict[str, str]], broken: list[str], seed: int
) -> None:
    with TemporaryDirectory() as folder:
        built = build_files(
            Path(folder),
            {
                "a.csv": with_broken_lines(interventions_text(interventions), broken, seed),
                "b.csv": interventions_text(interventions[:3], ","),
                "c.csv": with_broken_lines(deployments_text(deployments), broken, seed + 1),
                "d.csv": deployments_text(deployments[-3:], "\t"),
            },
        )
        hold_to_account(built)


def dirty() -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Return lines that break every rule that a setting decides, each in its own intervention."""
    call = "2023-06-10 12:00:00"
    interventions = [
        intervention("fine", call),
        intervention("implausible_received_at", "1999-06-10 12:00:00"),
        intervention("unreadable_time", call, closed_at="soon"),
        intervention("unknown_municipality", call, municipality_nis="11111"),
        intervention("unknown_priority", call, priority="9"),
        intervention("unknown_origin", call, origin="martian"),
        intervention("time_of_day_missing", "2023-06-10"),
        intervention("clock_change_hour", "2023-10-29 02:30:00"),
        *(intervention(f"unit_{n}", call) for n in range(9)),
    ]
    arrived = "2023-06-10 12:10:00"
    deployments = [
        deployment("fine", arrived),
        deployment("unit_0", "soon"),
        deployment("unit_1", arrived, assistance="friendly"),
        deployment("unit_2", "2023-06-10 11:00:00"),
        deployment("unit_3", arrived, dispatched_at="2023-06-10 11:00:00"),
        deployment("unit_4", arrived, dispatched_at="2023-06-10 12:02:00", departed_at="2023-06-10 12:01:00"),
        deployment("unit_5", arrived, cleared_at="2023-06-10 12:05:00"),
        deployment("unit_6", "2023-06-12 12:00:00"),
        deployment("unit_7", arrived, dispatched_at="2023-06-10 12:11:00"),
        deployment("unit_8", "2023-10-29 02:30:00"),
    ]
    return interventions, deployments


TOLD_EARLIER, TOLD_LATER = (activity(quantity, activity_date="2023-06-12") for quantity in ("2", "3"))


def dirty_costs() -> dict[str, list[dict[str, str]]]:
    """Return lines of the other data sets that break every rule that a setting decides."""
    paid = {"category": "investment", "joint_purchase_id": "payments_differ"}
    return {
        "costs": [
            cost("1", booking_date="1950-01-01"),
            cost("1", zone_code="5382", booking_date="2022-12-31"),
            cost("100000000.01"),
            cost("0.005"),
            cost("1", domain_code="football"),
            cost("1", service="special"),
            cost("1", category="gifts"),
            cost("-1", joint_purchase_id="credit"),
            cost("1", **paid),
        ],
        "investments": [
            investment("fine", "1"),
            investment("payments_differ", "2"),
            investment("negative_amount", "-1"),
            investment("purchase_in_future", "1", purchase_date="2090-01-01"),
            investment("unreadable_lifetime", "1", lifetime_years="long"),
            investment("lifetime_not_positive", "1", lifetime_years="0"),
            investment("implausible_lifetime", "1", lifetime_years="99"),
            investment("unknown_key", "1", key_id="thirds"),
        ],
        "distribution_keys": [share_of_key("shares_do_not_add_up", "0.4")],
        "standalone_estimates": [
            estimate("fine", "1", basis=""),
            estimate("fine", "1", zone_code="5381", basis="hearsay"),
        ],
        "activities": [
            activity("-1"),
            activity("1", domain_code="livc"),
            activity("1", partner_zone_code="5380"),
            activity("1", partner_zone_code="5381"),
            # Before the purchase of 2090, which is later than all that was done.
            activity("1", activity_date="2089-12-31"),
            activity("101", indicator_code="ict_availability", domain_code=""),
            activity("0.5", indicator_code="livc_meetings", domain_code=""),
            activity("10000001"),
            activity("0.5", indicator_code="ict_availability", domain_code=""),
            # The total of a year among its quarters, and about that of a year among its months.
            *(activity("5", activity_date=f"2019-{day}-01") for day in ("02", "05", "08", "11")),
            activity("20", activity_date="2019-12-31"),
            *(activity("10", activity_date=f"2018-{month:02}-15") for month in range(1, 13)),
            activity("121", activity_date="2018-12-31"),
            TOLD_EARLIER,
        ],
    }


@pytest.mark.parametrize("action", RULE_ACTIONS)
def test_every_action_that_a_rule_may_have_gives_a_database(tmp_path: Path, action: str) -> None:
    # The settings offer three actions for each of these rules, so none of them may stop the build.
    rules = [(rf'(?m)^{rule} = "\w+"', f'{rule} = "{action}"') for rule in load_settings().rules]
    rules.append((r'(code = "5382"\n)', r"\g<1>founded = 2023-01-01\n"))
    interventions, deployments = dirty()
    rows = {"interventions": interventions, "deployments": deployments} | dirty_costs()
    files = {f"{name}.csv": csv_text(COLUMNS[name], lines) for name, lines in rows.items()}
    files["activities_later.csv"] = csv_text(COLUMNS["activities"], [TOLD_LATER])
    built = build_files(tmp_path, files, settings_text(*rules))
    hold_to_account(built)
    assert built.calls["fine"]["response_seconds"] == 600
    times = ("response_seconds", "travel_seconds", "call_handling_seconds", "on_scene_seconds")
    assert [
        call for call in built.calls.values() for time in times if call[time] is not None and call[time] < 0
    ] == []
    decided = set(load_settings().rules)
    if action == "reject":
        assert {rule for _, _, rule in built.refusals} >= decided
        assert set(built.calls) == {"fine", *(f"unit_{n}" for n in range(9))}
    else:
        assert {rule for *_, rule, _ in built.flags} >= decided


def test_dirty_lines_break_every_rule_that_a_setting_decides() -> None:
    from_settings = set(load_settings().rules)
    in_code = {rule.name for rule in RULES if rule.fixed_action is None}
    assert from_settings == in_code


def test_a_line_that_breaks_many_rules_is_refused_once_with_every_reason(tmp_path: Path) -> None:
    built = build_rows(
        tmp_path, [intervention("", "no date", zone_code="1"), intervention("A", "2023-06-10 12:00:00")]
    )
    assert built.data_sets["interventions"] == (2, 1, 0, 1)
    assert {rule for _, _, rule in built.refusals} == {
        "missing_value",
        "unreadable_received_at",
        "unknown_zone",
    }


def test_a_refused_line_can_be_read_back_as_it_was(tmp_path: Path) -> None:
    cells = {"nature": 'a;b "c"\nd', "municipality_nis": "Bilzen"}
    content = interventions_text([intervention("A", "no date", **cells)])
    good = interventions_text([intervention("B", "2023-06-10 12:00:00")])
    built = build_files(tmp_path, {"deep/er/a.csv": content, "b.csv": good})
    (reject,) = built.select("select * from rejects")
    assert (reject["file_name"], reject["line_number"]) == ("deep/er/a.csv", 2)
    assert (reject["column_name"], reject["value"]) == ("received_at", "no date")
    assert reject["line_text"] + "\n" == content.split("\n", 1)[1]


def test_exports_without_one_good_line_publish_nothing_and_keep_their_account(tmp_path: Path) -> None:
    # An empty database would wipe out the figures of the last good exports.
    content = interventions_text([intervention("A", "no date"), intervention("B", "no date")])
    with pytest.raises(BuildError, match="no line was accepted") as refused:
        build_files(tmp_path, {"a.csv": content})
    (file,), (data_set,) = refused.value.files, refused.value.data_sets
    for account in (file, data_set):
        assert [account[name] for name in ("lines_read", "accepted", "duplicate", "rejected")] == [2, 0, 0, 2]


def test_a_good_line_is_not_pushed_out_by_a_refused_one_with_its_id(tmp_path: Path) -> None:
    # The refused line is more complete, and first in its file.
    poor = {"intervention_id": "A", "zone_code": "5381", "received_at": "2023-06-10 12:00:00"}
    built = build_rows(tmp_path, [intervention("A", "no date", nature="x", closed_at="2023-06-10"), poor])
    assert built.data_sets["interventions"] == (2, 1, 0, 1)
    assert built.calls["A"]["nature"] is None


def test_the_same_unit_sent_twice_at_other_times_is_two_deployments(tmp_path: Path) -> None:
    units = [deployment("A", "2023-06-10 12:10:00"), deployment("A", "2023-06-10 12:20:00")]
    built = build_rows(tmp_path, [intervention("A", "2023-06-10 12:00:00")], [*units, units[0]])
    assert built.calls["A"]["unit_count"] == 2
    assert built.data_sets["deployments"] == (3, 2, 1, 0)


def test_one_deployment_in_two_notations_is_one_deployment(tmp_path: Path) -> None:
    units = [
        deployment("A", "2023-06-10 12:10:00"),
        deployment("A", "10/06/2023 12:10:00"),
        deployment("A", "2023-06-10T12:10:00+02:00"),
    ]
    built = build_rows(tmp_path, [intervention("A", "2023-06-10 12:00:00")], units)
    assert built.calls["A"]["unit_count"] == 1
    assert built.data_sets["deployments"] == (3, 1, 2, 0)
