"""The invented costs: every case that the screens must show is there, marked, and read as it was meant."""

from decimal import Decimal
from pathlib import Path

import pytest

from cooperation.answers import shared_costs
from cooperation.answers.filters import Filters
from cooperation.demonstration import DEMONSTRATION_PREFIX, write_demonstration
from cooperation.demonstration.invented_purchases import PAYMENTS, PURCHASES
from tests.warehouse.exports import Built, build_folder


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("invented")
    write_demonstration(folder / "exports", 200)
    return build_folder(folder, folder / "exports")


def test_every_ledger_line_and_purchase_is_marked_as_invented(tmp_path: Path) -> None:
    write_demonstration(tmp_path, 100)
    for path in tmp_path.glob("demonstratie_costs_*.csv"):
        for line in path.read_text(encoding="cp1252").splitlines()[1:]:
            cells = line.split(";")
            # Only the lines that break the rules are not: they are refused, or say themselves what they are.
            assert len(cells) < 8 or DEMONSTRATION_PREFIX in line or cells[5][0].isupper()
    assert all(purchase.investment_id.startswith(DEMONSTRATION_PREFIX) for purchase in PURCHASES)


def test_the_invented_world_holds_every_case(built: Built) -> None:
    table = shared_costs.purchases(built.evidence, Filters()).table
    assert set(table["state"]) == {"running", "future", "incomplete"}
    start = built.evidence.settings.start
    assert (table["purchase_date"].dt.date < start).any(), "one was bought before the start"
    without = table[table["estimate_eur"].isna() & (table["state"] == "running")]
    assert not without.empty, "one has no alone-estimate"
    assert {"quote", "earlier_purchase", "estimate"} == set(table["basis"].dropna())
    assert any(payment.amount_eur < 0 and "Creditnota" in payment.description for payment in PAYMENTS)
    changes = built.select(
        "select key_id from key_shares group by key_id having count(distinct valid_from) > 1"
    )
    assert len(changes) == 1, "one key changes"
    assert (table["realised_saving_eur"].dropna() < 0).any(), "together is not always cheaper"


def test_lines_that_break_the_rules_are_refused_or_said(built: Built) -> None:
    refused = {rule for name, _, rule in built.refusals if "costs" in name or "keys" in name}
    assert {
        "unreadable_date",
        "missing_value",
        "unknown_zone",
        "unreadable_amount",
        "too_few_fields",
    } <= refused
    assert "shares_do_not_add_up" in refused
    codes = set(shared_costs.notices(built.evidence, Filters()).table["code"])
    assert {"purchase_without_lifetime", "purchase_in_future", "purchase_unknown", "lines_refused"} <= codes


def test_ledger_lines_are_read_to_the_cent(built: Built) -> None:
    booked = built.select(
        "select sum(amount_eur) as amount from ledger_months where treatment = 'purchase_payment'"
    )
    known = {purchase.code for purchase in PURCHASES}
    paid = [payment.amount_eur for payment in PAYMENTS if payment.purchase in known]
    assert booked[0]["amount"] == sum(paid, Decimal(0))
