"""The data dictionary holds exactly what the database and the answers hold, and says it in three languages."""

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import get_args

import duckdb
import pandas as pd
import pytest

from cooperation.answers.answer import Evidence
from cooperation.answers.data_quality import FREE_TEXT_COLUMNS, RULES
from cooperation.answers.filters import Filters
from cooperation.answers.registry import ANSWERS
from cooperation.settings import load_settings
from cooperation.statistics import MIX_REASONS, SERIES_REASONS
from cooperation.statistics.verdict import REASON_CODES
from cooperation.warehouse.build import MARTS
from cooperation.warehouse.contract import DATA_SETS
from cooperation.warehouse.database import open_database
from cooperation.warehouse.dictionary import (
    DICTIONARY,
    EVERY_TABLE,
    ColumnType,
    Level,
    column,
    columns,
    tables,
)
from cooperation.warehouse.publishing import published_database
from cooperation.warehouse.reference import REFERENCE_FILES
from cooperation.wording.meanings import meaning
from tests.warehouse.exports import settings_text

LANGUAGES = ("nl", "fr", "en")
UNITS = {
    "",
    "seconds",
    "eur",
    "share",
    "count",
    "days",
    "months",
    "years",
    "year",
    "by_statistic",
    "by_indicator",
}
# Columns that a file has beside those of its table.
ADDED_TO_FILES = {"data", "made_by"}
TYPES_OF_DUCKDB = {
    "VARCHAR": "string",
    "BIGINT": "integer",
    "INTEGER": "integer",
    "HUGEINT": "integer",
    "DOUBLE": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
}


@pytest.fixture(scope="module")
def columns_of_marts(demonstration_database: Path) -> dict[tuple[str, str], str]:
    path = published_database(demonstration_database)
    # As the answers open it: one process opens a file in one way only.
    config = {"enable_external_access": False, "lock_configuration": True}
    with duckdb.connect(str(path), read_only=True, config=config) as connection:
        rows = connection.execute(
            "select table_name, column_name, data_type from duckdb_columns() where schema_name = 'main'"
        ).fetchall()
    return {(table, name): kind for table, name, kind in rows if table in MARTS}


@pytest.fixture(scope="module")
def answers(demonstration_database: Path) -> dict[str, pd.DataFrame]:
    evidence = Evidence(open_database(demonstration_database))
    return {name: function(evidence, Filters()).table for name, function in ANSWERS.items()}


def test_every_mart_and_answer_has_its_entry_and_no_other_has() -> None:
    assert set(tables()) == {*MARTS, *ANSWERS}
    for entry in tables().values():
        assert entry.level in get_args(Level)
        assert (entry.level == "figure") == ("/" in entry.name)


def test_every_column_has_its_entry_and_no_other_has(
    columns_of_marts: dict[tuple[str, str], str], answers: dict[str, pd.DataFrame]
) -> None:
    held = set(columns_of_marts) | {
        (name, str(column)) for name, table in answers.items() for column in table.columns
    }
    assert {table for table, _ in columns_of_marts} == set(MARTS)
    entries = columns()
    missing = {of for of in held if of not in entries and (EVERY_TABLE, of[1]) not in entries}
    assert missing == set()
    needed = {of if of in entries else (EVERY_TABLE, of[1]) for of in held}
    needed |= {(EVERY_TABLE, name) for name in ADDED_TO_FILES}
    assert set(entries) - needed == set()


def test_a_column_of_a_mart_is_of_the_type_that_its_entry_says(
    columns_of_marts: dict[tuple[str, str], str],
) -> None:
    wrong = {
        (table, name): kind
        for (table, name), kind in columns_of_marts.items()
        if (said := column(table, name).type) != "hidden"
        and said != ("number" if kind.startswith("DECIMAL") else TYPES_OF_DUCKDB.get(kind))
    }
    assert wrong == {}


def test_a_column_of_an_answer_is_of_the_type_that_its_entry_says(answers: dict[str, pd.DataFrame]) -> None:
    wrong = {
        (name, str(of), sorted({type(value).__name__ for value in table[of].dropna()}))
        for name, table in answers.items()
        for of in table.columns
        if not fits(table[of], column(name, str(of)).type)
    }
    assert wrong == set()


def fits(values: pd.Series, kind: ColumnType) -> bool:
    known = values[[value is not None and value is not pd.NA for value in values]]
    names = {type(value).__name__ for value in known if not (isinstance(value, float) and pd.isna(value))}
    allowed: dict[str, set[str]] = {
        "string": {"str"},
        "integer": {"int", "int64", "int32"},
        "number": {"float", "float64", "Decimal", "int"},
        "boolean": {"bool", "bool_"},
        "date": {"Timestamp", "date", "NaTType"},
        "datetime": {"Timestamp", "NaTType"},
        "array": {"tuple", "list", "ndarray"},
    }
    if kind == "integer" and pd.api.types.is_float_dtype(values.dtype):
        return False
    if kind == "date" and "Timestamp" in names:
        moments = pd.to_datetime(values.dropna())
        return bool((moments.dt.normalize() == moments).all())
    return names <= allowed[kind]


def test_a_column_that_can_be_empty_says_what_empty_means(
    demonstration_database: Path,
    columns_of_marts: dict[tuple[str, str], str],
    answers: dict[str, pd.DataFrame],
) -> None:
    with_gaps = {
        (name, str(of)) for name, table in answers.items() for of in table.columns if table[of].isna().any()
    }
    shown = [of for of in columns_of_marts if column(*of).type != "hidden"]
    database = open_database(demonstration_database)
    for mart in {table for table, _ in shown}:
        names = [name for table, name in shown if table == mart]
        with database.cursor() as cursor:
            known = cursor.sql(
                f"select {', '.join(f'count({name}), count(*)' for name in names)} from {mart}"
            )
            counts = known.fetchall()[0]
        with_gaps |= {
            (mart, name)
            for name, (told, all_of_them) in zip(names, batched_pairs(counts), strict=True)
            if told < all_of_them
        }
    words = {"nl": r"leeg|onbekend", "fr": r"vide|inconnu", "en": r"empty|unknown"}
    silent = {
        (*of, code)
        for of in with_gaps
        for code, word in words.items()
        if not re.search(word, column(*of).meaning.in_language(code), re.IGNORECASE)
    }
    assert len(with_gaps) > 100 and silent == set()


def batched_pairs(values: Sequence[int]) -> list[tuple[int, int]]:
    return list(zip(values[::2], values[1::2], strict=True))


def test_every_entry_is_whole() -> None:
    for (table, _), entry in columns().items():
        assert table in {EVERY_TABLE, *tables()}, table
        assert entry.type in get_args(ColumnType), entry
        assert entry.unit in UNITS, entry
        assert entry.type in ("integer", "number", "array") or not entry.unit, entry
        assert entry.sources, entry
        assert set(entry.rules) <= set(RULES), entry
    for said in texts():
        assert said == said.strip() and re.match(r"^\S", said) and not re.search(r" {2}|\|", said), said


def test_parts_of_the_day_are_told_with_the_hours_of_the_settings(tmp_path: Path) -> None:
    assert {said for said in texts() if "{" in said} == {
        entry.meaning.in_language(code)
        for (_, name), entry in columns().items()
        if name == "hour_band"
        for code in LANGUAGES
    }
    path = tmp_path / "cooperation.toml"
    path.write_text(settings_text(("from_hour = 14", "from_hour = 18")), encoding="utf-8")
    said = meaning(column("response_times", "hour_band"), load_settings(path))
    assert "evening (avond) van 18" in said.nl and "day (jour) de 6" in said.fr and "to 18:00" in said.en


def test_codes_of_reasons_are_those_of_the_dictionary() -> None:
    for name, codes in (
        ("reasons", REASON_CODES),
        ("corrected_reason", MIX_REASONS),
        ("against_trend_reason", SERIES_REASONS),
        ("reason", (*MIX_REASONS, *SERIES_REASONS)),
    ):
        told = column(EVERY_TABLE, name).meaning
        for language in LANGUAGES:
            assert set(codes) <= set(re.findall(r"\w+", told.in_language(language))), (name, language)


def test_units_are_those_that_names_say() -> None:
    # A name that carries a unit must not be contradicted by its entry.
    for entry in columns().values():
        for ending, unit in (("_seconds", "seconds"), ("_eur", "eur"), ("_count", "count")):
            if entry.name.endswith(ending) and entry.unit != unit:
                assert entry.name in ("before_count", "after_count", "past_month_count"), entry


def test_sources_exist() -> None:
    known = {f"{data_set.name}.{name}" for data_set in DATA_SETS for name in data_set.columns}
    known |= {f"reference.{name}" for name in REFERENCE_FILES}
    known |= {"settings", "exports", "counted", "computed", "statistics"}
    assert {source for entry in columns().values() for source in entry.sources} - known == set()


def test_the_words_of_people_never_leave_the_database() -> None:
    # An intervention's words may name a person; a purchase's name is that of a thing.
    for entry in columns().values():
        if any(
            source.split(".")[-1] in FREE_TEXT_COLUMNS and source.split(".")[0] in ("interventions", "costs")
            for source in entry.sources
        ):
            assert entry.type == "hidden", entry


def test_french_does_not_wrap_its_punctuation() -> None:
    wrong = [said for said in texts("fr") if re.search(r"(?<!\u00a0)[;:?!](?!\S)", said)]
    assert wrong == []


def test_a_table_reads_in_the_order_of_its_file_and_every_line_is_one_entry() -> None:
    for file, key in (("tables", ["table"]), ("columns", ["column", "table"])):
        with (DICTIONARY / f"{file}.csv").open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        keys = [tuple(row[name] for name in key) for row in rows]
        assert len(set(keys)) == len(keys)
        assert all(None not in row and None not in row.values() for row in rows)


def texts(language: str = "") -> Iterator[str]:
    wanted = (language,) if language else LANGUAGES
    names = [entry.meaning for entry in columns().values()]
    names += [name for entry in tables().values() for name in (entry.title, entry.grain)]
    for name in names:
        for code in wanted:
            yield name.in_language(code)


def test_a_meaning_stands_by_itself_and_in_the_words_of_the_pages() -> None:
    # Read alone, as in a file or beside one column: "that difference" would be nobody knows which.
    leaning = re.compile(
        r"\b(dat verschil|die sprong|dat dan bereikt|cette différence|ce saut|à ce moment"
        r"|that difference|that step|by then)\b",
        re.IGNORECASE,
    )
    for entry in columns().values():
        said = entry.meaning
        assert not any(leaning.search(text) for text in (said.nl, said.fr, said.en)), entry.name
        # What a page calls "uitsturing" is no broadcast.
        assert "uitzending" not in said.nl.lower(), entry.name


def test_a_zone_of_costs_comes_from_the_exports_of_costs(answers: dict[str, pd.DataFrame]) -> None:
    of_costs = [name for name in answers if name.startswith("shared_costs/") and "zone_code" in answers[name]]
    assert len(of_costs) == 5
    for name in of_costs:
        sources = column(name, "zone_code").sources
        assert sources and {*sources} <= {"costs.zone_code", "distribution_keys.zone_code"}, name


def test_a_part_of_the_day_is_named_once_where_its_code_is_its_name() -> None:
    said = meaning(columns()[EVERY_TABLE, "hour_band"], load_settings())
    assert "evening from" in said.en and "evening (evening)" not in said.en
    assert "evening (avond) van" in said.nl
