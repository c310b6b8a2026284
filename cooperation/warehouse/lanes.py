"""Steps of a build that do not stand on each other, run at the same time.

Up to about a hundred thousand lines DuckDB puts one core to work on a statement, however many there are.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from queue import SimpleQueue
from typing import Any, Self

import duckdb

LANE_COUNT = 2

Step = Callable[[duckdb.DuckDBPyConnection], Any]


class Lanes:
    """Connections to a database that is being built, each of which runs one step at a time. A context manager.

    Make them before the configuration is locked; a step may count on whatever was committed before it started.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._free: SimpleQueue[duckdb.DuckDBPyConnection] = SimpleQueue()
        self._connections = [connection.cursor() for _ in range(LANE_COUNT)]
        for lane in self._connections:
            # Each connection would draw a bar of its own.
            lane.execute("set enable_progress_bar = false")
            self._free.put(lane)
        self._threads = ThreadPoolExecutor(LANE_COUNT)

    def run(self, *steps: Step) -> None:
        """Run all steps to their end, begun in this order; of those that fail, the first in this order is raised."""
        started = [self._threads.submit(self._run, step) for step in steps]
        wait(started)
        for step in started:
            step.result()

    def _run(self, step: Step) -> None:
        lane = self._free.get()
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
