"""What the invented zones bought together, by which keys, and what each would have paid alone."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cooperation.demonstration.export_format import DEMONSTRATION_PREFIX

LARGE_ZONE, SMALL_ZONE = "5381", "5382"
BY_INHABITANTS = f"{DEMONSTRATION_PREFIX}sleutel-inwoners"
EQUAL_PARTS = f"{DEMONSTRATION_PREFIX}sleutel-gelijke-delen"


@dataclass(frozen=True)
class KeyVersion:
    """The shares of one key from a day on."""

    key_id: str
    valid_from: date
    shares: dict[str, str]


@dataclass(frozen=True)
class Purchase:
    """One joint purchase; `estimates` are (zone, amount, basis in the words of an export)."""

    code: str
    name: str
    domain_code: str
    bought_on: date
    price_eur: Decimal
    lifetime_years: str
    key_id: str
    estimates: tuple[tuple[str, Decimal, str], ...] = ()

    @property
    def investment_id(self) -> str:
        return f"{DEMONSTRATION_PREFIX}{self.code}"


@dataclass(frozen=True)
class Payment:
    """One ledger line on a purchase: an invoice, a settlement between the zones, or a credit note (below zero)."""

    purchase: str
    booked_on: date
    zone_code: str
    description: str
    amount_eur: Decimal


KEY_VERSIONS = (
    KeyVersion(BY_INHABITANTS, date(2020, 1, 1), {LARGE_ZONE: "93,25 %", SMALL_ZONE: "6,75 %"}),
    # The change of key: earlier years keep the old shares.
    KeyVersion(BY_INHABITANTS, date(2024, 1, 1), {LARGE_ZONE: "90,00 %", SMALL_ZONE: "10,00 %"}),
    KeyVersion(EQUAL_PARTS, date(2022, 1, 1), {LARGE_ZONE: "0,5", SMALL_ZONE: "0,5"}),
)
# One of the lines that break the rules: a key that divides more than there is.
BROKEN_KEY = KeyVersion(
    f"{DEMONSTRATION_PREFIX}sleutel-fout", date(2022, 1, 1), {LARGE_ZONE: "0,7", SMALL_ZONE: "0,4"}
)

# The first was bought before the zones began to work as one.
PURCHASES = (
    Purchase(
        "radiopost",
        "Radiopost",
        "joint_investment",
        date(2020, 9, 14),
        Decimal("38400.00"),
        "7",
        BY_INHABITANTS,
        ((LARGE_ZONE, Decimal("37500.00"), "raming"), (SMALL_ZONE, Decimal("11200.00"), "raming")),
    ),
    Purchase(
        "serverpark",
        "Serverpark",
        "joint_investment",
        date(2022, 5, 16),
        Decimal("158400.00"),
        "5",
        BY_INHABITANTS,
        ((LARGE_ZONE, Decimal("171000.00"), "offerte"), (SMALL_ZONE, Decimal("46500.00"), "offerte")),
    ),
    Purchase(
        "snelheidsradar",
        "Snelheidsradar",
        "joint_investment",
        date(2023, 2, 10),
        Decimal("61349.99"),
        "8",
        EQUAL_PARTS,
        (
            (LARGE_ZONE, Decimal("58900.00"), "vroegere aankoop"),
            (SMALL_ZONE, Decimal("28000.00"), "vroegere aankoop"),
        ),
    ),
    # Nobody estimated what it would have cost alone.
    Purchase(
        "drone",
        "Drone met warmtecamera",
        "joint_investment",
        date(2024, 6, 3),
        Decimal("15750.00"),
        "4",
        BY_INHABITANTS,
    ),
    # Lines that break the rules: no lifetime, and a purchase that still lies ahead.
    Purchase(
        "laadpalen",
        "Laadpalen",
        "joint_investment",
        date(2023, 9, 1),
        Decimal("22000.00"),
        "0",
        EQUAL_PARTS,
    ),
    Purchase(
        "bodycams",
        "Bodycams",
        "joint_investment",
        date(2026, 3, 1),
        Decimal("27600.00"),
        "4",
        BY_INHABITANTS,
        ((SMALL_ZONE, Decimal("8400.00"), "offerte"),),
    ),
)

PAYMENTS = (
    Payment("radiopost", date(2020, 9, 30), LARGE_ZONE, "Factuur radiopost", Decimal("38400.00")),
    Payment("radiopost", date(2020, 12, 15), LARGE_ZONE, "Terugbetaling radiopost", Decimal("-2592.00")),
    Payment("radiopost", date(2020, 12, 15), SMALL_ZONE, "Aandeel radiopost", Decimal("2592.00")),
    Payment("serverpark", date(2022, 6, 20), LARGE_ZONE, "Factuur serverpark", Decimal("158400.00")),
    Payment("serverpark", date(2022, 11, 8), LARGE_ZONE, "Creditnota serverpark", Decimal("-4350.00")),
    Payment("serverpark", date(2022, 12, 12), LARGE_ZONE, "Terugbetaling serverpark", Decimal("-10398.38")),
    Payment("serverpark", date(2022, 12, 12), SMALL_ZONE, "Aandeel serverpark", Decimal("10398.38")),
    Payment("snelheidsradar", date(2023, 3, 6), LARGE_ZONE, "Factuur snelheidsradar", Decimal("30675.00")),
    Payment("snelheidsradar", date(2023, 3, 6), SMALL_ZONE, "Factuur snelheidsradar", Decimal("30674.99")),
    Payment("drone", date(2024, 7, 1), LARGE_ZONE, "Factuur drone, eerste schijf", Decimal("7875.00")),
    # A credit note on a purchase that nobody lists, and larger than what was paid.
    Payment("onbekend", date(2024, 10, 7), SMALL_ZONE, "Creditnota zonder factuur", Decimal("-480.00")),
)
