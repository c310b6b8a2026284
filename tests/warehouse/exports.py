"""Tiny exports for tests: rows to files, files through the real build, answers and lines ready to ask."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from cooperation.answers.answer import Evidence
from cooperation.answers.data_quality import data_set_accounts, fate_text, file_accounts
from cooperation.answers.filters import Filters
from cooperation.language import speak
from cooperation.settings import DEFAULT_SETTINGS
from cooperation.warehouse.build import Sources, build
from cooperation.warehouse.contract import DATA_SETS, DEPLOYMENTS, INTERVENTIONS
from cooperation.warehouse.database import Database, open_database

Row = Mapping[str, str]

COLUMNS = {data_set.name: data_set.columns for data_set in DATA_SETS}
INTERVENTION_COLUMNS = INTERVENTIONS.columns
DEPLOYMENT_COLUMNS = DEPLOYMENTS.columns
ACCOUNT = ("lines_read", "accepted", "duplicate", "rejected")
# Everyone is counted: the default population would leave out calls without priority or origin.
EVERYONE = Filters(priority=("all",), origin=("all",))


def intervention(intervention_id: str, received_at: str, **cells: str) -> dict[str, str]:
    """Return the line of an urgent citizen call in Riemst, cells replaced as told."""
    plain = {"zone_code": "5381", "municipality_nis": "73066", "priority": "1", "origin": "citizen_call"}
    return {"intervention_id": intervention_id, "received_at": received_at} | plain | cells


def deployment(intervention_id: str, arrived_at: str = "", **cells: str) -> dict[str, str]:
    """Return the line of a unit of zone 5381, cells replaced as told."""
    plain = {"unit_id": "U1", "unit_zone_code": "5381"}
    return {"intervention_id": intervention_id, "arrived_at": arrived_at} | plain | cells


def cost(amount_eur: str, **cells: str) -> dict[str, str]:
    """Return an ordinary ledger line of zone 5381, cells replaced as told."""
    plain = {"booking_date": "2023-06-10", "zone_code": "5381", "domain_code": "training"}
    plain |= {"service": "ordinary", "category": "operating", "description": "course"}
    return plain | {"amount_eur": amount_eur} | cells


def investment(investment_id: str, price_eur: str, **cells: str) -> dict[str, str]:
    """Return the line of a joint purchase of 2022 that lasts ten years and has no key, cells replaced as told."""
    plain = {"name": "radar", "domain_code": "joint_investment", "purchase_date": "2022-03-01"}
    return plain | {"investment_id": investment_id, "price_eur": price_eur, "lifetime_years": "10"} | cells


def share_of_key(key_id: str, share: str, **cells: str) -> dict[str, str]:
    """Return the share of zone 5381 in a key from 2022 on, cells replaced as told."""
    return {"key_id": key_id, "zone_code": "5381", "share": share, "valid_from": "2022-01-01"} | cells


def estimate(investment_id: str, estimate_eur: str, **cells: str) -> dict[str, str]:
    """Return what zone 5382 would have paid alone, by a quote, cells replaced as told."""
    plain = {"zone_code": "5382", "basis": "quote"}
    return plain | {"investment_id": investment_id, "estimate_eur": estimate_eur} | cells


def activity(quantity: str, **cells: str) -> dict[str, str]:
    """Return the training hours of zone 5381 on one day, cells replaced as told."""
    plain = {"activity_date": "2023-06-10", "domain_code": "training", "indicator_code": "training_hours"}
    return plain | {"zone_code": "5381", "quantity": quantity} | cells


def csv_text(columns: Sequence[str], rows: Iterable[Row], delimiter: str = ";") -> str:
    """Return the rows as delimited text with a header; cells that a row does not name stay empty."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return text.getvalue()


def interventions_text(rows: Iterable[Row], delimiter: str = ";") -> str:
    return csv_text(INTERVENTION_COLUMNS, rows, delimiter)


def deployments_text(rows: Iterable[Row], delimiter: str = ";") -> str:
    return csv_text(DEPLOYMENT_COLUMNS, rows, delimiter)


def settings_text(*replacements: tuple[str, str]) -> str:
    """Return the project's settings for the years 2015 to 2026, with (pattern, text) replaced exactly once each.

    Fewer plausible years than the project's make a build three times as fast; no row of a test needs the others.
    """
    years = ((r"(?m)^earliest_received = .*$", "earliest_received = 2015-01-01"),)
    years += ((r"(?m)^latest_received = .*$", "latest_received = 2026-12-31"),)
    text = DEFAULT_SETTINGS.read_text(encoding="utf-8")
    for pattern, replacement in (*years, *replacements):
        text, count = re.subn(pattern, replacement, text)
        assert count == 1, f"{pattern!r} stands {count} times in the settings"
    return text


def fate_sentence(account: Mapping[str, Any], language: str = "en") -> str:
    """Return what became of a file in words; a file of a failed build has no accepted lines."""
    spoken = speak(language)
    return spoken.say(fate_text(dict.fromkeys(ACCOUNT, 0) | dict(account), spoken))


@dataclass(frozen=True)
class Built:
    """A published database and what tests ask of it."""

    pointer: Path

    @cached_property
    def database(self) -> Database:
        return open_database(self.pointer)

    @cached_property
    def evidence(self) -> Evidence:
        return Evidence(self.database)

    def select(self, sql: str) -> list[dict[str, Any]]:
        """Return the rows of a query on the database, unknown values as None."""
        config = {"enable_external_access": False, "lock_configuration": True}
        with duckdb.connect(str(self.database.path), read_only=True, config=config) as connection:
            cursor = connection.execute(sql)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    @cached_property
    def calls(self) -> dict[str, dict[str, Any]]:
        """The accepted interventions by id, without where they stand in the exports: that is no figure."""
        rows = self.select("select * exclude (intervention_number, first_unit_line) from response_times")
        return {row["intervention_id"]: row for row in rows}

    @cached_property
    def refusals(self) -> list[tuple[str, int, str]]:
        """File name, line number and rule of every refused line."""
        rows = self.select("select file_name, line_number, rule from rejects order by all")
        return [(row["file_name"], row["line_number"], row["rule"]) for row in rows]

    @cached_property
    def flags(self) -> set[tuple[str, int, str, str, str]]:
        """Data set, line number, column, rule and action of every emptied or warned cell."""
        rows = self.select("select * from flagged_cells")
        columns = ("data_set", "line_number", "column_name", "rule", "action")
        return {tuple(row[column] for column in columns) for row in rows}

    @cached_property
    def files(self) -> dict[str, dict[str, Any]]:
        """The account of each file by its name."""
        return {row["file_name"]: row for row in file_accounts(self.database).to_dict("records")}

    @cached_property
    def data_sets(self) -> dict[str, tuple[int, ...]]:
        """Lines read, accepted, duplicate and rejected of each data set."""
        rows = data_set_accounts(self.database).to_dict("records")
        return {row["data_set"]: tuple(int(row[part]) for part in ACCOUNT) for row in rows}

    def account(self, file_name: str) -> tuple[int, ...]:
        """Return lines read, accepted, duplicate and rejected of a file."""
        return tuple(int(self.files[file_name][part]) for part in ACCOUNT)

    def fate(self, file_name: str) -> str:
        """Return the English sentence on what became of a file."""
        return fate_sentence(self.files[file_name])


def build_files(folder: Path, files: Mapping[str, str | bytes], settings: str | None = None) -> Built:
    """Write `files` below `folder`, run the real build on them and return what was published."""
    exports = folder / "exports"
    exports.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = exports / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return build_folder(folder, exports, settings)


def build_rows(
    folder: Path, interventions: Iterable[Row], deployments: Iterable[Row] = (), settings: str | None = None
) -> Built:
    """Build from rows, one file a data set."""
    files = {
        "interventions.csv": interventions_text(interventions),
        "deployments.csv": deployments_text(deployments),
    }
    return build_files(folder, files, settings)


def build_sets(folder: Path, rows: Mapping[str, Iterable[Row]], settings: str | None = None) -> Built:
    """Build from rows of any data sets, one file each; those that are not named have no file."""
    files = {f"{name}.csv": csv_text(COLUMNS[name], lines) for name, lines in rows.items()}
    return build_files(folder, files, settings)


def build_folder(folder: Path, exports: Path, settings: str | None = None) -> Built:
    """Run the real build on a folder of exports; the database is published at `folder`/monitor."""
    return Built(publish_from(folder, exports, settings))


def publish_from(folder: Path, exports: Path, settings: str | None = None) -> Path:
    """Write the settings beside the database, build, and return where it is published."""
    folder.mkdir(parents=True, exist_ok=True)
    chosen = folder / "cooperation.toml"
    chosen.write_text(settings or settings_text(), encoding="utf-8")
    build(Sources(exports, folder / "no_profiles", chosen), folder / "monitor")
    return folder / "monitor"
