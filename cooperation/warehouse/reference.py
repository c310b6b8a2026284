"""Small tables that every build needs: what the settings hold, clock changes, and the files of data/reference/."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from cooperation.settings import HourBand, Settings
from cooperation.warehouse.contract import CODES

REFERENCE_FILES = ("municipalities", "population", "price_index", "events", "indicators", "words")


def load_reference(
    connection: duckdb.DuckDBPyConnection, settings: Settings, folder: Path, years: range
) -> None:
    """Create the reference tables from the settings and from the CSVs in `folder`."""
    for name in REFERENCE_FILES:
        connection.execute(
            f"create table {name} as select * from read_csv($path, header = true, nullstr = '', all_varchar = true)",
            {"path": str(folder / f"{name}.csv")},
        )
    fill_table(
        connection,
        "zones",
        "zone_code varchar, joined_on date, founded_on date, dissolved_on date,"
        " name_nl varchar, name_fr varchar, name_en varchar",
        [
            (zone.code, zone.joined, zone.founded, zone.dissolved, zone.name.nl, zone.name.fr, zone.name.en)
            for zone in settings.zones
        ],
    )
    fill_table(
        connection,
        "fields",
        "domain_code varchar, protocol_order integer, name_nl varchar, name_fr varchar, name_en varchar",
        [
            (field.code, place, field.name.nl, field.name.fr, field.name.en)
            for place, field in enumerate(settings.fields, start=1)
        ],
    )
    fill_table(
        connection,
        "priorities",
        "priority varchar, is_urgent boolean, name_nl varchar, name_fr varchar, name_en varchar",
        [(p.code, p.urgent, p.name.nl, p.name.fr, p.name.en) for p in settings.priorities],
    )
    fill_table(
        connection,
        "norms",
        "measure varchar, priority varchar, norm_seconds integer",
        [(norm.measure, norm.priority, norm.seconds) for norm in settings.norms],
    )
    fill_table(
        connection,
        "hours",
        "hour_of_day integer, hour_band varchar",
        [(hour, hour_band(hour, settings.hour_bands)) for hour in range(24)],
    )
    fill_table(
        connection,
        "clock_change_hours",
        "local_hour timestamp, kind varchar",
        clock_change_hours(settings.time_zone, years),
    )
    fill_table(
        connection,
        "codes",
        "column_name varchar, code varchar",
        [(column, code) for column, of_column in CODES.items() for code in of_column],
    )


def hour_band(hour: int, bands: tuple[HourBand, ...]) -> str:
    """Return the band that an hour of the day lies in; hours before the first band belong to the last one."""
    return next((band.code for band in reversed(bands) if band.from_hour <= hour), bands[-1].code)


@cache
def clock_change_hours(time_zone: str, years: range) -> list[tuple[datetime, str]]:
    """Return the local hours that come twice ("ambiguous") or never ("skipped"), by their first moment."""
    zone = ZoneInfo(time_zone)
    changes: list[tuple[datetime, str]] = []
    week, last = datetime(years.start, 1, 1), datetime(years.stop, 1, 1)
    while week < last:
        # No zone changes its clock twice within a week, so most weeks are passed over.
        if _offset(week, zone) != _offset(week + timedelta(days=7), zone):
            days = (week + timedelta(days=number) for number in range(7))
            changed = (day for day in days if _offset(day, zone) != _offset(day + timedelta(days=1), zone))
            changes += [hour for day in changed for hour in _changed_hours(day, zone)]
        week += timedelta(days=7)
    return changes


def _changed_hours(day: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, str]]:
    for hour in range(24):
        moment = day + timedelta(hours=hour)
        first, second = (moment.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
        if first and second and first != second:
            yield moment, "ambiguous" if first > second else "skipped"


def calendar_years(first: date, last: date) -> range:
    """Return the years from `first` to `last`, both included."""
    return range(first.year, last.year + 1)


def _offset(day: datetime, zone: ZoneInfo) -> timedelta | None:
    return day.replace(tzinfo=zone).utcoffset()


def fill_table(
    connection: duckdb.DuckDBPyConnection, table: str, columns: str, rows: Sequence[tuple[object, ...]]
) -> None:
    """Create a table with these columns and rows."""
    connection.execute(f"create table {table} ({columns})")
    if rows:
        # One statement for all rows: a statement a row is a hundred times as slow.
        lists = {f"column_{place}": list(values) for place, values in enumerate(zip(*rows, strict=True))}
        unnested = ", ".join(f"unnest(${name})" for name in lists)
        connection.execute(f"insert into {table} select {unnested}", lists)
