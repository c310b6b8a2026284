"""The invented exports as files, in the form in which a Belgian dispatch system writes them."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from cooperation.demonstration.activities import write_activities
from cooperation.demonstration.broken_lines import with_broken_lines
from cooperation.demonstration.brussels_clock import UNKNOWN, clock_texts
from cooperation.demonstration.calls import Interventions, day_weights, draw_interventions
from cooperation.demonstration.costs import write_costs
from cooperation.demonstration.export_format import (
    DEMONSTRATION_PREFIX,
    DEPLOYMENT_COLUMNS,
    ENCODING,
    FILE_PREFIX,
    INTERVENTION_COLUMNS,
)
from cooperation.demonstration.invented_world import (
    ASSISTANCE,
    DEFAULT_INTERVENTIONS,
    NATURES,
    ORIGINS,
    PLACES,
    UNIT_ZONES,
    UNITS_A_ZONE,
    YEARS,
    municipality_nis,
)
from cooperation.demonstration.random_draws import Integers, moments_after
from cooperation.demonstration.units import Deployments, draw_deployments

_LINES_A_PIECE = 200_000


def write_demonstration(exports: Path, interventions: int | None = None, seed: int = 20220101) -> list[Path]:
    """Write invented calls, units, costs and activities, a file a year and data set, and return the files written.

    `interventions` is the exact number of interventions over all years; `BROKEN_LINES` come on top of it.
    The same number and seed give the same bytes. Raises ValueError for fewer interventions than years.
    """
    total = DEFAULT_INTERVENTIONS if interventions is None else interventions
    if total < len(YEARS):
        raise ValueError(f"at least {len(YEARS)} interventions are needed, one a year; got {total}")
    exports.mkdir(parents=True, exist_ok=True)
    paths = []
    for year, count in zip(YEARS, _divide_over_years(total), strict=True):
        # A year has its own stream of random numbers: no year depends on how another one was drawn.
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, year])))
        calls = draw_interventions(rng, year, count)
        units = draw_deployments(rng, year, calls)
        paths.append(_write(exports, "interventions", year, _intervention_lines(rng, year, calls, units)))
        paths.append(_write(exports, "deployments", year, _deployment_lines(year, calls, units)))
    return paths + write_costs(exports, seed) + write_activities(exports, seed)


def _intervention_lines(
    rng: np.random.Generator, year: int, calls: Interventions, units: Deployments
) -> Iterator[list[str]]:
    """Yield the lines of one year of interventions, a piece at a time."""
    nis = [municipality_nis(place, year) for place in PLACES]
    zone = [place.zone_code for place in PLACES]
    closed = moments_after(units.last_seen, 480 * np.exp(0.6 * rng.standard_normal(len(calls.place))))
    closed = np.where(rng.random(len(closed)) < 0.01, UNKNOWN, closed)
    for piece in _pieces(len(calls.place)):
        columns = (
            _identifiers(year, calls.numbers[piece]),
            _texts(zone, calls.place[piece]),
            _texts(nis, calls.place[piece]),
            _texts([str(priority) for priority in range(5)], calls.priority[piece]),
            _texts(ORIGINS, calls.origin[piece]),
            _texts(NATURES, calls.nature[piece]),
            clock_texts(year, calls.received[piece]),
            clock_texts(year, closed[piece]),
        )
        yield list(map(";".join, zip(*columns, strict=True)))


def _deployment_lines(year: int, calls: Interventions, units: Deployments) -> Iterator[list[str]]:
    """Yield the lines of one year of deployments, a piece at a time."""
    names = [f"{zone}-P{number + 1:02d}" for zone in UNIT_ZONES for number in range(UNITS_A_ZONE)]
    for piece in _pieces(len(units.intervention)):
        columns = (
            _identifiers(year, calls.numbers[units.intervention[piece]]),
            _texts(names, units.unit_zone[piece] * UNITS_A_ZONE + units.unit[piece]),
            _texts(UNIT_ZONES, units.unit_zone[piece]),
            _texts(ASSISTANCE, units.unit_zone[piece]),
            clock_texts(year, units.dispatched[piece]),
            clock_texts(year, units.departed[piece]),
            clock_texts(year, units.arrived[piece]),
            clock_texts(year, units.cleared[piece]),
        )
        yield list(map(";".join, zip(*columns, strict=True)))


def _write(exports: Path, data_set: str, year: int, pieces: Iterator[list[str]]) -> Path:
    """Write one file, its broken lines among the first piece, and put it in place whole."""
    path = exports / f"{FILE_PREFIX}{data_set}_{year}.csv"
    columns = INTERVENTION_COLUMNS if data_set == "interventions" else DEPLOYMENT_COLUMNS
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as file:
        file.write((";".join(columns) + "\r\n").encode(ENCODING))
        for number, lines in enumerate(pieces):
            written = with_broken_lines(lines, data_set, year) if number == 0 else lines
            file.write(("\r\n".join(written) + "\r\n").encode(ENCODING))
    # A dashboard that watches this folder must never read half a file.
    os.replace(unfinished, path)
    return path


def _divide_over_years(total: int) -> list[int]:
    """Divide the interventions over the years by weight (largest remainder), the total kept exactly."""
    weights = np.array([day_weights(year).sum() for year in YEARS])
    quota = total * weights / weights.sum()
    counts = np.floor(quota).astype(np.int64)
    left = np.argsort(counts - quota, kind="stable")[: total - counts.sum()]
    counts[left] += 1
    return counts.tolist()


def _pieces(count: int) -> Iterator[slice]:
    return (slice(start, start + _LINES_A_PIECE) for start in range(0, count, _LINES_A_PIECE))


def _texts(values: tuple[str, ...] | list[str], index: Integers) -> list[str]:
    return np.array(values, dtype=object)[index].tolist()


def _identifiers(year: int, numbers: Integers) -> list[str]:
    return [f"{DEMONSTRATION_PREFIX}{year}-{number:07d}" for number in numbers.tolist()]
