"""What was read, refused and left out, against the same counts in plain Python, and against the verdict itself."""

import csv
import io
import math
import random
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings

from cooperation.answers import data_quality
from cooperation.answers.answer import Evidence
from cooperation.answers.data_quality import ACTIONS, RULES, rejects_stretch
from cooperation.answers.filters import EVERYONE as ALL
from cooperation.answers.filters import Filters
from cooperation.answers.periods import Period
from cooperation.answers.registry import ANSWERS
from cooperation.answers.response_times import completeness_changed
from cooperation.documents.correction_files import Writing, correction_bytes
from cooperation.settings import MEASURES, load_settings
from cooperation.warehouse.database import Database
from tests.answers.test_response_times import (
    EVERYONE,
    Lines,
    Record,
    Unit,
    call_records,
    choices,
    chosen,
    clock,
    is_compared,
    some_lines,
    unit,
)
from tests.warehouse.exports import (
    INTERVENTION_COLUMNS,
    Built,
    activity,
    build_files,
    build_rows,
    build_sets,
    cost,
    deployment,
    deployments_text,
    intervention,
    interventions_text,
    investment,
    settings_text,
    share_of_key,
)

CLOCKS = ("received", "dispatched", "departed", "arrived", "cleared")
# A line that each rule of an intervention refuses, on a place that says why.
BAD_INTERVENTIONS = (
    intervention("no_zone", "2021-05-01 10:00:00", zone_code=""),
    intervention("other_zone", "2021-05-02 10:00:00", zone_code="9999"),
    intervention("no_date", "31/02/2021 10:00:00"),
    intervention("too_early", "1950-01-01 10:00:00"),
)


class World:
    """A database and what plain Python makes of the same lines; no dataclass, or a failing test prints it whole."""

    def __init__(self, folder: Path, seed: int) -> None:
        interventions, deployments = some_lines(seed)
        self.built = build_rows(folder, [*interventions, *BAD_INTERVENTIONS], deployments)
        self.records = call_records(interventions, deployments)
        self.deployments = {tuple(line.items()): line for line in deployments}.values()
        units: dict[str, list[Unit]] = defaultdict(list)
        for line in interventions:
            name = line["intervention_id"]
            received = clock(line["received_at"]) if len(line["received_at"]) > 10 else None
            own = [one for one in self.deployments if one["intervention_id"] == name]
            units[name] = [unit(one, received, line["zone_code"]) for one in own]
            self.records[name] |= {
                "received": received,
                "units": units[name],
                "known": {
                    "received": received is not None,
                    "dispatched": any(one.dispatched for one in units[name]),
                    "departed": any(one.departed for one in units[name]),
                    "arrived": any(one.arrived for one in units[name]),
                    "cleared": any(one.cleared for one in units[name]),
                },
            }


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> list[World]:
    return [World(tmp_path_factory.mktemp("world"), seed) for seed in (11, 12)]


def ask(built: Built, name: str, filters: Filters = EVERYONE) -> pd.DataFrame:
    return ANSWERS[f"data_quality/{name}"](built.evidence, filters).table


# --- Rows left out of each measure -------------------------------------------------------------------------------


def why_left_out(call: Record, measure: str, filters: Filters, period: Period) -> str:
    """Return the first reason for which a call does not count, from the lines alone."""
    if not chosen([call], filters.with_(priority=(ALL,), origin=(ALL,))):
        return "other_place"
    if not is_compared(call, period):
        return "other_period"
    origins, priorities = filters.origin or ("citizen_call",), filters.priority or ("0", "1", "2")
    for value, allowed, name in (
        (call["origin"], origins, "origin"),
        (call["priority"], priorities, "priority"),
    ):
        if ALL not in allowed and value not in allowed:
            return f"unknown_{name}" if value is None else f"other_{name}"
    if not call["units"]:
        return "no_unit"
    if call[f"{measure}_seconds"] is not None:
        return "measured"
    return why_unmeasured(call, measure)


def why_unmeasured(call: Record, measure: str) -> str:
    def doubtful(name: str) -> bool:
        return any(moment.is_doubtful for one in call["units"] if (moment := getattr(one, name)))

    needed = {
        "response": ("arrived", "received"),
        "call_handling": ("dispatched", "received"),
        "turnout": ("arrived",),
        "travel": ("arrived",),
        "on_scene": ("arrived", "cleared"),
    }[measure]
    missing = {
        "arrived": "no_arrival",
        "dispatched": "no_dispatch",
        "cleared": "no_clearing",
        "received": "no_time_of_day",
    }
    for name in needed:
        if not call["known"][name]:
            return missing[name]
    if "received" in needed and call["received"].is_doubtful:
        return "uncertain_clock"
    if any(doubtful(name) for name in needed if name != "received"):
        return "uncertain_clock"
    if measure == "turnout":
        if call["travel_starts_at"] != "departure":
            return "no_departure"
        # Departure is known, so it is the dispatch that is not, or it is later than the departure.
        return "no_dispatch"
    if measure == "travel" and call["travel_starts_at"] is None:
        return "no_departure"
    return "wrong_order"


@pytest.mark.parametrize("number", range(2))
@settings(max_examples=12)
@given(filters=choices())
def test_what_is_left_out_is_what_plain_python_leaves_out(
    worlds: list[World], number: int, filters: Filters
) -> None:
    world = worlds[number]
    period = world.built.evidence.period(filters)
    expected: Counter[tuple[str, str, str]] = Counter()
    for call in world.records.values():
        for measure in MEASURES:
            expected[measure, call["phase"], why_left_out(call, measure, filters, period)] += 1
    table = ask(world.built, "left_out", filters)
    found = {
        (row.measure, row.phase, row.reason): row.intervention_count for row in table.itertuples(index=False)
    }
    assert found == expected


@settings(max_examples=12)
@given(filters=choices())
def test_left_out_and_measured_add_up_to_all_accepted_interventions(
    worlds: list[World], filters: Filters
) -> None:
    built = worlds[0].built
    table = ask(built, "left_out", filters)
    accepted = built.data_sets["interventions"][1]
    sums = table.groupby("measure")["intervention_count"].sum()
    assert sums.to_dict() == dict.fromkeys(MEASURES, accepted)
    for measure in MEASURES:
        headline = ANSWERS["response_times/headline"](built.evidence, filters.with_(measure=measure)).table
        counted = headline.set_index("phase")["measured_count"]
        rows = table[(table["measure"] == measure) & (table["reason"] == "measured")]
        by_phase = rows.set_index("phase")["intervention_count"].to_dict()
        assert {phase: by_phase.get(phase, 0) for phase in counted.index} == counted.to_dict()


def test_random_lines_are_left_out_for_every_reason(worlds: list[World]) -> None:
    # A twin proves nothing on reasons that never occur.
    filters = Filters(zone_code=("5381",))
    reasons = {
        reason
        for world in worlds
        for choice in (filters, Filters(origin=("all",)))
        for reason in ask(world.built, "left_out", choice)["reason"]
    }
    assert reasons == {
        "other_place",
        "other_period",
        "unknown_origin",
        "other_origin",
        "unknown_priority",
        "other_priority",
        "no_unit",
        "no_arrival",
        "no_dispatch",
        "no_departure",
        "no_clearing",
        "no_time_of_day",
        "uncertain_clock",
        "wrong_order",
        "measured",
    }


def test_a_time_that_is_only_warned_about_is_left_out_as_out_of_order(tmp_path: Path) -> None:
    rows = [intervention("A", "2021-05-01 10:00:00")]
    units = [deployment("A", "2021-05-01 09:00:00", dispatched_at="2021-05-01 09:30:00")]
    warned = settings_text(
        (r'(?m)^arrival_before_call = "empty"', 'arrival_before_call = "warn"'),
        (r'(?m)^dispatch_before_call = "empty"', 'dispatch_before_call = "warn"'),
    )
    table = ask(build_rows(tmp_path, rows, units, warned), "left_out").set_index("measure")["reason"]
    assert table["response"] == "wrong_order"
    assert table["call_handling"] == "wrong_order"
    assert table["travel"] == "wrong_order"


# --- Completeness ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(2))
@settings(max_examples=12)
@given(filters=choices())
def test_completeness_is_what_plain_python_counts(worlds: list[World], number: int, filters: Filters) -> None:
    world = worlds[number]
    period = world.built.evidence.period(filters)
    expected: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0])
    for call in chosen(world.records.values(), filters):
        known = call["known"] | {"measure": call[f"{filters.measure}_seconds"] is not None}
        for name, is_known in known.items():
            key = (call["zone_code"], name, call["received_month"], call["phase"], is_compared(call, period))
            expected[key][0] += 1
            expected[key][1] += is_known
    table = ask(world.built, "monthly_completeness", filters)
    found = {
        (row.zone_code, row.clock, row.month.date(), row.phase, row.in_comparison): [
            row.intervention_count,
            row.known_count,
        ]
        for row in table.itertuples(index=False)
    }
    assert found == expected
    assert (
        table["known_share"] - table["known_count"] / table["intervention_count"]
    ).abs().max() < 1e-12 or (table.empty)


@pytest.mark.parametrize("number", range(2))
@settings(max_examples=12)
@given(filters=choices())
def test_the_page_warns_exactly_where_the_verdict_does(
    worlds: list[World], number: int, filters: Filters
) -> None:
    evidence = worlds[number].built.evidence
    for choice in (filters, *(filters.with_(zone_code=(zone,)) for zone in ("5381", "5382"))):
        rows = ask(worlds[number].built, "completeness", choice)
        together = rows[rows["zone_code"].isna()].set_index("clock")["completeness_changed"]
        warned = bool(together.get("arrived", False)) or bool(together.get("measure", False))
        compared = ANSWERS["response_times/comparison"](evidence, choice).table
        assert warned == ("completeness_changed" in compared["reasons"].iloc[0])


def test_all_zones_together_are_the_sum_of_the_zones(worlds: list[World]) -> None:
    rows = ask(worlds[0].built, "completeness")
    together = rows[rows["zone_code"].isna()].set_index("clock")
    zones = rows[rows["zone_code"].notna()]
    assert set(zones["zone_code"]) == {"5381", "5382"}
    assert list(together.index) == [*CLOCKS, "measure"]
    for side in ("before", "after"):
        sums = zones.groupby("clock")[f"{side}_count"].sum()
        assert sums.to_dict() == together[f"{side}_count"].to_dict()


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        (0.90, 0.85, False),  # five points, which binary takes for a hair more
        (0.85, 0.90, False),
        (0.95, 0.90, False),
        (0.90, 0.8499, True),
        (0.10, 0.1501, True),
        (math.nan, 0.5, False),  # nothing on one side: other reasons speak
    ],
)
def test_five_points_are_not_more_than_five_points(before: float, after: float, changed: bool) -> None:
    shares = pd.Series({"before": before, "after": after})
    assert completeness_changed(shares, load_settings().comparison) is changed


# --- Mixes, doubtful cells, reasons ------------------------------------------------------------------------------


@pytest.mark.parametrize("group", ["priority", "origin"])
@settings(max_examples=12)
@given(filters=choices())
def test_a_mix_is_what_plain_python_counts(worlds: list[World], group: str, filters: Filters) -> None:
    world = worlds[0]
    period = world.built.evidence.period(filters)
    wide = filters.with_(priority=(ALL,), origin=(ALL,) if group == "origin" else filters.origin)
    expected: Counter[tuple[Any, ...]] = Counter()
    totals: Counter[tuple[Any, ...]] = Counter()
    for call in chosen(world.records.values(), wide):
        key = (call["received_month"], call["phase"], is_compared(call, period))
        expected[call[group], *key] += 1
        totals[key] += 1
    table = ask(world.built, f"{group}_mix", filters)
    table[group] = table[group].astype(object).where(table[group].notna(), None)
    found = {}
    for row in table.itertuples(index=False):
        key = (row.month.date(), row.phase, row.in_comparison)
        assert row.all_count == totals[key]
        assert row.share_of_all == pytest.approx(row.intervention_count / row.all_count)
        if row.intervention_count:
            found[(getattr(row, group), *key)] = row.intervention_count
    assert found == expected
    # Every part is there in every month, with 0 where it has no call.
    assert len(table) == len(totals) * table[group].nunique(dropna=False)


def test_doubtful_cells_by_month_are_all_flagged_cells(worlds: list[World]) -> None:
    for world in worlds:
        by_month = ask(world.built, "doubtful_by_month")
        flagged = world.built.select("select * from flagged_cells")
        assert by_month["cell_count"].sum() == len(flagged) > 50
        expected = Counter(
            (
                row["rule"],
                row["action"],
                call["received_month"],
                call["phase"],
            )
            for row in flagged
            if (call := world.records[intervention_of(world, row)])
        )
        found = {
            (row.rule, row.action, row.month.date(), row.phase): row.cell_count
            for row in by_month.itertuples(index=False)
        }
        assert found == expected


def intervention_of(world: World, cell: Record) -> str:
    """Return the id of the call that a flagged cell belongs to, from the export's own line."""
    path = world.built.pointer.parent / "exports" / cell["file_name"]
    lines = path.read_text(encoding="utf-8").splitlines()
    return lines[cell["line_number"] - 1].split(";")[0]


def test_reasons_count_every_finding_once_and_name_its_first_line(worlds: list[World]) -> None:
    built = worlds[0].built
    rejected = built.select("select 'reject' as action, * exclude (line_text) from rejects")
    flagged = built.select("select * from flagged_cells")
    findings: dict[tuple[Any, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for row in (*rejected, *flagged):
        key = tuple(row[name] for name in ("action", "rule", "data_set", "column_name"))
        findings[key].append((row["file_name"], row["line_number"], row["item_number"], row["value"]))
    table = ask(built, "reasons")
    assert len(table) == len(findings) > 8
    for row in table.itertuples(index=False):
        own = findings[row.action, row.rule, row.data_set, row.column_name]
        first = min(own, key=lambda place: place[:3])
        assert row.finding_count == len(own)
        assert (row.example_file_name, row.example_line_number) == first[:2]
        assert (None if pd.isna(row.example_value) else row.example_value) == first[3]
        assert row.rule in RULES and row.action in ACTIONS
    order = [("reject", "empty", "warn").index(action) for action in table["action"]]
    assert order == sorted(order)


def test_totals_are_the_files_accounts(worlds: list[World]) -> None:
    built = worlds[0].built
    totals = ask(built, "totals").iloc[0]
    for place, name in enumerate(("lines_read", "accepted", "duplicate", "rejected")):
        assert totals[name] == sum(built.account(file)[place] for file in built.files)
    assert totals["lines_read"] == totals["accepted"] + totals["duplicate"] + totals["rejected"]
    assert totals["rejected"] >= len(BAD_INTERVENTIONS)
    assert totals["file_count"] == len(ask(built, "files")) == 2
    assert totals["emptied_cell_count"] + totals["warned_cell_count"] == len(
        built.select("select * from flagged_cells")
    )
    sets = ask(built, "data_sets").set_index("data_set")
    assert {name: tuple(row) for name, row in sets.iterrows()} == built.data_sets


def test_a_file_of_an_unknown_layout_counts_with_all_its_lines(tmp_path: Path) -> None:
    built = build_files(
        tmp_path,
        {
            "good.csv": interventions_text([intervention("A", "2021-05-01 10:00:00")]),
            "strange.csv": "colour;size\nred;1\nblue;2\n",
        },
    )
    totals = ask(built, "totals").iloc[0]
    assert (totals["lines_read"], totals["accepted"], totals["rejected"]) == (3, 1, 2)
    assert totals["unread_file_count"] == 1


# --- Freshness ---------------------------------------------------------------------------------------------------


def test_freshness_lists_every_zone_and_kind_of_data_also_without_data(tmp_path: Path) -> None:
    built = build_files(
        tmp_path,
        {
            "old.csv": interventions_text([intervention("A", "2021-05-01 10:00:00")]),
            "new.csv": interventions_text([intervention("B", "2022-07-09 23:59:59")]),
            "units.csv": deployments_text([deployment("A", "2021-05-02 00:10:00")]),
        },
    )
    rows = ask(built, "freshness").set_index(["data_set", "zone_code"])
    calls, units = rows.loc[("interventions", "5381")], rows.loc[("deployments", "5381")]
    assert (calls["first_date"].date(), calls["last_date"].date()) == (date(2021, 5, 1), date(2022, 7, 9))
    assert (calls["row_count"], calls["latest_file_name"]) == (2, "new.csv")
    assert calls["days_since"] == (date.today() - date(2022, 7, 9)).days
    # A deployment counts on the day of its call, also when the unit arrived after midnight.
    assert (units["last_date"].date(), units["row_count"]) == (date(2021, 5, 1), 1)
    for data_set in ("interventions", "deployments"):
        missing = rows.loc[(data_set, "5382")]
        assert missing["row_count"] == 0
        assert pd.isna(missing["last_date"]) and pd.isna(missing["days_since"])


def test_freshness_is_what_plain_python_says(worlds: list[World]) -> None:
    world = worlds[1]
    rows = ask(world.built, "freshness").set_index(["data_set", "zone_code"])
    for zone in ("5381", "5382"):
        own = [call for call in world.records.values() if call["zone_code"] == zone]
        days = [call["received_date"] for call in own]
        row = rows.loc[("interventions", zone)]
        assert (row["first_date"].date(), row["last_date"].date(), row["row_count"]) == (
            min(days),
            max(days),
            len(days),
        )
        units = rows.loc[("deployments", zone)]
        assert units["row_count"] == sum(call["unit_count"] for call in own)
        assert units["last_date"].date() == max(call["received_date"] for call in own if call["units"])


# --- A million refused lines -------------------------------------------------------------------------------------


def test_stretches_of_refused_lines_make_the_whole(tmp_path: Path) -> None:
    draw = random.Random(3)
    rows = [
        intervention(f"I{n}", "2021-05-01 10:00:00", zone_code=draw.choice(("", "9"))) for n in range(230)
    ]
    built = build_rows(tmp_path, [*rows, intervention("good", "2021-05-01 10:00:00")])
    for rule in (None, "unknown_zone"):
        whole = rejects_stretch(built.evidence, EVERYONE, rule).table
        parts = [
            rejects_stretch(built.evidence, EVERYONE, rule, skipped, 50) for skipped in range(0, 300, 50)
        ]
        assert max(len(part.table) for part in parts) == 50
        pd.testing.assert_frame_equal(
            pd.concat([part.table for part in parts if len(part.table)], ignore_index=True), whole
        )
        assert len(whole) == (230 if rule is None else sum(row["zone_code"] == "9" for row in rows))
        assert set(whole["rule"]) == ({"unknown_zone", "missing_value"} if rule is None else {rule})


# --- Correct and drop again --------------------------------------------------------------------------------------


def corrections(built: Built) -> dict[str, bytes]:
    """Return the correction file of every layout by its header line."""
    found = {}
    for layout in ask(built, "correction_layouts").to_dict("records"):
        header_line, writing = layout["header_line"], Writing(layout["delimiter"], layout["quote"])
        lines = data_quality.correction_lines(built.database, header_line, writing.delimiter, writing.quote)
        texts = zip(lines["line_text"], lines["has_broken_quotes"], strict=True)
        found[header_line] = correction_bytes(header_line, writing, texts)
    return found


AWKWARD = 'Ruzie; "luid", met\nnieuwe regel'


def test_refused_lines_are_corrected_dropped_again_and_accepted(tmp_path: Path) -> None:
    good = intervention("good", "2021-05-01 10:00:00")
    bad = [
        intervention("A", "2021-05-02 10:00:00", zone_code="9999", nature=AWKWARD),
        intervention("B", "2021-05-03 10:00:00", zone_code="9999", nature="=1+1"),
        intervention("C", "2021-05-04 10:00:00", zone_code="9999", nature="-"),
    ]
    built = build_files(tmp_path / "one", {"calls.csv": interventions_text([good, *bad])})
    (content,) = corrections(built).values()
    assert content.startswith(b"\xef\xbb\xbf")
    header, *lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    assert header == list(INTERVENTION_COLUMNS)
    assert [line[header.index("nature")] for line in lines] == [AWKWARD, "'=1+1", "-"]
    corrected = content.decode("utf-8-sig").replace("9999", "5382")
    assert corrected.count("5382") == 3
    again = build_files(tmp_path / "two", {"corrected.csv": b"\xef\xbb\xbf" + corrected.encode("utf-8")})
    assert again.account("corrected.csv") == (3, 3, 0, 0)
    assert set(again.calls) == {"A", "B", "C"}
    assert again.calls["A"]["nature"] == AWKWARD
    assert {call["zone_code"] for call in again.calls.values()} == {"5382"}


def test_a_workbook_s_refused_lines_come_back_as_csv(tmp_path: Path) -> None:
    rows = [intervention("good", "2021-05-01 10:00:00"), BAD_INTERVENTIONS[1] | {"nature": "a;b"}]
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, INTERVENTION_COLUMNS)
        for place, row in enumerate(rows, start=1):
            sheet.write_row(place, 0, [row.get(column, "") for column in INTERVENTION_COLUMNS])
    built = build_files(tmp_path / "one", {"calls.xlsx": book.getvalue()})
    assert built.account("calls.xlsx") == (2, 1, 0, 1)
    (content,) = corrections(built).values()
    again = build_files(tmp_path / "two", {"corrected.csv": content.replace(b"9999", b"5381")})
    assert again.account("corrected.csv") == (1, 1, 0, 0)
    assert again.calls["other_zone"]["nature"] == "a;b"


def test_corrected_lines_add_to_the_export_that_they_come_from(tmp_path: Path) -> None:
    rows = [intervention("good", "2021-05-01 10:00:00"), BAD_INTERVENTIONS[1]]
    built = build_files(tmp_path, {"calls.csv": interventions_text(rows)})
    (content,) = corrections(built).values()
    corrected = content.replace(b"9999", b"5381")
    both = build_files(tmp_path, {"calls.csv": interventions_text(rows), "corrected.csv": corrected})
    assert both.account("calls.csv") == (2, 1, 0, 1)
    assert both.account("corrected.csv") == (1, 1, 0, 0)
    assert set(both.calls) == {"good", "other_zone"}


def test_each_layout_has_a_file_of_its_own_in_its_own_delimiter(tmp_path: Path) -> None:
    files = {
        "a.csv": interventions_text([intervention("A", "2021-05-01 10:00:00"), BAD_INTERVENTIONS[0]]),
        "b.csv": interventions_text([BAD_INTERVENTIONS[1]], ","),
        "c.csv": deployments_text([deployment("nobody", "2021-05-01 10:00:00")]),
    }
    built = build_files(tmp_path, files)
    layouts = ask(built, "correction_layouts")
    assert list(layouts["delimiter"]) == [";", ",", ";"]
    assert list(layouts["line_count"]) == [1, 1, 1]
    found = corrections(built)
    assert len(found) == 3
    for header_line, content in found.items():
        first, second = content.decode("utf-8-sig").splitlines()
        assert first == header_line
        assert first.count(",") == second.count(",") and first.count(";") == second.count(";")


def test_malformed_lines_come_back_as_they_were(tmp_path: Path) -> None:
    good = interventions_text([intervention("A", "2021-05-01 10:00:00")])
    lines = [
        "B;5381;73066;1;citizen_call",  # too few cells
        "C;5381;73066;1;citizen_call;x;2021-05-02 10:00:00;;surplus",  # too many
        'D;5381;73066;1;citizen_call;"open;2021-05-03 10:00:00;',  # a quotation mark that never closes
    ]
    built = build_files(tmp_path, {"calls.csv": good + "\n".join(lines) + "\n"})
    assert {rule for _, _, rule in built.refusals} == {
        "too_few_fields",
        "too_many_fields",
        "quote_not_closed",
    }
    (content,) = corrections(built).values()
    _, *found = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    assert [";".join(cells) for cells in found] == lines


def test_half_a_line_is_not_offered_as_a_line(tmp_path: Path) -> None:
    long = "L;5381;" + "x" * 20_000
    good = interventions_text([intervention("A", "2021-05-01 10:00:00"), BAD_INTERVENTIONS[0]])
    built = build_files(tmp_path, {"calls.csv": f"{good}{long}\n"})
    layout = ask(built, "correction_layouts").iloc[0]
    assert (layout["line_count"], layout["cut_line_count"]) == (1, 1)
    (content,) = corrections(built).values()
    assert b"no_zone" in content and b"xxx" not in content


# --- Nothing, or nearly nothing ----------------------------------------------------------------------------------


@pytest.fixture
def emptied(tmp_path: Path) -> Callable[[str], Evidence]:
    """Return a function that gives the evidence of a database in which a statement took rows away."""

    def without(statement: str) -> Evidence:
        built = build_rows(tmp_path, [intervention("A", "2021-05-01 10:00:00"), *BAD_INTERVENTIONS])
        copy = tmp_path / "copy.duckdb"
        shutil.copy(built.database.path, copy)
        with duckdb.connect(str(copy)) as connection:
            connection.execute(statement)
        return Evidence(Database(copy))

    return without


def test_a_database_with_only_refused_lines_answers_everything(
    emptied: Callable[[str], Evidence],
) -> None:
    evidence = emptied("delete from response_times; delete from data_set_coverage")
    for name, function in ANSWERS.items():
        if name.startswith("data_quality/"):
            table = function(evidence, Filters()).table
            if name.endswith(("completeness", "mix", "left_out", "doubtful_by_month")):
                assert table.empty, name
    assert len(data_quality.rejects(evidence, Filters()).table) == len(BAD_INTERVENTIONS)
    assert data_quality.freshness(evidence, Filters()).table["row_count"].sum() == 0


def test_clean_exports_have_no_reasons_and_nothing_to_correct(tmp_path: Path) -> None:
    start = date(2021, 5, 1)
    rows: Lines = [intervention(f"I{n}", f"{start + timedelta(days=n)} 10:00:00") for n in range(5)]
    built = build_rows(tmp_path, rows)
    for name in ("reasons", "rejects", "flagged_cells", "doubtful_by_month", "correction_layouts"):
        assert ask(built, name).empty, name


def test_the_last_day_is_that_of_the_calls_and_without_one_of_what_else_there_is(tmp_path: Path) -> None:
    others = {
        "activities": [activity("1", activity_date="2025-03-31")],
        "costs": [cost("1", booking_date="2024-02-01")],
        # What a list of purchases names may lie ahead.
        "investments": [investment("radar", "1", purchase_date="2026-09-01")],
    }
    assert build_sets(tmp_path / "without", others).evidence.last_day == date(2025, 3, 31)
    calls = {"interventions": [intervention("A", "2023-06-10 12:00:00")]}
    assert build_sets(tmp_path / "with", others | calls).evidence.last_day == date(2023, 6, 10)
    keys = {"distribution_keys": [share_of_key("all", "1")]}
    assert build_sets(tmp_path / "keys", keys).evidence.last_day == date(2021, 12, 31)
