"""What the activities of a zone add up to in a year, and which of its years are known."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.filters import Filters
from cooperation.answers.periods import Period, Span, add_months, choose_period, first_month_from
from cooperation.answers.small_counts import UNKNOWN, Figure, as_rate, count_shown

MONTHS_A_YEAR = 12
INHABITANTS = "inhabitants"
MUNICIPALITIES = "municipalities"
PERCENT = "percent"
# What a rate is given for, so that it can be read: so many for every thousand inhabitants.
RATE_BASES = {INHABITANTS: 1_000}


@dataclass(frozen=True)
class Indicator:
    """One line of the registry of indicators."""

    code: str
    field_code: str
    unit: str
    direction: str
    aggregation: str
    denominator: str | None
    minimum_count: int

    @property
    def measures(self) -> tuple[str, ...]:
        """What is told of it: a quantity of a year and a rate; or a mean; or a level, such as the staff of a year."""
        if self.aggregation in ("mean", "level"):
            return (self.aggregation,)
        return ("a_year", "ratio") if self.denominator else ("a_year",)


@dataclass(frozen=True)
class Year:
    """What the lines of twelve months of one zone and one indicator add up to, and how many there are."""

    quantity: float
    lines: int


@dataclass(frozen=True)
class ZoneYears:
    """All years of the zones that joined on one day: what is known of which whole years, and the periods compared.

    `after_from` is the first month that lies wholly after that day.
    """

    zone_codes: tuple[str, ...]
    after_from: date
    indicators: Mapping[str, Indicator]
    period: Period
    sums: Mapping[tuple[str, str, date], Year]
    inhabitants: Mapping[tuple[str, date], float]
    known: Mapping[tuple[str, str], frozenset[date]]

    def year_starts(self, phase: str | None = None) -> list[date]:
        """Return the first days of the years of which something is known; those of a phase within its period."""
        every = sorted({start for starts in self.known.values() for start in starts})
        if phase is None:
            return every
        span = self.period.before if phase == "before" else self.period.after
        return [
            start for start in every if span.first <= start and add_months(start, MONTHS_A_YEAR) <= span.until
        ]

    def phase_of(self, year_start: date) -> str:
        """Return "before" or "after" the day on which the zones joined."""
        return "before" if year_start < self.after_from else "after"


def indicators_of(evidence: Evidence) -> Mapping[str, Indicator]:
    """Return the registry of indicators by code, in its order."""
    minimum = evidence.settings.activities.minimum_count
    return {
        row.indicator_code: Indicator(
            row.indicator_code,
            row.domain_code,
            row.unit,
            row.direction,
            row.aggregation,
            None if pd.isna(row.denominator) else row.denominator,
            minimum if pd.isna(row.minimum_count) else int(row.minimum_count),
        )
        for row in evidence.indicators.itertuples()
    }


def read_years(evidence: Evidence, filters: Filters) -> tuple[Answer, list[ZoneYears]]:
    """Return the years of the zones of a choice, those that joined on one day together; FilterError for a wrong choice.

    The answer is that of the zones of the first day.
    """
    evidence.check(filters)
    groups = [_read_group(evidence, filters, codes) for codes in evidence.zones_by_start(filters)]
    return groups[0][0], [years for _, years in groups]


def _read_group(
    evidence: Evidence, filters: Filters, zone_codes: tuple[str, ...]
) -> tuple[Answer, ZoneYears]:
    joined_on = next(zone.joined for zone in evidence.settings.zones if zone.code in zone_codes)
    after_from = first_month_from(joined_on)
    values = {
        "zone_code": list(zone_codes),
        "before_until": joined_on.replace(day=1),
        "after_from": after_from,
    }
    reply = evidence.database.ask("pages/cooperation_fields/years", values)
    table = reply.table.assign(
        **{
            name: [value.date() for value in pd.to_datetime(reply.table[name])]
            for name in ("year_start", "first_month", "last_month")
        }
    )
    period = _period(evidence, filters, joined_on, table)
    rows = list(table.itertuples())
    years = ZoneYears(
        zone_codes,
        after_from,
        indicators_of(evidence),
        period,
        {
            (row.indicator_code, row.zone_code, row.year_start): Year(
                float(row.quantity), int(row.line_count)
            )
            for row in rows
        },
        {
            (row.zone_code, row.year_start): float(row.inhabitants)
            for row in rows
            if not pd.isna(row.inhabitants)
        },
        _known_years(rows),
    )
    answer = Answer("cooperation_fields/years", reply.table, reply.sql, reply.parameters, filters, period)
    return answer, years


def _period(evidence: Evidence, filters: Filters, joined_on: date, table: pd.DataFrame) -> Period:
    """Return the months that are compared, within those that the activities reach over."""
    if table.empty:
        return Period(Span(joined_on, joined_on), Span(joined_on, joined_on))
    return choose_period(
        filters.period,
        # A year without some of its months is no year.
        Filters.covid,
        start=joined_on,
        covered=Span(table["first_month"].min(), add_months(table["last_month"].max(), 1)),
        covid_spans=evidence.covid_spans,
        most_years=evidence.settings.comparison.most_years,
    )


def _known_years(rows: Iterable[Any]) -> dict[tuple[str, str], frozenset[date]]:
    """Return per indicator and zone the whole years that are known.

    Where a line tells of its month: of the years that the zone's activities reach over whole, those between the
    first and the last with a line. There a year without one counts as 0 where the zone's export holds another line of
    that field: it was kept, and nothing happened. Before the first and after the last line nobody knows whether it was
    kept; an export says so with a line of quantity 0. Where a line tells of a quarter, a half-year or a year, a year
    is known that has all of its lines.
    """
    of_indicator = _grouped(rows, lambda row: (row.indicator_code, row.zone_code))
    of_field = _grouped(rows, lambda row: (row.domain_code, row.zone_code))
    whole = {
        zone: _whole_years(found)
        for zone, found in _grouped(
            (row for row in rows if row.months_told == 1), lambda row: row.zone_code
        ).items()
    }
    known = {}
    for (code, zone), own in of_indicator.items():
        if own[0].months_told > 1:
            known[code, zone] = frozenset(
                row.year_start for row in own if row.month_count * row.months_told == MONTHS_A_YEAR
            )
            continue
        kept = {row.year_start for row in of_field[own[0].domain_code, zone]}
        first, last = own[0].year_start, own[-1].year_start
        known[code, zone] = frozenset(year for year in whole[zone] if first <= year <= last and year in kept)
    return known


def _grouped(rows: Iterable[Any], key: Callable[[Any], Hashable]) -> dict[Any, list[Any]]:
    """Return the rows of each group, by their years."""
    groups: dict[Any, list[Any]] = {}
    for row in sorted(rows, key=lambda row: row.year_start):
        groups.setdefault(key(row), []).append(row)
    return groups


def _whole_years(rows: Sequence[Any]) -> list[date]:
    """Return the first days of the years that these rows reach over whole."""
    first = min(row.first_month for row in rows)
    until = add_months(max(row.last_month for row in rows), 1)
    starts = {row.year_start for row in rows}
    return sorted(start for start in starts if first <= start and add_months(start, MONTHS_A_YEAR) <= until)


def quantity_of_year(
    years: ZoneYears, indicator: Indicator, zone_code: str, year: date, minimum: int
) -> Figure:
    """Return what the lines of one zone's year add up to, for a level their mean; hidden where they are few."""
    if year not in years.known.get((indicator.code, zone_code), frozenset()):
        return UNKNOWN
    found = years.sums.get((indicator.code, zone_code, year), Year(0.0, 0))
    if indicator.aggregation == "sum":
        return count_shown(found.quantity, found.quantity, minimum)
    if not found.lines:
        return UNKNOWN
    value = found.quantity / found.lines if indicator.aggregation == "level" else found.quantity
    return as_rate(count_shown(value, found.lines, minimum))


def size_of_year(
    evidence: Evidence, years: ZoneYears, indicator: Indicator, measure: str, zone_code: str, year: date
) -> Figure:
    """Return what the quantity of a year is held against: the lines of a mean, or the denominator of a rate."""
    if measure in ("a_year", "level"):
        return Figure(1.0)
    if measure == "mean":
        found = years.sums.get((indicator.code, zone_code, year))
        return UNKNOWN if found is None else Figure(float(found.lines))
    if indicator.denominator == INHABITANTS:
        return Figure(years.inhabitants.get((zone_code, year)))
    if indicator.denominator == MUNICIPALITIES:
        return Figure(float(evidence.municipality_counts.get(zone_code, 0)) or None)
    other = years.indicators.get(str(indicator.denominator))
    if other is None:
        return UNKNOWN
    return quantity_of_year(years, other, zone_code, year, minimum_shown(evidence, other))


def is_share(measure: str, unit: str, denominator_unit: str | None) -> bool:
    """Tell whether a rate is a part of a whole: held against an indicator in the same unit, hours against hours."""
    return measure == "ratio" and denominator_unit == unit


def minimum_shown(evidence: Evidence, indicator: Indicator) -> int:
    """Return the smallest count of an indicator that is shown; 0 where every count is."""
    return indicator.minimum_count if evidence.hides_small_counts else 0
