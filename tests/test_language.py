"""Texts and figures in the reader's language: no wrong plural, no 0 for unknown, no figure that wraps."""

from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cooperation.language import LANGUAGES, TN, UNKNOWN, Language, T, Text, placeholders, speak

NO_BREAK = "\N{NO-BREAK SPACE}"
NARROW = "\N{NARROW NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"

languages = st.sampled_from(LANGUAGES).map(speak)


def spaced(figure: str) -> str:
    """Write no-break spaces as plain ones, so that a test reads like the screen."""
    return figure.replace(NO_BREAK, " ").replace(NARROW, " ")


def formats(language: Language) -> list:
    """Every format that takes one value that may be unknown."""
    numeric = [language.number, language.percent, language.points, language.money, language.hour]
    durations = [language.duration, language.short_duration, language.signed_duration]
    return [*numeric, *durations, language.date, language.month, language.month_short]


# --- Unknown stays unknown ------------------------------------------------------------------------


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("unknown", [None, float("nan"), np.float64("nan"), pd.NA, pd.NaT, Decimal("NaN")])
def test_unknown_is_an_en_dash_in_every_format(code: str, unknown: object) -> None:
    assert {write(unknown) for write in formats(speak(code))} == {UNKNOWN}


def test_an_interval_without_bound_is_unknown_not_infinite() -> None:
    assert speak("nl").duration(float("inf")) == UNKNOWN
    assert speak("nl").number(float("-inf")) == UNKNOWN


def test_zero_is_known() -> None:
    nl = speak("nl")
    assert (nl.number(0), nl.percent(0), nl.duration(0), nl.money(0)) == (
        "0",
        "0%",
        f"0{NO_BREAK}s",
        f"€{NO_BREAK}0",
    )


# --- Figures --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "number", "percent", "points", "money"),
    [
        ("nl", "1.234.567,5", "72,4%", "3,2 procentpunt", "€ 1.234.567"),
        ("fr", "1 234 567,5", "72,4 %", "3,2 points de pourcentage", "1 234 567 €"),
        ("en", "1,234,567.5", "72.4%", "3.2 percentage points", "€1,234,567"),
    ],
)
def test_figures_as_written_in_belgium(code: str, number: str, percent: str, points: str, money: str) -> None:
    language = speak(code)
    assert spaced(language.number(1234567.45, 1)) == number
    assert spaced(language.percent(0.724, 1)) == percent
    assert spaced(language.points(0.032)) == points
    assert spaced(language.money(1234567.4)) == money


def test_cents_are_shown_on_request() -> None:
    assert speak("nl").money(3.5, 2) == f"€{NO_BREAK}3,50"


def test_below_zero_has_a_true_minus_and_never_a_minus_zero() -> None:
    nl = speak("nl")
    assert nl.number(-1234.5, 1) == f"{MINUS}1.234,5"
    assert nl.number(-0.4) == "0"
    assert nl.percent(-0.0004) == "0%"
    assert nl.duration(-0.2) == f"0{NO_BREAK}s"


# A binary float just below the half it is written as must not round the other way than a reader would.
@pytest.mark.parametrize(
    ("value", "decimals", "shown"), [(2.5, 0, "3"), (0.145, 2, "0,15"), (1.005, 2, "1,01")]
)
def test_rounds_half_up_as_by_hand(value: float, decimals: int, shown: str) -> None:
    assert speak("nl").number(value, decimals) == shown


def test_takes_what_pandas_and_numpy_give() -> None:
    fr = speak("fr")
    assert fr.number(np.int64(1200)) == f"1{NARROW}200"
    assert fr.duration(np.float32(61)) == fr.duration(61)
    assert fr.month(np.datetime64("2024-02-29")) == f"février{NO_BREAK}2024"
    assert fr.date(pd.Timestamp("2024-02-29 23:59:59")) == f"29{NO_BREAK}février{NO_BREAK}2024"


@given(languages, st.floats(-1e12, 1e12), st.integers(0, 3))
def test_a_number_reads_back_as_what_it_rounds(language: Language, value: float, decimals: int) -> None:
    symbols = {"nl": (".", ","), "fr": (NARROW, ","), "en": (",", ".")}[language.code]
    shown = (
        language.number(value, decimals).replace(symbols[0], "").replace(symbols[1], ".").replace(MINUS, "-")
    )
    assert abs(Decimal(shown) - Decimal(str(value))) <= Decimal(5).scaleb(-decimals - 1)


# A wrong amount in an export, of twenty digits, must be shown: it may not stop the page.
@given(languages, st.floats(-1e20, 1e20) | st.sampled_from([float("nan"), float("inf")]))
def test_no_amount_however_wrong_stops_the_page(language: Language, value: float) -> None:
    assert all(write(value) for write in (language.number, language.money, language.duration))


@given(languages, st.floats(-1e7, 1e7) | st.none())
def test_no_figure_can_wrap(language: Language, value: float | None) -> None:
    numeric = [language.number, language.percent, language.money, language.duration, language.short_duration]
    assert not any(" " in write(value) for write in numeric)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (2024, "2024"),
        (-9999, f"{MINUS}9999"),
        (10_000, "10.000"),
        (1234567.5, "1.234.567,5"),
        (0.1 + 0.2, "0,3"),
        (3.0, "3"),
        (1e-7, "0,0000001"),
        (0, "0"),
        (-0.0, "0"),
        (Decimal("2.50"), "2,50"),
        (Decimal("-12345.00"), f"{MINUS}12.345,00"),
        (2**70, "1,180591621E21"),
        (1.5e-30, f"1,5E{MINUS}30"),
        (float("inf"), "∞"),
        (float("-inf"), f"{MINUS}∞"),
        (float("nan"), "–"),
        (None, "–"),
    ],
)
def test_an_exact_number_keeps_its_decimals_and_a_year_its_looks(value: float, shown: str) -> None:
    assert speak("nl").exact(value) == shown


@given(
    languages, st.floats(-1e300, 1e300) | st.integers() | st.decimals(allow_nan=False, allow_infinity=False)
)
def test_any_number_of_an_own_question_can_be_shown(language: Language, value: float) -> None:
    assert language.exact(value) and " " not in language.exact(value)


# --- Durations ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "long", "short"),
    [
        (0, "0 s", "0 s"),
        (40, "40 s", "40 s"),
        (59.4, "59 s", "59 s"),
        (59.5, "1 min 00 s", "1 min"),  # rounds into the minute, never "60 s"
        (580, "9 min 40 s", "9 min 40 s"),
        (545, "9 min 05 s", "9 min 05 s"),
        (600, "10 min 00 s", "10 min"),
        (3599.4, "59 min 59 s", "59 min 59 s"),
        (3599.5, "1 u 00 min", "1 u"),  # never "60 min 00 s"
        (3900, "1 u 05 min", "1 u 05 min"),
        (7199, "2 u 00 min", "2 u"),  # to the nearest minute, never "1 u 60 min"
        (93900, "26 u 05 min", "26 u 05 min"),  # a whole day stays in hours
        (-48, f"{MINUS}48 s", f"{MINUS}48 s"),
    ],
)
def test_durations_in_dutch(seconds: float, long: str, short: str) -> None:
    nl = speak("nl")
    assert spaced(nl.duration(seconds)) == long
    assert spaced(nl.short_duration(seconds)) == short


def test_the_hour_has_its_own_letter_in_each_language() -> None:
    assert [spaced(speak(code).duration(3900)) for code in LANGUAGES] == [
        "1 u 05 min",
        "1 h 05 min",
        "1 h 05 min",
    ]


@pytest.mark.parametrize(("seconds", "sign"), [(-48, "\N{MINUS SIGN}"), (48, "+"), (0, ""), (-0.4, "")])
def test_a_difference_in_time_carries_its_sign(seconds: float, sign: str) -> None:
    assert speak("nl").signed_duration(seconds) == sign + speak("nl").duration(abs(seconds))


@given(languages, st.integers(0, 10**6))
def test_a_duration_reads_back_within_its_last_unit(language: Language, seconds: int) -> None:
    words = spaced(language.duration(seconds)).replace(".", "").replace(",", "").split()
    units = {"s": 1, "min": 60, "u": 3600, "h": 3600}
    read = sum(int(figure) * units[unit] for figure, unit in zip(words[::2], words[1::2], strict=True))
    assert abs(read - seconds) <= (0 if seconds < 3600 else 30)


# --- Days, hours, lists ---------------------------------------------------------------------------


def test_dates_months_and_hours() -> None:
    day = date(2025, 3, 1)
    written = [
        [spaced(write(day)) for write in (s.date, s.month, s.month_short)] for s in map(speak, LANGUAGES)
    ]
    assert written == [
        ["1 maart 2025", "maart 2025", "mrt 2025"],
        ["1er mars 2025", "mars 2025", "mars 2025"],
        ["1 March 2025", "March 2025", "Mar 2025"],
    ]
    assert [spaced(speak(code).hour(7)) for code in LANGUAGES] == ["7 u", "7 h", "07:00"]


# Only the first of the month is an ordinal in French: the eleventh and the twenty-first also hold a 1.
def test_moments() -> None:
    moment = pd.Timestamp("2024-03-01 04:05:06.7")
    assert speak("nl").moment(moment).split() == ["1", "maart", "2024", "04:05:06"]
    assert " " not in speak("fr").moment(moment) and speak("en").moment(None) == "–"


def test_french_ordinal_is_for_the_first_only() -> None:
    shown = [spaced(speak("fr").date(datetime(2024, 5, day, 23, 59))) for day in (1, 11, 21, 31)]
    assert shown == ["1er mai 2024", "11 mai 2024", "21 mai 2024", "31 mai 2024"]


def test_the_week_starts_on_monday() -> None:
    names = [[speak(code).weekday(day) for day in (0, 6)] for code in LANGUAGES]
    assert names == [["maandag", "zondag"], ["lundi", "dimanche"], ["Monday", "Sunday"]]
    with pytest.raises(KeyError):
        speak("nl").weekday(7)


def test_lists() -> None:
    assert [speak(code).join(["a", "b", "c"]) for code in LANGUAGES] == [
        "a, b en c",
        "a, b et c",
        "a, b and c",
    ]
    assert speak("nl").join(["a"]) == "a"
    assert speak("nl").join([]) == UNKNOWN


# --- Texts ----------------------------------------------------------------------------------------


def test_a_text_without_translation_is_said_in_english() -> None:
    assert speak("nl").say(T("not in any catalogue: {what}", what="x")) == "not in any catalogue: x"
    many = TN("{count} missing cat", "{count} missing cats", 2)
    assert speak("fr").say(many) == "2 missing cats"


def test_the_english_of_a_missing_plural_follows_the_english_rule() -> None:
    none = TN("{count} missing cat", "{count} missing cats", 0)
    assert speak("fr").say(none) == "0 missing cats"  # French itself would take the singular


def test_plurals_per_language_and_count() -> None:
    def shown(code: str, count: int | Decimal) -> str:
        return speak(code).say(TN("{count} percentage point", "{count} percentage points", count))

    counts = (0, 1, 2, 1_000_000)
    assert [shown("fr", count).split()[-3] for count in counts] == ["point", "point", "points", "points"]
    assert [shown("en", count).split()[-1] for count in counts] == ["points", "point", "points", "points"]
    # One and a half is singular in French and plural in English.
    assert spaced(shown("fr", Decimal("1.5"))) == "1,5 point de pourcentage"
    assert spaced(shown("en", Decimal("1.0"))) == "1.0 percentage points"


def test_a_count_is_written_as_a_number() -> None:
    assert speak("nl").say(TN("{count} missing cat", "{count} missing cats", 12000)) == "12.000 missing cats"


def test_a_text_inside_a_text_is_said_in_the_same_language() -> None:
    inner = TN("{count} percentage point", "{count} percentage points", 2)
    assert spaced(speak("nl").say(T("not translated, {size}", size=inner))) == "not translated, 2 procentpunt"


@given(languages, st.text())
def test_a_name_from_the_data_passes_unchanged(language: Language, name: str) -> None:
    assert language.say(name) == name
    assert language.say(T("<{name}>", name=name)) == f"<{name}>"


def test_a_brace_in_the_data_is_no_placeholder() -> None:
    assert speak("nl").say(T("{a}/{b}", a="{b}", b="{a} {c} {")) == "{b}/{a} {c} {"


@pytest.mark.parametrize("values", [{}, {"zone": "x", "surplus": "y"}, {"other": "x"}])
def test_missing_and_surplus_values_are_refused(values: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="zone"):
        T("Calls in {zone}", **values)


def test_a_bare_number_is_refused_because_it_has_no_language() -> None:
    with pytest.raises(TypeError, match="calls"):
        T("{calls} calls", calls=12000)  # type: ignore[arg-type]


def test_a_text_is_hashable_and_compares_by_what_it_says() -> None:
    assert T("{a}", a="1") == T("{a}", a="1") != T("{a}", a="2")
    assert len({T("{a}", a="1"), T("{a}", a="1"), TN("{count}", "{count}s", 1)}) == 2
    assert isinstance(T("x"), Text)


def test_placeholders() -> None:
    assert placeholders("{a} and {b_2}, {} and { c }") == {"a", "b_2"}


def test_languages() -> None:
    assert [speak(code).name for code in LANGUAGES] == ["Nederlands", "Français", "English"]
    assert speak("nl") is speak("nl")
    with pytest.raises(ValueError, match="nl, fr, en"):
        speak("de")
