"""The distributions, against scipy's own."""

import subprocess
import sys

import numpy as np
import pytest
from scipy.stats import binom, chi2, norm, t

from cooperation.statistics.distributions import (
    binomial_rank,
    chi_square_tail,
    normal_reach,
    student_reach,
    student_tail,
)
from tests.browser import PROJECT

ERRORS = (0.005, 0.025, 0.05, 0.2)
FREEDOMS = np.array([1, 1.7, 2, 5, 11, 34.2, 400])


@pytest.mark.parametrize("error", ERRORS)
def test_reaches_are_those_of_scipy(error: float) -> None:
    assert normal_reach(error) == pytest.approx(norm.isf(error), rel=1e-12)
    assert student_reach(error, FREEDOMS) == pytest.approx(t.isf(error, FREEDOMS), rel=1e-12)


@pytest.mark.parametrize("reach", [0.0, 0.3, 1.96, 7.0, np.inf])
def test_tails_are_those_of_scipy(reach: float) -> None:
    assert student_tail(reach, FREEDOMS) == pytest.approx(t.sf(reach, FREEDOMS), rel=1e-12)
    assert chi_square_tail(reach, 12) == pytest.approx(chi2.sf(reach, 12), rel=1e-12)


@pytest.mark.parametrize("count", [0, 1, 2, 5, 29, 30, 365, 20_000])
def test_ranks_are_those_of_scipy(count: int) -> None:
    for error in ERRORS:
        for share in (0.1, 0.5, 0.9):
            assert binomial_rank(error, count, share) == binom.ppf(error, count, share)


def test_nothing_loads_the_whole_of_scipy_s_statistics() -> None:
    said = "import sys, cooperation.__main__; print('scipy.stats' in sys.modules)"
    made = subprocess.run(
        [sys.executable, "-c", said], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert made.stdout.strip() == "False"
