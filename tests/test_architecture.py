"""The arrows that never exist and the mirror rule, read from imports, SQL text and folders."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cooperation.answers.registry import ANSWERS
from cooperation.settings import PROJECT, load_settings
from cooperation.warehouse.contract import DATA_SETS
from cooperation.warehouse.query_files import QUERIES, parameter_names, query_text
from cooperation.warehouse.rules import RULES_OF

PACKAGE = PROJECT / "cooperation"
PAGES = PROJECT / "pages"
SCREEN_LIBRARIES = {"streamlit", "plotly"}
SQL_FILES = sorted(QUERIES.rglob("*.sql"))
PYTHON_FILES = sorted([*PACKAGE.rglob("*.py"), *PAGES.glob("*.py"), *PROJECT.glob("*.py")])
# A package that is imported by another name than it is installed by.
PACKAGE_NAMES = {"pptx": "python-pptx"}
ROOMS = ("warehouse", "statistics", "answers", "wording", "documents")

# Files that define macros or tables: they are run as they stand, and hold more than one statement.
DEFINITIONS = {"macros.sql", "selection.sql", "staged_tables.sql"}

# Bookkeeping marts account for every raw line, so they alone look behind staging; no page asks them for a figure.
MARTS_THAT_ACCOUNT_FOR_RAW_LINES = {"data_set_accounts", "rejects"}

# SQL that is put together in Python: what is put in is a name or a query of the project, never a value.
# Function -> the parts that may be put in.
SQL_PUT_TOGETHER = {
    # The names of a data set and of one of its columns, both from the contract.
    ("build.py", "_collect_spellings"): {"column", "data_set.name"},
    # The names of what every row of a query is marked with.
    ("build.py", "_insert"): {"table", "labelled", "sql"},
    ("build.py", "_create"): {"table", "sql"},
    # What a mart's rows are ordered by, from ROWS_IN_ORDER_OF.
    ("build.py", "_create_marts"): {"mart", "sql", "order"},
    # A data set of the contract.
    ("build.py", "_first_rows"): {"data_set"},
    # The name of a mart and of its columns, from the dictionary and the database; conditions name what they bind.
    ("browsing.py", "_sql"): {"table", "selected", "self._where"},
    ("browsing.py", "_page"): {"self._selected", "table", "found", "self._order"},
    ("browsing.py", "_ordered_batches"): {"self._selected", "table", "self._order"},
    # Column names: from headers through quoted().
    ("trial.py", "first_rows"): {"cells"},
    ("trial.py", "count_values"): {"name"},
    # Column and table names: from headers through quoted(), or made by the loader.
    ("reading.py", "_raw_layout"): {"layout.table", "columns"},
    ("reading.py", "_insert"): {"raw.table", "declared", "columns", "said"},
    ("reading.py", "map_onto_contract"): {"data_set.name", "columns"},
    ("reading.py", "_mark_repeats"): {"raw.number", "columns", "raw.table"},
    # An expression of a profile is SQL that the data steward wrote on purpose; it runs without files or network.
    # What a profile gives as a value is bound.
    ("profiles.py", "_expression"): {"sql"},
    ("reading.py", "_steps"): {
        "raw.table",
        "steps[-1].relation",
        "records",
        "filled",
        "trimmed",
        "said",
        "item",
    },
    ("reading.py", "_derived"): {"sql", "before[-1].relation", "quoted(name)"},
    ("reading.py", "_map"): {
        "_as_ctes(steps)",
        "mapping.data_set.name",
        "raw.number",
        "steps[-1].relation",
        "selected",
    },
    ("reading.py", "_failing_entry"): {
        "_as_ctes(steps)",
        "_as_ctes(steps[:count])",
        "steps[-1].relation",
        "step.made",
        "source.sql",
        "step.relation",
    },
    ("reading.py", "keep_texts_of"): {"lines_query", "cells", "raw.table"},
    # Names of the database's own tables and columns, through quoted().
    ("question_process.py", "_hide_columns"): {"hidden", "quoted(table)", "source"},
    # An analyst's question is SQL that he wrote on purpose: it is checked part by part before, and reads only. What is
    # selected of its answer are numbers of columns.
    ("question_process.py", "_put"): {"_cells([kind for _, kind in columns])"},
    # Names of tables and columns that stand in that file as literals.
    ("reference.py", "load_reference"): {"name"},
    ("reference.py", "fill_table"): {"columns", "table", "unnested"},
}
SQL_WORDS = re.compile(
    r"\b(select\s|insert\s+into|create\s+(or\s+replace\s+)?(temp\s+)?(table|view|macro)|attach\s|delete\s+from"
    r"|drop\s+table|update\s+\w+\s+set|copy\s+\()",
    re.IGNORECASE,
)


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> set[str]:
    """Return the full names of everything that a file imports, also within functions."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import hides where it goes"
            found |= {node.module or "", *(f"{node.module}.{name.name}" for name in node.names)}
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in (
            "__import__",
            "importlib.import_module",
        ):
            found |= {ast.unparse(argument).strip("'\"") for argument in node.args[:1]}
    return found


def first_names(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)}


def sql_without_comments(path: Path) -> str:
    return re.sub(r"--[^\n]*", "", path.read_text(encoding="utf-8")).lower()


def named(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def python_files(*rooms: str) -> list[Path]:
    return [
        path
        for path in PYTHON_FILES
        if path.is_relative_to(PACKAGE) and path.relative_to(PACKAGE).parts[0] in rooms
    ]


# --- Arrows between Python files ---------------------------------------------------------------------------------


def test_there_is_something_to_look_at() -> None:
    for room in ROOMS:
        assert python_files(room), room
    assert {path.stem for path in PAGES.glob("*.py")} >= {"overview", "response_times"}
    assert (PROJECT / "dashboard.py").is_file()


def test_statistics_know_nothing_of_the_project() -> None:
    outside = {
        f"{named(path)}: {name}"
        for path in python_files("statistics")
        for name in imports(path)
        if name.split(".")[0] in ("cooperation", "pages", "dashboard", "tests", "scripts")
        and not name.startswith("cooperation.statistics")
    }
    assert outside == set()


@pytest.mark.parametrize("path", python_files(*ROOMS), ids=named)
def test_only_the_screen_knows_how_a_screen_is_drawn(path: Path) -> None:
    assert not first_names(path) & SCREEN_LIBRARIES
    assert not [
        name for name in imports(path) if name.startswith(("cooperation.screen", "pages", "dashboard"))
    ]


def test_only_the_warehouse_knows_duckdb() -> None:
    knowing = {named(path) for path in PYTHON_FILES if "duckdb" in first_names(path)}
    assert {name for name in knowing if not name.startswith("cooperation/warehouse/")} == set()


@pytest.mark.parametrize("path", sorted(PAGES.glob("*.py")), ids=named)
def test_a_page_holds_no_sql_and_knows_no_other_page(path: Path) -> None:
    assert not first_names(path) & {"duckdb", "pages", "sqlite3"}
    assert not [name for name in imports(path) if name.startswith("cooperation.warehouse")]
    others = {other.stem for other in PAGES.glob("*.py")} - {path.stem}
    assert not first_names(path) & others
    texts = [node.value for node in ast.walk(tree(path)) if isinstance(node, ast.Constant)]
    assert not [text for text in texts if isinstance(text, str) and SQL_WORDS.search(text)]


def test_no_test_library_is_needed_to_run() -> None:
    for path in PYTHON_FILES:
        assert not first_names(path) & {"pytest", "hypothesis", "playwright", "tests"}, named(path)


# --- Arrows between queries --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted((QUERIES / "pages").rglob("*.sql")), ids=named)
def test_a_page_asks_marts_only(path: Path) -> None:
    assert not re.search(r"\b(staging|raw)\.", sql_without_comments(path))


@pytest.mark.parametrize("path", sorted((QUERIES / "marts").glob("*.sql")), ids=named)
def test_a_mart_stands_on_staging(path: Path) -> None:
    looks_behind = bool(re.search(r"\braw\.", sql_without_comments(path)))
    assert looks_behind == (path.stem in MARTS_THAT_ACCOUNT_FOR_RAW_LINES)


@pytest.mark.parametrize("folder", ["staging", "rules", "checks"])
def test_a_query_does_not_look_ahead(folder: str) -> None:
    marts = "|".join(path.stem for path in (QUERIES / "marts").glob("*.sql"))
    for path in (QUERIES / folder).rglob("*.sql"):
        sql = sql_without_comments(path)
        if folder == "checks":
            assert not re.search(r"\braw\.", sql), named(path)
        else:
            assert not re.search(rf"\b(from|join)\s+({marts})\b", sql), named(path)
        if folder == "rules":
            assert not re.search(r"\braw\.", sql), named(path)


# --- Values never become SQL -------------------------------------------------------------------------------------


def put_together(path: Path) -> Iterator[tuple[str, str, set[str]]]:
    """Yield (file, function, parts put in) for every SQL text that a file puts together."""
    for function in ast.walk(tree(path)):
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.JoinedStr):
                constant = "".join(part.value for part in node.values if isinstance(part, ast.Constant))
                parts = {
                    ast.unparse(part.value) for part in node.values if isinstance(part, ast.FormattedValue)
                }
            elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mod)):
                sides = [side for side in (node.left, node.right) if isinstance(side, ast.Constant)]
                constant = "".join(str(side.value) for side in sides)
                parts = {ast.unparse(s) for s in (node.left, node.right) if not isinstance(s, ast.Constant)}
            elif (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "format"
            ):
                constant, parts = ast.unparse(node.func.value), {ast.unparse(node)}
            else:
                continue
            if parts and SQL_WORDS.search(constant):
                yield path.name, function.name, parts


def test_sql_is_put_together_in_the_listed_places_from_the_listed_parts_only() -> None:
    found: dict[tuple[str, str], set[str]] = {}
    for path in PYTHON_FILES:
        for file, function, parts in put_together(path):
            found.setdefault((file, function), set()).update(parts)
    assert found == SQL_PUT_TOGETHER


def test_no_query_file_is_a_template() -> None:
    for path in SQL_FILES:
        assert not re.search(r"\{\{|\}\}|\{%|%\(|%s", path.read_text(encoding="utf-8")), named(path)


# --- The start date stands once ----------------------------------------------------------------------------------


def test_the_start_stands_in_the_settings_and_nowhere_else() -> None:
    start = load_settings().start
    spellings = [
        start.isoformat(),
        start.strftime("%Y%m%d"),
        start.strftime("%d/%m/%Y"),
        start.strftime("%d-%m-%Y"),
        f"{start.day}/{start.month}/{start.year}",
        f"{start:%Y, }{start.month}, {start.day}",
        f"{start.year}-{start.month}-{start.day}",
        f"{start.year}, month={start.month}, day={start.day}",
    ]
    # The invented world has a truth of its own, with its own dates.
    code = [path for path in PYTHON_FILES if "demonstration" not in path.parts]
    holding = {
        f"{named(path)}: {spelling}"
        for path in (*code, *SQL_FILES)
        for spelling in spellings
        if spelling in path.read_text(encoding="utf-8")
    }
    assert holding == set()


# --- Mirror rule -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", sorted(path.stem for path in PAGES.glob("*.py")))
def test_a_page_s_name_gives_every_address(page: str) -> None:
    assert (PACKAGE / "answers" / f"{page}.py").is_file()
    assert (PROJECT / "tests" / "pages" / f"test_{page}.py").is_file()
    text = (PACKAGE / "answers" / f"{page}.py").read_text(encoding="utf-8")
    assert (QUERIES / "pages" / page).is_dir() == (f'"{page}/' in text or f'"pages/{page}/' in text)


def test_every_folder_of_page_queries_has_its_answers() -> None:
    for folder in (QUERIES / "pages").iterdir():
        if folder.is_dir():
            assert (PACKAGE / "answers" / f"{folder.name}.py").is_file(), folder.name


def test_every_page_query_is_asked_and_every_asked_query_is_there() -> None:
    texts = [
        node.value
        for path in python_files("answers", "warehouse", "screen", "documents")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    for path in (QUERIES / "pages").rglob("*.sql"):
        name = path.relative_to(QUERIES / "pages").with_suffix("").as_posix()
        assert name in texts or f"pages/{name}" in texts, f"{name}.sql answers nobody"
    for text in texts:
        if re.fullmatch(r"pages/[a-z_/]+", text):
            assert query_text(text)


def test_every_query_outside_pages_is_used() -> None:
    build = (PACKAGE / "warehouse" / "build.py").read_text(encoding="utf-8")
    for path in SQL_FILES:
        folder, *_ = path.relative_to(QUERIES).parts
        if folder == "marts":
            assert f'"{path.stem}"' in build, named(path)
    staged = {f"{data_set.name}{part}" for data_set in DATA_SETS for part in ("", "_parsed", "_repeated")}
    assert {path.stem for path in (QUERIES / "staging").glob("*.sql")} == {
        *staged,
        "meanings",
        "activities_small_counts",
        "units_sent",
    }
    assert set(RULES_OF) == {data_set.name for data_set in DATA_SETS}


def test_every_answer_belongs_to_a_module_of_its_name() -> None:
    for name, function in ANSWERS.items():
        module, _, figure = name.partition("/")
        assert function.__module__ == f"cooperation.answers.{module}"
        assert function.__name__ == figure


def test_names_say_something() -> None:
    vague = re.compile(r"(^|_)(utils?|helpers?|managers?|misc|common|data\d|tmp|stuff)($|_)")
    tests = (PROJECT / "tests").rglob("*.py")
    folders = {path.parent for path in (*PYTHON_FILES, *SQL_FILES)}
    for path in (*PYTHON_FILES, *SQL_FILES, *tests, *folders):
        assert not vague.search(path.stem), named(path)


# --- A query says its grain, then its parameters -----------------------------------------------------------------


def opening_comment(path: Path) -> str:
    lines = path.read_text(encoding="utf-8").split("\n")
    taken = []
    for line in lines:
        if not line.startswith("--"):
            break
        taken.append(line.removeprefix("--").strip())
    return " ".join(taken)


@pytest.mark.parametrize("path", SQL_FILES, ids=named)
def test_a_query_opens_with_its_grain(path: Path) -> None:
    comment = opening_comment(path)
    assert re.match(r".+?[.:]( |$)", comment), "the first comment is no sentence"
    if path.name in DEFINITIONS:
        return
    if path.parent.name == "checks":
        # A check selects what should not exist, and says what that is.
        assert re.match(r"[A-Z][a-z]* .*\b(that|which|with|between|of)\b", comment)
    else:
        assert re.match(r"One row( per .+|: .+)", comment)


@pytest.mark.parametrize("path", [path for path in SQL_FILES if path.name not in DEFINITIONS], ids=named)
def test_a_query_lists_exactly_its_parameters(path: Path) -> None:
    sql = path.read_text(encoding="utf-8")
    listed = re.findall(r"\$([a-z_]+)", opening_comment(path))
    assert len(listed) >= len(set(listed)) == len(parameter_names(sql))
    assert set(listed) == set(parameter_names(sql))
    if listed:
        assert re.search(r"Parameters?: \$", opening_comment(path))


@pytest.mark.parametrize("name", sorted(DEFINITIONS))
def test_every_definition_says_what_it_is(name: str) -> None:
    lines = (QUERIES / name).read_text(encoding="utf-8").split("\n")
    for place, line in enumerate(lines):
        if line.startswith("create "):
            assert lines[place - 1].startswith("-- "), line


def test_the_project_is_whole_without_what_only_this_python_has() -> None:
    # Imports are the standard library, the project, or a pinned requirement.
    locked = (PROJECT / "requirements.txt").read_text(encoding="utf-8").lower()
    for path in PYTHON_FILES:
        for name in first_names(path) - {"cooperation", "pages", "dashboard"} - set(sys.stdlib_module_names):
            package = PACKAGE_NAMES.get(name, name.replace("_", "-"))
            assert re.search(rf"(?m)^{package}==", locked), f"{named(path)} imports {name}"
