"""An independent twin in plain Decimals and fractions agrees with the SQL on random ledgers, keys and purchases."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperation.warehouse.query_files import query_text

ZONES = ("5381", "5382", "5390")
TWELVE_DIGITS = 10**12
STAGED = """
    create table staging.costs (
        booking_date date, zone_code varchar, domain_code varchar, service varchar, category varchar,
        amount_eur decimal(18, 2), joint_purchase_id varchar
    );
    create table staging.investments (
        investment_id varchar, name varchar, domain_code varchar, purchase_date date, price_eur decimal(18, 2),
        lifetime_years decimal(18, 6), key_id varchar
    );
    create table staging.distribution_keys (
        key_id varchar, zone_code varchar, share decimal(18, 12), valid_from date
    );
"""


@dataclass(frozen=True)
class Version:
    """The shares of the one key from a day on, in parts of a million millions."""

    valid_from: date
    shares: dict[str, int]


@dataclass(frozen=True)
class Bought:
    """One purchase; a `lifetime` in months."""

    day: date
    price: Decimal
    lifetime: int


DAYS = st.dates(date(2019, 1, 1), date(2024, 12, 31))
PRICES = st.decimals("0.01", "99999999.99", places=2)


@st.composite
def versions(draw: Any) -> Version:
    cuts = sorted(draw(st.lists(st.integers(0, TWELVE_DIGITS), min_size=2, max_size=2)))
    parts = (cuts[0], cuts[1] - cuts[0], TWELVE_DIGITS - cuts[1])
    named = {zone: part for zone, part in zip(ZONES, parts, strict=True) if part or draw(st.booleans())}
    return Version(draw(DAYS), named)


KEYS = st.lists(versions(), max_size=3, unique_by=lambda version: version.valid_from)
PURCHASES = st.builds(Bought, DAYS, PRICES, st.integers(1, 40))
LINES = st.lists(
    st.tuples(
        DAYS,
        st.sampled_from(ZONES),
        st.sampled_from([None, "training"]),
        st.sampled_from(["ordinary", "extraordinary", None, "strange"]),
        st.sampled_from(["personnel", "investment", "debt", None]),
        st.decimals("-99999.99", "99999.99", places=2),
        st.sampled_from([None, "bought", "nowhere"]),
    ),
    max_size=20,
)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute(query_text("macros"))
        opened.execute("attach ':memory:' as staging")
        opened.execute(STAGED)
        yield opened


def fill(
    connection: duckdb.DuckDBPyConnection,
    keys: Sequence[Version],
    purchase: Bought,
    lines: Sequence[tuple[Any, ...]],
) -> None:
    for table in ("costs", "investments", "distribution_keys"):
        connection.execute(f"delete from staging.{table}")
    connection.execute(
        "insert into staging.investments values ('bought', 'x', 'training', ?, ?, ?, 'K')",
        [purchase.day, purchase.price, Decimal(purchase.lifetime) / 12],
    )
    rows = [(zone, share, version) for version in keys for zone, share in version.shares.items()]
    for zone, share, version in rows:
        connection.execute(
            "insert into staging.distribution_keys values ('K', ?, ?, ?)",
            [zone, Decimal(share).scaleb(-12), version.valid_from],
        )
    for line in lines:
        connection.execute("insert into staging.costs values (?, ?, ?, ?, ?, ?, ?)", list(line))
    for mart in ("joint_purchases", "cost_shares", "ledger_months", "cost_months"):
        connection.execute(f"create or replace table {mart} as {query_text(f'marts/{mart}')}")


def month_after(first: date, months: int) -> date:
    return date(first.year + (first.month - 1 + months) // 12, (first.month - 1 + months) % 12 + 1, 1)


def depreciated(keys: Sequence[Version], purchase: Bought) -> dict[tuple[date, str | None], Decimal]:
    """Return what each month costs each zone, from what is owed by its end less what was owed before."""
    owed_exactly: dict[str | None, Fraction] = defaultdict(Fraction)
    owed_before: dict[str | None, Decimal] = defaultdict(Decimal)
    costs = {}
    for number in range(purchase.lifetime):
        month = month_after(purchase.day.replace(day=1), number)
        valid = [version for version in keys if version.valid_from <= max(month, purchase.day)]
        latest = max(valid, key=lambda version: version.valid_from, default=None)
        part = Fraction(purchase.price) / purchase.lifetime
        if latest is None:
            owed_exactly[None] += part
        for zone, share in latest.shares.items() if latest else ():
            owed_exactly[zone] += part * share / TWELVE_DIGITS
        total = half_up(Fraction(purchase.price) * (number + 1) / purchase.lifetime)
        whole = {zone: int(amount * 100) for zone, amount in owed_exactly.items()}
        by_loss = sorted(whole, key=lambda zone: (whole[zone] - owed_exactly[zone] * 100, zone or "~"))
        for zone in by_loss[: int(total * 100) - sum(whole.values())]:
            whole[zone] += 1
        for zone, cents in whole.items():
            owed = Decimal(cents) / 100
            costs[month, zone] = owed - owed_before[zone]
            owed_before[zone] = owed
    return costs


def half_up(amount: Fraction) -> Decimal:
    return Decimal(int((amount * 200 + 1) // 2)) / 100


def treatment(line: tuple[Any, ...]) -> str:
    _, _, _, service, category, _, purchase = line
    if purchase == "bought":
        return "purchase_payment"
    if service == "extraordinary" or category == "investment":
        return "other_investment"
    return "running_cost" if service == "ordinary" else "service_unknown"


@settings(max_examples=60)
@given(KEYS, PURCHASES, LINES)
def test_the_twin_agrees(
    connection: duckdb.DuckDBPyConnection, keys: list[Version], purchase: Bought, lines: list[tuple[Any, ...]]
) -> None:
    fill(connection, keys, purchase, lines)
    shares = connection.execute(
        "select month, zone_code, amount_eur from cost_shares where amount_eur <> 0"
    ).fetchall()
    expected = {place: amount for place, amount in depreciated(keys, purchase).items() if amount}
    assert {(month, zone): amount for month, zone, amount in shares} == expected
    assert sum(expected.values(), Decimal(0)) == purchase.price

    sums: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
    for line in lines:
        day, zone, domain, _, _, amount, _ = line
        sums[zone, day.replace(day=1), domain, treatment(line)] += amount
    ledger = connection.execute(
        "select zone_code, month, domain_code, treatment, sum(amount_eur) from ledger_months group by all"
    ).fetchall()
    assert {tuple(row[:4]): row[4] for row in ledger} == dict(sums)

    running = sum((amount for place, amount in sums.items() if place[3] == "running_cost"), Decimal(0))
    counted = connection.execute("select coalesce(sum(amount_eur), 0) from cost_months").fetchone()
    assert counted == (running + purchase.price,)
