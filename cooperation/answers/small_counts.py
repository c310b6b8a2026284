"""Small counts are hidden, and so is every figure that would give one away."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

SUM_OF_HIDDEN = "x"


@dataclass(frozen=True)
class Figure:
    """A figure as far as it may be shown: its value, or how it is hidden; an unknown one has neither.

    Hidden is "< 5" for a small count, "x" for a figure that holds one.
    """

    value: float | None
    hidden: str | None = None

    @property
    def is_known(self) -> bool:
        """Tell whether there is a figure, shown or hidden."""
        return self.value is not None or self.hidden is not None


UNKNOWN = Figure(None)


def count_shown(value: float, count: float, minimum: int) -> Figure:
    """Return `value`, hidden where it rests on a `count` above 0 and below `minimum`; 0 is no small count."""
    if 0 < count < minimum:
        return Figure(None, f"< {minimum}")
    return Figure(value)


def made_of(value: float | None, parts: Iterable[Figure]) -> Figure:
    """Return a figure computed from `parts`: hidden where one of them is, unknown where one of them is.

    So whatever is shown is computed from what is shown only, and no hidden count can be computed back from sums,
    means, rates or differences.
    """
    all_parts = list(parts)
    if any(part.hidden for part in all_parts):
        return Figure(None, SUM_OF_HIDDEN)
    if value is None or math.isnan(value) or not all_parts or not all(part.is_known for part in all_parts):
        return UNKNOWN
    return Figure(value)


def as_rate(part: Figure) -> Figure:
    """Return how a rate or a mean is hidden that rests on one hidden count: there "< 5" would be read as the rate."""
    return replace(part, hidden=SUM_OF_HIDDEN) if part.hidden else part
