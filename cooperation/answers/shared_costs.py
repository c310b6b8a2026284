"""What each zone pays, before and after, for joint purchases and alone; and what another key would change."""

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.cost_comparison import comparison_rows, yearly_parts
from cooperation.answers.cost_coverage import ask_costs, paying_zones, read_ledger
from cooperation.answers.cost_scenario import SupposedPurchase, key_rows, scenario_rows, suppose
from cooperation.answers.filters import Filters


def yearly(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per calendar year and zone, and per year for all counted zones (no zone): what it cost."""
    return _named_prices(ask_costs(evidence, "shared_costs/yearly", filters))


def comparison(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per measure and zone, and per measure for all counted zones (no zone): before, after, verdict.

    Measures are `cost`, `cost_per_inhabitant` and `cost_per_intervention`, in euro a year; difference is after minus
    before, with an interval from the years. None where a figure or a bound is unknown.
    """
    stretches = ask_costs(evidence, "shared_costs/twelve_months", filters)
    rows = comparison_rows(stretches.table, stretches.period.reasons, evidence.settings)
    return _named_prices(replace(stretches, name="shared_costs/comparison", table=rows))


def by_field(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per field of the protocol, and a last one for all: the cost of a year before and after."""
    return _by_group(evidence, filters, "shared_costs/by_field", "domain_code")


def by_category(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per category of cost, and a last one for all: the cost of a year before and after."""
    return _by_group(evidence, filters, "shared_costs/by_category", "category")


def purchases(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per joint purchase and zone: price, key, cost of a year, share, alone-estimate, savings."""
    return ask_costs(evidence, "shared_costs/purchases", filters)


def keys(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per kind of key and zone: what the zone would pay for one purchase by that key.

    The purchase is the one of the scenario, else the dearest of now. Weights are counted on `counted_on`; None
    where a kind has no weights for every zone.
    """
    answer = purchases(evidence, filters)
    rows = key_rows(supposed_purchase(evidence, answer.table, filters))
    return replace(answer, name="shared_costs/keys", table=rows)


def scenario(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per zone: what one purchase costs it as agreed, and by the scenario's key and lifetime.

    Both as if that key had held from the purchase on. `scenario` says in every row what was supposed.
    """
    answer = purchases(evidence, filters)
    rows = scenario_rows(supposed_purchase(evidence, answer.table, filters))
    return replace(answer, name="shared_costs/scenario", table=rows)


def supposed_purchase(
    evidence: Evidence, all_purchases: pd.DataFrame, filters: Filters
) -> SupposedPurchase | None:
    """Return the purchase that a scenario is about, with the weights of every key; None where no key divides one.

    `all_purchases` is the table of `purchases`.
    """
    counted = evidence.database.ask("pages/shared_costs/key_weights").table
    return suppose(all_purchases, counted, filters)


def notices(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per thing that leaves a figure unknown or out: which, about what, how many, for how much."""
    answer = ask_costs(evidence, "shared_costs/notices", filters)
    years = yearly(evidence, filters).table
    counted = paying_zones(evidence, filters, read_ledger(evidence))
    missing = [
        {"code": code, "subject": str(year), "item_count": None, "amount_eur": None}
        for code, column in (
            ("index_missing", "cost_eur"),
            ("population_missing", "inhabitants"),
            ("interventions_missing", "intervention_count"),
        )
        for year in _years_without(years, column)
    ]
    ledgers = [
        {"code": "ledger_missing", "subject": zone_code, "item_count": int(count), "amount_eur": None}
        for zone_code, count in years[years["nominal_eur"].isna() & years["zone_code"].isin(counted)]
        .groupby("zone_code")["year"]
        .count()
        .items()
    ]
    # Lines of a zone that is not counted spoil no figure.
    of_others = (answer.table["code"] == "service_unknown") & ~answer.table["subject"].isin(counted)
    rows = [*missing, *ledgers, *answer.table[~of_others].to_dict("records")]
    return replace(answer, table=pd.DataFrame(rows, columns=list(answer.table.columns), dtype="object"))


def _by_group(evidence: Evidence, filters: Filters, name: str, column: str) -> Answer:
    answer = ask_costs(evidence, name, filters)
    stretches = ask_costs(evidence, "shared_costs/twelve_months", filters).table
    return _named_prices(replace(answer, table=yearly_parts(answer.table, column, stretches)))


def _named_prices(answer: Answer) -> Answer:
    """Return the answer with, in every row, in which prices it is: a file travels without its page."""
    prices = {name: answer.parameters[name] or None for name in ("prices", "base_year")}
    return replace(answer, table=answer.table.assign(**prices))


def _years_without(years: pd.DataFrame, column: str) -> Iterable[int]:
    """Return the years in which a figure of all zones is unknown although every ledger is there."""
    together = years[years["zone_code"].isna() & years["nominal_eur"].notna()]
    if column != "cost_eur":
        # A year that is not whole is held against nothing.
        together = together[together["is_whole_year"]]
    return [int(year) for year in together.loc[together[column].isna(), "year"]]
