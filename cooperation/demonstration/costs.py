"""The invented ledgers, purchases, keys and estimates as files, in the form in which a Belgian accounting writes them.

What is true in this invented world: the cost of both zones rises with prices; from `FIRST_YEAR_TOGETHER` on the
small zone pays a third less for ICT and training, the large one what it paid. Yearly purchases of its own
(`OWN_INVESTMENT`) stand in the extraordinary service and are no joint ones.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np

from cooperation.demonstration.export_format import DEMONSTRATION_PREFIX, day_text, write_lines
from cooperation.demonstration.invented_purchases import (
    BROKEN_KEY,
    KEY_VERSIONS,
    LARGE_ZONE,
    PAYMENTS,
    PURCHASES,
    SMALL_ZONE,
    KeyVersion,
)
from cooperation.demonstration.invented_world import FIRST_YEAR_TOGETHER, YEARS

COST_COLUMNS = (
    "booking_date",
    "zone_code",
    "domain_code",
    "service",
    "category",
    "description",
    "amount_eur",
    "joint_purchase_id",
)
ORDINARY, EXTRAORDINARY = "gewone dienst", "buitengewone dienst"
# Description, field of the protocol, category, euro a month in the first year for the large and the small zone.
MONTHLY_COSTS = (
    ("Wedden", "", "personeel", 655_000, 58_000),
    ("Werkingskosten gebouwen en voertuigen", "", "werking", 96_000, 9_400),
    ("Onderhoud en licenties ICT", "shared_ict", "werking", 11_800, 2_900),
    ("Opleidingen", "training", "werking", 5_200, 1_150),
    ("Permanentie officier van wacht", "duty_officers", "personeel", 8_900, 2_100),
    ("Interesten leningen", "", "schuld", 14_500, 1_300),
)
OWN_INVESTMENT = ("Vervanging dienstvoertuigen", "", "investeringen", 210_000, 26_000)
SAVED_FIELDS = {"shared_ict", "training"}
SAVED_PART = 1 / 3
# Prices of the invented world, 2018 = 1: the years 2022 and 2023 are dear ones.
PRICE_LEVEL = dict(zip(YEARS, (1.0, 1.015, 1.025, 1.045, 1.14, 1.19, 1.23, 1.265), strict=True))
BROKEN_COST_LINES = (
    # An exact repeat of a line comes on top, see `_year_lines`.
    "31/02/{year};5381;;gewone dienst;werking;Datum die niet bestaat;1.250,00;",
    ";5381;;gewone dienst;werking;Zonder datum;99,95;",
    "15/03/{year};9999;;gewone dienst;werking;Zone die niet deelneemt;310,00;",
    "15/03/{year};5382;;gewone dienst;werking;Bedrag dat niet te lezen is;twaalf euro;",
    "16/03/{year};5382;;gewone dienst;onbekende rubriek;Rubriek die niet bestaat;412,50;",
    "17/03/{year};5382;;;werking;Dienst niet ingevuld;87,60;",
    "18/03/{year};5382;geen_domein;gewone dienst;werking;Domein dat niet bestaat;64,00;",
    "19/03/{year};5381",
)
YEAR_OF_BROKEN_LINES = 2023
# A stream of its own: the calls of the same seed stay what they were.
_STREAM = 4


def write_costs(exports: Path, seed: int) -> list[Path]:
    """Write the invented ledgers, a file a year, and the three lists; return the files written."""
    paths = []
    for year in YEARS:
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, year, _STREAM])))
        paths.append(write_lines(exports, f"costs_{year}", COST_COLUMNS, _year_lines(rng, year)))
    paths.append(
        write_lines(
            exports,
            "investments",
            (
                "investment_id",
                "name",
                "domain_code",
                "purchase_date",
                "price_eur",
                "lifetime_years",
                "key_id",
            ),
            [
                ";".join(
                    (
                        purchase.investment_id,
                        purchase.name,
                        purchase.domain_code,
                        day_text(purchase.bought_on),
                        _amount(purchase.price_eur),
                        purchase.lifetime_years,
                        purchase.key_id,
                    )
                )
                for purchase in PURCHASES
            ],
        )
    )
    paths.append(
        write_lines(
            exports,
            "distribution_keys",
            ("key_id", "zone_code", "share", "valid_from"),
            [line for version in (*KEY_VERSIONS, BROKEN_KEY) for line in _key_lines(version)],
        )
    )
    paths.append(
        write_lines(
            exports,
            "standalone_estimates",
            ("investment_id", "zone_code", "estimate_eur", "basis"),
            [
                ";".join((purchase.investment_id, zone_code, _amount(estimate), basis))
                for purchase in PURCHASES
                for zone_code, estimate, basis in purchase.estimates
            ],
        )
    )
    return paths


def _year_lines(rng: np.random.Generator, year: int) -> list[str]:
    """Return the lines of one year by day; the year of broken lines has them at its end."""
    lines = sorted([*_monthly_lines(rng, year), *_own_investments(rng, year), *_payments(year)])
    written = [line for _, line in lines]
    if year == YEAR_OF_BROKEN_LINES:
        written += [written[0], *(line.format(year=year) for line in BROKEN_COST_LINES)]
    return written


def _monthly_lines(rng: np.random.Generator, year: int) -> Iterator[tuple[date, str]]:
    for month in range(1, 13):
        for description, domain_code, category, *amounts in MONTHLY_COSTS:
            for zone_code, amount in zip((LARGE_ZONE, SMALL_ZONE), amounts, strict=True):
                is_saved = (
                    zone_code == SMALL_ZONE and domain_code in SAVED_FIELDS and year >= FIRST_YEAR_TOGETHER
                )
                level = PRICE_LEVEL[year] * (1 - SAVED_PART if is_saved else 1)
                booked_on = date(year, month, int(rng.integers(20, 29)))
                yield _line(
                    booked_on,
                    zone_code,
                    domain_code,
                    ORDINARY,
                    category,
                    f"{DEMONSTRATION_PREFIX}{description}",
                    _drawn(rng, amount * level, 0.03),
                )


def _own_investments(rng: np.random.Generator, year: int) -> Iterator[tuple[date, str]]:
    description, domain_code, category, *amounts = OWN_INVESTMENT
    for zone_code, amount in zip((LARGE_ZONE, SMALL_ZONE), amounts, strict=True):
        yield _line(
            date(year, 10, int(rng.integers(1, 29))),
            zone_code,
            domain_code,
            EXTRAORDINARY,
            category,
            f"{DEMONSTRATION_PREFIX}{description}",
            _drawn(rng, amount * PRICE_LEVEL[year], 0.2),
        )


def _payments(year: int) -> Iterator[tuple[date, str]]:
    for payment in PAYMENTS:
        if payment.booked_on.year == year:
            yield _line(
                payment.booked_on,
                payment.zone_code,
                "joint_investment",
                EXTRAORDINARY,
                "investeringen",
                f"{DEMONSTRATION_PREFIX}{payment.description}",
                payment.amount_eur,
                f"{DEMONSTRATION_PREFIX}{payment.purchase}",
            )


def _line(
    booked_on: date,
    zone_code: str,
    domain_code: str,
    service: str,
    category: str,
    description: str,
    amount_eur: Decimal,
    joint_purchase_id: str = "",
) -> tuple[date, str]:
    cells = (
        day_text(booked_on),
        zone_code,
        domain_code,
        service,
        category,
        description,
        _amount(amount_eur),
        joint_purchase_id,
    )
    return booked_on, ";".join(cells)


def _drawn(rng: np.random.Generator, amount: float, spread: float) -> Decimal:
    """Draw an amount in whole cents around another one."""
    return Decimal(round(amount * 100 * (1 + spread * rng.standard_normal()))) / 100


def _key_lines(version: KeyVersion) -> Iterator[str]:
    for zone_code, share in version.shares.items():
        yield ";".join((version.key_id, zone_code, share, day_text(version.valid_from)))


def _amount(amount_eur: Decimal) -> str:
    """Write an amount as Belgian accounting does, "1.234,50"."""
    return f"{amount_eur:,.2f}".translate(str.maketrans(",.", ".,"))
