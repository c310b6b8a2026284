"""What one purchase would cost each zone by another key or over another lifetime."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd

from cooperation.answers.distribution import KINDS, KINDS_WITH_NUMBERS, parse_key, shares
from cooperation.answers.filters import Filters
from cooperation.answers.money import divide, nearest

MONTHS_A_YEAR = 12
KEY_COLUMNS = ["investment_id", "kind", "zone_code", "counted_on", "weight", "share", "yearly_share_eur"]
SCENARIO_COLUMNS = [
    "scenario",
    "investment_id",
    "zone_code",
    "share",
    "scenario_share",
    "yearly_share_eur",
    "scenario_yearly_share_eur",
    "yearly_change_eur",
    "price_share_eur",
    "scenario_price_share_eur",
]

# A zone's weight in a key by its code, None where it is unknown.
Weights = Mapping[str, Decimal | None]
Amounts = Sequence[Decimal | None]


@dataclass(frozen=True)
class KeyWeights:
    """What a kind of key divides by, and the day on which that was counted, if it was."""

    by_zone: Weights
    counted_on: Any = None


@dataclass(frozen=True)
class SupposedPurchase:
    """One purchase as agreed, the weights of every kind of key, and what the reader supposes of it."""

    investment_id: str
    price_eur: Decimal
    lifetime_months: int
    zone_codes: tuple[str, ...]
    keys: Mapping[str, KeyWeights]
    kind: str
    supposed_months: int
    supposition: str


def suppose(purchases: pd.DataFrame, counted: pd.DataFrame, filters: Filters) -> SupposedPurchase | None:
    """Return the purchase of the scenario, else the dearest of now; None where no key divides it.

    `purchases` is the table of that answer, `counted` the one of `key_weights`.
    """
    own = purchases[purchases["investment_id"] == chosen_purchase(purchases, filters)]
    agreed = {
        row["zone_code"]: row["share"]
        for row in own[own["zone_code"].notna()].to_dict("records")
        if row["share"] is not None
    }
    if not agreed:
        return None
    choice = parse_key(filters.scenario_key) if filters.scenario_key else None
    numbers = choice.numbers if choice else {}
    # A zone that takes no part yet can be supposed to.
    zone_codes = (*agreed, *(code for code in sorted(numbers) if code not in agreed))
    kind = choice.kind if choice else "agreed"
    keys = {
        "agreed": KeyWeights({code: agreed.get(code, Decimal(0)) for code in zone_codes}),
        "equal": KeyWeights(dict.fromkeys(zone_codes, Decimal(1))),
        **{
            name: _latest_of_all(counted[counted["kind"] == name], zone_codes)
            for name in ("inhabitants", "use")
        },
        **{name: _given(numbers if kind == name else {}, zone_codes) for name in KINDS_WITH_NUMBERS},
    }
    lifetime = int(own["lifetime_months"].iloc[0])
    months = int(filters.scenario_months) if filters.scenario_months else lifetime
    supposition = f"scenario: key {filters.scenario_key or kind}, {months} months"
    purchase = own.iloc[0]
    return SupposedPurchase(
        purchase["investment_id"],
        purchase["price_eur"],
        lifetime,
        zone_codes,
        {name: keys[name] for name in KINDS},
        kind,
        months,
        supposition,
    )


def chosen_purchase(purchases: pd.DataFrame, filters: Filters) -> str | None:
    """Return the purchase of the scenario, else the dearest running one, else the dearest; None where there is none."""
    if filters.scenario_purchase:
        return filters.scenario_purchase
    divided = purchases[purchases["zone_code"].notna() & purchases["share"].notna()]
    running = divided[divided["state"] == "running"]
    candidates = divided if running.empty else running
    if candidates.empty:
        return None
    return str(max(candidates.to_dict("records"), key=lambda row: row["yearly_cost_eur"])["investment_id"])


def key_rows(purchase: SupposedPurchase | None) -> pd.DataFrame:
    """Return one row per kind of key and zone, with weight, share and part of the cost of a year."""
    rows: list[dict[str, Any]] = []
    if purchase is not None:
        for kind, weights in purchase.keys.items():
            shares_and_parts = zip(
                _shares(weights), _year(purchase, weights, purchase.lifetime_months), strict=True
            )
            rows += [
                {
                    "investment_id": purchase.investment_id,
                    "kind": kind,
                    "zone_code": zone_code,
                    "counted_on": weights.counted_on,
                    "weight": weights.by_zone[zone_code],
                    "share": share,
                    "yearly_share_eur": part,
                }
                for zone_code, (share, part) in zip(purchase.zone_codes, shares_and_parts, strict=True)
            ]
    return pd.DataFrame(rows, columns=KEY_COLUMNS, dtype="object")


def scenario_rows(purchase: SupposedPurchase | None) -> pd.DataFrame:
    """Return one row per zone: share, cost of a year and share of the price, as agreed and as supposed."""
    if purchase is None:
        return pd.DataFrame(columns=SCENARIO_COLUMNS, dtype="object")
    agreed, supposed = purchase.keys["agreed"], purchase.keys[purchase.kind]
    columns: list[Sequence[Any]] = [
        [purchase.supposition] * len(purchase.zone_codes),
        [purchase.investment_id] * len(purchase.zone_codes),
        purchase.zone_codes,
        _shares(agreed),
        _shares(supposed),
        now := _year(purchase, agreed, purchase.lifetime_months),
        then := _year(purchase, supposed, purchase.supposed_months),
        [None if part is None or old is None else part - old for part, old in zip(then, now, strict=True)],
        _divided(purchase.price_eur, agreed),
        _divided(purchase.price_eur, supposed),
    ]
    return pd.DataFrame(dict(zip(SCENARIO_COLUMNS, columns, strict=True)), dtype="object")


def _given(numbers: Mapping[str, Decimal], zone_codes: Sequence[str]) -> KeyWeights:
    """Return the numbers that a reader gave, 0 for a zone without one; all unknown where none was given."""
    missing = Decimal(0) if numbers else None
    return KeyWeights({code: numbers.get(code, missing) for code in zone_codes})


def _latest_of_all(counted: pd.DataFrame, zone_codes: Sequence[str]) -> KeyWeights:
    """Return the weights of the last day on which every zone was counted."""
    own = counted[counted["zone_code"].isin(zone_codes)]
    zones_by_day = own.groupby("counted_on")["zone_code"].nunique()
    days = zones_by_day[zones_by_day == len(zone_codes)].index
    if days.empty:
        return KeyWeights(dict.fromkeys(zone_codes))
    latest = own[own["counted_on"] == days.max()].set_index("zone_code")["weight"]
    return KeyWeights({code: Decimal(int(latest[code])) for code in zone_codes}, days.max())


def _shares(weights: KeyWeights) -> Amounts:
    by_zone = shares(weights.by_zone)
    return [None] * len(weights.by_zone) if by_zone is None else list(by_zone.values())


def _divided(amount_eur: Decimal, weights: KeyWeights) -> Amounts:
    by_zone = shares(weights.by_zone)
    return [None] * len(weights.by_zone) if by_zone is None else divide(amount_eur, list(by_zone.values()))


def _year(purchase: SupposedPurchase, weights: KeyWeights, lifetime_months: int) -> Amounts:
    year = nearest(Fraction(purchase.price_eur) * min(lifetime_months, MONTHS_A_YEAR) / lifetime_months)
    return _divided(year, weights)
