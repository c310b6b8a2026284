"""Which purchase a scenario is about, and who takes part in it."""

from decimal import Decimal
from typing import Any

import pandas as pd

from cooperation.answers.cost_scenario import scenario_rows, suppose
from cooperation.answers.filters import Filters

NOBODY_COUNTED = pd.DataFrame(columns=["kind", "zone_code", "counted_on", "weight"])


def row(investment_id: str, zone_code: str | None, share: str | None, **cells: Any) -> dict[str, Any]:
    plain = {"state": "running", "price_eur": Decimal("1200.00"), "lifetime_months": 12}
    plain |= {"yearly_cost_eur": Decimal("1200.00"), "investment_id": investment_id, "zone_code": zone_code}
    return plain | {"share": None if share is None else Decimal(share)} | cells


def test_the_dearest_purchase_that_a_key_divides_is_supposed() -> None:
    table = pd.DataFrame(
        [
            row("cheap", "5381", "1", yearly_cost_eur=Decimal("10.00")),
            row("server", "5381", "1"),
            # Dearer, but nobody knows who pays for it.
            row("keyless", "5381", None, yearly_cost_eur=Decimal("9999.00")),
            # Dearer, but paid off.
            row("old", "5381", "1", yearly_cost_eur=Decimal("9999.00"), state="written_off"),
        ],
        dtype="object",
    )
    supposed = suppose(table, NOBODY_COUNTED, Filters())
    assert supposed is not None and supposed.investment_id == "server"


def test_without_a_divided_purchase_there_is_nothing_to_suppose() -> None:
    table = pd.DataFrame([row("keyless", None, "1"), row("keyless", "5381", None)], dtype="object")
    assert suppose(table, NOBODY_COUNTED, Filters()) is None
    assert scenario_rows(None).empty


def test_a_zone_that_takes_no_part_yet_can_be_supposed_to() -> None:
    table = pd.DataFrame([row("server", "5381", "0.75"), row("server", "5382", "0.25")], dtype="object")
    choice = Filters(scenario_key="percentages:5381=50,5382=20,5390=30")
    rows = scenario_rows(suppose(table, NOBODY_COUNTED, choice)).set_index("zone_code")
    assert rows["yearly_share_eur"].tolist() == [Decimal("900.00"), Decimal("300.00"), Decimal("0.00")]
    assert rows["scenario_yearly_share_eur"].tolist() == [
        Decimal("600.00"),
        Decimal("240.00"),
        Decimal("360.00"),
    ]


def test_a_zone_without_a_number_pays_nothing() -> None:
    table = pd.DataFrame([row("server", "5381", "0.75"), row("server", "5382", "0.25")], dtype="object")
    rows = scenario_rows(suppose(table, NOBODY_COUNTED, Filters(scenario_key="weights:5382=3")))
    assert rows["scenario_share"].tolist() == [0, 1]


def test_a_kind_that_nobody_counted_leaves_the_scenario_unknown() -> None:
    table = pd.DataFrame([row("server", "5381", "1")], dtype="object")
    rows = scenario_rows(suppose(table, NOBODY_COUNTED, Filters(scenario_key="inhabitants")))
    assert rows["scenario_yearly_share_eur"].tolist() == [None]
    assert rows["yearly_share_eur"].tolist() == [Decimal("1200.00")]
