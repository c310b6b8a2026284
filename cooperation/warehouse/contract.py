"""The canonical contract: which data sets exist, which columns each has, and what its cells are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

# text: as written · code: one of a list, see CODES · moment: local date and time ·
# date: a day · amount: euros and cents · share: a part of a whole · number: hours, years, a count.
Kind = Literal["text", "code", "moment", "date", "amount", "share", "number"]


@dataclass(frozen=True)
class DataSet:
    """One kind of export: its name, the kind of each column, and whether a profile may let the latest file win.

    It may where lines have an id: nothing else tells which line of an earlier file a later one replaces.
    """

    name: str
    kinds: Mapping[str, Kind]
    has_ids: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.kinds)

    @property
    def listed(self) -> Mapping[str, str]:
        """Columns with a code that exports may write in words, and the list that the code is in."""
        return {column: LISTS[column] for column in self.kinds if column in LISTS}

    @property
    def moments(self) -> tuple[str, ...]:
        """Columns that hold a date, with or without a time of day."""
        return tuple(column for column, kind in self.kinds.items() if kind in ("moment", "date"))


INTERVENTIONS = DataSet(
    "interventions",
    {
        "intervention_id": "text",
        "zone_code": "code",
        "municipality_nis": "code",
        "priority": "code",
        "origin": "code",
        "nature": "text",
        "received_at": "moment",
        "closed_at": "moment",
    },
)
DEPLOYMENTS = DataSet(
    "deployments",
    {
        "intervention_id": "text",
        "unit_id": "text",
        "unit_zone_code": "code",
        "assistance": "code",
        "dispatched_at": "moment",
        "departed_at": "moment",
        "arrived_at": "moment",
        "cleared_at": "moment",
    },
)
COSTS = DataSet(
    "costs",
    {
        "booking_date": "date",
        "zone_code": "code",
        "domain_code": "code",
        "service": "code",
        "category": "code",
        "description": "text",
        "amount_eur": "amount",
        "joint_purchase_id": "text",
    },
    has_ids=False,
)
INVESTMENTS = DataSet(
    "investments",
    {
        "investment_id": "text",
        "name": "text",
        "domain_code": "code",
        "purchase_date": "date",
        "price_eur": "amount",
        "lifetime_years": "number",
        "key_id": "text",
    },
)
DISTRIBUTION_KEYS = DataSet(
    "distribution_keys",
    {"key_id": "text", "zone_code": "code", "share": "share", "valid_from": "date"},
)
STANDALONE_ESTIMATES = DataSet(
    "standalone_estimates",
    {"investment_id": "text", "zone_code": "code", "estimate_eur": "amount", "basis": "code"},
)
ACTIVITIES = DataSet(
    "activities",
    {
        "activity_date": "date",
        "domain_code": "code",
        "indicator_code": "code",
        "zone_code": "code",
        "partner_zone_code": "code",
        "quantity": "number",
    },
    has_ids=False,
)

DATA_SETS = (
    INTERVENTIONS,
    DEPLOYMENTS,
    COSTS,
    INVESTMENTS,
    DISTRIBUTION_KEYS,
    STANDALONE_ESTIMATES,
    ACTIVITIES,
)

# In which list a code stands. A priority is in none: systems give one word to different codes, so a profile maps them.
LISTS: Mapping[str, str] = {
    "zone_code": "zone",
    "unit_zone_code": "zone",
    "partner_zone_code": "zone",
    "municipality_nis": "municipality",
    "domain_code": "domain",
    "indicator_code": "indicator",
    "origin": "origin",
    "assistance": "assistance",
    "service": "service",
    "category": "category",
    "basis": "basis",
}

# The codes that a column may hold beside the words for them in data/reference/words.csv. Zones, priorities and fields
# have their codes in the settings, municipalities and indicators in data/reference/.
CODES: Mapping[str, tuple[str, ...]] = {
    "origin": ("citizen_call", "own_initiative", "planned"),
    "assistance": ("own", "partner", "lateral", "hycap", "federal"),
    "service": ("ordinary", "extraordinary"),
    "category": ("personnel", "operating", "transfers", "debt", "investment"),
    "basis": ("quote", "earlier_purchase", "estimate"),
}
