"""A series of months with an interruption: how far level and slope moved at the cut, beyond trend and season.

Segmented regression (Wagner et al. 2002, J Clin Pharm Ther 27, 299-309; Lopez Bernal et al. 2017, IJE 46(1), 348-355).
Counts are fitted by statsmodels; ordinary series by least squares here, since placebo cuts ask for dozens of fits.
"""

import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from cooperation.statistics.distributions import chi_square_tail, student_reach, student_tail
from cooperation.statistics.estimate import Estimate, check_confidence

Family = Literal["gaussian", "poisson", "quasipoisson"]
Errors = Literal["adjusted", "newey_west", "model"]
Numbers = npt.NDArray[np.float64]

SERIES_REASONS = ("too_few_months_before", "too_few_months_after", "not_identified")

MINIMUM_MONTHS_BEFORE = 24
MINIMUM_MONTHS_AFTER = 12

# Of the deviance: tight enough that where the fit starts from moves no shown digit.
CONVERGED = 1e-12

# Beyond this the months of a few years cannot tell a wandering level from a trend.
HIGHEST_AUTOCORRELATION = 0.95


@dataclass(frozen=True)
class Coefficient(Estimate):
    """An estimate with its standard error and the p-value of being 0; all None where it is not given."""

    standard_error: float | None
    p_value: float | None

    def as_ratio(self) -> Estimate:
        """Return the rate ratio that a coefficient of a count model stands for."""
        numbers = (self.estimate, self.low, self.high)
        return Estimate(*(None if number is None else math.exp(number) for number in numbers))


NOT_GIVEN = Coefficient(None, None, None, None, None)


@dataclass(frozen=True)
class InterruptedSeries:
    """What a series did at the cut; `reason` (of `SERIES_REASONS`) says why nothing is given, if so.

    `step` is the change of level at the cut, slopes are per unit of time; for counts all are logarithms of
    ratios. `fitted` and `continuation` (the model without step and slope change, None before the cut) have one
    entry per entry of the outcome, in its unit; the interval of the continuation is that of its expected
    value. `months_before` and `months_after` count what was known, `lags` is the lag of the errors.
    """

    step: Coefficient = NOT_GIVEN
    slope_before: Coefficient = NOT_GIVEN
    slope_change: Coefficient = NOT_GIVEN
    slope_after: Coefficient = NOT_GIVEN
    other_steps: Mapping[str, Coefficient] = field(default_factory=dict)
    fitted: tuple[float | None, ...] = ()
    continuation: tuple[Estimate | None, ...] = ()
    residual_autocorrelation: float | None = None
    ljung_box_p_value: float | None = None
    dispersion: float | None = None
    lags: int | None = None
    months_before: int = 0
    months_after: int = 0
    reason: str | None = None


@dataclass(frozen=True)
class PlaceboSteps:
    """Steps at invented cuts, where nothing happened; the shares are None where no cut had enough months."""

    cuts: tuple[int, ...]
    steps: tuple[Coefficient, ...]
    share_excluding_zero: float | None
    share_as_large: float | None


def interrupted_series(
    outcome: npt.ArrayLike,
    *,
    cut: int,
    times: npt.ArrayLike | None = None,
    family: Family = "gaussian",
    exposure: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    harmonics: int = 0,
    period: int = 12,
    slope_change: bool = True,
    slope_from: int | None = None,
    other_steps: Mapping[str, npt.ArrayLike] | None = None,
    lags: int | None = None,
    errors: Errors = "adjusted",
    t_distribution: bool = True,
    confidence: float = 0.95,
    minimum_before: int = MINIMUM_MONTHS_BEFORE,
    minimum_after: int = MINIMUM_MONTHS_AFTER,
    is_continued: bool = True,
) -> InterruptedSeries:
    """Return level and slope change at `cut`, the first time after, with all else that the model says.

    `outcome` has one number per month; NaN or a gap in `times` (whole numbers, ascending; default 0, 1, ...)
    is a month without a known value. `weights` are the number of calls behind each number (gaussian only),
    `exposure` what counts are counted in. `harmonics` pairs of sine and cosine follow a season of `period`
    months. The slope change starts from 0 at `slope_from` (default: `cut`). `other_steps` are columns of 0
    and 1, one number per month, such as the COVID months; one that never changes is left out.

    Errors are Newey-West (1987, Econometrica 55, 703-708) with `lags`, default floor(4 (n / 100) ^ (2 / 9)):
    `newey_west` as in Stata, times n / (n - k), with n - k degrees of freedom; `adjusted` with the bias and
    the degrees of freedom that these errors have for this design when months follow a first-order
    autoregression as strong as the residuals show (Bell & McCaffrey 2002, Survey Methodology 28(2), 169-181;
    Imbens & Kolesar 2016, REStat 98(4), 701-712), since the plain ones find a step in 11 to 31 of 100 series
    of 48 to 84 months without one; `model` as the family has them. `t_distribution=False` takes the normal.
    The continuation, which costs more than all the rest, is left empty where it is not asked (`is_continued`).
    """
    check_confidence(confidence)
    _check_choices(family, errors, harmonics, period, lags)
    series = _series(outcome, times, family, exposure, weights, other_steps)
    model = _Model(
        family, harmonics, period, slope_change, slope_from, lags, errors, t_distribution, confidence
    )
    counts = series.months_around(cut)
    reason = _too_few_months(counts, minimum_before, minimum_after)
    fit = None if reason else _fit(series, model, cut)
    if fit is None:
        return InterruptedSeries(
            months_before=counts[0], months_after=counts[1], reason=reason or "not_identified"
        )
    return _described(fit, series, model, counts, is_continued=is_continued)


def placebo_steps(
    outcome: npt.ArrayLike,
    *,
    cut: int,
    real_step: float | None = None,
    times: npt.ArrayLike | None = None,
    family: Family = "gaussian",
    exposure: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    harmonics: int = 0,
    period: int = 12,
    slope_change: bool = True,
    other_steps: Mapping[str, npt.ArrayLike] | None = None,
    lags: int | None = None,
    errors: Errors = "adjusted",
    confidence: float = 0.95,
    minimum_before: int = MINIMUM_MONTHS_BEFORE,
    minimum_after: int = MINIMUM_MONTHS_AFTER,
) -> PlaceboSteps:
    """Return the steps of `interrupted_series` at every invented cut on the months before the real `cut`.

    An invented cut has `minimum_before` known months before it and `minimum_after` between it and the real one;
    one whose step cannot be told from another step is passed over. `share_excluding_zero` of the intervals
    do so although nothing happened, and `share_as_large` of the steps are at least as far from 0 as
    `real_step`. Neighbouring cuts share most of their months: the shares are a picture, not a test. Placebo
    in time: Abadie, Diamond & Hainmueller (2015), American Journal of Political Science 59(2), 495-510.
    """
    check_confidence(confidence)
    _check_choices(family, errors, harmonics, period, lags)
    series = _series(outcome, times, family, exposure, weights, other_steps)
    before = series.only(series.times < cut)
    model = _Model(family, harmonics, period, slope_change, None, lags, errors, True, confidence)
    cuts: list[int] = []
    found: list[tuple[Numbers, ...]] = []
    for invented in before.times.tolist():
        if _too_few_months(before.months_around(invented), minimum_before, minimum_after):
            continue
        fit = _fit(before, model, invented)
        if fit is not None:
            cuts.append(invented)
            found.append(_estimates(fit, model, fit.contrast("step")))
    # All at once: the t distribution costs as much for one step as for sixty.
    columns = (np.concatenate(column) for column in zip(*found, strict=True))
    steps = _with_intervals(*columns, model=model) if found else []
    excluding = [not _includes_zero(step) for step in steps]
    as_large = [
        step.estimate is not None and real_step is not None and abs(step.estimate) >= abs(real_step)
        for step in steps
    ]
    return PlaceboSteps(
        tuple(cuts),
        tuple(steps),
        sum(excluding) / len(steps) if steps else None,
        sum(as_large) / len(steps) if steps and real_step is not None else None,
    )


@dataclass(frozen=True)
class _Series:
    """The validated columns, one entry per month; a month without outcome, weight or exposure is not known."""

    times: npt.NDArray[np.int64]
    outcome: Numbers
    weights: Numbers
    exposure: Numbers
    other_steps: Mapping[str, Numbers]

    @property
    def is_known(self) -> npt.NDArray[np.bool_]:
        return np.isfinite(self.outcome) & (self.weights > 0) & (self.exposure > 0)

    def only(self, rows: npt.NDArray[np.bool_]) -> "_Series":
        """Return the series of the chosen months."""
        steps = {name: column[rows] for name, column in self.other_steps.items()}
        return _Series(self.times[rows], self.outcome[rows], self.weights[rows], self.exposure[rows], steps)

    def months_around(self, cut: int) -> tuple[int, int]:
        """Return how many known months lie before the cut, and how many from it on."""
        known = self.times[self.is_known]
        return int((known < cut).sum()), int((known >= cut).sum())


@dataclass(frozen=True)
class _Model:
    family: Family
    harmonics: int
    period: int
    slope_change: bool
    slope_from: int | None
    lags: int | None
    errors: Errors
    t_distribution: bool
    confidence: float

    def columns(self, series: _Series, cut: int) -> dict[str, Numbers]:
        """Return the columns of the design for every month, known or not."""
        since_cut = (series.times - cut).astype(np.float64)
        is_after = (series.times >= cut).astype(np.float64)
        columns = {"level": np.ones_like(since_cut), "slope_before": since_cut, "step": is_after}
        if self.slope_change:
            slope_from = cut if self.slope_from is None else self.slope_from
            columns["slope_change"] = is_after * (series.times - slope_from)
        for pair in range(1, self.harmonics + 1):
            angle = 2 * np.pi * pair * series.times / self.period
            columns |= {f"sine {pair}": np.sin(angle), f"cosine {pair}": np.cos(angle)}
        known = series.is_known
        for name, column in series.other_steps.items():
            if len(np.unique(column[known])) > 1:
                columns[f"other {name}"] = column
        return columns


@dataclass(frozen=True)
class _Fit:
    """A fitted model, scaled so that months have equal variance: `design` and `residuals` of the known months."""

    names: tuple[str, ...]
    all_months: Numbers
    coefficients: Numbers
    times: npt.NDArray[np.int64]
    design: Numbers
    residuals: Numbers
    lags: int

    def contrast(self, *names: str) -> Numbers:
        """Return the row that adds up the named coefficients, shape (1, columns)."""
        return np.array([[float(name in names) for name in self.names]])

    @property
    def degrees_of_freedom(self) -> int:
        return self.design.shape[0] - self.design.shape[1]

    @property
    def dispersion(self) -> float:
        return float(self.residuals @ self.residuals / self.degrees_of_freedom)


def _check_choices(family: str, errors: str, harmonics: int, period: int, lags: int | None) -> None:
    if family not in ("gaussian", "poisson", "quasipoisson"):
        raise ValueError(f"no such family: {family}")
    if errors not in ("adjusted", "newey_west", "model"):
        raise ValueError(f"no such errors: {errors}")
    if not 0 <= 2 * harmonics < period:
        raise ValueError(f"{harmonics} pairs of harmonics do not fit in a period of {period}")
    if lags is not None and lags < 0:
        raise ValueError(f"lags are 0 or more, not {lags}")


def _series(
    outcome: npt.ArrayLike,
    times: npt.ArrayLike | None,
    family: Family,
    exposure: npt.ArrayLike | None,
    weights: npt.ArrayLike | None,
    other_steps: Mapping[str, npt.ArrayLike] | None,
) -> _Series:
    numbers = np.asarray(outcome, dtype=np.float64)
    if numbers.ndim != 1 or np.isinf(numbers).any():
        raise ValueError("the outcome is one row of numbers, NaN where a month is unknown, never infinite")
    if family != "gaussian" and weights is not None:
        raise ValueError("a count is its own weight: give weights to a gaussian series only")
    if family == "gaussian" and exposure is not None:
        raise ValueError("only counts have an exposure")
    if family != "gaussian" and (numbers < 0).any():
        raise ValueError("counts are not negative")
    places = np.arange(len(numbers)) if times is None else _column(times, len(numbers), "times")
    if (places != np.floor(places)).any() or (np.diff(places) <= 0).any():
        raise ValueError("times are whole numbers in ascending order")
    ones = np.ones(len(numbers))
    series = _Series(
        places.astype(np.int64),
        numbers,
        ones if weights is None else _column(weights, len(numbers), "weights"),
        ones if exposure is None else _column(exposure, len(numbers), "exposure"),
        {name: _column(step, len(numbers), name) for name, step in (other_steps or {}).items()},
    )
    if (series.weights < 0).any() or (series.exposure < 0).any():
        raise ValueError("weights and exposure are not negative")
    return series


def _column(numbers: npt.ArrayLike, length: int, name: str) -> Numbers:
    column = np.asarray(numbers, dtype=np.float64)
    if column.shape != (length,) or not np.isfinite(column).all():
        raise ValueError(f"{name} must hold one known number for each of the {length} months")
    return column


def _too_few_months(counts: tuple[int, int], minimum_before: int, minimum_after: int) -> str | None:
    if counts[0] < minimum_before:
        return "too_few_months_before"
    return "too_few_months_after" if counts[1] < minimum_after else None


def _fit(series: _Series, model: _Model, cut: int) -> _Fit | None:
    """Return the fitted model, None where the months cannot tell its columns apart."""
    columns = model.columns(series, cut)
    all_months, known = np.column_stack(list(columns.values())), series.is_known
    month_count, column_count = int(known.sum()), len(columns)
    design = all_months[known]
    if month_count <= column_count or np.linalg.matrix_rank(design) < column_count:
        return None
    if model.family == "gaussian":
        root = np.sqrt(series.weights[known])
        scaled, outcome = design * root[:, None], series.outcome[known] * root
        coefficients = np.asarray(np.linalg.lstsq(scaled, outcome)[0], dtype=np.float64)
        residuals = outcome - scaled @ coefficients
    else:
        counts = series.outcome[known]
        found = _count_coefficients(counts, design, series.exposure[known])
        if found is None:
            return None
        coefficients = found
        expected = series.exposure[known] * np.exp(design @ coefficients)
        scaled = design * np.sqrt(expected)[:, None]
        residuals = (counts - expected) / np.sqrt(expected)
    lags = math.floor(4 * (month_count / 100) ** (2 / 9)) if model.lags is None else model.lags
    return _Fit(tuple(columns), all_months, coefficients, series.times[known], scaled, residuals, lags)


def _count_coefficients(counts: Numbers, design: Numbers, exposure: Numbers) -> Numbers | None:
    # Imported where counts are fitted: it takes seconds, and times and shares do without.
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    with warnings.catch_warnings():
        # A side without a single event has no finite logarithm: said by the answer, not by a warning.
        warnings.simplefilter("ignore")
        fitted = GLM(counts, design, family=Poisson(), exposure=exposure).fit(tol=CONVERGED)
    expected = np.asarray(fitted.mu)
    if not fitted.converged or not (np.isfinite(expected) & (expected > 1e-8 * exposure)).all():
        return None
    return np.asarray(fitted.params)


def _described(
    fit: _Fit, series: _Series, model: _Model, counts: tuple[int, int], *, is_continued: bool
) -> InterruptedSeries:
    others = [name for name in fit.names if name.startswith("other ")]
    named = ["step", "slope_before", *others, *(["slope_change"] if model.slope_change else [])]
    contrasts = [fit.contrast(name) for name in named]
    contrasts.append(fit.contrast("slope_before", "slope_change"))
    *found, slope_after = _coefficients(fit, model, np.vstack(contrasts))
    by_name = dict(zip(named, found, strict=True))
    autocorrelation, ljung_box = _autocorrelation(fit)
    return InterruptedSeries(
        step=by_name["step"],
        slope_before=by_name["slope_before"],
        slope_change=by_name.get("slope_change", NOT_GIVEN),
        slope_after=slope_after,
        other_steps={name.removeprefix("other "): by_name[name] for name in others},
        fitted=tuple(_in_unit(fit.all_months @ fit.coefficients, series, model).tolist()),
        continuation=_continuation(fit, series, model) if is_continued else (),
        residual_autocorrelation=autocorrelation,
        ljung_box_p_value=ljung_box,
        dispersion=fit.dispersion,
        lags=fit.lags,
        months_before=counts[0],
        months_after=counts[1],
    )


def _continuation(fit: _Fit, series: _Series, model: _Model) -> tuple[Estimate | None, ...]:
    rows = fit.all_months * [name not in ("step", "slope_change") for name in fit.names]
    is_after = fit.contrast("step")[0] @ fit.all_months.T > 0
    line = rows @ fit.coefficients
    reach = np.zeros_like(line)
    if is_after.any():
        standard_errors, freedoms = _uncertainty(fit, model, rows[is_after])
        reach[is_after] = _critical(freedoms, model) * standard_errors
    bands = (_in_unit(bound, series, model).tolist() for bound in (line, line - reach, line + reach))
    months = zip(is_after.tolist(), *bands, strict=True)
    return tuple(Estimate(*band) if after else None for after, *band in months)


def _in_unit(line: Numbers, series: _Series, model: _Model) -> Numbers:
    """Return a line of the model in the outcome's own unit."""
    return line if model.family == "gaussian" else series.exposure * np.exp(line)


def _coefficients(fit: _Fit, model: _Model, contrasts: Numbers) -> list[Coefficient]:
    return _with_intervals(*_estimates(fit, model, contrasts), model=model)


def _estimates(fit: _Fit, model: _Model, contrasts: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return estimate, standard error and degrees of freedom of each contrast, a row of `contrasts`."""
    return contrasts @ fit.coefficients, *_uncertainty(fit, model, contrasts)


def _with_intervals(
    estimates: Numbers, standard_errors: Numbers, freedoms: Numbers, *, model: _Model
) -> list[Coefficient]:
    reaches = _critical(freedoms, model) * standard_errors
    p_values = _p_values(estimates, standard_errors, freedoms)
    columns = (estimates, estimates - reaches, estimates + reaches, standard_errors, p_values)
    return [Coefficient(*numbers) for numbers in zip(*(column.tolist() for column in columns), strict=True)]


def _critical(freedoms: Numbers, model: _Model) -> Numbers:
    return np.asarray(student_reach((1 - model.confidence) / 2, freedoms))


def _p_values(estimates: Numbers, standard_errors: Numbers, freedoms: Numbers) -> Numbers:
    # Without any error the estimate is the truth: it is 0, or it is not.
    ratios = np.where(estimates == 0, 0.0, np.inf)
    np.divide(np.abs(estimates), standard_errors, out=ratios, where=standard_errors > 0)
    return np.asarray(2 * student_tail(ratios, freedoms))


def _uncertainty(fit: _Fit, model: _Model, contrasts: Numbers) -> tuple[Numbers, Numbers]:
    """Return the standard error and the degrees of freedom of each contrast, a row of `contrasts`."""
    bread = np.linalg.inv(fit.design.T @ fit.design)
    if model.errors == "model":
        dispersion = 1.0 if model.family == "poisson" else fit.dispersion
        variances = dispersion * np.einsum("ij,jk,ik->i", contrasts, bread, contrasts)
        freedoms = np.full(len(contrasts), float(fit.degrees_of_freedom))
    else:
        # What each month's residual moves the contrast by: one row per contrast.
        pulls = contrasts @ bread @ fit.design.T
        variances, freedoms = _newey_west(fit, model, pulls)
    if not model.t_distribution:
        freedoms = np.full(len(contrasts), np.inf)
    return np.sqrt(np.maximum(variances, 0)), freedoms


def _newey_west(fit: _Fit, model: _Model, pulls: Numbers) -> tuple[Numbers, Numbers]:
    """Return variances and degrees of freedom of what residuals are pulled to, one row of `pulls` each.

    With Bartlett's kernel the variance is the mean square of sums over windows of `lags` + 1 months. A missing
    month keeps its place in them. Summing windows costs a month what the kernel's matrix costs a pair.
    """
    width = fit.lags + 1
    variances = (_window_sums(fit, pulls * fit.residuals) ** 2).sum(axis=1) / width
    if model.errors == "newey_west":
        freedoms = np.full(len(pulls), float(fit.degrees_of_freedom))
        return variances * len(fit.times) / fit.degrees_of_freedom, freedoms
    distances = np.abs(np.subtract.outer(fit.times, fit.times))
    basis = np.linalg.qr(fit.design)[0]
    correlation = (_autoregression(fit, basis, distances) ** np.arange(distances.max() + 1))[distances]
    left = correlation - basis @ (basis.T @ correlation)
    # The covariance of the residuals, were the months to follow that autoregression.
    expected = left - (left @ basis) @ basis.T
    true_variances = ((pulls @ correlation) * pulls).sum(axis=1)
    windows = _window_sums(fit, pulls[:, :, None] * expected * pulls[:, None, :])
    windows = _window_sums(fit, windows.swapaxes(1, 2)) / width
    # The variance is a sum of squares of windows with this covariance: its mean is the trace, and its own
    # variance twice the sum of squares.
    means = np.trace(windows, axis1=1, axis2=2)
    freedoms = means**2 / (windows**2).sum(axis=(1, 2))
    return variances * true_variances / means, freedoms


def _window_sums(fit: _Fit, columns: Numbers) -> Numbers:
    """Return the sums over all windows of `lags` + 1 months, along the second axis."""
    starts = np.arange(fit.times[0] - fit.lags, fit.times[-1] + 1)
    first = np.searchsorted(fit.times, starts)
    behind_last = np.searchsorted(fit.times, starts + fit.lags, side="right")
    sums = np.cumsum(columns, axis=1)
    sums = np.concatenate([np.zeros_like(sums[:, :1]), sums], axis=1)
    return sums[:, behind_last] - sums[:, first]


def _autoregression(fit: _Fit, basis: Numbers, distances: npt.NDArray[np.int64]) -> float:
    """Return the first-order autoregression of the months that leaves residuals as correlated as these, 0 or more.

    Fitting a trend takes correlation out of the residuals, so their own lag 1 correlation is too low: this is the
    coefficient whose expected residual autocorrelation, for this design, is the one that was found.
    """
    found = _lagged_product(fit, 1) / max(float(fit.residuals @ fit.residuals), np.finfo(float).tiny)
    neighbours = (distances == 1) / 2
    without_fit = neighbours - basis @ (basis.T @ neighbours)
    without_fit -= (without_fit @ basis) @ basis.T
    maker = np.eye(len(basis)) - basis @ basis.T
    # Both expectations are polynomials in the coefficient, with one term per distance between months.
    flat = distances.ravel()
    lagged = np.bincount(flat, without_fit.ravel())
    total = np.bincount(flat, maker.ravel())
    candidates = np.linspace(0, HIGHEST_AUTOCORRELATION, 39)
    powers = candidates[:, None] ** np.arange(len(lagged))
    expected = np.maximum.accumulate((powers @ lagged) / (powers @ total))
    return float(np.interp(found, expected, candidates))


def _lagged_product(fit: _Fit, lag: int) -> float:
    """Return the sum of products of residuals that lie `lag` months apart."""
    later = np.searchsorted(fit.times, fit.times + lag)
    has_later = later < len(fit.times)
    has_later[has_later] = fit.times[later[has_later]] == fit.times[has_later] + lag
    return float(fit.residuals[has_later] @ fit.residuals[later[has_later]])


def _autocorrelation(fit: _Fit) -> tuple[float | None, float | None]:
    """Return the lag 1 autocorrelation of the residuals and the p-value of Ljung & Box (1978), Biometrika 65."""
    count, square = len(fit.times), float(fit.residuals @ fit.residuals)
    lag_count = min(10, count // 5)
    if square == 0 or lag_count == 0:
        return None, None
    correlations = [_lagged_product(fit, lag) / square for lag in range(1, lag_count + 1)]
    terms = (r**2 / (count - lag) for lag, r in enumerate(correlations, start=1))
    return correlations[0], chi_square_tail(count * (count + 2) * sum(terms), lag_count)


def _includes_zero(estimate: Estimate) -> bool:
    return estimate.low is None or estimate.high is None or estimate.low <= 0 <= estimate.high
