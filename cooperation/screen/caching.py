"""Answers kept between runs: a page asks, and the same question of the same database is answered once."""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.filters import Filters
from cooperation.answers.registry import ANSWERS
from cooperation.freshness import Rebuilder, places_from_environment
from cooperation.screen.reach import only_this_machine_reaches_it
from cooperation.warehouse.database import open_database
from cooperation.warehouse.publishing import published_database

KEPT_ANSWERS = 2_000


@st.cache_resource(show_spinner=False)
def rebuilder() -> Rebuilder:
    """Return the one rebuilder of this server."""
    return Rebuilder(places_from_environment())


@st.cache_resource(show_spinner=False, max_entries=4)
def _evidence(path: str, shows_small_counts: bool) -> Evidence:
    return Evidence(open_database(Path(path)), shows_small_counts)


def published_path() -> str:
    """Return the path of the database that is published now; NothingPublished where there is none."""
    return str(published_database(places_from_environment().database))


def evidence(path: str, headers: Mapping[str, str] | None = None) -> Evidence:
    """Return the evidence in the database at `path`, opened once; small counts shown to whoever may see them.

    `headers` are those of a request that no page makes.
    """
    hiding = evidence_for_everyone(path)
    return _evidence(path, True) if _may_see_small_counts(hiding, headers) else hiding


def evidence_for_everyone(path: str) -> Evidence:
    """Return the evidence in the database at `path` with small counts hidden, whoever asks."""
    return _evidence(path, False)


def ask_of(evidence: Evidence, name: str, path: str, filters: Filters) -> Answer:
    """Return the answer `name` for a choice, as the reader of this evidence at `path` may see it."""
    return _ask(name, path, filters, not evidence.hides_small_counts)


@st.cache_data(show_spinner=False, max_entries=KEPT_ANSWERS)
def _ask(name: str, path: str, filters: Filters, shows_small_counts: bool) -> Answer:
    return ANSWERS[name](_evidence(path, shows_small_counts), filters)


def _may_see_small_counts(evidence: Evidence, headers: Mapping[str, str] | None) -> bool:
    return only_this_machine_reaches_it(headers) and evidence.settings.analyst.small_counts
