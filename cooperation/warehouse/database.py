"""Reading a published database: read-only, locked, one cursor a question."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb
import pandas as pd

from cooperation.settings import Settings, SettingsError, parse_settings
from cooperation.warehouse.publishing import published_database
from cooperation.warehouse.query_files import choose_parameters, query_text

# What the columns beside exact amounts become; every other kind stays as it is.
EXACT_DTYPES = {
    "VARCHAR": "str",
    "DATE": "datetime64[us]",
    "BOOLEAN": "boolean",
    "INTEGER": "Int64",
    "BIGINT": "Int64",
    "DOUBLE": "float64",
}


@dataclass(frozen=True)
class Reply:
    """What one query gave: the table, the SQL as it stands in its file, and the values that were bound."""

    table: pd.DataFrame
    sql: str
    parameters: Mapping[str, object]


class DatabaseUnreadable(RuntimeError):
    """The file is damaged, or another version wrote it; a new build replaces it."""


class Database:
    """One published database, opened read-only; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._connection = duckdb.connect(
                str(path),
                read_only=True,
                config={"enable_external_access": False, "lock_configuration": True},
            )
        except duckdb.Error as error:
            raise DatabaseUnreadable(f"{path.name}: {error}") from error

    def ask(self, query: str, values: Mapping[str, object] | None = None) -> Reply:
        """Run `queries/<query>.sql` with the part of `values` that it names; KeyError for an unknown query."""
        sql = query_text(query)
        parameters = choose_parameters(sql, values or {})
        with self.cursor() as cursor:
            table = table_of(cursor.execute(sql, parameters))
        return Reply(table, sql, parameters)

    # In quotes, or DuckDB says at the end of Python that this class still holds its types.
    @contextmanager
    def cursor(self) -> Iterator["duckdb.DuckDBPyConnection"]:
        """Lend a cursor, for this room only; DatabaseUnreadable for what goes wrong with it."""
        # One for each question: a connection shared between threads has given empty answers under load.
        try:
            with self._connection.cursor() as cursor:
                yield cursor
        except duckdb.Error as error:
            raise DatabaseUnreadable(f"{self.path.name}: {error}") from error

    @cached_property
    def about(self) -> Mapping[str, str]:
        """Settings text, fingerprint of the exports, moment of the build and software version."""
        table = self.ask("pages/about").table
        return dict(zip(table["entry"], table["value"], strict=True))

    @cached_property
    def settings(self) -> Settings:
        """The settings that the database was built with."""
        try:
            return parse_settings(self.about["settings"])
        except (KeyError, SettingsError) as error:
            raise DatabaseUnreadable(f"{self.path.name}: {error}") from error

    def close(self) -> None:
        """Close the file; questions after this fail."""
        self._connection.close()


def table_of(cursor: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return the rows; decimals as exact `Decimal`s, None where unknown."""
    kinds = {name: str(kind) for name, kind, *_ in cursor.description or ()}
    if not any(kind.startswith("DECIMAL") for kind in kinds.values()):
        return cursor.df()
    # DuckDB's own table makes a float of every decimal, so these rows are fetched as they are.
    columns = list(zip(*cursor.fetchall(), strict=True)) or [()] * len(kinds)
    return pd.DataFrame(
        {
            name: pd.Series(values, dtype=EXACT_DTYPES.get(kind, "object"))
            for (name, kind), values in zip(kinds.items(), columns, strict=True)
        }
    )


def open_database(pointer: Path) -> Database:
    """Open the database that is published at `pointer`; NothingPublished where there is none."""
    path = published_database(pointer)
    while True:
        try:
            return Database(path)
        except DatabaseUnreadable:
            # Builds may have published twice since the pointer was read, and removed what it named.
            named_now = published_database(pointer)
            if named_now == path:
                raise
            path = named_now
