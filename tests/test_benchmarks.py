"""What the benchmarks compare: both ways to a figure answer, and count the same calls."""

from pathlib import Path

import pandas as pd
import pytest

from benchmarks.build_and_answers import FIGURES, call_count_of, counts_agree
from benchmarks.corrected_for_mix import percent
from benchmarks.plain_pandas import PandasEvidence, read_exports
from cooperation.answers.answer import Evidence
from cooperation.answers.filters import Filters
from cooperation.answers.registry import ANSWERS
from cooperation.warehouse.database import open_database

Ways = tuple[Evidence, Evidence]


@pytest.fixture(scope="module")
def ways(demonstration_exports: Path, demonstration_database: Path) -> Ways:
    database = open_database(demonstration_database)
    evidence = Evidence(database)
    merged = evidence.municipalities.dropna(subset=["merged_into_nis"])
    merged_into = dict(zip(merged["nis_code"], merged["merged_into_nis"], strict=True))
    calls = read_exports(demonstration_exports, database.settings, merged_into)
    return evidence, PandasEvidence(database, calls)


def test_every_figure_about_calls_is_timed() -> None:
    about_calls = {name for name in ANSWERS if name.split("/")[0] in ("overview", "response_times")}
    # The promises are made of these and of costs.
    assert set(FIGURES) == about_calls - {"overview/promises"}


@pytest.mark.parametrize("name", FIGURES)
def test_both_ways_answer_with_the_same_rows_and_calls(ways: Ways, name: str) -> None:
    by_sql, by_pandas = (ANSWERS[name](evidence, Filters()).table for evidence in ways)
    assert len(by_sql) == len(by_pandas) > 0
    assert counts_agree(call_count_of(by_sql), call_count_of(by_pandas))


def test_both_ways_come_to_the_same_verdicts(ways: Ways) -> None:
    by_sql, by_pandas = (ANSWERS["response_times/comparison"](evidence, Filters()).table for evidence in ways)
    columns = ["statistic", "verdict", "confirmation"]
    pd.testing.assert_frame_equal(by_sql[columns], by_pandas[columns])
    for column in ("difference", "corrected", "against_trend"):
        assert by_sql[column].tolist() == pytest.approx(by_pandas[column].tolist(), rel=0.05)


def test_what_is_not_asked_is_not_a_percentage() -> None:
    assert percent(pd.Series([1.0, 0.0, float("nan"), 1.0])) == "66.7%"
    assert percent(pd.Series([float("nan")] * 2)) == "–"
