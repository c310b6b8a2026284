"""The figures that are held against each promise, out of the answers of the page that holds the evidence."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from cooperation.answers import cooperation_fields, mutual_assistance, response_times, shared_costs
from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.cost_coverage import paying_zones, read_ledger
from cooperation.answers.filters import Filters

# Gives an answer by name for a choice; a page has the ones that it shows already.
Ask = Callable[[str, Filters], Answer]
Row = Mapping[str, Any]

# The answers that the figures are taken from.
SOURCES: Mapping[str, Callable[[Evidence, Filters], Answer]] = {
    "response_times/comparison": response_times.comparison,
    "cooperation_fields/indicators": cooperation_fields.indicators,
    "shared_costs/comparison": shared_costs.comparison,
    "shared_costs/purchases": shared_costs.purchases,
    "mutual_assistance/comparison": mutual_assistance.comparison,
}
# What a figure of a comparison brings along; what a source does not have stays unknown.
COMPARED = (
    "before",
    "before_count",
    "after",
    "after_count",
    "difference",
    "low",
    "high",
    "smallest_detectable",
    "verdict",
    "is_better",
    "reasons",
    "confirmation",
    "months_needed_before",
    "months_needed_after",
    "before_hidden",
    "after_hidden",
)
# Of each figure on training: its unit, and the indicator and measure that it is.
TRAINING = {
    "training_hours_per_fte": ("hours", "training_hours", "ratio"),
    "joint_training_share": ("share", "joint_training_hours", "ratio"),
}
# How a promise stands; the first that fits, in `standing`.
STANDINGS = (
    "as_promised",
    "unconfirmed",
    "partly",
    "against",
    "no_demonstrable_difference",
    "too_few_data",
    "not_comparable",
    "no_data",
)
COST_BETTER = {"lower": True, "higher": False}


def figures_of_promise(page: str, evidence: Evidence, filters: Filters, ask: Ask) -> list[dict[str, Any]]:
    """Return the figures that `page` holds against a promise, the leading one first.

    Each has a figure's code, its unit, `data_sets` (the exports that fill it, where there is none of it),
    `zones_without` (the zones that lack them, where others have them), `zone_codes` (the zones that it is about, where
    a municipality was asked for and only its zone is known) and `COMPARED`.
    """
    return {
        "response_times": _faster,
        "cooperation_fields": _trained,
        "shared_costs": _costs,
        "mutual_assistance": _still_local,
    }[page](evidence, filters, ask)


def standing(figures: Sequence[Row]) -> str:
    """Return how a promise stands, as a code of `STANDINGS`, by its figures, the leading one first.

    A change for the better of the leading figure is `as_promised`, or `unconfirmed` where neither further step bears
    it out; a change for the worse is `against`. Where figures changed both ways it is `partly`. Else it is the
    verdict of the leading figure, or `no_data`.
    """
    leading = figures[0]
    news = [figure["is_better"] for figure in figures]
    if leading["data_sets"]:
        return "no_data"
    if True in news and False in news:
        return "partly"
    if False in news:
        return "against"
    if leading["is_better"]:
        return "unconfirmed" if leading["confirmation"] == "not_confirmed" else "as_promised"
    return str(leading["verdict"])


def _faster(evidence: Evidence, filters: Filters, ask: Ask) -> list[dict[str, Any]]:
    return [_of_calls("median_response", "seconds", "median", ask("response_times/comparison", filters))]


def _trained(evidence: Evidence, filters: Filters, ask: Ask) -> list[dict[str, Any]]:
    """Return the hours of training for each full-time member of staff, and the part of them that was joint."""
    table = ask("cooperation_fields/indicators", filters).table
    zone_codes = tuple(zone.code for zone in evidence.zones(filters))
    of_zones = zone_codes if filters.municipality_nis else ()
    # Of zones that joined apart there is no year in common, whatever each of them knows.
    apart = tuple(reason for reason in evidence.period(filters).reasons if reason == "starts_differ")
    return [
        _trained_figure(
            figure,
            unit,
            table[(table["indicator_code"] == code) & (table["measure"] == measure)],
            zone_codes,
            apart,
        )
        | {"zone_codes": of_zones}
        for figure, (unit, code, measure) in TRAINING.items()
    ]


def _trained_figure(
    figure: str, unit: str, rows: pd.DataFrame, zone_codes: tuple[str, ...], apart: tuple[str, ...]
) -> dict[str, Any]:
    """Return one figure of `rows`: that of the only zone, else that of all zones together."""
    lacks_sizes = any("denominator_unknown" in reasons for reasons in rows["reasons"])
    if rows.empty or (lacks_sizes and not (rows["before_years"].any() or rows["after_years"].any())):
        return _figure(figure, unit, {"before_count": 0, "after_count": 0}, ("activities",))
    if apart:
        return _figure(figure, unit, {"verdict": "not_comparable", "reasons": apart}, ())
    scope = rows["zone_code"]
    own = rows[scope == zone_codes[0] if len(zone_codes) == 1 else scope.isna()]
    row: dict[str, Any] = next(iter(own.to_dict("records")), {})
    better = {"higher": {"higher": True, "lower": False}, "lower": {"higher": False, "lower": True}}
    row["is_better"] = better.get(row.get("direction", ""), {}).get(row.get("verdict", ""))
    row |= {"before_count": row.get("before_years", 0), "after_count": row.get("after_years", 0)}
    # A zone with lines but without a whole year in these periods has too few data, not none.
    is_there = not own.empty and not (lacks_sizes and not (row["before_count"] or row["after_count"]))
    return _figure(figure, unit, row, () if is_there else ("activities",))


def _still_local(evidence: Evidence, filters: Filters, ask: Ask) -> list[dict[str, Any]]:
    answer = ask("mutual_assistance/comparison", filters)
    return [_of_calls(name, "share", name, answer) for name in ("partner_sent", "own_sent")]


def _costs(evidence: Evidence, filters: Filters, ask: Ask) -> list[dict[str, Any]]:
    """Return the cost of a year, and what joint purchases cost now beside what they would cost alone."""
    ledger = read_ledger(evidence)
    zone_codes = paying_zones(evidence, filters, ledger)
    table = ask("shared_costs/comparison", filters).table
    # The last row of a measure is that of all counted zones together; without a ledger there may be none.
    row: dict[str, Any] = next(iter(table[table["measure"] == "cost"].to_dict("records")[::-1]), {})
    row["is_better"] = COST_BETTER.get(row.get("verdict", ""))
    missing = () if ledger.months_of(zone_codes) else ("costs",)
    cost = _figure("cost_of_a_year", "eur", row, missing)
    purchases = _purchases(ask("shared_costs/purchases", filters).table, zone_codes)
    of_zones = zone_codes if filters.municipality_nis else ()
    return [figure | {"zone_codes": of_zones} for figure in (cost, purchases)]


def _purchases(table: pd.DataFrame, zone_codes: tuple[str, ...]) -> dict[str, Any]:
    """Return what the zones pay a year for the running purchases of which alone was estimated, and the estimate."""
    running = table[(table["state"] == "running") & table["zone_code"].isin(zone_codes)].to_dict("records")
    known = [row for row in running if row["yearly_share_eur"] is not None]
    compared = [row for row in known if row["yearly_estimate_eur"] is not None]
    if not compared:
        missing = ("standalone_estimates",) if known else ("investments", "distribution_keys")
        return _figure("joint_purchases", "eur", {}, missing)
    sums = {
        side: sum((row[column] for row in compared), Decimal(0))
        for side, column in (("after", "yearly_share_eur"), ("alone", "yearly_estimate_eur"))
    }
    return _figure("joint_purchases", "eur", sums, ())


def _of_calls(figure: str, unit: str, statistic: str, answer: Answer) -> dict[str, Any]:
    row = answer.table.set_index("statistic").loc[statistic].to_dict()
    is_there = row["before_count"] or row["after_count"]
    return _figure(figure, unit, row, () if is_there else ("interventions", "deployments"))


def _figure(figure: str, unit: str, row: Row, missing: tuple[str, ...]) -> dict[str, Any]:
    cells = {name: row.get(name) for name in (*COMPARED, "alone")}
    return {
        "figure": figure,
        "unit": unit,
        "zone_codes": (),
        **cells,
        "zones_without": row.get("zones_without") or (),
        # Neither where it is unknown, whatever a table made of that.
        "is_better": None if pd.isna(cells["is_better"]) else bool(cells["is_better"]),
        "reasons": cells["reasons"] or (),
        "data_sets": missing,
    }
