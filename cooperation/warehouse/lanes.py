"""Steps of a build that do not stand on each other, run at the same time.

Up to about a hundred thousand lines DuckDB puts one core to work on a statement, however many there are.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from queue import SimpleQueue
from typing import Any, Self

import duckdb

Step = Callable[[duckdb.DuckDBPyConnection], Any]


class Lanes:
    """Connections to a database that is being built, each of which runs one step at a time. A context manager.

    A step may count on whatever was committed before it started. The connections are closed at the end. Steps are
    begun and settled by one thread.
    """

    def __init__(self, connections: Sequence[duckdb.DuckDBPyConnection]) -> None:
        self._connections = tuple(connections)
        self._free: SimpleQueue[duckdb.DuckDBPyConnection] = SimpleQueue()
        for connection in self._connections:
            self._free.put(connection)
        self._threads = ThreadPoolExecutor(len(self._connections))
        self._begun: list[Future[None]] = []

    def run(self, *steps: Step) -> None:
        """Run all steps to their end, begun in this order; of those that fail, the first in this order is raised."""
        for step in steps:
            self.begin(step)
        self.settle()

    def begin(self, step: Step) -> None:
        """Begin a step beside what the caller does next; wait for a free lane first."""
        self._begun.append(self._threads.submit(self._run, self._free.get(), step))

    def settle(self) -> None:
        """Wait until every step that was begun has ended; of those that failed, the first begun is raised."""
        begun, self._begun = self._begun, []
        wait(begun)
        for step in begun:
            step.result()

    def _run(self, lane: duckdb.DuckDBPyConnection, step: Step) -> None:
        try:
            step(lane)
        finally:
            self._free.put(lane)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Wait for what still runs, and close the connections."""
        self._threads.shutdown()
        for lane in self._connections:
            lane.close()
