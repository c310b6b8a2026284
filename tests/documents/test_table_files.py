"""Whole tables as files: read back by pandas and DuckDB they hold the same values of the same types."""

import io
import json
import shutil
import subprocess
import tracemalloc
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from cooperation.answers.answer import Evidence
from cooperation.answers.downloads import (
    BROWSED_AS_MART,
    MARTS_WITH_SMALL_COUNTS,
    Rows,
    browsable_tables,
    rows_of,
)
from cooperation.answers.filters import Filters
from cooperation.answers.registry import ANSWERS
from cooperation.answers.reproduction import COMMAND
from cooperation.documents import table_files
from cooperation.documents.csv_files import is_run_by_a_spreadsheet
from cooperation.documents.file_texts import LEVELS, OPERATORS, TYPES, UNITS, about_rows
from cooperation.documents.table_files import FileFormat, archive_pieces, file_pieces, fits, table_csv
from cooperation.documents.table_schema import data_package
from cooperation.documents.workbooks import About
from cooperation.language import LANGUAGES, speak
from cooperation.warehouse.browsing import EVERY_ROW, Condition, RowChoice
from cooperation.warehouse.database import open_database
from cooperation.warehouse.dictionary import columns, tables
from cooperation.wording.verdicts import verdict_of_row
from tests.warehouse.exports import build_rows, intervention

TABLES = [entry.name for entry in browsable_tables(with_small_counts=True)]
PANDAS_TYPES = {
    "integer": "Int64",
    "number": "float64",
    "boolean": "boolean",
    "string": "str",
    "array": "str",
}
DUCKDB_TYPES = {
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "string": "VARCHAR",
    "array": "VARCHAR",
}
FEW = RowChoice((Condition("received_date", "until", "2018-02-28"),), "response_seconds", True)


def about() -> About:
    return About("Over", "", [])


@pytest.fixture(scope="module")
def evidence(demonstration_database: Path) -> Evidence:
    return Evidence(open_database(demonstration_database), shows_small_counts=True)


@cache
def rows_for(evidence: Evidence, table: str) -> Rows:
    """Return the rows of a table, of the longest one a part: the path is the same; asked once for all its files."""
    choice = FEW if table == "response_times" else EVERY_ROW
    return rows_of(evidence, table, Filters(), choice)


def content(rows: Rows, file_format: FileFormat, **marks: str) -> bytes:
    return b"".join(file_pieces(rows, file_format, marks, about))


def expected(rows: Rows) -> dict[str, list[Any]]:
    """Return the values as a CSV can hold them: lists as text, text that Excel would run after an apostrophe."""
    whole = pa.concat_tables(list(rows.batches())).to_pydict()
    return {name: [_in_csv(value) for value in values] for name, values in whole.items()}


def _in_csv(value: Any) -> Any:
    if isinstance(value, list):
        value = ", ".join(str(item) for item in value) or None
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, str):
        return (f"'{value}" if is_run_by_a_spreadsheet(value) else value) or None
    return value


@pytest.mark.parametrize("flavour", ["belgian_excel", "international"])
@pytest.mark.parametrize("table", TABLES)
def test_a_csv_read_back_by_pandas_and_duckdb_holds_the_same(
    evidence: Evidence, table: str, flavour: FileFormat, tmp_path: Path
) -> None:
    rows = rows_for(evidence, table)
    delimiter, mark = (";", ",") if flavour == "belgian_excel" else (",", ".")
    path = tmp_path / "table.csv"
    path.write_bytes(content(rows, flavour))
    values = expected(rows)
    assert assert_no_formula(path, delimiter) == len(next(iter(values.values())))

    moments = [entry.name for entry in rows.columns if entry.type in ("date", "datetime")]
    read = pd.read_csv(
        path,
        sep=delimiter,
        decimal=mark,
        dtype={entry.name: PANDAS_TYPES[entry.type] for entry in rows.columns if entry.type in PANDAS_TYPES},
        parse_dates=moments,
        keep_default_na=False,
        na_values=[""],
        encoding="utf-8-sig",
    )
    assert {name: plain(read[name]) for name in read} == {name: plain(values[name]) for name in values}
    known = [name for name in moments if read[name].notna().any()]
    assert all(pd.api.types.is_datetime64_any_dtype(read[name]) for name in known)

    types = {entry.name: DUCKDB_TYPES[entry.type] for entry in rows.columns}
    with duckdb.connect() as connection:
        found = connection.execute(
            "select * from read_csv($path, delim = $delim, quote = '\"', header = true, decimal_separator = $mark,"
            " columns = $types, nullstr = '')",
            {"path": str(path), "delim": delimiter, "mark": mark, "types": types},
        ).fetchall()
    assert [list(row) for row in found] == [list(row) for row in zip(*values.values(), strict=True)]


def assert_no_formula(path: Path, delimiter: str) -> int:
    """Assert that no cell of a CSV starts a formula; return how many rows it has."""
    cells = pd.read_csv(path, sep=delimiter, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    for name in cells:
        assert not is_run_by_a_spreadsheet(str(name))
        assert not cells[name].map(is_run_by_a_spreadsheet).any(), name
    return len(cells)


def plain(values: Any) -> list[Any]:
    return [
        None if pd.isna(value) else pd.Timestamp(value) if hasattr(value, "year") else value
        for value in values
    ]


@pytest.mark.parametrize("table", TABLES)
def test_parquet_holds_the_same_types_and_says_what_it_is(evidence: Evidence, table: str) -> None:
    rows = rows_for(evidence, table)
    read = pq.read_table(io.BytesIO(content(rows, "parquet", made_by="python -m cooperation rows x")))
    whole = pa.concat_tables(list(rows.batches()))
    assert read.drop(["made_by"]).to_pydict() == whole.to_pydict()
    assert read.schema.field(0).type == whole.schema.field(0).type
    assert set(read["made_by"].to_pylist()) <= {"python -m cooperation rows x"}
    assert read.schema.metadata[b"table"] == table.encode()


def test_the_marts_of_the_file_are_described_in_three_languages(evidence: Evidence) -> None:
    rows = rows_of(evidence, "response_times/comparison", Filters(municipality_nis=("73109",)), EVERY_ROW)
    for code in LANGUAGES:
        made = about_rows(evidence, rows, Filters(), EVERY_ROW, speak(code))
        file = b"".join(file_pieces(rows, "xlsx", {"data": "x"}, lambda made=made: made))
        first, second = CalamineWorkbook.from_filelike(io.BytesIO(file)).sheet_names
        said = "\n".join(
            " ".join(map(str, row))
            for row in CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_name(first).to_python()
        )
        for entry in rows.columns:
            assert entry.meaning.in_language(code) in said
        assert f"{' '.join(COMMAND)} answer response_times/comparison" in said
        records = rows.stretch(0, rows.count).to_dict("records")
        assert all(speak(code).say(verdict_of_row(row)) in said for row in records)
        data = CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_name(second).to_python()
        assert data[0] == [*(entry.name for entry in rows.columns), "data"]
        assert len(data) == rows.count + 1


@pytest.mark.parametrize(
    "name",
    [
        "cooperation_fields/overview",
        "cooperation_fields/indicators",
        "mutual_assistance/comparison",
        "mutual_assistance/identity_kept",
        "overview/promises",
        "overview/municipalities",
        "response_times/comparison",
        "shared_costs/comparison",
    ],
)
def test_every_verdict_in_a_workbook_names_its_row_and_reads_as_on_its_page(
    evidence: Evidence, name: str
) -> None:
    rows = rows_of(evidence, name, Filters(), EVERY_ROW)
    sections = about_rows(evidence, rows, Filters(), EVERY_ROW, speak("nl")).sections
    said = next(list(section.rows) for section in sections if section.heading == "Oordelen in woorden")
    records = rows.stretch(0, rows.count).to_dict("records")
    with_verdict = [row for row in records if not pd.isna(row["verdict"])]
    assert [verdict for _, verdict in said] == [speak("nl").say(verdict_of_row(row)) for row in with_verdict]
    assert len({row_name for row_name, _ in said}) == len(said) > 0


def test_a_workbook_is_refused_where_a_sheet_would_end(
    evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = rows_of(evidence, "key_shares", Filters(), EVERY_ROW)
    assert fits(rows, "xlsx")
    monkeypatch.setattr(table_files, "MOST_ROWS_OF_A_TABLE", rows.count - 1)
    assert not fits(rows, "xlsx")
    assert all(fits(rows, other) for other in ("belgian_excel", "international", "parquet"))


def test_the_archive_has_every_table_and_its_schema(evidence: Evidence, tmp_path: Path) -> None:
    every = [rows_for(evidence, name) for name in TABLES]
    paths = {f"{rows.table.name.replace('/', '_')}.csv": rows for rows in every}
    package = data_package(paths, evidence, Filters(municipality_nis=("73109",)), "fr")
    members = [("datapackage.json", lambda: iter([package]))]
    members += [
        (
            path,
            lambda rows=rows: table_csv(rows, "international", {"data": "x", "made_by": "y"}),
        )
        for path, rows in paths.items()
    ]
    file = io.BytesIO(b"".join(archive_pieces(members)))
    archive = zipfile.ZipFile(file)
    assert archive.testzip() is None
    schema = json.loads(archive.read("datapackage.json"))
    assert len(schema["resources"]) == len(TABLES)
    assert schema["filters"] == {"municipality_nis": "73109"}
    for described, rows in zip(schema["resources"], every, strict=True):
        fields = described["schema"]["fields"]
        header = archive.read(described["path"]).split(b"\n", 1)[0]
        assert [field["name"] for field in fields] == header.decode().split(",")
        assert {field["type"] for field in fields} <= {
            "string",
            "integer",
            "number",
            "boolean",
            "date",
            "datetime",
        }
        assert all(set(field["descriptions"]) == {"nl", "fr", "en"} for field in fields)
        assert described["rowCount"] == rows.count


def test_memory_does_not_grow_with_the_rows() -> None:
    class Long:
        """A table of as many rows as asked for, made batch by batch."""

        def __init__(self, batches: int) -> None:
            self.table, self.columns, self.count = (
                tables()["key_shares"],
                (columns()["*", "key_id"],),
                batches * 20_000,
            )
            self._batches = batches

        def batches(self) -> Iterator[pa.Table]:
            for _ in range(self._batches):
                yield pa.table({"key_id": pa.repeat(pa.scalar("a key of some length"), 20_000)})

    def peak(batches: int, file_format: FileFormat) -> int:
        before = pa.total_allocated_bytes()
        tracemalloc.start()
        allocated = 0
        for _ in file_pieces(Long(batches), file_format, {"made_by": "x" * 50}, about):  # type: ignore[arg-type]
            allocated = max(allocated, pa.total_allocated_bytes() - before)
        peak = tracemalloc.get_traced_memory()[1] + allocated
        tracemalloc.stop()
        return peak

    for file_format in ("belgian_excel", "international", "parquet"):
        peak(2, file_format)  # type: ignore[arg-type]
        assert peak(20, file_format) < 2 * peak(4, file_format)  # type: ignore[arg-type]


def test_nothing_that_can_be_browsed_lacks_words() -> None:
    assert {entry.level for entry in tables().values()} <= set(LEVELS)
    assert {entry.unit for entry in columns().values()} <= {"", *UNITS}
    assert {entry.type for entry in columns().values()} - {"hidden"} == set(TYPES)
    assert set(OPERATORS) >= {"is", "contains", "from", "until", "known", "unknown"}


def test_small_counts_are_browsed_by_nobody_who_may_not_see_them(demonstration_database: Path) -> None:
    hiding = {entry.name for entry in browsable_tables(with_small_counts=False)}
    everything = set(TABLES)
    assert everything - hiding == set(MARTS_WITH_SMALL_COUNTS)
    # Whatever counts activities before they are hidden is among them.
    for mart in everything - set(ANSWERS):
        of_activities = {
            source
            for (table, _), entry in columns().items()
            if table == mart
            for source in entry.sources
            if source == "activities.quantity"
        }
        assert not of_activities or mart in MARTS_WITH_SMALL_COUNTS


def test_the_mart_of_refused_lines_holds_all_that_its_answer_holds(evidence: Evidence) -> None:
    for name in BROWSED_AS_MART:
        answer = ANSWERS[name](evidence, Filters()).table
        mart = rows_of(evidence, "rejects", Filters(), EVERY_ROW)
        assert set(answer.columns) <= {entry.name for entry in mart.columns}
        assert len(answer) == mart.count


def test_a_formula_in_an_export_is_harmless_in_every_file(tmp_path: Path) -> None:
    hostile = ["=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd", "@SUM(A1)", "\t=1", '="a;b""c"']
    built = build_rows(
        tmp_path,
        [intervention(text, f"2022-06-{day:02d} 12:00:00") for day, text in enumerate(hostile, start=1)],
    )
    rows = rows_of(built.evidence, "response_times", Filters(), EVERY_ROW)
    assert rows.count == len(hostile)
    for flavour, delimiter in (("belgian_excel", ";"), ("international", ",")):
        path = tmp_path / f"{flavour}.csv"
        path.write_bytes(content(rows, flavour))  # type: ignore[arg-type]
        assert_no_formula(path, delimiter)
    workbook = zipfile.ZipFile(io.BytesIO(content(rows, "xlsx")))
    assert "<f>" not in workbook.read("xl/worksheets/sheet2.xml").decode()


# Semicolon, double quote, UTF-8, from the first line, all columns as they are, Dutch of Belgium; what is quoted is
# text, and dates are told as such. The last token: formulas are not computed, so that one would be found.
DUTCH_OF_BELGIUM = "CSV:59,34,76,1,,2067,true,true,false,false,false,-1,false"


@pytest.fixture(scope="module")
def spreadsheets(evidence: Evidence, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return every table as a workbook that LibreOffice made of its CSV, all of them opened in one go."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice absent on this machine: soffice")
    folder = tmp_path_factory.mktemp("office")
    for table in TABLES:
        name = f"{table.replace('/', '_')}.csv"
        (folder / name).write_bytes(content(rows_for(evidence, table), "belgian_excel"))
    command = [office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    command += [f"--infilter={DUTCH_OF_BELGIUM}", "--convert-to", "xlsx", "--outdir", str(folder / "made")]
    files = sorted(map(str, folder.glob("*.csv")))
    subprocess.run([*command, *files], check=False, capture_output=True, timeout=300)
    made = {path.stem: path.read_bytes() for path in folder.glob("made/*.xlsx")}
    if not made:
        pytest.skip("LibreOffice has no Calc on this machine")
    return made


@pytest.mark.parametrize("table", TABLES)
def test_a_csv_opened_by_libreoffice_holds_the_same_and_no_formula(
    evidence: Evidence, spreadsheets: dict[str, bytes], table: str
) -> None:
    workbook = spreadsheets[table.replace("/", "_")]
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        assert b"<f" not in parts.read("xl/worksheets/sheet1.xml")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_index(0)
    head, *lines = sheet.to_python(skip_empty_area=False)
    wanted = expected(rows_for(evidence, table))
    assert [str(name) for name in head] == list(wanted)
    for place, (name, values) in enumerate(wanted.items()):
        found = [line[place] if line[place] != "" else None for line in lines]
        assert len(found) == len(values), name
        for cell, value in zip(found, values, strict=True):
            assert_is_in_a_spreadsheet(cell, value)


def assert_is_in_a_spreadsheet(cell: Any, value: Any) -> None:
    """Assert that a cell holds a value, as a number, a date or a text; Dutch knows no "true", so that is a text."""
    if isinstance(value, bool):
        assert cell == str(value).lower()
    elif isinstance(value, (int, float)):
        # Calc keeps 15 digits of a number, as every spreadsheet does.
        assert isinstance(cell, (int, float)) and cell == pytest.approx(value, rel=1e-12)
    else:
        assert type(cell) is type(value) and cell == value
