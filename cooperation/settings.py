"""cooperation.toml as frozen dataclasses; the only reader of that file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

PROJECT = Path(__file__).resolve().parent.parent
DEFAULT_SETTINGS = PROJECT / "data" / "cooperation.toml"

RULE_ACTIONS = ("reject", "empty", "warn")


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
    code: str
    joined: date
    name: Name
    council: Name
    college: Name


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
    """One of the fields of cooperation that the protocol names."""

    code: str
    name: Name


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


@dataclass(frozen=True)
class Plausible:
    earliest_received: date
    latest_received: date
    longest_response_seconds: int


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
    hour_bands: tuple[HourBand, ...]
    rules: Mapping[str, str]
    plausible: Plausible
    fields: tuple[Field, ...]

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
    try:
        return parse_settings(text)
    except SettingsError as error:
        raise SettingsError(f"{path}: {error}") from error


def parse_settings(text: str) -> Settings:
    """Turn the text of a settings file into Settings; SettingsError names the entry that is wrong."""
    try:
        content = tomllib.loads(text)
        return _settings(text, content)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"not valid TOML: {error}") from error
    except KeyError as error:
        raise SettingsError(f"entry {error} is missing") from error
    except TypeError as error:
        raise SettingsError(str(error)) from error


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
        norms=tuple(
            Norm(measure, priority, int(seconds))
            for measure, per_priority in content.get("norms", {}).items()
            for priority, seconds in per_priority.items()
        ),
        population=Population(
            tuple(content["population"]["origins"]), bool(content["population"]["urgent_only"])
        ),
        comparison=Comparison(**content["comparison"]),
        hour_bands=_hour_bands(content["hour_bands"]),
        rules=_rules(content["rules"]),
        plausible=Plausible(**content["plausible"]),
        fields=tuple(Field(entry["code"], Name(**entry["name"])) for entry in content.get("fields", [])),
    )
    _codes_are_unique("zones", [zone.code for zone in settings.zones])
    _codes_are_unique("priorities", [priority.code for priority in settings.priorities])
    return settings


def _zone(entry: dict[str, Any]) -> Zone:
    return Zone(
        code=str(entry["code"]),
        joined=_day(entry["joined"], f"zones.{entry['code']}.joined"),
        name=Name(**entry["name"]),
        council=Name(**entry["council"]),
        college=Name(**entry["college"]),
    )


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
    if hours != sorted(set(hours)) or not all(0 <= hour <= 23 for hour in hours):
        raise SettingsError("hour_bands must be listed by rising from_hour between 0 and 23")
    return bands


def _rules(entries: dict[str, str]) -> Mapping[str, str]:
    for rule, action in entries.items():
        if action not in RULE_ACTIONS:
            raise SettingsError(f"rules.{rule} must be one of {', '.join(RULE_ACTIONS)}, not {action!r}")
    return dict(entries)


def _codes_are_unique(table: str, codes: list[str]) -> None:
    repeated = {code for code in codes if codes.count(code) > 1}
    if repeated:
        raise SettingsError(f"{table}: code {', '.join(sorted(repeated))} stands there more than once")
