"""What a header and its cells suggest: headers as zones write them, in three languages, and files that are none."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cooperation.settings import load_settings
from cooperation.warehouse.contract import DATA_SETS
from cooperation.warehouse.mapping_proposals import (
    LEAST_ALIKE,
    SYNONYMS,
    KnownCodes,
    known_codes,
    likeness,
    meaning,
    propose,
)
from cooperation.warehouse.profile_drafts import (
    DateAndTime,
    DraftError,
    EachElement,
    FixedValue,
    FromColumn,
    TimeAlone,
    profile_text,
)
from tests.browser import PROJECT

CODES: KnownCodes = known_codes(load_settings(), PROJECT / "data" / "reference")
COLUMNS = {column for data_set in DATA_SETS for column in data_set.columns}


def proposed(header: str, *rows: str) -> dict[str, dict[str, object]]:
    """Return the origins by data set and column; header and rows are cells with a bar between."""
    draft = propose(header.split("|"), [row.split("|") for row in rows], CODES)
    return {
        mapped.data_set.name: {
            column: origin.column if isinstance(origin, FromColumn) else origin
            for column, origin in mapped.origins.items()
        }
        for mapped in draft.data_sets
    }


def test_a_dutch_log_with_its_units() -> None:
    assert proposed(
        "Interventienr|Politiezone|Gemeente|Prio|Herkomst|Aard feit|Datum oproep|Uur oproep|Uitgestuurd|Ter plaatse|"
        "Ploegen",
        "1|PZ Voeren|Voeren|P1|oproep|Lawaai|01/02/2022|10:00|10:02|10:09|A1/B2",
        "2|5381|73066|P2|oproep|Diefstal|02/02/2022|11:00|11:02||A1",
    ) == {
        "interventions": {
            "intervention_id": "Interventienr",
            "zone_code": "Politiezone",
            "municipality_nis": "Gemeente",
            "priority": "Prio",
            "origin": "Herkomst",
            "nature": "Aard feit",
            "received_at": DateAndTime("Datum oproep", "Uur oproep"),
        },
        "deployments": {
            "intervention_id": "Interventienr",
            "unit_id": EachElement("Ploegen", "/"),
            "dispatched_at": TimeAlone("Uitgestuurd"),
            "arrived_at": TimeAlone("Ter plaatse"),
        },
    }


@pytest.mark.parametrize(
    ("header", "row", "data_set", "expected"),
    [
        (
            "N° intervention|Zone|Commune|Priorité|Nature|Appel reçu|Clôture",
            "1|5382|Fourons|1|x|14/02/2022 10:00:05|-",
            "interventions",
            "intervention_id zone_code municipality_nis priority nature received_at closed_at",
        ),
        (
            "IncidentNumber|PoliceZone|CallReceived|Priority",
            "1|5382|2022-02-14 10:00:05|1",
            "interventions",
            "intervention_id zone_code received_at priority",
        ),
        (
            "Nr|Eenheid|Zone eenheid|Uitgestuurd op|Vertrokken|Aankomst|Vrij",
            "1|A1|5381|2022-01-01 10:00:00|2022-01-01 10:01:00|2022-01-01 10:09:00|",
            "deployments",
            "intervention_id unit_id unit_zone_code dispatched_at departed_at arrived_at cleared_at",
        ),
        (
            "Date d'imputation|Zone de police|Libellé|Montant|Service|Groupe économique",
            "01/02/2022|ZP Fourons|x|1 234,56|ordinaire|personnel",
            "costs",
            "booking_date zone_code description amount_eur service category",
        ),
        (
            "Nr aankoop|Naam|Domein|Aankoopdatum|Prijs|Levensduur|Sleutel",
            "1|Radar|joint_investment|01/02/2022|€ 25.000,00|10|K1",
            "investments",
            "investment_id name domain_code purchase_date price_eur lifetime_years key_id",
        ),
        (
            "Clé|Zone|Quote-part|Valable à partir de",
            "K1|5381|80 %|01/02/2022",
            "distribution_keys",
            "key_id zone_code share valid_from",
        ),
        (
            "Investering|Zone|Raming|Grondslag",
            "1|5381|25.000|offerte",
            "standalone_estimates",
            "investment_id zone_code estimate_eur basis",
        ),
        (
            "datum|maatstaf|zone|andere zone|aantal|thema",
            "01/02/2022|x|5381|5382|5|training",
            "activities",
            "activity_date indicator_code zone_code partner_zone_code quantity domain_code",
        ),
    ],
)
def test_headers_of_every_data_set_are_recognised(
    header: str, row: str, data_set: str, expected: str
) -> None:
    wanted = dict(zip(expected.split(), header.split("|"), strict=True))
    assert proposed(header, row) == {data_set: wanted}


@pytest.mark.parametrize("data_set", DATA_SETS, ids=lambda data_set: data_set.name)
def test_the_contract_s_own_header_is_its_own(data_set: object) -> None:
    (name,) = {data_set.name}
    (found,) = (origins for other, origins in proposed("|".join(data_set.columns)).items() if other == name)
    assert found == {column: column for column in data_set.columns}


@pytest.mark.parametrize(
    "header", ["a|b", "", "Naam|Adres|Telefoon", "zone|gemeente", "Nummer|Naam", "Eenheid"]
)
def test_a_file_of_something_else_is_not_forced_into_a_data_set(header: str) -> None:
    assert proposed(header) == {}


def test_names_alike_but_cells_that_tell_otherwise() -> None:
    # "Ontvangen" holds names here: the moment is in the column that looks like one.
    found = proposed(
        "Nummer|Ontvangen|Datum en uur oproep|Zone",
        "1|door Jan|01/02/2022 10:00|5381",
        "2|door Els|01/02/2022 11:00|5382",
    )
    assert found["interventions"]["received_at"] == "Datum en uur oproep"


def test_short_words_are_not_alike_by_chance() -> None:
    assert likeness("date", "departed_at") < LEAST_ALIKE
    assert likeness("nature", "nature") == likeness("NATURE ", "nature") == 1
    assert likeness("Numéro d’intervention", "intervention_id") == 1
    assert likeness("Tijdstip aankomst eenheid", "arrived_at") >= LEAST_ALIKE
    assert likeness("prioritet", "priority") >= LEAST_ALIKE


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["14/09/2021"], None),
        (["01/02/2022"], None),
        (["2022-02-01"], None),
        (["14.09.2021"], None),
        (["09/14/21", "09/15/21"], "%m/%d/%y"),
        (["09/14/2021"], "%m/%d/%Y"),
        (["14-09-21"], "%d-%m-%y"),
        # Both may be: day first, as in Belgium.
        (["01/02/22"], "%d/%m/%y"),
    ],
)
def test_the_order_of_day_and_month_is_told_from_the_cells(cells: list[str], expected: str | None) -> None:
    rows = [[str(place), f"{cell} 10:00", "5381"] for place, cell in enumerate(cells)]
    assert propose(["nr", "ontvangen op", "zone"], rows, CODES).date_format == expected


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("P1", "1"),
        ("prio 2", "2"),
        ("Prioriteit: 0", "0"),
        ("Priorité 3", "3"),
        ("zeer dringend", "1"),
        ("très urgent", "1"),
        ("9", None),
        ("P9", None),
        ("hoog", None),
    ],
)
def test_a_priority_is_told_from_its_words(written: str, code: str | None) -> None:
    assert meaning("priority", written, CODES) == code


@pytest.mark.parametrize(
    ("written", "code"), [("PZ Voeren", "5382"), ("fourons", "5382"), ("5381", "5381"), ("Luik", None)]
)
def test_a_zone_is_told_from_its_name(written: str, code: str | None) -> None:
    assert meaning("unit_zone_code", written, CODES) == code


def test_where_there_is_one_zone_every_line_is_of_it() -> None:
    codes = KnownCodes({"slo": "SLO", "politie": "SLO"}, {"all": "all"}, {})
    (mapped,) = propose(["nr", "ontvangen op"], [["1", "01/02/2022 10:00"]], codes).data_sets
    assert mapped.origins["zone_code"] == FixedValue("SLO")
    assert mapped.origins["priority"] == FixedValue("all")


def test_words_for_nothing_that_the_file_writes_count_as_empty() -> None:
    draft = propose(["nr", "ontvangen op"], [["1", "(leeg)"], ["2", "01/02/2022"]], CODES)
    assert "(LEEG)" in draft.missing and "NAN" not in draft.missing


cells = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    ["10:00", "01/02/2022", "2022-01-01 10:00", "5381", "P1", "€ 5,00", "a,b", "", "NULL", "-"]
)
titles = st.sampled_from(
    ["nr", "zone", "datum", "uur", "ter plaatse", "eenheid", "bedrag", "aandeel"]
) | st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=9)


@given(st.data())
def test_whatever_a_file_holds_the_proposal_is_about_its_columns(data: st.DataObject) -> None:
    header = data.draw(st.lists(titles, min_size=1, max_size=7, unique_by=str.casefold))
    rows = data.draw(st.lists(st.lists(cells, min_size=len(header), max_size=len(header)), max_size=4))
    draft = propose(header, rows, CODES)
    for mapped in draft.data_sets:
        assert mapped.origins.keys() <= set(mapped.data_set.columns)
    try:
        profile_text(draft, made_from="x", made_on=date(2024, 1, 1))
    except DraftError as error:
        # What is left to the steward is what the file does not have, or what nobody could tell.
        assert error.code in ("missing_column", "no_data_set", "time_without_date")


def test_the_synonyms_are_of_columns_and_each_stands_once() -> None:
    with Path(SYNONYMS).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    assert {row["column_name"] for row in rows} == COLUMNS
    assert len({tuple(row.values()) for row in rows}) == len(rows)
    assert not [
        row for row in rows if None in row.values() or row["synonym"] != row["synonym"].strip().lower()
    ]
