"""The eleven fields in words: what a figure is, how much it is, and how it changed."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from cooperation.answers.activity_years import PERCENT, is_share
from cooperation.answers.answer import Evidence
from cooperation.answers.periods import PHASES
from cooperation.answers.small_counts import SUM_OF_HIDDEN
from cooperation.language import TN, Language, T, Text
from cooperation.wording.names import zone_names
from cooperation.wording.verdicts import (
    BELOW_RELEVANT,
    difference_as_shown,
    difference_text,
    known_number,
    reasons_text,
    undecided_text,
    verdict_of_row,
)

# Figures that are no indicators of the registry.
OTHER_FIGURES: Mapping[str, Text] = {
    "partner_sent": T("Another zone came along"),
    "partner_first": T("Another zone was first"),
    "joint_purchase_count": T("Joint purchases"),
    "joint_purchase_yearly_eur": T("Cost of joint purchases"),
    "saving_yearly_eur": T("Saved against buying apart"),
}
UNITS: Mapping[str, Text] = {
    "actions": T("actions"),
    "call_outs": T("call-outs"),
    "files": T("files"),
    "full_time_equivalents": T("full-time equivalents"),
    "hours": T("hours"),
    "item_days": T("days"),
    "meetings": T("meetings"),
    "minutes": T("minutes"),
    "participants": T("participants"),
    "percent": T("percent"),
    "person_hours": T("person-hours"),
    "shifts": T("shifts"),
    "tickets": T("tickets"),
}
SHARE, MONEY, PURCHASES = "share", "eur", "purchases"
TIMES = ("minutes", "hours")
# Of pairs of a figure's good direction and its verdict.
BETTER = {("higher", "higher"), ("lower", "lower")}
WORSE = {("higher", "lower"), ("lower", "higher")}
MORE_OR_LESS: Mapping[str, Text] = {"higher": T("more"), "lower": T("less")}
LONGER_OR_SHORTER: Mapping[str, Text] = {"higher": T("longer"), "lower": T("shorter")}


def fields_text(fields: Sequence[Sequence[Mapping[Any, Any]]], language: Language) -> str:
    """Return of how many fields a reader sees figures, of how many only hidden ones, and of how many none.

    `fields` holds the rows of the overview, field by field.
    """
    shown = sum(any(map(is_shown, rows)) for rows in fields)
    hidden = sum(not any(map(is_shown, rows)) and any(map(hidden_signs, rows)) for rows in fields)
    none = len(fields) - shown - hidden
    parts: list[Text] = [
        TN(
            "Of the {fields} fields of cooperation {count} has figures",
            "Of the {fields} fields of cooperation {count} have figures",
            shown,
            fields=language.number(len(fields)),
        )
    ]
    if hidden:
        parts.append(TN("{count} has only hidden ones", "{count} have only hidden ones", hidden))
    if none:
        parts.append(TN("{count} has none", "{count} have none", none))
    return language.join(parts)


def is_better(row: Mapping[Any, Any]) -> bool | None:
    """Tell whether a figure became better or worse; None where it is neither, or where that is not known."""
    pair = (row["direction"], row["verdict"])
    return True if pair in BETTER else False if pair in WORSE else None


def worse_text(rows: Sequence[Mapping[Any, Any]], evidence: Evidence, language: Language) -> Text:
    """Return how many of these figures became worse, and which: a reader looks for these first."""
    worse = [row for row in rows if is_better(row) is False]
    count = TN("{count} figure", "{count} figures", len(worse))
    if not worse:
        return count
    names = language.join([figure_name(row, evidence, language) for row in worse])
    return T("{count} ({names})", count=count, names=names)


def better_text(rows: Sequence[Mapping[Any, Any]], language: Language) -> Text:
    """Return how many figures became better, and of how many there was nothing before: that could only become more."""
    better = [row for row in rows if is_better(row)]
    count = TN("{count} figure", "{count} figures", len(better))
    new = sum(row["before"] == 0 for row in better)
    if not new:
        return count
    return T(
        "{better}, of which {new} of what was not there before the start",
        better=count,
        new=language.number(new),
    )


def is_shown(row: Mapping[Any, Any]) -> bool:
    """Tell whether a reader sees any figure of a row: neither unknown nor hidden."""
    return any(not pd.isna(row[phase]) for phase in PHASES)


def hidden_signs(row: Mapping[Any, Any]) -> list[str]:
    """Return how the sides of a row are hidden, as far as they are."""
    return [row[f"{phase}_hidden"] for phase in PHASES if isinstance(row[f"{phase}_hidden"], str)]


def signs_texts(rows: Sequence[Mapping[Any, Any]]) -> list[Text]:
    """Return what the signs mean that stand for a figure in these rows, and of no others."""
    found = dict.fromkeys(sign for row in rows for sign in hidden_signs(row))
    return [
        T("Hidden: it holds a count that is too small to be shown.")
        if sign == SUM_OF_HIDDEN
        else T("{sign}: a count too small to be shown.", sign=sign)
        for sign in found
    ]


def figure_name(row: Mapping[Any, Any], evidence: Evidence, language: Language) -> str:
    """Return what a row of the overview or of the indicators is called."""
    code = row.get("figure") or row["indicator_code"]
    if code in OTHER_FIGURES:
        return language.say(OTHER_FIGURES[code])
    return indicator_names(evidence, language).get(code, code)


def indicator_names(evidence: Evidence, language: Language) -> dict[Any, Text | str]:
    """Return the names of the indicators of the registry by code."""
    table = evidence.indicators
    return dict(zip(table["indicator_code"], table[f"name_{language.code}"], strict=True))


def indicator_definitions(evidence: Evidence, language: Language) -> dict[Any, str]:
    """Return what each indicator of the registry counts, by code."""
    table = evidence.indicators
    return dict(zip(table["indicator_code"], table[f"definition_{language.code}"], strict=True))


def per_text(row: Mapping[Any, Any], evidence: Evidence, language: Language) -> Text:
    """Return what a figure is counted in: "person-hours a year", "per 1,000 inhabitants a year"."""
    if row["unit"] == SHARE:
        return T("share of the calls")
    if row["unit"] in (PURCHASES, MONEY):
        return T("in use now") if row["unit"] == PURCHASES else T("a year, now")
    unit = UNITS.get(row["unit"], row["unit"])
    match row["measure"]:
        case "mean":
            return T("{unit}, on average", unit=unit)
        case "level":
            return T("{unit}, mean of the year", unit=unit)
        case "a_year":
            return T("{unit} a year", unit=unit)
    match row["denominator"]:
        case "inhabitants":
            return T("{unit} a year per 1,000 inhabitants", unit=unit)
        case "municipalities":
            return T("{unit} a year per municipality", unit=unit)
    if _unit_of(row["denominator"], evidence) == "full_time_equivalents":
        return T("{unit} a year per full-time equivalent", unit=unit)
    name = indicator_names(evidence, language).get(row["denominator"], row["denominator"])
    if is_part(row, evidence):
        return T("share of all: {name}", name=_in_a_sentence(name))
    return T("{unit} a year for each of: {name}", unit=unit, name=name)


def _in_a_sentence(name: Text | str) -> str:
    """Return a name with a small first letter, where it is no abbreviation."""
    said = str(name)
    return said if said[:2].isupper() else said[:1].lower() + said[1:]


def is_part(row: Mapping[Any, Any], evidence: Evidence) -> bool:
    """Tell whether a rate is a share: of an indicator in the same unit, whole hours of whole hours."""
    return is_share(row["measure"], row["unit"], _unit_of(row["denominator"], evidence))


def _unit_of(indicator_code: str, evidence: Evidence) -> str | None:
    units = dict(zip(evidence.indicators["indicator_code"], evidence.indicators["unit"], strict=True))
    return units.get(indicator_code)


def figure_text(row: Mapping[Any, Any], phase: str, evidence: Evidence, language: Language) -> str:
    """Return the figure of a phase as a reader sees it: a number, money or a share, "< 5", "hidden", or "–"."""
    hidden = row[f"{phase}_hidden"]
    if isinstance(hidden, str):
        return hidden_text(hidden, language)
    return amount(row[phase], row, evidence, language)


def hidden_text(hidden: str, language: Language) -> str:
    """Return how a figure is hidden: "< 5" of a small count, a word of a figure that holds one."""
    return language.say(T("hidden")) if hidden == SUM_OF_HIDDEN else hidden


def amount(
    value: Any, row: Mapping[Any, Any], evidence: Evidence, language: Language, decimals: int | None = None
) -> str:
    """Return a value of a row in its unit, with as many decimals as tell something."""
    known = known_number(value)
    if row["unit"] == SHARE or is_part(row, evidence):
        return language.percent(known, 1)
    if row["unit"] == MONEY:
        return language.money(known)
    return language.number(known, _decimals(known) if decimals is None else decimals)


def verdict_word(row: Mapping[Any, Any], evidence: Evidence) -> Text | None:
    """Return the verdict of a row in the word that fits its figure, None without one: longer, more, or higher."""
    verdict = row["verdict"]
    if not isinstance(verdict, str):
        return None
    if row["unit"] in TIMES and row["measure"] == "mean":
        return LONGER_OR_SHORTER.get(verdict) or verdict_of_row(row)
    is_quantity = row["measure"] in ("a_year", "ratio") and not is_part(row, evidence)
    return (MORE_OR_LESS.get(verdict) if is_quantity else None) or verdict_of_row(row)


def change_text(row: Mapping[Any, Any], evidence: Evidence, language: Language) -> Text | None:
    """Return what the figure was and how it changed, as far as the verdict allows; None where it was not known."""
    is_known = known_number(row["before"]) is not None or row["before_hidden"]
    if row["unit"] in (PURCHASES, MONEY) or not is_known:
        return None
    was: Text = T("was {figure}", figure=figure_text(row, "before", evidence, language))
    if row["before_hidden"] == SUM_OF_HIDDEN:
        was = T("hidden before")
    low, high = (known_number(row["low"]), known_number(row["high"]))
    is_judged = row["verdict"] not in ("too_few_data", "not_comparable")
    # Years that are all alike leave nothing between two ends.
    if low is None or high is None or low == high == 0 or not is_judged:
        return was
    if row["unit"] == SHARE or is_part(row, evidence):
        is_undecided = row["verdict"] == "no_demonstrable_difference"
        said = (undecided_text if is_undecided else difference_text)(pd.Series(row), language, unit="share")
        return was if said is None else T("{was} · {change}", was=was, change=said)
    # One number of decimals in one interval.
    decimals = _decimals(max(abs(low), abs(high)))
    if row["verdict"] == "no_demonstrable_difference":
        near, far = sorted((low, high), key=abs)
        ends: list[Text | str] = [_directed(end, row, evidence, language, decimals) for end in (low, high)]
        if low * high > 0:
            ends = [
                _size(near, row, evidence, language, decimals),
                _directed(far, row, evidence, language, decimals),
            ]
        return T("{was} · the difference lies between {low} and {high}", was=was, low=ends[0], high=ends[1])
    shown = max(_decimals(row["before"]), _decimals(row["after"]))
    change = _directed(difference_as_shown(row, shown), row, evidence, language, shown)
    sizes = [_size(end, row, evidence, language, decimals) for end in sorted((low, high), key=abs)]
    return T(
        "{was} · {change}, between {low} and {high}", was=was, change=change, low=sizes[0], high=sizes[1]
    )


def years_needed_text(before: str, after: str, needed: str) -> Text:
    """Return how many whole years are known on each side, of how many a verdict takes."""
    return T("{before} and {after} of {needed} years needed", before=before, after=after, needed=needed)


def explanation_text(row: Mapping[Any, Any], evidence: Evidence, language: Language) -> Text | None:
    """Return why a verdict says nothing, None where it says something or there is no verdict."""
    if SUM_OF_HIDDEN in (row["before_hidden"], row["after_hidden"]):
        return T("Hidden: it holds a count that is too small to be shown.")
    if row.get("figure") == "saving_yearly_eur":
        if known_number(row["after"]) is None:
            return T("Of no purchase was it estimated what it would cost bought apart.")
        return T("Of the purchases of which it was estimated what they would cost bought apart.")
    if row["verdict"] == "no_demonstrable_difference":
        if "difference_below_relevant" in row["reasons"]:
            return BELOW_RELEVANT
        smallest = known_number(row["smallest_detectable"])
        if smallest is not None:
            said = _size_with_unit(smallest, row, evidence, language)
            return T("The smallest change that these data could have shown is {amount}.", amount=said)
    if row["verdict"] == "not_comparable":
        return reasons_text(row["reasons"], language)
    if row["verdict"] == "too_few_data" and not pd.isna(row["before_years"]):
        return _too_few_text(row, evidence, language)
    return None


def zones_text(row: Mapping[Any, Any], evidence: Evidence, language: Language) -> Text | None:
    """Return of which zone a figure is that is not of all together, which lacks data, or which changed otherwise."""
    of_code = zone_names(evidence, language)
    if row["zones_otherwise"]:
        zones = language.join([of_code[code] for code in row["zones_otherwise"]])
        return T("Otherwise in {zones}: see the figures by zone.", zones=zones)
    if not row["zones_without"]:
        return None
    without = language.join([of_code[code] for code in row["zones_without"]])
    if row["zone_code"] is None:
        return T("Of {zones} too few years are known.", zones=without)
    return T("Only of {zone}: of {zones} there are no data.", zone=of_code[row["zone_code"]], zones=without)


def _too_few_text(row: Mapping[Any, Any], evidence: Evidence, language: Language) -> Text:
    said = T(
        "{before} before and {after} after: not enough to judge.",
        before=TN("{count} year", "{count} years", int(row["before_years"])),
        after=TN("{count} year", "{count} years", int(row["after_years"])),
    )
    if "denominator_unknown" not in row["reasons"]:
        return said
    lacking = {
        "inhabitants": T("The number of inhabitants is not known for every year."),
        "municipalities": T("The number of municipalities is not known."),
    }.get(
        row["denominator"],
        T(
            "Of some years it is not known: {name}.",
            name=indicator_names(evidence, language).get(row["denominator"], row["denominator"]),
        ),
    )
    return T("{said} {more}", said=said, more=lacking)


def _directed(
    difference: float, row: Mapping[Any, Any], evidence: Evidence, language: Language, decimals: int
) -> Text:
    said = _size(difference, row, evidence, language, decimals)
    return T("{amount} more", amount=said) if difference >= 0 else T("{amount} less", amount=said)


def _size(
    difference: float,
    row: Mapping[Any, Any],
    evidence: Evidence,
    language: Language,
    decimals: int | None = None,
) -> str:
    """Return how large a difference is; of shares in percentage points."""
    if row["unit"] == SHARE or is_part(row, evidence):
        return language.points(abs(difference))
    return amount(abs(difference), row, evidence, language, decimals)


def _size_with_unit(
    difference: float, row: Mapping[Any, Any], evidence: Evidence, language: Language
) -> Text | str:
    size = _size(difference, row, evidence, language)
    if row["unit"] == PERCENT:
        return language.points(abs(difference) / 100)
    if row["unit"] == SHARE or is_part(row, evidence):
        return size
    # A count with decimals is a mean of years, and says so.
    is_yearly = row["measure"] in ("a_year", "ratio")
    unit = per_text(row, evidence, language) if is_yearly else UNITS.get(row["unit"], row["unit"])
    return T("{amount} {unit}", amount=size, unit=unit)


def _decimals(value: float | None) -> int:
    if value is None or float(value).is_integer() or abs(value) >= 100:
        return 0
    return 1 if abs(value) >= 10 else 2
