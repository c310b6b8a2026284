"""How often the difference corrected for the mix of calls covers the truth, and how often it claims too much.

    python benchmarks/corrected_for_mix.py [--exports FILE.csv] [--draws 2000] [--seed 2022]

FILE.csv as for `interval_coverage.py`; its times are resampled and scaled by what their priority takes. Prints two
markdown tables on `standardised_difference` and `standardised_share_difference`.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.interval_coverage import Population, excludes_zero, recorded_times  # noqa: E402
from cooperation.statistics import (  # noqa: E402
    AMOUNT_TO_RAISE,
    StandardisedDifference,
    quantile,
    standardised_difference,
    standardised_share_difference,
    verdict,
)

Numbers = npt.NDArray[np.float64]
STRATA = ["priority", "band"]
QUANTILES = {"median": 0.5, "P90": 0.9}
MINIMUM_COUNTS = {"median": 30, "P90": 50, "share within the norm": 30}
RELEVANT_SECONDS, RELEVANT_SHARE = 15.0, 0.02
AFTER_SCALE = 0.9
MONTH_SHOCK, SEASON = 0.10, 0.10

# How much longer calls of a stratum take, and what part of the calls they are before and after.
PRIORITY_SCALE = np.array([0.7, 1.0, 1.5])
MIX_BEFORE, MIX_AFTER = np.array([0.2, 0.3, 0.5]), np.array([0.5, 0.3, 0.2])


@dataclass(frozen=True)
class Sample:
    """Calls a side in a number of strata: three priorities times as many bands as make up that number."""

    calls: int
    strata: int


SAMPLES = (Sample(50, 6), Sample(150, 6), Sample(150, 24), Sample(1000, 54))


@dataclass(frozen=True)
class Months:
    """Matched months in which nothing changed but the mix of calls."""

    pair_count: int
    calls_a_month: int
    strata: int


MONTHS = (Months(12, 10, 6), Months(12, 100, 24), Months(36, 10, 6), Months(36, 100, 24), Months(36, 400, 54))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--exports", type=Path, help="a CSV of times")
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=2022)
    arguments = parser.parse_args()
    population = Population(recorded_times(arguments.exports) if arguments.exports else None)
    chance = np.random.default_rng(arguments.seed)
    source = "resampled from the file" if arguments.exports else "lognormal, median 540 s"
    print(f"Times: {source}; {arguments.draws} draws a row, seed {arguments.seed}.\n")
    _print_mix_coverage(population, chance, arguments.draws)
    _print_mix_verdicts(population, chance, arguments.draws)


def _print_mix_coverage(population: Population, chance: np.random.Generator, draws: int) -> None:
    print("Corrected difference, independent calls, another mix of priorities after.\n")
    print("| measure | n a side | strata | not given | covered, no change | covered, after 10 % shorter |")
    print("|---|---|---|---|---|---|")
    truths = quantiles_of_pooled_mix(population)
    for sample in SAMPLES:
        trials = pd.concat([mix_trial(population, chance, sample, truths) for _ in range(draws)])
        for measure, rows in trials.groupby("measure", sort=False):
            print(
                f"| {measure} | {sample.calls} | {sample.strata} | {rows['same'].isna().mean():.1%} "
                f"| {percent(rows['same'])} | {percent(rows['shorter'])} |",
                flush=True,
            )
    print()


def percent(covers: pd.Series) -> str:
    """Return the part of the known that is covered; "–" where nothing is asked: a share is drawn unchanged only."""
    return "–" if covers.isna().all() else f"{covers.mean():.1%}"


def quantiles_of_pooled_mix(population: Population) -> dict[str, float]:
    """Return the true quantiles at the mix that both sides are brought to."""
    chance = np.random.default_rng(7)
    scales = chance.choice(PRIORITY_SCALE, 400_000, p=(MIX_BEFORE + MIX_AFTER) / 2)
    times = population.draw(chance, len(scales)) * scales
    return {measure: quantile(times, probability) for measure, probability in QUANTILES.items()}


def mix_trial(
    population: Population, chance: np.random.Generator, sample: Sample, truths: dict[str, float]
) -> pd.DataFrame:
    """Return one row per measure: whether the truth is covered without a change, and after 10 % shorter."""
    # One month a side: no design effect is estimated, so what is tested is the interval itself.
    calls = pd.concat(
        [
            _calls_of_a_side(population, chance, phase, np.array([sample.calls]), sample.strata, np.ones(1))
            for phase in ("before", "after")
        ]
    )
    shorter = calls.assign(
        value=calls["value"].where(calls["phase"] == "before", calls["value"] * AFTER_SCALE)
    )
    rows = []
    for measure, probability in QUANTILES.items():
        truth = (AFTER_SCALE - 1) * truths[measure]
        found = [standardised_difference(table, STRATA, probability) for table in (calls, shorter)]
        rows.append((measure, _covers(found[0], 0.0), _covers(found[1], truth)))
    share = standardised_share_difference(_counted_within(calls, 780.0), STRATA)
    rows.append(("share within the norm", _covers(share, 0.0), None))
    return pd.DataFrame(rows, columns=["measure", "same", "shorter"]).astype(
        {"same": float, "shorter": float}
    )


def _calls_of_a_side(
    population: Population,
    chance: np.random.Generator,
    phase: str,
    sizes: npt.NDArray[np.int64],
    strata: int,
    levels: Numbers,
) -> pd.DataFrame:
    """Return one row per call of as many months as there are `sizes`; `levels` scale the times of each month."""
    count = int(sizes.sum())
    priorities = chance.choice(3, count, p=MIX_BEFORE if phase == "before" else MIX_AFTER)
    start = pd.Timestamp(2019 if phase == "before" else 2022, 1, 1)
    months = pd.date_range(start, periods=len(sizes), freq="MS").to_numpy()
    times = population.draw(chance, count) * PRIORITY_SCALE[priorities] * np.repeat(levels, sizes)
    return pd.DataFrame(
        {
            "month": np.repeat(months, sizes),
            "phase": pd.Categorical([phase] * count, ["before", "after"]),
            "priority": priorities,
            "band": chance.integers(0, strata // 3, count),
            "value": times,
            "count": 1,
        }
    )


def _counted_within(calls: pd.DataFrame, norm: float) -> pd.DataFrame:
    return calls.assign(hits=calls["value"] <= norm, total=1)


def _covers(found: StandardisedDifference, truth: float) -> float | None:
    """Return whether the interval covers, None where the correction is not given; an absent bound covers all."""
    if found.reason is not None:
        return None
    low, high = found.difference.low, found.difference.high
    return float((low is None or low - 1e-9 <= truth) and (high is None or truth <= high + 1e-9))


def _print_mix_verdicts(population: Population, chance: np.random.Generator, draws: int) -> None:
    print(
        f"No true change but in the mix; every month times its own shock of {MONTH_SHOCK:.0%} and a season.\n"
    )
    headings = (
        "measure",
        "month pairs",
        "calls a month",
        "strata",
        "not given",
        "excludes 0",
        "false verdict",
    )
    print("| " + " | ".join((*headings, "median design effect")) + " |")
    print("|---" * (len(headings) + 1) + "|")
    for months in MONTHS:
        trials = pd.concat([months_trial(population, chance, months) for _ in range(draws)])
        for measure, rows in trials.groupby("measure", sort=False):
            given = rows[rows["design_effect"].notna()]
            print(
                f"| {measure} | {months.pair_count} | {months.calls_a_month} | {months.strata} "
                f"| {1 - len(given) / len(rows):.1%} | {given['excludes_zero'].mean():.1%} "
                f"| {given['false_verdict'].mean():.1%} | {given['design_effect'].median():.2f} |",
                flush=True,
            )
    print()


def months_trial(population: Population, chance: np.random.Generator, months: Months) -> pd.DataFrame:
    """Return one row per measure: whether a difference is found where only the mix changed, and its design effect."""
    season = 1 + SEASON * np.sin(2 * np.pi * np.arange(months.pair_count) / 12)
    sides = []
    for phase in ("before", "after"):
        levels = np.maximum(0.3, chance.normal(1, MONTH_SHOCK, months.pair_count)) * season
        sizes = chance.poisson(months.calls_a_month, months.pair_count)
        sides.append(_calls_of_a_side(population, chance, phase, sizes, months.strata, levels))
    calls = pd.concat(sides)
    counts = calls["phase"].value_counts()
    found = {
        measure: standardised_difference(calls, STRATA, probability)
        for measure, probability in QUANTILES.items()
    }
    found["share within the norm"] = standardised_share_difference(_counted_within(calls, 780.0), STRATA)
    rows = []
    for measure, result in found.items():
        is_share = measure not in QUANTILES
        relevant = RELEVANT_SHARE if is_share else RELEVANT_SECONDS
        code = verdict(
            result.difference,
            counts["before"],
            counts["after"],
            MINIMUM_COUNTS[measure],
            relevant,
            AMOUNT_TO_RAISE,
        ).code
        rows.append(
            (measure, excludes_zero(result.difference), code in ("lower", "higher"), result.design_effect)
        )
    return pd.DataFrame(rows, columns=["measure", "excludes_zero", "false_verdict", "design_effect"]).astype(
        {"design_effect": float}
    )


if __name__ == "__main__":
    main()
