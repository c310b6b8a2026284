"""The pictures of costs: five zones, what no key divides, years that are not whole, names that are hostile."""

from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from cooperation.language import speak
from cooperation.palette import palette
from cooperation.screen.cost_charts import (
    before_after_alternative,
    before_after_bars,
    yearly_alternative,
    yearly_bars,
)
from cooperation.screen.cost_flow import flow_alternative, flow_html, purchase_html
from tests.browser import plain

DUTCH, COLOURS = speak("nl"), palette()
FIVE = {code: f"Zone {code}" for code in ("1", "2", "3", "4", "5")}


def row(zone_code: str | None, share: str, paid: str, **cells: Any) -> dict[str, Any]:
    plain = {
        "investment_id": "server",
        "name": "Server",
        "state": "running",
        "zone_code": zone_code,
        "purchase_date": pd.Timestamp(2022, 4, 15),
        "last_month": pd.Timestamp(2024, 3, 1),
        "price_eur": Decimal("2000.00"),
        "lifetime_months": 24,
        "key_id": "K",
        "valid_from": pd.Timestamp(2022, 1, 1),
        "share": Decimal(share),
        "yearly_cost_eur": Decimal("1000.00"),
        "yearly_share_eur": Decimal(paid),
        "yearly_estimate_eur": None,
        "planned_saving_eur": None,
        "realised_saving_eur": None,
        "basis": None,
        "booked_eur": None,
        "invoiced_eur": None,
        "pays_back_in": None,
        "never_pays_back": None,
    }
    return plain | cells


def test_five_zones_are_told_apart_and_add_up() -> None:
    table = pd.DataFrame([row(code, "0.2", "200.00") for code in FIVE])
    html = flow_html(table, FIVE, DUTCH).replace("\N{NO-BREAK SPACE}", " ")
    for place in range(1, 6):
        assert f'class="shade shade-{place}" style="flex-grow:0.2"' in html
    assert html.count("€ 200,00 (20,00%)") == 5
    assert "€ 1.000,00 per jaar</span></div><div></div>" in html, "the last row adds all together"
    said = DUTCH.say(flow_alternative(table, FIVE, DUTCH)).replace("\N{NO-BREAK SPACE}", " ")
    assert "Server: € 1.000,00 per jaar, waarvan" in said and "Zone 5 € 200,00 (20,00%)" in said


def test_what_no_key_divides_is_in_the_total_and_named() -> None:
    table = pd.DataFrame([row(None, "1", "1000.00", valid_from=pd.NaT, key_id=None)])
    html = flow_html(table, FIVE, DUTCH)
    assert html.count("niet verdeeld") == 2
    assert "geen sleutel verdeelt dit" in html


def test_a_name_from_an_export_is_never_markup() -> None:
    hostile = row("1", "1", "1000.00", name="<script>alert(1)</script>", key_id="<b>K</b>")
    for html in (
        flow_html(pd.DataFrame([hostile]), FIVE, DUTCH),
        purchase_html([hostile], FIVE, DUTCH, now="nu"),
    ):
        assert "<script>" not in html and "<b>K" not in html


def test_an_amount_that_leans_on_an_estimate_says_on_which() -> None:
    estimated = row(
        "1",
        "1",
        "1000.00",
        yearly_estimate_eur=Decimal("1500.00"),
        planned_saving_eur=Decimal("1000.00"),
        realised_saving_eur=Decimal("-3.50"),
        basis="quote",
        pays_back_in=2023,
        never_pays_back=False,
        booked_eur=Decimal("2000.00"),
        invoiced_eur=Decimal("2000.00"),
    )
    html = purchase_html([estimated], FIVE, DUTCH, now="nu")
    assert html.count("(offerte)</td>") == 3
    unknown = purchase_html([estimated | {"basis": None}], FIVE, DUTCH, now="nu")
    assert unknown.count("(grondslag onbekend)</td>") == 3


def changed_key(zone_code: str, **cells: Any) -> dict[str, Any]:
    """Return a zone that paid 93.25 or 6.75 % of 2,000.00 by the key of the day of purchase, since 2024 another."""
    return row(zone_code, "0.5", "500.00", price_share_eur=Decimal("1.00"), basis="quote") | cells


def test_where_the_key_changed_a_planned_saving_follows_from_what_is_said() -> None:
    later = pd.Timestamp(2024, 1, 1)
    large = changed_key(
        "1", valid_from=later, estimate_eur=Decimal("3000.00"), planned_saving_eur=Decimal("1135.00")
    )
    small = changed_key(
        "2", valid_from=later, estimate_eur=Decimal("100.00"), planned_saving_eur=Decimal("-35.00")
    )
    without_estimate = changed_key("3", valid_from=later, estimate_eur=None, planned_saving_eur=None)
    html = plain(purchase_html([large, small, without_estimate], FIVE, DUTCH, now="nu"))
    assert "Tot 1 januari 2024 gold een eerdere versie van de sleutel" in html
    # 3,000.00 less 1,135.00, and 100.00 plus 35.00.
    parts = "Zone 1 93,25% (€ 1.865,00 van de prijs) en Zone 2 6,75% (€ 135,00 van de prijs)."
    assert f"Met de sleutel van de aankoopdag: {parts}" in html
    alone = plain(purchase_html([without_estimate], FIVE, DUTCH, now="nu"))
    assert "gold een eerdere versie" in alone and "aankoopdag" not in alone


@pytest.mark.parametrize(
    "cells",
    [
        # The key of now began before the purchase, or on its day.
        {"valid_from": pd.Timestamp(2022, 1, 1)},
        {"valid_from": pd.Timestamp(2022, 4, 15)},
        # No key divided the first months: there is no earlier version.
        {"valid_from": pd.Timestamp(2024, 1, 1), "price_share_eur": None},
        {"valid_from": pd.NaT},
    ],
)
def test_where_the_key_did_not_change_nothing_is_said_of_an_earlier_one(cells: dict[str, Any]) -> None:
    html = purchase_html([changed_key("1", **cells)], FIVE, DUTCH, now="nu")
    assert "eerdere versie" not in html and "aankoopdag" not in html


def years(*rows: tuple[int, str, bool, str | None]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "year": year,
                "phase": phase,
                "is_whole_year": whole,
                "cost_eur": None if cost is None else Decimal(cost),
                "nominal_eur": Decimal("1.00"),
            }
            for year, phase, whole, cost in rows
        ]
    )


def test_a_year_is_a_bar_with_its_amount_and_an_unknown_one_is_none() -> None:
    table = years(
        (2021, "before", True, "1250000.00"), (2022, "after", False, "980000.00"), (2023, "after", True, None)
    )
    figure = yearly_bars(table, DUTCH, COLOURS, start=date(2022, 1, 1), with_nominal=False)
    bars = [trace for trace in figure.data if trace.type == "bar"]
    assert [(bar.x[0], bar.text[0]) for bar in bars] == [(2021, "1,25"), (2022, "0,98")]
    assert bars[0].marker.color == COLOURS.before
    assert bars[1].marker.color != COLOURS.after, "a year that is not whole is hollow"
    said = DUTCH.say(yearly_alternative(table, DUTCH, place="Zone")).replace("\N{NO-BREAK SPACE}", " ")
    assert "2021: € 1.250.000" in said and "2023: –" in said


@pytest.mark.parametrize("amounts", [("0.00", "0.00"), ("-5.00", "12.00")])
def test_groups_without_cost_or_with_a_credit_are_drawn(amounts: tuple[str, str]) -> None:
    groups = pd.DataFrame(
        [{"category": "debt", "before_eur": Decimal(amounts[0]), "after_eur": Decimal(amounts[1])}]
    )
    figure = before_after_bars(groups, DUTCH, COLOURS, column="category", names={"debt": "Schuld"})
    assert [trace.x[0] for trace in figure.data if trace.type == "bar"] == [
        float(amount) for amount in amounts
    ]
    said = DUTCH.say(before_after_alternative(groups, DUTCH, column="category", names={"debt": "Schuld"}))
    assert DUTCH.money(Decimal(amounts[1])) in said
