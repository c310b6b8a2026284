"""The data dictionary: what every table holds a row of, and what each of its columns means."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from cooperation.settings import PROJECT, Name

DICTIONARY = PROJECT / "data" / "dictionary"
EVERY_TABLE = "*"
# A question may give its columns any name; these say in three languages that a number is one of something.
ENDS_OF_LABELS = re.compile(
    r"(^|[_ ])(id|nis|code|number|nummer|num[ée]ro|year|jaar|ann[ée]e|hour|uur|heure|weekday|weekdag)$",
    re.IGNORECASE,
)

# row: one real thing a row · aggregate: counted or computed from those · reject: what does not count ·
# figure: an answer that a page shows.
Level = Literal["row", "aggregate", "reject", "figure"]
# The types of frictionless Table Schema; "hidden" is a column that never leaves the database.
ColumnType = Literal["string", "integer", "number", "boolean", "date", "datetime", "array", "hidden"]


@dataclass(frozen=True)
class TableEntry:
    """One table: its name, what kind of rows it has, its title and its grain in the three languages."""

    name: str
    level: Level
    title: Name
    grain: Name


@dataclass(frozen=True)
class ColumnEntry:
    """One column: type, unit of its numbers, what it comes from, the rules that its cells are held against, meaning.

    Sources are columns of exports ("interventions.received_at"), "settings", "reference.<file>", "exports" (the
    bookkeeping of reading), "counted", "computed" or "statistics".
    """

    name: str
    type: ColumnType
    unit: str
    sources: tuple[str, ...]
    rules: tuple[str, ...]
    meaning: Name

    @property
    def names_something(self) -> bool:
        """Whether its whole numbers count nothing: a line, a weekday, a year."""
        return self.type == "integer" and self.unit in ("", "year")


@cache
def tables() -> Mapping[str, TableEntry]:
    """Return every table that can be browsed or asked for, by name, in the order of the dictionary."""
    return {
        row["table"]: TableEntry(row["table"], row["level"], _name(row, "title"), _name(row, "grain"))  # type: ignore[arg-type]
        for row in _rows("tables")
    }


def column(table: str, name: str) -> ColumnEntry:
    """Return what a column means in a table: its own entry there, else the one for every table; KeyError if none."""
    entries = columns()
    return entries.get((table, name)) or entries[EVERY_TABLE, name]


@cache
def columns() -> Mapping[tuple[str, str], ColumnEntry]:
    """Return every entry by table (`EVERY_TABLE` where it holds for all) and column."""
    return {
        (row["table"], row["column"]): ColumnEntry(
            name=row["column"],
            type=row["type"],  # type: ignore[arg-type]
            unit=row["unit"],
            sources=tuple(row["source"].split()),
            rules=tuple(row["rules"].split()),
            meaning=_name(row, "meaning"),
        )
        for row in _rows("columns")
    }


def is_name_of_a_number(name: str) -> bool:
    """Tell whether a column of that name, in whatever table, holds numbers that count nothing: ids, codes, years."""
    entries = [entry for (_, column_name), entry in columns().items() if column_name == name]
    return any(entry.names_something for entry in entries) or ENDS_OF_LABELS.search(name) is not None


def _rows(file: str) -> list[dict[str, str]]:
    with (DICTIONARY / f"{file}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _name(row: Mapping[str, str], what: str) -> Name:
    return Name(*(row[f"{what}_{language}"] for language in ("nl", "fr", "en")))
