"""Which months stand against each other, on every possible coverage."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cooperation.answers.filters import FilterError, Filters
from cooperation.answers.periods import Period, Span, add_months, choose_period, whole_months
from tests.warehouse.exports import build_rows, intervention, settings_text

START = date(2022, 1, 1)
COVID = (
    Span(date(2020, 3, 18), date(2020, 5, 4)),
    Span(date(2020, 11, 2), date(2020, 12, 1)),
    Span(date(2021, 3, 27), date(2021, 4, 26)),
)
ALL_YEARS = Span(date(2018, 1, 1), date(2026, 1, 1))
DAYS = st.dates(date(2016, 1, 1), date(2027, 12, 31))
COVERAGES = st.tuples(DAYS, DAYS).map(sorted).map(lambda days: Span(days[0], days[1] + timedelta(days=1)))
NAMED = st.sampled_from(("matched", "before_covid", "all"))


def choose(
    choice: str = "matched", covid: str = "in", covered: Span = ALL_YEARS, start: date = START
) -> Period:
    return choose_period(choice, covid, start=start, covered=covered, covid_spans=COVID, most_years=3)


def spans(period: Period) -> list[str]:
    return [f"{span.first}..{span.last}" for span in (period.before, period.after)]


def compared_months(period: Period, side: Span) -> Counter[int]:
    """Count the calendar months of a side, those that are left out aside."""
    return Counter(month.month for month in side.months() if month not in period.left_out_months)


@pytest.mark.parametrize(
    ("choice", "covered", "expected"),
    [
        ("matched", ("2018-01-01", "2026-01-01"), ["2019-01-01..2021-12-31", "2022-01-01..2024-12-31"]),
        ("matched", ("2020-01-01", "2026-01-01"), ["2020-01-01..2021-12-31", "2022-01-01..2023-12-31"]),
        ("matched", ("2018-01-01", "2024-08-01"), ["2020-01-01..2021-12-31", "2022-01-01..2023-12-31"]),
        # Voeren may have no call in the first or last days of a year.
        ("matched", ("2019-01-03", "2024-12-29"), ["2019-01-01..2021-12-31", "2022-01-01..2024-12-31"]),
        # Ten days are no quiet spell: that month is not whole.
        ("matched", ("2019-01-11", "2026-01-01"), ["2020-01-01..2021-12-31", "2022-01-01..2023-12-31"]),
        ("all", ("2018-01-01", "2026-01-01"), ["2018-01-01..2021-12-31", "2022-01-01..2025-12-31"]),
        ("all", ("2017-05-20", "2023-02-11"), ["2018-01-01..2021-12-31", "2022-01-01..2022-12-31"]),
        ("before_covid", ("2018-01-01", "2026-01-01"), ["2018-01-01..2019-12-31", "2024-01-01..2025-12-31"]),
        ("before_covid", ("2018-01-01", "2025-07-01"), ["2018-01-01..2019-12-31", "2023-07-01..2025-06-30"]),
    ],
)
def test_a_named_period_takes_these_whole_months(
    choice: str, covered: tuple[str, str], expected: list[str]
) -> None:
    first, until = (date.fromisoformat(day) for day in covered)
    period = choose(choice, covered=Span(first, until))
    assert spans(period) == expected
    assert period.reasons == ()


@given(NAMED, COVERAGES, st.sampled_from((START, date(2023, 7, 1), date(2022, 3, 15))))
def test_a_comparable_period_holds_the_same_whole_months_on_both_sides(
    choice: str, covered: Span, start: date
) -> None:
    period = choose(choice, covered=covered, start=start)
    assert period.before.first <= period.before.until <= start <= period.after.until
    assert period.after.first >= start
    if period.reasons:
        return
    for span in (period.before, period.after):
        assert span.first.day == span.until.day == 1
        assert span.first < span.until
        # Three days without a call at either end are forgiven, no more.
        assert covered.first <= span.first + timedelta(days=3)
        assert covered.until >= span.until - timedelta(days=3)
    before, after = compared_months(period, period.before), compared_months(period, period.after)
    assert set(before) == set(after)
    assert len(set(before.values())) == len(set(after.values())) == 1


@given(NAMED, COVERAGES)
def test_less_than_a_year_on_a_side_is_never_comparable(choice: str, covered: Span) -> None:
    assume(covered.first > date(2021, 1, 4) or covered.until < date(2022, 12, 28))
    assert choose(choice, covered=covered).reasons in (("no_matching_months",), ("months_not_matched",))


@given(COVERAGES)
def test_the_default_takes_as_many_years_as_both_sides_have_and_three_at_most(covered: Span) -> None:
    period = choose(covered=covered)
    assume(not period.reasons)
    months = whole_months(covered)
    years = {
        side: sum(
            month.month == 1 and all(add_months(month, n) in months.months() for n in range(12))
            for month in own
        )
        for side, own in (
            ("before", [month for month in months.months() if month < START]),
            ("after", [month for month in months.months() if month >= START]),
        )
    }
    expected = min(*years.values(), 3)
    assert (period.before.first, period.after.until) == (
        date(START.year - expected, 1, 1),
        date(START.year + expected, 1, 1),
    )


# --- COVID -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("choice", ["matched", "all", "2019-01..2021-12/2022-01..2024-12"])
def test_covid_months_left_out_leave_the_same_months_on_both_sides(choice: str) -> None:
    period = choose(choice, covid="out")
    struck = {month for span in COVID for month in span.months()}
    assert struck <= set(period.left_out_months)
    before, after = compared_months(period, period.before), compared_months(period, period.after)
    assert before == after
    assert 1 <= before[3] < before[1]
    assert period.reasons == ()


def test_a_month_that_covid_struck_in_every_year_falls_away_altogether() -> None:
    # 2020 and 2021 against 2022 and 2023: March and April were struck twice.
    period = choose("2020-01..2021-12/2022-01..2023-12", covid="out")
    sides = [compared_months(period, side) for side in (period.before, period.after)]
    assert sides[0] == sides[1]
    assert set(range(1, 13)) - set(sides[0]) == {3, 4}
    assert period.reasons == ()


def test_covid_months_stay_in_unless_asked() -> None:
    assert choose().left_out_months == ()


# --- Own choice --------------------------------------------------------------------------------------------------


def test_own_months_are_both_included() -> None:
    period = choose("2019-03..2019-05/2022-03..2022-05")
    assert spans(period) == ["2019-03-01..2019-05-31", "2022-03-01..2022-05-31"]
    assert period.reasons == ()


@pytest.mark.parametrize(
    ("choice", "reason"),
    [
        ("2021-01..2021-03/2022-04..2022-06", "no_matching_months"),
        ("2021-01..2021-03/2022-02..2022-04", "months_not_matched"),
        ("2020-01..2021-03/2022-01..2022-12", "months_not_matched"),
        ("2010-01..2010-12/2022-01..2022-12", "no_matching_months"),
        # Half of the first year is in no export.
        ("2017-07..2018-06/2022-07..2023-06", "months_not_matched"),
    ],
)
def test_own_months_that_do_not_match_say_why(choice: str, reason: str) -> None:
    assert choose(choice).reasons == (reason,)


@pytest.mark.parametrize(
    "choice",
    [
        "",
        "Matched",
        "2019-01..2019-12",
        "2019-13..2019-12/2022-01..2022-12",
        "2019-00..2019-12/2022-01..2022-12",
        "2019-12..2019-01/2022-01..2022-12",
        "2019-01..2019-12/2022-12..2022-01",
        "0000-01..2019-12/2022-01..2022-12",
        "2019-1..2019-12/2022-01..2022-12",
        "2019-01..2019-12/2022-01..2022-12 ",
        # On the wrong side of the start.
        "2022-01..2022-12/2023-01..2023-12",
        "2019-01..2019-12/2021-01..2021-12",
        "2021-02..2022-01/2022-02..2023-01",
    ],
)
def test_a_choice_that_cannot_be_is_refused(choice: str) -> None:
    with pytest.raises(FilterError, match="period"):
        choose(choice)


@given(
    st.text(max_size=40) | st.from_regex(r"\d{4}-\d\d\.\.\d{4}-\d\d/\d{4}-\d\d\.\.\d{4}-\d\d", fullmatch=True)
)
def test_any_text_is_a_period_or_refused_in_words(text: str) -> None:
    try:
        period = choose(text)
    except FilterError as error:
        assert "period" in str(error)
    else:
        assert period.before.first < period.before.until <= START <= period.after.first < period.after.until


@given(st.integers(1900, 9000), st.integers(1, 12), st.integers(-500, 500))
def test_months_are_added_as_on_a_calendar(year: int, month: int, count: int) -> None:
    found = add_months(date(year, month, 1), count)
    assert (found.year * 12 + found.month) - (year * 12 + month) == count
    assert found.day == 1


@given(COVERAGES)
def test_whole_months_lie_within_the_days_but_for_three(covered: Span) -> None:
    months = whole_months(covered)
    assert months.first.day == months.until.day == 1
    if months.first < months.until:
        assert covered.first <= months.first + timedelta(days=3)
        assert months.until <= covered.until + timedelta(days=3)


# --- The cut of a zone that joins later --------------------------------------------------------------------------


def test_the_cut_is_the_day_on_which_the_chosen_zone_or_municipality_joined(tmp_path: Path) -> None:
    later = (r'(?s)(code = "5382"\njoined = )[0-9-]+', r"\g<1>2023-07-01")
    voeren = {"zone_code": "5382", "municipality_nis": "73109"}
    rows = [intervention("A", "2019-01-01 12:00:00"), intervention("B", "2025-12-31 12:00:00", **voeren)]
    evidence = build_rows(tmp_path, rows, settings=settings_text(later)).evidence
    assert evidence.period(Filters(zone_code=("5381",))).after.first == START
    assert evidence.period(Filters(zone_code=("5382",))).after.first == date(2023, 7, 1)
    # Its only municipality is the same choice in other words: what came before July 2023 is "before" there.
    assert evidence.period(Filters(municipality_nis=("73109",))).after.first == date(2023, 7, 1)
