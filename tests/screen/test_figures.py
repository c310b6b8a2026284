"""The files behind a figure: which lie ready, and that both kinds hold the same."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from cooperation.answers.answer import Answer
from cooperation.answers.filters import Filters
from cooperation.answers.periods import Period, Span
from cooperation.documents.csv_files import csv_bytes
from cooperation.screen.figures import LONGEST_READY_TABLE, _download

YEARS = Period(Span(date(2019, 1, 1), date(2022, 1, 1)), Span(date(2022, 1, 1), date(2025, 1, 1)))
# All that a file asks of a page: whether the data are invented.
VIEW: Any = SimpleNamespace(evidence=SimpleNamespace(coverage=SimpleNamespace(is_demonstration=False)))


def answer_of(rows: int) -> Answer:
    return Answer("response_times/headline", pd.DataFrame({"n": range(rows)}), "", {}, Filters(), YEARS)


@pytest.mark.parametrize(
    ("rows", "is_ready"), [(0, True), (LONGEST_READY_TABLE, True), (LONGEST_READY_TABLE + 1, False)]
)
def test_a_file_lies_ready_unless_it_is_long(rows: int, is_ready: bool) -> None:
    answer = answer_of(rows)
    content = _download(VIEW, answer, "international", None).content
    assert isinstance(content, bytes) is is_ready
    assert (content if isinstance(content, bytes) else content()) == csv_bytes(answer.table, "international")


def test_a_file_of_more_than_the_screen_shows_is_made_when_it_is_asked_for() -> None:
    asked = []

    def whole() -> Answer:
        asked.append(True)
        return answer_of(3)

    content = _download(VIEW, answer_of(1), "international", whole).content
    assert not asked and not isinstance(content, bytes)
    assert content() == csv_bytes(answer_of(3).table, "international")
