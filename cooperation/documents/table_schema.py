"""The data dictionary as a frictionless data package: Table Schema for every table, in three languages."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from cooperation import __version__
from cooperation.answers.answer import Evidence
from cooperation.answers.downloads import Rows
from cooperation.answers.filters import Filters
from cooperation.answers.reproduction import command_line, filter_pairs
from cooperation.settings import Name, Settings
from cooperation.warehouse.dictionary import ColumnEntry, column
from cooperation.wording.meanings import meaning

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
LANGUAGES = ("nl", "fr", "en")


def data_package(every: Mapping[str, Rows], evidence: Evidence, filters: Filters, language: str) -> bytes:
    """Return datapackage.json for an archive with the CSV of every table, by the path that it has there.

    Its words are in `language`, beside all three.
    """
    invented = evidence.coverage.is_demonstration
    prefix = "demonstration_" if invented else ""
    package = {
        "$schema": PROFILE,
        "name": f"{prefix}samenwerkingsmonitor".replace("_", "-"),
        "version": __version__,
        "created": evidence.database.about["built_at"],
        "isDemonstration": invented,
        "exportsUntil": evidence.last_day.isoformat(),
        "filters": dict(filter_pairs(filters)),
        "resources": [
            resource(path, rows, command_line(rows.table.name, filters), prefix, language, evidence.settings)
            for path, rows in every.items()
        ],
    }
    return json.dumps(package, ensure_ascii=False, indent=2).encode("utf-8")


def resource(
    path: str, rows: Rows, command: str, prefix: str, language: str, settings: Settings
) -> dict[str, Any]:
    """Return one table as a resource of the package."""
    plain = rows.table.name.replace("/", "_")
    added = ["made_by"] if not prefix else ["data", "made_by"]
    entries = [*rows.columns, *(column(rows.table.name, name) for name in added)]
    return {
        "name": plain.replace("_", "-"),
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "header": True},
        "level": rows.table.level,
        "rowCount": rows.count,
        "madeBy": command,
        **_said("title", rows.table.title, language),
        **_said("description", rows.table.grain, language),
        "schema": table_schema(entries, settings, language),
    }


def table_schema(entries: Sequence[ColumnEntry], settings: Settings, language: str) -> dict[str, Any]:
    """Return the Table Schema of one table."""
    return {"fields": [_field(entry, settings, language) for entry in entries], "missingValues": [""]}


def _field(entry: ColumnEntry, settings: Settings, language: str) -> dict[str, Any]:
    # A list is written as text in a CSV, its items with a comma between.
    kind = "string" if entry.type == "array" else entry.type
    formats = {"datetime": "%Y-%m-%d %H:%M:%S"}
    return {
        "name": entry.name,
        "type": kind,
        **({"format": formats[kind]} if kind in formats else {}),
        **_said("description", meaning(entry, settings), language),
        **({"unit": entry.unit} if entry.unit else {}),
        "sources": list(entry.sources),
        **({"rules": list(entry.rules)} if entry.rules else {}),
    }


def _said(key: str, name: Name, language: str) -> dict[str, Any]:
    return {key: name.in_language(language), f"{key}s": {code: name.in_language(code) for code in LANGUAGES}}
