"""What the cost exports hold, what a reader can choose in them, and which years stand against each other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.distribution import KINDS_WITH_NUMBERS, parse_key
from cooperation.answers.filters import FilterError, Filters
from cooperation.answers.periods import Period, Span, add_months, choose_period

LONGEST_SCENARIO_MONTHS = 600


@dataclass(frozen=True)
class Ledger:
    """The months that each zone's ledger reaches over, and the calendar years in which it has a line."""

    reaches: Mapping[str, Span]
    years: Mapping[str, frozenset[int]]

    @property
    def months(self) -> Span | None:
        """The months that the ledgers of all zones together reach over; None where there is no line."""
        return self.months_of(self.reaches)

    def months_of(self, zone_codes: Iterable[str]) -> Span | None:
        """Return the months that the ledgers of these zones together reach over; None where they have no line."""
        reaches = [self.reaches[code] for code in zone_codes if code in self.reaches]
        if not reaches:
            return None
        return Span(min(reach.first for reach in reaches), max(reach.until for reach in reaches))


def read_ledger(evidence: Evidence) -> Ledger:
    """Return what the ledgers of all zones hold."""
    zones = evidence.ledger_coverage
    reaches = {
        row.zone_code: Span(row.first_month.date(), add_months(row.last_month.date(), 1))
        for row in zones.itertuples()
    }
    years = {row.zone_code: frozenset(int(year) for year in row.years) for row in zones.itertuples()}
    return Ledger(reaches, years)


def paying_zones(evidence: Evidence, filters: Filters, ledger: Ledger) -> tuple[str, ...]:
    """Return the zones whose costs are counted: the chosen ones, those of the chosen municipalities, else all.

    Where nobody chose, a zone without any ledger line stays out: with it no total would be known. So does a zone
    that joined later.
    """
    zones = tuple(zone.code for zone in evidence.zones(filters))
    if filters.zone_code or filters.municipality_nis or not ledger.years:
        return zones
    together = evidence.counted_zones(filters) or zones
    return tuple(zone_code for zone_code in together if zone_code in ledger.years) or zones


def cost_period(evidence: Evidence, filters: Filters, ledger: Ledger) -> Period:
    """Return the months that are compared, within those of the paying zones' ledgers.

    FilterError where the choice cannot be read.

    Months with COVID measures stay in: a purchase of those months is still paid off in the others.
    """
    start = evidence.start(filters)
    zone_codes = paying_zones(evidence, filters, ledger)
    # A zone that is not counted may be exported longer: what it has more is no year of the others.
    covered = ledger.months_of(_together_with(evidence, zone_codes))
    if covered is None:
        return Period(Span(start, start), Span(start, start))
    chosen = choose_period(
        filters.period,
        Filters.covid,
        start=start,
        covered=covered,
        covid_spans=evidence.covid_spans,
        most_years=evidence.settings.comparison.most_years,
    )
    reasons = list(chosen.reasons)
    if len({zone.joined for zone in evidence.zones(filters) if zone.code in zone_codes}) > 1:
        reasons.append("starts_differ")
    return replace(chosen, reasons=tuple(reasons))


def _together_with(evidence: Evidence, zone_codes: Iterable[str]) -> tuple[str, ...]:
    """Return these zones and those that joined with them: a shorter ledger leaves years unknown, and none out."""
    zones = evidence.settings.zones
    joined = {zone.joined for zone in zones if zone.code in set(zone_codes)}
    return tuple(zone.code for zone in zones if zone.joined in joined)


def reference_month(evidence: Evidence, ledger: Ledger) -> date:
    """Return the month that "now" is in: the last that an export reaches, else the month of the build."""
    lasts = [ledger.months.last] if ledger.months else []
    if evidence.coverage.intervention_count:
        lasts.append(evidence.coverage.days.last)
    built = pd.Timestamp(evidence.database.about["built_at"]).date()
    return max(lasts, default=built).replace(day=1)


def index_years(evidence: Evidence, prices: str) -> tuple[str, ...]:
    """Return the years of a price index, rising; none for nominal prices."""
    choices = _choices(evidence)
    return tuple(choices.loc[choices["kind"] == prices, "code"])


def base_year(evidence: Evidence, filters: Filters) -> str:
    """Return the year in whose prices amounts are given, "" for nominal ones and where there is no index."""
    years = index_years(evidence, filters.prices)
    return filters.base_year if filters.base_year in years else next(reversed(years), "")


def purchase_names(evidence: Evidence) -> dict[str, str]:
    """Return the names of the joint purchases that a key divides, by their id."""
    choices = _choices(evidence)
    purchases = choices[choices["kind"] == "purchase"]
    return dict(zip(purchases["code"], purchases["name"], strict=True))


def check_cost_choices(evidence: Evidence, filters: Filters) -> None:
    """Raise FilterError where the choice names a year without an index, or a scenario that cannot be."""
    if filters.base_year and filters.base_year not in index_years(evidence, filters.prices):
        raise FilterError(f"base_year {filters.base_year!r} has no price index {filters.prices}")
    if filters.scenario_purchase and filters.scenario_purchase not in purchase_names(evidence):
        raise FilterError(
            f"scenario_purchase {filters.scenario_purchase!r} is no joint purchase that a key divides"
        )
    months = filters.scenario_months
    if months and not (months.isdecimal() and 1 <= int(months) <= LONGEST_SCENARIO_MONTHS):
        raise FilterError(f"scenario_months {months!r} must be a number from 1 to {LONGEST_SCENARIO_MONTHS}")
    if filters.scenario_key:
        choice = parse_key(filters.scenario_key)
        unknown = set(choice.numbers) - {zone.code for zone in evidence.settings.zones}
        if choice.kind in KINDS_WITH_NUMBERS and unknown:
            raise FilterError(f"scenario_key names {', '.join(sorted(unknown))}, which is no zone")


def ask_costs(evidence: Evidence, answer: str, filters: Filters) -> Answer:
    """Return the table of `queries/pages/<answer>.sql` for a choice."""
    evidence.check(filters)
    check_cost_choices(evidence, filters)
    ledger = read_ledger(evidence)
    period = cost_period(evidence, filters, ledger)
    now = reference_month(evidence, ledger)
    zone_codes = paying_zones(evidence, filters, ledger)
    reach = ledger.months_of(_together_with(evidence, zone_codes)) or Span(now, add_months(now, 1))
    values = {
        "zone_code": list(zone_codes),
        "prices": filters.prices,
        "base_year": base_year(evidence, filters),
        "first_month": reach.first,
        "last_month": reach.last.replace(day=1),
        "reference_month": now,
    }
    reply = evidence.database.ask(f"pages/{answer}", values | period.values())
    return Answer(answer, reply.table, reply.sql, reply.parameters, filters, period)


def _choices(evidence: Evidence) -> pd.DataFrame:
    return evidence.database.ask("pages/shared_costs/choices").table
