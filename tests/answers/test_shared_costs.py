"""Costs through the real build: identities, prices, keys that change, and everything that can be missing."""

from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from cooperation.answers import shared_costs
from cooperation.answers.answer import Answer
from cooperation.answers.cost_coverage import base_year, cost_period, paying_zones, read_ledger
from cooperation.answers.cost_rounding import groups_in_whole_euros, total_row, years_in_whole_euros
from cooperation.answers.filters import FilterError, Filters
from tests.warehouse.exports import (
    Built,
    build_sets,
    cost,
    estimate,
    intervention,
    investment,
    settings_text,
    share_of_key,
)

NOMINAL = Filters(prices="nominal")
BOTH = ("5381", "5382")


def key(key_id: str, large: str, small: str, valid_from: str = "2019-01-01") -> list[dict[str, str]]:
    return [
        share_of_key(key_id, share, zone_code=zone_code, valid_from=valid_from)
        for zone_code, share in zip(BOTH, (large, small), strict=True)
    ]


def ledger(first: int, last: int) -> list[dict[str, str]]:
    """Return a line a month, zone and field whose cents never come out round."""
    return [
        cost(
            f"{1000 + 37 * month + 11 * (year - first)}.{(year * 7 + month * 13) % 100:02}",
            booking_date=f"{year}-{month:02}-20",
            zone_code=zone_code,
            domain_code=domain_code,
            category=category,
        )
        for year in range(first, last + 1)
        for month in range(1, 13)
        for zone_code in BOTH
        for domain_code, category in (("training", "operating"), ("shared_ict", "personnel"), ("", "debt"))
    ]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Seven whole years of two ledgers, and every way in which a purchase can be incomplete."""
    return build_sets(
        tmp_path_factory.mktemp("costs"),
        {
            "costs": [
                *ledger(2019, 2025),
                # 0.1 + 0.2 is 0.3 to the cent, and to no other digit.
                cost("0.10", booking_date="2024-02-01", zone_code="5382"),
                cost("0.20", booking_date="2024-02-02", zone_code="5382"),
                cost("-0.30", booking_date="2024-02-03", zone_code="5382"),
                # An invoice in the ordinary service that names a purchase is no running cost.
                cost("36000.01", booking_date="2022-04-01", joint_purchase_id="server"),
                # A credit that is larger than its invoice, on a purchase of its own.
                cost("100.00", booking_date="2023-01-05", joint_purchase_id="over"),
                cost("-150.00", booking_date="2023-02-05", joint_purchase_id="over"),
                # A purchase in no list: a cost, for nothing else counts it.
                cost("70.00", booking_date="2023-03-05", joint_purchase_id="nowhere"),
                # Nobody knows whether this is running cost or investment.
                cost("12.34", booking_date="2023-03-05", service="bestaat niet"),
            ],
            "investments": [
                investment("server", "36000.01", lifetime_years="3", key_id="K", purchase_date="2022-04-11"),
                investment("before", "999.99", lifetime_years="4", key_id="K", purchase_date="2020-01-31"),
                investment("over", "100.00", lifetime_years="2", key_id="K", purchase_date="2023-01-05"),
                investment("keyless", "500.00", lifetime_years="2", key_id="", purchase_date="2023-01-05"),
                # The key begins half a year after the purchase.
                investment("early", "1200.00", lifetime_years="1", key_id="late", purchase_date="2023-01-05"),
                investment("zero", "800.00", lifetime_years="0", key_id="K", purchase_date="2023-01-05"),
                investment("ahead", "900.00", lifetime_years="5", key_id="K", purchase_date="2026-06-01"),
            ],
            "distribution_keys": [
                *key("K", "0.9325", "0.0675"),
                *key("K", "0.9", "0.1", "2024-01-01"),
                *key("late", "0.5", "0.5", "2023-07-01"),
            ],
            "standalone_estimates": [
                estimate("server", "9000.00"),
                estimate("keyless", "400.00", basis="estimate"),
                # Alone would be cheaper than together.
                estimate("before", "50.00", basis="earlier_purchase"),
            ],
            "interventions": [
                intervention(
                    f"{zone_code}-{year}-{month}", f"{year}-{month:02}-05 12:00:00", zone_code=zone_code
                )
                for year in (2022, 2023, 2024, 2025)
                for month in range(1, 13)
                for zone_code in BOTH
            ],
        },
    )


def purchase(built: Built, investment_id: str, zone_code: str | None) -> dict[str, Any]:
    table = shared_costs.purchases(built.evidence, Filters()).table
    own = table[table["investment_id"] == investment_id]
    rows = own[own["zone_code"].isna()] if zone_code is None else own[own["zone_code"] == zone_code]
    return dict(rows.to_dict("records")[0])


def notice_codes(built: Built, filters: Filters = Filters()) -> set[tuple[str, str]]:  # noqa: B008
    table = shared_costs.notices(built.evidence, filters).table
    return set(zip(table["code"], table["subject"], strict=True))


# Identities


@pytest.mark.parametrize("filters", [Filters(), NOMINAL, Filters(prices="cpi", base_year="2020")])
def test_zones_add_up_to_all_together_in_every_year(built: Built, filters: Filters) -> None:
    table = shared_costs.yearly(built.evidence, filters).table
    for _, rows in table.groupby("year"):
        together, zones = rows[rows["zone_code"].isna()], rows[rows["zone_code"].notna()]
        for column in (
            "nominal_eur",
            "cost_eur",
            "running_cost_eur",
            "joint_purchase_eur",
            "purchase_payment_eur",
        ):
            assert sum(zones[column], Decimal(0)) == together[column].iloc[0]
        for row in rows.to_dict("records"):
            assert row["running_cost_eur"] + row["joint_purchase_eur"] == row["cost_eur"]


@pytest.mark.parametrize("index", ["health_index", "cpi"])
@pytest.mark.parametrize("year", [2019, 2022, 2025])
def test_constant_is_nominal_in_the_base_year_and_in_no_other(built: Built, index: str, year: int) -> None:
    table = shared_costs.yearly(built.evidence, Filters(prices=index, base_year=str(year))).table
    same = table["cost_eur"] == table["nominal_eur"]
    assert set(table.loc[same, "year"]) == {year}


@pytest.mark.parametrize("filters", [Filters(), NOMINAL, Filters(period="all"), Filters(zone_code=("5382",))])
def test_fields_kinds_and_zones_add_up_to_the_same_total(built: Built, filters: Filters) -> None:
    fields = shared_costs.by_field(built.evidence, filters).table
    kinds = shared_costs.by_category(built.evidence, filters).table
    comparison = shared_costs.comparison(built.evidence, filters).table
    costs = comparison[comparison["measure"] == "cost"]
    for phase in ("before", "after"):
        total = costs[phase].iloc[-1]
        for table in (fields, kinds):
            assert table[f"{phase}_eur"].iloc[-1] == total
            assert sum(table[f"{phase}_eur"].iloc[:-1], Decimal(0)) == total
        zones = costs[costs["zone_code"].notna()]
        assert sum(zones[phase], Decimal(0)) == total


def test_what_is_shown_in_whole_euros_still_adds_up(built: Built) -> None:
    groups = groups_in_whole_euros(shared_costs.by_field(built.evidence, Filters()).table)
    for phase in ("before", "after", "difference"):
        *parts, total = groups[f"{phase}_eur"]
        assert sum(parts, Decimal(0)) == total
        assert all(part == part.to_integral_value() for part in (*parts, total))
    years = years_in_whole_euros(shared_costs.yearly(built.evidence, Filters()).table)
    for _, rows in years.groupby("year"):
        together = rows[rows["zone_code"] == "total"].iloc[0]
        zones = rows[rows["zone_code"] != "total"]
        for column in ("cost_eur", "running_cost_eur", "joint_purchase_eur"):
            assert sum(zones[column], Decimal(0)) == together[column]
        for row in rows.to_dict("records"):
            assert row["running_cost_eur"] + row["joint_purchase_eur"] == row["cost_eur"]


def test_every_amount_is_exact(built: Built) -> None:
    for ask in (shared_costs.yearly, shared_costs.comparison, shared_costs.by_field, shared_costs.purchases):
        table = ask(built.evidence, Filters()).table
        amounts = [
            name for name in table if str(name).endswith("_eur") or name in ("before", "after", "difference")
        ]
        assert amounts
        for name in amounts:
            assert {type(value) for value in table[name] if value is not None} <= {Decimal}, name


def test_a_cent_and_two_cents_less_three_leave_nothing(built: Built) -> None:
    rows = built.select(
        "select sum(amount_eur) as amount from ledger_months"
        " where zone_code = '5382' and month = date '2024-02-01' and line_count > 1"
    )
    month = cost_of_month(2024, 2)
    assert rows[0]["amount"] == month


def cost_of_month(year: int, month: int) -> Decimal:
    lines = [
        line
        for line in ledger(2019, 2025)
        if line["booking_date"].startswith(f"{year}-{month:02}") and line["zone_code"] == "5382"
    ]
    own = [line for line in lines if line["domain_code"] == "training"]
    return sum((Decimal(line["amount_eur"]) for line in own), Decimal(0))


def test_an_invoice_of_a_purchase_is_never_counted_beside_its_depreciation(built: Built) -> None:
    table = shared_costs.yearly(built.evidence, NOMINAL.with_(zone_code=("5381",))).table
    row = table[(table["year"] == 2022) & (table["zone_code"] == "5381")].to_dict("records")[0]
    lines = [
        line
        for line in ledger(2019, 2025)
        if line["booking_date"][:4] == "2022" and line["zone_code"] == "5381"
    ]
    assert row["running_cost_eur"] == sum((Decimal(line["amount_eur"]) for line in lines), Decimal(0))
    assert row["purchase_payment_eur"] == Decimal("36000.01")


# Keys


def test_a_key_that_changes_leaves_earlier_years_as_they_were(built: Built) -> None:
    shares = built.select(
        "select distinct year(month) as year, share from cost_shares"
        " where investment_id = 'server' and zone_code = '5382' order by all"
    )
    assert [(row["year"], row["share"]) for row in shares] == [
        (2022, Decimal("0.0675")),
        (2023, Decimal("0.0675")),
        (2024, Decimal("0.1")),
        (2025, Decimal("0.1")),
    ]


def test_a_later_key_moves_no_cent_of_a_month_before_it(tmp_path: Any) -> None:
    purchases = [investment("server", "36000.01", lifetime_years="3", key_id="K", purchase_date="2022-04-11")]
    past = []
    for name, keys in {
        "now": key("K", "0.9325", "0.0675"),
        "later": [*key("K", "0.9325", "0.0675"), *key("K", "0.2", "0.8", "2024-01-01")],
    }.items():
        built = build_sets(
            tmp_path / name, {"costs": [cost("1.00")], "investments": purchases, "distribution_keys": keys}
        )
        past.append(
            built.select(
                "select month, zone_code, amount_eur from cost_shares where month < date '2024-01-01' order by all"
            )
        )
    assert past[0] == past[1]
    assert past[0]


def test_a_zone_that_joins_later_has_no_share_before(tmp_path: Any) -> None:
    third = '\n[[zones]]\ncode = "5390"\njoined = 2024-01-01\n'
    for name in ("name", "council", "college"):
        third += f'{name} = {{ nl = "Derde", fr = "Troisième", en = "Third" }}\n'
    settings = settings_text(
        (r"(?m)^\[\[priorities\]\]\ncode = \"0\"", third + '\n[[priorities]]\ncode = "0"')
    )
    keys = [
        *key("K", "0.5", "0.5"),
        *(
            share_of_key("K", share, zone_code=zone_code, valid_from="2024-01-01")
            for zone_code, share in (("5381", "0.4"), ("5382", "0.4"), ("5390", "0.2"))
        ),
    ]
    built = build_sets(
        tmp_path,
        {
            "costs": [cost("1.00")],
            "investments": [
                investment("server", "240.00", lifetime_years="4", key_id="K", purchase_date="2022-01-01")
            ],
            "distribution_keys": keys,
        },
        settings,
    )
    years = built.select(
        "select year(month) as year, zone_code, sum(amount_eur) as amount from cost_shares group by all order by all"
    )
    assert [
        (row["year"], row["zone_code"], row["amount"]) for row in years if row["zone_code"] == "5390"
    ] == [
        (2022, "5390", Decimal("0.00")),
        (2023, "5390", Decimal("0.00")),
        (2024, "5390", Decimal("12.00")),
        (2025, "5390", Decimal("12.00")),
    ]
    assert purchase(built, "server", "5390")["price_share_eur"] == Decimal("24.00")


# What is missing is said, and other figures are unharmed


def test_everything_that_spoils_a_figure_is_said(built: Built) -> None:
    assert notice_codes(built) >= {
        ("purchase_without_lifetime", "radar"),
        ("purchase_without_key", "radar"),
        ("purchase_in_future", "radar"),
        ("credits_exceed_invoices", "radar"),
        ("purchase_unknown", "nowhere"),
        ("service_unknown", "5381"),
        ("population_missing", "2021"),
        ("interventions_missing", "2019"),
    }
    assert not {code for code, _ in notice_codes(built)} & {"index_missing", "ledger_missing"}
    # Lines of a zone that is not counted spoil no figure.
    assert ("service_unknown", "5381") not in notice_codes(built, Filters(zone_code=("5382",)))


def test_a_lifetime_of_zero_leaves_its_cost_unknown(built: Built) -> None:
    row = purchase(built, "zero", None)
    assert row["state"] == "incomplete"
    assert row["yearly_cost_eur"] is None and row["share"] is None
    assert built.select("select count(*) as n from cost_shares where investment_id = 'zero'") == [{"n": 0}]


def test_a_purchase_without_key_is_charged_to_nobody(built: Built) -> None:
    nobody = purchase(built, "keyless", None)
    assert (nobody["share"], nobody["price_share_eur"]) == (1, Decimal("500.00"))
    row = purchase(built, "keyless", "5382")
    assert row["estimate_eur"] == Decimal("400.00")
    assert row["share"] is None and row["planned_saving_eur"] is None and row["realised_saving_eur"] is None


def test_a_key_that_begins_late_divides_from_then_on(built: Built) -> None:
    rows = built.select(
        "select zone_code, sum(amount_eur) as amount from cost_shares where investment_id = 'early' group by all"
        " order by zone_code nulls last"
    )
    assert [(row["zone_code"], row["amount"]) for row in rows] == [
        ("5381", Decimal("300.00")),
        ("5382", Decimal("300.00")),
        (None, Decimal("600.00")),
    ]


def test_a_purchase_in_the_future_costs_nothing_yet(built: Built) -> None:
    row = purchase(built, "ahead", "5382")
    assert (row["state"], row["paid_off_eur"], row["past_month_count"]) == ("future", 0, 0)
    assert row["yearly_share_eur"] == Decimal("18.00")


def test_a_credit_over_its_invoice_leaves_the_saving_unknown(built: Built) -> None:
    row = purchase(built, "over", "5382")
    assert row["booked_eur"] == Decimal("-50.00")
    assert row["realised_saving_eur"] is None


def test_a_purchase_that_is_dearer_together_never_pays_back(built: Built) -> None:
    row = purchase(built, "before", "5382")
    assert row["never_pays_back"] and pd.isna(row["pays_back_in"])
    assert row["planned_saving_eur"] < 0


def test_a_year_without_index_is_unknown_and_never_nominal(tmp_path: Any) -> None:
    built = build_sets(
        tmp_path,
        {"costs": [cost("10.00", booking_date=f"{year}-06-01") for year in (2017, 2018, 2019)]},
    )
    table = shared_costs.yearly(built.evidence, Filters(base_year="2018")).table
    own = table[table["zone_code"].isna()].set_index("year")
    assert own.loc[2017, "cost_eur"] is None and own.loc[2017, "nominal_eur"] == Decimal("10.00")
    assert own.loc[2018, "cost_eur"] == Decimal("10.00")
    assert ("index_missing", "2017") in notice_codes(built)


def test_per_inhabitant_is_known_where_the_population_is(built: Built) -> None:
    table = shared_costs.yearly(built.evidence, NOMINAL).table
    together = table[table["zone_code"].isna()].set_index("year")
    # Bilzen and Hoeselt were published together for 2022, apart for 2019.
    assert {year for year in together.index if not pd.isna(together.loc[year, "inhabitants"])} == {
        2019,
        2020,
        2022,
    }
    assert together.loc[2022, "inhabitants"] == 42_288 + 16_779 + 4_287
    cents = together.loc[2022, "cost_eur"] * 100 / together.loc[2022, "inhabitants"]
    assert together.loc[2022, "cost_per_inhabitant_eur"] == round(cents) / Decimal(100)
    assert together.loc[2021, "cost_per_inhabitant_eur"] is None
    assert together.loc[2022, "intervention_count"] == 24
    assert pd.isna(together.loc[2021, "intervention_count"])


def test_few_years_give_too_few_data_and_the_same_windows_as_everywhere(built: Built) -> None:
    answer = shared_costs.comparison(built.evidence, Filters())
    assert set(answer.table["verdict"]) == {"too_few_data"}
    assert (answer.period.before.first.year, answer.period.after.last.year) == (2019, 2024)


def test_months_that_no_ledger_reaches_leave_the_cost_unknown(built: Built) -> None:
    beyond = NOMINAL.with_(period="2018-01..2018-12/2025-01..2025-12")
    row = shared_costs.comparison(built.evidence, beyond).table.iloc[0]
    assert row["before"] is None and row["after"] is not None
    assert row["verdict"] == "not_comparable"
    assert shared_costs.by_field(built.evidence, beyond).table["before_eur"].isna().all()


def test_enough_alike_years_give_a_verdict(tmp_path: Any) -> None:
    lines = [
        cost(f"{amount + year % 3}.00", booking_date=f"{year}-{month:02}-05")
        for year in range(2015, 2027)
        for month in range(1, 13)
        for amount in ((1000,) if year < 2022 else (800,))
    ]
    settings = settings_text((r"(?m)^most_years = \d+", "most_years = 5"))
    built = build_sets(tmp_path, {"costs": lines}, settings)
    row = shared_costs.comparison(built.evidence, NOMINAL).table.iloc[0]
    assert (row["before_count"], row["after_count"], row["verdict"]) == (5, 5, "lower")
    assert row["low"] < row["difference"] < row["high"] < 0


def test_zones_without_a_ledger_stay_out_unless_they_are_asked_for(tmp_path: Any) -> None:
    built = build_sets(
        tmp_path, {"costs": [cost("1.00", booking_date=f"{year}-06-01") for year in (2021, 2022)]}
    )
    read = read_ledger(built.evidence)
    assert paying_zones(built.evidence, Filters(), read) == ("5381",)
    assert paying_zones(built.evidence, Filters(municipality_nis=("73109",)), read) == ("5382",)


def test_without_any_cost_every_answer_is_empty_and_whole(tmp_path: Any) -> None:
    built = build_sets(tmp_path, {"interventions": [intervention("A", "2023-06-10 12:00:00")]})
    for ask in (
        shared_costs.purchases,
        shared_costs.keys,
        shared_costs.scenario,
        shared_costs.by_field,
        shared_costs.comparison,
        shared_costs.notices,
        shared_costs.yearly,
    ):
        answer = ask(built.evidence, Filters())
        assert isinstance(answer, Answer)
    assert cost_period(built.evidence, Filters(), read_ledger(built.evidence)).reasons == ()


# Scenarios


def test_a_scenario_divides_the_same_price_otherwise(built: Built) -> None:
    supposed = Filters(
        scenario_purchase="server", scenario_key="percentages:5381=50,5382=50", scenario_months="72"
    )
    table = shared_costs.scenario(built.evidence, supposed).table
    assert set(table["scenario"]) == {"scenario: key percentages:5381=50,5382=50, 72 months"}
    assert table["yearly_share_eur"].tolist() == [Decimal("10800.00"), Decimal("1200.00")]
    assert sum(table["scenario_yearly_share_eur"], Decimal(0)) == Decimal("6000.00")
    assert sum(table["scenario_price_share_eur"], Decimal(0)) == Decimal("36000.01")
    total = total_row(table, ("yearly_change_eur",))
    assert total["yearly_change_eur"].tolist() == [Decimal("-6000.00")]


def test_nothing_supposed_changes_nothing(built: Built) -> None:
    table = shared_costs.scenario(built.evidence, Filters(scenario_purchase="server")).table
    assert set(table["yearly_change_eur"]) == {Decimal("0.00")}


def test_every_kind_of_key_is_worked_out_or_unknown(built: Built) -> None:
    table = shared_costs.keys(built.evidence, Filters(scenario_purchase="server")).table
    by_kind = {kind: rows for kind, rows in table.groupby("kind", sort=False)}
    assert list(by_kind) == ["agreed", "inhabitants", "use", "equal", "percentages", "weights"]
    for kind, rows in by_kind.items():
        if kind in ("percentages", "weights"):
            assert rows["share"].tolist() == [None, None]
        else:
            assert sum(rows["share"]) == 1
            assert sum(rows["yearly_share_eur"], Decimal(0)) == Decimal("12000.00")
    assert by_kind["inhabitants"]["weight"].tolist() == [59_067, 4_287]
    assert by_kind["use"]["weight"].tolist() == [12, 12]


@pytest.mark.parametrize(
    "choice",
    [
        {"base_year": "1812"},
        {"prices": "nominal", "base_year": "2022"},
        {"scenario_purchase": "castle"},
        # It is there, but nothing divides it: no lifetime, no key.
        {"scenario_purchase": "zero"},
        {"scenario_purchase": "keyless"},
        {"scenario_months": "0"},
        {"scenario_months": "six"},
        {"scenario_key": "weights:9999=1"},
    ],
)
def test_a_choice_that_cannot_be_is_refused(built: Built, choice: dict[str, str]) -> None:
    with pytest.raises(FilterError):
        shared_costs.yearly(built.evidence, Filters(**choice))  # type: ignore[arg-type]


def test_the_base_year_is_the_last_of_the_index_unless_it_is_chosen(built: Built) -> None:
    assert base_year(built.evidence, Filters()) == "2025"
    assert base_year(built.evidence, Filters(base_year="2019")) == "2019"
    assert base_year(built.evidence, NOMINAL) == ""
    answer = shared_costs.yearly(built.evidence, Filters(base_year="2019"))
    assert set(zip(answer.table["prices"], answer.table["base_year"], strict=True)) == {
        ("health_index", "2019")
    }
