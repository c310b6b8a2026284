"""The cost of a year before and after, from what stretches of twelve months cost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd

from cooperation.answers.money import nearest, rounded_parts
from cooperation.answers.periods import PHASES
from cooperation.settings import Settings
from cooperation.statistics import AMOUNT_TO_LOWER, Estimate, smallest_detectable_difference, verdict
from cooperation.statistics.means import mean_difference

MONTHS_A_YEAR = 12
TOTAL = "total"
MEASURES = ("cost", "cost_per_inhabitant", "cost_per_intervention")
COMPARISON_COLUMNS = [
    "measure",
    "zone_code",
    "before",
    "before_nominal",
    "before_count",
    "after",
    "after_nominal",
    "after_count",
    "difference",
    "low",
    "high",
    "smallest_detectable",
    "verdict",
    "reasons",
]


@dataclass(frozen=True)
class _Stretch:
    """Up to twelve months of some zones; None where a zone's figure is unknown. `size`: what a cost is held against."""

    cost: Decimal | None
    nominal: Decimal | None
    size: Fraction | None
    month_count: int

    @property
    def whole_year(self) -> Fraction | None:
        """What it cost for its size, where it is a whole year and both are known."""
        if self.month_count < MONTHS_A_YEAR or self.cost is None or not self.size:
            return None
        return Fraction(self.cost) / self.size


def comparison_rows(stretches: pd.DataFrame, reasons: tuple[str, ...], settings: Settings) -> pd.DataFrame:
    """Return one row per measure and zone, and one per measure for all zones together where there are more.

    `stretches` is the table of `twelve_months`; `reasons` say why its periods must not be compared. The zones' costs
    of a year add up to that of all together to the cent.
    """
    zone_codes = list(dict.fromkeys(stretches["zone_code"]))
    scopes: list[tuple[str | None, list[str]]] = [(zone_code, [zone_code]) for zone_code in zone_codes]
    if len(zone_codes) > 1:
        scopes.append((None, zone_codes))
    if not (stretches.empty or stretches["has_ledger"].all()):
        reasons = tuple(dict.fromkeys((*reasons, "months_not_matched")))
    rows: list[dict[str, Any]] = [
        {"measure": measure, "zone_code": scope} | _row(_sides(stretches, codes, measure), reasons, settings)
        for measure in MEASURES
        for scope, codes in scopes
    ]
    for column in ("before", "after", "before_nominal", "after_nominal"):
        _round(rows, column)
    for row in rows:
        row["difference"] = _less(row["after"], row["before"])
    return pd.DataFrame(rows, columns=COMPARISON_COLUMNS, dtype="object")


def yearly_parts(groups: pd.DataFrame, column: str, stretches: pd.DataFrame) -> pd.DataFrame:
    """Return one row per group with its cost of a year before and after, and a last one for all groups together.

    `groups` holds what each group cost over each whole period. Groups add up to the total to the cent; a phase in
    which something is unknown has no total.
    """
    names = list(dict.fromkeys(_plain(name) for name in groups[column]))
    sides = {phase: _parts_of_a_year(groups, column, names, phase, stretches) for phase in PHASES}
    rows: list[dict[str, Any]] = [
        {column: name} | {f"{phase}_eur": sides[phase][0][place] for phase in PHASES}
        for place, name in enumerate(names)
    ]
    rows.sort(key=lambda row: -(row["after_eur"] or row["before_eur"] or 0))
    rows.append({column: TOTAL} | {f"{phase}_eur": sides[phase][1] for phase in PHASES})
    for row in rows:
        row["difference_eur"] = _less(row["after_eur"], row["before_eur"])
    return pd.DataFrame(rows, columns=[column, "before_eur", "after_eur", "difference_eur"], dtype="object")


def _parts_of_a_year(
    groups: pd.DataFrame, column: str, names: Sequence[str | None], phase: str, stretches: pd.DataFrame
) -> tuple[list[Decimal | None], Decimal | None]:
    """Return what each group cost a year in a phase, and their total; None where it is unknown."""
    months = _known_months(stretches, phase)
    if months is None:
        return [None] * len(names), None
    own = groups[groups["phase"] == phase]
    costs = dict(zip(map(_plain, own[column]), own["cost_eur"], strict=True))
    # A group without a line in this phase cost nothing in it.
    exact = [_of_a_year(costs.get(name, Decimal(0)), months) for name in names]
    known = [amount for amount in exact if amount is not None]
    if len(known) < len(exact):
        return [None if amount is None else nearest(amount) for amount in exact], None
    parts = rounded_parts(known)
    return list(parts), sum(parts, Decimal(0))


def _of_a_year(cost: Decimal | None, months: int) -> Fraction | None:
    return None if cost is None else Fraction(cost) * MONTHS_A_YEAR / months


def _known_months(stretches: pd.DataFrame, phase: str) -> int | None:
    """Return the months of a phase, None where it has none or a zone has no ledger in a part of it."""
    own = stretches[stretches["phase"] == phase]
    if own.empty or not own["has_ledger"].all():
        return None
    return int(own.groupby("stretch")["month_count"].first().sum())


def _sides(stretches: pd.DataFrame, zone_codes: Sequence[str], measure: str) -> dict[str, list[_Stretch]]:
    own = stretches[stretches["zone_code"].isin(zone_codes)]
    return {
        phase: [_stretch(rows, measure) for _, rows in own[own["phase"] == phase].groupby("stretch")]
        for phase in PHASES
    }


def _stretch(rows: pd.DataFrame, measure: str) -> _Stretch:
    """Return the stretch of several zones together."""
    has_ledgers = bool(rows["has_ledger"].all())
    months = int(rows["month_count"].iloc[0])
    sizes: dict[str, Callable[[], Fraction | None]] = {
        "cost": lambda: Fraction(months, MONTHS_A_YEAR),
        # Inhabitants are held against a year, interventions against the months in which they were.
        "cost_per_inhabitant": lambda: _size(rows["inhabitants"], Fraction(months, MONTHS_A_YEAR)),
        "cost_per_intervention": lambda: _size(rows["intervention_count"], Fraction(1)),
    }
    return _Stretch(
        _sum(rows["cost_eur"]) if has_ledgers else None,
        _sum(rows["nominal_eur"]) if has_ledgers else None,
        sizes[measure](),
        months,
    )


def _size(counts: pd.Series, factor: Fraction) -> Fraction | None:
    return None if counts.isna().any() else int(counts.sum()) * factor


def _sum(amounts: pd.Series) -> Decimal | None:
    return None if amounts.isna().any() else sum(amounts, Decimal(0))


def _row(sides: dict[str, list[_Stretch]], reasons: tuple[str, ...], settings: Settings) -> dict[str, Any]:
    """Return the figures of one row, those before and after not yet rounded."""
    # Some months of a year say nothing of a year: an insurance is paid in one of them.
    told = {
        phase: parts if any(part.month_count == MONTHS_A_YEAR for part in parts) else []
        for phase, parts in sides.items()
    }
    before, after = (_ratio([(part.cost, part.size) for part in told[phase]]) for phase in PHASES)
    # The interval is a statistic, not money: it is reckoned in floats and rounded to the cent.
    values = {
        phase: [float(ratio) for part in sides[phase] if (ratio := part.whole_year) is not None]
        for phase in PHASES
    }
    is_known = before is not None and after is not None
    estimate = (
        mean_difference(values["before"], values["after"], settings.comparison.confidence)
        if is_known
        else Estimate(None, None, None)
    )
    relevant = settings.costs.relevant_change * abs(float(before or 0))
    judged = verdict(
        estimate,
        len(values["before"]),
        len(values["after"]),
        settings.costs.minimum_verdict_years,
        relevant,
        AMOUNT_TO_LOWER,
        reasons,
    )
    smallest = smallest_detectable_difference(
        estimate, settings.comparison.power, settings.comparison.confidence
    )
    return {
        "before": before,
        "before_nominal": _ratio([(part.nominal, part.size) for part in told["before"]]),
        "before_count": len(values["before"]),
        "after": after,
        "after_nominal": _ratio([(part.nominal, part.size) for part in told["after"]]),
        "after_count": len(values["after"]),
        "low": _cents(estimate.low),
        "high": _cents(estimate.high),
        "smallest_detectable": _cents(None if smallest is None else max(smallest, relevant)),
        "verdict": judged.code,
        "reasons": judged.reasons,
    }


def _ratio(parts: Sequence[tuple[Decimal | None, Fraction | None]]) -> Fraction | None:
    """Return all costs held against all sizes; None where one of them is unknown."""
    known = [(Fraction(cost), size) for cost, size in parts if cost is not None and size]
    if not parts or len(known) < len(parts):
        return None
    return sum((cost for cost, _ in known), Fraction(0)) / sum((size for _, size in known), Fraction(0))


def _round(rows: Sequence[dict[str, Any]], column: str) -> None:
    """Round a column to the cent; zones' costs so that they add up to that of all together."""
    zones = [row for row in rows if row["measure"] == "cost" and row["zone_code"] and row[column] is not None]
    for row, part in zip(zones, rounded_parts([row[column] for row in zones]), strict=True):
        row[column] = part
    for row in rows:
        row[column] = None if row[column] is None else nearest(row[column])


def _less(amount: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if amount is None or other is None else amount - other


def _cents(value: float | None) -> Decimal | None:
    return None if value is None else nearest(Fraction(value))


def _plain(name: Any) -> str | None:
    return None if pd.isna(name) else str(name)
