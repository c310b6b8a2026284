"""Which table a reader browses, which of its rows, in which order: kept for the session, written into the link."""

from dataclasses import dataclass, replace

import streamlit as st

from cooperation.answers.downloads import BROWSED_AS_MART
from cooperation.answers.reproduction import (
    conditions_in_link,
    order_text,
    parts_in_link,
    read_condition,
    read_order,
)
from cooperation.warehouse.browsing import EVERY_ROW, Condition, RowChoice, RowChoiceError
from cooperation.warehouse.dictionary import tables

FIRST_TABLE = "response_times/headline"
_CHOICE = "table_choice"
_LEFT_OUT = "table_choice_left_out"
TABLE, WHERE, SORT, PAGE = "table", "where", "sort", "page"


@dataclass(frozen=True)
class TableChoice:
    """A table, which of its rows, and which page of them, the first being 1."""

    table: str = FIRST_TABLE
    rows: RowChoice = EVERY_ROW
    page: int = 1

    def in_link(self) -> dict[str, str]:
        """Return the choice as parameters of a link; what is as at the start is empty."""
        return {
            TABLE: "" if self.table == FIRST_TABLE else self.table,
            WHERE: conditions_in_link(self.rows.conditions),
            SORT: order_text(self.rows),
            PAGE: "" if self.page == 1 else str(self.page),
        }


def chosen_table() -> TableChoice:
    """Return the session's choice; a new session starts with the link's, as far as such a table exists."""
    if _CHOICE not in st.session_state:
        st.session_state[_CHOICE] = _table_of_link()
    choice: TableChoice = st.session_state[_CHOICE]
    return choice


def left_out() -> tuple[RowChoiceError, ...]:
    """Return why parts of what was asked for last are not kept; a next choice forgets them."""
    return tuple(st.session_state.get(_LEFT_OUT, ()))


def leave_out(kept: RowChoice, problems: tuple[RowChoiceError, ...]) -> None:
    """Keep what of the choice can be, and why the rest cannot."""
    st.session_state[_CHOICE] = replace(chosen_table(), rows=kept)
    st.session_state[_LEFT_OUT] = (*left_out(), *problems)


def choose_table(table: str) -> None:
    """Keep another table, from its first row on."""
    _keep(TableChoice(table))


def choose_rows(rows: RowChoice) -> None:
    """Keep other rows of the same table, from the first on."""
    _keep(TableChoice(chosen_table().table, rows))


def turn_to(page: int) -> None:
    """Keep another page of the same rows."""
    _keep(replace(chosen_table(), page=page))


def add_condition(condition: Condition) -> None:
    """Keep one condition more."""
    rows = chosen_table().rows
    choose_rows(replace(rows, conditions=(*rows.conditions, condition)))


def remove_condition(place: int) -> None:
    """Keep one condition fewer."""
    rows = chosen_table().rows
    choose_rows(replace(rows, conditions=rows.conditions[:place] + rows.conditions[place + 1 :]))


def _keep(choice: TableChoice) -> None:
    st.session_state[_CHOICE] = choice
    st.session_state[_LEFT_OUT] = ()


def _table_of_link() -> TableChoice:
    asked = st.query_params
    name = asked.get(TABLE, FIRST_TABLE)
    table = BROWSED_AS_MART.get(name, name)
    if table not in tables():
        # What was chosen of that table can be nothing of another one.
        st.session_state[_LEFT_OUT] = (RowChoiceError("table", name),)
        return TableChoice()
    conditions: list[Condition] = []
    problems: list[RowChoiceError] = []
    for part in parts_in_link(asked.get(WHERE, "")):
        try:
            conditions.append(read_condition(part))
        except RowChoiceError as error:
            problems.append(error)
    page = asked.get(PAGE, "1")
    is_page = page.isdecimal() and 0 < int(page) < 10**9
    if not is_page:
        problems.append(RowChoiceError("page", page))
    st.session_state[_LEFT_OUT] = tuple(problems)
    rows = RowChoice(tuple(conditions), *read_order(asked.get(SORT, "")))
    return TableChoice(table, rows, int(page) if is_page else 1)
