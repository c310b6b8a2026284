"""The SQL files below queries/: their text and the parameters that they name."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from cooperation.settings import PROJECT

QUERIES = PROJECT / "queries"


@cache
def query_text(name: str) -> str:
    """Return the SQL of `queries/<name>.sql`; KeyError where there is no such file."""
    path = QUERIES / f"{name}.sql"
    if not path.resolve().is_relative_to(QUERIES) or not path.is_file():
        raise KeyError(name)
    return path.read_text(encoding="utf-8")


def parameter_names(sql: str) -> frozenset[str]:
    """Return the names behind `$` in the SQL, comments left aside."""
    without_comments = re.sub(r"--[^\n]*", "", sql)
    return frozenset(re.findall(r"\$([a-z_]+)", without_comments))


def choose_parameters(sql: str, values: Mapping[str, object]) -> dict[str, object]:
    """Return the part of `values` that the SQL names: DuckDB refuses missing and surplus names alike."""
    return {name: values[name] for name in parameter_names(sql)}


def query_names(folder: str) -> tuple[str, ...]:
    """Return the names of all queries directly below `queries/<folder>`, sorted."""
    return tuple(f"{folder}/{path.stem}" for path in sorted(Path(QUERIES, folder).glob("*.sql")))
