"""What a reader can choose, and how a choice becomes bound values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace

from cooperation.settings import MEASURES, Settings

BORDERS = ("merged", "recorded")
COVID_CHOICES = ("in", "out")
EVERYONE = "all"
PRICES = ("health_index", "cpi", "nominal")


class FilterError(ValueError):
    """A choice that does not exist; the message says which and what can be chosen."""


@dataclass(frozen=True)
class Filters:
    """A reader's choice; an empty tuple takes the default population, ("all",) takes everyone.

    `period` is "matched", "before_covid", "all" or "2019-01..2021-12/2022-01..2024-12" (months, both included).
    `prices` are those of `base_year` ("" takes the last year of the index), or "nominal" for as it was paid.
    The scenario asks what a purchase would cost by another key ("equal", "percentages:5381=60,5382=40") or over
    another number of months; "" keeps what was agreed.
    """

    measure: str = "response"
    period: str = "matched"
    covid: str = "in"
    borders: str = "merged"
    zone_code: tuple[str, ...] = ()
    municipality_nis: tuple[str, ...] = ()
    priority: tuple[str, ...] = ()
    origin: tuple[str, ...] = ()
    prices: str = "health_index"
    base_year: str = ""
    scenario_purchase: str = ""
    scenario_key: str = ""
    scenario_months: str = ""

    def with_(self, **changes: object) -> "Filters":
        """Return the same choice with some parts changed."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def priorities(self, settings: Settings) -> tuple[str, ...]:
        """Return the priorities that are counted; empty means every call, also one of unknown priority."""
        return _chosen(self.priority, settings.default_priorities)

    def counts_urgent_only(self, settings: Settings) -> bool:
        """Tell whether every priority that is counted is an urgent one."""
        counted = self.priorities(settings)
        return bool(counted) and set(counted) <= set(settings.urgent_priorities)

    def origins(self, settings: Settings) -> tuple[str, ...]:
        """Return the origins that are counted; empty means every call, also one of unknown origin."""
        return _chosen(self.origin, settings.population.origins)

    def values(self, settings: Settings) -> dict[str, object]:
        """Return the values that queries bind for this choice, the period aside."""
        return {
            "measure": self.measure,
            "borders": self.borders,
            "zone_code": list(self.zone_code),
            "municipality_nis": list(self.municipality_nis),
            "priority": list(self.priorities(settings)),
            "origin": list(self.origins(settings)),
        }


LIST_FILTERS = ("zone_code", "municipality_nis", "priority", "origin")
FILTER_NAMES = tuple(field.name for field in fields(Filters))


def filters_from_pairs(pairs: Iterable[tuple[str, str]]) -> Filters:
    """Return the choice that "name=value" pairs make; a list is given by naming its filter more than once.

    FilterError for a filter or a fixed choice that does not exist.
    """
    lists: dict[str, tuple[str, ...]] = {}
    single: dict[str, str] = {}
    for name, value in pairs:
        if name in LIST_FILTERS:
            lists[name] = (*lists.get(name, ()), *(part for part in value.split(",") if part))
        elif name in FILTER_NAMES:
            single[name] = value
        else:
            raise FilterError(f"there is no filter {name!r}; choose one of {', '.join(FILTER_NAMES)}")
    _require_choices(single)
    return Filters(**single, **lists)  # type: ignore[arg-type]


def check_codes(filters: Filters, known: Mapping[str, Iterable[str]]) -> None:
    """Raise FilterError where a list filter names a code that is in neither settings nor data."""
    for name in LIST_FILTERS:
        allowed = (*known[name], EVERYONE) if name in ("priority", "origin") else tuple(known[name])
        unknown = [code for code in getattr(filters, name) if code not in allowed]
        if unknown:
            raise FilterError(
                f"{name} {unknown[0]!r} is not known; choose one of {', '.join(sorted(allowed))}"
            )


def _require_choices(single: Mapping[str, str]) -> None:
    choices = {"measure": MEASURES, "borders": BORDERS, "covid": COVID_CHOICES, "prices": PRICES}
    for name, allowed in choices.items():
        if name in single and single[name] not in allowed:
            raise FilterError(f"{name} {single[name]!r} is not known; choose one of {', '.join(allowed)}")


def _chosen(codes: tuple[str, ...], default: tuple[str, ...]) -> tuple[str, ...]:
    if not codes:
        return default
    return () if EVERYONE in codes else codes
