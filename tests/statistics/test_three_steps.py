"""Series of calls of which the truth is known: what each of the three steps says of them."""

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from cooperation.statistics import (
    DURATION,
    Confirmation,
    Estimate,
    confirmation,
    interrupted_series,
    matched_month_count,
    placebo_steps,
    quantile,
    quantile_design_effect,
    quantile_difference,
    smallest_detectable_difference,
    standardised_difference,
    verdict,
)

MONTHS = pd.date_range("2018-01-01", "2024-12-01", freq="MS")
CUT = 48
IS_AFTER = np.arange(len(MONTHS)) >= CUT


def calls(
    levels: npt.NDArray[np.float64],
    urgent_share: npt.NDArray[np.float64],
    calls_a_month: int = 120,
    seed: int = 42,
) -> pd.DataFrame:
    """Return one row per call of seven years: urgent calls take half the level of others, with a season."""
    chance = np.random.default_rng(seed)
    sizes = chance.poisson(calls_a_month, len(MONTHS))
    is_urgent = chance.random(sizes.sum()) < np.repeat(urgent_share, sizes)
    season = 1 + 0.05 * np.cos(2 * np.pi * np.arange(len(MONTHS)) / 12)
    level = np.repeat(levels * season, sizes) * np.where(is_urgent, 0.5, 1.0)
    return pd.DataFrame(
        {
            "month": np.repeat(MONTHS.to_numpy(), sizes),
            "place": np.repeat(np.arange(len(MONTHS)), sizes),
            "phase": np.where(np.repeat(IS_AFTER, sizes), "after", "before"),
            "priority": np.where(is_urgent, "1", "2"),
            "value": np.round(level * chance.lognormal(0, 0.35, len(is_urgent))),
            "count": 1,
        }
    )


def three_steps(all_calls: pd.DataFrame) -> tuple[Estimate, Estimate, Estimate]:
    """Return the difference of medians of 2019-2021 and 2022-2024 as measured and corrected, and the step."""
    compared = all_calls[all_calls["month"] >= "2019-01-01"]
    before, after = (compared.loc[compared["phase"] == phase, "value"] for phase in ("before", "after"))
    measured = quantile_difference(before, after, 0.5, design_effect=quantile_design_effect(compared, 0.5))
    corrected = standardised_difference(compared, ["priority"], 0.5).difference
    months = all_calls.groupby("place")["value"]
    medians = [quantile(month, 0.5) for _, month in months]
    step = interrupted_series(medians, cut=CUT, harmonics=2, weights=months.size()).step
    return measured, corrected, step


LEVEL = np.full(len(MONTHS), 600.0)
HALF_URGENT = np.full(len(MONTHS), 0.5)


def code(difference: Estimate) -> str:
    return verdict(difference, 3000, 3000, 30, 15.0, DURATION, (), 36).code


def test_an_early_trend_without_a_step_is_not_confirmed() -> None:
    measured, corrected, step = three_steps(calls(LEVEL - 2.0 * np.arange(len(MONTHS)), HALF_URGENT))
    assert code(measured) == "faster"
    found = confirmation(measured, corrected, step)
    assert found.against_trend is False
    assert found == Confirmation("partly", True, False)


def test_a_changed_mix_without_a_real_change_loses_its_difference() -> None:
    measured, corrected, step = three_steps(calls(LEVEL, np.where(IS_AFTER, 0.75, 0.35)))
    assert code(measured) == "faster"
    assert measured.estimate is not None and measured.estimate < -60
    assert code(corrected) == "no_demonstrable_difference"
    assert corrected.low is not None and corrected.high is not None
    assert corrected.low <= 0 <= corrected.high
    assert confirmation(measured, corrected, step).corrected is False
    assert confirmation(measured, corrected, step).code != "confirmed"


def test_a_true_step_of_60_seconds_is_found_confirmed_and_covered() -> None:
    # One series is one draw, and one interval in twenty misses: eight series, of which one may.
    covered = np.zeros(3)
    for seed in range(8):
        steps = three_steps(calls(LEVEL - 60.0 * IS_AFTER, np.zeros(len(MONTHS)), seed=seed))
        assert [code(difference) for difference in steps] == ["faster"] * 3
        assert confirmation(*steps) == Confirmation("confirmed", True, True)
        for place, difference in enumerate(steps):
            assert difference.low is not None and difference.high is not None
            covered[place] += difference.low <= -60 <= difference.high
    assert (covered >= 7).all(), covered


def test_a_true_step_stands_out_among_the_placebo_steps() -> None:
    all_calls = calls(LEVEL - 60.0 * IS_AFTER, np.zeros(len(MONTHS)))
    months = all_calls.groupby("place")["value"]
    medians = [quantile(month, 0.5) for _, month in months]
    step = interrupted_series(medians, cut=CUT, harmonics=2, weights=months.size()).step.estimate
    found = placebo_steps(medians, cut=CUT, harmonics=2, weights=months.size(), real_step=step)
    assert len(found.cuts) == 13
    assert found.share_as_large == 0


def test_two_identical_halves_show_nothing_and_say_what_would_have_shown() -> None:
    before = calls(LEVEL, HALF_URGENT)
    before = before[before["phase"] == "before"]
    after = before.assign(phase="after", month=before["month"] + pd.DateOffset(years=4))
    both = pd.concat([before, after])
    measured = quantile_difference(
        before["value"], after["value"], 0.5, design_effect=quantile_design_effect(both, 0.5)
    )
    corrected = standardised_difference(both, ["priority"], 0.5).difference
    assert matched_month_count(both, "count") == CUT
    for difference in (measured, corrected):
        assert difference.estimate == 0
        assert code(difference) == "no_demonstrable_difference"
        smallest = smallest_detectable_difference(difference)
        assert smallest is not None and 0 < smallest < 60
    assert confirmation(measured, corrected, Estimate(-30.0, -50.0, -10.0)) == Confirmation("not_available")


@pytest.mark.parametrize("calls_a_month", [2])
def test_a_tiny_zone_has_too_few_calls(calls_a_month: int) -> None:
    few = calls(LEVEL, HALF_URGENT, calls_a_month)
    few = few[(few["month"] >= "2021-03-01") & (few["month"] < "2022-11-01")]
    before, after = (few.loc[few["phase"] == phase, "value"] for phase in ("before", "after"))
    difference = quantile_difference(before, after, 0.5)
    assert verdict(difference, len(before), len(after), 30, 15.0).code == "too_few_data"
