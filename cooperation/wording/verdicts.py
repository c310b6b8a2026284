"""Verdicts, differences and why a comparison says nothing, in words."""

from collections.abc import Callable, Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

import pandas as pd

from cooperation.language import TN, Language, T, Text

Unit = Literal["seconds", "share"]
Tone = Literal["better", "worse", "neutral"]
# Of a share from 0 to 1: a percentage with one decimal.
SHARE_DECIMALS = 3
VERDICTS_WITHOUT_CHANGE = ("no_demonstrable_difference", "too_few_data", "not_comparable")

BELOW_RELEVANT = T(
    "There is a change, but as measured it is smaller than what counts as a difference (see the page on method)."
)


def phase_text(phase: str) -> Text:
    """Return a phase in words; KeyError for an unknown code."""
    return {"before": T("before"), "after": T("after")}[phase]


def verdict_text(verdict: str) -> Text:
    """Return a verdict in words; KeyError for an unknown code."""
    return {
        "faster": T("faster"),
        "slower": T("slower"),
        "lower": T("lower"),
        "higher": T("higher"),
        "no_demonstrable_difference": T("no demonstrable difference"),
        "too_few_data": T("too few data"),
        "not_comparable": T("not comparable"),
    }[verdict]


def verdict_of_row(row: Mapping[Any, Any]) -> Text:
    """Return the verdict of a comparison in words; a change too small to matter is not one that was not shown."""
    reasons = row.get("reasons")
    if isinstance(reasons, (tuple, list)) and "difference_below_relevant" in reasons:
        return T("no relevant difference")
    return verdict_text(row["verdict"])


def verdict_tone(verdict: str, *, higher_is_better: bool = False) -> Tone:
    """Return whether a verdict is good news, bad news or neither."""
    good = {"faster", "higher" if higher_is_better else "lower"}
    bad = {"slower", "lower" if higher_is_better else "higher"}
    if verdict in good:
        return "better"
    return "worse" if verdict in bad else "neutral"


def difference_text(comparison: pd.Series, language: Language, *, unit: Unit) -> Text | None:
    """Return the difference with its interval in words, None where the difference is unknown.

    `comparison` holds difference, low and high as after minus before; without a bound there is no interval.
    """
    difference, low, high = (known_number(comparison[name]) for name in ("difference", "low", "high"))
    if difference is None:
        return None
    difference = difference_as_shown(comparison, 0 if unit == "seconds" else SHARE_DECIMALS)
    change = _directed(difference, language, unit)
    if low is None or high is None:
        return change
    if low * high > 0:
        ends: list[Any] = _ends_of_one_way(low, high, language, unit)
    else:
        ends = [_directed(end, language, unit) for end in (low, high)]
    return T("{change}, between {low} and {high}", change=change, low=ends[0], high=ends[1])


def undecided_text(comparison: pd.Series, language: Language, *, unit: Unit) -> Text | None:
    """Return the interval of a difference that was not shown: to name its middle would claim what is not known."""
    low, high = (known_number(comparison[name]) for name in ("low", "high"))
    if low is None or high is None or low == high == 0:
        return None
    ends: list[Any] = [_directed(end, language, unit) for end in (low, high)]
    near, far = sorted((low, high), key=abs)
    is_seen = _difference_amount(near, language, unit) != _difference_amount(0.0, language, unit)
    if low * high > 0 and is_seen:
        # Both ends go the same way, which is said once.
        ends = [_ends_of_one_way(near, far, language, unit)[0], _directed(far, language, unit)]
    return T("the difference lies between {low} and {high}", low=ends[0], high=ends[1])


def verdict_explanation(comparison: pd.Series, language: Language, *, unit: Unit) -> Text | None:
    """Return why a verdict says nothing, or None where it says something."""
    verdict = comparison["verdict"]
    if verdict == "no_demonstrable_difference":
        # The smallest change that could be shown would say here that nothing was, beside an interval without zero.
        if "difference_below_relevant" in comparison["reasons"]:
            return BELOW_RELEVANT
        smallest = known_number(comparison["smallest_detectable"])
        if smallest is None:
            return None
        return T(
            "The smallest change that these data could have shown is {amount}.",
            amount=_difference_amount(smallest, language, unit),
        )
    if verdict == "too_few_data":
        return _too_few_text(comparison, language)
    if verdict == "not_comparable":
        return reasons_text(comparison["reasons"], language)
    return None


def _too_few_text(comparison: pd.Series, language: Language) -> Text:
    said = T(
        "{before} calls before and {after} after: not enough to judge.",
        before=language.number(known_number(comparison["before_count"])),
        after=language.number(known_number(comparison["after_count"])),
    )
    needed = months_needed_text(comparison, language)
    return said if needed is None else T("{said} {more}", said=said, more=needed)


def amount_change_text(comparison: Mapping[str, Any], write: Callable[[Any], str], decimals: int = 0) -> Text:
    """Return the difference of two amounts of a year with its interval, or the interval alone where none was shown.

    `write` writes an amount with its unit, to so many decimals.
    """
    if comparison["verdict"] == "no_demonstrable_difference":
        near, far = sorted((comparison["low"], comparison["high"]), key=abs)
        if near * far > 0:
            return T(
                "the difference lies between {low} and {high}",
                low=write(abs(near)),
                high=_more_or_less(far, write),
            )
        low, high = (_more_or_less(comparison[end], write) for end in ("low", "high"))
        return T("the difference lies between {low} and {high}", low=low, high=high)
    change = _more_or_less(difference_as_shown(comparison, decimals), write)
    ends = [write(end) for end in sorted((abs(comparison["low"]), abs(comparison["high"])))]
    return T("{change}, between {low} and {high}", change=change, low=ends[0], high=ends[1])


def _more_or_less(difference: Any, write: Callable[[Any], str]) -> Text:
    amount = write(abs(difference))
    return T("{amount} less", amount=amount) if difference < 0 else T("{amount} more", amount=amount)


def known_years_text(comparison: Mapping[str, Any], needed: int, language: Language) -> Text:
    """Return how many years are known on each side, and how many a verdict takes."""
    return TN(
        "{count} known year before and {after} after; a verdict takes {needed} on each side.",
        "{count} known years before and {after} after; a verdict takes {needed} on each side.",
        int(comparison["before_count"]),
        after=language.number(comparison["after_count"]),
        needed=language.number(needed),
    )


def months_needed_text(comparison: pd.Series, language: Language) -> Text | None:
    """Return how many months more a verdict would need at the pace so far, None where nothing can be said."""
    before, after = (known_number(comparison.get(f"months_needed_{phase}")) for phase in ("before", "after"))
    if before is None or after is None or before == after == 0:
        return None
    later = TN("{count} month", "{count} months", count=int(after))
    if before == 0:
        return T("With {months} more there would be enough.", months=later)
    earlier = TN("{count} month", "{count} months", count=int(before))
    if after == 0:
        return T("With {months} more from before the start there would be enough.", months=earlier)
    return T(
        "With {before} more from before the start and {after} more after it there would be enough.",
        before=earlier,
        after=later,
    )


def confirmation_word(comparison: pd.Series) -> Text | None:
    """Return in a word or two whether a change that was shown is confirmed, None where none was."""
    if comparison["verdict"] in VERDICTS_WITHOUT_CHANGE:
        return None
    return {
        "confirmed": T("Confirmed in both further checks"),
        "partly": T("Confirmed in one of two further checks"),
        "not_confirmed": T("Not confirmed in the further checks"),
        "not_available": T("No further checks possible"),
    }.get(comparison.get("confirmation"))


def confirmation_text(comparison: pd.Series) -> Text | None:
    """Return in plain words whether a change that was shown stands in the other two steps, None where none was."""
    if comparison["verdict"] in VERDICTS_WITHOUT_CHANGE:
        return None
    same_mix, against_trend = (_holds(comparison, step) for step in ("corrected", "against_trend"))
    match comparison.get("confirmation"):
        case "confirmed":
            return T(
                "Confirmed: it also shows with the same mix of calls, and against the trend that was there already."
            )
        case "partly" if same_mix and against_trend is None:
            return T(
                "Partly confirmed: it also shows with the same mix of calls; there are too few months for a trend."
            )
        case "partly" if same_mix:
            return T(
                "Partly confirmed: it also shows with the same mix of calls,"
                " but not against the trend that was there already."
            )
        case "partly" if same_mix is None:
            return T(
                "Partly confirmed: it also shows against the trend that was there already;"
                " the mix of calls changed too much to correct for it."
            )
        case "partly":
            return T(
                "Partly confirmed: it also shows against the trend that was there already,"
                " but not with the same mix of calls."
            )
        case "not_confirmed":
            return T(
                "Not confirmed: it does not show with the same mix of calls,"
                " or against the trend that was there already."
            )
        case "not_available":
            return T("Not checked further: there are too few months, or the mix of calls changed too much.")
    return None


def _holds(comparison: pd.Series, step: str) -> bool | None:
    """Tell whether a step points the same way as the difference, clear of zero; None where it is not given."""
    low, high = (known_number(comparison.get(f"{step}_{end}")) for end in ("low", "high"))
    if low is None or high is None:
        return None
    return high < 0 if comparison["difference"] < 0 else low > 0


def reasons_text(reasons: Iterable[str], language: Language) -> Text | None:
    """Return the reasons against a comparison as one sentence, None where there are none."""
    words = {
        "no_matching_months": T("the two periods have no calendar month in common"),
        "months_not_matched": T("the two periods do not hold the same calendar months"),
        "completeness_changed": T("the share of calls without an arrival time changed too much"),
        "definition_changed": T("what is recorded changed in between"),
        "starts_differ": T("these zones did not join on the same day"),
        "part_exceeds_whole": T("the part that was counted is more than the whole"),
        "below_minimum_count": T("there are too few calls"),
        "too_few_months": T("there are too few months to compare"),
        "interval_without_bound": T("there are too few calls for a margin"),
    }
    # A code that has no words yet is shown as it is: a reader may not lose a reason.
    parts = [language.say(words.get(reason, reason)) for reason in reasons]
    return T("Why: {reasons}.", reasons=language.join(parts)) if parts else None


def known_number(value: Any) -> float | None:
    """Return a figure of an answer as a number, None where it is unknown."""
    return None if value is None or pd.isna(value) else float(value)


def amount_text(value: Any, language: Language, unit: Unit) -> str:
    """Return a figure of a comparison as it is written: a duration, or a percentage with a decimal."""
    known = known_number(value)
    return language.duration(known) if unit == "seconds" else language.percent(known, 1)


def difference_as_shown(comparison: Mapping[Any, Any], decimals: int) -> float:
    """Return after less before, of the two as they are written: a reader who subtracts them finds no other figure.

    Rounded to that many decimals, halves up.
    """
    after, before = (
        Decimal(str(comparison[phase])).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        for phase in ("after", "before")
    )
    return float(after - before)


def _difference_amount(difference: float, language: Language, unit: Unit) -> str:
    size = abs(difference)
    return language.duration(size) if unit == "seconds" else language.points(size)


def _ends_of_one_way(low: float, high: float, language: Language, unit: Unit) -> list[Any]:
    """Return both ends of an interval that lies on one side of zero; of percentage points the word once."""
    near, far = sorted((abs(low), abs(high)))
    first = language.duration(near) if unit == "seconds" else language.number(near * 100, 1)
    return [first, _difference_amount(far, language, unit)]


def _directed(difference: float, language: Language, unit: Unit) -> Text:
    """Return a difference with its direction in words, for a minus sign is easily missed."""
    amount = _difference_amount(difference, language, unit)
    if amount == _difference_amount(0.0, language, unit):
        return T("no difference")
    if unit == "seconds":
        return T("{amount} faster", amount=amount) if difference < 0 else T("{amount} slower", amount=amount)
    return T("{amount} lower", amount=amount) if difference < 0 else T("{amount} higher", amount=amount)
