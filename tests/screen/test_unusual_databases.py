"""A database without one call, or of another version: pages say what to do, and fall over nothing."""

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from cooperation.warehouse.publishing import published_database
from tests.warehouse.exports import build_sets, cost, deployment, intervention


@pytest.fixture
def shown_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], AppTest]]:
    """Return a function that draws a page of `pages/` from what was built in `tmp_path`."""
    monkeypatch.setenv("COOPERATION_EXPORTS", str(tmp_path / "exports"))
    monkeypatch.setenv("COOPERATION_DATABASE", str(tmp_path / "monitor"))
    monkeypatch.setenv("COOPERATION_SETTINGS", str(tmp_path / "cooperation.toml"))

    def draw(page: str) -> AppTest:
        st.cache_resource.clear()
        return AppTest.from_string(f"from pages.{page} import render\nrender()", default_timeout=60).run()

    yield draw
    st.cache_resource.clear()


def words_on(shown: AppTest) -> str:
    """Return all words of a drawn page."""
    return " ".join(str(element.proto) for element in shown.get("html"))


@pytest.mark.parametrize("page", ["overview", "response_times"])
def test_a_page_about_calls_says_what_to_drop_where_only_costs_are(
    page: str, tmp_path: Path, shown_page: Callable[[str], AppTest]
) -> None:
    build_sets(tmp_path, {"costs": [cost("1")]})
    shown = shown_page(page)
    assert not shown.exception
    assert "Er staan nog geen oproepen in de exports" in words_on(shown)
    assert "niet vergelijkbaar" not in words_on(shown)


@pytest.mark.parametrize(
    ("page", "missing"),
    [
        ("overview", "file_accounts"),
        ("response_times", "response_times"),
        ("shared_costs", "cost_shares"),
        ("data_quality", "municipalities"),
    ],
)
def test_a_database_of_a_version_that_lacked_a_table_is_no_accident(
    page: str,
    missing: str,
    tmp_path: Path,
    shown_page: Callable[[str], AppTest],
) -> None:
    build_sets(
        tmp_path,
        {
            "interventions": [intervention("A", "2023-06-10 12:00:00")],
            "deployments": [deployment("A", "2023-06-10 12:08:00")],
            "costs": [cost("1")],
        },
    )
    with duckdb.connect(str(published_database(tmp_path / "monitor"))) as database:
        database.execute(f"alter table {missing} rename to renamed_since")
    shown = shown_page(page)
    assert not shown.exception
    assert words_on(shown)
