"""The accepted lines of a build as staging holds them: pages ask marts, tests of the rules look one step earlier."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

from cooperation.warehouse import build as building
from cooperation.warehouse.contract import DATA_SETS
from tests.warehouse.exports import Built, build_files

Staged = Mapping[str, list[dict[str, Any]]]


def build_and_stage(
    folder: Path, files: Mapping[str, str | bytes], settings: str | None = None
) -> tuple[Built, Staged]:
    """Run the real build and return it with the rows of every `staging.<data set>`, in file order."""
    staged: dict[str, list[dict[str, Any]]] = {}

    class WatchedBuild(building._Build):
        def _check(self) -> None:
            super()._check()
            for data_set in DATA_SETS:
                cursor = self._connection.execute(
                    f"from staging.{data_set.name} order by file_number, line_number, item_number"
                )
                names = [column[0] for column in cursor.description]
                staged[data_set.name] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    with patch.object(building, "_Build", WatchedBuild):
        built = build_files(folder, files, settings)
    return built, staged
