"""Every rule: a line that just breaks it, the line beside it that does not, and what becomes of the cell."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import permutations
from pathlib import Path

import pytest

from cooperation.settings import load_settings
from cooperation.warehouse.build import (
    ACCOUNT_MARTS,
    MARTS_OF_CALLS,
    MARTS_OF_MONEY,
    STAGED_FIRST,
    STAGED_NEXT,
)
from cooperation.warehouse.query_files import QUERIES, query_text
from cooperation.warehouse.rules import RULES as ALL_RULES
from cooperation.warehouse.rules import RULES_OF
from tests.warehouse.exports import (
    COLUMNS,
    Built,
    Row,
    activity,
    build_files,
    build_rows,
    cost,
    csv_text,
    deployment,
    estimate,
    intervention,
    investment,
    settings_text,
    share_of_key,
)

CALL = "2023-06-10 12:00:00"
ARRIVED = "2023-06-10 12:10:00"
RULES = {(rule.data_set, rule.name): rule for rule in ALL_RULES}

KEYED = ("interventions", "investments", "distribution_keys", "standalone_estimates")

# Found while a file is read, before its cells are known.
LINE_RULES = ("too_few_fields", "too_many_fields", "quote_not_closed", "line_too_long")


@dataclass(frozen=True)
class Case:
    """Rows that break a rule in a column, and rows that come as near as can be without breaking it."""

    data_set: str
    rule: str
    column: str
    breaking: tuple[Row, ...]
    keeping: tuple[Row, ...]


def calls(**cells: str) -> Row:
    return intervention("", CALL) | cells


def units(arrived_at: str = ARRIVED, **cells: str) -> Row:
    return deployment("", arrived_at, **cells)


CASES: tuple[Case, ...] = (
    Case(
        "interventions",
        "missing_value",
        "zone_code",
        (calls(zone_code=""), calls(zone_code="NULL")),
        (calls(),),
    ),
    Case("interventions", "missing_value", "received_at", (calls(received_at=" "),), (calls(),)),
    Case(
        "interventions",
        "unreadable_received_at",
        "received_at",
        (
            calls(received_at="2023-02-29 12:00:00"),
            calls(received_at="12:00:00"),
            calls(received_at="13/13/2023 12:00:00"),
            calls(received_at="2023-06-10 25:00:00"),
            calls(received_at="now"),
            calls(received_at="45087.5"),
        ),
        (calls(received_at="2024-02-29 12:00:00"), calls(received_at="2023-06-10 23:59:59")),
    ),
    Case(
        "interventions", "unknown_zone", "zone_code", (calls(zone_code="5380"),), (calls(zone_code=" 5382 "),)
    ),
    Case(
        "interventions",
        "implausible_received_at",
        "received_at",
        (calls(received_at="2014-12-31 23:59:59"), calls(received_at="2027-01-01 00:00:00")),
        (calls(received_at="2015-01-01 00:00:00"), calls(received_at="2026-12-31 23:59:59")),
    ),
    Case(
        "interventions",
        "unknown_municipality",
        "municipality_nis",
        (calls(municipality_nis="62063"), calls(municipality_nis="Luik")),
        (calls(municipality_nis="fourons"), calls(municipality_nis="")),
    ),
    Case(
        "interventions",
        "unknown_priority",
        "priority",
        (calls(priority="5"), calls(priority="1.0"), calls(priority="-1")),
        (calls(priority="4"), calls(priority="0"), calls(priority=""), calls(priority=" 1 ")),
    ),
    Case(
        "interventions",
        "unknown_origin",
        "origin",
        (calls(origin="citizen"),),
        (calls(origin="planned"), calls(origin="own_initiative"), calls(origin="")),
    ),
    Case(
        "interventions",
        "unreadable_time",
        "closed_at",
        (calls(closed_at="later"),),
        (calls(closed_at="10/06/2023 13:00"), calls(closed_at="")),
    ),
    Case(
        "interventions",
        "time_of_day_missing",
        "received_at",
        (calls(received_at="2023-06-10"), calls(received_at="1/6/2023")),
        (calls(received_at="2023-06-10 00:00:00"), calls(received_at="1/6/2023 0:00")),
    ),
    Case(
        "interventions",
        "clock_change_hour",
        "received_at",
        (calls(received_at="2023-10-29 02:00:00"), calls(received_at="2023-03-26 02:59:59")),
        (calls(received_at="2023-10-29 01:59:59"), calls(received_at="2023-03-26 03:00:00")),
    ),
    Case("deployments", "missing_value", "intervention_id", (deployment("", ARRIVED),), ()),
    Case("deployments", "unknown_intervention", "intervention_id", (deployment("nobody", ARRIVED),), ()),
    Case(
        "deployments",
        "unreadable_time",
        "dispatched_at",
        (units(dispatched_at="x"),),
        (units(dispatched_at=""),),
    ),
    Case(
        "deployments",
        "unreadable_time",
        "departed_at",
        (units(departed_at="12:05:00"),),
        (units(departed_at=""),),
    ),
    Case("deployments", "unreadable_time", "arrived_at", (units("2023-06-31 12:00:00"),), (units(""),)),
    Case("deployments", "unreadable_time", "cleared_at", (units(cleared_at="0"),), (units(cleared_at=""),)),
    Case(
        "deployments",
        "unknown_assistance",
        "assistance",
        (units(assistance="helped"),),
        tuple(units(assistance=kind) for kind in ("OWN", "partner", "lateral", "HyCap", "federal", "")),
    ),
    Case("deployments", "arrival_before_call", "arrived_at", (units("2023-06-10 11:59:59"),), (units(CALL),)),
    Case(
        "deployments",
        "dispatch_before_call",
        "dispatched_at",
        (units(dispatched_at="2023-06-10 11:59:59"),),
        (units(dispatched_at=CALL),),
    ),
    Case(
        "deployments",
        "departure_before_dispatch",
        "departed_at",
        (units(dispatched_at="2023-06-10 12:01:00", departed_at="2023-06-10 12:00:59"),),
        (units(dispatched_at="2023-06-10 12:01:00", departed_at="2023-06-10 12:01:00"),),
    ),
    Case(
        "deployments",
        "cleared_before_arrival",
        "cleared_at",
        (units(cleared_at="2023-06-10 12:09:59"),),
        (units(cleared_at=ARRIVED),),
    ),
    Case(
        "deployments",
        "implausible_response",
        "arrived_at",
        (units("2023-06-11 12:00:01"),),
        (units("2023-06-11 12:00:00"),),
    ),
    Case(
        "deployments",
        "arrival_before_dispatch",
        "arrived_at",
        (
            units(dispatched_at="2023-06-10 12:10:01"),
            units(dispatched_at="2023-06-10 12:01:00", departed_at="2023-06-10 12:10:01"),
        ),
        (units(dispatched_at=ARRIVED), units(dispatched_at="2023-06-10 12:01:00", departed_at=ARRIVED)),
    ),
    Case(
        "deployments",
        "clock_change_hour",
        "cleared_at",
        (units(cleared_at="2023-10-29 02:59:59"),),
        (units(cleared_at="2023-10-29 03:00:00"),),
    ),
)


# Amounts in these rows have a decimal comma, as Belgian Excel writes them.
def booked(amount_eur: str = "1.234,56", **cells: str) -> Row:
    return cost(amount_eur, **cells)


def bought(price_eur: str = "1.234,56", **cells: str) -> Row:
    return investment("", price_eur, **cells)


def shared(share: str = "1", **cells: str) -> Row:
    return share_of_key("", share, **cells)


def estimated(estimate_eur: str = "1.234,56", **cells: str) -> Row:
    return estimate("", estimate_eur, **cells)


def done(quantity: str = "7,5", **cells: str) -> Row:
    return activity(quantity, **cells)


def of_column(
    data_set: str,
    rule: str,
    column: str,
    row: Callable[..., Row],
    breaking: Sequence[str],
    keeping: Sequence[str],
) -> Case:
    """Return a case in which nothing but one cell differs."""
    return Case(
        data_set,
        rule,
        column,
        tuple(row(**{column: cell}) for cell in breaking),
        tuple(row(**{column: cell}) for cell in keeping),
    )


NO_DATES = ("31/02/2023", "soon", "2023", "1686391200000000")
DATES = ("29/02/2024", "2024-02-29", "29-02-2024 12:00", "1686391200")
# With a decimal comma, 1234.5 contradicts the file: it is never taken for 12345 or for 1234,5.
NO_AMOUNTS = ("1234.5", "12.34", "1.234.56", "1,2,3", "ten", "5 5", "--5", "(5", "€")
AMOUNTS = ("€ 5.886.708", "13.162,43", "4 146", "4\u00a0146", "4\u202f146,5", "0", "1.234,5", "5 EUR")
UNKNOWN_ZONES, ZONES = ("5380", "PZ Riemst"), (" 5382 ", "pz voeren", "ZP Fourons", "Voeren", "PZ 5382")
OUT_OF_YEARS, IN_YEARS = ("1989-12-31", "2100-01-01"), ("1990-01-01", "2099-12-31")
CONFIDENTIAL = ("informant_management", "Gestion commune des informateurs", "INFORMANT-MANAGEMENT")
DOMAINS = ("livc", "Opleidingen en trainingen", "opleidingen-en trainingen", "")

CASES += (
    *(
        of_column("costs", "missing_value", column, booked, ("", "NULL", "-", "n.v.t.", "N/A"), ())
        for column in ("booking_date", "zone_code", "amount_eur")
    ),
    of_column("costs", "unreadable_date", "booking_date", booked, NO_DATES, DATES),
    of_column(
        "costs", "unreadable_amount", "amount_eur", booked, NO_AMOUNTS, (*AMOUNTS, "-1", "(1,5)", "2-")
    ),
    of_column("costs", "unknown_zone", "zone_code", booked, UNKNOWN_ZONES, ZONES),
    of_column("costs", "implausible_date", "booking_date", booked, OUT_OF_YEARS, IN_YEARS),
    of_column(
        "costs",
        "implausible_amount",
        "amount_eur",
        booked,
        ("100.000.000,01", "-100.000.001"),
        ("100.000.000", "-100.000.000,00"),
    ),
    of_column("costs", "part_cents", "amount_eur", booked, ("0,005", "1,999"), ("0,50", "1,100")),
    of_column("costs", "confidential_domain", "domain_code", booked, CONFIDENTIAL, DOMAINS),
    of_column("costs", "unknown_domain", "domain_code", booked, ("football",), DOMAINS),
    of_column(
        "costs", "unknown_service", "service", booked, ("special",), ("Gewone dienst", "EXTRAORDINAIRE", "")
    ),
    of_column(
        "costs", "unknown_category", "category", booked, ("other",), ("werking", "Dépenses de dette", "")
    ),
    of_column("costs", "unknown_purchase", "joint_purchase_id", booked, ("no_such",), ("radar", "")),
    *(
        of_column("investments", "missing_value", column, bought, ("", "NULL", "-"), ())
        for column in ("purchase_date", "price_eur")
    ),
    Case("investments", "missing_value", "investment_id", (investment("", "1"),), ()),
    of_column("investments", "unreadable_date", "purchase_date", bought, NO_DATES, DATES),
    of_column("investments", "unreadable_amount", "price_eur", bought, NO_AMOUNTS, AMOUNTS),
    of_column("investments", "negative_amount", "price_eur", bought, ("-0,01", "(1)"), ("0", "0,01")),
    of_column("investments", "implausible_date", "purchase_date", bought, OUT_OF_YEARS, IN_YEARS),
    of_column(
        "investments", "implausible_amount", "price_eur", bought, ("100.000.000,01",), ("100.000.000",)
    ),
    of_column("investments", "part_cents", "price_eur", bought, ("10,001",), ("10,010",)),
    of_column("investments", "unreadable_lifetime", "lifetime_years", bought, ("ten", "7.5"), ("7,5", "")),
    of_column("investments", "lifetime_not_positive", "lifetime_years", bought, ("0", "-1"), ("0,5", "1")),
    of_column("investments", "implausible_lifetime", "lifetime_years", bought, ("50,1",), ("50",)),
    of_column("investments", "confidential_domain", "domain_code", bought, CONFIDENTIAL, DOMAINS),
    of_column("investments", "unknown_domain", "domain_code", bought, ("football",), DOMAINS),
    of_column("investments", "unknown_key", "key_id", bought, ("no_such",), ("halves", "")),
    *(
        of_column("distribution_keys", "missing_value", column, shared, ("", "n.v.t."), ())
        for column in ("zone_code", "share")
    ),
    Case("distribution_keys", "missing_value", "key_id", (share_of_key("", "1"),), ()),
    of_column(
        "distribution_keys", "unreadable_share", "share", shared, ("half", "1/1", "1.5"), ("1,0", "100 %")
    ),
    of_column(
        "distribution_keys",
        "share_out_of_range",
        "share",
        shared,
        ("-0,1", "1,000000000001", "60", "101 %"),
        ("1", "100%"),
    ),
    of_column(
        "distribution_keys",
        "shares_do_not_add_up",
        "share",
        shared,
        ("0,999999999999", "99,9 %", "0"),
        ("1",),
    ),
    of_column("distribution_keys", "unreadable_date", "valid_from", shared, NO_DATES, (*DATES, "")),
    of_column("distribution_keys", "unknown_zone", "zone_code", shared, UNKNOWN_ZONES, ZONES),
    of_column("distribution_keys", "implausible_date", "valid_from", shared, OUT_OF_YEARS, IN_YEARS),
    *(
        of_column("standalone_estimates", "missing_value", column, estimated, ("", "-"), ())
        for column in ("zone_code", "estimate_eur")
    ),
    Case("standalone_estimates", "missing_value", "investment_id", (estimate("", "1"),), ()),
    Case("standalone_estimates", "unknown_investment", "investment_id", (estimate("nothing", "1"),), ()),
    of_column("standalone_estimates", "unreadable_amount", "estimate_eur", estimated, NO_AMOUNTS, AMOUNTS),
    of_column("standalone_estimates", "negative_amount", "estimate_eur", estimated, ("-1",), ("0",)),
    of_column(
        "standalone_estimates",
        "implausible_amount",
        "estimate_eur",
        estimated,
        ("100.000.000,01",),
        ("100.000.000",),
    ),
    of_column("standalone_estimates", "part_cents", "estimate_eur", estimated, ("0,125",), ("0,12",)),
    of_column("standalone_estimates", "unknown_zone", "zone_code", estimated, UNKNOWN_ZONES, ZONES),
    of_column("standalone_estimates", "missing_basis", "basis", estimated, ("", "n/a"), ("quote",)),
    of_column(
        "standalone_estimates",
        "unknown_basis",
        "basis",
        estimated,
        ("guess",),
        ("Offerte", "Achat antérieur"),
    ),
    *(
        of_column("activities", "missing_value", column, done, ("", "NULL"), ())
        for column in ("activity_date", "indicator_code", "zone_code", "quantity")
    ),
    of_column("activities", "unreadable_date", "activity_date", done, NO_DATES, DATES),
    of_column(
        "activities", "unreadable_quantity", "quantity", done, ("some", "7.5", "7 %"), ("7,25", "1 000", "0")
    ),
    of_column("activities", "negative_quantity", "quantity", done, ("-0,5",), ("0",)),
    of_column("activities", "implausible_quantity", "quantity", done, ("10 000 000,01",), ("10 000 000",)),
    of_column(
        "activities",
        "impossible_percentage",
        "quantity",
        partial(done, indicator_code="ict_availability", domain_code=""),
        ("100,01", "140", "140 %"),
        ("100", "99,5", "98 %", "98%"),
    ),
    of_column(
        "activities",
        "percentage_as_share",
        "quantity",
        partial(done, indicator_code="ict_availability", domain_code=""),
        ("0,98", "1"),
        ("0", "1,5", "98", "0,98 %"),
    ),
    of_column(
        "activities",
        "fractional_count",
        "quantity",
        partial(done, indicator_code="livc_meetings", domain_code=""),
        ("0,5", "1,25"),
        ("2", "3,00"),
    ),
    of_column(
        "activities", "implausible_date", "activity_date", done, OUT_OF_YEARS, ("1990-01-01", "2025-12-31")
    ),
    of_column("activities", "activity_in_future", "activity_date", done, ("2099-12-31",), ("2025-12-31",)),
    of_column("activities", "unknown_zone", "zone_code", done, UNKNOWN_ZONES, ZONES),
    of_column("activities", "unknown_partner_zone", "partner_zone_code", done, UNKNOWN_ZONES, (*ZONES, "")),
    of_column("activities", "partner_is_own_zone", "partner_zone_code", done, ("5381",), ("5382", "")),
    of_column(
        "activities",
        "unknown_indicator",
        "indicator_code",
        done,
        ("medals",),
        ("training_hours", "Opleidingsuren", "Heures de formation", "TRAINING-HOURS"),
    ),
    of_column("activities", "unknown_domain", "domain_code", done, ("football",), ("training", "")),
    of_column("activities", "other_domain", "domain_code", done, ("livc",), ("Training", "")),
    # Whatever the indicator: of this field no count comes in, and a field that is named in other words is this one too.
    Case(
        "activities",
        "confidential",
        "indicator_code",
        (
            *(done(domain_code=name) for name in (*CONFIDENTIAL, "informanten")),
            done(domain_code="", indicator_code="informant_payments"),
        ),
        (done(domain_code=""),),
    ),
)
# Rules that look at more than one line, or at a setting that is empty here, have tests of their own.
OF_MORE_LINES = {
    *((data_set, "repeated_id") for data_set in KEYED),
    *((data_set, "replaced_by_later_file") for data_set in (*KEYED, "deployments")),
    *((data_set, "outside_zone_life") for data_set in ("interventions", "costs", "activities")),
    ("deployments", "line_refused"),
    ("costs", "credit_over_invoice"),
    ("investments", "payments_differ"),
    ("investments", "purchase_in_future"),
    ("activities", "told_by_another_file"),
    ("activities", "total_of_its_year"),
    ("activities", "perhaps_a_total"),
}
# The column that says which thing a row is about, where its value is the case's own name.
NAMED_BY = {
    "interventions": "intervention_id",
    "deployments": "intervention_id",
    "investments": "investment_id",
    "distribution_keys": "key_id",
    "standalone_estimates": "investment_id",
}
# What the rows of other data sets refer to.
REFERRED_TO = {
    "investments": (investment("radar", "1.234,56"),),
    "distribution_keys": (share_of_key("halves", "0,5"), share_of_key("halves", "50 %", zone_code="5382")),
}


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """All cases in one build; the id of a row says which case it is of, and whether it breaks the rule."""
    rows: dict[str, list[Row]] = {name: list(REFERRED_TO.get(name, ())) for name in COLUMNS}
    for number, case in enumerate(CASES):
        for kind, lines in (("breaking", case.breaking), ("keeping", case.keeping)):
            for place, row in enumerate(lines):
                name = f"{number} {kind} {place}"
                named_by = NAMED_BY.get(case.data_set)
                # A case about the id itself keeps the id that it was written with.
                own = {named_by: name} if named_by and case.column != named_by else {}
                rows[case.data_set].append(row | own | {"why": name})
                if case.data_set == "deployments" and own:
                    rows["interventions"].append(intervention(name, CALL))
                if case.data_set == "standalone_estimates" and own:
                    rows["investments"].append(investment(name, "1"))
    files = {f"{name}.csv": csv_text((*COLUMNS[name], "why"), lines) for name, lines in rows.items()}
    return build_files(tmp_path_factory.mktemp("rules"), files)


def found_rows(built: Built, case: Case) -> list[str]:
    """Return the names of the rows that a rule found in a column, refused or flagged."""
    exports = built.pointer.parent / "exports" / f"{case.data_set}.csv"
    lines = exports.read_text(encoding="utf-8").splitlines()
    sql = "select data_set, rule, column_name, line_number from {} where rule = '{}' and data_set = '{}'"
    found = built.select(sql.format("rejects", case.rule, case.data_set))
    found += built.select(sql.format("flagged_cells", case.rule, case.data_set))
    return [
        lines[row["line_number"] - 1].split(";")[-1] for row in found if row["column_name"] == case.column
    ]


@pytest.fixture(scope="module")
def found_by_any_rule(judged: Built) -> set[str]:
    """Return the names of all rows that any rule found in any column."""
    rules = {(case.data_set, case.rule, case.column) for case in CASES}
    return {name for rule in rules for name in found_rows(judged, Case(*rule, (), ()))}


@pytest.mark.parametrize(
    "number", range(len(CASES)), ids=[f"{c.data_set} {c.rule} {c.column}" for c in CASES]
)
def test_a_rule_finds_what_breaks_it_and_nothing_beside_it(judged: Built, number: int) -> None:
    case = CASES[number]
    own = [name for name in found_rows(judged, case) if name.startswith(f"{number} ")]
    assert sorted(own) == [f"{number} breaking {place}" for place in range(len(case.breaking))]


@pytest.mark.parametrize(
    "number", range(len(CASES)), ids=[f"{c.data_set} {c.rule} {c.column}" for c in CASES]
)
def test_the_rows_beside_a_rule_break_no_rule_at_all(found_by_any_rule: set[str], number: int) -> None:
    assert [name for name in found_by_any_rule if name.startswith(f"{number} keeping")] == []


@pytest.mark.parametrize("case", CASES, ids=[f"{c.data_set} {c.rule} {c.column}" for c in CASES])
def test_a_rule_does_what_the_settings_or_its_nature_say(judged: Built, case: Case) -> None:
    action = RULES[case.data_set, case.rule].action(load_settings().rules)
    where = f"rule = '{case.rule}' and data_set = '{case.data_set}' and column_name = '{case.column}'"
    refused = judged.select(f"select * from rejects where {where}")
    flagged = judged.select(f"select action from flagged_cells where {where}")
    assert bool(refused) == (action == "reject")
    assert {row["action"] for row in flagged} == ({action} if action != "reject" else set())


@pytest.mark.parametrize(
    ("rule", "cell"),
    [
        ("unknown_municipality", "municipality_nis"),
        ("unknown_priority", "priority"),
        ("unknown_origin", "origin"),
    ],
)
def test_an_emptied_cell_is_unknown_and_its_line_still_counts(judged: Built, rule: str, cell: str) -> None:
    (number,) = [n for n, case in enumerate(CASES) if case.rule == rule]
    call = judged.calls[f"{number} breaking 0"]
    assert call[cell] is None
    assert call["is_urgent"] is (rule != "unknown_priority")


def test_an_unknown_kind_of_assistance_is_derived_from_the_zones(judged: Built) -> None:
    (number,) = [n for n, case in enumerate(CASES) if case.rule == "unknown_assistance"]
    assert judged.calls[f"{number} breaking 0"]["first_unit_assistance"] == "own"
    kinds = [judged.calls[f"{number} keeping {place}"]["first_unit_assistance"] for place in range(6)]
    assert kinds == ["own", "partner", "lateral", "hycap", "federal", "own"]


def test_every_rule_has_a_case_and_every_case_a_rule() -> None:
    assert {(case.data_set, case.rule) for case in CASES} | OF_MORE_LINES == set(RULES)


def test_every_rule_is_one_file_and_every_file_one_rule() -> None:
    files = {(path.parent.name, path.stem) for path in (QUERIES / "rules").glob("*/*.sql")}
    assert files == set(RULES)
    assert all(query_text(rule.query) for rule in RULES.values())


def test_what_is_staged_or_counted_side_by_side_stands_on_nothing_of_the_other_side() -> None:
    pairs = (STAGED_FIRST, STAGED_NEXT)
    assert {name for lists in pairs for names in lists for name in names} == set(RULES_OF)
    earlier: set[str] = set()
    for lists in pairs:
        for names in lists:
            for place, name in enumerate(names):
                queries = [rule.query for rule in RULES_OF[name]]
                queries += [f"staging/{path.stem}" for path in QUERIES.glob(f"staging/{name}*.sql")]
                looked_at = {found for query in queries for found in _data_sets_staged_for(query)}
                assert looked_at <= earlier | set(names[: place + 1]), name
        earlier |= {name for names in lists for name in names}
    calls = {name for names in (STAGED_FIRST[0], STAGED_NEXT[0]) for name in names}
    assert not {name for mart in MARTS_OF_MONEY for name in _data_sets_staged_for(f"marts/{mart}")} & calls
    steps = [ACCOUNT_MARTS, *((mart,) for mart in MARTS_OF_CALLS)]
    for marts, others in permutations(steps, 2):
        texts = [query_text(f"marts/{mart}") for mart in marts]
        assert not [
            other for other in others for text in texts if re.search(rf"\b(from|join) {other}\b", text)
        ]


def _data_sets_staged_for(query: str) -> set[str]:
    """Return the data sets of which a query reads staged lines."""
    read = set(re.findall(r"\bstaging\.(\w+)", query_text(query)))
    return {name.removesuffix("_parsed") for name in read} & set(RULES_OF)


def test_every_adjustable_rule_stands_in_the_settings_and_no_other_does() -> None:
    adjustable = {rule.name for rule in RULES.values() if rule.fixed_action is None}
    fixed = {rule.name for rule in RULES.values() if rule.fixed_action is not None}
    assert set(load_settings().rules) == adjustable
    # One name, one meaning: a fixed rule that a setting seems to soften would be a lie.
    assert not adjustable & fixed
    assert not (adjustable | fixed) & set(LINE_RULES)


def test_of_a_repeated_id_the_fuller_line_is_kept_wherever_it_stands(tmp_path: Path) -> None:
    full = intervention("A", CALL, nature="x", closed_at="2023-06-10 13:00:00")
    poor = intervention("A", CALL, nature="y", priority="")
    for name, rows in (("one", [full, poor]), ("two", [poor, full])):
        built = build_rows(tmp_path / name, rows, [deployment("A", ARRIVED)])
        assert (built.calls["A"]["nature"], built.calls["A"]["response_seconds"]) == ("x", 600)
        assert built.data_sets == {"interventions": (2, 1, 0, 1), "deployments": (1, 1, 0, 0)}


def test_the_unit_on_a_refused_line_of_a_wide_export_does_not_go_to_the_kept_one(tmp_path: Path) -> None:
    # One line holds call and unit. Two calls carry the same id: the refused one's unit answered another call.
    profiles = tmp_path / "no_profiles"
    profiles.mkdir()
    (profiles / "wide.toml").write_text(
        '[file]\nheader = ["case", "zone", "received", "priority", "arrived"]\n'
        '[interventions]\nintervention_id = "case"\nzone_code = "zone"\nreceived_at = "received"\n'
        'priority = "priority"\n'
        '[deployments]\nintervention_id = "case"\narrived_at = "arrived"\n',
        encoding="utf-8",
    )
    content = (
        "case;zone;received;priority;arrived\n"
        "A;5381;2023-06-10 12:00:00;1;2023-06-10 12:10:00\n"
        "A;5381;2023-06-10 12:00:01;;2023-06-10 12:05:00\n"
        "B;5381;2023-06-10 12:00:00;1;2023-06-10 12:20:00\n"
        "B;5381;2023-06-10 12:00:00;1;2023-06-10 12:20:00\n"
    )
    built = build_files(tmp_path, {"wide.csv": content})
    assert {name: call["response_seconds"] for name, call in built.calls.items()} == {"A": 600, "B": 1200}
    assert built.refusals == [("wide.csv", 3, "line_refused"), ("wide.csv", 3, "repeated_id")]
    assert built.data_sets == {"interventions": (4, 2, 1, 1), "deployments": (4, 2, 1, 1)}
    assert built.account("wide.csv") == (4, 2, 1, 1)


def test_what_two_files_tell_of_one_day_is_told_and_counted_unless_the_settings_keep_the_later(
    tmp_path: Path,
) -> None:
    first = [
        # Written otherwise in the second file: the same 400 hours, of the same zone, on the same day.
        activity("400", activity_date="2024-12-31"),
        # Corrected in the second file.
        activity("30", activity_date="2024-06-30", indicator_code="training_participants"),
        # Another day, zone or partner is another activity.
        activity("400", activity_date="2024-12-30"),
        activity("400", activity_date="2024-12-31", zone_code="5382"),
        activity("400", activity_date="2024-12-31", partner_zone_code="5382"),
    ]
    second = [
        activity("400,0", activity_date="31/12/2024", zone_code="PZ Bilzen-Hoeselt-Riemst"),
        activity("33", activity_date="2024-06-30", indicator_code="training_participants"),
        # Twice in one file is twice: nobody knows what tells them apart, so neither is warned of.
        activity("1", activity_date="2024-01-05"),
        activity("2", activity_date="2024-01-05"),
    ]
    files = {
        name: csv_text(COLUMNS["activities"], rows) for name, rows in (("a.csv", first), ("b.csv", second))
    }
    built = build_files(tmp_path / "warned", files)
    told = {("activities", place, "quantity", "told_by_another_file", "warn") for place in (2, 3)}
    assert built.flags == told and built.refusals == []
    assert {row["file_name"] for row in built.select("select file_name from flagged_cells")} == {"a.csv"}
    strict = settings_text((r'(?m)^told_by_another_file = "warn"', 'told_by_another_file = "reject"'))
    kept = build_files(tmp_path / "kept", files, strict)
    assert kept.refusals == [("a.csv", place, "told_by_another_file") for place in (2, 3)]
    others = kept.select("select other_file_name, other_line_number from rejects order by line_number")
    assert [tuple(row.values()) for row in others] == [("b.csv", 2), ("b.csv", 3)]


def test_a_yearly_total_among_the_lines_that_it_adds_up_is_left_out_or_counts_with_a_warning_where_the_settings_say_so(
    tmp_path: Path,
) -> None:
    quarters = ("03-31", "06-30", "09-30", "12-31")
    rows = [
        # 10 + 20 + 30 + 40, and their total on the day of the last of them.
        *(activity(str(10 * place), activity_date=f"2022-{day}") for place, day in enumerate(quarters, 1)),
        activity("100", activity_date="2022-12-31"),
        # The same lines with a total that differs: another hour was given, or it is no total.
        *(activity(str(10 * place), activity_date=f"2023-{day}") for place, day in enumerate(quarters, 1)),
        activity("101", activity_date="2023-12-31"),
        # A total on any other day is an activity, and so is one of three others.
        *(activity("5", activity_date=f"2024-{day}") for day in quarters),
        activity("20", activity_date="2024-10-12"),
        *(activity("5", activity_date=f"2024-{day}", zone_code="5382") for day in quarters[:3]),
        activity("15", activity_date="2024-12-31", zone_code="5382"),
        # One line that is all there was, and again: nobody knows that it is a total.
        *(
            activity(quantity, activity_date=f"2021-{day}")
            for quantity, day in zip("7000", quarters, strict=True)
        ),
        activity("7", activity_date="2021-12-31"),
        # A year's mean of percentages adds up nothing.
        *(
            activity(quantity, activity_date=f"2020-{day}", domain_code="", indicator_code="ict_availability")
            for quantity, day in zip(("2", "2", "2", "2", "8"), (*quarters, "12-31"), strict=True)
        ),
        # So small a total is told, but not how small; a line that is refused adds up nothing.
        *(
            activity(
                "1",
                activity_date=f"2020-{day}",
                domain_code="",
                indicator_code="victim_support_call_outs",
                zone_code="5382",
            )
            for day in quarters
        ),
        activity(
            "9",
            activity_date="2020-02-30",
            domain_code="",
            indicator_code="victim_support_call_outs",
            zone_code="5382",
        ),
        activity(
            "4",
            activity_date="2020-01-01",
            domain_code="",
            indicator_code="victim_support_call_outs",
            zone_code="5382",
        ),
    ]
    files = {"a.csv": csv_text(COLUMNS["activities"], rows)}
    total, small = rows.index(rows[4]) + 2, len(rows) + 1
    lenient = settings_text((r'(?m)^total_of_its_year = "reject"', 'total_of_its_year = "warn"'))
    warned = build_files(tmp_path / "warned", files, lenient)
    told = warned.select(
        "select line_number, value from flagged_cells where rule = 'total_of_its_year' order by line_number"
    )
    assert [tuple(row.values()) for row in told] == [(total, "100"), (small, "< 5")]
    kept = build_files(tmp_path / "kept", files)
    left_out = kept.select(
        "select line_number, value, line_text is null as is_hidden from rejects"
        " where rule = 'total_of_its_year' order by line_number"
    )
    assert [tuple(row.values()) for row in left_out] == [(total, "100", False), (small, None, True)]
    hours = "select sum(quantity)::integer as hours from activity_months where year(month) = 2022"
    assert [warned.select(hours)[0]["hours"], kept.select(hours)[0]["hours"]] == [200, 100]


def test_what_may_be_a_total_beside_its_own_lines_is_told_and_counts(tmp_path: Path) -> None:
    def months(year: int, quantities: Iterable[float], **cells: str) -> list[Row]:
        days = [date(year, month, 1) for month in range(1, 13)]
        return [
            activity(f"{quantity}".replace(".", ","), activity_date=str(day), **cells)
            for day, quantity in zip(days, quantities, strict=False)
        ]

    participants = {"indicator_code": "training_participants"}
    told = [
        # Rounded: the months add up to 204.
        activity("205", activity_date="2022-12-31"),
        # A quarter beside its months, and a year, each without the other.
        activity("51", activity_date="2023-03-31"),
        activity("204", activity_date="2023-12-31"),
        # Half-years, on their first day.
        activity("63", activity_date="2024-01-01"),
        activity("63", activity_date="2024-07-01"),
        # Three months and their sum at the end of the year.
        activity("34", activity_date="2021-12-31", zone_code="5382"),
    ]
    plain = [
        *months(2022, [17] * 12),
        *months(2023, [17] * 12),
        *months(2024, [10.5] * 12),
        *months(2021, [10, 12, 12], zone_code="5382"),
        # The last month of a quarter is twice the others, but it is the month's own line.
        *months(2022, [4, 4, 9, 4, 4, 9, 4, 4, 9, 4, 4, 9], zone_code="5382"),
        # More in one month than in any other, but not what the others add up to.
        *months(2023, [5] * 11 + [40], **participants),
        # What is done on the last day of a year may well be large.
        activity("30", activity_date="2023-12-31", **participants),
    ]
    text = csv_text(COLUMNS["activities"], [*told, *plain])
    built = build_files(tmp_path, {"a.csv": text})
    found = built.select("select line_number, rule from flagged_cells order by line_number")
    assert [tuple(row.values()) for row in found] == [
        (place, "perhaps_a_total") for place in range(2, 2 + len(told))
    ]
    hours = "select sum(quantity)::integer as hours from activity_months where year(month) = 2022"
    assert built.select(hours + " and zone_code = '5381'") == [{"hours": 409}]


def test_a_refused_line_does_not_tell_a_small_count_whatever_it_was_refused_for(tmp_path: Path) -> None:
    files_of_people = {"domain_code": "", "indicator_code": "oversight_files", "activity_date": "32/12/2023"}
    rows = [
        activity("2", **files_of_people),
        activity("0", **files_of_people),
        activity("12", **files_of_people),
        # Of hours nobody is told.
        activity("2", activity_date="32/12/2023"),
        activity("2"),
    ]
    built = build_files(tmp_path, {"a.csv": csv_text(COLUMNS["activities"], rows)})
    found = built.select("select line_number, value, line_text from rejects order by line_number")
    assert [(row["value"], row["line_text"] is None) for row in found] == [
        (None, True),
        *[("32/12/2023", False)] * 3,
    ]
