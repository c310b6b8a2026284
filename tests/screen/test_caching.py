"""The same question of the same database is answered once; a new database is never answered from an old one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.filters import Filters
from cooperation.answers.periods import Period, Span
from cooperation.screen import caching
from cooperation.warehouse.publishing import NothingPublished, new_database_path, publish

RIEMST = Filters(municipality_nis=("73066",))


@pytest.fixture(autouse=True)
def empty_caches() -> Iterator[None]:
    """Empty what the server keeps, before and after each test."""
    for kept in (caching.rebuilder, caching._evidence, caching._ask):
        kept.clear()
    yield
    for kept in (caching.rebuilder, caching._evidence, caching._ask):
        kept.clear()


@dataclass(frozen=True)
class FakeEvidence:
    """A database that is its path."""

    path: str
    shows_small_counts: bool

    @property
    def hides_small_counts(self) -> bool:
        return not self.shows_small_counts


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Filters]]:
    """Return the list of all questions that a database was really asked: its path and the choice."""
    asked: list[tuple[str, Filters]] = []

    def answer(evidence: Any, filters: Filters) -> Answer:
        asked.append((evidence.path, filters))
        start = pd.Timestamp("2022-01-01").date()
        table = pd.DataFrame({"figure": [len(asked)]})
        return Answer(
            "test/figure", table, "select 1", {}, filters, Period(Span(start, start), Span(start, start))
        )

    monkeypatch.setattr(caching, "ANSWERS", {"test/figure": answer, "test/other": answer})
    monkeypatch.setattr(caching, "open_database", str)
    monkeypatch.setattr(caching, "Evidence", FakeEvidence)
    return asked


def ask(name: str, path: str, filters: Filters) -> Answer:
    return caching.ask_of(caching.evidence(path), name, path, filters)


def test_a_question_is_answered_once(questions: list[tuple[str, Filters]]) -> None:
    first = ask("test/figure", "a.duckdb", RIEMST)
    again = ask("test/figure", "a.duckdb", replace(RIEMST))
    assert questions == [("a.duckdb", RIEMST)]
    assert again.table["figure"].tolist() == first.table["figure"].tolist() == [1]


@pytest.mark.parametrize(
    "other",
    [
        ("test/other", "a.duckdb", RIEMST),
        ("test/figure", "b.duckdb", RIEMST),
        ("test/figure", "a.duckdb", Filters()),
        ("test/figure", "a.duckdb", RIEMST.with_(period="all")),
        # The order of a list of one and of two, and the same code in another list.
        ("test/figure", "a.duckdb", Filters(municipality_nis=("73066", "73109"))),
        ("test/figure", "a.duckdb", Filters(zone_code=("73066",))),
    ],
)
def test_another_question_is_another_answer(
    questions: list[tuple[str, Filters]], other: tuple[str, str, Filters]
) -> None:
    ask("test/figure", "a.duckdb", RIEMST)
    assert ask(*other).table["figure"].tolist() == [2]
    assert questions[1:] == [other[1:]]


def test_who_changes_an_answer_changes_his_own_copy(questions: list[tuple[str, Filters]]) -> None:
    table = ask("test/figure", "a.duckdb", RIEMST).table
    table.loc[0, "figure"] = 99
    assert ask("test/figure", "a.duckdb", RIEMST).table["figure"].tolist() == [1]


def test_a_database_is_opened_once(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(caching, "open_database", lambda path: opened.append(path.name))
    first = caching.evidence("a.duckdb")
    assert caching.evidence("a.duckdb") is first and isinstance(first, Evidence)
    assert caching.evidence("b.duckdb") is not first
    assert opened == ["a.duckdb", "b.duckdb"]


def test_the_published_path_follows_the_pointer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pointer = tmp_path / "monitor"
    monkeypatch.setenv("COOPERATION_DATABASE", str(pointer))
    with pytest.raises(NothingPublished):
        caching.published_path()
    for _ in range(2):
        built = new_database_path(pointer)
        built.write_bytes(b"")
        database = publish(pointer, built)
        assert caching.published_path() == str(database)


def test_a_server_has_one_rebuilder() -> None:
    assert caching.rebuilder() is caching.rebuilder()
