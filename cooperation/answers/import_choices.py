"""An import from the command line: what a steward would pick on the page, as words such as `received_at=date+time`.

--map COLUMN=SOURCE          the column of the file it comes from
--map COLUMN=DATE+TIME       a date and a time in two columns
--map COLUMN=~TIME           a time without a date, which follows the moment before it
--map COLUMN=SOURCE/,/       several units in one cell, with a comma between
--map COLUMN=:VALUE          the same for every line
--map COLUMN=                not in the file
--mean COLUMN:WRITTEN=CODE   what a value means
"""

from collections.abc import Sequence
from dataclasses import replace

from cooperation.warehouse.contract import DATA_SETS
from cooperation.warehouse.profile_drafts import (
    DATE_FORMATS,
    SEPARATORS,
    DataSetDraft,
    DateAndTime,
    Draft,
    EachElement,
    FixedValue,
    FromColumn,
    Origin,
    TimeAlone,
)


class ChoiceError(ValueError):
    """A choice cannot be read; the message says which, and what is possible."""


def choose_origins(draft: Draft, choices: Sequence[str]) -> Draft:
    """Return the draft with these columns mapped as told: `[data set.]column=source`."""
    for choice in choices:
        place, equals, source = choice.partition("=")
        if not equals:
            raise ChoiceError(f"{choice!r} must be written as column=source")
        data_set, column = _place(draft, place)
        origin = _origin(source, draft.header) if source else None
        draft = _with_origin(draft, data_set, column, origin)
    return draft


def choose_meanings(draft: Draft, choices: Sequence[str]) -> Draft:
    """Return the draft with the meaning of these values: `[data set.]column:written=code`."""
    for choice in choices:
        place, colon, pair = choice.partition(":")
        written, equals, meant = pair.rpartition("=")
        if not colon or not equals or not written:
            raise ChoiceError(f"{choice!r} must be written as column:written=code")
        name, column = _place(draft, place)
        draft = replace(
            draft,
            data_sets=tuple(
                _with_meaning(mapped, column, written, meant) if mapped.data_set.name == name else mapped
                for mapped in draft.data_sets
            ),
        )
    return draft


def choose_date_format(draft: Draft, written: str | None) -> Draft:
    """Return the draft with its dates written like `mm/dd/yy`; as proposed where nothing is said."""
    if written is None:
        return draft
    ways = {_in_letters(way): way for way in DATE_FORMATS}
    if written not in ways:
        raise ChoiceError(f"{written!r} is no way to write dates; choose one of {', '.join(ways)}")
    return replace(draft, date_format=ways[written])


def _in_letters(way: str) -> str:
    for sign, letters in (("%d", "dd"), ("%m", "mm"), ("%Y", "yyyy"), ("%y", "yy")):
        way = way.replace(sign, letters)
    return way


def _place(draft: Draft, place: str) -> tuple[str, str]:
    """Return data set and column; where none is named, the first data set that has the column, drafted ones first."""
    name, point, column = place.rpartition(".")
    drafted = [mapped.data_set for mapped in draft.data_sets]
    having = [one.name for one in (*drafted, *DATA_SETS) if column in one.columns and name in ("", one.name)]
    if not having or (point and not name):
        raise ChoiceError(f"{place!r} is no column of the contract")
    return having[0], column


def _origin(source: str, header: Sequence[str]) -> Origin:
    # A column that is called so comes first: "date+time" may be one column's name.
    if source in header:
        return FromColumn(source)
    if source.startswith(":"):
        return FixedValue(source[1:])
    if source.startswith("~") and source[1:] in header:
        return TimeAlone(source[1:])
    for name in header:
        if source.startswith(f"{name}/") and source.endswith("/"):
            separator = source[len(name) + 1 : -1].replace("\\n", "\n")
            if separator in SEPARATORS:
                return EachElement(name, separator)
        time = source.removeprefix(f"{name}+")
        if source.startswith(f"{name}+") and time in header:
            return DateAndTime(name, time)
    raise ChoiceError(f"{source!r} is no column of the file; it has {', '.join(header)}")


def _with_origin(draft: Draft, name: str, column: str, origin: Origin | None) -> Draft:
    drafted = {mapped.data_set.name: mapped for mapped in draft.data_sets}
    data_sets = [
        drafted.get(data_set.name, DataSetDraft(data_set, {}))
        for data_set in DATA_SETS
        if data_set.name in drafted or data_set.name == name
    ]
    changed = []
    for mapped in data_sets:
        if mapped.data_set.name == name:
            others = {key: known for key, known in mapped.origins.items() if key != column}
            mapped = replace(mapped, origins=others if origin is None else others | {column: origin})
        changed.append(mapped)
    return replace(draft, data_sets=tuple(changed))


def _with_meaning(mapped: DataSetDraft, column: str, written: str, meant: str) -> DataSetDraft:
    known = dict(mapped.meanings.get(column, {}))
    return replace(mapped, meanings={**mapped.meanings, column: known | {written: meant}})
