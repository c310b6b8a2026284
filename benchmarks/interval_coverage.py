"""How often the intervals cover the truth, and how often a verdict claims a change that is not there.

    python benchmarks/interval_coverage.py [--exports FILE.csv] [--draws 2000] [--seed 2022]

FILE.csv holds times in seconds, in the column `response_seconds` or in its only column, or times of the day in the
columns `received` and `arrived`; they are resampled.
Without it times are drawn from a lognormal distribution with median 540 s. Prints two markdown tables.
"""

import argparse
import math
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cooperation.statistics import (  # noqa: E402
    AMOUNT_TO_RAISE,
    Estimate,
    quantile,
    quantile_design_effect,
    quantile_difference,
    quantile_interval,
    share_design_effect,
    share_difference,
    verdict,
)

Times = npt.NDArray[np.float64]
QUANTILES = {"median": 0.5, "P90": 0.9}
MINIMUM_COUNTS = {"median": 30, "P90": 50, "share within the norm": 30}
RELEVANT_SECONDS, RELEVANT_SHARE = 15.0, 0.02
MONTH_SHOCK, SEASON = 0.10, 0.10
AFTER_SCALE = 0.9


@dataclass(frozen=True)
class Population:
    """Where the times of a simulation come from; `recorded`, if any, are resampled."""

    recorded: Times | None

    def draw(self, chance: np.random.Generator, count: int) -> Times:
        if self.recorded is not None:
            return chance.choice(self.recorded, count)
        return chance.lognormal(math.log(540), 0.6, count)

    def quantile(self, probability: float) -> float:
        if self.recorded is not None:
            return quantile(self.recorded, probability)
        standard_normal = {0.5: 0.0, 0.75: 0.6744897501960817, 0.9: 1.2815515655446004}
        return 540 * math.exp(0.6 * standard_normal[probability])


@dataclass(frozen=True)
class Months:
    """A comparison of matched months in which nothing changed."""

    pair_count: int
    calls_a_month: int
    recorded_to_seconds: int


SCENARIOS = (
    Months(3, 400, 1),
    Months(6, 100, 1),
    Months(12, 10, 1),
    Months(12, 100, 1),
    Months(12, 400, 1),
    Months(12, 400, 60),
    Months(36, 10, 1),
    Months(36, 100, 1),
    Months(36, 400, 1),
    Months(36, 400, 60),
)


def main() -> None:
    arguments = _arguments()
    population = Population(recorded_times(arguments.exports) if arguments.exports else None)
    chance = np.random.default_rng(arguments.seed)
    source = "resampled from the file" if arguments.exports else "lognormal, median 540 s"
    started = time.perf_counter()
    print(f"Times: {source}; {arguments.draws} draws a row, seed {arguments.seed}.\n")
    _print_coverage(population, chance, arguments.draws)
    print()
    _print_false_verdicts(population, chance, arguments.draws)
    print(f"\n{time.perf_counter() - started:.0f} s")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--exports", type=Path, help="a CSV of times in seconds")
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=2022)
    return parser.parse_args()


def recorded_times(path: Path) -> Times:
    """Return the times of a file in seconds, in its own order; calls written down twice count once."""
    table = pd.read_csv(path)
    if {"received", "arrived"} <= set(table.columns):
        clocks = table.drop_duplicates()[["received", "arrived"]].dropna()
        minutes = clocks.apply(
            lambda column: pd.to_timedelta(column + ":00", errors="coerce").dt.total_seconds()
        )
        minutes = minutes.dropna()
        # Times of the day without a date: an arrival before the call came after midnight.
        return ((minutes["arrived"] - minutes["received"]) % 86_400).to_numpy(dtype=np.float64)
    column = "response_seconds" if "response_seconds" in table else table.columns[0]
    return table[column].dropna().to_numpy(dtype=np.float64)


def _print_coverage(population: Population, chance: np.random.Generator, draws: int) -> None:
    print("| quantile | n a side | one sample | difference, no change | difference, after 10 % shorter |")
    print("|---|---|---|---|---|")
    for name, probability in QUANTILES.items():
        for count in (50, 150, 1000):
            shares = _coverage(population, chance, draws, probability, count)
            print(f"| {name} | {count} | " + " | ".join(f"{share:.1%}" for share in shares) + " |")


def _coverage(
    population: Population, chance: np.random.Generator, draws: int, probability: float, count: int
) -> Times:
    """Return the shares covered of one quantile, of no difference and of a 10 % difference, at 95 %."""
    truth = population.quantile(probability)
    covered = np.zeros(3)
    for _ in range(draws):
        before, after = population.draw(chance, count), population.draw(chance, count)
        same = quantile_difference(before, after, probability)
        shorter = quantile_difference(before, after * AFTER_SCALE, probability)
        covered += (
            _covers(quantile_interval(before, probability), truth),
            _covers(same, 0.0),
            _covers(shorter, (AFTER_SCALE - 1) * truth),
        )
    return covered / draws


def _covers(estimate: Estimate, truth: float) -> bool:
    if estimate.low is None or estimate.high is None:
        raise ValueError("coverage is asked for a sample too small for both bounds")
    # Scaled times are a rounding error away from the scaled truth where many are equal.
    return estimate.low - 1e-9 <= truth <= estimate.high + 1e-9


def _print_false_verdicts(population: Population, chance: np.random.Generator, draws: int) -> None:
    print(f"No true change; every month times its own shock of {MONTH_SHOCK:.0%} and a shared season.\n")
    headings = ("measure", "month pairs", "calls a month", "recorded to", "excludes 0", "false verdict")
    print("| " + " | ".join((*headings, "median design effect")) + " |")
    print("|---" * (len(headings) + 1) + "|")
    for months in SCENARIOS:
        trials = pd.concat([_trial(population, chance, months) for _ in range(draws)])
        for measure, rows in trials.groupby("measure", sort=False):
            print(
                f"| {measure} | {months.pair_count} | {months.calls_a_month} "
                f"| {months.recorded_to_seconds} s "
                f"| {rows['excludes_zero'].mean():.1%} | {rows['false_verdict'].mean():.1%} "
                f"| {rows['design_effect'].median():.2f} |",
                flush=True,
            )


def _trial(population: Population, chance: np.random.Generator, months: Months) -> pd.DataFrame:
    calls = _calls(population, chance, months)
    is_before = (calls["phase"] == "before").to_numpy()
    times = calls["value"].to_numpy()
    before, after = times[is_before], times[~is_before]
    rows = []
    for measure, probability in QUANTILES.items():
        effect = quantile_design_effect(calls, probability)
        estimate = quantile_difference(before, after, probability, design_effect=effect)
        code = verdict(estimate, len(before), len(after), MINIMUM_COUNTS[measure], RELEVANT_SECONDS).code
        rows.append((measure, excludes_zero(estimate), code in ("faster", "slower"), effect))
    measure = "share within the norm"
    within = calls.assign(hits=times <= population.quantile(0.75), total=1)
    effect = share_design_effect(within)
    hits = within.groupby("phase", observed=True)["hits"].sum()
    estimate = share_difference(hits["before"], len(before), hits["after"], len(after), design_effect=effect)
    code = verdict(
        estimate, len(before), len(after), MINIMUM_COUNTS[measure], RELEVANT_SHARE, AMOUNT_TO_RAISE
    ).code
    rows.append((measure, excludes_zero(estimate), code in ("lower", "higher"), effect))
    return pd.DataFrame(rows, columns=["measure", "excludes_zero", "false_verdict", "design_effect"])


def _calls(population: Population, chance: np.random.Generator, months: Months) -> pd.DataFrame:
    """Return one row per call: month, phase, value, count."""
    before = pd.date_range("2019-01-01", periods=months.pair_count, freq="MS")
    starts = before.append(before + pd.DateOffset(years=3))
    sizes = chance.poisson(months.calls_a_month, len(starts))
    shocks = np.maximum(0.3, chance.normal(1, MONTH_SHOCK, len(starts)))
    season = 1 + SEASON * np.sin(2 * np.pi * starts.month.to_numpy() / 12)
    times = population.draw(chance, int(sizes.sum())) * np.repeat(shocks * season, sizes)
    times = np.round(times / months.recorded_to_seconds) * months.recorded_to_seconds
    phases = pd.Categorical(["before", "after"]).take(np.repeat([0, 1], months.pair_count))
    return pd.DataFrame(
        {
            "month": np.repeat(starts.to_numpy(), sizes),
            "phase": phases.repeat(sizes),
            "value": times,
            "count": 1,
        }
    )


def excludes_zero(estimate: Estimate) -> bool:
    """Tell whether an interval lies on one side of 0."""
    return (estimate.low is not None and estimate.low > 0) or (
        estimate.high is not None and estimate.high < 0
    )


if __name__ == "__main__":
    main()
