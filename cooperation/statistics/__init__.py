"""Pure statistics of a comparison before and after: estimates with intervals, design effect, verdict."""

from cooperation.statistics.design_effect import (
    MINIMUM_MONTH_PAIRS,
    matched_month_count,
    quantile_design_effect,
    share_design_effect,
)
from cooperation.statistics.estimate import Estimate, smallest_detectable_difference
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
    DURATION,
    REASON_CODES,
    VERDICT_CODES,
    Direction,
    Verdict,
    verdict,
)

__all__ = [
    "AMOUNT",
    "AMOUNT_TO_LOWER",
    "AMOUNT_TO_RAISE",
    "COMPARABILITY_REASONS",
    "DURATION",
    "MINIMUM_MONTH_PAIRS",
    "REASON_CODES",
    "VERDICT_CODES",
    "Direction",
    "Estimate",
    "Verdict",
    "matched_month_count",
    "minimum_count_for_bounds",
    "quantile",
    "quantile_design_effect",
    "quantile_difference",
    "quantile_interval",
    "share_design_effect",
    "share_difference",
    "share_interval",
    "smallest_detectable_difference",
    "verdict",
]
