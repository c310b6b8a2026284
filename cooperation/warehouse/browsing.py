"""Rows of a mart as a reader asks for them: under conditions, in the order of a column, a page of them or all."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any, Literal, get_args

import pandas as pd
import pyarrow as pa

from cooperation.warehouse.database import Database, table_of
from cooperation.warehouse.dictionary import ColumnEntry, ColumnType, TableEntry, column, tables

# Each stretch of ordered rows is looked up in the whole table, so there are few of them.
ORDERED_ROWS_A_BATCH = 100_000
ROWS_A_BATCH = 50_000

# known and unknown take no value; from and until hold their value, a whole day where only a day is named.
Operator = Literal["is", "contains", "from", "until", "known", "unknown"]
EVERY_OPERATOR: tuple[Operator, ...] = get_args(Operator)
WITHOUT_VALUE: tuple[Operator, ...] = ("known", "unknown")
_ORDERED: tuple[Operator, ...] = ("is", "from", "until", *WITHOUT_VALUE)
OPERATORS: Mapping[ColumnType, tuple[Operator, ...]] = {
    "string": ("is", "contains", *WITHOUT_VALUE),
    "integer": _ORDERED,
    "number": _ORDERED,
    "boolean": ("is", *WITHOUT_VALUE),
    "date": _ORDERED,
    "datetime": _ORDERED,
    "array": WITHOUT_VALUE,
    "hidden": (),
}
YES, NO = ("true", "yes", "ja", "oui", "1"), ("false", "no", "nee", "non", "0")
DAY_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y")
MOMENT_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S")


# Why a part of a choice cannot be, beside that it is not known.
_OTHER_REASONS: Mapping[str, str] = {
    "small_counts": "{about!r} holds small counts, which are hidden here",
    "no_value": "{about!r} lacks a value: write column:operator:value",
    "takes_no_value": "{about!r} takes no value: write column:operator",
    "operator": "operator {about!r} is not known; choose one of {possible}",
}


class RowChoiceError(ValueError):
    """Rows cannot be chosen so: `code` says why, `about` what it is about, `possible` what can be instead.

    Codes: table, column, operator, value, format and page for what is not known; small_counts, no_value and
    takes_no_value.
    """

    def __init__(self, code: str, about: str, possible: Sequence[str] = ()) -> None:
        said = _OTHER_REASONS.get(code, f"{code} {{about!r}} is not known")
        super().__init__(said.format(about=about, possible=", ".join(possible)))
        self.code = code
        self.about = about
        self.possible = tuple(possible)


@dataclass(frozen=True)
class Condition:
    """What the cells of a column must be; `value` is as the reader wrote it."""

    column: str
    operator: Operator
    value: str = ""


@dataclass(frozen=True)
class RowChoice:
    """Which rows of a table, in which order; without a column to order by, as they stand."""

    conditions: tuple[Condition, ...] = ()
    order_by: str = ""
    is_descending: bool = False


EVERY_ROW = RowChoice()


@dataclass(frozen=True)
class Bound:
    """A condition with its value as the kind of its column; `before` is the first moment that is too late."""

    column: ColumnEntry
    operator: Operator
    value: object = None
    before: date | None = None


def shown_columns(table: str, names: list[str]) -> tuple[ColumnEntry, ...]:
    """Return the entries of the columns that leave the database, in the order of the table."""
    entries = (column(table, name) for name in names)
    return tuple(entry for entry in entries if entry.type != "hidden")


def bound_conditions(columns: tuple[ColumnEntry, ...], choice: RowChoice) -> tuple[Bound, ...]:
    """Return the conditions of a choice with their values read; RowChoiceError where one cannot be."""
    by_name = {entry.name: entry for entry in columns}
    if choice.order_by and choice.order_by not in by_name:
        raise RowChoiceError("column", choice.order_by)
    return tuple(_bound(by_name.get(condition.column), condition) for condition in choice.conditions)


def usable_part(
    columns: tuple[ColumnEntry, ...], choice: RowChoice
) -> tuple[RowChoice, tuple[RowChoiceError, ...]]:
    """Return a choice without the parts that cannot be, and why each of those cannot."""
    whole, problems = RowChoice(), []
    parts = [RowChoice((condition,)) for condition in choice.conditions]
    parts.append(RowChoice(order_by=choice.order_by, is_descending=choice.is_descending))
    for part in parts:
        try:
            bound_conditions(columns, part)
        except RowChoiceError as error:
            problems.append(error)
        else:
            whole = RowChoice(
                (*whole.conditions, *part.conditions),
                part.order_by,
                part.is_descending and bool(part.order_by),
            )
    return whole, tuple(problems)


def _bound(entry: ColumnEntry | None, condition: Condition) -> Bound:
    if entry is None:
        raise RowChoiceError("column", condition.column)
    if condition.operator not in OPERATORS[entry.type]:
        raise RowChoiceError("operator", condition.operator, OPERATORS[entry.type])
    takes_none = condition.operator in WITHOUT_VALUE
    if takes_none == bool(condition.value.strip()):
        code = "takes_no_value" if takes_none else "no_value"
        raise RowChoiceError(code, f"{condition.column}:{condition.operator}")
    if takes_none:
        return Bound(entry, condition.operator)
    try:
        value = _READERS[entry.type](condition.value.strip())
    except (ValueError, InvalidOperation, OverflowError) as error:
        raise RowChoiceError("value", condition.value) from error
    # Up to a day is up to its end.
    is_whole_day = entry.type == "datetime" and not isinstance(value, datetime)
    before = value + timedelta(days=1) if is_whole_day and isinstance(value, date) else None
    return Bound(entry, condition.operator, value, before)


def _whole(text: str) -> int:
    number = _number(text)
    if number != number.to_integral_value() or abs(number) >= 2**63:
        raise ValueError(text)
    return int(number)


def _number(text: str) -> Decimal:
    number = Decimal(text.replace(" ", "").replace("\u00a0", "").replace(",", "."))
    if not number.is_finite() or abs(number) >= Decimal(10) ** 30:
        raise ValueError(text)
    return number


def _truth(text: str) -> bool:
    if text.lower() not in (*YES, *NO):
        raise ValueError(text)
    return text.lower() in YES


def _day(text: str) -> date:
    for written in DAY_FORMATS:
        try:
            return datetime.strptime(text, written).date()
        except ValueError:
            continue
    raise ValueError(text)


def _moment(text: str) -> date:
    for written in MOMENT_FORMATS:
        try:
            return datetime.strptime(text, written)
        except ValueError:
            continue
    return _day(text)


_READERS: Mapping[ColumnType, Callable[[str], object]] = {
    "string": str,
    "integer": _whole,
    "number": _number,
    "boolean": _truth,
    "date": _day,
    "datetime": _moment,
}


class MartRows:
    """The rows of one mart under a choice; every question goes to the database, and none brings all rows at once."""

    def __init__(self, database: Database, table: str, choice: RowChoice) -> None:
        """RowChoiceError for a table, column or value that does not exist."""
        if table not in tables() or "/" in table:
            raise RowChoiceError("table", table)
        self.table: TableEntry = tables()[table]
        self._database = database
        self._choice = choice
        self._where, self._values = _where(bound_conditions(self.columns, choice))

    @cached_property
    def columns(self) -> tuple[ColumnEntry, ...]:
        """The columns that leave the database."""
        with self._database.cursor() as cursor:
            return shown_columns(self.table.name, cursor.table(self.table.name).columns)

    @cached_property
    def count(self) -> int:
        """How many rows there are."""
        with self._database.cursor() as cursor:
            found = cursor.execute(self._sql("count(*)"), self._values).fetchone()
        return int(found[0]) if found else 0

    def stretch(self, skipped: int, most: int) -> pd.DataFrame:
        """Return at most `most` rows after the first `skipped` ones."""
        paged = {**self._values, "skipped_rows": skipped, "most_rows": most}
        with self._database.cursor() as cursor:
            return table_of(cursor.execute(self._page(), paged))

    def batches(self) -> Iterator[pa.Table]:
        """Yield all rows, some ten thousand at a time, after a batch of none that has their types."""
        with self._database.cursor() as cursor:
            reader = cursor.sql(self._sql(self._selected), params=self._values).to_arrow_reader(ROWS_A_BATCH)
            yield pa.Table.from_batches([], reader.schema)
            if self._choice.order_by:
                reader.close()
                yield from self._ordered_batches(cursor)
                return
            for batch in reader:
                yield pa.Table.from_batches([batch])

    def _ordered_batches(self, cursor: Any) -> Iterator[pa.Table]:
        """Yield the rows in their order; only their numbers are ordered in memory, never whole rows."""
        found = cursor.sql(self._sql("rowid") + self._order, params=self._values).to_arrow_table()
        row_ids = found.column(0).combine_chunks()
        table = _quoted(self.table.name)
        these = f"select {self._selected} from {table} where rowid in (select unnest($row_ids)){self._order}"
        for first in range(0, len(row_ids), ORDERED_ROWS_A_BATCH):
            some = row_ids.slice(first, ORDERED_ROWS_A_BATCH).to_pylist()
            for batch in cursor.sql(these, params={"row_ids": some}).to_arrow_reader(ROWS_A_BATCH):
                yield pa.Table.from_batches([batch])

    @property
    def sql(self) -> str:
        """The query that gives all rows, with its values still named."""
        return self._sql(self._selected) + self._order

    @property
    def values(self) -> Mapping[str, object]:
        """The values that the query binds."""
        return self._values

    def _page(self) -> str:
        stretch = " limit $most_rows offset $skipped_rows"
        if not self._choice.order_by:
            return self._sql(self._selected) + stretch
        # Which rows these are is found in the one column alone: to order whole rows takes twenty times as long.
        found = self._sql("rowid") + self._order + stretch
        table = _quoted(self.table.name)
        return f"select {self._selected} from {table} where rowid in ({found}){self._order}"

    @property
    def _selected(self) -> str:
        return ", ".join(_quoted(entry.name) for entry in self.columns)

    @property
    def _order(self) -> str:
        if not self._choice.order_by:
            return ""
        direction = "desc" if self._choice.is_descending else "asc"
        # Rows that are alike in the column keep one order, or pages would overlap.
        return f" order by {_quoted(self._choice.order_by)} {direction} nulls last, rowid"

    def _sql(self, selected: str) -> str:
        table = _quoted(self.table.name)
        return f"select {selected} from {table}{self._where}"


def _where(conditions: tuple[Bound, ...]) -> tuple[str, dict[str, object]]:
    """Return the clause, which names a value for each condition, and these values."""
    parts: list[str] = []
    values: dict[str, object] = {}
    for place, condition in enumerate(conditions):
        value, before = (f"{word}_{chr(ord('a') + place)}" for word in ("value", "before"))
        parts.append(_clause(condition, value, before))
        used = {value: condition.value, before: condition.before}
        values |= {name: used[name] for name in used if f"${name}" in parts[-1]}
    return (" where " + " and ".join(parts) if parts else ""), values


def _clause(condition: Bound, value: str, before: str) -> str:
    name = _quoted(condition.column.name)
    is_whole_day = condition.before is not None
    match condition.operator:
        case "known":
            return f"{name} is not null"
        case "unknown":
            return f"{name} is null"
        case "contains":
            return f"contains(lower({name}), lower(${value}))"
        case "from":
            return f"{name} >= ${value}"
        case "until":
            return f"{name} < ${before}" if is_whole_day else f"{name} <= ${value}"
    if is_whole_day:
        return f"{name} >= ${value} and {name} < ${before}"
    return f"{name} = ${value}"


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
