"""The eleven fields of the protocol: what is known of each, before and after, with a verdict; small counts hidden."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from cooperation.answers import mutual_assistance, shared_costs
from cooperation.answers.activity_years import (
    PERCENT,
    RATE_BASES,
    Indicator,
    ZoneYears,
    indicators_of,
    is_share,
    minimum_shown,
    quantity_of_year,
    read_years,
    size_of_year,
)
from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.filters import Filters
from cooperation.answers.periods import PHASES
from cooperation.answers.small_counts import UNKNOWN, Figure, made_of
from cooperation.settings import Field
from cooperation.statistics import (
    AMOUNT,
    AMOUNT_TO_LOWER,
    AMOUNT_TO_RAISE,
    Estimate,
    smallest_detectable_difference,
    verdict,
)
from cooperation.statistics.means import ratio_difference

DIRECTIONS = {"higher": AMOUNT_TO_RAISE, "lower": AMOUNT_TO_LOWER, "neutral": AMOUNT}
COMPARED_COLUMNS = [
    "before",
    "before_years",
    "after",
    "after_years",
    "difference",
    "low",
    "high",
    "smallest_detectable",
    "verdict",
    "reasons",
    "before_hidden",
    "after_hidden",
]
NAMING_COLUMNS = ["field_code", "indicator_code", "measure", "unit", "denominator", "direction", "zone_code"]
INDICATOR_COLUMNS = [*NAMING_COLUMNS, *COMPARED_COLUMNS, "zones_without", "zones_otherwise", "after_from"]
SERIES_COLUMNS = [*NAMING_COLUMNS, "year_start", "phase", "value", "line_count", "hidden"]
OVERVIEW_COLUMNS = [
    "place",
    "field_code",
    "group_code",
    "active_since",
    "state",
    "figure",
    "source",
    "measure",
    "unit",
    "denominator",
    "direction",
    "zone_code",
    *COMPARED_COLUMNS,
    "zones_without",
    "zones_otherwise",
]
TEXT_COLUMNS = {
    "group_code",
    "figure",
    "source",
    "measure",
    "unit",
    "denominator",
    "direction",
    "zone_code",
    "verdict",
    "reasons",
    "before_hidden",
    "after_hidden",
    "hidden",
}
ZONE_COLUMNS = {"zones_without", "zones_otherwise"}
COUNT_COLUMNS = {"before_years", "after_years", "line_count"}
MOST_FIGURES = 3
APART = ("starts_differ",)
# Leading figures that are no indicators: what they are, and the answer that they come from.
ASSISTANCE_FIGURES = ("partner_sent", "partner_first")
PURCHASE_FIGURES = ("joint_purchase_count", "joint_purchase_yearly_eur", "saving_yearly_eur")


@dataclass(frozen=True)
class _Scope:
    """The zones of a row: one, or (no code) all that joined on one day together."""

    zone_code: str | None
    zone_codes: tuple[str, ...]


@dataclass(frozen=True)
class _Asked:
    """What a row is about: a measure of an indicator, of some zones, in the years that they share."""

    evidence: Evidence
    years: ZoneYears
    indicator: Indicator
    measure: str
    scope: _Scope

    @property
    def is_share(self) -> bool:
        other = self.years.indicators.get(str(self.indicator.denominator))
        return is_share(self.measure, self.indicator.unit, None if other is None else other.unit)

    def quantity(self, zone_code: str, year: date) -> Figure:
        minimum = minimum_shown(self.evidence, self.indicator)
        return quantity_of_year(self.years, self.indicator, zone_code, year, minimum)

    def size(self, zone_code: str, year: date) -> Figure:
        return size_of_year(self.evidence, self.years, self.indicator, self.measure, zone_code, year)


def indicators(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per indicator, measure and zone, and one for all counted zones together (no zone) where more are.

    Measures are `a_year` (what the lines of a year add up to), `ratio` (that for every thousand inhabitants,
    municipality, or unit of another indicator), `mean` (of the lines) and `level` (the mean of a year, added up over
    zones). Before and after are of the whole years of a period, a year counted from the day on which the zone joined;
    the interval of the difference comes from the spread of those years (Welch 1947; of a sum held against a sum Cochran
    1977). Where a count from 1 to below the indicator's minimum is part of a figure, `before_hidden` or `after_hidden`
    say so and the figure is not given.

    Of zones together, `zones_without` are those of which nothing is known on a side of which another zone knows, and
    `zones_otherwise` those with a change of their own that is not that of all together. `after_from` is the first month
    after the start.
    """
    answer, groups = read_years(evidence, filters)
    rows = [
        _naming(asked)
        | _compared(asked)
        | {"zones_without": _zones_without(asked), "after_from": pd.Timestamp(years.after_from)}
        for years in groups
        for asked in _rows(evidence, filters, years)
    ]
    changes = {
        (row["indicator_code"], row["measure"], row["zone_code"]): row["verdict"]
        for row in rows
        if row["verdict"] in ("lower", "higher")
    }
    for row in rows:
        row["zones_otherwise"] = _zones_otherwise(row, changes)
    return replace(answer, name="cooperation_fields/indicators", table=_table(rows, INDICATOR_COLUMNS))


def series(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per indicator, measure, zone (none: all counted zones together) and whole year.

    `hidden` says "< 5" where a count is too small to be shown, "x" where a figure holds such a count. Every whole year
    that is known, whatever period is compared.
    """
    answer, groups = read_years(evidence, filters)
    rows = [
        _naming(asked) | row
        for years in groups
        for asked in _rows(evidence, filters, years)
        for row in _yearly(asked)
    ]
    return replace(answer, name="cooperation_fields/series", table=_table(rows, SERIES_COLUMNS))


def overview(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per field of the protocol and leading figure; a field without a figure has a row as well.

    In the order of the protocol. `state` is `figures`; `no_whole_year` where activities of the field are there, but no
    whole year of these periods; `no_data`; or `only_active` of a confidential field. Of the chosen zone, else of all
    counted zones together, and where these know nothing together of each that knows something. `source` is the answer
    that a figure comes from.
    """
    answer = indicators(evidence, filters)
    figures = _Figures(evidence, filters, answer.table)
    rows: list[dict[str, Any]] = []
    for place, field in enumerate(evidence.settings.fields, start=1):
        found = figures.of(field)
        known = any(_is_known(row) for row in found)
        has_lines = any(row["source"] == "cooperation_fields/indicators" for row in found)
        told = "figures" if known else "no_whole_year" if has_lines else "no_data"
        state = "only_active" if field.is_confidential else told
        naming = {
            "place": place,
            "field_code": field.code,
            "group_code": field.group or None,
            "active_since": pd.Timestamp(field.active_since or evidence.start(filters)),
            "state": state,
        }
        rows += [naming | row for row in found] if known else [naming]
    return replace(answer, name="cooperation_fields/overview", table=_table(rows, OVERVIEW_COLUMNS))


class _Figures:
    """The leading figures of a field, from the answers that hold them; each is asked once, and only where needed."""

    def __init__(self, evidence: Evidence, filters: Filters, of_indicators: pd.DataFrame) -> None:
        self._evidence = evidence
        self._filters = filters
        counted = evidence.counted_zones(filters)
        # One that joined later is not counted where nobody chose: then the figures are those of the others.
        self._zone_codes = [
            zone.code for zone in evidence.zones(filters) if not counted or zone.code in counted
        ]
        self._zone_code = self._zone_codes[0] if len(self._zone_codes) == 1 else None
        starts = {zone.joined for zone in evidence.settings.zones if zone.code in self._zone_codes}
        self._are_apart = len(starts) > 1
        self._rows: dict[tuple[str, str | None], list[dict[str, Any]]] = {}
        for row in of_indicators.to_dict("records"):
            self._rows.setdefault((row["indicator_code"], row["zone_code"]), []).append(dict(row))
        self._registry = indicators_of(evidence)

    def of(self, field: Field) -> list[dict[str, Any]]:
        """Return the rows of a field's leading figures, without what names the field."""
        codes = [] if field.is_confidential else list(field.leading)
        rows = [row for code in codes if code in self._registry for row in self._of_indicator(code)]
        if not field.is_confidential and not any(_is_known(row) for row in rows):
            # What no one thought of as leading is better than nothing.
            others = [code for code, one in self._registry.items() if one.field_code == field.code]
            known = [code for code in others if any(_is_known(row) for row in self._of_indicator(code))]
            rows = [row for code in known[:MOST_FIGURES] for row in self._of_indicator(code)] or rows
            codes += [code for code in known if code not in codes]
        if asked := [code for code in codes if code in ASSISTANCE_FIGURES]:
            rows += self._of_assistance(asked)
        if asked := [code for code in codes if code in PURCHASE_FIGURES]:
            rows += self._of_purchases(asked)
        order = {code: place for place, code in enumerate(codes)}
        return sorted(rows, key=lambda row: order[row["figure"]])

    def _of_indicator(self, code: str) -> list[dict[str, Any]]:
        """Return the leading row of an indicator; where all zones together know nothing, those of single zones."""
        scope = self._zone_codes if self._are_apart else [self._zone_code]
        leading = _leading([row for zone_code in scope for row in self._rows.get((code, zone_code), ())])
        if self._are_apart and _is_known(leading):
            # Zones that joined on different days have no common before and after.
            unknown = dict.fromkeys((*COMPARED_COLUMNS, *ZONE_COLUMNS, "zone_code"))
            leading |= unknown | {"verdict": "not_comparable", "reasons": APART}
        found = [leading] if _is_known(leading) else self._by_zone(code) or [leading]
        naming = {"figure": code, "source": "cooperation_fields/indicators"}
        return [row | naming for row in found if row]

    def _by_zone(self, code: str) -> list[dict[str, Any]]:
        leading = {
            zone_code: _leading(self._rows.get((code, zone_code), ())) for zone_code in self._zone_codes
        }
        known = {zone_code: row for zone_code, row in leading.items() if _is_known(row)}
        without = tuple(code for code in self._zone_codes if code not in known)
        return [row | {"zones_without": without} for row in known.values()]

    def _of_assistance(self, codes: Sequence[str]) -> list[dict[str, Any]]:
        table = mutual_assistance.comparison(self._evidence, self._filters).table
        rows = {row["statistic"]: row for row in table.to_dict("records")}
        return [
            {name: rows[code].get(name) for name in COMPARED_COLUMNS}
            | {
                "figure": code,
                "source": "mutual_assistance/comparison",
                "measure": "share",
                "unit": "share",
                # More help is what was promised, on every page.
                "direction": "higher",
                "zone_code": self._zone_code,
            }
            for code in codes
            if code in rows
        ]

    def _of_purchases(self, codes: Sequence[str]) -> list[dict[str, Any]]:
        table = shared_costs.purchases(self._evidence, self._filters).table
        current = table[(table["state"] == "running") & table["zone_code"].isin(self._zone_codes)]
        current = current[current["yearly_share_eur"].map(bool)]
        if current.empty:
            return []
        saved = [
            alone - share
            for alone, share in zip(current["yearly_estimate_eur"], current["yearly_share_eur"], strict=True)
            # Of those that somebody estimated, as on the first page and on that of costs.
            if not (pd.isna(alone) or pd.isna(share))
        ]
        values = {
            "joint_purchase_count": ("purchases", float(current["investment_id"].nunique())),
            "joint_purchase_yearly_eur": ("eur", _sum(list(current["yearly_share_eur"]))),
            "saving_yearly_eur": ("eur", _sum(saved)),
        }
        return [
            {
                "figure": code,
                "source": "shared_costs/purchases",
                "measure": "a_year",
                "unit": values[code][0],
                "direction": "neutral",
                "zone_code": self._zone_code,
                "after": values[code][1],
            }
            for code in codes
        ]


def _rows(evidence: Evidence, filters: Filters, years: ZoneYears) -> Iterator[_Asked]:
    """Yield every indicator with a line in a zone of these years, by measure and zone, and all zones together last."""
    counted = evidence.counted_zones(filters) or tuple(zone.code for zone in evidence.zones(filters))
    scopes = [_Scope(code, (code,)) for code in years.zone_codes]
    if len(years.zone_codes) > 1 and set(counted) == set(years.zone_codes):
        scopes.append(_Scope(None, years.zone_codes))
    for indicator in years.indicators.values():
        if not any((indicator.code, code) in years.known for code in years.zone_codes):
            continue
        for measure in indicator.measures:
            for scope in scopes:
                yield _Asked(evidence, years, indicator, measure, scope)


def _naming(asked: _Asked) -> dict[str, Any]:
    indicator = asked.indicator
    return {
        "field_code": indicator.field_code,
        "indicator_code": indicator.code,
        "measure": asked.measure,
        "unit": indicator.unit,
        "denominator": indicator.denominator if asked.measure == "ratio" else None,
        "direction": indicator.direction,
        "zone_code": asked.scope.zone_code,
    }


def _zones_without(asked: _Asked) -> tuple[str, ...]:
    """Return the zones of a scope without a known year of an indicator on a side of which another zone has one."""
    years = asked.years
    sides = [set(years.year_starts(phase)) for phase in PHASES]
    has_years = {
        code: [bool(side & years.known.get((asked.indicator.code, code), frozenset())) for side in sides]
        for code in asked.scope.zone_codes
    }
    some = [any(known) for known in zip(*has_years.values(), strict=True)]
    return tuple(code for code, known in has_years.items() if known != some)


def _zones_otherwise(row: dict[str, Any], changes: dict[tuple[str, str, str | None], str]) -> tuple[str, ...]:
    """Return, of a row of all zones together that has a verdict, the zones that changed in a way of their own."""
    if row["zone_code"] is not None or row["verdict"] in ("too_few_data", "not_comparable"):
        return ()
    own = (row["indicator_code"], row["measure"])
    return tuple(
        str(code)
        for (*naming, code), change in changes.items()
        if tuple(naming) == own and code is not None and change != row["verdict"]
    )


def _yearly(asked: _Asked) -> Iterator[dict[str, Any]]:
    years, indicator = asked.years, asked.indicator
    for year in years.year_starts():
        figure = _figure_of(asked, [year])
        if figure.is_known:
            lines = sum(
                years.sums[indicator.code, code, year].lines
                for code in asked.scope.zone_codes
                if (indicator.code, code, year) in years.sums
            )
            yield {
                "year_start": pd.Timestamp(year),
                "phase": years.phase_of(year),
                "value": _number(figure.value),
                # Of a mean, how many cases it is of; how many lines a hidden count has can be the count itself.
                "line_count": lines if asked.measure == "mean" and not figure.hidden else None,
                "hidden": figure.hidden,
            }


def _compared(asked: _Asked) -> dict[str, Any]:
    """Return before, after, difference and verdict of one row."""
    known = {
        phase: [year for year in asked.years.year_starts(phase) if _figure_of(asked, [year]).is_known]
        for phase in PHASES
    }
    sides = {phase: _figure_of(asked, known[phase]) if known[phase] else UNKNOWN for phase in PHASES}
    before, after = sides["before"], sides["after"]
    are_shown = before.value is not None and after.value is not None
    settings = asked.evidence.settings
    estimate = Estimate(None, None, None)
    if are_shown:
        pairs = [[_sums_of(asked, [year])[:2] for year in known[phase]] for phase in PHASES]
        estimate = ratio_difference(pairs[0], pairs[1], settings.comparison.confidence)
    relevant = _relevant_change(asked, before.value or 0)
    judged = verdict(
        estimate,
        len(known["before"]) if are_shown else 0,
        len(known["after"]) if are_shown else 0,
        settings.activities.minimum_verdict_years,
        relevant,
        DIRECTIONS[asked.indicator.direction],
        _impossible(asked, [*known["before"], *known["after"]]),
    )
    reasons = judged.reasons
    if judged.code == "too_few_data" and _lacks_denominator(asked):
        reasons = (*reasons, "denominator_unknown")
    smallest = smallest_detectable_difference(
        estimate, settings.comparison.power, settings.comparison.confidence
    )
    return {
        "before": _number(before.value),
        "before_years": len(known["before"]),
        "after": _number(after.value),
        "after_years": len(known["after"]),
        "difference": _number(after.value - before.value if are_shown else None),  # type: ignore[operator]
        "low": _number(estimate.low),
        "high": _number(estimate.high),
        "smallest_detectable": _number(None if smallest is None else max(smallest, relevant)),
        "verdict": judged.code,
        "reasons": reasons,
        "before_hidden": before.hidden,
        "after_hidden": after.hidden,
    }


def _relevant_change(asked: _Asked, before: float) -> float:
    """Return the smallest change that is called one: points of a share or a percentage, else a part of the figure.

    A twentieth of 99 % would be five points.
    """
    settings = asked.evidence.settings
    if asked.is_share:
        return settings.comparison.relevant_share
    if asked.indicator.unit == PERCENT:
        return settings.comparison.relevant_share * 100
    return settings.activities.relevant_change * abs(before)


def _impossible(asked: _Asked, starts: Sequence[date]) -> tuple[str, ...]:
    """Return why a share is none: in some year of some zone the part that was counted is more than the whole."""
    if not asked.is_share:
        return ()
    for code in asked.scope.zone_codes:
        for year in starts:
            part, whole = asked.quantity(code, year).value, asked.size(code, year).value
            if part is not None and whole is not None and part > whole:
                return ("part_exceeds_whole",)
    return ()


def _lacks_denominator(asked: _Asked) -> bool:
    """Tell whether a year of the periods is lost because it is not known what to hold its quantity against."""
    return asked.measure == "ratio" and any(
        asked.quantity(code, year).is_known and not asked.size(code, year).is_known
        for phase in PHASES
        for year in asked.years.year_starts(phase)
        for code in asked.scope.zone_codes
    )


def _figure_of(asked: _Asked, starts: Sequence[date]) -> Figure:
    """Return the figure of some zones over some years, computed from what may be shown only."""
    total, size, parts = _sums_of(asked, starts)
    if len(asked.scope.zone_codes) == len(starts) == 1 and asked.measure == "a_year":
        # The count itself, of which "< 5" says more than "x".
        return parts[0]
    return made_of(total / size if size else None, parts)


def _sums_of(asked: _Asked, starts: Sequence[date]) -> tuple[float, float, list[Figure]]:
    """Return what a figure is made of: a quantity, what it is held against, and the figures behind both."""
    cells = [(code, year) for code in asked.scope.zone_codes for year in starts]
    quantities = [asked.quantity(code, year) for code, year in cells]
    sizes = [asked.size(code, year) for code, year in cells]
    total = math.fsum(figure.value or 0 for figure in quantities)
    # A quantity of a year is added up over zones and averaged over years; everything else is a sum held against a sum.
    size = (
        float(len(starts))
        if asked.measure in ("a_year", "level")
        else math.fsum(figure.value or 0 for figure in sizes)
    )
    base = RATE_BASES.get(str(asked.indicator.denominator), 1) if asked.measure == "ratio" else 1
    return total * base, size, [*quantities, *sizes]


def _leading(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the row that tells most of an indicator, {} of none.

    Of a quantity that is also given as a rate, the rate can be held against another year: it stands last. Where too few
    years of it are known, the quantity itself tells more.
    """
    known = [row for row in rows if _is_known(row)] or list(rows)
    judged = [row for row in known if row["verdict"] != "too_few_data"]
    return dict((judged or known or [{}])[-1])


def _is_known(row: dict[str, Any]) -> bool:
    if row.get("reasons") == APART:
        return True
    values = (row.get(name) for name in ("before", "after", "before_hidden", "after_hidden"))
    return any(value is not None and not pd.isna(value) for value in values)


def _sum(values: Sequence[Any]) -> float | None:
    known = [value for value in values if value is not None and not pd.isna(value)]
    # Amounts add up as decimals, to the cent.
    return float(sum(known)) if known and len(known) == len(values) else None


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _table(rows: list[dict[str, Any]], columns: list[str]) -> pd.DataFrame:
    """Return the rows as a table; an unknown text is None and a count whole, whatever the other rows hold."""
    table = pd.DataFrame(rows, columns=columns)
    for name in TEXT_COLUMNS & set(columns):
        table[name] = table[name].astype(object).where(table[name].notna(), None)
    for name in COUNT_COLUMNS & set(columns):
        table[name] = table[name].astype("Int64")
    for name in ZONE_COLUMNS & set(columns):
        table[name] = [zones if isinstance(zones, tuple) else () for zones in table[name]]
    return table
