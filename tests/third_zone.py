"""A world with a third zone that joins on 1 July 2025: settings, reference data and exports, and no line of code.

The two zones of the demonstration stay as they are, 2018 to 2025. The exports of Lanaken-Maasmechelen begin later and
reach further: July 2023 to June 2026. All of it is invented and marked as such.

What is true of the third zone: urgent calls take half as long again before it joins as after; units of the other zones
come along to hardly any call before, to one in four after. From that day on its units help in zone 5381.
"""

import csv
import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from cooperation.demonstration import DEMONSTRATION_PREFIX, FILE_PREFIX
from cooperation.warehouse.build import DEFAULT_REFERENCE, Sources
from tests.warehouse.exports import COLUMNS, Row, csv_text, deployment, intervention, settings_text

THIRD = "5383"
NAME = "PZ Lanaken-Maasmechelen"
MUNICIPALITIES = {"73042": "Lanaken", "73107": "Maasmechelen"}
JOINED = date(2025, 7, 1)
FIRST_DAY, LAST_DAY = date(2023, 7, 1), date(2026, 6, 30)
MONTHS = [date(2023 + (6 + place) // 12, (6 + place) % 12 + 1, 15) for place in range(36)]
CALLS_A_DAY = 3
SHARES_OF_THREE = {"5381": "0.60", "5382": "0.05", THIRD: "0.35"}
HELPED_EVERY = 25


def write_world(folder: Path, demonstration: Path) -> Sources:
    """Write settings, reference data and the exports of three zones below `folder`; return where they are."""
    exports, reference = folder / "exports", folder / "reference"
    shutil.copytree(demonstration, exports)
    shutil.copytree(DEFAULT_REFERENCE, reference)
    settings = folder / "cooperation.toml"
    settings.write_text(settings_of_three(), encoding="utf-8")
    _append(reference / "municipalities.csv", _municipalities())
    _append(reference / "population.csv", _populations())
    interventions, deployments = _calls()
    data_sets = {
        "interventions": interventions,
        "deployments": [*deployments, *_help_for_others(demonstration)],
        "costs": _ledger(),
        "distribution_keys": _keys(),
        "activities": _activities(),
    }
    for data_set, rows in data_sets.items():
        path = exports / f"{FILE_PREFIX}{data_set}_third_zone.csv"
        path.write_text(csv_text(COLUMNS[data_set], rows), encoding="utf-8")
    return Sources(exports, folder / "no_profiles", settings)


def settings_of_three() -> str:
    """Return the project's settings with one zone more: one block, nothing else."""
    name = NAME.removeprefix("PZ ")
    names = {
        "name": (NAME, f"ZP {name}", f"Police zone {name}"),
        "council": ("politieraad", "conseil de police", "police council"),
        "college": ("politiecollege", "collège de police", "police college"),
    }
    lines = ["[[zones]]", f'code = "{THIRD}"', f"joined = {JOINED}"]
    lines += [f'{key} = {{ nl = "{nl}", fr = "{fr}", en = "{en}" }}' for key, (nl, fr, en) in names.items()]
    block = "\n".join(lines)
    return settings_text(
        (r"(?m)^# --- Priorities of the communication", f"{block}\n\n# --- Priorities of the")
    )


def _append(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file))
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, columns, lineterminator="\n").writerows(rows)


def _municipalities() -> list[dict[str, str]]:
    return [
        {"nis_code": nis_code, "name_nl": name, "name_fr": name, "zone_code": THIRD, "source": "test"}
        for nis_code, name in MUNICIPALITIES.items()
    ]


def _populations() -> list[dict[str, str]]:
    """Return round numbers for every year; invented, for a test."""
    return [
        {
            "nis_code": nis_code,
            "reference_date": f"{year}-01-01",
            "inhabitants": "30000",
            "source": "invented",
        }
        for nis_code in MUNICIPALITIES
        for year in range(2018, 2027)
    ]


def _calls() -> tuple[list[Row], list[Row]]:
    """Return the third zone's calls and the units sent to them, with other zones' units from its joining on."""
    chance = Random(5383)
    interventions: list[Row] = []
    deployments: list[Row] = []
    for number, received in enumerate(_moments(chance)):
        name = f"{DEMONSTRATION_PREFIX}LM-{number:05d}"
        has_joined = received.date() >= JOINED
        response = timedelta(seconds=round((480 if has_joined else 720) * chance.lognormvariate(0, 0.35)))
        planned = {"origin": "planned", "priority": "4"} if number % 10 == 0 else {}
        cells = {"zone_code": THIRD, "municipality_nis": chance.choice(list(MUNICIPALITIES)), **planned}
        interventions.append(intervention(name, str(received), **cells))
        deployments.append(_unit(name, THIRD, received, response))
        if chance.random() < (0.25 if has_joined else 0.01):
            helper = chance.choice(["5381", "5381", "5381", "5382"])
            deployments.append(
                _unit(name, helper, received, response + timedelta(seconds=chance.randint(-90, 400)))
            )
    return interventions, deployments


def _moments(chance: Random) -> Iterator[datetime]:
    """Yield the moments of the calls, outside the hours of the night in which clocks change."""
    for day in range((LAST_DAY - FIRST_DAY).days + 1):
        midnight = datetime.combine(FIRST_DAY, datetime.min.time()) + timedelta(days=day)
        for second in sorted(chance.randrange(4 * 3600, 24 * 3600) for _ in range(CALLS_A_DAY)):
            yield midnight + timedelta(seconds=second)


def _unit(name: str, zone_code: str, received: datetime, response: timedelta) -> Row:
    dispatched, arrived = received + response / 5, received + response
    return deployment(
        name,
        f"{arrived:%Y-%m-%d %H:%M:%S}",
        unit_id=f"{zone_code}-T1",
        unit_zone_code=zone_code,
        dispatched_at=f"{dispatched:%Y-%m-%d %H:%M:%S}",
        departed_at=f"{dispatched + response / 10:%Y-%m-%d %H:%M:%S}",
        cleared_at=f"{arrived + timedelta(minutes=30):%Y-%m-%d %H:%M:%S}",
    )


def _help_for_others(demonstration: Path) -> list[Row]:
    """Return units of the third zone at one in so many calls of 5381 from its joining on."""
    with (demonstration / f"{FILE_PREFIX}interventions_{JOINED.year}.csv").open(encoding="cp1252") as file:
        calls = [
            (row["intervention_id"], datetime.strptime(row["received_at"], "%d/%m/%Y %H:%M:%S"))
            for row in csv.DictReader(file, delimiter=";")
            if row["zone_code"] == "5381"
            and row["origin"] == "citizen_call"
            and "-X" not in row["intervention_id"]
        ]
    joined = sorted((received, name) for name, received in calls if received.date() >= JOINED)
    # Without an arrival: help must not give a response time to a call that has none.
    return [
        {**_unit(name, THIRD, received, timedelta(hours=1)), "arrived_at": ""}
        for received, name in joined[::HELPED_EVERY]
    ]


def _ledger() -> list[Row]:
    return [
        {
            "booking_date": str(month),
            "zone_code": THIRD,
            "domain_code": "training",
            "service": "ordinary",
            "category": "operating",
            "description": f"{DEMONSTRATION_PREFIX}opleiding",
            "amount_eur": "9000.00" if month < JOINED else "8000.00",
        }
        for month in MONTHS
    ]


def _keys() -> list[Row]:
    return [
        {
            "key_id": f"{DEMONSTRATION_PREFIX}sleutel-inwoners",
            "zone_code": zone_code,
            "share": share,
            "valid_from": str(JOINED),
        }
        for zone_code, share in SHARES_OF_THREE.items()
    ]


def _activities() -> list[Row]:
    """Return hours of training and staff of every month: 40 a month before it joins, then 60, of which 15 jointly."""
    rows: list[Row] = []
    for month in MONTHS:
        has_joined = month >= JOINED
        quantities = {
            "training_hours": "60" if has_joined else "40",
            "joint_training_hours": "15" if has_joined else "0",
            "staff_full_time_equivalents": "60",
        }
        rows += [
            {
                "activity_date": str(month),
                "domain_code": "training",
                "indicator_code": code,
                "zone_code": THIRD,
                "quantity": quantity,
            }
            for code, quantity in quantities.items()
        ]
    return rows
