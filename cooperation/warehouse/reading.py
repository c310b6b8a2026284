"""Export files to raw rows: every file gets an account, every line its number, every cell stays text."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import duckdb

from cooperation.warehouse.contract import DATA_SETS
from cooperation.warehouse.exports import ExportFile
from cooperation.warehouse.lanes import Lanes
from cooperation.warehouse.limits import KEPT_TEXT
from cooperation.warehouse.profiles import (
    Constant,
    DataSetMapping,
    Expression,
    Profile,
    ProfileError,
    SourceColumn,
)
from cooperation.warehouse.raw_lines import RESERVED_NAMES, Layout, copy_records
from cooperation.warehouse.sources import Source, line_count, open_sources
from cooperation.warehouse.typed_cells import refused_path


@dataclass(frozen=True)
class FileAccount:
    """What the reader made of one table of a file; `data_set` is None where it was refused as a whole."""

    file_number: int
    file_name: str
    fate: str
    data_set: str | None = None
    profile: str | None = None
    kind: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    decimal_mark: str | None = None
    header_line: str | None = None
    lines_read: int = 0


@dataclass(frozen=True)
class RawLayout:
    """One table of raw lines: all files that share a profile and a header."""

    table: str
    number: int
    profile: Profile
    header: tuple[str, ...]


def quoted(identifier: str) -> str:
    """Return a column or table name as an SQL identifier; never meant for values."""
    return '"' + identifier.replace('"', '""') + '"'


class RawLoader:
    """Loads files one by one into `raw`, then maps them onto the contract.

    What the database does runs on `lanes`: files go into it while the next is copied. So there is never more than one
    copy for each lane on the disk, and the one that is being made.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        lanes: Lanes,
        profiles: Sequence[Profile],
        scratch: Path,
    ) -> None:
        self._connection = connection
        self._lanes = lanes
        self._profiles = tuple(profiles)
        self._scratch = scratch
        self._layouts: dict[tuple[str, tuple[str, ...]], RawLayout] = {}
        self._delimiters: set[str] = set()
        connection.execute(
            "create table raw.malformed_lines"
            " (file_number integer, line_number bigint, rule varchar, line_text varchar)"
        )
        connection.execute(
            "create table raw.line_texts (file_number integer, line_number bigint, line_text varchar)"
        )

    def load(self, file: ExportFile, file_number: int) -> tuple[FileAccount, ...]:
        """Begin to load one file and return the account of each table in it, numbered from `file_number` on.

        The lines are there once the lanes have settled. A file or table that holds nothing to read is refused, never
        an error. OSError where reading breaks off.
        """
        if not file.can_be_opened:
            return (FileAccount(file_number, file.name, "cannot_be_opened"),)
        sources = open_sources(file.path, file.name, self._profiles, self._scratch)
        return tuple(self._load(source, number) for number, source in enumerate(sources, start=file_number))

    def _load(self, source: Source, file_number: int) -> FileAccount:
        if source.layout is None or source.profile is None or source.fate:
            return _account(source, file_number, line_count(source))
        lines_read = self._load_lines(source, source.layout, source.profile, file_number)
        return _account(source, file_number, lines_read)

    def _load_lines(self, source: Source, layout: Layout, profile: Profile, file_number: int) -> int:
        """Load the lines behind the header and return how many there are."""
        raw = self._raw_layout(profile, layout.header)
        self._delimiters.add(layout.delimiter)
        if source.table and source.path:
            self._lanes.run(partial(self._take_in, raw, layout, file_number, source.path))
            return line_count(source)
        copy = self._scratch / f"lines_{file_number}.csv"
        with refused_path(copy).open("w", encoding="utf-8", newline="") as file:
            write_row = csv.writer(file, lineterminator="\n").writerow
            lines_read = copy_records(source.path or Path(), layout, copy, write_row)
        self._lanes.begin(partial(self._take_in, raw, layout, file_number, copy))
        return lines_read

    def _take_in(
        self, raw: RawLayout, layout: Layout, file_number: int, copy: Path, lane: duckdb.DuckDBPyConnection
    ) -> None:
        """Move the records of a copy, and the lines refused beside it, into `raw`."""
        _insert(lane, raw, layout, file_number, copy)
        refused = refused_path(copy)
        if refused.stat().st_size:
            _insert_refused(lane, layout, file_number, refused)
        copy.unlink()
        refused.unlink()

    def _raw_layout(self, profile: Profile, header: tuple[str, ...]) -> RawLayout:
        key = (profile.name, tuple(name.casefold() for name in header))
        if key not in self._layouts:
            number = len(self._layouts) + 1
            layout = RawLayout(f"raw.layout_{number}", number, profile, header)
            columns = ", ".join(f"{quoted(name)} varchar" for name in header)
            self._connection.execute(
                f"create table {layout.table}"
                f" (file_number integer, line_number bigint, line_hash ubigint, {columns})"
            )
            self._layouts[key] = layout
        return self._layouts[key]

    @property
    def met_data_sets(self) -> frozenset[str]:
        """Names of the data sets that some file holds, or should hold."""
        return frozenset(
            mapping.data_set.name for raw in self._layouts.values() for mapping in raw.profile.mappings
        )

    @property
    def replaceable_data_sets(self) -> frozenset[str]:
        """Names of the data sets of which a later file may replace lines of an earlier one."""
        return frozenset(
            mapping.data_set.name
            for raw in self._layouts.values()
            for mapping in raw.profile.mappings
            if mapping.latest_file_wins
        )

    def map_onto_contract(self) -> None:
        """Create `raw.<data set>`: canonical columns as text, file, line and item number, exact repeats marked."""
        for data_set in DATA_SETS:
            columns = ", ".join(f"{column} varchar" for column in data_set.columns)
            self._connection.execute(
                f"create table raw.{data_set.name} (layout integer, file_number integer, line_number bigint,"
                " item_number bigint, is_repeat boolean, latest_file_wins boolean, filled_cell_count integer,"
                f" {columns})"
            )
        self._lanes.run(*(partial(self._map_layout, raw) for raw in self._layouts.values()))

    def _map_layout(self, raw: RawLayout, lane: duckdb.DuckDBPyConnection) -> None:
        self._mark_repeats(lane, raw)
        for mapping in raw.profile.mappings:
            self._map(lane, raw, mapping)

    def _mark_repeats(self, lane: duckdb.DuckDBPyConnection, raw: RawLayout) -> None:
        columns = _said_by_line(raw.header)
        # Where the latest file wins, its line is the one that stays: another file in between may say something else.
        latest_file_wins = any(mapping.latest_file_wins for mapping in raw.profile.mappings)
        # The hash only narrows the search; the content decides.
        lane.execute(
            f"""
            create or replace table raw.repeats_{raw.number} as
            with suspects as (select line_hash from {raw.table} group by line_hash having count(*) > 1),
            ranked as (
                select file_number, line_number, row_number() over (
                    partition by {columns} order by file_number * $direction, line_number
                ) as place
                from {raw.table} where line_hash in (select line_hash from suspects)
            )
            select file_number, line_number from ranked where place > 1
            """,
            {"direction": -1 if latest_file_wins else 1},
        )

    def _map(self, lane: duckdb.DuckDBPyConnection, raw: RawLayout, mapping: DataSetMapping) -> None:
        steps = _steps(raw, mapping)
        sources = {column: _source(raw, mapping, column) for column in mapping.data_set.columns}
        selected = ", ".join(
            f"cast({source.sql} as varchar) as {quoted(column)}" for column, source in sources.items()
        )
        insertion = f"""
            insert into raw.{mapping.data_set.name}
            {_as_ctes(steps)}
            select {raw.number}, items.file_number, items.line_number, item_number,
                repeats.line_number is not null, $latest_file_wins, filled_cell_count, {selected}
            from {steps[-1].relation} as items
            left join raw.repeats_{raw.number} as repeats
                on items.file_number = repeats.file_number and items.line_number = repeats.line_number
        """
        values = _missing_words(raw.profile) | {"latest_file_wins": mapping.latest_file_wins}
        for source in sources.values():
            values |= source.values
        try:
            lane.execute(insertion, values)
        except duckdb.Error as error:
            entry = _failing_entry(lane, raw.profile, mapping, steps, sources)
            raise ProfileError(f"{raw.profile.name}.toml: {entry}: {error}") from error

    def keep_texts_of(self, lines_query: str, lane: duckdb.DuckDBPyConnection) -> None:
        """Fill `raw.line_texts` for the lines that `lines_query` selects (file_number, line_number)."""
        lane.execute(
            "insert into raw.line_texts select file_number, line_number, line_text from raw.malformed_lines"
        )
        for raw in self._layouts.values():
            # A file may have columns that are called like those of `files`.
            cells = ", ".join(f"layout.{quoted(name)}" for name in raw.header)
            # Text is put together with a delimiter that is the same for all lines of a statement.
            for delimiter in self._delimiters:
                lane.execute(
                    f"""
                    insert into raw.line_texts
                    with lines as (select distinct file_number, line_number from ({lines_query}))
                    select layout.file_number, layout.line_number, array_to_string(list_transform([{cells}],
                        lambda cell: case
                            when files.quote <> '' and (
                                contains(cell, files.quote) or contains(cell, $delimiter)
                                or regexp_matches(cell, '[\\r\\n]')
                            ) then files.quote || replace(cell, files.quote, files.quote || files.quote) || files.quote
                            else coalesce(cell, '')
                        end), $delimiter)
                    from {raw.table} as layout
                    inner join lines using (file_number, line_number)
                    inner join files using (file_number)
                    where files.delimiter = $delimiter
                    """,
                    {"delimiter": delimiter},
                )


def _said_by_line(columns: Iterable[str]) -> str:
    # Blanks around a cell say nothing: a line that was opened and saved again is still the same line.
    return ", ".join(f"nullif(trim({quoted(column)}), '')" for column in columns)


def _insert(
    lane: duckdb.DuckDBPyConnection, raw: RawLayout, layout: Layout, file_number: int, copy: Path
) -> None:
    cells = [f"column_{place}" for place in range(len(layout.header))]
    columns, said = ", ".join(cells), _said_by_line(cells)
    kinds = {"line_number": "bigint"} | dict.fromkeys(cells, "varchar")
    declared = ", ".join(f"{quoted(name)}: '{kind}'" for name, kind in kinds.items())
    lane.execute(
        f"""
        insert into {raw.table}
        select $file_number, line_number, hash({said}), {columns} from read_csv(
            $path, delim = $delimiter, columns = {{{declared}}}, header = false, auto_detect = false,
            quote = '"', escape = '"', new_line = '\\n', nullstr = '', max_line_size = 8388608
        )
        where line_number > $header_line_number
        """,
        {
            "file_number": file_number,
            "path": str(copy),
            "delimiter": layout.delimiter,
            "header_line_number": layout.header_line_number,
        },
    )


def _insert_refused(lane: duckdb.DuckDBPyConnection, layout: Layout, file_number: int, refused: Path) -> None:
    lane.execute(
        """
        insert into raw.malformed_lines
        select $file_number, * from read_csv(
            $path, delim = ',', columns = {line_number: 'bigint', rule: 'varchar', line_text: 'varchar'},
            header = false, auto_detect = false, quote = '"', escape = '"', new_line = '\\n', nullstr = ''
        )
        where line_number > $header_line_number
        """,
        {
            "file_number": file_number,
            "path": str(refused),
            "header_line_number": layout.header_line_number,
        },
    )


def _account(source: Source, file_number: int, lines_read: int) -> FileAccount:
    # What cannot be written as text stands in a name that another system wrote.
    name = source.name.encode("utf-8", "replace").decode()
    if source.layout is None:
        return FileAccount(file_number, name, source.fate or "damaged")
    layout, profile = source.layout, source.profile
    return FileAccount(
        file_number,
        name,
        source.fate or ("read" if lines_read else "only_header"),
        profile.mappings[0].data_set.name if profile and not source.fate else None,
        profile.name if profile else None,
        layout.kind,
        layout.encoding,
        layout.delimiter,
        layout.quote,
        layout.decimal_mark,
        layout.header_line if profile else layout.header_line[:KEPT_TEXT],
        lines_read,
    )


@dataclass(frozen=True)
class _Step:
    """One relation between a record and its items; `made` is what the profile's `entry` adds to it."""

    entry: str
    relation: str
    made: str
    query: str


@dataclass(frozen=True)
class _BoundSql:
    """An SQL expression and the values that it names."""

    sql: str
    values: dict[str, object] = field(default_factory=dict)


def _missing_words(profile: Profile) -> dict[str, object]:
    return {"missing": [word.upper() for word in profile.missing]}


def _steps(raw: RawLayout, mapping: DataSetMapping) -> list[_Step]:
    """Return the relations, each made from the one before: cells, derived columns, items."""
    # Trimmed a step before it is looked up, or each mention of a cell would trim it again.
    trimmed = ", ".join(f"trim({quoted(name)}) as {quoted(name)}" for name in raw.header)
    said = ", ".join(f"said_text({quoted(name)}, $missing) as {quoted(name)}" for name in raw.header)
    filled = " + ".join(f"({quoted(name)} is not null)::integer" for name in raw.header)
    records = (
        f"select file_number, line_number, {said} from"
        f" (select file_number, line_number, {trimmed} from {raw.table})"
    )
    steps = [_Step("file", "records", "*", f"select *, {filled} as filled_cell_count from ({records})")]
    for name, sql in raw.profile.derived.items():
        steps.append(_derived(f"derived.{name}", raw, name, sql, steps))
    item = "1 as item_number"
    if mapping.for_each:
        elements = f"(\n{mapping.for_each}\n)"
        item = f"unnest(generate_series(1, len{elements})) as item_number, unnest({elements}) as each"
    entry = f"{mapping.data_set.name}.for_each"
    steps.append(_Step(entry, "unnested", "*", f"select *, {item} from {steps[-1].relation}"))
    return steps


def _derived(entry: str, raw: RawLayout, name: str, sql: str, before: Sequence[_Step]) -> _Step:
    # DuckDB would rename the second of two columns of one name without a word.
    taken = [*RESERVED_NAMES, *raw.header]
    if quoted(name).casefold() in {quoted(column).casefold() for column in taken} | {s.made for s in before}:
        raise ProfileError(f"{raw.profile.name}.toml: {entry}: there is a column of that name already")
    query = f"select *, (\n{sql}\n) as {quoted(name)} from {before[-1].relation}"
    return _Step(entry, f"derived_{len(before)}", quoted(name).casefold(), query)


def _as_ctes(steps: Sequence[_Step]) -> str:
    return "with " + ",\n".join(f"{step.relation} as ({step.query})" for step in steps)


def _source(raw: RawLayout, mapping: DataSetMapping, column: str) -> _BoundSql:
    """Return the SQL of one canonical column over `items`."""
    values: dict[str, object] = {}
    match mapping.sources.get(column):
        case None:
            return _BoundSql("null")
        case Constant(value):
            return _BoundSql(f"$constant_{column}", {f"constant_{column}": value})
        case SourceColumn(name):
            text = f"items.{quoted(_as_written(name, raw.header))}"
            if column in mapping.data_set.moments and raw.profile.moment_formats:
                bound = _moment_in_contract(text, raw.profile.moment_formats)
                text, values = bound.sql, bound.values
        case Expression(sql):
            text = f"cell(cast((\n{sql}\n) as varchar), $missing)"
    if column in mapping.values:
        values[f"written_{column}"] = [key.casefold() for key in mapping.values[column]]
        values[f"meant_{column}"] = list(mapping.values[column].values())
        place = f"list_position($written_{column}, lower({text}))"
        text = f"nullif(coalesce(list_extract($meant_{column}, {place}), {text}), '')"
    return _BoundSql(text, values)


def _moment_in_contract(text: str, formats: Sequence[str]) -> _BoundSql:
    """Return a moment in the profile's formats as the contract writes it, as it stands where none fits."""
    # A format without a time of day tells the day only: as a moment it would invent midnight.
    parts: dict[str, list[str]] = {"moment_formats": [], "day_formats": []}
    for written in formats:
        parts["moment_formats" if re.search("%[HIcXT]", written) else "day_formats"].append(written)
    kinds = {"moment_formats": "timestamp", "day_formats": "date"}
    values: dict[str, object] = {name: found for name, found in parts.items() if found}
    tried = [f"cast(try_strptime({text}, ${name})::{kinds[name]} as varchar)" for name in values]
    return _BoundSql(f"coalesce({', '.join([*tried, text])})", values)


def _failing_entry(
    lane: duckdb.DuckDBPyConnection,
    profile: Profile,
    mapping: DataSetMapping,
    steps: Sequence[_Step],
    sources: Mapping[str, _BoundSql],
) -> str:
    """Return the first entry of the profile that cannot be computed, else the data set's name."""
    missing = _missing_words(profile)
    for count, step in enumerate(steps, start=1):
        if not _runs(
            lane, f"{_as_ctes(steps[:count])} select count({step.made}) from {step.relation}", missing
        ):
            return step.entry
    for column, source in sources.items():
        trial = f"{_as_ctes(steps)} select count({source.sql}) from {steps[-1].relation} as items"
        if not _runs(lane, trial, missing | source.values):
            return f"{mapping.data_set.name}.{column}"
    return mapping.data_set.name


def _runs(lane: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, object]) -> bool:
    try:
        lane.execute(sql, dict(parameters))
    except duckdb.Error:
        return False
    return True


def _as_written(name: str, header: Sequence[str]) -> str:
    """Return the header's own spelling of a column that a profile names."""
    return next(written for written in header if written.casefold() == name.strip().casefold())
