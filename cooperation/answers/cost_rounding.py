"""Tables of costs as they are shown: in whole euros that still add up, and with a row for all together."""

from decimal import Decimal

import pandas as pd

from cooperation.answers.cost_comparison import TOTAL
from cooperation.answers.money import EURO, rounded_parts
from cooperation.answers.periods import PHASES


def groups_in_whole_euros(table: pd.DataFrame) -> pd.DataFrame:
    """Return groups in whole euros that add up to their last row as it is shown."""
    rounded = table.copy()
    for phase in PHASES:
        amounts = list(table[f"{phase}_eur"])
        if all(amount is not None for amount in amounts):
            parts = rounded_parts(amounts[:-1], EURO)
            rounded[f"{phase}_eur"] = pd.Series(
                [*parts, sum(parts, Decimal(0))], dtype="object", index=table.index
            )
    rounded["difference_eur"] = [
        None if after is None or before is None else after - before
        for before, after in zip(rounded["before_eur"], rounded["after_eur"], strict=True)
    ]
    return rounded


def years_in_whole_euros(years: pd.DataFrame) -> pd.DataFrame:
    """Return years in whole euros: zones add up to all together, running costs and paying off to the whole."""
    rounded = years.assign(
        zone_code=years["zone_code"].astype("object").where(years["zone_code"].notna(), TOTAL)
    )
    for _, rows in rounded.groupby("year"):
        zones = rows[rows["zone_code"] != TOTAL]
        cells = [
            (place, column) for place in zones.index for column in ("running_cost_eur", "joint_purchase_eur")
        ]
        amounts = [rounded.at[place, column] for place, column in cells]
        if any(amount is None for amount in amounts):
            continue
        for (place, column), part in zip(cells, rounded_parts(amounts, EURO), strict=True):
            rounded.at[place, column] = part
        for column in ("running_cost_eur", "joint_purchase_eur"):
            together = rows.index[rows["zone_code"] == TOTAL]
            rounded.loc[together, column] = sum(
                (rounded.at[place, column] for place in zones.index), Decimal(0)
            )
        for place in rows.index:
            rounded.at[place, "cost_eur"] = (
                rounded.at[place, "running_cost_eur"] + rounded.at[place, "joint_purchase_eur"]
            )
    return rounded


def total_row(table: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Return one row that adds a table's zones up; a column in which something is unknown has no total."""
    amounts = {
        column: None if table[column].isna().any() else sum(table[column], Decimal(0)) for column in columns
    }
    return pd.DataFrame([{"zone_code": TOTAL} | amounts], columns=list(table.columns), dtype="object")
