"""Workbooks, Parquet and archives: what a cell becomes, what each table is called, and what is refused as a whole."""

import gzip
import io
import struct
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter

from benchmarks.fuzz_exports import _far_cell, _open_document, _xml_bomb
from cooperation.warehouse import containers, limits, typed_tables
from cooperation.warehouse.inspection import InspectedTable, inspect_file
from cooperation.warehouse.profiles import load_profiles
from tests.warehouse.exports import (
    INTERVENTION_COLUMNS,
    build_files,
    csv_text,
    deployment,
    deployments_text,
    intervention,
    interventions_text,
)

GOOD = interventions_text([intervention(f"G{n}", f"2023-06-0{n} 12:00:00") for n in range(1, 6)])
UNITS = deployments_text([deployment(f"G{n}", f"2023-06-0{n} 12:10:00") for n in range(1, 6)])
Fill = Callable[[xlsxwriter.Workbook], None]


def workbook(fill: Fill, **options: Any) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True} | options) as opened:
        fill(opened)
    return file.getvalue()


def sheet_of(text: str) -> Fill:
    """Return what fills one sheet with the cells of a text with semicolons."""

    def fill(opened: xlsxwriter.Workbook) -> None:
        sheet = opened.add_worksheet()
        for number, line in enumerate(text.splitlines()):
            sheet.write_row(number, 0, line.split(";"))

    return fill


def zipped(members: dict[str, bytes | str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def inspected(folder: Path, name: str, content: bytes) -> tuple[InspectedTable, ...]:
    (folder / name).write_bytes(content)
    return inspect_file(folder / name)


def cells_of(folder: Path, fill: Fill, **options: Any) -> list[tuple[str, ...]]:
    """Return the first rows of a workbook's one sheet, as text."""
    (table,) = inspected(folder, "cells.xlsx", workbook(fill, **options))
    return [cells for _, cells in table.first_rows]


# --- What a cell becomes. ---


@pytest.mark.parametrize("is_1904", [False, True])
def test_dates_times_and_durations_are_written_as_the_contract_has_them(
    tmp_path: Path, is_1904: bool
) -> None:
    moments = {
        "dd/mm/yyyy hh:mm:ss": (datetime(2023, 6, 10, 12, 5, 59), "2023-06-10 12:05:59"),
        "dd/mm/yyyy": (date(2023, 6, 10), "2023-06-10"),
        "hh:mm": (timedelta(hours=23, minutes=59), "23:59:00"),
        "[h]:mm:ss": (timedelta(hours=49, seconds=7), "49:00:07"),
        # Shown as half past one by Excel, which turned 25:30 into the first day of its calendar.
        "h:mm": (timedelta(hours=25, minutes=30), "25:30:00"),
        "mm:ss": (timedelta(minutes=7, seconds=30), "00:07:30"),
    }

    def fill(opened: xlsxwriter.Workbook) -> None:
        sheet = opened.add_worksheet()
        for column, (number_format, (moment, _)) in enumerate(moments.items()):
            sheet.write_datetime(0, column, moment, opened.add_format({"num_format": number_format}))

    assert cells_of(tmp_path, fill, date_1904=is_1904) == [tuple(text for _, text in moments.values())]


def test_a_midnight_among_times_is_a_midnight_and_a_date_among_dates_a_date(tmp_path: Path) -> None:
    # Excel keeps no difference: one midnight among two hundred times was recorded, a third of them was not.
    def fill(opened: xlsxwriter.Workbook) -> None:
        sheet = opened.add_worksheet()
        dated = opened.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for row in range(200):
            sheet.write_datetime(
                row, 0, datetime(2023, 6, 10) + timedelta(hours=row % 23 + 1 if row else 0), dated
            )
            sheet.write_datetime(row, 1, datetime(2023, 6, 10) + timedelta(hours=row % 3), dated)
            sheet.write_datetime(row, 2, datetime(2023, 6, 10), dated)

    assert cells_of(tmp_path, fill)[0] == ("2023-06-10 00:00:00", "2023-06-10", "2023-06-10")


def test_numbers_are_written_as_excel_shows_them(tmp_path: Path) -> None:
    numbers = {
        5381.0: "5381",
        1234.5: "1234.5",
        13162.429999999998: "13162.43",
        1e-7: "0.0000001",
        -0.5: "-0.5",
    }
    numbers |= {1e20: "100000000000000000000", 0.0: "0", 999999999999999.0: "999999999999999"}
    rows = cells_of(tmp_path, lambda opened: opened.add_worksheet().write_row(0, 0, list(numbers)))
    assert rows == [tuple(numbers.values())]


def test_numbers_take_the_decimal_mark_of_the_cells_that_are_text(tmp_path: Path) -> None:
    content = workbook(lambda opened: opened.add_worksheet().write_row(0, 0, ["€ 5.886.708", 1234.125]))
    (table,) = inspected(tmp_path, "a.xlsx", content)
    assert table.layout is not None and (table.layout.decimal_mark, table.layout.delimiter) == (",", ";")
    assert table.first_rows[0][1] == ("€ 5.886.708", "1234,125")


def test_the_profile_overrules_the_decimal_mark_of_a_workbook(tmp_path: Path) -> None:
    profile = '[file]\nheader = ["nr"]\ndecimal = ","\n[interventions]\nintervention_id = "nr"\n'
    (tmp_path / "log.toml").write_text(profile, encoding="utf-8")
    (tmp_path / "a.xlsx").write_bytes(
        workbook(lambda opened: opened.add_worksheet().write_column(0, 0, ["nr", 1.5, "12.5"]))
    )
    (table,) = inspect_file(tmp_path / "a.xlsx", load_profiles(tmp_path))
    assert table.layout is not None and table.layout.decimal_mark == ","
    assert [cells for _, cells in table.first_rows] == [("nr",), ("1,5",), ("12.5",)]


def test_truth_errors_and_texts_with_line_ends(tmp_path: Path) -> None:
    def fill(opened: xlsxwriter.Workbook) -> None:
        sheet = opened.add_worksheet()
        sheet.write_row(0, 0, [True, False, "een\ntwee", " 0012 "])
        sheet.write_formula(0, 4, "=1/0", None, "#DIV/0!")
        sheet.write_string(0, 5, "laatste")

    # An error is no value: the cell is empty.
    assert cells_of(tmp_path, fill) == [("true", "false", "een\ntwee", " 0012 ", "", "laatste")]


def test_a_line_is_numbered_as_in_the_sheet_whatever_is_empty_around_it(tmp_path: Path) -> None:
    def fill(opened: xlsxwriter.Workbook) -> None:
        sheet = opened.add_worksheet()
        sheet.write_string(4, 2, "Export van de meldkamer")
        sheet.write_row(6, 2, INTERVENTION_COLUMNS)
        rows = [intervention("A", "2023-06-10 12:00:00"), intervention("B", "no date")]
        for number, row in zip((7, 10), rows, strict=True):
            sheet.write_row(number, 2, [row.get(column, "") for column in INTERVENTION_COLUMNS])

    built = build_files(tmp_path, {"a.xlsx": workbook(fill), "units.csv": UNITS})
    assert built.account("a.xlsx") == (2, 1, 0, 1)
    assert built.refusals[0] == ("a.xlsx", 11, "unreadable_received_at")
    (reject,) = built.select("select line_text from rejects where file_name = 'a.xlsx'")
    (file,) = built.select("select * from files where file_name = 'a.xlsx'")
    assert (file["kind"], file["encoding"], file["delimiter"]) == ("xlsx", None, ",")
    # What was refused can be corrected, and dropped again under its header.
    corrected = f"{file['header_line']}\n{reject['line_text']}\n".replace("no date", "2023-06-11 12:00:00")
    again = build_files(tmp_path / "again", {"b.csv": corrected})
    assert again.account("b.csv") == (1, 1, 0, 0)


def test_parquet_cells_are_written_as_the_contract_has_them(tmp_path: Path) -> None:
    path = tmp_path / "year=2023 [a]*.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            "copy (select * from (values (1.0::double, timestamp '2023-06-10 00:00:00',"
            " timestamptz '2023-06-10 12:00:00+02', date '2023-06-10', time '12:05:00', interval '49 hours 7 seconds',"
            " 13162.40::decimal(9, 2), 1e-7::double, true, E'een\\r\\ntwee', 'nan'::double),"
            " (null, null, null, null, null, null, null, null, null, null, null))"
            " as rows (nr, moment, zoned, day, clock, lasted, amount, small, sure, text, none))"
            " to $path (format parquet)",
            {"path": str(tmp_path / "plain.parquet")},
        )
    (tmp_path / "plain.parquet").rename(path)
    (table,) = inspect_file(path)
    assert table.layout is not None
    assert ", ".join(table.layout.header) == (
        "nr, moment, zoned, day, clock, lasted, amount, small, sure, text, none"
    )
    assert table.first_rows[1] == (
        1,
        (
            "1",
            "2023-06-10 00:00:00",
            "2023-06-10 10:00:00+00",
            "2023-06-10",
            "12:05:00",
            "49:00:07",
            "13162.40",
            "0.0000001",
            "true",
            "een\ntwee",
            "",
        ),
    )
    # A row without a value is a line, as a line of delimiters is.
    assert table.line_count == 2


# --- What a table is called, and that each has its account. ---


def test_every_sheet_and_member_has_its_own_account(tmp_path: Path) -> None:
    def fill(opened: xlsxwriter.Workbook) -> None:
        for name, text in (("Oproepen", GOOD), ("Leeg", ""), ("Nota", "a;b\n1;2\n3;4\n")):
            sheet = opened.add_worksheet(name)
            for number, line in enumerate(text.splitlines()):
                sheet.write_row(number, 0, line.split(";"))

    files = {
        "jaar.zip": zipped(
            {
                "map/eenheden één.csv": UNITS,
                "map\\boek.xlsx": workbook(fill),
                "README.txt": "no export",
                "__MACOSX/map/._x.csv": "no export",
                "nota.docx": "PK",
                "in.zip": zipped({"a.csv": "a;b\n1;2\n"}),
            }
        )
    }
    built = build_files(tmp_path, files)
    accounts = {name: (account["fate"], *built.account(name)) for name, account in built.files.items()}
    assert accounts == {
        "jaar.zip/map/eenheden één.csv": ("read", 5, 5, 0, 0),
        "jaar.zip/map/boek.xlsx/Oproepen": ("read", 5, 5, 0, 0),
        "jaar.zip/map/boek.xlsx/Nota": ("unknown_header", 2, 0, 0, 2),
        "jaar.zip/nota.docx": ("kind_not_supported", 0, 0, 0, 0),
        "jaar.zip/in.zip": ("archive_in_archive", 0, 0, 0, 0),
    }


def test_a_container_with_one_table_goes_by_its_own_name(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.zip": zipped({"map/any name.csv": GOOD, "leesmij/readme.txt": "x"}),
        "b.csv.gz": gzip.compress(UNITS.encode()),
        "c.xlsx": workbook(sheet_of(GOOD)),
        # Other systems name what they send as they like: the content decides.
        "d.csv": workbook(sheet_of(GOOD)),
        "e.xls": GOOD,
        "f.xlsx.gz": gzip.compress(workbook(sheet_of(GOOD))),
        "g.ods": _open_document(),
    }
    built = build_files(tmp_path, files)
    assert set(built.files) == set(files)
    kinds = built.select("select file_name, kind from files")
    assert {row["file_name"]: row["kind"] for row in kinds} == {
        "a.zip": "csv",
        "b.csv.gz": "csv",
        "c.xlsx": "xlsx",
        "d.csv": "xlsx",
        "e.xls": "csv",
        "f.xlsx.gz": "xlsx",
        "g.ods": "ods",
    }
    # The same five lines in five ways are one and four duplicates.
    assert [sum(account[part] for account in built.files.values()) for part in ("accepted", "duplicate")] == [
        50,
        20,
    ]


def test_two_members_of_one_name_have_two_accounts(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive, pytest.warns(UserWarning):
        archive.writestr("../a.csv", GOOD)
        archive.writestr("../a.csv", UNITS)
    built = build_files(tmp_path, {"a.zip": file.getvalue()})
    assert set(built.files) == {"a.zip/a.csv", "a.zip/a.csv (2)"}
    assert {built.account(name) for name in built.files} == {(5, 5, 0, 0)}


# --- What is refused as a whole. ---


def encrypted_zip() -> bytes:
    content = bytearray(zipped({"a.csv": GOOD}))
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.index(signature) + place
        content[start : start + 2] = struct.pack("<H", struct.unpack("<H", content[start : start + 2])[0] | 1)
    return bytes(content)


REFUSED = {
    "locked.zip": (encrypted_zip, "encrypted"),
    "locked.xlsx": (
        lambda: containers.SIGNATURES[4][2] + bytes(600) + containers.ENCRYPTED_STREAM + bytes(600),
        "encrypted",
    ),
    "cut.zip": (lambda: zipped({"a.csv": GOOD})[:-30], "damaged"),
    "cut.xlsx": (lambda: workbook(sheet_of(GOOD))[:-30], "damaged"),
    "cut.csv.gz": (lambda: gzip.compress(GOOD.encode())[:-12], "damaged"),
    "old.xls": (lambda: containers.SIGNATURES[4][2] + bytes(2000), "damaged"),
    "cut.parquet": (lambda: b"PAR1" + bytes(50) + b"PAR1", "damaged"),
    "zeros.xlsx": (lambda: bytes(500), "damaged"),
    "empty.zip": (lambda: zipped({}), "empty"),
    "empty.xlsx": (lambda: workbook(lambda opened: opened.add_worksheet()), "empty"),
    "page.xls": (lambda: b"<html><table><tr><td>a</td></tr></table></html>", "kind_not_supported"),
    "letter.zip": (
        lambda: zipped({"[Content_Types].xml": "", "word/document.xml": ""}),
        "kind_not_supported",
    ),
    "tape.csv.gz": (lambda: gzip.compress(bytes(257) + b"ustar" + bytes(300)), "archive_in_archive"),
    "twice.csv.gz": (lambda: gzip.compress(gzip.compress(GOOD.encode())), "archive_in_archive"),
    "bomb.zip": (lambda: zipped({"a.csv": b"0" * 40_000_000}), "too_large"),
    "bomb.csv.gz": (lambda: gzip.compress(b"0" * 40_000_000), "too_large"),
    "many.zip": (lambda: zipped({f"{n}.csv": "" for n in range(limits.MOST_PARTS + 1)}), "too_many_parts"),
    "far.xlsx": (lambda: _far_cell(1_048_575, 16_383), "too_large"),
    "wide.csv": (
        lambda: ";".join(f"c{n}" for n in range(100_000)).encode() + b"\na;b\nc;d\n",
        "too_many_columns",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_has_a_fate(tmp_path: Path, name: str) -> None:
    make, fate = REFUSED[name]
    (table,) = inspected(tmp_path, name, make())
    assert (table.name, table.fate) == (name, fate)
    # Lines are counted where there are any to count.
    assert table.line_count == (2 if fate == "too_many_columns" else 0)


def test_entities_that_grow_do_no_harm(tmp_path: Path) -> None:
    (table,) = inspected(tmp_path, "xml.xlsx", _xml_bomb())
    assert table.fate in ("damaged", "unknown_header")


def test_refused_files_hinder_no_other_and_say_so(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {name: make() for name, (make, _) in REFUSED.items()}
    built = build_files(tmp_path, files | {"good.csv": GOOD})
    assert {name: account["fate"] for name, account in built.files.items()} == {
        name: fate for name, (_, fate) in REFUSED.items()
    } | {"good.csv": "read"}
    assert built.account("wide.csv") == (2, 0, 0, 2)
    assert built.account("good.csv") == (5, 5, 0, 0)


@pytest.mark.parametrize(("seconds", "patience"), [(0, 100), (1, 0.001)], ids=["processor", "clock"])
def test_a_file_that_takes_too_long_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: int, patience: float
) -> None:
    def fill(opened: xlsxwriter.Workbook) -> None:
        sheet = opened.add_worksheet()
        for number in range(40_000):
            sheet.write_row(number, 0, range(10))

    monkeypatch.setattr(typed_tables, "PROCESS_SECONDS", seconds)
    monkeypatch.setattr(typed_tables, "PROCESS_SECONDS_A_MEGABYTE", 0)
    monkeypatch.setattr(typed_tables, "PATIENCE", patience)
    (table,) = inspected(tmp_path, "a.xlsx", workbook(fill))
    assert table.fate == "took_too_long"


def test_an_archive_may_not_grow_beyond_its_limit_in_many_small_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "ALWAYS_UNPACKED_BYTES", 1_000_000)
    monkeypatch.setattr(containers, "MOST_UNPACKED_RATIO", 1)
    tables = inspected(tmp_path, "a.zip", zipped({f"{n}.csv": "a;b\n" + "1;2\n" * 100_000 for n in range(4)}))
    assert [table.fate for table in tables] == ["unknown_header", "unknown_header", "too_large", "too_large"]


def test_a_row_longer_than_a_line_can_be_is_refused_alone(tmp_path: Path) -> None:
    def fill(opened: xlsxwriter.Workbook) -> None:
        sheet = opened.add_worksheet()
        sheet.write_row(0, 0, [*INTERVENTION_COLUMNS, *(f"c{n}" for n in range(40))])
        good = intervention("A", "2023-06-10 12:00:00")
        sheet.write_row(1, 0, [good.get(column, "") for column in INTERVENTION_COLUMNS])
        sheet.write_row(2, 0, ["x" * 32_767] * 40)

    built = build_files(tmp_path, {"a.xlsx": workbook(fill)})
    assert built.account("a.xlsx") == (2, 1, 0, 1)
    assert built.refusals == [("a.xlsx", 3, "line_too_long")]


def test_a_workbook_through_a_profile_gives_the_figures_of_its_csv(tmp_path: Path) -> None:
    rows = [intervention(f"A{n}", f"{n % 28 + 1:02}/06/2023 12:00:00") for n in range(100)]
    once = build_files(tmp_path / "csv", {"a.csv": csv_text(INTERVENTION_COLUMNS, rows)})
    again = build_files(
        tmp_path / "xlsx", {"a.xlsx": workbook(sheet_of(csv_text(INTERVENTION_COLUMNS, rows)))}
    )
    assert again.calls == once.calls
