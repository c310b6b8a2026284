"""Rows of a mart under conditions, in an order, page by page: as the same choice among plain rows would give them."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from cooperation.answers.downloads import _holds
from cooperation.warehouse import browsing
from cooperation.warehouse.browsing import (
    EVERY_ROW,
    OPERATORS,
    WITHOUT_VALUE,
    Condition,
    MartRows,
    RowChoice,
    RowChoiceError,
    bound_conditions,
)
from cooperation.warehouse.build import MARTS, ROWS_IN_ORDER_OF
from cooperation.warehouse.database import Database, open_database

CALLS = "response_times"


@pytest.fixture(scope="module")
def database(demonstration_database: Path) -> Iterator[Database]:
    opened = open_database(demonstration_database)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def calls(database: Database) -> list[dict[str, Any]]:
    """Return every row of the mart as plain values."""
    batches = list(MartRows(database, CALLS, EVERY_ROW).batches())
    return list(pa.concat_tables(batches).to_pylist())


def chosen(database: Database, *conditions: Condition, **order: Any) -> MartRows:
    return MartRows(database, CALLS, RowChoice(conditions, **order))


def ids(rows: MartRows) -> list[int]:
    return list(rows.stretch(0, rows.count)["intervention_number"])


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (Condition("zone_code", "is", "5382"), lambda row: row["zone_code"] == "5382"),
        (Condition("intervention_id", "contains", "demo-2019"), lambda row: "DEMO-2019" in row["intervention_id"]),
        (Condition("intervention_id", "contains", "%"), lambda row: False),
        (Condition("response_seconds", "from", "1200,0"), lambda row: (row["response_seconds"] or 0) >= 1200),
        (Condition("response_seconds", "until", "60"), lambda row: row["response_seconds"] in range(61)),
        (Condition("response_seconds", "unknown"), lambda row: row["response_seconds"] is None),
        (Condition("priority", "known"), lambda row: row["priority"] is not None),
        (Condition("is_urgent", "is", "ja"), lambda row: row["is_urgent"] is True),
        (Condition("received_date", "is", "31/12/2021"), lambda row: row["received_date"] == date(2021, 12, 31)),
        (Condition("received_at", "until", "2018-01-02"), lambda row: row["received_at"] < datetime(2018, 1, 3)),
        (Condition("received_at", "is", "2018-01-02"), lambda row: row["received_at"].date() == date(2018, 1, 2)),
        (Condition("received_at", "from", "2025-12-31 12:00"), lambda row: str(row["received_at"]) >= "2025-12-31 12"),
    ],
    ids=lambda value: f"{value.column}-{value.operator}" if isinstance(value, Condition) else "",
)  # fmt: skip
def test_a_condition_keeps_the_rows_that_meet_it(
    database: Database,
    calls: list[dict[str, Any]],
    condition: Condition,
    holds: Callable[[dict[str, Any]], bool],
) -> None:
    rows = chosen(database, condition)
    expected = [row["intervention_number"] for row in calls if holds(row)]
    assert rows.count == len(expected)
    assert ids(rows) == expected


def test_conditions_hold_together_and_one_column_can_have_two(database: Database) -> None:
    between = (Condition("response_seconds", "from", "600"), Condition("response_seconds", "until", "660"))
    rows = chosen(database, *between, Condition("zone_code", "is", "5381"))
    values = rows.stretch(0, rows.count)
    assert rows.count > 100
    assert values["response_seconds"].between(600, 660).all() and set(values["zone_code"]) == {"5381"}


@pytest.mark.parametrize("is_descending", [False, True])
def test_pages_follow_each_other_without_gap_or_overlap(
    database: Database, is_descending: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A file is made of many stretches of its order, and of the last one a part.
    monkeypatch.setattr(browsing, "ORDERED_ROWS_A_BATCH", 37)
    rows = chosen(
        database,
        Condition("received_date", "until", "2018-02-01"),
        order_by="response_seconds",
        is_descending=is_descending,
    )
    pages = [rows.stretch(first, 50) for first in range(0, rows.count, 50)]
    whole = pd.concat(pages, ignore_index=True)
    assert len(whole) == rows.count == whole["intervention_number"].nunique()
    known = whole["response_seconds"].dropna()
    assert list(known) == sorted(known, reverse=is_descending)
    # Unknown comes last, whichever way.
    assert whole["response_seconds"].isna().sum() > 0
    assert whole["response_seconds"].tail(int(whole["response_seconds"].isna().sum())).isna().all()
    streamed = pa.concat_tables(list(rows.batches()))
    assert streamed["intervention_number"].to_pylist() == list(whole["intervention_number"])
    assert rows.count > 3 * 37


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        (RowChoice((Condition("nature", "is", "x"),)), "column"),
        (RowChoice((Condition("first_unit_line", "known"),)), "column"),
        (RowChoice((Condition('zone_code" or 1=1 --', "is", "x"),)), "column"),
        (RowChoice(order_by="rowid"), "column"),
        (RowChoice(order_by="nature"), "column"),
        (RowChoice((Condition("zone_code", "from", "1"),)), "operator"),
        (RowChoice((Condition("response_seconds", "contains", "1"),)), "operator"),
        (RowChoice((Condition("zone_code", "or 1=1", "x"),)), "operator"),  # type: ignore[arg-type]
        (RowChoice((Condition("response_seconds", "is", "fast"),)), "value"),
        (RowChoice((Condition("response_seconds", "is", "1.5"),)), "value"),
        (RowChoice((Condition("response_seconds", "is", "9" * 40),)), "value"),
        (RowChoice((Condition("response_seconds", "is", "NaN"),)), "value"),
        (RowChoice((Condition("received_date", "is", "32/12/2021"),)), "value"),
        (RowChoice((Condition("is_urgent", "is", "maybe"),)), "value"),
        (RowChoice((Condition("zone_code", "is"),)), "no_value"),
        (RowChoice((Condition("zone_code", "unknown", "x"),)), "takes_no_value"),
    ],
)
def test_what_does_not_exist_is_refused_before_the_database_is_asked(
    database: Database, choice: RowChoice, code: str
) -> None:
    with pytest.raises(RowChoiceError) as refusal:
        MartRows(database, CALLS, choice)
    assert refusal.value.code == code
    if code == "operator":
        # Whoever guesses is told what there is, for a column of that type.
        kinds = {entry.name: entry.type for entry in MartRows(database, CALLS, EVERY_ROW).columns}
        possible = ", ".join(OPERATORS[kinds[choice.conditions[0].column]])
        assert str(refusal.value).endswith(f"choose one of {possible}")


@pytest.mark.parametrize(
    "table", ["about", "files", "staging.interventions", "response_times; drop", "sqlite_master"]
)
def test_only_marts_are_browsed(database: Database, table: str) -> None:
    with pytest.raises(RowChoiceError, match="table"):
        MartRows(database, table, EVERY_ROW)


def test_a_value_is_only_ever_a_value(database: Database) -> None:
    hostile = "5381' or 1=1 --"
    rows = chosen(database, Condition("zone_code", "is", hostile))
    assert rows.count == 0
    assert hostile not in rows.sql and rows.values == {"value_a": hostile}


@pytest.mark.parametrize("mart", MARTS)
def test_every_mart_is_given_whole(database: Database, mart: str) -> None:
    rows = MartRows(database, mart, EVERY_ROW)
    whole = pa.concat_tables(list(rows.batches()))
    assert whole.num_rows == rows.count
    assert whole.column_names == [entry.name for entry in rows.columns]
    assert "hidden" not in {entry.type for entry in rows.columns}


def test_answers_and_marts_understand_a_choice_alike(database: Database, calls: list[dict[str, Any]]) -> None:
    rows = MartRows(database, CALLS, EVERY_ROW)
    table = rows.stretch(0, 3_000)
    tried = 0
    for entry in rows.columns:
        known = table[entry.name].dropna()
        value = str(known.iloc[len(known) // 2]) if len(known) else "0"
        value = value[:10] if entry.type == "date" else value
        for asked in OPERATORS[entry.type]:
            choice = RowChoice((Condition(entry.name, asked, "" if asked in WITHOUT_VALUE else value),))
            bound = bound_conditions(rows.columns, choice)[0]
            number = Condition("intervention_number", "until", str(table["intervention_number"].max()))
            in_database = chosen(database, choice.conditions[0], number)
            first = set(table["intervention_number"])
            expected = [number for number in ids(in_database) if number in first]
            assert list(table[_holds(table, bound)]["intervention_number"]) == expected, choice
            tried += 1
    assert tried > 100


def test_every_mart_keeps_its_rows_in_one_order(database: Database) -> None:
    # Two builds of the same exports must give the same rows on the same page, whatever the cores did first.
    with database.cursor() as cursor:
        for mart in MARTS:
            order = ROWS_IN_ORDER_OF.get(mart, "all")
            as_they_stand, in_order = (
                cursor.execute(f"from {mart} order by {by}").fetchall() for by in ("rowid", order)
            )
            assert as_they_stand == in_order, mart
        numbered = cursor.execute(
            "select intervention_number from response_times order by received_date, received_at, intervention_id"
        ).fetchall()
        assert numbered == [(number,) for number in range(1, len(numbered) + 1)]
