"""Profiles: how a foreign export maps onto the contract, one TOML file each.

    [file]
    header = ["case_number", "date", "received"]     # a file with all of these columns has this layout
    delimiter = ","                                  # optional, as the next four: told from the file otherwise
    encoding = "cp1252"
    quote = "'"                                      # around cells; "" where there is none
    decimal = ","                                    # the mark before the cents
    skip_lines = 3                                   # titles above the header

    [formats]
    moment = ["%m/%d/%y %H:%M"]                      # how moments are written in columns taken as they are
    missing = ["NULL", "-"]                          # what stands for an empty cell

    [derived]                                        # names for expressions that other entries need, in order
    call_moment = "try_strptime(date || ' ' || received, '%m/%d/%y %H:%M')"

    [interventions]                                  # a data set of the contract
    intervention_id = "case_number"                  # a source column
    received_at = { sql = "call_moment" }            # an SQL expression over the source columns
    zone_code = { value = "5381" }                   # the same value for every line
    latest_file_wins = true                          # a later file replaces what an earlier one says of the same id

    [interventions.values.priority]                  # what the source writes = what the contract says
    "Prioritair" = "1"

    [deployments]
    for_each = "string_split(units, ',')"            # one row for each element, which is called `each`
    unit_id = { sql = "each" }

Latest is the file that comes last in the order of names. Amounts, shares and numbers are read with the file's own
decimal mark, also those that an expression or a fixed value gives.

`header` names every source column that stands in the profile on its own. Expressions see cells trimmed, NULL
where they are empty or `missing`, and may use the macros of queries/macros.sql. They cannot read files.
"""

import codecs
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from cooperation.warehouse.contract import DATA_SETS, DataSet


class ProfileError(ValueError):
    """A profile cannot be used; the message names the file and the entry."""


@dataclass(frozen=True)
class SourceColumn:
    name: str


@dataclass(frozen=True)
class Expression:
    sql: str


@dataclass(frozen=True)
class Constant:
    value: str


@dataclass(frozen=True)
class DataSetMapping:
    """How one data set of the contract is made from a record; a column without a source stays empty."""

    data_set: DataSet
    sources: Mapping[str, SourceColumn | Expression | Constant]
    values: Mapping[str, Mapping[str, str]]
    for_each: str | None = None
    latest_file_wins: bool = False


@dataclass(frozen=True)
class FileFormat:
    """How a file is written, as far as somebody tells; what is None is told from the file.

    `encoding` is a Python codec, `quote` is "" where nothing stands around cells, `decimal_mark` is "," or ".".
    """

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    decimal_mark: str | None = None
    skip_lines: int | None = None


DETECTED = FileFormat()


@dataclass(frozen=True)
class Profile:
    """The layout that a header belongs to; the first mapping decides what becomes of a line."""

    name: str
    header: tuple[str, ...]
    file_format: FileFormat
    moment_formats: tuple[str, ...]
    missing: tuple[str, ...]
    derived: Mapping[str, str]
    mappings: tuple[DataSetMapping, ...]

    def fits(self, header: tuple[str, ...]) -> bool:
        """Tell whether a file with this header has this layout, whatever its capitals and blanks."""
        return {name.strip().casefold() for name in self.header} <= {
            name.strip().casefold() for name in header
        }


# Blank cells are missing anyway; #N/B is Excel's #N/A in Dutch, s.o. is "sans objet". No "NA": that may be initials.
MISSING_IN_CONTRACT = ("NULL", "-", "--", "n.v.t.", "nvt", "n/a", "#N/A", "#N/B", "s.o.")


def contract_profiles() -> tuple[Profile, ...]:
    """Return the layouts that need no profile: the contract's own headers, one for each data set."""
    return tuple(
        Profile(
            name=f"contract:{data_set.name}",
            header=data_set.columns,
            file_format=DETECTED,
            moment_formats=(),
            missing=MISSING_IN_CONTRACT,
            derived={},
            mappings=(
                DataSetMapping(data_set, {column: SourceColumn(column) for column in data_set.columns}, {}),
            ),
        )
        for data_set in DATA_SETS
    )


def load_profiles(folder: Path) -> tuple[Profile, ...]:
    """Read every profile that lies directly in `folder`; a settings file beside them is left aside."""
    found = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    return tuple(_load(path) for path in found if path.name != "cooperation.toml")


def choose_profile(header: tuple[str, ...], profiles: Sequence[Profile]) -> Profile | None:
    """Return the profile that names most of the columns in `header`, None where none fits."""
    fitting = [profile for profile in profiles if profile.fits(header)]
    return max(fitting, key=lambda profile: len(profile.header), default=None)


def _load(path: Path) -> Profile:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ProfileError(f"{path.name}: {error}") from error
    try:
        return _profile(path.stem, content)
    except KeyError as error:
        raise ProfileError(f"{path.name}: entry {error} is missing") from error
    except (TypeError, AttributeError, ValueError) as error:
        raise ProfileError(f"{path.name}: {error}") from error


def _profile(name: str, content: dict[str, Any]) -> Profile:
    unknown = set(content) - {"file", "formats", "derived"} - {data_set.name for data_set in DATA_SETS}
    if unknown:
        raise ProfileError(f"[{sorted(unknown)[0]}] is neither a data set nor file, formats or derived")
    header = _words("file.header", content["file"]["header"])
    if not header:
        raise ProfileError("file.header names no column, so every file would have this layout")
    mappings = tuple(
        _mapping(data_set, content[data_set.name], header)
        for data_set in DATA_SETS
        if data_set.name in content
    )
    if not mappings:
        raise ProfileError("no data set is mapped; add a table such as [interventions]")
    if mappings[0].for_each:
        raise ProfileError(
            f"{mappings[0].data_set.name}.for_each: the first data set of a profile has one row a line"
        )
    formats = content.get("formats", {})
    return Profile(
        name=name,
        header=header,
        file_format=_file_format(content["file"]),
        moment_formats=_words("formats.moment", formats.get("moment", [])),
        missing=_words("formats.missing", formats.get("missing", list(MISSING_IN_CONTRACT))),
        derived=_expressions("derived", content.get("derived", {})),
        mappings=mappings,
    )


def _mapping(data_set: DataSet, entry: dict[str, Any], header: tuple[str, ...]) -> DataSetMapping:
    columns = {
        key: value for key, value in entry.items() if key not in ("for_each", "values", "latest_file_wins")
    }
    unknown = set(columns) - set(data_set.columns) | set(entry.get("values", {})) - set(data_set.columns)
    if unknown:
        raise ProfileError(f"{data_set.name}.{sorted(unknown)[0]} is no column of the contract")
    return DataSetMapping(
        data_set=data_set,
        sources={
            column: _source(f"{data_set.name}.{column}", value, header) for column, value in columns.items()
        },
        values={
            column: _pairs(f"{data_set.name}.values.{column}", pairs)
            for column, pairs in entry.get("values", {}).items()
        },
        for_each=_expression(f"{data_set.name}.for_each", entry["for_each"]) if "for_each" in entry else None,
        latest_file_wins=_latest_file_wins(data_set, entry.get("latest_file_wins", False)),
    )


def _latest_file_wins(data_set: DataSet, chosen: object) -> bool:
    entry = f"{data_set.name}.latest_file_wins"
    if not isinstance(chosen, bool):
        raise ProfileError(f"{entry} must be true or false")
    if chosen and not data_set.has_ids:
        raise ProfileError(f"{entry}: its lines have no id by which a later file could replace them")
    return chosen


def _source(entry: str, value: object, header: tuple[str, ...]) -> SourceColumn | Expression | Constant:
    match value:
        case str():
            if value.strip().casefold() not in {name.strip().casefold() for name in header}:
                raise ProfileError(f"{entry}: column {value!r} does not stand in file.header")
            return SourceColumn(value)
        case {"sql": sql, **rest} if not rest:
            return Expression(_expression(entry, sql))
        case {"value": str(constant), **rest} if not rest:
            return Constant(constant)
    raise ProfileError(f'{entry} must be "a column", {{ sql = "an expression" }} or {{ value = "a value" }}')


def _expressions(entry: str, named: dict[str, Any]) -> Mapping[str, str]:
    return {name: _expression(f"{entry}.{name}", sql) for name, sql in named.items()}


def _expression(entry: str, sql: object) -> str:
    """Return the text of one SQL expression; ProfileError where it is none, or a statement hides in it."""
    if not isinstance(sql, str):
        raise ProfileError(f"{entry} must be an SQL expression in quotes")
    try:
        # Without brackets around it, one that closes brackets it never opened is found too.
        statements = [duckdb.extract_statements(text) for text in (f"select {sql}\n", f"select (\n{sql}\n)")]
    except duckdb.Error as error:
        raise ProfileError(f"{entry} is no SQL expression: {error}") from error
    if any(len(found) != 1 for found in statements):
        raise ProfileError(f"{entry} must be one SQL expression, not several statements")
    return sql


def _words(entry: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise ProfileError(f'{entry} must be a list of texts such as ["a", "b"]')
    return tuple(value)


def _pairs(entry: str, pairs: dict[str, Any]) -> Mapping[str, str]:
    if not all(isinstance(meant, str) for meant in pairs.values()):
        raise ProfileError(f'{entry}: what a word means must be a text in quotes, such as "1"')
    return dict(pairs)


def _file_format(entries: dict[str, Any]) -> FileFormat:
    known = {"header", "encoding", "delimiter", "quote", "decimal", "skip_lines"}
    if unknown := sorted(set(entries) - known):
        raise ProfileError(f"file.{unknown[0]} is none of {', '.join(sorted(known))}")
    return FileFormat(
        encoding=_encoding(entries.get("encoding")),
        delimiter=_delimiter(entries.get("delimiter")),
        quote=_one_of("quote", entries.get("quote"), ('"', "'", "")),
        decimal_mark=_one_of("decimal", entries.get("decimal"), (",", ".")),
        skip_lines=_line_count("skip_lines", entries.get("skip_lines")),
    )


def _encoding(name: str | None) -> str | None:
    try:
        return codecs.lookup(name).name if name else None
    except LookupError as error:
        raise ProfileError(f"file.encoding: {name!r} is not a known encoding") from error


def _delimiter(text: str | None) -> str | None:
    # A letter or a quote could not be told from what stands in a cell.
    if text is not None and (len(text) != 1 or text.isalnum() or text in "\"'\r\n"):
        raise ProfileError(f"file.delimiter must be one character that stands in no cell, not {text!r}")
    return text


def _one_of(entry: str, text: str | None, choices: tuple[str, ...]) -> str | None:
    if text is not None and text not in choices:
        raise ProfileError(f"file.{entry} must be one of {', '.join(map(repr, choices))}, not {text!r}")
    return text


def _line_count(entry: str, count: object) -> int | None:
    if count is not None and (not isinstance(count, int) or isinstance(count, bool) or count < 0):
        raise ProfileError(f"file.{entry} must be a number of lines, not {count!r}")
    return count
