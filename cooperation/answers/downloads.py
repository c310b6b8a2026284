"""Every answer and every mart as rows to browse and take along: counted, filtered, ordered, a page at a time."""

import operator
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa

from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.filters import Filters
from cooperation.answers.periods import Period
from cooperation.answers.registry import ANSWERS
from cooperation.warehouse.browsing import (
    ROWS_A_BATCH,
    Bound,
    MartRows,
    RowChoice,
    RowChoiceError,
    bound_conditions,
    shown_columns,
)
from cooperation.warehouse.dictionary import ColumnEntry, TableEntry, tables

# An answer that is a mart's rows as they stand is browsed there: refused lines can be a million.
BROWSED_AS_MART: Mapping[str, str] = {"data_quality/rejects": "rejects"}
# Counts of activities before small ones are hidden: for whoever may see those alone.
MARTS_WITH_SMALL_COUNTS = ("activity_months",)

ARROW_TYPES = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
}
_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "is": operator.eq,
    "from": operator.ge,
    "until": operator.le,
}


class Rows(Protocol):
    """The rows of one table under a choice."""

    @property
    def table(self) -> TableEntry:
        """What the table is."""

    @property
    def columns(self) -> tuple[ColumnEntry, ...]:
        """Its columns, in their order."""

    @property
    def count(self) -> int:
        """How many rows there are."""

    def stretch(self, skipped: int, most: int) -> pd.DataFrame:
        """Return at most `most` rows after the first `skipped` ones."""

    def batches(self) -> Iterator[pa.Table]:
        """Yield all rows in typed columns, some ten thousand at a time; at least one batch, if only of no rows."""

    @property
    def sql(self) -> str:
        """The query behind them."""

    @property
    def values(self) -> Mapping[str, object]:
        """The values that the query binds."""


def browsable_tables(*, with_small_counts: bool) -> tuple[TableEntry, ...]:
    """Return the tables that can be browsed, in the order of the dictionary."""
    left_out = BROWSED_AS_MART if with_small_counts else (*BROWSED_AS_MART, *MARTS_WITH_SMALL_COUNTS)
    return tuple(entry for entry in tables().values() if entry.name not in left_out)


def is_browsable(evidence: Evidence, table: str) -> bool:
    """Tell whether a table exists for this reader."""
    allowed = browsable_tables(with_small_counts=not evidence.hides_small_counts)
    return table in {entry.name for entry in allowed}


def is_answer(table: str) -> bool:
    """Tell whether a table is an answer, which follows the reader's filters; a mart is the same for everyone."""
    return table in ANSWERS


def rows_of(evidence: Evidence, table: str, filters: Filters, choice: RowChoice) -> Rows:
    """Return the rows of an answer or a mart under a choice; RowChoiceError for what does not exist."""
    if table in MARTS_WITH_SMALL_COUNTS and evidence.hides_small_counts:
        raise RowChoiceError("small_counts", table)
    if not is_browsable(evidence, table):
        raise RowChoiceError("table", table)
    if is_answer(table):
        return AnswerRows(ANSWERS[table](evidence, filters), choice)
    return MartRows(evidence.database, table, choice)


class AnswerRows:
    """The rows of an answer under a choice; an answer is a table of at most some thousand rows."""

    def __init__(self, answer: Answer, choice: RowChoice) -> None:
        """RowChoiceError for a column or value that does not exist."""
        if answer.name not in tables():
            raise RowChoiceError("table", answer.name)
        self.table = tables()[answer.name]
        self.answer = answer
        self.columns = shown_columns(answer.name, [str(name) for name in answer.table.columns])
        chosen = answer.table
        for condition in bound_conditions(self.columns, choice):
            chosen = chosen[_holds(chosen, condition)]
        if choice.order_by:
            chosen = chosen.sort_values(
                choice.order_by,
                ascending=not choice.is_descending,
                na_position="last",
                kind="stable",
                key=_as_comparable,
            )
        self._chosen = chosen.reset_index(drop=True)

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self._chosen)

    @property
    def sql(self) -> str:
        """The query behind the answer."""
        return self.answer.sql

    @property
    def values(self) -> Mapping[str, object]:
        """The values that it bound."""
        return self.answer.parameters

    def stretch(self, skipped: int, most: int) -> pd.DataFrame:
        """Return at most `most` rows after the first `skipped` ones."""
        return self._chosen.iloc[skipped : skipped + most]

    def batches(self) -> Iterator[pa.Table]:
        """Yield the rows in typed columns."""
        whole = typed_table(self._chosen, self.columns)
        for first in range(0, max(self.count, 1), ROWS_A_BATCH):
            yield whole.slice(first, ROWS_A_BATCH)


def compared_months(rows: Rows) -> Period | None:
    """Return the months that an answer compares; a mart compares none."""
    return rows.answer.period if isinstance(rows, AnswerRows) else None


def typed_table(table: pd.DataFrame, columns: tuple[ColumnEntry, ...]) -> pa.Table:
    """Return a table in columns of the types that the dictionary names; exact amounts stay exact."""
    return pa.table({entry.name: _typed(table[entry.name], entry) for entry in columns})


def _typed(values: pd.Series, entry: ColumnEntry) -> pa.Array:
    known = [None if _is_unknown(value) else value for value in values]
    if entry.type == "array":
        lists = [None if value is None else list(value) for value in known]
        return pa.array(lists, pa.list_(pa.int64() if entry.unit else pa.string()))
    if entry.type == "number":
        exact = [value for value in known if isinstance(value, Decimal)]
        if exact and len(exact) == len([value for value in known if value is not None]):
            return pa.array(known)
        # A column of amounts and of times holds numbers of both kinds.
        known = [None if value is None else float(value) for value in known]
    if entry.type == "date":
        known = [None if value is None else pd.Timestamp(value).date() for value in known]
    return pa.array(known, ARROW_TYPES[entry.type], from_pandas=True)


def _is_unknown(value: Any) -> bool:
    return not isinstance(value, (tuple, list, np.ndarray)) and bool(pd.isna(value))


def _holds(table: pd.DataFrame, condition: Bound) -> pd.Series:
    """Tell for each row whether it meets a condition, as the database does for a mart."""
    cells = table[condition.column.name]
    is_known = cells.notna()
    match condition.operator:
        case "known":
            return is_known
        case "unknown":
            return ~is_known
        case "contains":
            found = str(condition.value).lower()
            return cells.map(lambda cell: not _is_unknown(cell) and found in str(cell).lower()).astype(bool)
    if condition.before is not None:
        # A day among moments: from its start on, before its end.
        has_begun = cells >= pd.Timestamp(condition.value)
        is_before_end = cells < pd.Timestamp(condition.before)
        return {"is": has_begun & is_before_end, "from": has_begun, "until": is_before_end}[
            condition.operator
        ]
    compare = _COMPARE[condition.operator]
    wanted = condition.value
    if isinstance(wanted, date):
        wanted = pd.Timestamp(wanted)
    elif isinstance(wanted, Decimal):
        # Money is compared exactly; what was measured is binary, as in the database.
        is_exact = cells.map(lambda cell: isinstance(cell, Decimal)).any()
        wanted = wanted if is_exact else float(wanted)
    return cells.map(lambda cell: not _is_unknown(cell) and bool(compare(cell, wanted))).astype(bool)


def _as_comparable(cells: pd.Series) -> pd.Series:
    """Return a column as one that can be ordered: exact amounts and lists sort as what they say."""
    if cells.dtype != object:
        return cells
    first = next((cell for cell in cells if not _is_unknown(cell)), None)
    if isinstance(first, (tuple, list, np.ndarray)):
        return cells.map(lambda cell: ", ".join(map(str, cell)))
    if isinstance(first, (Decimal, bool, int, float)):
        return pd.to_numeric(cells.map(lambda cell: None if _is_unknown(cell) else float(cell)))
    return cells
