"""Published studies with open data, where they are."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser import PROJECT

PUBLISHED = PROJECT.parent / "shared" / "published"


@pytest.fixture
def published() -> Callable[[str], Path]:
    """Return a function from a study's name to its folder; it skips the test where that folder is absent."""

    def folder(name: str) -> Path:
        found = PUBLISHED / name
        if not found.is_dir():
            pytest.skip(f"published data absent on this machine: ../shared/published/{name}")
        return found

    return folder
