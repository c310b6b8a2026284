"""A profile in the steward's own terms, and the file that it becomes.

A draft says for each column of the contract where it comes from: a column of the file, a fixed value, a date and a time
in two columns, a time without a date, or the elements of a list in one cell. The SQL that this takes is written here,
from column names, and from formats and separators that stand in this file: a steward never writes any.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path

from cooperation.warehouse.contract import DEPLOYMENTS, INTERVENTIONS, DataSet
from cooperation.warehouse.incoming import put_in_place, safe_name
from cooperation.warehouse.profiles import MISSING_IN_CONTRACT, load_profiles
from cooperation.warehouse.reading import quoted

MADE_HERE = "# Made by the Samenwerkingsmonitor"
# Not a profile: load_profiles leaves the settings that may lie beside profiles aside.
RESERVED_PROFILE_NAMES = ("cooperation",)
ASIDE_ENDING = ".aside"

DATE_FORMATS = tuple(
    separator.join(parts)
    for parts in (
        ("%d", "%m", "%Y"),
        ("%d", "%m", "%y"),
        ("%m", "%d", "%Y"),
        ("%m", "%d", "%y"),
        ("%Y", "%m", "%d"),
    )
    for separator in "/-."
)
# Columns without which a line is refused, by data set: the rules `missing_value`.
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "interventions": ("intervention_id", "zone_code", "received_at"),
    "deployments": ("intervention_id",),
    "costs": ("booking_date", "zone_code", "amount_eur"),
    "investments": ("investment_id", "purchase_date", "price_eur"),
    "distribution_keys": ("key_id", "zone_code", "share"),
    "standalone_estimates": ("investment_id", "zone_code", "estimate_eur"),
    "activities": ("activity_date", "indicator_code", "zone_code", "quantity"),
}

# What moments are tried with where the steward chose nothing: day first, as in Belgium, or year first.
USUAL_DATE_FORMATS = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d", "%Y/%m/%d")
TIME_FORMATS = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")
SEPARATORS = (",", ";", "/", "|", "+", "\n", " ")
# Each clock follows the ones before it: a time without a date is placed after the last that is known.
CLOCK_ORDER = ("received_at", "dispatched_at", "departed_at", "arrived_at", "cleared_at")
CLOSED_AT = "closed_at"


class DraftError(ValueError):
    """The draft cannot become a profile: `code` says why, `column` is the contract's, "" where it is none.

    `code` is "no_data_set", "missing_column", "unknown_column", "unknown_format", "time_without_date",
    "no_moment" or "list_in_first_data_set".
    """

    def __init__(self, code: str, data_set: str = "", column: str = "") -> None:
        super().__init__(f"{code}: {data_set}.{column}")
        self.code = code
        self.data_set = data_set
        self.column = column


class ProfileTaken(FileExistsError):
    """There is a profile of that name already."""


@dataclass(frozen=True)
class FromColumn:
    """The cell of a column as it stands."""

    column: str


@dataclass(frozen=True)
class FixedValue:
    """The same text for every line."""

    text: str


@dataclass(frozen=True)
class DateAndTime:
    """A moment whose date and time stand in two columns."""

    date_column: str
    time_column: str


@dataclass(frozen=True)
class TimeAlone:
    """A time without a date: it is placed after the moment before it, so that midnight is passed once."""

    column: str


@dataclass(frozen=True)
class EachElement:
    """One element of a list in one cell: the line becomes one row for each."""

    column: str
    separator: str


Origin = FromColumn | FixedValue | DateAndTime | TimeAlone | EachElement
MOMENT_ORIGINS = (DateAndTime, TimeAlone)


@dataclass(frozen=True)
class DataSetDraft:
    """Where the columns of one data set come from; `meanings` gives what is written its meaning, by column."""

    data_set: DataSet
    origins: Mapping[str, Origin]
    meanings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def list_column(self) -> EachElement | None:
        """The column whose cells hold several elements, None where each line is one row."""
        return next((o for o in self.origins.values() if isinstance(o, EachElement)), None)


@dataclass(frozen=True)
class Draft:
    """A whole profile; `file_entries` are what the steward decided about the file, as in [file] of a profile."""

    header: tuple[str, ...]
    data_sets: tuple[DataSetDraft, ...]
    date_format: str | None = None
    missing: tuple[str, ...] = MISSING_IN_CONTRACT
    file_entries: Mapping[str, str | int] = field(default_factory=dict)


def profile_text(draft: Draft, *, made_from: str, made_on: date) -> str:
    """Return the profile's TOML; DraftError where the draft does not say enough."""
    _check(draft)
    derived = _Derived(draft)
    tables = [
        line for place, _ in enumerate(draft.data_sets) for line in _data_set_lines(draft, place, derived)
    ]
    lines = [
        f"{MADE_HERE} on {made_on.isoformat()}, from {_comment(made_from)} with this header:",
        f"# {_comment(' | '.join(draft.header))}",
        "",
        "[file]",
        "header = [",
        *(f"    {_basic(name)}," for name in draft.header),
        "]",
        *(f"{name} = {_value(value)}" for name, value in draft.file_entries.items()),
        "",
        "[formats]",
        *_moment_format_lines(draft),
        f"missing = {_list(draft.missing)}",
        *derived.lines(),
        *tables,
    ]
    return "\n".join(lines) + "\n"


def is_made_by_hand(folder: Path, name: str) -> bool:
    """Tell whether somebody wrote the profile, so that it may hold what no pick list offers."""
    return not (folder / f"{name}.toml").read_text(encoding="utf-8").startswith(MADE_HERE)


def profile_name(offered: str) -> str:
    """Return a name for a profile, which is also that of its file: small letters, digits, "-" and "_"."""
    plain = safe_name(offered).split(".")[0].casefold()
    name = "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in "-_") else "_" for letter in plain
    )
    name = name.strip("_-") or "profile"
    return f"{name}_profile" if name in RESERVED_PROFILE_NAMES else name


def free_profile_name(folder: Path, offered: str) -> str:
    """Return a profile name that the folder does not have yet."""
    name = profile_name(offered)
    taken = {path.stem.casefold() for path in folder.glob("*.toml")}
    candidates = (f"{name}_{number}" for number in count(2))
    return name if name not in taken else next(free for free in candidates if free not in taken)


def save_profile(folder: Path, name: str, text: str) -> Path:
    """Write a profile; ProfileTaken where there is one of that name, ProfileError where it could not be read back."""
    path = folder / f"{profile_name(name)}.toml"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".", dir=folder) as scratch:
        trial = Path(scratch, path.name)
        trial.write_text(text, encoding="utf-8", newline="\n")
        load_profiles(Path(scratch))
        if free_profile_name(folder, path.stem) != path.stem:
            raise ProfileTaken(path.stem)
        try:
            put_in_place(trial, path)
        except FileExistsError as error:
            raise ProfileTaken(path.stem) from error
    return path


def put_aside(folder: Path, name: str) -> Path:
    """Take a profile out of use without losing it, and return where it is now; `put_back` undoes this."""
    path = folder / f"{name}.toml"
    places = (path.with_name(f"{path.name}{ASIDE_ENDING}{number or ''}") for number in count())
    return path.rename(next(place for place in places if not place.exists()))


def put_back(aside: Path) -> Path:
    """Bring a profile that was put aside back into use; ProfileTaken where another took its name."""
    path = aside.with_name(aside.name.split(ASIDE_ENDING)[0])
    try:
        put_in_place(aside, path)
    except FileExistsError as error:
        raise ProfileTaken(path.stem) from error
    return path


def _check(draft: Draft) -> None:
    if not draft.data_sets:
        raise DraftError("no_data_set")
    if draft.date_format is not None and draft.date_format not in DATE_FORMATS:
        raise DraftError("unknown_format")
    for place, mapped in enumerate(draft.data_sets):
        name = mapped.data_set.name
        for column in REQUIRED[name]:
            if column not in mapped.origins:
                raise DraftError("missing_column", name, column)
        for column, origin in mapped.origins.items():
            _check_origin(draft, mapped, column, origin)
        if place == 0 and mapped.list_column:
            raise DraftError("list_in_first_data_set", name)


def _check_origin(draft: Draft, mapped: DataSetDraft, column: str, origin: Origin) -> None:
    name = mapped.data_set.name
    if column not in mapped.data_set.columns:
        raise DraftError("unknown_column", name, column)
    if not set(_columns_of(origin)) <= set(draft.header):
        raise DraftError("unknown_column", name, column)
    if isinstance(origin, EachElement) and origin.separator not in SEPARATORS:
        raise DraftError("unknown_format", name, column)
    if isinstance(origin, MOMENT_ORIGINS) and column not in mapped.data_set.moments:
        raise DraftError("no_moment", name, column)
    if isinstance(origin, TimeAlone) and not _clocks_before(draft, column):
        raise DraftError("time_without_date", name, column)


def _columns_of(origin: Origin) -> tuple[str, ...]:
    match origin:
        case FromColumn(column) | TimeAlone(column) | EachElement(column):
            return (column,)
        case DateAndTime(date_column, time_column):
            return (date_column, time_column)
        case FixedValue():
            return ()


def _moment_origins(draft: Draft) -> dict[str, Origin]:
    """Return the origin of every clock of an intervention and its deployments that the file has."""
    clocks = (*CLOCK_ORDER, CLOSED_AT)
    return {
        column: origin
        for mapped in draft.data_sets
        if mapped.data_set in (INTERVENTIONS, DEPLOYMENTS)
        for column, origin in mapped.origins.items()
        if column in clocks and not isinstance(origin, FixedValue)
    }


def _clocks_before(draft: Draft, column: str) -> list[str]:
    """Return the clocks that come before `column` and are known, the latest first."""
    known = _moment_origins(draft)
    order = CLOCK_ORDER[:1] if column == CLOSED_AT else CLOCK_ORDER[: CLOCK_ORDER.index(column)]
    return [clock for clock in reversed(order) if clock in known]


@dataclass(frozen=True)
class _Derived:
    """The named expressions of a draft: moments that other columns need."""

    draft: Draft

    def name(self, column: str, part: str = "moment") -> str:
        """Return the name of a derived column, which no column of the file may have."""
        taken = {name.strip().casefold() for name in self.draft.header}
        name = f"{column.removesuffix('_at')}_{part}"
        while name in taken:
            name += "_"
        return name

    def lines(self) -> Iterator[str]:
        named = dict(self._expressions())
        if named:
            yield from ("", "[derived]")
            yield from (f"{name} = {_sql(expression)}" for name, expression in named.items())

    def _expressions(self) -> Iterator[tuple[str, str]]:
        origins = _moment_origins(self.draft)
        anchors = {
            before
            for column, origin in origins.items()
            if isinstance(origin, TimeAlone)
            for before in _clocks_before(self.draft, column)
        }
        for column in (*CLOCK_ORDER, CLOSED_AT):
            match origins.get(column):
                case DateAndTime(date_column, time_column):
                    day = self.name(column, "day")
                    formats = _list_of_sql(_date_formats(self.draft))
                    yield day, f"cast(try_strptime({quoted(date_column)}, {formats}) as date)"
                    yield self.name(column), f"{day} + clock_time({quoted(time_column)})"
                case TimeAlone(time_column):
                    before = [self.name(clock) for clock in _clocks_before(self.draft, column)]
                    anchor = before[0] if len(before) == 1 else f"coalesce({', '.join(before)})"
                    yield self.name(column), f"clock_after({anchor}, {quoted(time_column)})"
                case FromColumn(source) if column in anchors:
                    formats = _list_of_sql(_moment_formats(_date_formats(self.draft)))
                    yield self.name(column), f"try_strptime({quoted(source)}, {formats})"


def _data_set_lines(draft: Draft, place: int, derived: _Derived) -> Iterator[str]:
    mapped = draft.data_sets[place]
    yield from ("", f"[{mapped.data_set.name}]")
    if place > 0:
        yield f"for_each = {_sql(_for_each(mapped))}"
    for column in mapped.data_set.columns:
        if column in mapped.origins:
            yield f"{column} = {_source(column, mapped.origins[column], derived)}"
    for column in mapped.data_set.columns:
        if meanings := mapped.meanings.get(column):
            yield from ("", f"[{mapped.data_set.name}.values.{column}]")
            yield from (f"{_basic(written)} = {_basic(meant)}" for written, meant in meanings.items())


def _for_each(mapped: DataSetDraft) -> str:
    """Return one element for each row that a line becomes; none where the line says nothing of this data set."""
    own = [
        quoted(column)
        for name, origin in mapped.origins.items()
        if name not in REQUIRED[mapped.data_set.name] and not isinstance(origin, EachElement)
        for column in _columns_of(origin)
    ]
    # Where only a time is known, it is one of a unit that is not.
    filled = f"case when coalesce({', '.join(dict.fromkeys(own))}) is not null then [null::varchar] end"
    listed = mapped.list_column
    if listed is None:
        return filled if own else "[null::varchar]"
    elements = f"list_parts({quoted(listed.column)}, {_sql_text(listed.separator)})"
    return f"coalesce({elements}, {filled})" if own else elements


def _source(column: str, origin: Origin, derived: _Derived) -> str:
    match origin:
        case FromColumn(name):
            return _basic(name)
        case FixedValue(text):
            return f"{{ value = {_basic(text)} }}"
        case EachElement():
            return '{ sql = "each" }'
        case TimeAlone(name):
            # What cannot be read is handed on as it is written, so that the line's account shows it.
            expression = f"coalesce(cast({derived.name(column)} as varchar), {quoted(name)})"
        case DateAndTime(day, time):
            # A day without a time stays a day: midnight would be invented.
            moment, known_day = derived.name(column), derived.name(column, "day")
            day_alone = f"case when {quoted(time)} is null then cast({known_day} as varchar) end"
            as_written = f"concat_ws(' ', {quoted(day)}, {quoted(time)})"
            expression = f"coalesce(cast({moment} as varchar), {day_alone}, {as_written})"
    return f"{{ sql = {_sql(expression)} }}"


def _date_formats(draft: Draft) -> tuple[str, ...]:
    return (draft.date_format,) if draft.date_format else USUAL_DATE_FORMATS


def _moment_formats(date_formats: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{day} {time}" for day in date_formats for time in TIME_FORMATS)


def _moment_format_lines(draft: Draft) -> Iterator[str]:
    if draft.date_format is not None:
        yield f"moment = {_list((*_moment_formats((draft.date_format,)), draft.date_format))}"


def _list_of_sql(texts: Sequence[str]) -> str:
    return f"[{', '.join(_sql_text(text) for text in texts)}]"


def _sql_text(text: str) -> str:
    """Return a format or separator of this file as an SQL text; never meant for what a steward typed."""
    return "E'\\n'" if text == "\n" else f"'{text}'"


def _sql(expression: str) -> str:
    """Return an expression as TOML, readable: as it stands, where its quotation marks allow that."""
    is_plain = not any(ord(letter) < 32 or ord(letter) == 127 for letter in expression)
    if is_plain and "'" not in expression:
        return f"'{expression}'"
    if is_plain and "'''" not in expression and not expression.endswith("'"):
        return f"'''{expression}'''"
    return _basic(expression)


def _basic(text: str) -> str:
    # JSON's escapes are TOML's too, but for the delete character, which JSON leaves as it is.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _comment(text: str) -> str:
    """Return a text that stays on its comment line, whatever it holds."""
    return _basic(text)[1:-1]


def _value(value: str | int) -> str:
    return str(value) if isinstance(value, int) else _basic(value)


def _list(texts: Sequence[str]) -> str:
    return f"[{', '.join(_basic(text) for text in texts)}]"
