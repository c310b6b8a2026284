"""No hidden count can be computed from what is shown, whatever the counts are."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperation.answers import cooperation_fields
from cooperation.answers.activity_years import Indicator, Year, ZoneYears
from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.filters import Filters
from cooperation.answers.periods import Period, Span
from cooperation.answers.slide_material import Material
from cooperation.answers.slides_on_fields import fields_slide
from cooperation.answers.small_counts import Figure, as_rate, count_shown, made_of
from cooperation.documents.csv_files import csv_bytes
from cooperation.language import speak
from tests.warehouse.exports import (
    COLUMNS,
    activity,
    build_files,
    build_sets,
    csv_text,
    settings_text,
)

ZONES = ("5381", "5382", "5383")
YEARS = tuple(date(year, 1, 1) for year in range(2018, 2026))
MINIMUM = 5
COUNTED = Indicator(
    "call_outs", "victim_support_youth", "call_outs", "neutral", "sum", "inhabitants", MINIMUM
)
DELAYS = Indicator("delay", "victim_support_youth", "minutes", "lower", "mean", None, MINIMUM)
JOINT = Indicator("joint", "training", "hours", "higher", "sum", "call_outs", 0)
# Of the call-outs some were joint, which is counted small as well, and given as a rate of them.
PART = Indicator("part", "training", "call_outs", "higher", "sum", "call_outs", MINIMUM)
INDICATORS = {indicator.code: indicator for indicator in (COUNTED, DELAYS, JOINT, PART)}

# Quantity and lines by indicator, zone and year.
Counts = Mapping[tuple[str, str, date], tuple[int, int]]


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    folder = tmp_path_factory.mktemp("small")
    return build_sets(folder, {"activities": [activity("1", activity_date="2022-01-01")]}).evidence


def counts(zones: Sequence[str]) -> st.SearchStrategy[dict[tuple[str, str, date], tuple[int, int]]]:
    cells = [(code, zone, year) for code in INDICATORS for zone in zones for year in YEARS]
    # Mostly about the minimum, where it matters.
    quantity = st.integers(0, 7) | st.integers(0, 400)
    return st.fixed_dictionaries({cell: st.tuples(quantity, st.integers(0, 7)) for cell in cells})


def zone_years(found: Counts, zones: tuple[str, ...], span: tuple[Span, Span]) -> ZoneYears:
    return ZoneYears(
        zones,
        YEARS[4],
        INDICATORS,
        Period(*span),
        {cell: Year(float(quantity), lines) for cell, (quantity, lines) in found.items()},
        {(zone, year): 1_000.0 for zone in zones for year in YEARS},
        {(code, zone): frozenset(YEARS) for code in INDICATORS for zone in zones},
    )


def shown(
    evidence: Evidence, found: Counts, zones: tuple[str, ...], span: tuple[Span, Span], chosen: Filters
) -> list[list[dict[str, Any]]]:
    """Return all that the answers, a downloaded file and the slide on the fields show of these counts."""
    years = zone_years(found, zones, span)
    empty = Answer("years", pd.DataFrame(), "select", {}, chosen, years.period)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cooperation_fields, "read_years", lambda *_: (empty, [years]))
        patch.setattr(cooperation_fields, "indicators_of", lambda _: INDICATORS)
        # Help and purchases are made of other things, and are the same whatever these counts.
        patch.setattr(cooperation_fields, "ASSISTANCE_FIGURES", ())
        patch.setattr(cooperation_fields, "PURCHASE_FIGURES", ())
        patch.setattr(evidence, "counted_zones", lambda _: zones, raising=False)
        answers = {
            answer.__name__: answer(evidence, chosen)
            for answer in (
                cooperation_fields.indicators,
                cooperation_fields.series,
                cooperation_fields.overview,
            )
        }
    # The slide is of the zones that are chosen; here they are all of them, or the one that is.
    slide = fields_slide(Material(evidence, chosen, speak("nl"), lambda *_: answers["overview"]))
    tables = [answer.table for answer in answers.values()]
    texts: list[dict[str, Any]] = [{"csv": csv_bytes(table, "international").decode()} for table in tables]
    texts.append({"slide": repr((slide.statement, slide.note, slide.picture, slide.alternative))})
    return [table.astype(object).where(table.notna(), None).to_dict("records") for table in tables] + [texts]


def small_cells(found: Counts) -> list[tuple[tuple[str, str, date], int]]:
    """Return the cells that are hidden: where the count stands (0 quantity, 1 lines)."""
    cells = []
    for (code, zone, year), (quantity, lines) in found.items():
        indicator = INDICATORS[code]
        place = 1 if indicator.aggregation == "mean" else 0
        if 0 < (quantity, lines)[place] < indicator.minimum_count:
            cells.append(((code, zone, year), place))
    return cells


@settings(max_examples=60)
@given(
    data=st.data(),
    zones=st.sampled_from([ZONES[:1], ZONES[:2], ZONES]),
    first=st.integers(0, 3),
    last=st.integers(5, 8),
)
def test_whatever_a_hidden_count_is_the_same_is_shown(
    evidence: Evidence, data: st.DataObject, zones: tuple[str, ...], first: int, last: int
) -> None:
    found = data.draw(counts(zones))
    others = dict(found)
    for cell, place in small_cells(found):
        # Another small count in its place; what a mean is made of changes with the number of its lines.
        other = data.draw(st.integers(1, MINIMUM - 1))
        others[cell] = (other, found[cell][1]) if place == 0 else (data.draw(st.integers(0, 400)), other)
        if place == 0 and INDICATORS[cell[0]].minimum_count:
            others[cell] = (other, data.draw(st.integers(1, 7)))
    until = date(2018 + last, 1, 1)
    span = (Span(YEARS[first], YEARS[4]), Span(YEARS[4], until))
    assert shown(evidence, found, zones, span, Filters()) == shown(evidence, others, zones, span, Filters())


@given(found=counts(ZONES[:2]))
@settings(max_examples=40)
def test_what_is_not_small_and_not_made_of_small_is_shown(evidence: Evidence, found: Counts) -> None:
    span = (Span(YEARS[0], YEARS[4]), Span(YEARS[4], date(2026, 1, 1)))
    _, series, *_ = shown(evidence, found, ZONES[:2], span, Filters())
    rows = {
        (row["indicator_code"], row["zone_code"], row["year_start"].date()): row
        for row in series
        if row["measure"] == "a_year"
    }
    for (code, zone, year), (quantity, _lines) in found.items():
        if INDICATORS[code].aggregation != "sum":
            continue
        row = rows[code, zone, year]
        if 0 < quantity < INDICATORS[code].minimum_count:
            assert (row["value"], row["line_count"], row["hidden"]) == (None, None, "< 5")
        else:
            assert (row["value"], row["hidden"]) == (quantity, None)
    for year in YEARS:
        parts = [rows["call_outs", zone, year] for zone in ZONES[:2]]
        together = rows["call_outs", None, year]
        if any(part["hidden"] for part in parts):
            assert (together["value"], together["hidden"]) == (None, "x")
        else:
            assert together["value"] == sum(part["value"] for part in parts)


def test_an_analyst_may_see_them(evidence: Evidence) -> None:
    found = {(code, "5381", year): (3, 3) for code in INDICATORS for year in YEARS}
    span = (Span(YEARS[0], YEARS[4]), Span(YEARS[4], date(2026, 1, 1)))
    lifted = Evidence(evidence.database, shows_small_counts=True)
    compared, series, *_ = shown(lifted, found, ZONES[:1], span, Filters())
    assert {row["hidden"] for row in series} == {None}
    assert {row["before"] for row in compared if row["measure"] == "a_year"} == {3.0}
    hidden, _, overview, *files = shown(evidence, found, ZONES[:1], span, Filters())
    assert {row["before_hidden"] for row in hidden} == {None, "x"}
    # The figures are on the slide too, or nothing would be hidden there.
    assert "x" in {row["after_hidden"] for row in overview}
    assert "verborgen" in files[0][-1]["slide"]


@pytest.mark.parametrize(
    ("count", "figure"),
    [
        (0, Figure(0)),  # nothing happened: nobody is in it
        (1, Figure(None, "< 5")),
        (4, Figure(None, "< 5")),
        (5, Figure(5)),
    ],
)
def test_counts_from_one_to_below_the_minimum_are_small(count: int, figure: Figure) -> None:
    assert count_shown(count, count, MINIMUM) == figure
    assert count_shown(count, count, 0) == Figure(count)


def test_a_figure_is_hidden_before_it_is_unknown() -> None:
    hidden, unknown, known = Figure(None, "< 5"), Figure(None), Figure(7.0)
    assert made_of(1.0, [known, hidden, unknown]) == Figure(None, "x")
    assert made_of(1.0, [known, unknown]) == made_of(None, [known]) == made_of(1.0, []) == unknown
    assert made_of(1.0, [known, known]) == Figure(1.0)
    # A rate of which "< 5" were said would be read as a rate below 5.
    assert as_rate(hidden) == Figure(None, "x")


def test_a_doubtful_line_does_not_tell_a_small_count(tmp_path: Path) -> None:
    small = {"indicator_code": "victim_support_call_outs", "activity_date": "2022-12-31", "domain_code": ""}
    files = {
        "a.csv": [
            activity("3", **small),
            activity("30", **{**small, "activity_date": "2021-12-31"}),
            # Hours have no minimum: nobody is in them.
            activity("3", activity_date="2022-12-31"),
        ],
        "b.csv": [
            activity("4", **small),
            activity("31", **{**small, "activity_date": "2021-12-31"}),
            activity("4", activity_date="2022-12-31"),
            activity("2,5", **{**small, "activity_date": "2023-12-31"}),
        ],
    }
    texts = {name: csv_text(COLUMNS["activities"], lines) for name, lines in files.items()}
    warned = build_files(tmp_path / "warned", texts).select(
        "select rule, value from flagged_cells order by file_name, line_number"
    )
    assert [(row["rule"], row["value"]) for row in warned] == [
        ("told_by_another_file", "< 5"),
        ("told_by_another_file", "30"),
        ("told_by_another_file", "3"),
        ("fractional_count", "< 5"),
    ]
    # Where the later file replaces the earlier one, that one tells the same of what counts.
    strict = settings_text((r'(?m)^told_by_another_file = "warn"', 'told_by_another_file = "reject"'))
    refused = build_files(tmp_path / "refused", texts, strict).select(
        "select value, line_text from rejects order by line_number"
    )
    assert [(row["value"], row["line_text"] is None) for row in refused] == [
        (None, True),
        ("30", False),
        ("3", False),
    ]
