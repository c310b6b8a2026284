"""The canonical contract: which data sets exist and which columns each has."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DataSet:
    """One kind of export; `moments` are its columns that hold a local date and time."""

    name: str
    columns: tuple[str, ...]
    moments: tuple[str, ...]


INTERVENTIONS = DataSet(
    "interventions",
    (
        "intervention_id",
        "zone_code",
        "municipality_nis",
        "priority",
        "origin",
        "nature",
        "received_at",
        "closed_at",
    ),
    ("received_at", "closed_at"),
)
DEPLOYMENTS = DataSet(
    "deployments",
    (
        "intervention_id",
        "unit_id",
        "unit_zone_code",
        "assistance",
        "dispatched_at",
        "departed_at",
        "arrived_at",
        "cleared_at",
    ),
    ("dispatched_at", "departed_at", "arrived_at", "cleared_at"),
)

DATA_SETS = (INTERVENTIONS, DEPLOYMENTS)
