"""Money is exact from file to screen: no float anywhere on the way."""

from decimal import Decimal
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from cooperation.documents.csv_files import csv_bytes
from cooperation.language import speak
from cooperation.warehouse.query_files import query_text
from tests.warehouse.exports import build_folder, build_sets, cost

TENTHS = [cost(amount, booking_date="2024-02-01") for amount in ("0.10", "0.20", "0.10")]


def test_a_tenth_and_two_tenths_are_three_tenths_from_file_to_file(tmp_path: Path) -> None:
    built = build_sets(tmp_path, {"costs": TENTHS[:2]})
    reply = built.database.ask(
        "pages/shared_costs/by_category",
        {
            "zone_code": ["5381"],
            "prices": "nominal",
            "base_year": "",
            "before_from": pd.Timestamp(2023, 1, 1),
            "before_until": pd.Timestamp(2024, 1, 1),
            "after_from": pd.Timestamp(2024, 1, 1),
            "after_until": pd.Timestamp(2025, 1, 1),
        },
    )
    amount = reply.table["cost_eur"].iloc[0]
    assert (type(amount), amount) == (Decimal, Decimal("0.30"))
    assert 0.1 + 0.2 != 0.3, "what a float would have made of it"
    assert b"0,30" in csv_bytes(reply.table, "belgian_excel")
    assert b"0.30" in csv_bytes(reply.table, "international")
    assert speak("en").money(amount, 2) == "€0.30"


def test_a_table_with_amounts_keeps_the_kinds_of_its_other_columns(tmp_path: Path) -> None:
    built = build_sets(tmp_path, {"costs": TENTHS})
    table = built.database.ask(
        "pages/shared_costs/purchases", {"reference_month": pd.Timestamp(2024, 1, 1)}
    ).table
    assert table.empty and table["purchase_date"].dtype.kind == "M"


@pytest.mark.parametrize(
    ("flavour", "expected"), [("belgian_excel", b"-1234,50"), ("international", b"-1234.50")]
)
def test_a_negative_amount_in_a_file_is_a_number_and_no_text(flavour: str, expected: bytes) -> None:
    content = csv_bytes(pd.DataFrame({"amount_eur": [Decimal("-1234.50")]}, dtype="object"), flavour)  # type: ignore[arg-type]
    assert content.splitlines()[1] == expected


def test_seventeen_digits_are_shown_as_they_are() -> None:
    amount = Decimal("90071992547409.93")
    assert Decimal(float(amount)) != amount, "a float would lose its cents"
    assert speak("en").money(amount, 2) == "€90,071,992,547,409.93"


def test_macros_agree_with_fractions_by_hand() -> None:
    with duckdb.connect() as connection:
        connection.execute(query_text("macros"))
        rows = connection.execute(
            "select nearest_whole(7::hugeint, 2), nearest_whole(-7::hugeint, 2), nearest_whole(1::hugeint, 3),"
            " euros(-5::hugeint), cents(-0.05::decimal(18, 2)),"
            " in_prices(1200.00, 'cpi', index_units('122.59'), index_units('112.21')),"
            " in_prices(1200.00, 'cpi', null, index_units('112.21')),"
            " lifetime_in_months(2.5::decimal(18, 6)), lifetime_in_months(0::decimal(18, 6))"
        ).fetchone()
    assert rows == (4, -4, 0, Decimal("-0.05"), -5, Decimal("1311.01"), None, 30, None)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_ten_million_lines_add_up_to_the_cent(tmp_path: Path) -> None:
    rng = np.random.default_rng(10)
    exports = tmp_path / "exports"
    exports.mkdir()
    total = 0
    for piece in range(10):
        cents = rng.integers(-10_000_000, 10_000_000, 1_000_000)
        total += int(cents.sum())
        lines = [
            f"2024-{number % 12 + 1:02}-05;5381;ordinary;operating;{piece}-{number};{_written(amount)}\n"
            for number, amount in enumerate(cents.tolist())
        ]
        header = (
            "booking_date;zone_code;service;category;description;amount_eur;domain_code;joint_purchase_id\n"
        )
        rows = (line.replace("\n", ";;\n") for line in lines)
        (exports / f"costs_{piece}.csv").write_text(header + "".join(rows), encoding="utf-8")
    built = build_folder(tmp_path, exports)
    added = built.select("select sum(amount_eur) as amount, sum(line_count) as line_count from ledger_months")
    assert added == [{"amount": Decimal(total) / 100, "line_count": 10_000_000}]


def _written(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100},{abs(cents) % 100:02}"
