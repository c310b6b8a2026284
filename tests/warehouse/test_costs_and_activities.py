"""Ledger, purchases, keys, estimates and activities: rows of which the right outcome is known by thinking.

The rows of tests/exports/costs_and_activities say in their column `why` what should become of them.
"""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cooperation.settings import load_settings
from cooperation.warehouse.build import BuildError
from cooperation.warehouse.contract import DATA_SETS
from tests.warehouse.exports import (
    COLUMNS,
    Built,
    activity,
    build_sets,
    cost,
    csv_text,
    deployment,
    estimate,
    intervention,
    investment,
    settings_text,
    share_of_key,
)
from tests.warehouse.staged import Staged, build_and_stage

WRITTEN = Path(__file__).parent.parent / "exports" / "costs_and_activities"
NAMES = ("costs", "investments", "distribution_keys", "standalone_estimates", "activities")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, Staged]:
    files = {path.name: path.read_bytes() for path in WRITTEN.glob("*.csv")}
    return build_and_stage(tmp_path_factory.mktemp("written"), files)


def lines_of(name: str) -> list[dict[str, str]]:
    with (WRITTEN / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def cells(staged: Staged, name: str, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[column] for column in columns) for row in staged[name]]


def test_there_is_a_file_of_each_and_every_row_says_why() -> None:
    assert {path.stem for path in WRITTEN.glob("*.csv")} == set(NAMES)
    assert [row for name in NAMES for row in lines_of(name) if not row["why"] or None in row] == []


def test_every_contract_header_is_recognised_and_nothing_is_lost(written: tuple[Built, Staged]) -> None:
    built, _ = written
    assert {name: built.files[f"{name}.csv"]["profile"] for name in NAMES} == {
        name: f"contract:{name}" for name in NAMES
    }
    assert built.data_sets == {
        "costs": (15, 11, 1, 3),
        "investments": (9, 7, 0, 2),
        "distribution_keys": (8, 5, 0, 3),
        "standalone_estimates": (6, 4, 0, 2),
        "activities": (9, 5, 0, 4),
    }


def test_ledger_lines_are_typed_named_and_exact(written: tuple[Built, Staged]) -> None:
    ledger = cells(
        written[1], "costs", "booking_date", "zone_code", "domain_code", "service", "category", "amount_eur"
    )
    assert ledger == [
        (date(2021, 12, 31), "5381", "training", "ordinary", "operating", Decimal("1234.56")),
        (date(2022, 1, 1), "5382", "training", "ordinary", "operating", Decimal("5886708.00")),
        (date(2022, 3, 1), "5381", "joint_investment", "extraordinary", "investment", Decimal("20000.00")),
        (date(2022, 4, 1), "5382", "joint_investment", "extraordinary", "investment", Decimal("20000.00")),
        (date(2022, 5, 1), "5382", "joint_investment", "extraordinary", "investment", Decimal("-500.00")),
        (date(2022, 5, 2), "5382", "shared_ict", "ordinary", "personnel", Decimal("-1500.25")),
        (date(2022, 5, 3), "5381", None, None, None, Decimal("4146.00")),
        (date(2022, 5, 4), "5381", None, None, None, Decimal("1.00")),
        (date(2022, 5, 5), "5381", None, "ordinary", "operating", Decimal("100.00")),
        (date(2022, 5, 6), "5381", "training", "ordinary", "operating", Decimal("33.33")),
        (date(2022, 5, 9), "5381", "training", "ordinary", "operating", Decimal("7.50")),
    ]


def test_purchases_keys_estimates_and_activities_are_typed_and_exact(written: tuple[Built, Staged]) -> None:
    staged = written[1]
    purchases = cells(
        staged, "investments", "investment_id", "purchase_date", "price_eur", "lifetime_years", "key_id"
    )
    assert purchases == [
        ("radar", date(2022, 3, 1), Decimal("40000.00"), Decimal("8.000000"), "sixty_forty"),
        ("server", date(2020, 6, 1), Decimal("120000.00"), Decimal("7.500000"), "sixty_forty"),
        ("before_any_call", date(1995, 1, 1), Decimal("1000.00"), None, None),
        ("lifetime_of_zero", date(2022, 1, 1), Decimal("500.00"), None, "sixty_forty"),
        ("tomorrow", date(2030, 1, 1), Decimal("9000.00"), Decimal("5.000000"), "sixty_forty"),
        ("no_such_key", date(2023, 1, 1), Decimal("30000.00"), Decimal("10.000000"), None),
        ("lopsided_key", date(2023, 1, 1), Decimal("2000.00"), Decimal("5.000000"), None),
    ]
    assert cells(staged, "distribution_keys", "key_id", "zone_code", "share", "valid_from") == [
        ("sixty_forty", "5381", Decimal("0.6"), date(2020, 1, 1)),
        ("sixty_forty", "5382", Decimal("0.4"), date(2020, 1, 1)),
        ("sixty_forty", "5381", Decimal("0.666666666667"), date(2024, 1, 1)),
        ("sixty_forty", "5382", Decimal("0.333333333333"), date(2024, 1, 1)),
        ("always", "5381", Decimal(1), None),
    ]
    assert cells(staged, "standalone_estimates", "investment_id", "zone_code", "estimate_eur", "basis") == [
        ("radar", "5382", Decimal("31000.00"), "quote"),
        ("radar", "5381", Decimal("0.00"), None),
        ("server", "5381", Decimal("80000.00"), "earlier_purchase"),
        ("server", "5382", Decimal("40000.00"), None),
    ]
    done = cells(
        staged, "activities", "activity_date", "domain_code", "zone_code", "partner_zone_code", "quantity"
    )
    assert done == [
        (date(2021, 11, 30), "training", "5381", None, Decimal("7.5")),
        (date(2022, 1, 15), "training", "5382", "5381", Decimal(8)),
        (date(2022, 1, 16), "training", "5381", None, Decimal(4)),
        (date(2022, 1, 17), "training", "5381", None, Decimal(2)),
        (date(2022, 1, 22), "training", "5381", "5382", Decimal(1000)),
    ]


def test_every_refusal_and_every_doubtful_cell_is_told_with_its_line(written: tuple[Built, Staged]) -> None:
    built, _ = written
    assert built.refusals == [
        ("activities.csv", 6, "confidential"),
        ("activities.csv", 7, "confidential"),
        ("activities.csv", 8, "unknown_indicator"),
        ("activities.csv", 9, "negative_quantity"),
        ("costs.csv", 12, "unreadable_amount"),
        ("costs.csv", 13, "unknown_zone"),
        ("costs.csv", 14, "unreadable_date"),
        ("distribution_keys.csv", 7, "shares_do_not_add_up"),
        ("distribution_keys.csv", 8, "shares_do_not_add_up"),
        ("distribution_keys.csv", 9, "share_out_of_range"),
        ("investments.csv", 8, "negative_amount"),
        ("investments.csv", 10, "repeated_id"),
        ("standalone_estimates.csv", 3, "repeated_id"),
        ("standalone_estimates.csv", 7, "unknown_investment"),
    ]
    assert built.flags == {
        ("costs", 6, "amount_eur", "credit_over_invoice", "warn"),
        ("costs", 9, "domain_code", "unknown_domain", "empty"),
        ("costs", 9, "service", "unknown_service", "empty"),
        ("costs", 9, "category", "unknown_category", "empty"),
        ("costs", 10, "domain_code", "confidential_domain", "empty"),
        ("costs", 11, "amount_eur", "part_cents", "warn"),
        ("investments", 3, "price_eur", "payments_differ", "warn"),
        ("investments", 5, "lifetime_years", "lifetime_not_positive", "empty"),
        ("investments", 6, "purchase_date", "purchase_in_future", "warn"),
        ("investments", 7, "key_id", "unknown_key", "empty"),
        ("investments", 7, "purchase_date", "purchase_in_future", "warn"),
        ("investments", 9, "key_id", "unknown_key", "empty"),
        ("investments", 9, "purchase_date", "purchase_in_future", "warn"),
        ("standalone_estimates", 4, "basis", "missing_basis", "warn"),
        ("standalone_estimates", 6, "basis", "unknown_basis", "empty"),
        ("activities", 4, "domain_code", "other_domain", "warn"),
        ("activities", 5, "partner_zone_code", "partner_is_own_zone", "empty"),
    }


def test_a_refused_id_names_the_line_that_is_kept(written: tuple[Built, Staged]) -> None:
    rows = written[0].select("select * from rejects where rule = 'repeated_id' order by file_name")
    assert [
        (row["file_name"], row["value"], row["other_file_name"], row["other_line_number"]) for row in rows
    ] == [
        ("investments.csv", "radar", "investments.csv", 2),
        ("standalone_estimates.csv", "radar", "standalone_estimates.csv", 2),
    ]


def test_of_informant_management_no_count_is_kept_anywhere(tmp_path: Path) -> None:
    # Also not in the text of a refused line, in its values, or in a line that is no record; a softened setting or not.
    softened = settings_text(
        *((rf'(?m)^{rule} = "\w+"', f'{rule} = "warn"') for rule in load_settings().rules)
    )
    secret = "73190"
    rows = [
        activity(secret, domain_code="informant_management"),
        activity(secret, domain_code="Gemeenschappelijke werking informantenbeheer", activity_date="soon"),
        activity("x" + secret, domain_code="", indicator_code="informateurs"),
        activity("1"),
    ]
    text = csv_text(COLUMNS["activities"], rows) + f"2022-01-01;informant_management;{secret}\n"
    built, staged = build_and_stage(tmp_path, {"activities.csv": text}, softened)
    assert built.data_sets["activities"] == (5, 1, 0, 4)
    assert [row["quantity"] for row in staged["activities"]] == [Decimal(1)]
    for table in ("rejects", "flagged_cells", "file_accounts"):
        assert secret not in str(built.select(f"select * from {table}"))
    assert secret.encode() not in built.database.path.read_bytes()


# --- Rules on more than one line -----------------------------------------------------------------------------------


def rules_of(built: Built, rule: str) -> list[tuple[str, int]]:
    found = built.select(f"select file_name, line_number from rejects where rule = '{rule}' order by all")
    found += built.select(
        f"select file_name, line_number from flagged_cells where rule = '{rule}' order by all"
    )
    return [(row["file_name"], row["line_number"]) for row in found]


def test_credits_are_compared_with_the_invoices_of_their_purchase_and_zone(tmp_path: Path) -> None:
    ledger = [
        cost("100", joint_purchase_id="equal"),
        cost("-100", joint_purchase_id="equal"),
        cost("100", joint_purchase_id="larger"),
        cost("-60", joint_purchase_id="larger", description="one"),
        cost("-60", joint_purchase_id="larger", description="two"),
        # The other zone's invoice does not pay this zone's credit.
        cost("500", joint_purchase_id="other zone", zone_code="5382"),
        cost("-1", joint_purchase_id="other zone"),
        # A credit that belongs to no purchase is compared with nothing.
        cost("-999"),
        # The same to the letter counts once: 100 against 100.
        cost("100", joint_purchase_id="repeated"),
        cost("-100", joint_purchase_id="repeated"),
        cost("-100", joint_purchase_id="repeated"),
    ]
    built = build_sets(tmp_path, {"costs": ledger})
    assert rules_of(built, "credit_over_invoice") == [("costs.csv", line) for line in (5, 6, 8)]


def test_payments_are_compared_with_the_price_where_the_ledger_knows_any(tmp_path: Path) -> None:
    paid = {"category": "investment", "service": "extraordinary"}
    ledger = [
        cost("60.00", joint_purchase_id="exact", **paid),
        cost("40.00", joint_purchase_id="exact", zone_code="5382", **paid),
        # Upkeep is no part of the price.
        cost("5.00", joint_purchase_id="exact"),
        cost("99.99", joint_purchase_id="a cent less", **paid),
    ]
    purchases = [investment(name, "100.00") for name in ("exact", "a cent less", "not paid yet")]
    built = build_sets(tmp_path, {"costs": ledger, "investments": purchases})
    assert rules_of(built, "payments_differ") == [("investments.csv", 3)]


@pytest.mark.parametrize("other", ["interventions", "costs", "activities", ""])
def test_a_purchase_is_in_the_future_after_the_last_day_of_the_other_exports(
    tmp_path: Path, other: str
) -> None:
    last = {
        "interventions": [intervention("A", "2023-06-10 12:00:00")],
        "costs": [cost("1", booking_date="2023-06-10")],
        "activities": [activity("1", activity_date="2023-06-10")],
    }
    purchases = [investment(day, "1", purchase_date=day) for day in ("2023-06-10", "2023-06-11")]
    built = build_sets(tmp_path, {"investments": purchases} | ({other: last[other]} if other else {}))
    # Where nothing else tells a day, none is known to be the future: the build's own day would change the outcome.
    assert rules_of(built, "purchase_in_future") == ([("investments.csv", 3)] if other else [])


def test_shares_must_be_one_whole_per_key_and_date_exactly(tmp_path: Path) -> None:
    shares = [
        share_of_key("thirds", "0.3333333333333333"),
        share_of_key("thirds", "0.6666666666666667", zone_code="5382"),
        share_of_key("almost", "0.3333"),
        share_of_key("almost", "0.6666", zone_code="5382"),
        # One date adds up, the other does not.
        share_of_key("dated", "0.5"),
        share_of_key("dated", "0.5", zone_code="5382"),
        share_of_key("dated", "0.5", valid_from="2024-01-01"),
        # Of a repeated share one is kept, and the whole is whole.
        share_of_key("twice", "1"),
        share_of_key("twice", "1"),
        # The zone that takes no part leaves the others short.
        share_of_key("stranger", "0.5"),
        share_of_key("stranger", "0.5", zone_code="5380"),
    ]
    built = build_sets(tmp_path, {"distribution_keys": shares})
    assert rules_of(built, "shares_do_not_add_up") == [
        ("distribution_keys.csv", line) for line in (4, 5, 8, 11)
    ]
    assert built.data_sets == {"distribution_keys": (11, 5, 1, 5)}


def test_a_line_of_a_day_on_which_its_zone_was_not_there_is_not_its_own(tmp_path: Path) -> None:
    life = (r'code = "5382"\njoined', 'code = "5382"\nfounded = 2022-01-02\ndissolved = 2023-01-01\njoined')
    days = ("2022-01-01", "2022-01-02", "2023-01-01", "2023-01-02")
    rows = {
        "interventions": [intervention(day, f"{day} 23:59:59", zone_code="5382") for day in days],
        "costs": [cost("1", booking_date=day, zone_code="5382") for day in days],
        "activities": [activity("1", activity_date=day, zone_code="5382") for day in days],
    }
    built = build_sets(tmp_path, rows, settings_text(life))
    assert rules_of(built, "outside_zone_life") == [
        (f"{name}.csv", line) for name in ("activities", "costs", "interventions") for line in (2, 5)
    ]
    assert {counts for counts in built.data_sets.values()} == {(4, 2, 0, 2)}


# --- The same thing in two files or layouts ------------------------------------------------------------------------

OTHER_LAYOUT = """[file]
header = ["nr", "dag", "zone", "bedrag", "wat"]
[costs]
booking_date = "dag"
zone_code = "zone"
amount_eur = "bedrag"
description = "wat"
category = { value = "werking" }
"""


def profile(folder: Path, text: str) -> None:
    (folder / "no_profiles").mkdir(exist_ok=True)
    (folder / "no_profiles" / "own.toml").write_text(text, encoding="utf-8")


def test_a_booking_in_an_old_and_a_new_layout_counts_once_but_two_alike_stay_two(tmp_path: Path) -> None:
    profile(tmp_path, OTHER_LAYOUT)
    # Document numbers tell the first two apart: two bookings of the same amount on the same day.
    fuel = "10/06/2023;5381;50,00;fuel"
    own = f"nr;dag;zone;bedrag;wat\n1;{fuel}\n2;{fuel}\n3;10/06/2023;5381;7,5;tea\n"
    plain = {"domain_code": "", "service": ""}
    ledger = [cost("50.00", description="fuel", **plain), cost("8.00", description="tea", **plain)]
    files = {"a.csv": csv_text(COLUMNS["costs"], ledger), "b.csv": own}
    built, staged = build_and_stage(tmp_path, files)
    assert sorted(row["amount_eur"] for row in staged["costs"]) == [
        Decimal(x) for x in ("7.50", "8.00", "50.00", "50.00")
    ]
    assert built.data_sets == {"costs": (5, 4, 1, 0)}


LATEST = """[file]
header = ["nr", "gemeente", "ontvangen", "prio"]
[interventions]
intervention_id = "nr"
municipality_nis = "gemeente"
received_at = "ontvangen"
priority = "prio"
zone_code = { value = "5381" }
latest_file_wins = true
"""


def test_where_the_profile_says_so_the_latest_file_wins_and_the_replaced_line_is_told(tmp_path: Path) -> None:
    profile(tmp_path, LATEST)
    head = "nr;gemeente;ontvangen;prio\n"
    files = {
        "2023-01.csv": head
        + "A;Riemst;2023-06-10 12:00:00;1\nB;Riemst;2023-06-10 12:00:00;1\nC;;2023-06-10 12:00:00;1\n",
        # A changes to a poorer line, C to a richer one.
        "2023-02.csv": head + "A;;2023-06-10 12:00:30;\nC;Voeren;2023-06-10 12:00:00;2\n",
        # A changes back: to the letter what the first file said, so the first one is the repeat.
        "2023-03.csv": head + "A;Riemst;2023-06-10 12:00:00;1\n",
    }
    built, staged = build_and_stage(tmp_path, files)
    calls = {row["intervention_id"]: (row["nis_code"], row["priority"]) for row in staged["interventions"]}
    assert calls == {"A": ("73066", "1"), "B": ("73066", "1"), "C": ("73109", "2")}
    assert built.data_sets == {"interventions": (6, 3, 1, 2)}
    found = built.select("select * from rejects order by file_name, line_number")
    assert [(r["file_name"], r["line_number"], r["rule"], r["other_file_name"]) for r in found] == [
        ("2023-01.csv", 4, "replaced_by_later_file", "2023-02.csv"),
        ("2023-02.csv", 2, "replaced_by_later_file", "2023-03.csv"),
    ]


def test_without_the_profile_s_word_the_fuller_line_is_kept_whatever_its_file(tmp_path: Path) -> None:
    profile(tmp_path, LATEST.replace("latest_file_wins = true\n", ""))
    head = "nr;gemeente;ontvangen;prio\n"
    files = {"1.csv": head + "A;Riemst;2023-06-10 12:00:00;1\n", "2.csv": head + "A;;2023-06-10 12:00:30;\n"}
    built, staged = build_and_stage(tmp_path, files)
    assert [row["nis_code"] for row in staged["interventions"]] == ["73066"]
    assert built.refusals == [("2.csv", 2, "repeated_id")]


def test_within_the_latest_file_the_fuller_line_is_kept(tmp_path: Path) -> None:
    profile(tmp_path, LATEST)
    content = "nr;gemeente;ontvangen;prio\nA;;2023-06-10 12:00:30;\nA;Riemst;2023-06-10 12:00:00;1\n"
    built, _ = build_and_stage(tmp_path, {"1.csv": content})
    assert built.refusals == [("1.csv", 2, "repeated_id")]


def test_all_units_of_an_intervention_come_from_the_latest_file(tmp_path: Path) -> None:
    profile(
        tmp_path,
        '[file]\nheader = ["call", "unit", "arrived"]\n[deployments]\nintervention_id = "call"\nunit_id = "unit"\n'
        'arrived_at = "arrived"\nunit_zone_code = { value = "5381" }\nlatest_file_wins = true\n',
    )
    head = "call;unit;arrived\n"
    calls = [intervention(name, "2023-06-10 12:00:00") for name in "AB"]
    files = {
        "calls.csv": csv_text(COLUMNS["interventions"], calls),
        "u1.csv": head + "A;U1;2023-06-10 12:05:00\nA;U2;2023-06-10 12:08:00\nB;U1;2023-06-10 12:30:00\n",
        # U2 is to the letter as it was, U1 is corrected; a line of no call replaces nothing.
        "u2.csv": head
        + "A;U1;2023-06-10 12:06:00\nA;U2;2023-06-10 12:08:00\nnobody;U9;2023-06-10 12:00:00\n",
    }
    built, _ = build_and_stage(tmp_path, files)
    assert {name: (call["response_seconds"], call["unit_count"]) for name, call in built.calls.items()} == {
        "A": (360, 2),
        "B": (1800, 1),
    }
    assert built.data_sets["deployments"] == (6, 3, 1, 2)
    assert built.refusals == [("u1.csv", 2, "replaced_by_later_file"), ("u2.csv", 4, "unknown_intervention")]


KEYED = {
    "investments": (investment("A", "1"), {"price_eur": "2", "key_id": ""}),
    "distribution_keys": (share_of_key("A", "1"), {"share": "1.0"}),
    "standalone_estimates": (estimate("A", "1"), {"estimate_eur": "2", "basis": ""}),
}


@pytest.mark.parametrize("name", KEYED)
def test_purchases_keys_and_estimates_are_replaced_too(tmp_path: Path, name: str) -> None:
    row, change = KEYED[name]
    columns = [*COLUMNS[name], "own"]
    mapped = "".join(f'{column} = "{column}"\n' for column in COLUMNS[name])
    header = ", ".join(f'"{column}"' for column in columns)
    profile(tmp_path, f"[file]\nheader = [{header}]\n[{name}]\n{mapped}latest_file_wins = true\n")
    files = {
        "1.csv": csv_text(columns, [row | {"own": "x"}], ","),
        "2.csv": csv_text(columns, [row | change | {"own": "y"}], ","),
        "zz.csv": csv_text(
            COLUMNS["investments"], [investment("A" if name != "investments" else "Z", "1")], ","
        ),
    }
    built, _ = build_and_stage(tmp_path, files)
    assert built.refusals == [("1.csv", 2, "replaced_by_later_file")]
    (reject,) = built.select("select other_file_name, other_line_number, value from rejects")
    assert tuple(reject.values()) == ("2.csv", 2, "A")


# --- Builds that hold a part ---------------------------------------------------------------------------------------

ONE_LINE = {
    "interventions": [intervention("A", "2023-06-10 12:00:00")],
    "costs": [cost("1")],
    "investments": [investment("A", "1")],
    "distribution_keys": [share_of_key("A", "1")],
    "activities": [activity("1")],
}


@pytest.mark.parametrize("name", ONE_LINE)
def test_a_build_with_one_data_set_only_is_published(tmp_path: Path, name: str) -> None:
    built = build_sets(tmp_path, {name: ONE_LINE[name]})
    assert built.data_sets == {name: (1, 1, 0, 0)}
    assert len(built.calls) == (name == "interventions")


@pytest.mark.parametrize("name", ["deployments", "standalone_estimates"])
def test_what_refers_to_nothing_alone_publishes_nothing(tmp_path: Path, name: str) -> None:
    alone = {"deployments": [deployment("A")], "standalone_estimates": [estimate("A", "1")]}
    with pytest.raises(BuildError, match="no line was accepted"):
        build_sets(tmp_path, {name: alone[name]})


def test_one_file_may_hold_several_data_sets(tmp_path: Path) -> None:
    profile(
        tmp_path,
        '[file]\nheader = ["what", "price", "alone", "bought"]\n'
        '[investments]\ninvestment_id = "what"\nprice_eur = "price"\npurchase_date = "bought"\n'
        '[standalone_estimates]\ninvestment_id = "what"\nestimate_eur = "alone"\nbasis = { value = "offerte" }\n'
        "zone_code = { sql = \"each\" }\nfor_each = \"['5381', 'ZP Fourons']\"\n",
    )
    content = "what;price;alone;bought\nradar;€ 40.000;31.000,50;01/03/2022\n"
    built, staged = build_and_stage(tmp_path, {"purchases.csv": content})
    assert [row["price_eur"] for row in staged["investments"]] == [Decimal("40000.00")]
    assert cells(staged, "standalone_estimates", "zone_code", "estimate_eur", "basis") == [
        ("5381", Decimal("31000.50"), "quote"),
        ("5382", Decimal("31000.50"), "quote"),
    ]
    assert built.account("purchases.csv") == (1, 1, 0, 0)


def test_staged_columns_have_the_types_of_their_kinds(tmp_path: Path) -> None:
    types = {"date": date, "amount": Decimal, "share": Decimal, "number": Decimal}
    rows = {name: lines for name, lines in ONE_LINE.items() if name != "interventions"}
    _, staged = build_and_stage(
        tmp_path, {f"{name}.csv": csv_text(COLUMNS[name], lines) for name, lines in rows.items()}
    )
    for data_set in DATA_SETS:
        for row in staged[data_set.name]:
            for column, kind in data_set.kinds.items():
                value = row[column]
                assert value is None or type(value) is types.get(kind, str), (data_set.name, column)
    assert all(staged[name] for name in rows)


def test_a_ledger_line_of_no_purchase_and_a_purchase_of_no_key_are_not_warned_about(tmp_path: Path) -> None:
    # Neither a list of purchases nor one of keys: what names none misses none, what names one does.
    ledger = {"costs": [cost("10"), cost("11", joint_purchase_id="radar")]}
    flagged = build_sets(tmp_path / "ledger", ledger).select("select rule, line_number from flagged_cells")
    assert flagged == [{"rule": "unknown_purchase", "line_number": 3}]
    purchases = {"investments": [investment("radar", "10"), investment("drone", "10", key_id="half")]}
    flagged = build_sets(tmp_path / "purchases", purchases).select(
        "select rule, line_number from flagged_cells where rule = 'unknown_key'"
    )
    assert flagged == [{"rule": "unknown_key", "line_number": 3}]
