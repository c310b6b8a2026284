"""The worked example of docs/worked_cost_example.md, dropped as exports: the document and the answers agree."""

from decimal import Decimal
from typing import Any

import pytest

from cooperation.answers import shared_costs
from cooperation.answers.filters import Filters
from cooperation.language import speak
from cooperation.settings import PROJECT
from tests.warehouse.exports import Built, build_sets

DOCUMENT = PROJECT / "docs" / "worked_cost_example.md"
IN_2022 = Filters(prices="health_index", base_year="2022")


def line(
    day: str, zone_code: str, amount_eur: str, service: str = "ordinary", purchase: str = ""
) -> dict[str, str]:
    category = "operating" if service == "ordinary" else "investment"
    return {
        "booking_date": day,
        "zone_code": zone_code,
        "service": service,
        "category": category,
        "amount_eur": amount_eur,
        "joint_purchase_id": purchase,
    }


def shares(key_id: str, valid_from: str, large: str, small: str) -> list[dict[str, str]]:
    return [
        {"key_id": key_id, "zone_code": zone_code, "share": share, "valid_from": valid_from}
        for zone_code, share in (("5381", large), ("5382", small))
    ]


def purchase(investment_id: str, bought_on: str, price_eur: str, years: str, key_id: str) -> dict[str, str]:
    return {
        "investment_id": investment_id,
        "name": investment_id,
        "purchase_date": bought_on,
        "price_eur": price_eur,
        "lifetime_years": years,
        "key_id": key_id,
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build_sets(
        tmp_path_factory.mktemp("worked"),
        {
            "costs": [
                line("2021-05-03", "5382", "1200.00"),
                line("2022-05-03", "5382", "1320.00"),
                line("2022-09-01", "5382", "-60.00"),
                line("2022-05-02", "5381", "10000.00", "extraordinary", "server"),
                line("2022-06-01", "5381", "-200.00", "extraordinary", "server"),
                line("2023-12-29", "5382", "1250.00"),
            ],
            "investments": [
                purchase("server", "2022-04-15", "10000.00", "2", "K"),
                purchase("radar", "2022-01-10", "1000.00", "3", "R"),
            ],
            "distribution_keys": [
                *shares("K", "2022-01-01", "0.7", "0.3"),
                *shares("K", "2023-07-01", "0.6", "0.4"),
                *shares("R", "2022-01-01", "0.55", "0.45"),
            ],
            "standalone_estimates": [
                {"investment_id": "server", "zone_code": "5382", "estimate_eur": "4800.00", "basis": "quote"}
            ],
        },
    )


def year_of(built: Built, investment_id: str, zone_code: str, year: int) -> Decimal:
    rows = built.select(
        "select sum(amount_eur) as amount from cost_shares"
        f" where investment_id = '{investment_id}' and zone_code = '{zone_code}' and year(month) = {year}"
    )
    return Decimal(rows[0]["amount"])


def yearly(built: Built, filters: Filters, zone_code: str, year: int) -> dict[str, Any]:
    table = shared_costs.yearly(built.evidence, filters.with_(zone_code=(zone_code,))).table
    own = table[(table["year"] == year) & (table["zone_code"] == zone_code)]
    return dict(own.to_dict("records")[0])


def of_server(built: Built) -> dict[str, Any]:
    table = shared_costs.purchases(built.evidence, Filters()).table
    return dict(
        table[(table["investment_id"] == "server") & (table["zone_code"] == "5382")].to_dict("records")[0]
    )


def test_the_document_says_what_the_answers_say(built: Built) -> None:
    server = of_server(built)
    amounts = {
        "server 5381 2022": (year_of(built, "server", "5381", 2022), "2625.00"),
        "server 5381 2023": (year_of(built, "server", "5381", 2023), "3250.00"),
        "server 5381 2024": (year_of(built, "server", "5381", 2024), "750.00"),
        "server 5382 2022": (year_of(built, "server", "5382", 2022), "1125.00"),
        "server 5382 2023": (year_of(built, "server", "5382", 2023), "1750.00"),
        "server 5382 2024": (year_of(built, "server", "5382", 2024), "500.00"),
        "radar 5381 2022": (year_of(built, "radar", "5381", 2022), "183.33"),
        "radar 5381 2023": (year_of(built, "radar", "5381", 2023), "183.34"),
        "radar 5381 2024": (year_of(built, "radar", "5381", 2024), "183.33"),
        "2022 as paid": (yearly(built, IN_2022, "5382", 2022)["nominal_eur"], "2535.00"),
        "2022 in its own prices": (yearly(built, IN_2022, "5382", 2022)["cost_eur"], "2535.00"),
        "2021 in euros of 2022": (yearly(built, IN_2022, "5382", 2021)["cost_eur"], "1311.01"),
        "planned": (server["planned_saving_eur"], "1800.00"),
        "realised": (server["realised_saving_eur"], "1382.50"),
        "share of the price": (server["price_share_eur"], "3375.00"),
    }
    text = DOCUMENT.read_text(encoding="utf-8")
    for what, (answer, expected) in amounts.items():
        assert answer == Decimal(expected), what
        # As Dutch writes it; the document breaks its lines where it will.
        assert speak("nl").money(answer, 2).replace("\N{NO-BREAK SPACE}", " ") in text.replace("\n", " "), (
            what
        )
    assert server["pays_back_in"] == 2023
    assert server["basis"] == "quote"


def test_payments_stand_beside_the_yearly_cost_and_not_in_it(built: Built) -> None:
    table = shared_costs.yearly(built.evidence, Filters(prices="nominal", zone_code=("5381",))).table
    row = table[(table["year"] == 2022) & (table["zone_code"] == "5381")].to_dict("records")[0]
    assert row["purchase_payment_eur"] == Decimal("9800.00")
    assert row["cost_eur"] == Decimal("2625.00") + Decimal("183.33")
    assert row["running_cost_eur"] == 0


def test_a_year_without_any_line_of_a_zone_is_unknown_and_not_zero(built: Built) -> None:
    assert yearly(built, Filters(prices="nominal"), "5381", 2021)["cost_eur"] is None
    table = shared_costs.yearly(built.evidence, Filters(prices="nominal")).table
    together = table[(table["year"] == 2021) & table["zone_code"].isna()]
    assert together["cost_eur"].tolist() == [None]
    notices = shared_costs.notices(built.evidence, Filters()).table
    assert ("ledger_missing", "5381") in set(zip(notices["code"], notices["subject"], strict=True))
