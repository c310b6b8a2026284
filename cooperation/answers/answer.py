"""What every answer is: a table with the SQL, the bound values and the choice that made it."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache

import pandas as pd

from cooperation.answers.filters import Filters, check_codes
from cooperation.answers.periods import Period, Span, choose_period, first_month_from, whole_months
from cooperation.demonstration import DEMONSTRATION_PREFIX
from cooperation.settings import ORIGINS, Settings, Zone
from cooperation.warehouse.database import Database

# Choices of which the spans are kept: more than the readers of one database make in an hour.
KEPT_CHOICES = 256


@dataclass(frozen=True)
class Answer:
    """One figure's table; screen, CSV, slide and command line all show this and nothing else."""

    name: str
    table: pd.DataFrame
    sql: str
    parameters: Mapping[str, object]
    filters: Filters
    period: Period


@dataclass(frozen=True)
class Coverage:
    """What the exports hold: from which day to which, the months with calls, how many, and whether invented."""

    days: Span
    months: frozenset[date]
    intervention_count: int
    is_demonstration: bool


class Evidence:
    """A database together with what every question about it needs to know first."""

    def __init__(self, database: Database, shows_small_counts: bool = False) -> None:
        self.database = database
        self.hides_small_counts = not shows_small_counts
        # An answer asks for the same choice's dozens of times, and they take as long as its figures.
        self._period_of = lru_cache(KEPT_CHOICES)(self._choose_period)
        self._coverage_of = lru_cache(KEPT_CHOICES)(self._covered_by)

    @property
    def settings(self) -> Settings:
        """The settings that the database was built with."""
        return self.database.settings

    @cached_property
    def coverage(self) -> Coverage:
        """Days, months, number and nature of all interventions in the exports."""
        return self._coverage(self._coverage_by_zone)

    @cached_property
    def last_day(self) -> date:
        """The last day that the exports tell of: of calls, and without one of the ledger and the activities."""
        found = self.database.ask("pages/last_day").table["last_day"].iloc[0]
        return self.coverage.days.last if pd.isna(found) else pd.Timestamp(found).date()

    @cached_property
    def _coverage_by_zone(self) -> pd.DataFrame:
        return self.database.ask("pages/coverage", {"demonstration_prefix": DEMONSTRATION_PREFIX}).table

    def _covered_by(self, zone_codes: tuple[str, ...]) -> Coverage:
        """Return what all of these zones cover; a zone whose exports are shorter must not be compared beyond them."""
        rows = self._coverage_by_zone
        return self._coverage(rows[rows["zone_code"].isin(zone_codes)])

    def _coverage(self, zones: pd.DataFrame) -> Coverage:
        if zones.empty:
            return Coverage(Span(self.settings.start, self.settings.start), frozenset(), 0, False)
        months = [frozenset(pd.Timestamp(month).date() for month in row) for row in zones["months"]]
        last = pd.Timestamp(zones["last_date"].max()) + pd.Timedelta(days=1)
        return Coverage(
            Span(pd.Timestamp(zones["first_date"].min()).date(), last.date()),
            frozenset.intersection(*months),
            int(zones["intervention_count"].sum()),
            bool(zones["is_demonstration"].any()),
        )

    @cached_property
    def municipalities(self) -> pd.DataFrame:
        """One row per municipality: nis_code, names, zone, what it merged into and since when."""
        return self.database.ask("pages/municipalities").table

    @cached_property
    def municipality_counts(self) -> dict[str, int]:
        """How many municipalities of today each zone has."""
        today = self.municipalities[self.municipalities["merged_into_nis"].isna()]
        return {str(zone): int(count) for zone, count in today["zone_code"].value_counts().items()}

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """One row per indicator of activities, in the order of the registry: how it is counted, and its names."""
        return self.database.ask("pages/cooperation_fields/indicators").table

    @cached_property
    def ledger_coverage(self) -> pd.DataFrame:
        """One row per zone with ledger lines: over which months they reach, and which years they know."""
        return self.database.ask("pages/shared_costs/coverage").table

    @cached_property
    def _zone_of_municipality(self) -> dict[str, str]:
        # Asked dozens of times an answer: a table takes longer to look this up than the figures take to make.
        return dict(zip(self.municipalities["nis_code"], self.municipalities["zone_code"], strict=True))

    @cached_property
    def events(self) -> pd.DataFrame:
        """One row per event of a time axis."""
        return self.database.ask("pages/events").table

    def zones(self, filters: Filters) -> tuple[Zone, ...]:
        """Return the zones that a choice is about: the chosen ones, those of the chosen municipalities, else all."""
        codes = filters.zone_code or {
            self._zone_of_municipality[nis_code]
            for nis_code in filters.municipality_nis
            if nis_code in self._zone_of_municipality
        }
        return tuple(zone for zone in self.settings.zones if not codes or zone.code in codes)

    def zones_by_start(self, filters: Filters) -> list[tuple[str, ...]]:
        """Return the codes of the zones of a choice, those that joined on one day together: they share their months."""
        zones = self.zones(filters)
        starts = sorted({zone.joined for zone in zones})
        return [tuple(zone.code for zone in zones if zone.joined == start) for start in starts]

    def start(self, filters: Filters) -> date:
        """Return the day that divides before from after: the zones' own where they joined together."""
        joined = {zone.joined for zone in self.zones(filters)}
        return joined.pop() if len(joined) == 1 else self.settings.start

    def counted_zones(self, filters: Filters) -> tuple[str, ...]:
        """Return the zones whose calls are counted; empty means every zone.

        Where nobody chose and some joined later, those stay out: before and after would hold other zones.
        """
        joined = {zone.joined for zone in self.settings.zones}
        if filters.zone_code or filters.municipality_nis or len(joined) == 1:
            return filters.zone_code
        return tuple(zone.code for zone in self.settings.zones if zone.joined == self.settings.start)

    def later_zones(self, filters: Filters) -> tuple[Zone, ...]:
        """Return the zones of a choice that joined on another day than the one that divides before from after."""
        start = self.start(filters)
        return tuple(zone for zone in self.zones(filters) if zone.joined != start)

    def covered_days(self, filters: Filters) -> Span:
        """Return from which day to which the exports of the counted zones of a choice reach."""
        return self._coverage_of(self._zone_codes(filters)).days

    def whole_months(self, filters: Filters) -> Span:
        """Return the whole months that the exports of all counted zones of a choice cover, whatever the periods."""
        return whole_months(self.covered_days(filters))

    def months_with_calls(self, filters: Filters) -> frozenset[date]:
        """Return the first days of the months in which every counted zone of a choice has calls; else it is a hole."""
        return self._coverage_of(self._zone_codes(filters)).months

    def first_month_after(self, filters: Filters) -> date:
        """Return the first day of the first month that lies wholly after the start."""
        return first_month_from(self.start(filters))

    def covid_months(self) -> frozenset[date]:
        """Return the first days of the months that COVID measures touched."""
        return frozenset(month for span in self.covid_spans for month in span.months())

    def _zone_codes(self, filters: Filters) -> tuple[str, ...]:
        """Return the codes of the zones that are counted: one that is not must leave no hole in the others' months."""
        return self.counted_zones(filters) or tuple(zone.code for zone in self.zones(filters))

    def period(self, filters: Filters) -> Period:
        """Return the spans that the choice compares; FilterError where it cannot be read."""
        return self._period_of(filters)

    def _choose_period(self, filters: Filters) -> Period:
        covered = self._coverage_of(self._zone_codes(filters))
        chosen = choose_period(
            filters.period,
            filters.covid,
            start=self.start(filters),
            covered=covered.days,
            months_with_calls=covered.months,
            covid_spans=self.covid_spans,
            most_years=self.settings.comparison.most_years,
        )
        reasons = list(chosen.reasons)
        if (
            len({zone.joined for zone in self.zones(filters)}) > 1
            and self.counted_zones(filters) == filters.zone_code
        ):
            reasons.append("starts_differ")
        if self._definition_changed(chosen, filters):
            reasons.append("definition_changed")
        return replace(chosen, reasons=tuple(dict.fromkeys(reasons)))

    @cached_property
    def covid_spans(self) -> tuple[Span, ...]:
        """The spans in which COVID measures held."""
        covid = self.events[self.events["kind"] == "covid"]
        return tuple(
            Span(row.starts_on.date(), (row.ends_on + pd.Timedelta(days=1)).date())
            for row in covid.itertuples()
            if not pd.isna(row.starts_on) and not pd.isna(row.ends_on)
        )

    def _definition_changed(self, period: Period, filters: Filters) -> bool:
        """Tell whether the same words mean something else on the two sides of the comparison."""
        first, last = pd.Timestamp(period.before.first), pd.Timestamp(period.after.last)
        changes = self.events[self.events["kind"] == "definition_change"]
        zone_codes = self._zone_codes(filters)
        concerned = changes["zone_code"].isna() | changes["zone_code"].isin(zone_codes)
        # On the first day of the first period everything counted already means the new thing.
        inside = (changes["starts_on"] > first) & (changes["starts_on"] <= last) & concerned
        # A municipality that ended inside the comparison has no calls under its old code after that.
        chosen = self.municipalities[self.municipalities["nis_code"].isin(filters.municipality_nis)]
        ended = pd.to_datetime(chosen["valid_until"]) < last
        return bool(inside.any() or ended.any())

    def check(self, filters: Filters) -> None:
        """Raise FilterError where the choice names a zone, municipality, priority or origin that is not there."""
        check_codes(
            filters,
            {
                "zone_code": [zone.code for zone in self.settings.zones],
                "municipality_nis": list(self.municipalities["nis_code"]),
                "priority": [priority.code for priority in self.settings.priorities],
                "origin": ORIGINS,
            },
        )

    def ask(self, answer: str, filters: Filters, **values: object) -> Answer:
        """Return the table of `queries/pages/<answer>.sql` for a choice; `values` are bound beside it."""
        self.check(filters)
        period = self.period(filters)
        counted = filters.with_(zone_code=self.counted_zones(filters))
        values = counted.values(self.settings) | period.values() | values
        reply = self.database.ask(f"pages/{answer}", values)
        return Answer(answer, reply.table, reply.sql, reply.parameters, filters, period)

    def ask_together(self, answers: Sequence[str], filters: Filters) -> list[Answer]:
        """Return what `ask` returns for each of the answers, in their order, asked at the same time.

        One question alone leaves a core idle while it is planned and while its table is made.
        """
        # What all of them need is there before the first of them asks for it.
        self.check(filters)
        self.period(filters)
        with ThreadPoolExecutor(len(answers)) as threads:
            return list(threads.map(lambda answer: self.ask(answer, filters), answers))
