"""The files behind a figure: which lie ready, and that both kinds hold the same."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from cooperation import __version__
from cooperation.answers.answer import Answer
from cooperation.answers.filters import Filters
from cooperation.answers.periods import Period, Span
from cooperation.answers.reproduction import COMMAND
from cooperation.documents.csv_files import csv_bytes
from cooperation.screen.figures import LONGEST_READY_TABLE, _download

YEARS = Period(Span(date(2019, 1, 1), date(2022, 1, 1)), Span(date(2022, 1, 1), date(2025, 1, 1)))
# All that a file asks of a page: until when the data are, and whether they are invented.
COVERAGE = SimpleNamespace(is_demonstration=False)
VIEW: Any = SimpleNamespace(evidence=SimpleNamespace(coverage=COVERAGE, last_day=YEARS.after.last))
MADE_BY = (
    f"{' '.join(COMMAND)} answer response_times/headline"
    f" # before 2019-01..2021-12, after 2022-01..2024-12; exports until 2024-12-31; version {__version__}"
)


def in_file(rows: int) -> bytes:
    return csv_bytes(answer_of(rows).table.assign(made_by=MADE_BY), "international")


def answer_of(rows: int) -> Answer:
    return Answer("response_times/headline", pd.DataFrame({"n": range(rows)}), "", {}, Filters(), YEARS)


@pytest.mark.parametrize(
    ("rows", "is_ready"), [(0, True), (LONGEST_READY_TABLE, True), (LONGEST_READY_TABLE + 1, False)]
)
def test_a_file_lies_ready_unless_it_is_long(rows: int, is_ready: bool) -> None:
    answer = answer_of(rows)
    content = _download(VIEW, answer, "international", None).content
    assert isinstance(content, bytes) is is_ready
    assert (content if isinstance(content, bytes) else content()) == in_file(rows)


def test_a_file_of_more_than_the_screen_shows_is_made_when_it_is_asked_for() -> None:
    asked = []

    def whole() -> Answer:
        asked.append(True)
        return answer_of(3)

    content = _download(VIEW, answer_of(1), "international", whole).content
    assert not asked and not isinstance(content, bytes)
    assert content() == in_file(3)
