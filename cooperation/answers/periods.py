"""Which months stand against each other: whole months, the same calendar months on both sides."""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from cooperation.answers.filters import FilterError

Phase = Literal["before", "after"]
PHASES: tuple[Phase, ...] = ("before", "after")
NAMED_PERIODS = ("matched", "before_covid", "all")
OWN_PERIOD = re.compile(r"(\d{4})-(\d\d)\.\.(\d{4})-(\d\d)/(\d{4})-(\d\d)\.\.(\d{4})-(\d\d)")
YEARS_BEFORE_COVID = 2
# A small zone has days without a call, so an export of whole months need not begin on the first or end on the last.
DAYS_WITHOUT_A_CALL = 3


@dataclass(frozen=True)
class Span:
    """Days from `first` up to, not including, `until`."""

    first: date
    until: date

    @property
    def last(self) -> date:
        """The last day that belongs to the span."""
        return self.until - timedelta(days=1)

    def months(self) -> tuple[date, ...]:
        """Return the first days of the months that the span touches."""
        months = []
        month = self.first.replace(day=1)
        while month < self.until:
            months.append(month)
            month = add_months(month, 1)
        return tuple(months)


@dataclass(frozen=True)
class Period:
    """Two spans that are compared; `reasons` says why they must not be (codes of the verdict `not_comparable`)."""

    before: Span
    after: Span
    left_out_months: tuple[date, ...] = ()
    reasons: tuple[str, ...] = ()

    def values(self) -> dict[str, object]:
        """Return the values that queries bind for this period."""
        return {
            "before_from": self.before.first,
            "before_until": self.before.until,
            "after_from": self.after.first,
            "after_until": self.after.until,
            "left_out_months": list(self.left_out_months),
        }


def choose_period(
    choice: str,
    covid: str,
    *,
    start: date,
    covered: Span,
    covid_spans: tuple[Span, ...],
    most_years: int,
    months_with_calls: Collection[date] | None = None,
) -> Period:
    """Return the spans that `choice` stands for, cut at `start`, within the days that the exports cover.

    `months_with_calls` holds first days of months (None: every month has calls): one without is a hole in the
    exports, and cannot be compared.

    FilterError for a choice that cannot be read or that lies on the wrong side of the start.
    """
    before, after = _spans(choice, start, covered, covid_spans, most_years)
    present = set(whole_months(covered).months())
    if months_with_calls is not None:
        present &= set(months_with_calls)
    left_out = _months_to_leave_out(before, after, covid_spans) if covid == "out" else ()
    return Period(before, after, left_out, _reasons(before, after, left_out, present))


def add_months(month: date, count: int) -> date:
    """Return the first day of the month `count` months later."""
    months = month.year * 12 + month.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def first_month_from(day: date) -> date:
    """Return the first day of the first month of which no day lies before `day`."""
    month = day.replace(day=1)
    return month if month == day else add_months(month, 1)


def whole_months(covered: Span) -> Span:
    """Return the whole months within the covered days; a few days without a call at the ends are forgiven."""
    first = covered.first.replace(day=1)
    if covered.first.day > 1 + DAYS_WITHOUT_A_CALL:
        first = add_months(first, 1)
    until = add_months(covered.last.replace(day=1), 1)
    if (until - covered.until).days > DAYS_WITHOUT_A_CALL:
        until = covered.last.replace(day=1)
    return Span(first, max(first, until))


def _spans(
    choice: str, start: date, covered: Span, covid_spans: tuple[Span, ...], most_years: int
) -> tuple[Span, Span]:
    if own := OWN_PERIOD.fullmatch(choice):
        return _own_spans(choice, [int(number) for number in own.groups()], start)
    if choice not in NAMED_PERIODS:
        raise FilterError(
            f"period {choice!r} is not known; choose {', '.join(NAMED_PERIODS)}"
            " or months such as 2019-01..2021-12/2022-01..2024-12"
        )
    months = whole_months(covered)
    cut_before = start.replace(day=1)
    cut_after = first_month_from(start)
    years_before = _whole_years(months.first, cut_before)
    years_after = _whole_years(cut_after, months.until)
    if choice == "before_covid" and covid_spans:
        covid_year = date(min(span.first for span in covid_spans).year, 1, 1)
        first = add_months(covid_year, -12 * YEARS_BEFORE_COVID)
        if first >= months.first and covid_year <= cut_before and years_after >= YEARS_BEFORE_COVID:
            return (
                Span(first, covid_year),
                Span(add_months(months.until, -12 * YEARS_BEFORE_COVID), months.until),
            )
    if choice == "all" and min(years_before, years_after) >= 1:
        return (
            Span(add_months(cut_before, -12 * years_before), cut_before),
            Span(cut_after, add_months(cut_after, 12 * years_after)),
        )
    years = min(years_before, years_after, most_years)
    if years >= 1:
        return (
            Span(add_months(cut_before, -12 * years), cut_before),
            Span(cut_after, add_months(cut_after, 12 * years)),
        )
    # Less than a year on a side: everything is shown, and the reasons say what it must not be taken for.
    return Span(min(covered.first, start), start), Span(start, max(covered.until, start))


def _own_spans(choice: str, numbers: list[int], start: date) -> tuple[Span, Span]:
    years, months = numbers[0::2], numbers[1::2]
    if not all(1 <= month <= 12 for month in months) or not all(1900 <= year <= 9000 for year in years):
        raise FilterError(f"period {choice!r} names a month that does not exist")
    firsts = [date(year, month, 1) for year, month in zip(years, months, strict=True)]
    before = Span(firsts[0], add_months(firsts[1], 1))
    after = Span(firsts[2], add_months(firsts[3], 1))
    if before.first >= before.until or after.first >= after.until:
        raise FilterError(f"period {choice!r} ends before it begins")
    first_after = start.replace(day=1)
    last_before = first_month_from(start)
    if before.until > last_before or after.first < first_after:
        raise FilterError(f"period {choice!r}: the first part must lie before {start}, the second after it")
    return before, after


def _whole_years(first: date, until: date) -> int:
    return max(0, ((until.year - first.year) * 12 + until.month - first.month) // 12)


def _months_to_leave_out(before: Span, after: Span, covid_spans: tuple[Span, ...]) -> tuple[date, ...]:
    """Return the COVID months and, on the other side, the same calendar months the same number of years on."""
    struck = {month for span in covid_spans for month in span.months()}
    distance = (after.first.year - before.first.year) * 12
    left_out = set()
    for month in before.months():
        if month in struck or add_months(month, distance) in struck:
            left_out |= {month, add_months(month, distance)}
    for month in after.months():
        if month in struck or add_months(month, -distance) in struck:
            left_out |= {month, add_months(month, -distance)}
    return tuple(sorted(left_out))


def _reasons(before: Span, after: Span, left_out: Iterable[date], present: set[date]) -> tuple[str, ...]:
    usable = present - set(left_out)
    sides = [_calendar_months(span, usable) for span in (before, after)]
    if not set(sides[0]) & set(sides[1]):
        return ("no_matching_months",)
    # Every calendar month must weigh as much on one side as on the other, or a season is compared.
    weights = {month: (sides[0][month], sides[1][month]) for month in {*sides[0], *sides[1]}}
    ratios = {
        after_count / before_count if before_count else 0 for before_count, after_count in weights.values()
    }
    return () if len(ratios) == 1 and 0 not in ratios else ("months_not_matched",)


def _calendar_months(span: Span, usable: set[date]) -> Counter[int]:
    inside = (month for month in usable if month >= span.first and add_months(month, 1) <= span.until)
    return Counter(month.month for month in inside)
