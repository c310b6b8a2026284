"""What the invented exports look like: names, columns, and the marks by which one knows them."""

DEMONSTRATION_PREFIX = "DEMO-"
FILE_PREFIX = "demonstratie_"
ENCODING = "cp1252"

INTERVENTION_COLUMNS = (
    "intervention_id",
    "zone_code",
    "municipality_nis",
    "priority",
    "origin",
    "nature",
    "received_at",
    "closed_at",
)
DEPLOYMENT_COLUMNS = (
    "intervention_id",
    "unit_id",
    "unit_zone_code",
    "assistance",
    "dispatched_at",
    "departed_at",
    "arrived_at",
    "cleared_at",
)
