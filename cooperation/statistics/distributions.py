"""The four distributions that intervals and tests are read from.

From scipy's special functions: `scipy.stats` gives the same numbers out of them, and takes as long to load as a board's
whole session takes to make.
"""

from bisect import bisect_left
from typing import Any

from scipy import special


def normal_reach(error: float) -> float:
    """Return how many standard errors a normal variable exceeds with a chance of `error`."""
    return -float(special.ndtri(error))


def student_reach(error: float, freedom: Any) -> Any:
    """Return how many standard errors Student's t exceeds with a chance of `error`; of each freedom of an array."""
    return -special.stdtrit(freedom, error)


def student_tail(reach: Any, freedom: Any) -> Any:
    """Return the chance that Student's t exceeds `reach`; an array for arrays."""
    return special.stdtr(freedom, -reach)


def chi_square_tail(value: float, freedom: int) -> float:
    """Return the chance that chi-square exceeds `value`."""
    return float(special.chdtrc(freedom, value))


def binomial_rank(chance: float, count: int, share: float) -> int:
    """Return the lowest number of hits out of `count` that is reached or undercut with at least this chance."""
    return bisect_left(range(count + 1), chance, key=lambda hits: special.bdtr(hits, count, share))
