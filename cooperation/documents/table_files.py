"""The rows of a table as a file of any kind, piece by piece, so that memory does not grow with them."""

import itertools
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from cooperation.answers.downloads import Rows
from cooperation.documents.csv_files import Flavour, csv_pieces
from cooperation.documents.workbooks import MOST_ROWS_OF_A_TABLE, About, Sheet, SheetColumn, write_workbook

FileFormat = Literal["belgian_excel", "international", "xlsx", "parquet"]
FILE_FORMATS: tuple[FileFormat, ...] = ("belgian_excel", "international", "xlsx", "parquet")
ENDINGS: Mapping[FileFormat, str] = {
    "belgian_excel": "csv",
    "international": "csv",
    "xlsx": "xlsx",
    "parquet": "parquet",
}
MEDIA_TYPES: Mapping[FileFormat, str] = {
    "belgian_excel": "text/csv; charset=utf-8",
    "international": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
PIECE_BYTES = 1024**2
# Fast: a CSV of a million rows must not wait for its archive.
COMPRESSION_LEVEL = 3


def fits(rows: Rows, file_format: FileFormat) -> bool:
    """Tell whether a file of this kind can hold the rows; a sheet ends after 1,048,576, its header among them."""
    return file_format != "xlsx" or rows.count <= MOST_ROWS_OF_A_TABLE


def file_pieces(
    rows: Rows, file_format: FileFormat, marks: Mapping[str, str], about: Callable[[], About]
) -> Iterator[bytes]:
    """Yield a file with all rows, each with its `marks` (column to text) behind it.

    `about` makes a workbook's first sheet. The caller asks first whether the rows fit (`fits`).
    """
    if file_format == "xlsx":
        return _workbook_pieces(rows, marks, about())
    if file_format == "parquet":
        return _parquet_pieces(rows, marks)
    return table_csv(rows, file_format, marks)


def workbook_sheet(rows: Rows, marks: Mapping[str, str], name: str) -> Sheet:
    """Return the rows as a sheet."""
    columns = [SheetColumn(entry.name, entry.unit) for entry in rows.columns]
    columns += [SheetColumn(mark) for mark in marks]
    return Sheet(name, columns, _rows(rows, marks))


def archive_pieces(members: Iterable[tuple[str, Callable[[], Iterator[bytes]]]]) -> Iterator[bytes]:
    """Yield a zip of members, each a name and what yields its content; none is ever held whole."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION_LEVEL) as archive:
        for name, content in members:
            member = zipfile.ZipInfo(name)
            # Parquet and workbooks are compressed already.
            member.compress_type = (
                zipfile.ZIP_STORED if name.endswith((".parquet", ".xlsx")) else zipfile.ZIP_DEFLATED
            )
            with archive.open(member, "w", force_zip64=True) as file:
                for piece in content():
                    file.write(piece)
                    yield from sink.taken()
    yield from sink.taken()


def table_csv(rows: Rows, flavour: Flavour, marks: Mapping[str, str]) -> Iterator[bytes]:
    """Yield the rows as CSV."""
    return csv_pieces([entry.name for entry in rows.columns], rows.batches(), flavour, marks)


def _parquet_pieces(rows: Rows, marks: Mapping[str, str]) -> Iterator[bytes]:
    sink = _Sink()
    batches = (_with_marks(batch, marks) for batch in rows.batches())
    first = next(batches)
    # What a reader of the file finds beside its columns.
    about = {"table": rows.table.name, "grain": rows.table.grain.en, **marks}
    schema = first.schema.with_metadata(about)
    with pq.ParquetWriter(sink, schema) as writer:
        for batch in itertools.chain([first], batches):
            writer.write_table(batch.cast(schema))
            yield from sink.taken()
    yield from sink.taken()


def _workbook_pieces(rows: Rows, marks: Mapping[str, str], about: About) -> Iterator[bytes]:
    sheet = workbook_sheet(rows, marks, rows.table.name)
    return workbook_pieces(about, [sheet])


def workbook_pieces(about: About, sheets: Iterable[Sheet]) -> Iterator[bytes]:
    """Yield a workbook, which is made in a temporary folder: its first bytes are known last."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "workbook.xlsx"
        write_workbook(path, about, sheets)
        with path.open("rb") as file:
            yield from iter(lambda: file.read(PIECE_BYTES), b"")


def _rows(rows: Rows, marks: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    said = tuple(marks.values())
    for batch in rows.batches():
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield row + said


def _with_marks(batch: pa.Table, marks: Mapping[str, str]) -> pa.Table:
    for name, text in marks.items():
        batch = batch.append_column(name, pa.repeat(pa.scalar(text), batch.num_rows))
    return batch


class _Sink:
    """A file that is only ever written to, whose bytes are taken away as they come."""

    closed = False

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._written = 0

    def write(self, piece: Any) -> int:
        content = bytes(piece)
        self._pieces.append(content)
        self._written += len(content)
        return len(content)

    def tell(self) -> int:
        return self._written

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is held."""

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def taken(self) -> Iterator[bytes]:
        pieces, self._pieces = self._pieces, []
        yield from pieces
