"""What a question of an analyst may hold, checked on its parsed form before anything of it runs.

Everything is refused that is not listed here: a kind of node, a table, a function. A new version of the database brings
new functions, and a list of what is forbidden would not know them.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

# What DuckDB calls the parts of a select. An insert within a with clause is none of them.
NODES = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}
RELATIONS = {"BASE_TABLE", "JOIN", "SUBQUERY", "TABLE_FUNCTION", "EXPRESSION_LIST", "EMPTY", "PIVOT"}
EXPRESSIONS = {
    "BETWEEN",
    "CASE",
    "CAST",
    "COLLATE",
    "COLUMN_REF",
    "COMPARISON",
    "CONJUNCTION",
    "CONSTANT",
    "FUNCTION",
    "LAMBDA",
    "LAMBDA_REF",
    "OPERATOR",
    "POSITIONAL_REFERENCE",
    "STAR",
    "SUBQUERY",
    "TYPE",
    "WINDOW",
}
TABLE_FUNCTIONS = {"generate_series", "range", "unnest"}
# Functions of values alone: none reads a file, a setting, a variable or the catalogue, waits, or runs text as a query.
FUNCTIONS_FILE = Path(__file__).with_name("question_functions.txt")
# A function written as x -> x + 1, which this version still reads and no longer runs.
ARROW = "SINGLE_ARROW"
NO_LOCATION = 2**64 - 1


@dataclass(frozen=True)
class Refusal:
    """Why a question is not put: a code, the name it is about, and where that stands, in bytes from the start."""

    code: str
    name: str = ""
    location: int | None = None
    length: int = 0


def refuse(tree: Mapping[str, Any], offered: Collection[str], catalogue: Collection[str]) -> Refusal | None:
    """Return why a parsed text is no question that may be put, None where it may.

    `tree` is what json_serialize_sql makes of it, `offered` the tables that may be asked, `catalogue` the names of all
    tables and views in the database, both in lower case.
    """
    if not tree["statements"]:
        return Refusal("empty")
    if len(tree["statements"]) > 1:
        return Refusal("several_statements")
    parts = list(_parts(tree))
    named = {name.lower() for part in parts for name in _names_given(part)}
    # Where a name is given only within a part of the question, it may mean the hidden table elsewhere.
    for name in sorted(named):
        if name in catalogue and name not in offered:
            return Refusal("table_not_offered", name)
    return next(filter(None, (_refuse_part(part, named | {*offered}) for part in parts)), None)


@cache
def offered_functions() -> frozenset[str]:
    """Return the names of all functions that a question may call, operators among them."""
    lines = FUNCTIONS_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("# ") for name in line.split())


def _parts(tree: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every object of the tree, without recursion: a question may be nested deeper than Python can follow."""
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            yield part
            waiting.extend(reversed(part.values()))
        elif isinstance(part, list):
            waiting.extend(reversed(part))


def _names_given(part: Mapping[str, Any]) -> list[str]:
    """Return the names that a with clause gives to its queries."""
    given = [entry["key"] for entry in part.get("cte_map", {}).get("map", [])]
    return [*given, *([part["cte_name"]] if part.get("cte_name") else [])]


def _refuse_part(part: Mapping[str, Any], readable: Collection[str]) -> Refusal | None:
    kind = str(part.get("type", ""))
    if kind.endswith("_NODE") and kind not in NODES:
        return _located("only_questions", "", part)
    if "class" in part:
        return _refuse_expression(part)
    if "sample" in part and kind not in NODES:
        return _refuse_relation(part, kind, readable)
    return None


def _refuse_expression(part: Mapping[str, Any]) -> Refusal | None:
    kind = part["class"]
    if kind == "PARAMETER":
        return _located("parameter", str(part.get("identifier", "")), part)
    if kind not in EXPRESSIONS:
        return _located("not_understood", kind.lower(), part)
    if part.get("syntax_type") == ARROW:
        return _located("arrow", "", part)
    if "function_name" in part and _name_of(part) not in offered_functions():
        return _located("function_not_offered", _name_of(part), part)
    return None


def _refuse_relation(part: Mapping[str, Any], kind: str, readable: Collection[str]) -> Refusal | None:
    if kind not in RELATIONS:
        return _located("not_understood", kind.lower(), part)
    if kind == "TABLE_FUNCTION" and _name_of(part["function"]) not in TABLE_FUNCTIONS:
        return _located("function_not_offered", _name_of(part["function"]), part)
    if kind == "BASE_TABLE":
        path = [str(step).lower() for step in part["qualified_name"]["path"]]
        if len(path) != 1 or path[0] not in readable or part["catalog_name"] or part["schema_name"]:
            return _located("table_not_offered", ".".join(path), part)
    return None


def _name_of(function: Mapping[str, Any]) -> str:
    """Return the name that a function is called by, with its schema where it has one: those are never offered."""
    return ".".join(str(step).lower() for step in function["qualified_name"]["path"])


def _located(code: str, name: str, part: Mapping[str, Any]) -> Refusal:
    location = part.get("query_location", NO_LOCATION)
    return Refusal(
        code, name, None if location == NO_LOCATION else location, int(part.get("query_location_length", 0))
    )
