"""The words of the screen for codes: measures, origins, steps, columns."""

from cooperation.language import T
from cooperation.screen.tables import Column
from cooperation.wording.names import (
    CONFIRMATIONS,
    DEFINITIONS,
    MEASURES,
    MEASURES_IN_A_SENTENCE,
    ORIGINS,
    ORIGINS_IN_A_SENTENCE,
    STATISTICS,
    hour_band_names,
    municipality_names,
    names_of_priorities,
    names_of_zones,
    priority_names,
    zone_names,
)

# A page finds the names that documents use as well beside those of its columns.
__all__ = [
    "CONFIRMATIONS",
    "DEFINITIONS",
    "MEASURES",
    "MEASURES_IN_A_SENTENCE",
    "ORIGINS",
    "ORIGINS_IN_A_SENTENCE",
    "PHASE_COLUMN",
    "STATISTICS",
    "SUMMARY_COLUMNS",
    "group_columns",
    "hour_band_names",
    "municipality_names",
    "names_of_priorities",
    "names_of_zones",
    "priority_names",
    "zone_names",
]


def group_columns(group: Column) -> tuple[Column, ...]:
    """Return the columns of a table of one group and phase a row."""
    return (group, *SUMMARY_COLUMNS)


PHASE_COLUMN = Column("phase", T("Phase"), "phase")
SUMMARY_COLUMNS = (
    PHASE_COLUMN,
    Column("intervention_count", T("Calls"), "number"),
    Column("measured_count", T("With a known time"), "number"),
    Column("missing_arrival_share", T("Without arrival"), "percent"),
    Column("median_seconds", T("Median"), "duration"),
    Column("p90_seconds", T("9 in 10 within (P90)"), "duration"),
    Column("mean_seconds", T("Mean"), "duration"),
    Column("share_within_norm", T("Within the norm"), "percent"),
)
