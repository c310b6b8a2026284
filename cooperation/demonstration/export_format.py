"""What the invented exports look like: names, columns, and the marks by which one knows them."""

import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path

DEMONSTRATION_PREFIX = "DEMO-"
FILE_PREFIX = "demonstratie_"
ENCODING = "cp1252"

INTERVENTION_COLUMNS = (
    "intervention_id",
    "zone_code",
    "municipality_nis",
    "priority",
    "origin",
    "nature",
    "received_at",
    "closed_at",
)
DEPLOYMENT_COLUMNS = (
    "intervention_id",
    "unit_id",
    "unit_zone_code",
    "assistance",
    "dispatched_at",
    "departed_at",
    "arrived_at",
    "cleared_at",
)


def day_text(day: date) -> str:
    """Write a day as a Belgian system does, "31/12/2021"."""
    return f"{day:%d/%m/%Y}"


def write_lines(exports: Path, name: str, columns: tuple[str, ...], lines: Iterable[str]) -> Path:
    """Write one file and put it in place whole: a dashboard that watches must never read half of it."""
    path = exports / f"{FILE_PREFIX}{name}.csv"
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(("\r\n".join((";".join(columns), *lines)) + "\r\n").encode(ENCODING))
    os.replace(unfinished, path)
    return path
