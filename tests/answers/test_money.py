"""Parts that add up to their total: to the cent, to the euro, whatever the weights."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cooperation.answers.money import CENT, EURO, divide, nearest, rounded_parts

AMOUNTS = st.decimals(-(10**12), 10**12, places=2)
WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=6).filter(any)
STEPS = st.sampled_from([CENT, EURO])


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        # 10 cents over three: the first of equal losses takes the cent that is left.
        ("0.10", [1, 1, 1], ["0.04", "0.03", "0.03"]),
        # 100 x 2/3 = 66.666...: it lost more than 33.333... did.
        ("100.00", [1, 2], ["33.33", "66.67"]),
        # A zone without weight pays nothing, however many cents are left.
        ("0.05", [0, 1, 1], ["0.00", "0.03", "0.02"]),
        # A credit note is divided as well.
        ("-0.05", [1, 1], ["-0.02", "-0.03"]),
        ("0.00", [1, 1], ["0.00", "0.00"]),
    ],
)
def test_a_total_is_divided_by_largest_remainder(total: str, weights: list[int], parts: list[str]) -> None:
    assert divide(Decimal(total), weights) == [Decimal(part) for part in parts]


@given(AMOUNTS, WEIGHTS)
def test_parts_add_up_and_none_is_a_whole_cent_off(total: Decimal, weights: list[int]) -> None:
    parts = divide(total, weights)
    assert sum(parts, Decimal(0)) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(Fraction(part) - Fraction(total) * weight / sum(weights)) < Fraction(CENT)


@given(st.lists(AMOUNTS, min_size=1, max_size=8), STEPS)
def test_rounded_parts_add_up_to_the_rounded_total(parts: list[Decimal], step: Decimal) -> None:
    rounded = rounded_parts(parts, step)
    assert sum(rounded, Decimal(0)) == nearest(sum(map(Fraction, parts), Fraction(0)), step)
    assert all(abs(new - old) < step for new, old in zip(rounded, parts, strict=True))
    assert all(new % step == 0 for new in rounded)


@given(st.lists(AMOUNTS, min_size=1, max_size=8))
def test_what_is_whole_already_stays_as_it_is(parts: list[Decimal]) -> None:
    assert rounded_parts(parts) == parts


@pytest.mark.parametrize(
    ("amount", "step", "expected"),
    [("0.005", CENT, "0.01"), ("-0.005", CENT, "-0.01"), ("2.5", EURO, "3"), ("-2.4999", EURO, "-2")],
)
def test_halves_go_away_from_zero(amount: str, step: Decimal, expected: str) -> None:
    assert nearest(Decimal(amount), step) == Decimal(expected)


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_a_total_without_weights_is_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        divide(Decimal("1.00"), weights)
