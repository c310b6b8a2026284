"""The reader's choices: kept for the session, written into the link, read from a pasted one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from cooperation.answers.answer import Evidence
from cooperation.answers.cost_coverage import check_cost_choices
from cooperation.answers.filters import FILTER_NAMES, LIST_FILTERS, FilterError, Filters, filters_from_pairs
from cooperation.language import LANGUAGES

LANGUAGE_PARAMETER = "language"
_FILTERS = "chosen_filters"
_DROPPED = "dropped_choices"


@dataclass(frozen=True)
class DroppedChoice:
    """A choice in a pasted link that does not exist here."""

    name: str
    value: str


def chosen_language() -> str:
    """Return the language of the link or of this session, Dutch where neither says."""
    if LANGUAGE_PARAMETER not in st.session_state:
        asked = st.query_params.get(LANGUAGE_PARAMETER, "")
        st.session_state[LANGUAGE_PARAMETER] = asked if asked in LANGUAGES else LANGUAGES[0]
    return str(st.session_state[LANGUAGE_PARAMETER])


def choose_language(code: str) -> None:
    """Keep a language for this session."""
    st.session_state[LANGUAGE_PARAMETER] = code


def chosen_filters(evidence: Evidence) -> Filters:
    """Return the session's choice; a new session starts with the link's, without what does not exist here."""
    if _FILTERS not in st.session_state:
        filters, dropped = filters_of_link(_pairs_of_link(), evidence)
        st.session_state[_FILTERS] = filters
        st.session_state[_DROPPED] = dropped
    filters = st.session_state[_FILTERS]
    if not _exists(filters, evidence):
        # The exports or settings changed under the session, and a chosen code went with them.
        filters = st.session_state[_FILTERS] = Filters()
    return filters


def choose_filters(filters: Filters) -> None:
    """Keep a choice for this session; what the link asked for in vain is past."""
    st.session_state[_FILTERS] = filters
    st.session_state[_DROPPED] = ()


def dropped_choices() -> tuple[DroppedChoice, ...]:
    """Return what the link asked for that does not exist here."""
    return tuple(st.session_state.get(_DROPPED, ()))


def write_link(filters: Filters, **others: str) -> None:
    """Make the page's address say the whole choice, so that it can be pasted to a colleague.

    `others` are the choices of one page alone; empty ones are left out.
    """
    own = {name: [value] for name, value in others.items() if value}
    wanted = link_parameters(filters, chosen_language()) | own
    current = {name: st.query_params.get_all(name) for name in st.query_params}
    if current != wanted:
        st.query_params.from_dict(wanted)


def link_parameters(filters: Filters, language: str) -> dict[str, list[str]]:
    """Return the query parameters that say a choice; what is as at the start is left out."""
    parameters = {LANGUAGE_PARAMETER: [language]} if language != LANGUAGES[0] else {}
    for field in fields(Filters):
        value = getattr(filters, field.name)
        if value != field.default:
            parameters[field.name] = list(value) if field.name in LIST_FILTERS else [value]
    return parameters


def page_address(page: str, filters: Filters, language: str, **others: str) -> str:
    """Return the address of another page of the dashboard for the same choice, relative to this one.

    `others` are the choices of that page alone.
    """
    query = urlencode(link_parameters(filters, language) | others, doseq=True)
    return f"{page}?{query}" if query else page


def filters_of_link(
    pairs: Iterable[tuple[str, str]], evidence: Evidence
) -> tuple[Filters, tuple[DroppedChoice, ...]]:
    """Return the choice that a link's parameters make, and the parameters that do not exist here."""
    kept: list[tuple[str, str]] = []
    dropped = []
    # Places before periods: which months lie before the start depends on the zone.
    for name, value in sorted(pairs, key=lambda pair: pair[0] == "period"):
        try:
            exists = _exists(filters_from_pairs([*kept, (name, value)]), evidence)
        except FilterError:
            exists = False
        if exists:
            kept.append((name, value))
        else:
            dropped.append(DroppedChoice(name, value))
    return filters_from_pairs(kept), tuple(dropped)


def _exists(filters: Filters, evidence: Evidence) -> bool:
    try:
        evidence.check(filters)
        evidence.period(filters)
        check_cost_choices(evidence, filters)
    except FilterError:
        return False
    return True


def _pairs_of_link() -> list[tuple[str, str]]:
    parameters: Mapping[str, Any] = st.query_params
    return [
        (name, value)
        for name in parameters
        if name in FILTER_NAMES
        for value in st.query_params.get_all(name)
    ]
