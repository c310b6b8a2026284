"""The invented activities as files, a file a year, in the form in which a Belgian system writes them.

What is true in this invented world stands in the package; every field has an indicator but equipment lending, which is
left empty on purpose, and informant management, of which nothing is ever counted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np

from cooperation.demonstration.export_format import DEMONSTRATION_PREFIX, day_text, write_lines
from cooperation.demonstration.invented_purchases import LARGE_ZONE, SMALL_ZONE
from cooperation.demonstration.invented_world import FIRST_YEAR_TOGETHER, YEARS

# The contract's columns, and a remark that marks every line as invented.
ACTIVITY_COLUMNS = (
    "activity_date",
    "domain_code",
    "indicator_code",
    "zone_code",
    "partner_zone_code",
    "quantity",
    "opmerking",
)
ZONES = (LARGE_ZONE, SMALL_ZONE)
# count: whole numbers by chance · amount: hours and days · level: what is there every month · cases: a line a case.
Kind = Literal["count", "amount", "level", "cases"]


@dataclass(frozen=True)
class Invented:
    """One indicator: what a year holds in the large and the small zone, before and after the start.

    Of `cases` that is the mean of a case, and `counted` names the indicator that says how many there are.
    """

    indicator_code: str
    domain_code: str
    kind: Kind
    before: tuple[float, float]
    after: tuple[float, float]
    counted: str = ""

    @property
    def is_joint(self) -> bool:
        """Whether the zones do it together: there was none of it before the start, and each names the other."""
        return self.before == (0, 0)

    def expected(self, zone: int, year: int) -> float:
        """Return what a year holds in a zone (0 large, 1 small)."""
        return (self.after if year >= FIRST_YEAR_TOGETHER else self.before)[zone]


ACTIVITIES = (
    Invented("duty_officer_shifts", "duty_officers", "count", (730, 365), (640, 90)),
    Invented("joint_duty_hours", "duty_officers", "amount", (0, 0), (7_200, 1_350)),
    Invented("duty_officer_call_outs", "duty_officers", "count", (210, 9), (214, 9)),
    Invented("joint_actions", "mutual_assistance", "count", (0, 0), (14, 9)),
    Invented("joint_action_hours", "mutual_assistance", "amount", (0, 0), (430, 65)),
    Invented("victim_support_call_outs", "victim_support_youth", "count", (96, 7), (97, 7)),
    Invented(
        "victim_support_delay",
        "victim_support_youth",
        "cases",
        (48, 70),
        (35, 48),
        "victim_support_call_outs",
    ),
    Invented("youth_social_call_outs", "victim_support_youth", "count", (132, 9), (135, 9)),
    Invented("urgent_investigation_call_outs", "urgent_investigation", "count", (62, 5), (63, 5)),
    Invented("urgent_investigation_hours", "urgent_investigation", "amount", (560, 34), (565, 34)),
    Invented("staff_full_time_equivalents", "training", "level", (96.5, 9.8), (97.2, 9.8)),
    Invented("training_hours", "training", "amount", (3_800, 370), (4_750, 372)),
    Invented("joint_training_hours", "training", "amount", (0, 0), (1_500, 190)),
    Invented("training_participants", "training", "count", (620, 58), (630, 58)),
    Invented("shared_equipment_days", "joint_investment", "amount", (0, 0), (210, 48)),
    Invented("ict_tickets", "shared_ict", "count", (260, 34), (268, 35)),
    Invented("ict_hours_to_resolve", "shared_ict", "cases", (9.5, 15), (12.5, 9), "ict_tickets"),
    Invented("ict_availability", "shared_ict", "level", (99.1, 99.1), (99.2, 99.2)),
    Invented("oversight_files", "internal_oversight", "count", (9, 2), (9, 2)),
    Invented("livc_meetings", "livc", "count", (24, 8), (24, 8)),
    Invented("livc_meetings_attended", "livc", "count", (17, 6), (22, 8)),
)
# How far a month, and a whole year, lies from what is expected.
SPREAD_OF_A_MONTH, SPREAD_OF_A_YEAR, SPREAD_OF_A_LEVEL, SPREAD_OF_A_CASE = 0.06, 0.02, 0.004, 0.35
PERCENT = {"ict_availability"}
BROKEN_ACTIVITY_LINES = (
    "31/02/{year};training;training_hours;5381;;4,0;Datum die niet bestaat",
    "15/03/1923;training;training_hours;5381;;3,5;Datum die niet kan",
    "15/03/2093;training;training_hours;5381;;3,5;Datum die nog moet komen",
    "15/03/{year};training;training_hours;5381;;twee uur;Hoeveelheid die niet te lezen is",
    "15/03/{year};training;training_hours;5381;;-3,0;Hoeveelheid onder nul",
    "15/03/{year};training;training_hours;5381;;999999999,0;Hoeveelheid die niet kan",
    "15/03/{year};shared_ict;ict_availability;5381;;140,0;Meer dan honderd procent",
    "15/03/{year};livc;livc_meetings;5381;;0,5;Halve vergadering",
    "15/03/{year};training;;5381;;3,0;Zonder indicator",
    "16/03/{year};training;medailles;5381;;1,0;Indicator die niet bestaat",
    "16/03/{year};training;training_hours;9999;;5,0;Zone die niet deelneemt",
    "17/03/{year};training;training_hours;5381;5381;6,0;Zone die haar eigen partner is",
    "17/03/{year};livc;training_hours;5382;;2,5;Domein van een andere indicator",
    "17/03/{year};geen_domein;training_hours;5382;;1,5;Domein dat niet bestaat",
    "17/03/{year};training;joint_training_hours;5382;9999;2,0;Partner die niet deelneemt",
    "01/03/{next_year};training;training_hours;5381;;2,0;Dag die ook in een later bestand staat",
    "18/03/{year};informant_management;training_hours;5381;;1,0;Vertrouwelijk: wordt geweigerd",
    "19/03/{year};training",
)
YEAR_OF_BROKEN_LINES = 2023
# A stream of its own: the calls and costs of the same seed stay what they were.
_STREAM = 5


def write_activities(exports: Path, seed: int) -> list[Path]:
    """Write the invented activities, a file a year; return the files written."""
    paths = []
    for year in YEARS:
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, year, _STREAM])))
        lines = [line for _, line in sorted(_year_lines(rng, year))]
        if year == YEAR_OF_BROKEN_LINES:
            lines += [
                lines[0],
                _yearly_total(lines, year),
                *(line.format(year=year, next_year=year + 1) for line in BROKEN_ACTIVITY_LINES),
            ]
        paths.append(write_lines(exports, f"activities_{year}", ACTIVITY_COLUMNS, lines))
    return paths


def _yearly_total(lines: Sequence[str], year: int) -> str:
    """Return the line of a total that stands among its months, as in many a workbook."""
    total = sum(
        float(quantity.replace(",", "."))
        for _, _, indicator, zone, _, quantity, _ in (line.split(";") for line in lines)
        if (indicator, zone) == ("training_participants", ZONES[0])
    )
    return f"31/12/{year};training;training_participants;{ZONES[0]};;{total:.0f};Totaal van het jaar"


def _year_lines(rng: np.random.Generator, year: int) -> Iterator[tuple[date, str]]:
    for zone in range(len(ZONES)):
        counts: dict[str, list[int]] = {}
        for indicator in ACTIVITIES:
            expected = indicator.expected(zone, year)
            match indicator.kind:
                case "count":
                    counts[indicator.indicator_code] = rng.poisson(expected / 12, 12).tolist()
                    if indicator.indicator_code == "livc_meetings_attended":
                        # Nobody attends more meetings than there are.
                        counts[indicator.indicator_code] = _at_most(
                            rng, counts["livc_meetings"], expected, zone, year
                        )
                    quantities = [[float(count)] for count in counts[indicator.indicator_code]]
                case "amount":
                    quantities = [[quantity] for quantity in _amounts(rng, expected)]
                case "level":
                    quantities = [[quantity] for quantity in _levels(rng, indicator, expected)]
                case "cases":
                    quantities = [_cases(rng, expected, count) for count in counts[indicator.counted]]
            for month, drawn in enumerate(quantities, start=1):
                for place, quantity in enumerate(drawn):
                    day = date(year, month, 1 + place % 28)
                    yield day, _line(day, indicator, zone, quantity, place + 1)


def _at_most(rng: np.random.Generator, held: list[int], expected: float, zone: int, year: int) -> list[int]:
    meetings = next(one for one in ACTIVITIES if one.indicator_code == "livc_meetings")
    return rng.binomial(held, expected / meetings.expected(zone, year)).tolist()


def _amounts(rng: np.random.Generator, expected: float) -> list[float]:
    level = expected / 12 * (1 + SPREAD_OF_A_YEAR * rng.standard_normal())
    return (level * (1 + SPREAD_OF_A_MONTH * rng.standard_normal(12))).round(1).tolist()


def _levels(rng: np.random.Generator, indicator: Invented, expected: float) -> list[float]:
    drawn = (expected * (1 + SPREAD_OF_A_LEVEL * rng.standard_normal(12))).round(1)
    return (np.minimum(drawn, 100) if indicator.indicator_code in PERCENT else drawn).tolist()


def _cases(rng: np.random.Generator, expected: float, count: int) -> list[float]:
    # Lognormal, its mean as expected: most cases are short, some long.
    drawn = rng.lognormal(np.log(expected) - SPREAD_OF_A_CASE**2 / 2, SPREAD_OF_A_CASE, count).round(1)
    # A year is reached over by its other indicators; a month without a case has no line.
    return drawn.tolist()


def _line(day: date, indicator: Invented, zone: int, quantity: float, number: int) -> str:
    # Without its number a case that took as long as another of that day would be the same line told twice.
    remark = f"verzonnen geval {number}" if indicator.kind == "cases" else "verzonnen"
    cells = (
        day_text(day),
        indicator.domain_code,
        indicator.indicator_code,
        ZONES[zone],
        ZONES[1 - zone] if indicator.is_joint else "",
        f"{quantity:.1f}".replace(".", ","),
        f"{DEMONSTRATION_PREFIX}{remark}",
    )
    return ";".join(cells)
