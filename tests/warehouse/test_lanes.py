"""Steps side by side: really at once, each alone on its connection, and the first failure in order is the one told."""

from collections.abc import Iterator
from threading import Barrier, Event
from time import sleep

import duckdb
import pytest

from cooperation.warehouse.lanes import Lanes, Step

# Far longer than two threads take to meet, so that only steps one after the other run into it.
SECONDS_TO_MEET = 20


@pytest.fixture
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory with one empty table."""
    with duckdb.connect() as connection:
        connection.execute("create table done (name varchar)")
        yield connection


def adding(name: str) -> Step:
    """Return a step that adds its name to `done`."""
    return lambda lane: lane.execute("insert into done values ($name)", {"name": name})


def test_two_steps_run_at_once_and_a_third_waits_for_a_lane(database: duckdb.DuckDBPyConnection) -> None:
    meeting, used = Barrier(2), list[int]()

    def meet(lane: duckdb.DuckDBPyConnection) -> None:
        used.append(id(lane))
        meeting.wait(SECONDS_TO_MEET)

    with Lanes([database.cursor(), database.cursor()]) as lanes:
        lanes.run(meet, meet, adding("third"))
    assert len(set(used)) == 2
    assert database.execute("select name from done").fetchall() == [("third",)]


def test_of_two_failures_the_first_in_order_is_raised_once_every_step_has_ended(
    database: duckdb.DuckDBPyConnection,
) -> None:
    second_failed = Event()

    def fail_late(_: duckdb.DuckDBPyConnection) -> None:
        assert second_failed.wait(SECONDS_TO_MEET)
        raise ValueError("first in order")

    def fail_at_once(_: duckdb.DuckDBPyConnection) -> None:
        second_failed.set()
        raise ValueError("first in time")

    with Lanes([database.cursor(), database.cursor()]) as lanes:
        with pytest.raises(ValueError, match="first in order"):
            lanes.run(fail_late, fail_at_once, adding("last"))
        assert database.execute("select name from done").fetchall() == [("last",)]
        # A lane on which a step failed is as good as before.
        lanes.run(adding("after"), adding("that"))
    assert database.execute("select count(*) from done").fetchall() == [(3,)]


def test_what_was_begun_runs_beside_the_caller_and_its_failure_is_told_when_it_is_settled(
    database: duckdb.DuckDBPyConnection,
) -> None:
    may_end = Event()

    def fail(_: duckdb.DuckDBPyConnection) -> None:
        assert may_end.wait(SECONDS_TO_MEET)
        raise ValueError("told at the end")

    with Lanes([database.cursor(), database.cursor()]) as lanes:
        lanes.begin(fail)
        lanes.begin(adding("beside it"))
        may_end.set()
        with pytest.raises(ValueError, match="told at the end"):
            lanes.settle()
        assert database.execute("select name from done").fetchall() == [("beside it",)]
        # Told once: what comes after it stands on its own.
        lanes.settle()


def test_a_step_is_begun_only_where_a_lane_is_free(database: duckdb.DuckDBPyConnection) -> None:
    order = list[str]()

    def slowly(_: duckdb.DuckDBPyConnection) -> None:
        sleep(0.2)
        order.append("first has ended")

    with Lanes([database.cursor()]) as lanes:
        lanes.begin(slowly)
        lanes.begin(adding("second"))
        order.append("second has begun")
        lanes.settle()
    assert order == ["first has ended", "second has begun"]


def test_the_connections_are_closed_at_the_end(database: duckdb.DuckDBPyConnection) -> None:
    lane = database.cursor()
    with Lanes([lane]):
        pass
    with pytest.raises(duckdb.ConnectionException):
        lane.execute("select 1")
