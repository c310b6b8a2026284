"""Step and slope at a cut: published studies, statsmodels, a plain twin, and what must not matter."""

import math
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.regression.linear_model import WLS
from statsmodels.stats.diagnostic import acorr_ljungbox

from cooperation.statistics import Coefficient, Estimate, InterruptedSeries, interrupted_series, placebo_steps

SOME = settings(derandomize=True, max_examples=40, deadline=None)
Numbers = npt.NDArray[np.float64]
NOT_GIVEN = Coefficient(None, None, None, None, None)
COUNT, CUT = 72, 42
COVID = ((np.arange(COUNT) >= 20) & (np.arange(COUNT) < 30)).astype(float)


def noise(seed: int, count: int = COUNT) -> Numbers:
    return np.random.default_rng(seed).normal(600, 25, count)


def calls(seed: int, count: int = COUNT) -> npt.NDArray[np.int64]:
    return np.random.default_rng(seed + 1).integers(20, 300, count)


def numbers_of(estimate: Estimate) -> tuple[float, float, float]:
    assert estimate.estimate is not None and estimate.low is not None and estimate.high is not None
    return estimate.estimate, estimate.low, estimate.high


def error_of(coefficient: Coefficient) -> tuple[float, float]:
    assert coefficient.estimate is not None and coefficient.standard_error is not None
    return coefficient.estimate, coefficient.standard_error


# --- Published figures, to the digits in print -------------------------------------------------------------------


def test_cigarettes_after_proposition_99_as_linden_published_them(published: Callable[[str], Path]) -> None:
    table = pd.read_csv(published("prop99") / "california_prop99.csv", sep=";")
    california = table[table["State"] == "California"]
    found = interrupted_series(
        california["PacksPerCapita"],
        times=california["Year"],
        cut=1989,
        lags=1,
        errors="newey_west",
        minimum_before=19,
    )
    assert error_of(found.slope_before) == pytest.approx((-1.779474, 0.383419), abs=5e-7)
    assert error_of(found.step) == pytest.approx((-20.05810, 4.724395), abs=5e-6)
    assert error_of(found.slope_change) == pytest.approx((-1.494652, 0.436820), abs=5e-7)
    assert error_of(found.slope_after) == pytest.approx((-3.274126, 0.268804), abs=5e-7)
    assert (found.months_before, found.months_after) == (19, 12)


@pytest.mark.parametrize(
    ("choices", "ratio"),
    [
        ({"family": "poisson", "slope_change": False}, (0.894, 0.865, 0.925)),
        ({"family": "quasipoisson", "slope_change": False}, (0.894, 0.839, 0.953)),
        ({"family": "quasipoisson", "slope_change": False, "harmonics": 2}, (0.885, 0.839, 0.933)),
        # Their slope starts from the last month before, one month before the cut. 0.8765 in print rounds up to 0.877.
        ({"family": "quasipoisson", "harmonics": 2, "slope_from": 36}, (0.8765, 0.827, 0.929)),
    ],
)
def test_heart_attacks_after_the_smoking_ban_as_lopez_bernal_published_them(
    published: Callable[[str], Path], choices: dict[str, object], ratio: tuple[float, ...]
) -> None:
    sicily = pd.read_csv(published("sicily") / "sicily.csv")
    found = interrupted_series(
        sicily["aces"],
        times=sicily["time"],
        cut=37,
        exposure=sicily["stdpop"],
        errors="model",
        t_distribution=False,
        **choices,
    )
    for number, printed in zip(numbers_of(found.step.as_ratio()), ratio, strict=True):
        digits = len(str(printed)) - 2
        assert round(number, digits) == printed


# --- The same as statsmodels -------------------------------------------------------------------------------------


def twin_design(times: Numbers, cut: int, harmonics: int, *steps: Numbers) -> Numbers:
    """Columns in the order: level, slope, step, slope change, season, other steps."""
    after = times >= cut
    season = [
        wave(2 * np.pi * pair * times / 12) for pair in range(1, harmonics + 1) for wave in (np.sin, np.cos)
    ]
    return np.column_stack([np.ones(len(times)), times - cut, after, after * (times - cut), *season, *steps])


@pytest.mark.parametrize(("lags", "harmonics"), [(0, 0), (1, 2), (3, 2), (9, 5)])
def test_plain_newey_west_is_that_of_statsmodels(lags: int, harmonics: int) -> None:
    outcome, weights = noise(1), calls(1)
    model = WLS(outcome, twin_design(np.arange(COUNT), CUT, harmonics, COVID), weights=weights).fit()
    expected = model.get_robustcov_results("HAC", maxlags=lags, use_correction=True, use_t=True)
    found = interrupted_series(
        outcome,
        cut=CUT,
        harmonics=harmonics,
        weights=weights,
        lags=lags,
        errors="newey_west",
        other_steps={"covid": COVID},
    )
    ours = (found.slope_before, found.step, found.slope_change, found.other_steps["covid"])
    for place, coefficient in zip((1, 2, 3, -1), ours, strict=True):
        interval = expected.conf_int()[place]
        assert numbers_of(coefficient) == pytest.approx((expected.params[place], *interval), rel=1e-8)
        assert coefficient.standard_error == pytest.approx(expected.bse[place], rel=1e-8)
        assert coefficient.p_value == pytest.approx(expected.pvalues[place], rel=1e-6)
    both = expected.t_test(np.eye(1, len(expected.params), 1) + np.eye(1, len(expected.params), 3))
    assert error_of(found.slope_after) == pytest.approx((both.effect[0], both.sd.item()), rel=1e-8)
    assert found.fitted == pytest.approx(model.fittedvalues, rel=1e-10)
    assert found.dispersion == pytest.approx(model.scale, rel=1e-10)


def test_the_familys_own_errors_and_residuals_are_those_of_statsmodels() -> None:
    outcome, weights = noise(2), calls(2)
    model = WLS(outcome, twin_design(np.arange(COUNT), CUT, 2), weights=weights).fit()
    found = interrupted_series(outcome, cut=CUT, harmonics=2, weights=weights, errors="model")
    assert numbers_of(found.step) == pytest.approx((model.params[2], *model.conf_int()[2]), rel=1e-9)
    expected = acorr_ljungbox(model.wresid, lags=[10])["lb_pvalue"].item()
    # statsmodels takes the mean off first; weighted residuals need not have mean 0.
    assert found.ljung_box_p_value == pytest.approx(expected, abs=0.02)
    unweighted = WLS(outcome, twin_design(np.arange(COUNT), CUT, 2)).fit()
    plain = interrupted_series(outcome, cut=CUT, harmonics=2)
    assert plain.ljung_box_p_value == pytest.approx(
        acorr_ljungbox(unweighted.resid, lags=[10])["lb_pvalue"].item(), rel=1e-8
    )
    residuals = unweighted.resid
    assert plain.residual_autocorrelation == pytest.approx(
        residuals[1:] @ residuals[:-1] / (residuals @ residuals), rel=1e-9
    )


@pytest.mark.parametrize(("family", "scale"), [("poisson", None), ("quasipoisson", "X2")])
def test_counts_are_fitted_as_statsmodels_fits_them(family: str, scale: str | None) -> None:
    chance = np.random.default_rng(3)
    exposure = chance.integers(9_000, 11_000, COUNT)
    counts = chance.poisson(exposure * 0.01)
    model = GLM(counts, twin_design(np.arange(COUNT), CUT, 2), family=Poisson(), exposure=exposure)
    expected = model.fit(scale=scale, tol=1e-12) if scale else model.fit(tol=1e-12)
    found = interrupted_series(
        counts,
        cut=CUT,
        harmonics=2,
        family=family,
        exposure=exposure,
        errors="model",
        t_distribution=False,
    )
    assert numbers_of(found.step) == pytest.approx((expected.params[2], *expected.conf_int()[2]), rel=1e-7)
    assert found.fitted == pytest.approx(expected.mu, rel=1e-9)
    robust = model.fit(cov_type="HAC", cov_kwds={"maxlags": 2, "use_correction": True}, tol=1e-12)
    plain = interrupted_series(
        counts, cut=CUT, harmonics=2, family=family, exposure=exposure, errors="newey_west", lags=2
    )
    assert plain.step.standard_error == pytest.approx(robust.bse[2], rel=1e-7)


# --- The adjusted errors, by their definition --------------------------------------------------------------------


def twin_adjusted(
    times: Numbers, outcome: Numbers, weights: Numbers, cut: int, lags: int
) -> tuple[float, float]:
    """Standard error and degrees of freedom of the step, with full matrices."""
    root = np.sqrt(weights)
    design = twin_design(times, cut, 2) * root[:, None]
    bread = np.linalg.inv(design.T @ design)
    maker = np.eye(len(times)) - design @ bread @ design.T
    residuals = maker @ (outcome * root)
    apart = np.abs(times[:, None] - times[None, :])
    pull = np.diag((design @ bread)[:, 2])
    form = pull @ np.maximum(0, 1 - apart / (lags + 1)) @ pull
    neighbours = (apart == 1) / 2
    found = residuals @ neighbours @ residuals / (residuals @ residuals)
    candidates = np.linspace(0, 0.95, 39)
    expected = [
        np.trace(maker @ neighbours @ maker @ strength**apart) / np.trace(maker @ strength**apart)
        for strength in candidates
    ]
    correlation = np.interp(found, expected, candidates) ** apart
    product = form @ maker @ correlation @ maker
    bias = np.diag(pull) @ correlation @ np.diag(pull) / np.trace(product)
    freedom = np.trace(product) ** 2 / np.trace(product @ product)
    return math.sqrt(residuals @ form @ residuals * bias), freedom


@SOME
@given(
    st.integers(0, 10_000), st.integers(0, 8), st.sets(st.integers(1, COUNT - 2), max_size=9), st.booleans()
)
def test_adjusted_errors_agree_with_their_definition_with_and_without_gaps(
    seed: int, lags: int, missing: set[int], hangs_together: bool
) -> None:
    outcome, weights = noise(seed), calls(seed).astype(float)
    if hangs_together:
        outcome = np.convolve(outcome, [0.5, 0.3, 0.2], mode="same")
    known = np.array([place not in missing for place in range(COUNT)])
    found = interrupted_series(
        np.where(known, outcome, np.nan), cut=CUT, harmonics=2, weights=weights, lags=lags
    )
    times = np.arange(COUNT)[known]
    error, freedom = twin_adjusted(times, outcome[known], weights[known], CUT, lags)
    assert found.step.standard_error == pytest.approx(error, rel=1e-6)
    estimate, low, high = numbers_of(found.step)
    assert (high - low) / 2 == pytest.approx(t.isf(0.025, freedom) * error, rel=1e-6)
    assert (found.months_before, found.months_after) == (known[:CUT].sum(), known[CUT:].sum())


@SOME
@given(st.integers(0, 10_000))
def test_adjusted_intervals_are_hardly_ever_narrower_than_plain_ones(seed: int) -> None:
    adjusted = interrupted_series(noise(seed), cut=CUT, harmonics=2).step
    plain = interrupted_series(noise(seed), cut=CUT, harmonics=2, errors="newey_west").step
    assert adjusted.estimate == plain.estimate
    assert adjusted.p_value is not None and plain.p_value is not None
    assert adjusted.p_value > plain.p_value


# --- What is true of every series --------------------------------------------------------------------------------


def near(found: Estimate, expected: Estimate, factor: float = 1.0, shift: float = 0.0) -> bool:
    wanted = [factor * number + shift for number in numbers_of(expected)]
    return numbers_of(found) == pytest.approx(wanted, rel=1e-6, abs=1e-6)


@SOME
@given(
    st.integers(0, 10_000),
    st.floats(-500, 500),
    st.floats(-9, 9),
    st.floats(-80, 80),
    st.floats(-50, 50),
    st.floats(0.1, 20),
)
def test_level_trend_season_and_other_steps_do_not_pass_for_a_step(
    seed: int, level: float, slope: float, wave: float, covid: float, scale: float
) -> None:
    months = np.arange(COUNT)
    drawn = noise(seed)
    moved = scale * drawn + level + slope * months + wave * np.sin(2 * np.pi * months / 12) + covid * COVID
    first, second = (
        interrupted_series(outcome, cut=CUT, harmonics=2, weights=calls(seed), other_steps={"covid": COVID})
        for outcome in (drawn, moved)
    )
    assert near(second.step, first.step, scale)
    assert near(second.slope_change, first.slope_change, scale)
    assert near(second.slope_before, first.slope_before, scale, slope)
    assert near(second.slope_after, first.slope_after, scale, slope)
    assert near(second.other_steps["covid"], first.other_steps["covid"], scale, covid)


@SOME
@given(st.integers(0, 10_000), st.integers(-3000, 3000), st.floats(0.01, 100))
def test_neither_the_name_of_a_month_nor_the_unit_of_the_weights_matters(
    seed: int, years: int, unit: float
) -> None:
    first = interrupted_series(noise(seed), cut=CUT, harmonics=2, weights=calls(seed))
    second = interrupted_series(
        noise(seed),
        times=np.arange(COUNT) + 12 * years,
        cut=CUT + 12 * years,
        harmonics=2,
        weights=calls(seed) * unit,
    )
    assert near(second.step, first.step)
    assert second.residual_autocorrelation == pytest.approx(first.residual_autocorrelation, abs=1e-6)
    for one, other in zip(first.continuation, second.continuation, strict=True):
        assert (one is None) == (other is None)
        assert one is None or other is None or near(other, one)


def test_an_unknown_month_is_the_same_as_a_month_that_is_not_listed() -> None:
    outcome = noise(5)
    outcome[[7, 8, 50]] = np.nan
    listed = np.isfinite(outcome)
    with_holes = interrupted_series(outcome, cut=CUT, harmonics=2)
    without = interrupted_series(outcome[listed], times=np.flatnonzero(listed), cut=CUT, harmonics=2)
    assert with_holes.step == without.step
    assert [line for line, known in zip(with_holes.fitted, listed, strict=True) if known] == pytest.approx(
        without.fitted
    )
    # A month without a figure still has a place on the line and on its continuation.
    assert with_holes.fitted[7] is not None and with_holes.continuation[50] is not None
    no_calls = interrupted_series(noise(5), cut=CUT, harmonics=2, weights=listed.astype(float))
    assert near(no_calls.step, with_holes.step)


def test_a_step_and_a_kink_without_noise_are_found_exactly() -> None:
    months = np.arange(COUNT)
    after = months >= CUT
    outcome = 600 - 2 * months - 60 * after + 3 * after * (months - CUT)
    found = interrupted_series(outcome, cut=CUT, harmonics=2)
    assert numbers_of(found.step) == pytest.approx((-60.0, -60.0, -60.0))
    assert found.slope_before.estimate == pytest.approx(-2)
    assert found.slope_change.estimate == pytest.approx(3)
    assert found.slope_after.estimate == pytest.approx(1)
    assert found.fitted == pytest.approx(outcome)
    assert found.continuation[CUT - 1] is None
    for month in range(CUT, COUNT):
        band = found.continuation[month]
        assert band is not None and numbers_of(band) == pytest.approx([600 - 2 * month] * 3)


def test_a_flat_series_has_no_step_and_no_doubt() -> None:
    found = interrupted_series([600.0] * COUNT, cut=CUT)
    assert found.step.estimate == pytest.approx(0, abs=1e-9)
    assert found.reason is None


def test_the_continuation_lies_a_step_away_and_widens_with_time() -> None:
    found = interrupted_series(noise(6), cut=CUT)
    fitted, band = found.fitted[CUT], found.continuation[CUT]
    assert fitted is not None and band is not None
    assert fitted - numbers_of(band)[0] == pytest.approx(numbers_of(found.step)[0])
    widths = [numbers_of(month)[2] - numbers_of(month)[1] for month in found.continuation[CUT:] if month]
    assert len(widths) == COUNT - CUT
    assert all(later > sooner for sooner, later in zip(widths, widths[1:], strict=False))


def test_without_its_continuation_a_series_says_all_else() -> None:
    outcome = np.random.default_rng(5).normal(600, 20, 60)
    whole = interrupted_series(outcome, cut=40, harmonics=1)
    assert len(whole.continuation) == 60
    assert interrupted_series(outcome, cut=40, harmonics=1, is_continued=False) == replace(
        whole, continuation=()
    )


def test_a_continuation_of_counts_is_in_counts() -> None:
    exposure = np.linspace(9_000, 12_000, COUNT)
    counts = np.where(np.arange(COUNT) < CUT, 0.01, 0.02) * exposure
    found = interrupted_series(counts, cut=CUT, family="quasipoisson", exposure=exposure)
    assert numbers_of(found.step.as_ratio())[0] == pytest.approx(2, rel=1e-6)
    last = found.continuation[-1]
    assert last is not None and numbers_of(last)[0] == pytest.approx(120, rel=1e-5)
    assert found.fitted[-1] == pytest.approx(240, rel=1e-5)


def test_without_slope_change_both_slopes_are_one() -> None:
    found = interrupted_series(noise(8), cut=CUT, slope_change=False)
    assert found.slope_change == NOT_GIVEN
    assert found.slope_after == found.slope_before


def test_lags_follow_the_rule_of_newey_and_west() -> None:
    assert interrupted_series(noise(9), cut=CUT).lags == 3
    assert interrupted_series(noise(9, 120), cut=60).lags == 4
    assert interrupted_series(noise(9), cut=CUT, lags=1).lags == 1


# --- What is not given, and why ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "cut", "reason"),
    [
        (36, 23, "too_few_months_before"),
        (35, 24, "too_few_months_after"),
        (36, 24, None),
        (0, 0, "too_few_months_before"),
        (36, 36, "too_few_months_after"),
    ],
)
def test_24_months_before_and_12_after_are_needed(count: int, cut: int, reason: str | None) -> None:
    found = interrupted_series(noise(1, count), cut=cut, harmonics=2)
    assert found.reason == reason
    if reason:
        assert found == InterruptedSeries(months_before=cut, months_after=count - cut, reason=reason)


def test_an_unknown_month_does_not_count() -> None:
    outcome = noise(1, 36)
    outcome[3] = np.nan
    assert interrupted_series(outcome, cut=24).reason == "too_few_months_before"


def test_steps_that_cannot_be_told_apart_are_not_given() -> None:
    same_day = {"new system": (np.arange(COUNT) >= CUT).astype(float)}
    assert interrupted_series(noise(1), cut=CUT, other_steps=same_day).reason == "not_identified"
    # All known months in one season: the harmonics are one constant.
    januaries = np.where(np.arange(COUNT) % 12 == 0, noise(1), np.nan)
    few = interrupted_series(januaries, cut=CUT, harmonics=2, minimum_before=3, minimum_after=2)
    assert few.reason == "not_identified"
    nothing_after = np.where(np.arange(COUNT) < CUT, 40, 0)
    assert interrupted_series(nothing_after, cut=CUT, family="poisson").reason == "not_identified"


def test_a_step_outside_the_known_months_is_left_out() -> None:
    outcome = np.where(COVID == 1, np.nan, noise(4))
    found = interrupted_series(outcome, cut=CUT, other_steps={"covid": COVID})
    assert found.other_steps == {}
    assert found.step == interrupted_series(outcome, cut=CUT).step


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"family": "gamma"}, "no such family"),
        ({"errors": "robust"}, "no such errors"),
        ({"harmonics": 6}, "do not fit"),
        ({"lags": -1}, "0 or more"),
        ({"weights": [1.0, 2.0]}, "one known number for each"),
        ({"weights": [math.nan] * COUNT}, "one known number for each"),
        ({"weights": [-1.0] * COUNT}, "not negative"),
        ({"weights": [1.0] * COUNT, "family": "poisson"}, "its own weight"),
        ({"exposure": [1.0] * COUNT}, "only counts"),
        ({"times": [0.5 * month for month in range(COUNT)]}, "whole numbers"),
        ({"times": [0] * COUNT}, "ascending"),
        ({"confidence": 1.0}, "confidence"),
    ],
)
def test_malformed_questions_are_refused(choices: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        interrupted_series(noise(1), cut=CUT, **choices)
    with pytest.raises(ValueError, match="infinite"):
        interrupted_series([math.inf] * COUNT, cut=CUT)
    with pytest.raises(ValueError, match="counts are not negative"):
        interrupted_series(-noise(1), cut=CUT, family="poisson")


# --- Invented cuts -----------------------------------------------------------------------------------------------


def test_every_placebo_step_is_the_step_at_that_cut_on_the_months_before() -> None:
    outcome, weights = noise(11), calls(11)
    found = placebo_steps(
        outcome, cut=CUT, harmonics=2, weights=weights, other_steps={"covid": COVID}, real_step=20.0
    )
    expected = {
        cut: interrupted_series(
            outcome[:CUT],
            cut=cut,
            harmonics=2,
            weights=weights[:CUT],
            other_steps={"covid": COVID[:CUT]},
        )
        for cut in range(24, CUT - 11)
    }
    # COVID ended in month 30: a cut there is that step by another name only if both its ends were.
    assert found.cuts == tuple(cut for cut, series in expected.items() if series.reason is None)
    steps = [numbers_of(series.step) for series in expected.values() if series.reason is None]
    for one, other in zip(found.steps, steps, strict=True):
        assert numbers_of(one) == pytest.approx(other, rel=1e-9)
    excluding = [numbers_of(step)[1] > 0 or numbers_of(step)[2] < 0 for step in found.steps]
    assert found.share_excluding_zero == sum(excluding) / len(excluding)
    assert found.share_as_large == sum(abs(numbers_of(step)[0]) >= 20 for step in found.steps) / len(
        excluding
    )


def test_nothing_after_the_real_cut_reaches_the_placebo_steps() -> None:
    outcome = noise(12)
    changed = np.where(np.arange(COUNT) < CUT, outcome, 10 * outcome)
    assert placebo_steps(outcome, cut=CUT, harmonics=2) == placebo_steps(changed, cut=CUT, harmonics=2)


def test_a_jump_before_the_cooperation_shows_among_the_placebo_steps() -> None:
    outcome = noise(13, 96) + 100 * (np.arange(96) >= 40)
    found = placebo_steps(outcome, cut=84, harmonics=2, real_step=30.0)
    assert found.share_excluding_zero is not None and found.share_excluding_zero > 0
    largest = max(zip(found.cuts, found.steps, strict=True), key=lambda pair: numbers_of(pair[1])[0])
    assert largest[0] == 40


def test_without_months_enough_there_is_no_placebo() -> None:
    found = placebo_steps(noise(1), cut=35, harmonics=2, real_step=5.0)
    assert (found.cuts, found.steps) == ((), ())
    assert found.share_excluding_zero is None and found.share_as_large is None
    assert placebo_steps(noise(1), cut=36).cuts == (24,)
    assert placebo_steps(noise(1), cut=36).share_as_large is None


@pytest.mark.clocked
def test_sixty_placebo_cuts_take_under_100_milliseconds() -> None:
    outcome, weights = noise(14, 95), calls(14, 95)
    durations = []
    for _ in range(9):
        started = time.process_time()
        found = placebo_steps(outcome, cut=95, harmonics=2, weights=weights)
        durations.append(time.process_time() - started)
    assert len(found.cuts) == 60
    assert min(durations) < 0.1
