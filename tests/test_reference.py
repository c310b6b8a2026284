"""The reference data: typed, sourced, consistent with the settings, and equal to the published figures."""

import csv
import tomllib
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from cooperation.warehouse.contract import CODES

PROJECT = Path(__file__).parent.parent
REFERENCE = PROJECT / "data" / "reference"
HEADERS = {
    "municipalities": "nis_code,name_nl,name_fr,valid_from,valid_until,merged_into_nis,zone_code,source",
    "population": "nis_code,reference_date,inhabitants,source,note",
    "price_index": "index_name,year,value,base,source,note",
    "events": "event_code,starts_on,ends_on,kind,zone_code,name_nl,name_fr,name_en,source",
    "indicators": "indicator_code,domain_code,unit,direction,aggregation,denominator,minimum_count,"
    "name_nl,name_fr,name_en,definition_nl,definition_fr,definition_en,source",
}
EVENT_KINDS = {"covid", "municipal_merger", "definition_change"}


def rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def settings() -> dict:
    return tomllib.loads((PROJECT / "data" / "cooperation.toml").read_text(encoding="utf-8"))


def zone_codes() -> set[str]:
    return {zone["code"] for zone in settings()["zones"]}


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize("name", HEADERS)
def test_a_file_is_plain_utf8_with_its_header_and_full_rows(name: str) -> None:
    content = (REFERENCE / f"{name}.csv").read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8").splitlines()[0] == HEADERS[name]
    # A comma too many or too few puts None among the keys or the values.
    assert not [row for row in rows(name) if None in row or None in row.values()]
    assert not [row for row in rows(name) for value in row.values() if value != value.strip()]


@pytest.mark.parametrize("name", HEADERS)
def test_every_row_names_its_source(name: str) -> None:
    assert rows(name)
    assert [row for row in rows(name) if not row["source"]] == []


# --- Municipalities -------------------------------------------------------------------------------


def test_municipality_codes_are_unique_and_belong_to_a_zone_of_the_settings() -> None:
    codes = [row["nis_code"] for row in rows("municipalities")]
    assert len(codes) == len(set(codes))
    assert all(len(code) == 5 and code.isdigit() for code in codes)
    assert {row["zone_code"] for row in rows("municipalities")} == zone_codes()


def test_a_merger_leaves_no_day_without_a_municipality_and_none_with_two() -> None:
    by_code = {row["nis_code"]: row for row in rows("municipalities")}
    merged = {code: row for code, row in by_code.items() if row["merged_into_nis"]}
    assert {code: row["merged_into_nis"] for code, row in merged.items()} == {
        "73006": "73110",
        "73032": "73110",
    }
    for row in merged.values():
        successor = by_code[row["merged_into_nis"]]
        last, first = date.fromisoformat(row["valid_until"]), date.fromisoformat(successor["valid_from"])
        assert (first - last).days == 1
        assert successor["zone_code"] == row["zone_code"]
        assert not successor["merged_into_nis"], "the successor is on today's borders"


def test_a_municipality_that_ended_names_its_successor() -> None:
    assert all(bool(row["valid_until"]) == bool(row["merged_into_nis"]) for row in rows("municipalities"))


def test_voeren_has_its_french_name() -> None:
    names = {row["nis_code"]: (row["name_nl"], row["name_fr"]) for row in rows("municipalities")}
    assert names["73109"] == ("Voeren", "Fourons")
    assert names["73110"] == ("Bilzen-Hoeselt", "Bilzen-Hoeselt")


# --- Population -----------------------------------------------------------------------------------


def inhabitants() -> dict[tuple[str, str], int]:
    return {(row["nis_code"], row["reference_date"]): int(row["inhabitants"]) for row in rows("population")}


def test_population_is_positive_once_per_day_and_of_a_known_municipality() -> None:
    assert len(inhabitants()) == len(rows("population"))
    assert min(inhabitants().values()) > 0
    assert {code for code, _ in inhabitants()} <= {row["nis_code"] for row in rows("municipalities")}
    assert all(date.fromisoformat(reference_date) for _, reference_date in inhabitants())


def test_population_is_what_was_published() -> None:
    published = {
        "73006": {"2018-01-01": 32318, "2019-01-01": 32328, "2020-01-01": 32477},
        "73032": {"2018-01-01": 9685, "2019-01-01": 9688, "2020-01-01": 9730},
        "73066": {"2018-01-01": 16665, "2019-01-01": 16755, "2020-01-01": 16759, "2022-01-01": 16779},
        "73109": {"2018-01-01": 4160, "2019-01-01": 4146, "2020-01-01": 4175, "2022-01-01": 4287},
        "73110": {"2022-01-01": 42288},
    }
    expected = {(code, on): count for code, counts in published.items() for on, count in counts.items()}
    assert {key: count for key, count in inhabitants().items() if key in expected} == expected


def test_a_figure_under_a_later_code_says_that_it_is_a_sum() -> None:
    began = {row["nis_code"]: day(row["valid_from"]) for row in rows("municipalities")}
    early = [
        row
        for row in rows("population")
        if (start := began[row["nis_code"]]) and date.fromisoformat(row["reference_date"]) < start
    ]
    assert early
    assert all("sum" in row["note"] for row in early)


def test_no_population_jumps() -> None:
    # A municipality here changes by less than 5 % in four years: more is a typing error.
    for code in {code for code, _ in inhabitants()}:
        counts = [count for (_, _), count in sorted((k, v) for k, v in inhabitants().items() if k[0] == code)]
        assert all(0.95 < later / earlier < 1.05 for earlier, later in pairwise(counts))


# --- Price index ----------------------------------------------------------------------------------


@pytest.mark.parametrize("index_name", ["cpi", "health_index"])
def test_an_index_has_each_year_once_and_no_gap(index_name: str) -> None:
    years = [int(row["year"]) for row in rows("price_index") if row["index_name"] == index_name]
    assert years == list(range(min(years), max(years) + 1))
    assert min(years) <= 2018
    assert max(years) >= 2025


def test_only_the_two_known_indices_on_one_base_with_their_warning() -> None:
    assert {row["index_name"] for row in rows("price_index")} == {"cpi", "health_index"}
    assert {row["base"] for row in rows("price_index")} == {"2013 = 100"}
    assert all(row["note"] or "secondary" not in row["source"] for row in rows("price_index"))


def test_the_two_indices_stay_close() -> None:
    # The health index leaves out tobacco, alcohol and motor fuel: the two differ by little.
    values = {(row["index_name"], row["year"]): float(row["value"]) for row in rows("price_index")}
    years = {year for _, year in values}
    assert all(abs(values["cpi", year] / values["health_index", year] - 1) < 0.01 for year in years)


def test_growth_of_the_years_that_were_checked() -> None:
    # Inflation published for Belgium: 9.59 % in 2022 and 4.06 % in 2023.
    cpi = {row["year"]: float(row["value"]) for row in rows("price_index") if row["index_name"] == "cpi"}
    assert round(100 * (cpi["2022"] / cpi["2021"] - 1), 2) == 9.59
    assert round(100 * (cpi["2023"] / cpi["2022"] - 1), 2) == 4.06


# --- Events ---------------------------------------------------------------------------------------


def test_events_are_dated_named_and_of_a_known_kind() -> None:
    codes = [row["event_code"] for row in rows("events")]
    assert len(codes) == len(set(codes))
    for row in rows("events"):
        start, end = date.fromisoformat(row["starts_on"]), day(row["ends_on"])
        assert end is None or start <= end
        assert row["kind"] in EVENT_KINDS
        assert row["zone_code"] in zone_codes() | {""}
        assert all(row[f"name_{language}"] for language in ("nl", "fr", "en"))


def test_the_start_and_the_joining_dates_live_in_the_settings_only() -> None:
    dates = {settings()["association"]["start"]} | {zone["joined"] for zone in settings()["zones"]}
    assert not dates & {date.fromisoformat(row["starts_on"]) for row in rows("events")}


def test_the_events_every_time_axis_needs_are_there() -> None:
    starts = {(row["kind"], row["starts_on"]) for row in rows("events")}
    assert {("covid", "2020-03-18"), ("municipal_merger", "2025-01-01")} <= starts


def test_the_merger_is_the_day_the_new_code_starts() -> None:
    new = {row["valid_from"] for row in rows("municipalities") if row["valid_from"]}
    assert {row["starts_on"] for row in rows("events") if row["kind"] == "municipal_merger"} == new


# --- Indicators and words -------------------------------------------------------------------------


def test_every_field_has_an_indicator_but_the_one_of_which_nothing_is_counted() -> None:
    fields = {field["code"] for field in settings()["fields"]}
    assert {row["domain_code"] for row in rows("indicators")} == fields - {"informant_management"}


def test_indicators_are_unique_named_and_say_how_they_are_counted() -> None:
    codes = [row["indicator_code"] for row in rows("indicators")]
    assert len(codes) == len(set(codes))
    for row in rows("indicators"):
        assert row["direction"] in {"higher", "lower", "neutral"}
        assert row["aggregation"] in {"sum", "mean", "level"}
        assert row["denominator"] in {
            "",
            "inhabitants",
            "municipalities",
            *codes,
        } - {row["indicator_code"]}
        # Only what is added up can be held against something.
        assert not row["denominator"] or row["aggregation"] == "sum"
        # Empty: the settings' own.
        assert row["minimum_count"] == "" or int(row["minimum_count"]) >= 0
        assert row["unit"]
        assert all(row[f"{part}_{code}"] for part in ("name", "definition") for code in ("nl", "fr", "en"))


def test_a_name_belongs_to_one_indicator() -> None:
    for language in ("nl", "fr", "en"):
        names = [row[f"name_{language}"].casefold() for row in rows("indicators")]
        assert len(names) == len(set(names))


def test_a_word_means_one_code_of_its_column_and_no_other_code_is_called_so() -> None:
    meant: dict[tuple[str, str], str] = {}
    for row in rows("words"):
        assert row["code"] in CODES[row["column_name"]], row
        assert meant.setdefault((row["column_name"], row["word"].casefold()), row["code"]) == row["code"]
        assert row["word"] not in set(CODES[row["column_name"]]) - {row["code"]}
    assert {row["column_name"] for row in rows("words")} == set(CODES)


def test_every_code_but_the_readers_own_has_a_word_in_dutch_and_french() -> None:
    counted = {(column, code): 0 for column, codes in CODES.items() for code in codes}
    for row in rows("words"):
        counted[row["column_name"], row["code"]] += 1
    assert min(counted.values()) >= 2
