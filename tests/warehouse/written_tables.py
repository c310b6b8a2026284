"""One small table written in every layout that exports come in, and read back through the raw loader."""

import csv
import gzip
import io
import zipfile
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import xlsxwriter
from hypothesis import strategies as st

from cooperation.warehouse.exports import find_exports
from cooperation.warehouse.lanes import Lanes
from cooperation.warehouse.profiles import MISSING_IN_CONTRACT, load_profiles
from cooperation.warehouse.query_files import query_text
from cooperation.warehouse.reading import FileAccount, RawLoader

COLUMNS = ("Nr", "Ontvangen", "Aard", "Bedrag")
# How Python writes a moment; what the reader needs to be told is what neither it nor anybody can see from one cell.
MOMENT_FORMATS = {
    "%Y-%m-%d %H:%M:%S": None,
    "%Y-%m-%dT%H:%M:%S": None,
    "%d/%m/%Y %H:%M:%S": None,
    "%d-%m-%Y %H:%M:%S": None,
    "%d/%m/%Y %I:%M:%S %p": None,
    "%m/%d/%Y %H:%M:%S": "%m/%d/%Y %H:%M:%S",
    "%d.%m.%y %H:%M:%S": "%d.%m.%y %H:%M:%S",
}
ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16", "utf-16-le", "utf-16-be")
# Letters of one byte whose bytes never make up a letter of UTF-8: no reader could tell "Ã©" from "é".
LETTERS = "abc XYZ éèàüßçï;,|\t^'\"=<>&-\n"
FAR_LETTERS = "ŁΩж漢😀"


@dataclass(frozen=True)
class Row:
    """What a line of the table says; None where the cell is empty."""

    number: str
    received: datetime
    nature: str | None
    amount: Decimal | None


@dataclass(frozen=True)
class Written:
    """How the table is written. `is_told` is whether the profile tells what is detected otherwise."""

    kind: str
    packing: str
    delimiter: str
    quote: str
    encoding: str
    line_end: str
    decimal_mark: str
    thousands: str
    currency: str
    moment_format: str
    titles: int
    is_told: bool

    @property
    def file_name(self) -> str:
        return f"export.{self.kind}" + {"plain": "", "zip": ".zip", "gz": ".gz"}[self.packing]


def natures(written: Written) -> st.SearchStrategy[str | None]:
    letters = LETTERS if written.encoding in ("cp1252", "latin-1") else LETTERS + FAR_LETTERS
    if written.quote == "":
        letters = "".join(letter for letter in letters if letter not in (written.delimiter, "\n"))
    texts = st.text(letters, max_size=12).map(str.strip)
    missing = {"", *(word.upper() for word in MISSING_IN_CONTRACT)}
    return st.none() | texts.filter(lambda text: text.upper() not in missing)


def rows(written: Written) -> st.SearchStrategy[list[Row]]:
    numbers = st.integers(1, 999_999).map(lambda number: f"N{number}")
    moments = st.datetimes(datetime(2015, 1, 1), datetime(2026, 12, 31)).map(
        lambda m: m.replace(microsecond=0)
    )
    amounts = st.none() | st.decimals(-9_999_999, 9_999_999, places=2)
    row = st.builds(Row, numbers, moments, natures(written), amounts)
    return st.lists(row, min_size=1, max_size=8, unique_by=lambda row: row.number)


def ways() -> st.SearchStrategy[Written]:
    marks = st.sampled_from(
        [(",", ""), (",", "."), (",", " "), (",", "\u00a0"), (".", ""), (".", ","), (".", " ")]
    )
    return st.builds(
        lambda marks, **others: Written(decimal_mark=marks[0], thousands=marks[1], **others),
        marks=marks,
        kind=st.sampled_from(["csv", "csv", "csv", "xlsx", "parquet"]),
        packing=st.sampled_from(["plain", "zip", "gz"]),
        delimiter=st.sampled_from([";", ",", "\t", "|", "^"]),
        quote=st.sampled_from(['"', '"', "'", ""]),
        encoding=st.sampled_from(ENCODINGS),
        line_end=st.sampled_from(["\n", "\r\n", "\r"]),
        currency=st.sampled_from(["", "€ "]),
        moment_format=st.sampled_from(list(MOMENT_FORMATS)),
        titles=st.sampled_from([0, 0, 1, 3]),
        is_told=st.booleans(),
    ).map(_possible)


def _possible(written: Written) -> Written:
    """Leave out what no file can be: a euro sign in Latin-1, numbers in columns that need quotes and have none."""
    changes = dict(written.__dict__)
    if written.encoding == "latin-1":
        changes["currency"] = ""
    if written.quote == "" and written.delimiter in (written.decimal_mark, written.thousands):
        changes["delimiter"] = ";"
    # That there are no quotes cannot be seen where one stands in a cell; an odd delimiter in a title neither.
    changes["is_told"] = (
        written.is_told or written.quote == "" or (written.delimiter == "^" and written.titles > 0)
    )
    return Written(**changes)


def write(table: list[Row], written: Written, folder: Path) -> None:
    """Write profile and export below `folder`."""
    (folder / "profiles").mkdir()
    (folder / "exports").mkdir()
    (folder / "profiles" / "log.toml").write_text(profile_text(written), encoding="utf-8")
    plain = folder / f"export.{written.kind}"
    {"csv": _write_csv, "xlsx": _write_xlsx, "parquet": _write_parquet}[written.kind](table, written, plain)
    target = folder / "exports" / written.file_name
    if written.packing == "zip":
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(plain, f"map één/{plain.name}")
    elif written.packing == "gz":
        target.write_bytes(gzip.compress(plain.read_bytes()))
    else:
        plain.rename(target)


def profile_text(written: Written) -> str:
    told = [f"header = {list(COLUMNS)}"]
    if written.is_told:
        told += [
            f"encoding = '{written.encoding}'",
            f'delimiter = "{written.delimiter}"'.replace("\t", "\\t"),
            f'quote = "{written.quote}"'.replace('"""', "'\"'"),
            f'decimal = "{written.decimal_mark}"',
            f"skip_lines = {written.titles}",
        ]
    asked = MOMENT_FORMATS[written.moment_format]
    formats = f'[formats]\nmoment = ["{asked}"]' if asked else ""
    return "\n".join(
        [
            "[file]",
            *told,
            formats,
            "[interventions]",
            'intervention_id = "Nr"',
            'received_at = "Ontvangen"',
            'nature = "Aard"',
            'priority = "Bedrag"',
        ]
    )


def amount_text(amount: Decimal | None, written: Written) -> str:
    if amount is None:
        return ""
    marks = {ord(","): written.thousands, ord("."): written.decimal_mark}
    return written.currency + f"{amount:,.2f}".translate(marks)


def _write_csv(table: list[Row], written: Written, path: Path) -> None:
    text = io.StringIO()
    text.write("".join(f"Titel {number}\n" for number in range(written.titles)))
    if written.quote:
        # An apostrophe is known as a quote by standing around cells everywhere.
        quoting = csv.QUOTE_ALL if written.quote == "'" else csv.QUOTE_MINIMAL
        writer = csv.writer(
            text, delimiter=written.delimiter, quotechar=written.quote, quoting=quoting, lineterminator="\n"
        )
        writer.writerows(_cells(table, written))
    else:
        text.write("".join(written.delimiter.join(cells) + "\n" for cells in _cells(table, written)))
    content = text.getvalue().replace("\n", written.line_end)
    path.write_bytes(content.encode(written.encoding))


def _cells(table: list[Row], written: Written) -> list[list[str]]:
    return [
        list(COLUMNS),
        *(
            [
                row.number,
                row.received.strftime(written.moment_format),
                row.nature or "",
                amount_text(row.amount, written),
            ]
            for row in table
        ),
    ]


def _write_xlsx(table: list[Row], written: Written, path: Path) -> None:
    with xlsxwriter.Workbook(path, {"date_1904": written.titles == 3}) as workbook:
        sheet = workbook.add_worksheet("Blad 1")
        dated = workbook.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
        for number in range(written.titles):
            sheet.write_string(number, 0, f"Titel {number}")
        sheet.write_row(written.titles, 0, COLUMNS)
        for number, row in enumerate(table, start=written.titles + 1):
            sheet.write_string(number, 0, row.number)
            sheet.write_datetime(number, 1, row.received, dated)
            sheet.write_string(number, 2, row.nature or "")
            if row.amount is not None and written.thousands:
                sheet.write_string(number, 3, amount_text(row.amount, written))
            elif row.amount is not None:
                sheet.write_number(number, 3, float(row.amount))


def _write_parquet(table: list[Row], written: Written, path: Path) -> None:
    amount = "varchar" if written.thousands else "double" if written.titles else "decimal(18, 2)"
    with duckdb.connect() as connection:
        connection.execute(
            f'create table t ("Nr" varchar, "Ontvangen" timestamp, "Aard" varchar, "Bedrag" {amount})'
        )
        for row in table:
            written_amount = amount_text(row.amount, written) or None if written.thousands else row.amount
            connection.execute(
                "insert into t values (?, ?, ?, ?)", [row.number, row.received, row.nature, written_amount]
            )
        connection.execute("copy t to $path (format parquet)", {"path": str(path)})


def read_back(folder: Path) -> tuple[FileAccount, list[Row]]:
    """Load everything below `folder` and return the one account and the rows as the contract has them."""
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as raw")
        connection.execute(query_text("macros"))
        (file,) = find_exports(folder / "exports")
        with Lanes([connection.cursor()]) as lanes:
            loader = RawLoader(connection, lanes, load_profiles(folder / "profiles"), folder)
            (account,) = loader.load(file, 1)
            lanes.settle()
            loader.map_onto_contract()
        found = connection.execute(
            "select intervention_id, moment(received_at, 'Europe/Brussels'), nature, priority"
            " from raw.interventions order by line_number"
        ).fetchall()
    mark = account.decimal_mark or ""
    return account, [
        Row(number, received, nature, _amount(text, mark)) for number, received, nature, text in found
    ]


def _amount(text: str | None, mark: str) -> Decimal | None:
    if text is None:
        return None
    thousands = {",": ".", ".": ","}[mark]
    digits = "".join(letter for letter in text if letter not in f"€ \u00a0{thousands}")
    return Decimal(digits.replace(mark, "."))
