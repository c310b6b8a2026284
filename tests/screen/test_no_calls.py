"""A database without one call: pages about calls say what to do, and fall over nothing."""

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.warehouse.exports import build_sets, cost


@pytest.mark.parametrize("page", ["overview", "response_times"])
def test_a_page_about_calls_says_what_to_drop_where_only_costs_are(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_sets(tmp_path, {"costs": [cost("1")]})
    monkeypatch.setenv("COOPERATION_EXPORTS", str(tmp_path / "exports"))
    monkeypatch.setenv("COOPERATION_DATABASE", str(tmp_path / "monitor"))
    monkeypatch.setenv("COOPERATION_SETTINGS", str(tmp_path / "cooperation.toml"))
    st.cache_resource.clear()
    try:
        shown = AppTest.from_string(f"from pages.{page} import render\nrender()", default_timeout=60).run()
    finally:
        st.cache_resource.clear()
    assert not shown.exception
    words = " ".join(str(element.proto) for element in shown.get("html"))
    assert "Er staan nog geen oproepen in de exports" in words
    assert "niet vergelijkbaar" not in words
