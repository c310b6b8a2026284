"""The difference at one mix of calls: by hand, against plain twins, and what must not matter."""

import math
from collections import defaultdict
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from cooperation.statistics import (
    Estimate,
    LeftOutStratum,
    StandardisedDifference,
    quantile_design_effect,
    quantile_difference,
    quantile_interval,
    share_design_effect,
    share_difference,
    share_interval,
    standardised_difference,
    standardised_share_difference,
)

SOME = settings(derandomize=True, max_examples=60, deadline=None)
# Phase, stratum, value.
Call = tuple[str, int, int]


def table(calls: list[Call], month_count: int = 1) -> pd.DataFrame:
    """Return one row per call, spread over the first months of 2019 and 2022."""
    frame = pd.DataFrame(calls, columns=["phase", "stratum", "value"])
    starts = pd.to_datetime(frame["phase"].map({"before": "2019-01-01", "after": "2022-01-01"}))
    place = frame.groupby("phase").cumcount() % month_count
    frame["month"] = [
        start + pd.DateOffset(months=int(months)) for start, months in zip(starts, place, strict=True)
    ]
    return frame.assign(count=1, value=frame["value"].astype(float))


@st.composite
def two_sides(draw: st.DrawFn) -> list[Call]:
    """Return calls of which each stratum has some on both sides."""
    strata = draw(st.integers(1, 4))
    values = st.lists(st.integers(0, 900), min_size=1, max_size=15)
    return [
        (phase, stratum, value)
        for phase in ("before", "after")
        for stratum in range(strata)
        for value in draw(values)
    ]


def pooled_mix(calls: list[Call]) -> dict[int, Fraction]:
    counts: dict[int, int] = defaultdict(int)
    for _, stratum, _ in calls:
        counts[stratum] += 1
    return {stratum: Fraction(count, len(calls)) for stratum, count in counts.items()}


def twin_side(calls: list[Call], phase: str, mix: dict[int, Fraction]) -> list[tuple[int, Fraction]]:
    """Return value and weight of each call of one side, values ascending, weights adding up to 1."""
    of_side = [(stratum, value) for side, stratum, value in calls if side == phase]
    weighted = []
    for stratum, value in of_side:
        in_stratum = sum(other == stratum for other, _ in of_side)
        weighted.append((value, mix[stratum] / in_stratum))
    return sorted(weighted)


def twin_quantile(side: list[tuple[int, Fraction]], probability: Fraction) -> Fraction:
    """The mean of the distribution's steps over a window as wide as one of Kish's calls."""
    count = 1 / sum(weight**2 for _, weight in side)
    start, end = (count - 1) * probability / count, ((count - 1) * probability + 1) / count
    reached, total = Fraction(0), Fraction(0)
    for value, weight in side:
        overlap = max(Fraction(0), min(reached + weight, end) - max(reached, start))
        total += value * overlap * count
        reached += weight
    return total


def twin_interval(calls: list[Call], phase: str, mix: dict[int, Fraction], probability: Fraction) -> Estimate:
    side = twin_side(calls, phase, mix)
    estimate = twin_quantile(side, probability)
    kish = 1 / sum(weight**2 for _, weight in side)
    values: dict[int, list[int]] = defaultdict(list)
    for of_phase, stratum, value in calls:
        if of_phase == phase:
            values[stratum].append(value)
    hits = {stratum: sum(value <= estimate for value in found) for stratum, found in values.items()}
    share = sum(mix[stratum] * Fraction(hits[stratum], len(found)) for stratum, found in values.items())
    variance = Fraction(0)
    for stratum, found in values.items():
        own = (hits[stratum] + share) / (len(found) + 1)
        variance += mix[stratum] ** 2 * own * (1 - own) / len(found)
    count = math.floor(kish if variance == 0 else min(kish, share * (1 - share) / variance))
    low = int(binom.ppf(0.025, count, float(probability)))
    high = count + 1 - int(binom.ppf(0.025, count, float(1 - probability)))
    bounds: list[float | None] = [None, None]
    reached = Fraction(0)
    for value, weight in side:
        reached += weight
        if low >= 1 and bounds[0] is None and reached > Fraction(low - 1, count):
            bounds[0] = min(float(estimate), value)
        if high <= count and bounds[1] is None and reached >= Fraction(high, count):
            bounds[1] = max(float(estimate), value)
    return Estimate(float(estimate), *bounds)


def close(found: Estimate, expected: Estimate) -> bool:
    pairs = zip(
        (found.estimate, found.low, found.high), (expected.estimate, expected.low, expected.high), strict=True
    )
    return all(
        a is b if a is None or b is None else a == pytest.approx(b, rel=1e-7, abs=1e-7) for a, b in pairs
    )


def test_a_changed_mix_worked_by_hand() -> None:
    # Urgent calls take 300 and others 600, before and after; only their numbers moved: 1 in 4, then 3 in 4.
    calls: list[Call] = [("before", 0, 300)] * 10 + [("before", 1, 600)] * 30
    calls += [("after", 0, 300)] * 30 + [("after", 1, 600)] * 10
    raw = quantile_difference([300.0] * 10 + [600.0] * 30, [300.0] * 30 + [600.0] * 10, 0.5)
    assert raw.estimate == -300
    found = standardised_difference(table(calls), ["stratum"], 0.5)
    # At half and half the median lies between the two on both sides.
    assert found.before.estimate == found.after.estimate == pytest.approx(450)
    assert found.difference.estimate == pytest.approx(0)
    within = table(calls).assign(hits=lambda frame: frame["value"] <= 450, total=1)
    share = standardised_share_difference(within, ["stratum"])
    assert (share.before.estimate, share.after.estimate) == pytest.approx((0.5, 0.5))
    # Kish: 1 / (0.25 / 10 + 0.25 / 30) = 30 calls; all hits in a stratum or none, so strata say no less.
    assert close(share.before, share_interval(15, 30))


@SOME
@given(two_sides(), st.sampled_from(["0.1", "0.5", "0.9"]))
def test_quantile_and_interval_agree_with_their_plain_twin(calls: list[Call], probability: str) -> None:
    found = standardised_difference(table(calls), ["stratum"], float(probability))
    mix = pooled_mix(calls)
    for side, phase in ((found.before, "before"), (found.after, "after")):
        assert close(side, twin_interval(calls, phase, mix, Fraction(probability)))
    assert found.design_effect == 1 and found.left_out == () and found.reason is None


@SOME
@given(two_sides(), st.integers(0, 900))
def test_share_agrees_with_its_plain_twin(calls: list[Call], norm: int) -> None:
    within = table(calls).assign(hits=lambda frame: frame["value"] <= norm, total=1)
    found = standardised_share_difference(within, ["stratum"])
    mix = pooled_mix(calls)
    shares = [
        sum(weight for value, weight in twin_side(calls, phase, mix) if value <= norm)
        for phase in ("before", "after")
    ]
    assert (found.before.estimate, found.after.estimate) == pytest.approx([float(share) for share in shares])
    assert found.difference.estimate == pytest.approx(float(shares[1] - shares[0]))


# The 90th percentile of 21 calls is a call's own value, and added up from weights a rounding below it.
ON_A_VALUE = [
    *[("before", month, 0) for month in (0, 1, *[2] * 4, *[3] * 11)],
    *[("before", 3, value) for value in (1, 0, 1, 1)],
    *[("after", month, 0) for month in (0, 1, 2, 3, 3, 3)],
]


@SOME
@given(two_sides(), st.sampled_from([0.5, 0.9]), st.integers(1, 8))
@example(calls=ON_A_VALUE, probability=0.9, month_count=6)
def test_one_stratum_gives_the_figures_as_measured(
    calls: list[Call], probability: float, month_count: int
) -> None:
    frame = table([(phase, 0, value) for phase, _, value in calls], month_count)
    before, after = (frame.loc[frame["phase"] == phase, "value"] for phase in ("before", "after"))
    found = standardised_difference(frame, ["stratum"], probability)
    effect = quantile_design_effect(frame, probability)
    assert found.design_effect == pytest.approx(effect)
    assert close(found.before, quantile_interval(before, probability))
    assert close(found.after, quantile_interval(after, probability))
    assert close(found.difference, quantile_difference(before, after, probability, design_effect=effect))
    within = frame.assign(hits=frame["value"] <= 450, total=1)
    sums = within.groupby("phase")[["hits", "total"]].sum()
    share_effect = share_design_effect(within)
    expected = share_difference(*sums.loc["before"], *sums.loc["after"], design_effect=share_effect)
    assert close(standardised_share_difference(within, ["stratum"]).difference, expected)


@SOME
@given(two_sides(), st.sampled_from([0.5, 0.9]))
def test_one_mix_on_both_sides_leaves_the_quantiles_as_measured(
    calls: list[Call], probability: float
) -> None:
    """A side whose mix is the pooled one has equal weights, so it is its own correction."""
    before = [(phase, stratum, value) for phase, stratum, value in calls if phase == "before"]
    after = [("after", stratum, 900 - value) for _, stratum, value in before]
    found = standardised_difference(table([*before, *after]), ["stratum"], probability)
    assert found.before.estimate == pytest.approx(
        quantile_interval([float(value) for _, _, value in before], probability).estimate
    )
    assert found.after.estimate == pytest.approx(
        quantile_interval([float(value) for _, _, value in after], probability).estimate
    )


def same(one: StandardisedDifference, other: StandardisedDifference) -> bool:
    assert one.design_effect == pytest.approx(other.design_effect)
    return all(close(getattr(one, side), getattr(other, side)) for side in ("before", "after", "difference"))


@SOME
@given(two_sides(), st.integers(1, 8), st.integers(1, 50), st.integers(0, 300))
def test_neither_order_nor_split_nor_names_nor_units_matter(
    calls: list[Call], month_count: int, scale: int, shift: int
) -> None:
    frame = table(calls, month_count)
    first = standardised_difference(frame, ["stratum"], 0.5)
    shuffled = frame.sample(frac=1, random_state=5)
    assert same(standardised_difference(shuffled, ["stratum"], 0.5), first)
    histogram = frame.groupby(["month", "phase", "stratum", "value"], as_index=False)["count"].sum()
    assert same(standardised_difference(histogram, ["stratum"], 0.5), first)
    renamed = frame.assign(
        priority=frame["stratum"] // 2, place=(frame["stratum"] % 2).map({0: "Riemst", 1: "Voeren"})
    )
    assert same(standardised_difference(renamed, ["place", "priority"], 0.5), first)
    moved = standardised_difference(frame.assign(value=frame["value"] * scale + shift), ["stratum"], 0.5)
    assert moved.difference.estimate == pytest.approx(scale * (first.difference.estimate or 0.0), abs=1e-6)
    assert moved.before.estimate == pytest.approx(scale * (first.before.estimate or 0.0) + shift, abs=1e-6)
    assert moved.design_effect == pytest.approx(first.design_effect)
    swapped = frame.assign(phase=frame["phase"].map({"before": "after", "after": "before"}))
    back = standardised_difference(swapped, ["stratum"], 0.5)
    assert close(back.before, first.after) and close(back.after, first.before)


@SOME
@given(two_sides(), st.integers(2, 4))
def test_counts_say_the_same_as_repeated_calls(calls: list[Call], times: int) -> None:
    counted = table(calls).assign(count=times)
    repeated = pd.concat([table(calls)] * times)
    assert same(
        standardised_difference(counted, ["stratum"], 0.9),
        standardised_difference(repeated, ["stratum"], 0.9),
    )


def test_strata_on_one_side_only_are_left_out_and_named() -> None:
    calls: list[Call] = [("before", 0, value) for value in range(90)] + [("before", 1, 900)] * 10
    calls += [("after", 0, value + 5) for value in range(200)]
    frame = table(calls)
    found = standardised_difference(frame, ["stratum"], 0.5)
    assert found.left_out == (LeftOutStratum((1,), "before", 0.1),)
    assert found.left_out_share == pytest.approx(0.1)
    assert found.reason is None
    # Without them: the medians of the strata that both sides have.
    assert close(found.before, quantile_interval([float(value) for value in range(90)], 0.5))
    # A tenth may be left out, and not a hair more; what counts is the side that loses most.
    refused = standardised_difference(frame, ["stratum"], 0.5, largest_left_out=0.099)
    assert refused == StandardisedDifference(
        left_out=found.left_out, left_out_share=0.1, reason="strata_left_out"
    )
    within = frame.assign(hits=0, total=1)
    assert standardised_share_difference(within, ["stratum"], largest_left_out=0.099) == refused


def test_a_code_that_is_new_after_is_no_correction() -> None:
    calls: list[Call] = [("before", 0, 300)] * 1000 + [("after", 0, 300)] * 30 + [("after", 1, 600)] * 20
    found = standardised_difference(table(calls), ["stratum"], 0.5)
    # 20 of all 1,050 calls are few, but 40 % of those after.
    assert found.left_out_share == pytest.approx(0.4)
    assert found.reason == "strata_left_out"


def test_unknown_is_a_stratum_of_its_own() -> None:
    calls: list[Call] = [("before", 0, 300), ("before", 1, 500), ("after", 0, 300)] * 8
    frame = table(calls)
    frame["place"] = frame["stratum"].map({0: "Riemst", 1: None})
    found = standardised_difference(frame, ["place"], 0.5, largest_left_out=0.5)
    assert found.left_out == (LeftOutStratum((None,), "before", 0.5),)
