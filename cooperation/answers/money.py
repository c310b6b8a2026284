"""Exact amounts: parts that add up to their total, whatever they are rounded to."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

CENT = Decimal("0.01")
EURO = Decimal(1)

Exact = Decimal | Fraction | int


def nearest(amount: Exact, step: Decimal = CENT) -> Decimal:
    """Return the multiple of `step` nearest to an exact amount, halves away from zero."""
    steps = Fraction(amount) / Fraction(step)
    whole = (2 * abs(steps) + 1) // 2
    return step * int(whole if steps >= 0 else -whole)


def divide(total: Decimal, weights: Sequence[Exact], step: Decimal = CENT) -> list[Decimal]:
    """Divide a total by weights into multiples of `step` that add up to it, by largest remainder.

    Each part is cut down to a multiple of `step`; the steps that are left go to the parts that lost most, of equal
    losses to the first. The total is a multiple of `step`. ValueError where the weights are negative or all zero.
    """
    exact = [Fraction(weight) for weight in weights]
    if not exact or min(exact) < 0 or sum(exact) == 0:
        raise ValueError(
            f"a total is divided by weights of which none is negative and one is not zero: {weights}"
        )
    return _round_down_and_hand_out(total, [Fraction(total) * weight / sum(exact) for weight in exact], step)


def rounded_parts(parts: Sequence[Exact], step: Decimal = CENT) -> list[Decimal]:
    """Round parts to multiples of `step` that add up to their rounded total, by largest remainder."""
    exact = [Fraction(part) for part in parts]
    return _round_down_and_hand_out(nearest(sum(exact, Fraction(0)), step), exact, step)


def _round_down_and_hand_out(total: Decimal, exact: Sequence[Fraction], step: Decimal) -> list[Decimal]:
    unit = Fraction(step)
    whole = [part // unit for part in exact]
    left = int(Fraction(total) / unit - sum(whole))
    lost = sorted(range(len(exact)), key=lambda place: (whole[place] * unit - exact[place], place))
    for place in lost[:left]:
        whole[place] += 1
    return [step * int(count) for count in whole]
