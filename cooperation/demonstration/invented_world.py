"""What is true in the invented world: places, numbers of calls, response times, help. See the package."""

from dataclasses import dataclass

import numpy as np

YEARS = range(2018, 2026)
# The invented world has a truth of its own, whatever start date the settings give.
FIRST_YEAR_TOGETHER = 2022
FIRST_YEAR_OF_LOSS = 2023
FIRST_YEAR_MERGED = 2025
MERGED_MUNICIPALITY = "73110"


@dataclass(frozen=True)
class Place:
    """One municipality of the invented world: its yearly interventions and its response to urgent calls."""

    municipality_nis: str
    zone_code: str
    interventions_a_year: float
    median_seconds: float
    spread: float
    urgent_change: float


# 12,000 a year in 5381 divided by the populations of 1 January 2020 (Statbel), 850 a year in Voeren.
_POPULATION_5381 = 32_477 + 9_730 + 16_759
BILZEN = Place("73006", "5381", 12_000 * 32_477 / _POPULATION_5381, 595.0, 0.40, 1.0)
HOESELT = Place("73032", "5381", 12_000 * 9_730 / _POPULATION_5381, 595.0, 0.40, 1.0)
RIEMST = Place("73066", "5381", 12_000 * 16_759 / _POPULATION_5381, 640.0, 0.34, 0.89)
VOEREN = Place("73109", "5382", 850.0, 840.0, 0.60, 0.964)
PLACES = (BILZEN, HOESELT, RIEMST, VOEREN)
DEFAULT_INTERVENTIONS = round(len(YEARS) * sum(place.interventions_a_year for place in PLACES))

PRIORITY_FACTOR = np.array([0.80, 0.90, 1.06, 1.90, 3.00])
ROUTINE_CHANGE = 1.10
# Part of the response time between the call and the first dispatch.
CALL_HANDLING_PART = {"before": 0.20, "after": 0.24}
MISSING_ARRIVAL = 0.06
MISSING_ARRIVAL_AFTER_LOSS = 0.30
MISSING_DEPARTURE = 0.06
# Night (few patrols over a wide area) and rush hours are slower, the hours between them faster.
HOUR_FACTOR = np.array([1.06] * 6 + [0.97, 1.08, 1.08] + [0.97] * 7 + [1.08, 1.08] + [0.97] * 4 + [1.06] * 2)

ORIGINS = ("citizen_call", "own_initiative", "planned")
CITIZEN_CALL, OWN_INITIATIVE, PLANNED = range(3)
# Rows: ordinary days, COVID days (police checks took the place of nights out and traffic).
ORIGIN_WEIGHTS = np.array([[0.60, 0.25, 0.15], [0.54, 0.36, 0.10]])
# Rows: origin on ordinary days, then origin on COVID days; columns: priority 0 to 4.
PRIORITY_WEIGHTS = np.array(
    [
        [0.015, 0.065, 0.19, 0.45, 0.28],
        [0.0, 0.01, 0.04, 0.35, 0.60],
        [0.0, 0.0, 0.01, 0.19, 0.80],
        [0.015, 0.055, 0.14, 0.42, 0.37],
        [0.0, 0.01, 0.02, 0.27, 0.70],
        [0.0, 0.0, 0.01, 0.19, 0.80],
    ]
)
# Units sent (1, 2, 3) by priority 0 to 4.
UNIT_COUNT_WEIGHTS = np.array(
    [[0.20, 0.50, 0.30], [0.45, 0.44, 0.11], [0.62, 0.32, 0.06], [0.85, 0.13, 0.02], [0.93, 0.06, 0.01]]
)
_WEEKDAY = [1.2, 0.6, 0.4, 0.4, 0.5, 0.8, 1.6, 2.8, 3.0, 2.5, 2.5, 2.7]
_WEEKDAY += [2.7, 2.7, 2.7, 3.1, 3.9, 4.2, 3.8, 3.3, 3.0, 2.7, 2.3, 1.8]
_WEEKEND = [3.2, 2.8, 2.5, 2.2, 1.7, 1.3, 1.1, 1.2, 1.5, 2.0, 2.5, 2.8]
_WEEKEND += [2.8, 2.8, 2.8, 2.9, 3.0, 3.1, 3.2, 3.3, 3.2, 3.1, 3.2, 3.4]
_PLANNED_DAY = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.6, 2.0, 4.0, 4.5, 4.5, 4.0]
_PLANNED_DAY += [3.0, 4.0, 4.5, 4.0, 3.0, 2.5, 2.5, 2.5, 2.0, 1.5, 0.8, 0.3]
# Rows: origin on weekdays, origin at weekends; columns: hour of day.
HOUR_WEIGHTS = np.array([_WEEKDAY, _WEEKDAY, _PLANNED_DAY, _WEEKEND, _WEEKEND, _PLANNED_DAY])
WEEKDAY_WEIGHTS = np.array([0.97, 0.93, 0.95, 0.97, 1.10, 1.14, 0.94])
COVID_WEIGHT = 0.75
COVID_MONTHS = {(2020, 3), (2020, 4), (2020, 5), (2020, 11), (2020, 12), (2021, 1), (2021, 2)}

# The last three codes are no real zones: some other zone, the national reserve, the federal police.
UNIT_ZONES = ("5381", "5382", "LAT", "HYC", "FED")
ASSISTANCE = ("", "", "lateral", "hycap", "federal")
UNITS_A_ZONE = 24
UNITS_OF_VOEREN = 5
# Rows: first unit in 5381, first in 5382, further in 5381, further in 5382;
# columns: own, partner, lateral, hycap, federal.
HELP_BEFORE = np.array(
    [
        [0.995, 0.001, 0.002, 0.000, 0.002],
        [0.960, 0.015, 0.020, 0.000, 0.005],
        [0.970, 0.006, 0.012, 0.004, 0.008],
        [0.880, 0.050, 0.050, 0.004, 0.016],
    ]
)
HELP_AFTER = np.array(
    [
        [0.988, 0.008, 0.002, 0.000, 0.002],
        [0.830, 0.145, 0.020, 0.000, 0.005],
        [0.936, 0.040, 0.012, 0.004, 0.008],
        [0.580, 0.350, 0.050, 0.004, 0.016],
    ]
)

URGENT_NATURES = (
    "Verkeersongeval met gewonden",
    "Intrafamiliaal geweld",
    "Ruzie in café",
    "Inbraak – daders ter plaatse",
    "Geïntoxiceerd persoon op de rijbaan",
    "Vermiste persoon – minderjarige",
    "Bijstand ambulance (reanimatie)",
    "Vechtpartij",
)
ROUTINE_NATURES = (
    "Verkeersongeval – stoffelijke schade",
    "Hinder – geluid",
    "Burenruzie",
    "Verdacht voertuig",
    "Winkeldiefstal",
    "Loslopend dier",
    "Parkeeroverlast",
    "Diefstal fiets – vélo électrique",
)
OWN_NATURES = (
    "Verkeerscontrole",
    "Preventieve patrouille",
    "Identiteitscontrole",
    "Controle snelheid – ½ uur",
)
PLANNED_NATURES = (
    "Afspraak wijkinspecteur",
    "Coördinatie evenement",
    "Toezicht schoolpoort",
    "Bijstand deurwaarder",
)
COVID_NATURE = "Inbreuk COVID-19-maatregelen"
NATURES = (*URGENT_NATURES, *ROUTINE_NATURES, *OWN_NATURES, *PLANNED_NATURES, COVID_NATURE)


def municipality_nis(place: Place, year: int) -> str:
    """Return the municipality's code in that year."""
    is_merged = year >= FIRST_YEAR_MERGED and place in (BILZEN, HOESELT)
    return MERGED_MUNICIPALITY if is_merged else place.municipality_nis
