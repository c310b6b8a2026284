"""Answers kept between runs: a page asks, and the same question of the same database is answered once."""

from pathlib import Path

import streamlit as st

from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.filters import Filters
from cooperation.answers.registry import ANSWERS
from cooperation.freshness import Rebuilder, places_from_environment
from cooperation.warehouse.database import open_database
from cooperation.warehouse.publishing import published_database

KEPT_ANSWERS = 2_000


@st.cache_resource(show_spinner=False)
def rebuilder() -> Rebuilder:
    """Return the one rebuilder of this server."""
    return Rebuilder(places_from_environment())


@st.cache_resource(show_spinner=False, max_entries=2)
def _evidence(path: str) -> Evidence:
    return Evidence(open_database(Path(path)))


def published_path() -> str:
    """Return the path of the database that is published now; NothingPublished where there is none."""
    return str(published_database(places_from_environment().database))


def evidence(path: str) -> Evidence:
    """Return the evidence in the database at `path`, opened once."""
    return _evidence(path)


@st.cache_data(show_spinner=False, max_entries=KEPT_ANSWERS)
def ask(name: str, path: str, filters: Filters) -> Answer:
    """Return the answer `name` of the database at `path` for a choice."""
    return ANSWERS[name](_evidence(path), filters)
