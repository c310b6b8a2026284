"""Pure statistics of a comparison before and after: estimates with intervals, mix, trend, control chart, verdict."""

from cooperation.statistics.control_chart import ControlChart, xmr_limits
from cooperation.statistics.design_effect import (
    MINIMUM_MONTH_PAIRS,
    matched_month_count,
    quantile_design_effect,
    share_design_effect,
)
from cooperation.statistics.estimate import Estimate, smallest_detectable_difference
from cooperation.statistics.interrupted_series import (
    SERIES_REASONS,
    Coefficient,
    InterruptedSeries,
    PlaceboSteps,
    interrupted_series,
    placebo_steps,
)
from cooperation.statistics.mix import (
    MIX_REASONS,
    LeftOutStratum,
    StandardisedDifference,
    standardised_difference,
    standardised_share_difference,
)
from cooperation.statistics.months_needed import MonthsNeeded, months_needed
from cooperation.statistics.quantiles import (
    minimum_count_for_bounds,
    quantile,
    quantile_difference,
    quantile_interval,
)
from cooperation.statistics.shares import share_difference, share_interval
from cooperation.statistics.verdict import (
    AMOUNT,
    AMOUNT_TO_LOWER,
    AMOUNT_TO_RAISE,
    COMPARABILITY_REASONS,
    CONFIRMATION_CODES,
    DURATION,
    REASON_CODES,
    VERDICT_CODES,
    Confirmation,
    Direction,
    Verdict,
    confirmation,
    verdict,
)

__all__ = [
    "AMOUNT",
    "AMOUNT_TO_LOWER",
    "AMOUNT_TO_RAISE",
    "COMPARABILITY_REASONS",
    "CONFIRMATION_CODES",
    "DURATION",
    "MINIMUM_MONTH_PAIRS",
    "MIX_REASONS",
    "REASON_CODES",
    "SERIES_REASONS",
    "VERDICT_CODES",
    "Coefficient",
    "Confirmation",
    "ControlChart",
    "Direction",
    "Estimate",
    "InterruptedSeries",
    "LeftOutStratum",
    "MonthsNeeded",
    "PlaceboSteps",
    "StandardisedDifference",
    "Verdict",
    "confirmation",
    "interrupted_series",
    "matched_month_count",
    "minimum_count_for_bounds",
    "months_needed",
    "placebo_steps",
    "quantile",
    "quantile_design_effect",
    "quantile_difference",
    "quantile_interval",
    "share_design_effect",
    "share_difference",
    "share_interval",
    "smallest_detectable_difference",
    "standardised_difference",
    "standardised_share_difference",
    "verdict",
    "xmr_limits",
]
