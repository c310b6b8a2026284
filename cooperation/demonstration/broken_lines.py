"""A handful of lines of every kind that real exports get wrong, the same number however large the exports."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cooperation.demonstration.export_format import (
    DEMONSTRATION_PREFIX,
    DEPLOYMENT_COLUMNS,
    INTERVENTION_COLUMNS,
)
from cooperation.demonstration.invented_world import YEARS


@dataclass(frozen=True)
class BrokenLines:
    """How many lines of one kind are added to a data set; `is_valid` where the line says something true."""

    data_set: str
    kind: str
    count: int
    is_valid: bool = False


BROKEN_LINES = (
    BrokenLines("interventions", "exact_repeat", 3),
    BrokenLines("interventions", "repeated_id_other_content", 2),
    BrokenLines("interventions", "impossible_date", 2),
    BrokenLines("interventions", "empty_received_at", 2),
    BrokenLines("interventions", "unknown_zone", 1),
    BrokenLines("interventions", "unknown_priority", 1),
    BrokenLines("interventions", "unknown_municipality", 1),
    BrokenLines("interventions", "too_few_fields", 1),
    BrokenLines("interventions", "too_many_fields", 1),
    BrokenLines("interventions", "stray_quote", 1),
    BrokenLines("interventions", "quoted_separator_and_line_break", 1, is_valid=True),
    BrokenLines("interventions", "literal_null", 1, is_valid=True),
    BrokenLines("interventions", "spaces_around_values", 1, is_valid=True),
    BrokenLines("deployments", "exact_repeat", 2),
    BrokenLines("deployments", "deployment_without_intervention", 2),
    BrokenLines("deployments", "arrival_before_call", 2),
    BrokenLines("deployments", "arrival_before_dispatch", 2),
    BrokenLines("deployments", "impossible_date", 1),
    BrokenLines("deployments", "too_few_fields", 1),
    BrokenLines("deployments", "too_many_fields", 1),
    BrokenLines("deployments", "literal_null", 1, is_valid=True),
    BrokenLines("deployments", "spaces_around_values", 1, is_valid=True),
)


def with_broken_lines(lines: list[str], data_set: str, year: int) -> list[str]:
    """Return the lines with this year's share of `BROKEN_LINES` spread among them."""
    kinds = [entry.kind for entry in BROKEN_LINES if entry.data_set == data_set for _ in range(entry.count)]
    numbers = [number for number in range(len(kinds)) if YEARS[number % len(YEARS)] == year]
    written = list(lines)
    # Backwards, so that what was put in does not move the places still to come.
    for rank in reversed(range(len(numbers))):
        position = (rank + 1) * len(lines) // (len(numbers) + 1)
        fields = lines[position].split(";")
        breaker = _BREAKERS[data_set, kinds[numbers[rank]]]
        written.insert(position + 1, breaker(fields, f"{DEMONSTRATION_PREFIX}{year}-X{numbers[rank]:03d}"))
    return written


def _broken_intervention(column: str, value: str) -> Callable[[list[str], str], str]:
    """Return a function that makes a new planned intervention with one column replaced."""
    changes = {column: value}

    def broken(fields: list[str], identifier: str) -> str:
        record = dict(zip(INTERVENTION_COLUMNS, fields, strict=True))
        # Planned work of priority 4 stays outside the urgent citizen calls, whatever becomes of the line.
        record |= {"intervention_id": identifier, "priority": "4", "origin": "planned"} | changes
        return ";".join(record.values())

    return broken


def _broken_deployment(**changes: str) -> Callable[[list[str], str], str]:
    """Return a function that repeats a deployment for another unit with some columns replaced."""

    def broken(fields: list[str], identifier: str) -> str:
        record = dict(zip(DEPLOYMENT_COLUMNS, fields, strict=True))
        return ";".join((record | {"unit_id": f"{record['unit_zone_code']}-P99"} | changes).values())

    return broken


def _moved(dispatched: timedelta, arrived: timedelta) -> Callable[[list[str], str], str]:
    """Return a function that repeats a deployment at times counted from its own dispatch."""

    def broken(fields: list[str], identifier: str) -> str:
        start = datetime.strptime(fields[4], "%d/%m/%Y %H:%M:%S")
        times = [(start + shift).strftime("%d/%m/%Y %H:%M:%S") for shift in (dispatched, arrived)]
        changed = _broken_deployment(dispatched_at=times[0], departed_at="", arrived_at=times[1])
        return changed(fields, identifier)

    return broken


def _repeated(fields: list[str], identifier: str) -> str:
    return ";".join(fields)


def _repeated_with_other_nature(fields: list[str], identifier: str) -> str:
    return ";".join([*fields[:5], "Gewijzigde aard", *fields[6:]])


def _short_intervention(fields: list[str], identifier: str) -> str:
    return ";".join([identifier, *fields[1:5]])


def _long_intervention(fields: list[str], identifier: str) -> str:
    return ";".join([identifier, *fields[1:], "", "1"])


def _short_deployment(fields: list[str], identifier: str) -> str:
    return ";".join(_broken_deployment()(fields, identifier).split(";")[:5])


def _long_deployment(fields: list[str], identifier: str) -> str:
    return _broken_deployment()(fields, identifier) + ";;1"


def _orphan(fields: list[str], identifier: str) -> str:
    return ";".join([identifier, *fields[1:]])


def _spaced_intervention(fields: list[str], identifier: str) -> str:
    plain = _broken_intervention("nature", "Toezicht schoolpoort")(fields, identifier)
    return ";".join(f" {field}  " for field in plain.split(";"))


def _spaced_deployment(fields: list[str], identifier: str) -> str:
    plain = _broken_deployment()(fields, identifier)
    return ";".join(f" {field}  " for field in plain.split(";"))


_BREAKERS: dict[tuple[str, str], Callable[[list[str], str], str]] = {
    ("interventions", "exact_repeat"): _repeated,
    ("interventions", "repeated_id_other_content"): _repeated_with_other_nature,
    ("interventions", "impossible_date"): _broken_intervention("received_at", "31/02/2020 10:15:00"),
    ("interventions", "empty_received_at"): _broken_intervention("received_at", ""),
    ("interventions", "unknown_zone"): _broken_intervention("zone_code", "0000"),
    ("interventions", "unknown_priority"): _broken_intervention("priority", "9"),
    ("interventions", "unknown_municipality"): _broken_intervention("municipality_nis", "00000"),
    ("interventions", "too_few_fields"): _short_intervention,
    ("interventions", "too_many_fields"): _long_intervention,
    ("interventions", "stray_quote"): _broken_intervention("nature", 'Diefstal beeldscherm 24" in café'),
    ("interventions", "quoted_separator_and_line_break"): _broken_intervention(
        "nature", '"Afspraak; voordeur\r\n""rechts"" aanbellen"'
    ),
    ("interventions", "literal_null"): _broken_intervention("closed_at", "NULL"),
    ("interventions", "spaces_around_values"): _spaced_intervention,
    ("deployments", "exact_repeat"): _repeated,
    ("deployments", "deployment_without_intervention"): _orphan,
    # Two days before its own dispatch is before the call, also where a planned call waited for hours.
    ("deployments", "arrival_before_call"): _moved(timedelta(days=-2), timedelta(days=-2, minutes=9)),
    ("deployments", "arrival_before_dispatch"): _moved(timedelta(hours=6), timedelta(hours=6, minutes=-4)),
    ("deployments", "impossible_date"): _broken_deployment(dispatched_at="31/02/2021 10:15:00"),
    ("deployments", "too_few_fields"): _short_deployment,
    ("deployments", "too_many_fields"): _long_deployment,
    ("deployments", "literal_null"): _broken_deployment(departed_at="NULL"),
    ("deployments", "spaces_around_values"): _spaced_deployment,
}
