"""The tables that an export holds, whatever its kind: what each is called, how it is written, where to read it."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from cooperation.warehouse.containers import Part, unique_labels, unpack
from cooperation.warehouse.layouts import NotText, detect_layout, first_record, known_header
from cooperation.warehouse.limits import MOST_COLUMNS
from cooperation.warehouse.profiles import DETECTED, FileFormat, Profile, choose_profile
from cooperation.warehouse.raw_lines import Layout, Record, count_records, unique_names
from cooperation.warehouse.typed_cells import TypedTable, as_line
from cooperation.warehouse.typed_tables import TypedFile, copy_typed_tables


@dataclass(frozen=True)
class Source:
    """One table of an export. `fate` says why it cannot be read; else it has a layout and lies at `path`.

    Of a delimited file `path` is the file itself. Of a workbook or Parquet file it is a copy of its rows, each with
    its number in front, and `table` tells what was copied.
    """

    name: str
    fate: str | None = None
    layout: Layout | None = None
    profile: Profile | None = None
    path: Path | None = None
    table: TypedTable | None = None


def open_sources(
    path: Path, name: str, profiles: Sequence[Profile], folder: Path, written: FileFormat = DETECTED
) -> Iterator[Source]:
    """Yield every table of an export; its copies in `folder` are gone when the next one comes.

    What `written` tells is taken from there, else from the profile that the header fits, else from the file.
    A table is called like its export where it is the only one, else `<export>/<member or sheet>`. OSError where a
    delimited file cannot be read to its end.
    """
    for part in unpack(path, name, folder):
        if part.path is None:
            yield Source(part.name, part.fate)
        elif part.kind == "csv":
            yield _delimited(part.path, part.name, profiles, written)
        else:
            yield from _typed(part, profiles, folder, written)


def line_count(source: Source) -> int:
    """Return how many lines follow the header of a table that is not going to be loaded."""
    if source.layout is None or source.path is None:
        return 0
    if source.table is None:
        return count_records(source.path, source.layout)
    above = [number for number, _ in source.table.first_rows if number <= source.layout.header_line_number]
    return source.table.row_count - len(above) + source.table.refused_count


def _delimited(path: Path, name: str, profiles: Sequence[Profile], written: FileFormat) -> Source:
    try:
        layout, profile = _recognised(path, profiles, written)
    except NotText:
        return Source(name, "not_text")
    if layout is None:
        return Source(name, "empty")
    return Source(name, _fate(layout, profile), layout, profile, path)


def _recognised(
    path: Path, profiles: Sequence[Profile], written: FileFormat
) -> tuple[Layout | None, Profile | None]:
    """Return how the file is written and its profile, whose own word on how it is written goes first."""
    layout = detect_layout(path, profiles, written)
    profile = choose_profile(layout.header, profiles) if layout else None
    # A profile may know what detection missed, and so bring out its header.
    candidates = [profile] if profile else [p for p in profiles if p.file_format != DETECTED]
    for candidate in candidates:
        if candidate.file_format == DETECTED:
            return layout, candidate
        own = detect_layout(path, (candidate,), _told(written, candidate.file_format))
        if own and candidate.fits(own.header):
            return own, candidate
    return layout, None


def _told(first: FileFormat, otherwise: FileFormat) -> FileFormat:
    """Return what either tells of a file, the first where both do."""
    told = {name: value for name, value in asdict(first).items() if value is not None}
    return replace(otherwise, **told)


def _fate(layout: Layout, profile: Profile | None) -> str | None:
    if len(layout.header) > MOST_COLUMNS:
        return "too_many_columns"
    return None if profile else "unknown_header"


def _typed(part: Part, profiles: Sequence[Profile], folder: Path, written: FileFormat) -> Iterator[Source]:
    with tempfile.TemporaryDirectory(dir=folder) as copies:
        typed = _copied(part, Path(copies), written.decimal_mark)
        if typed.fate:
            yield Source(part.name, typed.fate)
        names = unique_labels(f"{part.name}/{table.name}" for table in typed.tables)
        for place, name in enumerate(names if len(names) > 1 else [part.name] * len(names)):
            source = _table(name, typed.tables[place], Path(copies) / str(place), profiles, written)
            if mark := _overruling_mark(source, written):
                # Numbers are written with the file's mark, so the copy is made anew.
                with tempfile.TemporaryDirectory(dir=folder) as own:
                    again = _copied(part, Path(own), mark)
                    yield _table(name, again.tables[place], Path(own) / str(place), profiles, written)
            else:
                yield source


def _copied(part: Part, copies: Path, mark: str | None) -> TypedFile:
    return copy_typed_tables(part.path or Path(), part.kind or "", copies, mark)


def _overruling_mark(source: Source, written: FileFormat) -> str | None:
    mark = source.profile.file_format.decimal_mark if source.profile else None
    return mark if source.table and mark != source.table.decimal_mark and not written.decimal_mark else None


def _table(
    name: str, table: TypedTable, copy: Path, profiles: Sequence[Profile], written: FileFormat
) -> Source:
    if table.fate:
        return Source(name, table.fate)
    records = [Record(number, as_line(cells, table.delimiter), cells) for number, cells in table.first_rows]
    header, profile = _header(records, profiles, written)
    layout = Layout(
        table.kind,
        None,
        table.delimiter,
        '"',
        table.decimal_mark,
        header.line_number,
        unique_names(header.cells or []),
        header.text,
    )
    return Source(name, _fate(layout, profile), layout, profile, copy.with_suffix(".csv"), table)


def _header(
    records: Sequence[Record], profiles: Sequence[Profile], written: FileFormat
) -> tuple[Record, Profile | None]:
    """Return the record that is the header, and its profile."""
    for skip_lines in (written.skip_lines, *(profile.file_format.skip_lines for profile in profiles)):
        if header := known_header(records, profiles, skip_lines):
            return header, choose_profile(unique_names(header.cells or []), profiles)
    return first_record(records, written.skip_lines), None
