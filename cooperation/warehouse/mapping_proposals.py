"""What a strange file probably holds: which data set, and which of its columns is which of the contract's.

Two things are looked at: what a column is called (data/reference/column_synonyms.csv has the words of the trade in
Dutch, French and English) and what stands in its cells. It is a proposal: the steward sees it and decides.
"""

import csv
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

from cooperation.settings import PROJECT, Settings
from cooperation.warehouse.contract import DATA_SETS, DEPLOYMENTS, INTERVENTIONS, DataSet
from cooperation.warehouse.profile_drafts import (
    REQUIRED,
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
from cooperation.warehouse.profiles import MISSING_IN_CONTRACT

SYNONYMS = PROJECT / "data" / "reference" / "column_synonyms.csv"
# Words that stand for an empty cell in exports, in capitals.
MISSING_WORDS = frozenset(
    word.upper() for word in (*MISSING_IN_CONTRACT, "NA", "N.D.", "(LEEG)", "NONE", "NAN")
)
# A name that is less alike than this is another word; found by trying the headers of both worked examples.
LEAST_ALIKE = 0.72
# A column looks like something where nearly all of its filled cells do: exports have stray cells.
NEARLY_ALL = 0.9
# Shorter words are alike by chance: "date" and "départ".
SHORT_WORD = 5
MOST_ELEMENT_CHARACTERS = 15
ZONE_PREFIX = re.compile(r"^(PZ|ZP|Police zone) ")
PRIORITY_PREFIX = re.compile(r"(?:p|prio|prioriteit|priorite|priority|code|urgentie)\s*[-:.]?\s*(\w+)")

CLOCK = r"\d{1,2}[:hu]\d{2}(:\d{2})?(\.\d+)?( ?[AaPp][Mm])?"
DAY = r"(\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})|\d{4}[-/.]\d{1,2}[-/.]\d{1,2})"
PATTERNS = {
    "clock": re.compile(CLOCK),
    "date": re.compile(DAY),
    "moment": re.compile(rf"{DAY}[ T]+{CLOCK}(Z|[+-]\d\d:?\d\d)?|1\d{{9}}|1\d{{12}}"),
    "amount": re.compile(r"[-(]?\s*(€|EUR)?\s*[-(]?\d[\d.,\s]*[-)]?\s*(€|EUR|%)?\s*\)?", re.IGNORECASE),
}
TIMES = ("clock", "date", "moment")
DATE_NAMES = ("datum", "date", "dag", "jour", "day", "incident date", "datum oproep", "date appel")


@dataclass(frozen=True)
class KnownCodes:
    """The words that may stand in cells of a column of codes, in small letters, each with its code."""

    zones: Mapping[str, str]
    priorities: Mapping[str, str]
    municipalities: Mapping[str, str]


@dataclass(frozen=True)
class ColumnLook:
    """What the cells of one column look like; `kinds` are all that nearly all filled cells are."""

    name: str
    cells: tuple[str, ...]
    kinds: frozenset[str]
    separator: str | None

    @property
    def is_time(self) -> bool:
        return bool(self.kinds & set(TIMES))


def known_codes(settings: Settings, reference: Path) -> KnownCodes:
    """Return the codes of an installation: those of its settings, and its municipalities by code and name."""
    with (reference / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    municipalities = {
        row[name].casefold(): row["nis_code"] for row in rows for name in ("nis_code", "name_nl", "name_fr")
    }
    zones = {
        text.casefold(): zone.code
        for zone in settings.zones
        for name in _names(zone.name)
        for text in (zone.code, name, ZONE_PREFIX.sub("", name))
    }
    priorities = {
        text.casefold(): priority.code
        for priority in settings.priorities
        for text in (priority.code, *_names(priority.name))
    }
    return KnownCodes(zones, priorities, municipalities)


def propose(header: Sequence[str], rows: Sequence[Sequence[str]], codes: KnownCodes) -> Draft:
    """Return the draft that a file's header and first rows suggest; without a data set where they suggest none."""
    looks = _looks(header, rows, codes)
    drafts = {data_set.name: _propose_data_set(data_set, looks, codes) for data_set in DATA_SETS}
    return Draft(
        header=tuple(header),
        data_sets=_choose(drafts),
        date_format=_date_format(look for look in looks if look.kinds & {"date", "moment"}),
        missing=_missing_words(rows),
    )


def propose_data_set(
    data_set: DataSet, header: Sequence[str], rows: Sequence[Sequence[str]], codes: KnownCodes
) -> DataSetDraft:
    """Return the mapping of one data set, for a steward who says that the file holds it."""
    return _propose_data_set(data_set, _looks(header, rows, codes), codes)


def likeness(name: str, column: str) -> float:
    """Return how much a header cell is called like a column of the contract, from 0 to 1 (the same word)."""
    words = _words(name)
    return max((_likeness(words, synonym) for synonym in _synonyms(column)), default=0.0)


def meaning(column: str, written: str, codes: KnownCodes) -> str | None:
    """Return the code that a cell's words mean in a column of zones or priorities, None where nobody knows."""
    text = written.strip().casefold()
    if column.endswith("zone_code"):
        return codes.zones.get(text)
    if column == "municipality_nis":
        return codes.municipalities.get(text)
    if column == "priority":
        found = PRIORITY_PREFIX.fullmatch(_plain(written))
        return codes.priorities.get(text) or (codes.priorities.get(found[1]) if found else None)
    return None


def with_meanings(
    mapped: DataSetDraft, values: Mapping[str, Sequence[str]], codes: KnownCodes
) -> DataSetDraft:
    """Add to a mapping the meaning of each value, by column, that is no code itself but names one."""
    meanings = dict(mapped.meanings)
    for column, written in values.items():
        found = {text: meaning(column, text, codes) for text in written}
        named = {
            text: code for text, code in found.items() if code and code.casefold() != text.strip().casefold()
        }
        # Names of zones and municipalities are read as they are; only priorities need saying.
        if named and column == "priority":
            meanings[column] = named | dict(meanings.get(column, {}))
    return replace(mapped, meanings=meanings)


def _names(name: object) -> tuple[str, ...]:
    return tuple(str(text) for text in vars(name).values())


@cache
def _synonyms(column: str, path: Path = SYNONYMS) -> tuple[tuple[str, ...], ...]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    own = [row["synonym"] for row in rows if row["column_name"] == column]
    return tuple(dict.fromkeys(_words(text) for text in (column, *own)))


def _words(name: str) -> tuple[str, ...]:
    """Return the words of a name: without accents, capitals and signs, also where they are written in one."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return tuple(re.findall(r"[a-z0-9]+", _plain(apart)))


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


def _likeness(words: tuple[str, ...], synonym: tuple[str, ...]) -> float:
    if not words or not synonym:
        return 0.0
    if words == synonym:
        return 1.0
    # "tijdstip aankomst eenheid" holds "aankomst": the more of the name it explains, the better.
    shared = len(set(words) & set(synonym))
    if shared == len(set(synonym)):
        return 0.75 + 0.2 * shared / len(set(words))
    one, other = "".join(words), "".join(synonym)
    if min(len(one), len(other)) <= SHORT_WORD:
        return 0.95 if one == other else 0.0
    return 0.95 * SequenceMatcher(None, one, other).ratio()


def _looks(header: Sequence[str], rows: Sequence[Sequence[str]], codes: KnownCodes) -> list[ColumnLook]:
    columns = zip(*rows, strict=True) if rows else [()] * len(header)
    return [_look(name, cells, codes) for name, cells in zip(header, columns, strict=True)]


def _look(name: str, cells: Sequence[str], codes: KnownCodes) -> ColumnLook:
    filled = tuple(
        cell.strip() for cell in cells if cell.strip() and cell.strip().upper() not in MISSING_WORDS
    )
    kinds = {kind for kind, pattern in PATTERNS.items() if _nearly_all(filled, _matches(pattern))}
    lists = {"zone": codes.zones, "priority": codes.priorities, "municipality": codes.municipalities}
    kinds |= {kind for kind, words in lists.items() if _nearly_all(filled, _is_one_of(words))}
    if not filled:
        kinds = {"empty"}
    if kinds & set(TIMES):
        kinds.discard("amount")
    return ColumnLook(name, tuple(filled), frozenset(kinds), None if kinds else _separator(cells))


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda cell: pattern.fullmatch(cell) is not None


def _is_one_of(words: Mapping[str, str]) -> Callable[[str], bool]:
    return lambda cell: cell.casefold() in words


def _nearly_all(cells: Sequence[str], test: Callable[[str], bool]) -> bool:
    return bool(cells) and sum(map(test, cells)) >= NEARLY_ALL * len(cells)


def _separator(cells: Sequence[str]) -> str | None:
    """Return what separates the elements of cells that hold short words, several in one in at least some."""
    for separator in SEPARATORS:
        lists = [
            [part.strip() for part in cell.split(separator) if part.strip()] for cell in cells if cell.strip()
        ]
        several = [parts for parts in lists if len(parts) > 1]
        elements = [part for parts in lists for part in parts]
        is_short = all(len(part) <= MOST_ELEMENT_CHARACTERS and " " not in part for part in elements)
        if several and len(several) >= len(lists) / 50 and is_short:
            return separator
    return None


def _propose_data_set(data_set: DataSet, looks: Sequence[ColumnLook], codes: KnownCodes) -> DataSetDraft:
    origins = {
        column: _origin(data_set, column, look, looks) for column, look in _assign(data_set, looks).items()
    }
    for column, words in (("zone_code", codes.zones), ("priority", codes.priorities)):
        # Where there is one zone, every line is of that zone.
        if column in data_set.columns and column not in origins and len(set(words.values())) == 1:
            origins[column] = FixedValue(next(iter(words.values())))
    return DataSetDraft(
        data_set, {column: origins[column] for column in data_set.columns if column in origins}
    )


def _assign(data_set: DataSet, looks: Sequence[ColumnLook]) -> dict[str, ColumnLook]:
    """Return the best column of the file for each column of the contract, each used once, the surest first."""
    pairs = ((column, place) for column in data_set.columns for place in range(len(looks)))
    scores = sorted(
        ((_score(looks[place], column, data_set), -place, column) for column, place in pairs), reverse=True
    )
    found: dict[str, ColumnLook] = {}
    for score, place, column in scores:
        look = looks[-place]
        if score >= LEAST_ALIKE and column not in found and look not in found.values():
            found[column] = look
    return found


def _score(look: ColumnLook, column: str, data_set: DataSet) -> float:
    """Return how well a column of the file fits one of the contract, by name, and by what its cells look like."""
    score = likeness(look.name, column)
    wanted = _wanted(column, data_set)
    if "empty" in look.kinds or not wanted:
        # A column of times is no column of words, whatever it is called.
        return score - (0.5 if look.is_time and not wanted else 0.0)
    return score + (0.1 if look.kinds & wanted else -0.3 if wanted & {*TIMES, "amount"} else -0.05)


def _wanted(column: str, data_set: DataSet) -> set[str]:
    """Return what the cells of a column of the contract may look like, empty where they may be any text."""
    if column in data_set.moments:
        return set(TIMES)
    if data_set.kinds[column] in ("amount", "share", "number"):
        return {"amount"}
    if column.endswith("zone_code"):
        return {"zone"}
    return {"priority": {"priority"}, "municipality_nis": {"municipality"}}.get(column, set())


def _origin(data_set: DataSet, column: str, look: ColumnLook, looks: Sequence[ColumnLook]) -> Origin:
    if column == "unit_id" and look.separator:
        return EachElement(look.name, look.separator)
    if column not in data_set.moments:
        return FromColumn(look.name)
    if look.kinds & {"date"} and (clock := _partner(look, column, looks, "clock")):
        return DateAndTime(look.name, clock.name)
    if "empty" in look.kinds and column != "received_at" and any("clock" in other.kinds for other in looks):
        return TimeAlone(look.name)
    if look.kinds & {"clock"}:
        if date := _partner(look, column, looks, "date"):
            return DateAndTime(date.name, look.name)
        date = _general_date(looks)
        if column == "received_at" and date:
            return DateAndTime(date.name, look.name)
        # A date that belongs to no clock is the call's: what comes later may lie on the next day.
        return TimeAlone(look.name)
    return FromColumn(look.name)


def _partner(look: ColumnLook, column: str, looks: Sequence[ColumnLook], kind: str) -> ColumnLook | None:
    """Return the column with the other half of a moment: called like the same clock, and of the wanted kind."""
    others = [other for other in looks if kind in other.kinds and other is not look]
    best = max(others, key=lambda other: likeness(other.name, column), default=None)
    return best if best and likeness(best.name, column) >= LEAST_ALIKE else None


def _general_date(looks: Sequence[ColumnLook]) -> ColumnLook | None:
    dates = [look for look in looks if look.kinds & {"date", "moment"}]
    called = [_words(name) for name in DATE_NAMES]
    return max(
        dates, key=lambda look: max(_likeness(_words(look.name), name) for name in called), default=None
    )


def _choose(drafts: Mapping[str, DataSetDraft]) -> tuple[DataSetDraft, ...]:
    """Return the data sets that a file probably holds: the one that explains most of it, and the units of its calls."""
    fitting = [draft for draft in drafts.values() if _explained(draft) > 0]
    best = max(fitting, key=_explained, default=None)
    if best is None:
        return ()
    interventions, deployments = drafts[INTERVENTIONS.name], drafts[DEPLOYMENTS.name]
    is_about_calls = best in (interventions, deployments) and _explained(interventions) > 0
    if is_about_calls and {"unit_id", *DEPLOYMENTS.moments} & deployments.origins.keys():
        return (interventions, deployments)
    # Only a file with its calls can place a time without a date, or make several rows of a line.
    return (replace(best, origins={c: _alone(o) for c, o in best.origins.items()}),)


def _alone(origin: Origin) -> Origin:
    match origin:
        case TimeAlone(column) | EachElement(column):
            return FromColumn(column)
    return origin


def _explained(draft: DataSetDraft) -> float:
    """Return how many columns of its data set a draft fills; 0 where one is absent that only a file can have."""
    mapped = [column for column, origin in draft.origins.items() if not isinstance(origin, FixedValue)]
    needed = [column for column in REQUIRED[draft.data_set.name] if column != "zone_code"]
    if not mapped or not set(needed) <= set(mapped):
        return 0.0
    # Two columns say little: "nummer" and "naam" stand in many files.
    return len(mapped) if len(mapped) > len(needed) or len(needed) > 1 else 0.0


def _date_format(looks: Iterator[ColumnLook]) -> str | None:
    """Return how the dates are written where it is not as usual in Belgium; day first where both may be."""
    parts = [
        (re.split(r"[-/.]", found[0]), found[0])
        for look in looks
        for cell in look.cells
        if (found := re.match(DAY, cell))
    ]
    if not parts or any(len(numbers[0]) == 4 for numbers, _ in parts):
        return None
    is_month_first = any(int(numbers[1]) > 12 for numbers, _ in parts)
    is_short = all(len(numbers[2]) == 2 for numbers, _ in parts)
    separator = re.sub(r"\d", "", parts[0][1])[0]
    if not is_month_first and not is_short:
        return None
    order = ("%m", "%d") if is_month_first else ("%d", "%m")
    return separator.join((*order, "%y" if is_short else "%Y"))


def _missing_words(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    usual = {word.upper() for word in MISSING_IN_CONTRACT}
    met = {cell.strip().upper() for row in rows for cell in row} & (MISSING_WORDS - usual)
    return (*MISSING_IN_CONTRACT, *sorted(met))
