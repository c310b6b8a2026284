"""A database without one call, or of another version: pages say what to do, and fall over nothing."""

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from cooperation.warehouse.publishing import published_database
from tests.warehouse.exports import activity, build_sets, cost, deployment, intervention


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
    # Of calls there is nothing to compare, which is not the same as two sides that do not compare.
    if page == "overview":
        assert "Geen gegevens: sneller ter plaatse" in words_on(shown)
    else:
        assert "niet vergelijkbaar" not in words_on(shown)


def test_without_calls_the_first_page_judges_the_promises_that_it_can(
    tmp_path: Path, shown_page: Callable[[str], AppTest]
) -> None:
    hours = (100, 101, 99, 140, 141, 139)
    lines = [
        activity(quantity, indicator_code=code, zone_code=zone, activity_date=f"{year}-12-31")
        for zone in ("5381", "5382")
        for year, hour in zip(range(2019, 2025), hours, strict=True)
        for code, quantity in (("training_hours", str(hour)), ("staff_full_time_equivalents", "10"))
    ]
    build_sets(tmp_path, {"activities": lines})
    shown = shown_page("overview")
    assert not shown.exception
    assert "Zoals beloofd: meer kennis in huis. Geen gegevens: sneller ter plaatse" in words_on(shown)
    assert "Er staan nog geen oproepen in de exports" in words_on(shown)
    # A choice of periods names no years where no calls give them.
    assert "Evenveel hele jaren voor als na" in [text for box in shown.selectbox for text in box.options]


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
