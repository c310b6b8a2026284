"""The mayor's first screen: a verdict for every municipality of today, in all three steps that of its own page."""

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from cooperation.answers import overview, response_times
from cooperation.answers.filters import Filters
from tests.warehouse.exports import Built, build_rows, deployment, intervention

TODAY = ["73066", "73109", "73110"]
CHOICES = [
    Filters(),
    Filters(measure="travel", priority=("1",)),
    Filters(period="2021-01..2021-12/2022-01..2022-12", covid="out"),
    Filters(origin=("all",), borders="recorded"),
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    interventions, deployments = [], []
    municipalities = ("73066", "73006", "73032", "73109")
    for offset in range(4 * 365):
        day = date(2020, 1, 1) + timedelta(days=offset)
        nis = municipalities[offset % 4]
        name = f"{day}"
        seconds = 600 + offset * 37 % 101 - (150 if nis == "73066" and day.year > 2021 else 0)
        zone = "5382" if nis == "73109" else "5381"
        interventions.append(intervention(name, f"{day} 12:00:00", municipality_nis=nis, zone_code=zone))
        arrived = f"{day} 12:{seconds // 60:02}:{seconds % 60:02}"
        deployments.append(deployment(name, arrived, dispatched_at=f"{day} 12:01:00", unit_zone_code=zone))
    return build_rows(tmp_path_factory.mktemp("overview"), interventions, deployments)


def table(built: Built, filters: Filters) -> pd.DataFrame:
    return overview.municipalities(built.evidence, filters).table


def known(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row without its unknown cells: a column of words alone says None for what another calls NaN."""
    return {name: cell for name, cell in row.items() if cell is not None and cell == cell}


def test_every_municipality_of_today_has_one_row_and_merged_ones_none(built: Built) -> None:
    assert sorted(table(built, Filters())["municipality_nis"]) == TODAY


@pytest.mark.parametrize("filters", CHOICES)
def test_a_row_is_the_median_of_the_page_behind_it(built: Built, filters: Filters) -> None:
    for row in table(built, filters).to_dict("records"):
        behind = filters.with_(municipality_nis=(row["municipality_nis"],))
        median = response_times.comparison(built.evidence, behind).table.iloc[0].to_dict()
        # What else points the other way is said of all figures, and side by side stands the median alone.
        del median["opposed_by"]
        assert known(row) == known({"municipality_nis": row["municipality_nis"]} | median)


def test_faster_in_one_place_is_not_faster_in_another(built: Built) -> None:
    verdicts = table(built, Filters()).set_index("municipality_nis")["verdict"].to_dict()
    assert verdicts["73066"] == "faster"
    assert verdicts["73110"] == "no_demonstrable_difference"


def test_each_municipality_has_its_own_confirmation(built: Built) -> None:
    rows = table(built, Filters()).set_index("municipality_nis")
    # A hundred and fifty seconds less from the first day on, in one place alone.
    assert rows.loc["73066", "confirmation"] == "confirmed"
    assert rows.loc["73066", "against_trend_high"] < 0 and rows.loc["73066", "corrected_high"] < 0
    assert rows.loc["73110", "confirmation"] == "not_available"


def test_the_municipalities_of_a_zone_are_those_of_the_zone(built: Built) -> None:
    assert table(built, Filters(zone_code=("5382",)))["municipality_nis"].tolist() == ["73109"]
    assert sorted(table(built, Filters(zone_code=("5381",)))["municipality_nis"]) == ["73066", "73110"]


def test_the_answer_keeps_the_reader_s_own_choice(built: Built) -> None:
    filters = Filters(zone_code=("5381",), covid="out")
    answer = overview.municipalities(built.evidence, filters)
    assert (answer.name, answer.filters) == ("overview/municipalities", filters)
    assert answer.period == built.evidence.period(filters)
