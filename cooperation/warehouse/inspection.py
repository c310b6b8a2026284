"""What an export looks like to the reader, without a build: how it is written, its header, its first rows."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from cooperation.warehouse.layouts import sample_lines
from cooperation.warehouse.profiles import DETECTED, FileFormat, Profile, contract_profiles
from cooperation.warehouse.raw_lines import Layout, records_of
from cooperation.warehouse.sources import Source, line_count, open_sources

FIRST_ROWS = 20


@dataclass(frozen=True)
class InspectedTable:
    """One table of an export, called as in the account of a build.

    `fate` is None where a build would load it; "unknown_header" where only a profile is missing; else why nothing of
    it can be read, and then there is no layout. `first_rows` are (line number, cells) from the top of the table,
    titles and header included, as read. `line_count` is how many lines follow the header.
    """

    name: str
    fate: str | None
    layout: Layout | None
    profile: Profile | None
    line_count: int
    first_rows: tuple[tuple[int, tuple[str, ...]], ...]


def inspect_file(
    path: Path,
    profiles: Sequence[Profile] = (),
    written: FileFormat = DETECTED,
    name: str | None = None,
    row_count: int = FIRST_ROWS,
) -> tuple[InspectedTable, ...]:
    """Return every table of a file as a build with these profiles (the contract's go without saying) would read it.

    What `written` tells about the file is taken from there instead of being detected. Nothing is kept on disk.
    """
    known = (*profiles, *contract_profiles())
    with tempfile.TemporaryDirectory() as folder:
        return tuple(
            InspectedTable(
                source.name,
                source.fate,
                source.layout,
                source.profile,
                line_count(source),
                _first_rows(source, row_count),
            )
            for source in open_sources(path, name or path.name, known, Path(folder), written)
        )


def _first_rows(source: Source, row_count: int) -> tuple[tuple[int, tuple[str, ...]], ...]:
    if source.layout is None or source.path is None:
        return ()
    if source.table:
        return tuple((number, tuple(cells)) for number, cells in source.table.first_rows[:row_count])
    sample = sample_lines(source.path, source.layout.encoding)
    records = records_of(sample, source.layout.delimiter, source.layout.quote)
    return tuple(
        (record.line_number, tuple(record.cells or [record.text])) for record in islice(records, row_count)
    )
