"""Text, numbers, durations, money and dates in Dutch, French and English (Belgium).

Source strings are English. Code builds a `Text` without knowing the reader; only `Language.say` turns it
into words.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import SupportsFloat

import pandas as pd
from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton
from babel.lists import format_list
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent, format_scientific

LANGUAGES = ("nl", "fr", "en")
LANGUAGE_NAMES = {"nl": "Nederlands", "fr": "Français", "en": "English"}
UNKNOWN = "–"
CATALOGUES = Path(__file__).parent / "translations"

_LOCALES = {"nl": "nl_BE", "fr": "fr_BE", "en": "en_GB"}
_HOUR_UNIT = {"nl": "u", "fr": "h", "en": "h"}
_HOUR_OF_DAY = {"nl": "{} u", "fr": "{} h", "en": "{:02d}:00"}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"

# From here on digits are marked off in threes, where a number is shown as it is.
SMALLEST_MARKED = 10_000
EXACT_RANGE = (Decimal("1e-9"), Decimal("1e15"))

Number = SupportsFloat | None
Day = date | None


@dataclass(frozen=True, slots=True)
class Text:
    """One message, not yet in any language; hashable, so it can sit in a cached answer."""

    msgid: str
    values: tuple[tuple[str, "str | Text"], ...] = ()
    plural: str = ""
    count: int | Decimal | None = None


def T(msgid: str, /, **values: "str | Text") -> Text:
    """Return the message `msgid`, its `{placeholders}` filled by already formatted strings or other texts.

    Raises ValueError when placeholders and values do not match, TypeError for a bare number.
    """
    _require_match(placeholders(msgid), values)
    return Text(msgid, tuple(values.items()))


def TN(singular: str, plural: str, /, count: int | Decimal, **values: "str | Text") -> Text:
    """Return the message in the form that fits `count`, which also fills `{count}` as a formatted number.

    A Decimal count keeps its decimals: languages differ in whether 1.0 and 1.5 are singular.
    """
    _require_match((placeholders(singular) | placeholders(plural)) - {"count"}, values)
    exact = count if isinstance(count, Decimal) else int(count)
    return Text(singular, tuple(values.items()), plural, exact)


def placeholders(message: str) -> frozenset[str]:
    """Return the names between braces in `message`."""
    return frozenset(_PLACEHOLDER.findall(message))


@cache
def speak(code: str) -> "Language":
    """Return the language `code` ("nl", "fr" or "en"); ValueError for any other."""
    if code not in LANGUAGES:
        raise ValueError(f"Unknown language {code!r}; choose one of {', '.join(LANGUAGES)}.")
    return Language(code, Locale.parse(_LOCALES[code]), _read_catalogue(code))


@dataclass(frozen=True, eq=False)
class Language:
    """How one language says texts and figures; what is unknown is shown as an en dash, in every format."""

    code: str
    locale: Locale
    messages: Mapping[str, tuple[str, ...]] = field(repr=False)

    @property
    def name(self) -> str:
        """The language's name in that language."""
        return LANGUAGE_NAMES[self.code]

    def say(self, text: Text | str) -> str:
        """Return `text` in this language, or in English where its translation is missing.

        A plain str is a name from the data and passes unchanged.
        """
        if isinstance(text, str):
            return text
        values = {name: self.say(value) for name, value in text.values}
        if text.count is not None:
            decimals = _decimals(text.count)
            values["count"] = self.number(text.count, decimals)
        # One pass, so that a brace inside a value from the data is never taken for a placeholder.
        return _PLACEHOLDER.sub(lambda found: values[found[1]], self._form(text))

    def number(self, value: Number, decimals: int = 0) -> str:
        """Return "1.234,5" (nl), "1 234,5" (fr) or "1,234.5" (en), rounded half up."""
        exact = _rounded(value, decimals)
        if exact is None:
            return UNKNOWN
        return _decimal(exact, _pattern(decimals), self.locale)

    def exact(self, value: Number) -> str:
        """Return a number with the decimals that it has, to ten digits: "1.234.567,8"; of four digits, "2024"."""
        if value is None or pd.isna(value):
            return UNKNOWN
        if math.isinf(value):
            return _unbroken("∞" if float(value) > 0 else "-∞")
        digits = Decimal(f"{value:.10g}") if isinstance(value, float) else Decimal(str(value))
        digits = digits or abs(digits)
        if digits and not EXACT_RANGE[0] <= abs(digits) < EXACT_RANGE[1]:
            # Where zeros would fill the line, as in a spreadsheet.
            return _unbroken(format_scientific(digits, "0.#########E0", locale=self.locale))
        decimals = _decimals(digits) if isinstance(value, Decimal) else _decimals(digits.normalize())
        # A year is written without a mark, and so is what looks like one.
        pattern = _pattern(decimals)
        if abs(digits) < SMALLEST_MARKED:
            pattern = pattern.removeprefix("#,##")
        return _decimal(digits, pattern, self.locale)

    def moment(self, moment: Day) -> str:
        """Return a day and a time of day: "1 maart 2024 14:05:09"."""
        if pd.isna(moment):
            return UNKNOWN
        return _unbroken(f"{self.date(moment)} {pd.Timestamp(moment):%H:%M:%S}")

    def percent(self, share: Number, decimals: int = 0) -> str:
        """Return a share of 0..1 as a percentage."""
        exact = _rounded(share, decimals + 2)
        if exact is None:
            return UNKNOWN
        pattern = self.locale.percent_formats[None].pattern.replace("#,##0", _pattern(decimals))
        return _percent(exact, pattern, self.locale)

    def points(self, difference: Number, decimals: int = 1) -> str:
        """Return a difference of two shares (0..1) in percentage points, with a minus sign below zero."""
        exact = _rounded(difference, decimals + 2)
        if exact is None:
            return UNKNOWN
        points = (exact * 100).quantize(Decimal(1).scaleb(-decimals))
        return self.say(TN("{count} percentage point", "{count} percentage points", count=points))

    def money(self, amount: Number, decimals: int = 0) -> str:
        """Return an amount in euro: "€ 1.234.567" (nl), "1 234 567 €" (fr), "€1,234,567" (en)."""
        exact = _rounded(amount, decimals)
        if exact is None:
            return UNKNOWN
        pattern = self.locale.currency_formats["standard"].pattern.replace("#,##0.00", _pattern(decimals))
        return _unbroken(format_currency(exact, "EUR", pattern, self.locale, currency_digits=False))

    def duration(self, seconds: Number) -> str:
        """Return "40 s", "9 min 05 s", or from an hour on, to the nearest minute, "1 h 05 min"."""
        return self._duration_of(seconds, keep_zero=True)

    def short_duration(self, seconds: Number) -> str:
        """Return `duration` without a last part that is zero, for axes and tight places: "10 min", "1 h"."""
        return self._duration_of(seconds, keep_zero=False)

    def signed_duration(self, seconds: Number) -> str:
        """Return a difference in time for a table, "-48 s" or "+1 min 02 s"; sentences say faster or slower."""
        exact = _rounded(seconds, 0)
        if exact is None:
            return UNKNOWN
        sign = {True: _MINUS, False: "+" if exact else ""}[exact < 0]
        return sign + self.duration(abs(exact))

    def date(self, day: Day) -> str:
        """Return "1 maart 2024", "1er mars 2024" or "1 March 2024"."""
        if pd.isna(day):
            return UNKNOWN
        known = pd.Timestamp(day).date()
        written = format_date(known, "d MMMM y", self.locale)
        # The locale data has no ordinal for the first of the month, which written French requires.
        if self.code == "fr" and known.day == 1:
            written = written.replace("1 ", "1er ", 1)
        return _unbroken(written)

    def month(self, day: Day) -> str:
        """Return "maart 2024"."""
        return UNKNOWN if pd.isna(day) else self._skeleton("yMMMM", day)

    def months(self, first: Day, last: Day) -> str:
        """Return "januari–juni 2021" or "maart 2019 – juni 2020" for the months of two days."""
        start, end = (pd.Timestamp(day).date() for day in (first, last))
        return _unbroken(format_interval(start, end, "yMMMM", locale=self.locale))

    def month_short(self, day: Day) -> str:
        """Return "mrt 2024", "mars 2024" or "Mar 2024"."""
        return UNKNOWN if pd.isna(day) else self._skeleton("yMMM", day)

    def hour(self, hour: Number) -> str:
        """Return an hour of the day, 0 to 23: "14 u", "14 h" or "14:00"."""
        exact = _rounded(hour, 0)
        return UNKNOWN if exact is None else _unbroken(_HOUR_OF_DAY[self.code].format(int(exact)))

    def weekday(self, weekday: int) -> str:
        """Return the day's name, lower case in nl and fr; Monday is 0, Sunday 6, KeyError for any other."""
        return str(self.locale.days["stand-alone"]["wide"][weekday])

    def join(self, texts: Sequence[Text | str]) -> str:
        """Return "a, b en c"; an en dash for nothing."""
        return format_list([self.say(text) for text in texts], locale=self.locale) or UNKNOWN

    def _form(self, text: Text) -> str:
        forms = self.messages.get(text.msgid)
        if text.count is None:
            return forms[0] if forms else text.msgid
        if forms and len(forms) > 1:
            return forms[_plural_index(self.locale, text.count)]
        # The English of a missing translation follows the English rule.
        return (text.msgid, text.plural)[_plural_index(Locale("en"), text.count)]

    def _duration_of(self, seconds: Number, keep_zero: bool) -> str:
        exact = _rounded(seconds, 0)
        if exact is None:
            return UNKNOWN
        sign, whole = (_MINUS if exact < 0 else ""), abs(int(exact))
        if whole < 60:
            return _unbroken(f"{sign}{whole} s")
        major, minor = divmod(whole, 60)
        units = ("min", "s")
        if whole >= 3600:
            major, minor = divmod((whole + 30) // 60, 60)
            units = (_HOUR_UNIT[self.code], "min")
        last = f" {minor:02d} {units[1]}" if minor or keep_zero else ""
        return _unbroken(f"{sign}{self.number(major)} {units[0]}{last}")

    def _skeleton(self, skeleton: str, day: Day) -> str:
        return _unbroken(format_skeleton(skeleton, pd.Timestamp(day), locale=self.locale))


def _read_catalogue(code: str) -> dict[str, tuple[str, ...]]:
    """Return each usable translation by its msgid; English is the source and has no catalogue."""
    path = CATALOGUES / code / "LC_MESSAGES" / "cooperation.po"
    if code == "en":
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file, locale=code)
    forms = {_forms(message.id)[0]: _forms(message.string) for message in catalogue if not message.fuzzy}
    return {msgid: strings for msgid, strings in forms.items() if msgid and all(strings)}


def _forms(string: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the singular and plural of a catalogue string, or its one form."""
    return (string or "",) if isinstance(string, str | None) else tuple(string)


def _require_match(names: frozenset[str], values: Mapping[str, object]) -> None:
    if names != values.keys():
        raise ValueError(f"Placeholders {sorted(names)} do not match the values {sorted(values)}.")
    bare = sorted(name for name, value in values.items() if not isinstance(value, str | Text))
    if bare:
        raise TypeError(f"Format {', '.join(bare)} with a Language first: a bare value has no language.")


def _plural_index(locale: Locale, count: int | Decimal) -> int:
    # French has a third form, for round millions, that reads like its plural.
    return 0 if locale.plural_form(count) == "one" else 1


def _rounded(value: Number, decimals: int) -> Decimal | None:
    """Return `value` rounded half up, as a reader would by hand; None for what is unknown or unbounded."""
    if value is None or pd.isna(value) or not math.isfinite(value):
        return None
    # By way of str: 0.145 must round as the figure it is written as, not as its binary neighbour.
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return abs(exact) if exact == 0 else exact


# A page says the same few thousand figures to every reader.
@lru_cache(maxsize=20_000)
def _decimal(exact: Decimal, pattern: str, locale: Locale) -> str:
    return _unbroken(format_decimal(exact, pattern, locale))


@lru_cache(maxsize=20_000)
def _percent(exact: Decimal, pattern: str, locale: Locale) -> str:
    return _unbroken(format_percent(exact, pattern, locale))


def _decimals(count: int | Decimal) -> int:
    return max(0, -int(count.as_tuple().exponent)) if isinstance(count, Decimal) else 0


def _pattern(decimals: int) -> str:
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def _unbroken(figure: str) -> str:
    """Return `figure` so that it never wraps, with a true minus sign."""
    return figure.replace(" ", _NO_BREAK_SPACE).replace("-", _MINUS)
