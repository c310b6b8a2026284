"""Arrays of random draws, and the types they share."""

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


def draw_category(rng: np.random.Generator, weights: Floats, row: Integers) -> Integers:
    """Draw for each element a column of `weights` with the weights of its row."""
    columns = weights.shape[1]
    cumulative = np.cumsum(weights, axis=1) / weights.sum(axis=1, keepdims=True)
    cumulative += np.arange(len(weights))[:, np.newaxis]
    drawn = np.searchsorted(cumulative.ravel(), row + rng.random(len(row)), side="right") - row * columns
    # A number just under 1 can be rounded up to the next row.
    return np.minimum(drawn, columns - 1)


def moments_after(start: Integers, seconds: Floats) -> Integers:
    """Return the moments `seconds` after `start`, in whole seconds."""
    return start + np.rint(seconds).astype(np.int64)
