"""cooperation.toml as frozen dataclasses; the only reader of that file."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cooperation.warehouse.contract import CODES
from cooperation.warehouse.rules import check_actions

PROJECT = Path(__file__).resolve().parent.parent
DEFAULT_SETTINGS = PROJECT / "data" / "cooperation.toml"

RULE_ACTIONS = ("reject", "empty", "warn")
MEASURES = ("response", "call_handling", "turnout", "travel", "on_scene")
ORIGINS = CODES["origin"]
# The pages whose figures can show whether a promise was kept.
EVIDENCE_PAGES = ("response_times", "cooperation_fields", "shared_costs", "mutual_assistance")
# Tables that gain entries from version to version: thresholds and rules.
GROWING_TABLES = ("comparison", "costs", "activities", "plausible", "rules")
EXPECTED = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a date such as 2022-01-31",
}


class SettingsError(ValueError):
    """The settings file cannot be used; the message says which entry and what was expected."""


@dataclass(frozen=True)
class Name:
    """One name in the three languages of the dashboard."""

    nl: str
    fr: str
    en: str

    def in_language(self, code: str) -> str:
        """Return the name in language `code` ("nl", "fr" or "en")."""
        return {"nl": self.nl, "fr": self.fr, "en": self.en}[code]


@dataclass(frozen=True)
class Zone:
    """A police zone; the days on which it began and ended are None where no export reaches that far."""

    code: str
    joined: date
    name: Name
    council: Name
    college: Name
    founded: date | None = None
    dissolved: date | None = None


@dataclass(frozen=True)
class Priority:
    code: str
    urgent: bool
    name: Name


@dataclass(frozen=True)
class HourBand:
    code: str
    from_hour: int
    name: Name


@dataclass(frozen=True)
class Field:
    """One of the fields of cooperation that the protocol names.

    `promise` is what was promised, `leading` the codes of the figures that tell of it first, `active_since` None where
    it began when each zone joined. Of a confidential field nothing is ever counted.
    """

    code: str
    name: Name
    group: str = ""
    promise: Name | None = None
    leading: tuple[str, ...] = ()
    active_since: date | None = None
    is_confidential: bool = False


@dataclass(frozen=True)
class FieldGroup:
    """Fields that are shown under one heading."""

    code: str
    name: Name


@dataclass(frozen=True)
class Promise:
    """What was promised to the inhabitants, and the page whose figures are held against it."""

    code: str
    name: Name
    promised: Name
    evidence: str


@dataclass(frozen=True)
class Norm:
    measure: str
    priority: str
    seconds: int


@dataclass(frozen=True)
class Population:
    """Who is counted unless the reader chooses otherwise."""

    origins: tuple[str, ...]
    urgent_only: bool


@dataclass(frozen=True)
class Comparison:
    """Thresholds of the comparison of before and after (docs: statistics)."""

    most_years: int
    confidence: float
    power: float
    minimum_shown: int
    minimum_verdict_median: int
    minimum_verdict_p90: int
    minimum_verdict_share: int
    relevant_seconds: float
    relevant_share: float
    largest_missing_change: float
    largest_left_out: float
    minimum_months_before: int
    minimum_months_after: int


@dataclass(frozen=True)
class Costs:
    """Thresholds of the comparison of costs: years a side for a verdict, and the change that matters, 0 to 1."""

    minimum_verdict_years: int
    relevant_change: float


@dataclass(frozen=True)
class Activities:
    """Thresholds of the comparison of activities.

    Years a side for a verdict, the change that matters (0 to 1), and the smallest count that is shown, where an
    indicator names none of its own.
    """

    minimum_verdict_years: int
    relevant_change: float
    minimum_count: int


@dataclass(frozen=True)
class Plausible:
    """What can be: days of calls, days of bookings, purchases and activities, and the largest of other figures."""

    earliest_received: date
    latest_received: date
    longest_response_seconds: int
    earliest_date: date
    latest_date: date
    largest_amount_eur: int
    longest_lifetime_years: int
    largest_quantity: int


@dataclass(frozen=True)
class Imports:
    """What the import page takes: how large a file, and whether from a server that other machines can reach."""

    largest_upload_megabytes: int = 200
    allowed_from_other_machines: bool = False


@dataclass(frozen=True)
class Analyst:
    """What an analyst at the server itself may do beyond every reader; all of it is off unless the zones allow it."""

    own_questions: bool = False
    small_counts: bool = False


@dataclass(frozen=True)
class Settings:
    """Everything that the zones decide, plus the text it came from."""

    text: str
    start: date
    time_zone: str
    name: Name
    zones: tuple[Zone, ...]
    priorities: tuple[Priority, ...]
    norms: tuple[Norm, ...]
    population: Population
    comparison: Comparison
    costs: Costs
    activities: Activities
    hour_bands: tuple[HourBand, ...]
    rules: Mapping[str, str]
    plausible: Plausible
    fields: tuple[Field, ...]
    field_groups: tuple[FieldGroup, ...]
    promises: tuple[Promise, ...]
    imports: Imports
    analyst: Analyst

    @property
    def urgent_priorities(self) -> tuple[str, ...]:
        """Codes of the priorities that count as urgent."""
        return tuple(p.code for p in self.priorities if p.urgent)

    @property
    def default_priorities(self) -> tuple[str, ...]:
        """Priorities of the default population; empty means every call, also one of unknown priority."""
        return self.urgent_priorities if self.population.urgent_only else ()

    def zone(self, code: str) -> Zone | None:
        """Return the zone with this code, None where it takes no part."""
        return next((zone for zone in self.zones if zone.code == code), None)


def load_settings(path: Path = DEFAULT_SETTINGS) -> Settings:
    """Read a settings file; SettingsError names the file and the entry that is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: not written in UTF-8 ({error.reason})") from error
    try:
        return parse_settings(text)
    except SettingsError as error:
        raise SettingsError(f"{path}: {error}") from error


def parse_settings(text: str) -> Settings:
    """Turn the text of a settings file into Settings; SettingsError names the entry that is wrong."""
    try:
        content = tomllib.loads(text)
        return _settings(text, _as_shipped(content))
    except SettingsError:
        raise
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"not valid TOML: {error}") from error
    except KeyError as error:
        raise SettingsError(f"entry {error} is missing") from error
    except (TypeError, AttributeError, ValueError) as error:
        raise SettingsError(str(error)) from error


def _as_shipped(content: dict[str, Any]) -> dict[str, Any]:
    """Return the content, with what a file of an older version does not name yet as this version ships it."""
    shipped = _shipped()
    grown = {
        name: shipped[name] | content[name] for name in GROWING_TABLES if isinstance(content.get(name), dict)
    }
    return {name: shipped[name] for name in ("costs", "activities")} | content | grown


@cache
def _shipped() -> dict[str, Any]:
    return tomllib.loads(DEFAULT_SETTINGS.read_text(encoding="utf-8"))


def _settings(text: str, content: dict[str, Any]) -> Settings:
    association = content["association"]
    settings = Settings(
        text=text,
        start=_day(association["start"], "association.start"),
        time_zone=_time_zone(association["time_zone"]),
        name=Name(**association["name"]),
        zones=tuple(_zone(entry) for entry in content["zones"]),
        priorities=tuple(
            Priority(str(entry["code"]), bool(entry["urgent"]), Name(**entry["name"]))
            for entry in content["priorities"]
        ),
        norms=_norms(content.get("norms", {})),
        population=_population(content["population"]),
        comparison=_comparison(content["comparison"]),
        costs=Costs(**_thresholds(Costs, content["costs"], "costs")),
        activities=Activities(**_thresholds(Activities, content["activities"], "activities")),
        hour_bands=_hour_bands(content["hour_bands"]),
        rules=_rules(content["rules"]),
        plausible=Plausible(**_typed(Plausible, content["plausible"], "plausible")),
        fields=tuple(_field(entry) for entry in content.get("fields", [])),
        field_groups=tuple(
            FieldGroup(entry["code"], Name(**entry["name"])) for entry in content.get("field_groups", [])
        ),
        promises=tuple(_promise(entry) for entry in content.get("promises", [])),
        imports=_imports(content.get("imports", {})),
        analyst=_analyst(content.get("analyst", {})),
    )
    _codes_are_unique("zones", [zone.code for zone in settings.zones])
    _codes_are_unique("promises", [promise.code for promise in settings.promises])
    _codes_are_unique("priorities", [priority.code for priority in settings.priorities])
    _codes_are_unique("fields", [field.code for field in settings.fields])
    _groups_are_known(settings)
    _norms_are_of_priorities(settings)
    return settings


def _zone(entry: dict[str, Any]) -> Zone:
    return Zone(
        code=str(entry["code"]),
        joined=_day(entry["joined"], f"zones.{entry['code']}.joined"),
        name=Name(**entry["name"]),
        council=Name(**entry["council"]),
        college=Name(**entry["college"]),
        founded=_optional_day(entry, "founded"),
        dissolved=_optional_day(entry, "dissolved"),
    )


def _promise(entry: dict[str, Any]) -> Promise:
    if entry["evidence"] not in EVIDENCE_PAGES:
        raise SettingsError(
            f"promises.{entry['code']}.evidence: {entry['evidence']!r} is none of {', '.join(EVIDENCE_PAGES)}"
        )
    return Promise(entry["code"], Name(**entry["name"]), Name(**entry["promised"]), entry["evidence"])


def _optional_day(zone: dict[str, Any], name: str) -> date | None:
    return _day(zone[name], f"zones.{zone['code']}.{name}") if name in zone else None


def _norms(tables: Any) -> tuple[Norm, ...]:
    norms = []
    for measure, per_priority in _table(tables, "norms").items():
        if measure not in MEASURES:
            raise SettingsError(f"norms.{measure} is no measure; choose one of {', '.join(MEASURES)}")
        for priority, seconds in _table(per_priority, f"norms.{measure}").items():
            norms.append(Norm(measure, priority, _checked(int, seconds, f"norms.{measure}.{priority}")))
    return tuple(norms)


def _norms_are_of_priorities(settings: Settings) -> None:
    known = {priority.code for priority in settings.priorities}
    unknown = next((norm for norm in settings.norms if norm.priority not in known), None)
    if unknown:
        raise SettingsError(
            f"norms.{unknown.measure}.{unknown.priority}: there is no priority {unknown.priority}"
        )


def _groups_are_known(settings: Settings) -> None:
    known = {group.code for group in settings.field_groups}
    unknown = next((field for field in settings.fields if field.group and field.group not in known), None)
    if unknown:
        raise SettingsError(f"fields.{unknown.code}: there is no field group {unknown.group}")


def _population(entry: Any) -> Population:
    origins = tuple(_table(entry, "population")["origins"])
    unknown = [origin for origin in origins if origin not in ORIGINS]
    if unknown:
        raise SettingsError(f"population.origins: {unknown[0]!r} is none of {', '.join(ORIGINS)}")
    return Population(origins, _checked(bool, entry["urgent_only"], "population.urgent_only"))


def _comparison(entry: Any) -> Comparison:
    comparison = Comparison(**_typed(Comparison, entry, "comparison"))
    for name in ("confidence", "power"):
        if not 0 < getattr(comparison, name) < 1:
            raise SettingsError(
                f"comparison.{name} must lie between 0 and 1, not {getattr(comparison, name)}"
            )
    for field in fields(Comparison):
        if getattr(comparison, field.name) < 0:
            raise SettingsError(f"comparison.{field.name} must not be negative")
    return comparison


def _imports(entry: Any) -> Imports:
    imports = Imports(**_typed(Imports, asdict(Imports()) | _table(entry, "imports"), "imports"))
    if imports.largest_upload_megabytes < 1:
        raise SettingsError("imports.largest_upload_megabytes must be 1 or more")
    return imports


def _analyst(entry: Any) -> Analyst:
    return Analyst(**_typed(Analyst, asdict(Analyst()) | _table(entry, "analyst"), "analyst"))


def _thresholds(kind: type, entry: Any, table: str) -> dict[str, Any]:
    values = _typed(kind, entry, table)
    for name, value in values.items():
        if value < 0:
            raise SettingsError(f"{table}.{name} must not be negative")
    return values


def _field(entry: dict[str, Any]) -> Field:
    code = entry["code"]
    return Field(
        code=code,
        name=Name(**entry["name"]),
        group=entry.get("group", ""),
        promise=Name(**entry["promise"]) if "promise" in entry else None,
        leading=tuple(entry.get("leading", ())),
        active_since=_day(entry["active_since"], f"fields.{code}.active_since")
        if "active_since" in entry
        else None,
        is_confidential=_checked(bool, entry.get("confidential", False), f"fields.{code}.confidential"),
    )


def _typed(kind: type, entry: Any, table: str) -> dict[str, Any]:
    """Return the entry's values, each checked against the type of the dataclass's field."""
    values = _table(entry, table)
    types = {field.name: field.type for field in fields(kind)}
    if surplus := sorted(set(values) - set(types)):
        raise SettingsError(f"{table}.{surplus[0]} is not known")
    return {name: _checked(types[name], values[name], f"{table}.{name}") for name in types}


def _checked(kind: Any, value: Any, entry: str) -> Any:
    # A bool is an int to Python, and a whole number may stand for a broken one.
    fits = type(value) in (int, float) if kind is float else type(value) is kind
    if not fits:
        raise SettingsError(f"{entry} must be {EXPECTED[kind]}, not {value!r}")
    return value


def _table(value: Any, entry: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise SettingsError(f"{entry} must be a table, not {value!r}")
    return value


def _day(value: object, entry: str) -> date:
    if type(value) is not date:
        raise SettingsError(f"{entry} must be a date such as 2022-01-31, not {value!r}")
    return value


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise SettingsError(f"association.time_zone {name!r} is not a known time zone") from error
    return name


def _hour_bands(entries: list[dict[str, Any]]) -> tuple[HourBand, ...]:
    bands = tuple(
        HourBand(entry["code"], int(entry["from_hour"]), Name(**entry["name"])) for entry in entries
    )
    hours = [band.from_hour for band in bands]
    if not bands:
        raise SettingsError("hour_bands must not be empty")
    if hours != sorted(set(hours)) or not all(0 <= hour <= 23 for hour in hours):
        raise SettingsError("hour_bands must be listed by rising from_hour between 0 and 23")
    return bands


def _rules(entries: dict[str, str]) -> Mapping[str, str]:
    for rule, action in entries.items():
        if action not in RULE_ACTIONS:
            raise SettingsError(f"rules.{rule} must be one of {', '.join(RULE_ACTIONS)}, not {action!r}")
    check_actions(entries)
    return dict(entries)


def _codes_are_unique(table: str, codes: list[str]) -> None:
    repeated = {code for code in codes if codes.count(code) > 1}
    if repeated:
        raise SettingsError(f"{table}: code {', '.join(sorted(repeated))} stands there more than once")
