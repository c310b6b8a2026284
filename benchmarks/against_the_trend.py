"""How often a step turns up in a series that has none, and how often a true one is covered and found.

    python benchmarks/against_the_trend.py [--exports FILE.csv] [--draws 1000] [--seed 2022]

FILE.csv as for `interval_coverage.py`; its times are resampled. Prints two markdown tables on `interrupted_series`,
with the plain Newey-West errors beside the adjusted ones.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.interval_coverage import Population, excludes_zero, recorded_times  # noqa: E402
from cooperation.statistics import Estimate, interrupted_series  # noqa: E402

Numbers = npt.NDArray[np.float64]
MONTH_SHOCK, SEASON, TRUE_STEP = 0.10, 0.10, 0.10


@dataclass(frozen=True)
class Series:
    """Months before and after, how each hangs on the one before, and whether a COVID step is in the model."""

    before: int
    after: int
    autocorrelation: float
    has_covid: bool = False


SERIES = (
    *(Series(36, 12, strength) for strength in (0.0, 0.3, 0.6)),
    *(Series(24, 24, strength) for strength in (0.0, 0.3, 0.6)),
    *(Series(48, 36, strength) for strength in (0.0, 0.3, 0.6)),
    Series(48, 36, 0.3, has_covid=True),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--exports", type=Path, help="a CSV of times")
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=2022)
    arguments = parser.parse_args()
    population = Population(recorded_times(arguments.exports) if arguments.exports else None)
    chance = np.random.default_rng(arguments.seed)
    source = "resampled from the file" if arguments.exports else "lognormal, median 540 s"
    print(f"Times: {source}; {arguments.draws} draws a row, seed {arguments.seed}.\n")
    _print_false_steps(chance, arguments.draws)
    _print_steps_of_medians(population, chance, arguments.draws)


def _print_false_steps(chance: np.random.Generator, draws: int) -> None:
    print("Steps found in months of normal noise without one, at 95 %; reach is half the interval's width in")
    print(
        "standard deviations of a month. Level, slope, slope change and two pairs of harmonics are in the model.\n"
    )
    print(
        "| before | after | autocorrelation | COVID step | plain Newey-West | adjusted | slope change, adjusted "
        "| reach, plain | reach, adjusted |"
    )
    print("|---" * 9 + "|")
    for series in SERIES:
        rows = np.array([false_steps(chance, series) for _ in range(draws)]).mean(axis=0)
        print(
            f"| {series.before} | {series.after} | {series.autocorrelation} | {'yes' if series.has_covid else 'no'} "
            f"| {rows[0]:.1%} | {rows[1]:.1%} | {rows[2]:.1%} | {rows[3]:.2f} | {rows[4]:.2f} |",
            flush=True,
        )
    print()


def false_steps(chance: np.random.Generator, series: Series) -> list[float]:
    """Return whether plain and adjusted errors find a step, adjusted ones a slope change, and both reaches."""
    noise = _autocorrelated(chance, series.before + series.after, series.autocorrelation)
    covid = {"covid": _covid_months(series)} if series.has_covid else {}
    found = {}
    errors: Literal["newey_west", "adjusted"]
    for errors in ("newey_west", "adjusted"):
        found[errors] = interrupted_series(
            noise, cut=series.before, harmonics=2, other_steps=covid, errors=errors
        )
    plain, adjusted = found["newey_west"], found["adjusted"]
    return [
        excludes_zero(plain.step),
        excludes_zero(adjusted.step),
        excludes_zero(adjusted.slope_change),
        _reach(plain.step),
        _reach(adjusted.step),
    ]


def _covid_months(series: Series) -> Numbers:
    """Return 1 for the fourteen months that end eight before the cut."""
    places = np.arange(series.before + series.after)
    return ((places >= series.before - 22) & (places < series.before - 8)).astype(np.float64)


def _autocorrelated(chance: np.random.Generator, count: int, strength: float) -> Numbers:
    noise = chance.standard_normal(count)
    for place in range(1, count):
        noise[place] = strength * noise[place - 1] + np.sqrt(1 - strength**2) * noise[place]
    return noise


def _reach(estimate: Estimate) -> float:
    assert estimate.low is not None and estimate.high is not None
    return (estimate.high - estimate.low) / 2


def _print_steps_of_medians(population: Population, chance: np.random.Generator, draws: int) -> None:
    print(
        f"Monthly medians, 48 months before and 36 after, weighted by calls; shocks of {MONTH_SHOCK:.0%} that hang"
    )
    print("on the month before with 0.3, a season. True step: none, or a tenth of the level.\n")
    print(
        "| calls a month | false steps, plain | false steps, adjusted | true step covered | true step found |"
    )
    print("|---" * 5 + "|")
    for calls_a_month in (10, 100, 400):
        rows = np.array([step_of_medians(population, chance, calls_a_month) for _ in range(draws)]).mean(
            axis=0
        )
        print(f"| {calls_a_month} | " + " | ".join(f"{share:.1%}" for share in rows) + " |", flush=True)
    print()


def step_of_medians(population: Population, chance: np.random.Generator, calls_a_month: int) -> list[bool]:
    """Return whether plain and adjusted errors find a step that is not there; whether a true one is covered, found."""
    months, cut = 84, 48
    sizes = np.maximum(1, chance.poisson(calls_a_month, months))
    shocks = 1 + MONTH_SHOCK * _autocorrelated(chance, months, 0.3)
    season = 1 + SEASON * np.sin(2 * np.pi * np.arange(months) / 12)
    # A tiny zone's month is short of calls, not of shocks: both make its median move.
    times = np.split(
        population.draw(chance, int(sizes.sum())) * np.repeat(np.maximum(0.3, shocks) * season, sizes),
        np.cumsum(sizes)[:-1],
    )
    medians = np.array([np.median(month) for month in times])
    true_step = TRUE_STEP * population.quantile(0.5)
    stepped = medians - true_step * (np.arange(months) >= cut)
    plain = interrupted_series(medians, cut=cut, harmonics=2, weights=sizes, errors="newey_west")
    adjusted = interrupted_series(medians, cut=cut, harmonics=2, weights=sizes)
    found = interrupted_series(stepped, cut=cut, harmonics=2, weights=sizes).step
    assert found.low is not None and found.high is not None
    return [
        excludes_zero(plain.step),
        excludes_zero(adjusted.step),
        found.low <= -true_step <= found.high,
        found.high < 0,
    ]


if __name__ == "__main__":
    main()
