"""Refused lines as a file to correct: under the header and with the delimiter of the export that they come from."""

import codecs
import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cooperation.documents.csv_files import made_harmless


@dataclass(frozen=True)
class Writing:
    """How the export was written: its delimiter, and its quotation mark, "" where it has none."""

    delimiter: str
    quote: str = '"'

    @property
    def for_csv(self) -> dict[str, Any]:
        """The same in the words of the csv module."""
        if not self.quote:
            return {"delimiter": self.delimiter, "quoting": csv.QUOTE_NONE, "quotechar": None}
        return {"delimiter": self.delimiter, "quotechar": self.quote}


def correction_bytes(header_line: str, writing: Writing, lines: Iterable[tuple[str, bool]]) -> bytes:
    """Return refused lines, each with whether its quotes are broken, as UTF-8 with BOM under their own header.

    The cells are the original ones, or they could not be corrected and dropped again; only a cell that a
    spreadsheet would run gets an apostrophe before it.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n", **writing.for_csv)
    writer.writerow(map(made_harmless, _cells(header_line, writing)))
    for line, has_broken_quotes in lines:
        # Quoted anew, a stray quotation mark stays in its cell and swallows no other line.
        cells = line.split(writing.delimiter) if has_broken_quotes else _cells(line, writing)
        writer.writerow(map(made_harmless, cells))
    return codecs.BOM_UTF8 + text.getvalue().encode("utf-8")


def _cells(line: str, writing: Writing) -> list[str]:
    try:
        return next(csv.reader([line], **writing.for_csv), [])
    except csv.Error:
        # A line end that is not quoted: no quotation mark says where cells begin either.
        return line.split(writing.delimiter)
