"""The row of controls of the page on costs, and those of its scenario."""

from decimal import Decimal

import streamlit as st

from cooperation.answers.cost_coverage import base_year, cost_period, index_years, purchase_names, read_ledger
from cooperation.answers.cost_scenario import MONTHS_A_YEAR, SupposedPurchase
from cooperation.answers.distribution import KINDS, KINDS_WITH_NUMBERS, PERCENT, KeyChoice, key_text
from cooperation.answers.filters import PRICES, Filters
from cooperation.language import TN, Language, T, Text
from cooperation.screen import words
from cooperation.screen.choices import choose_filters
from cooperation.screen.filters import select_control
from cooperation.screen.frame import View
from cooperation.wording.choices import sides_texts

ALL_ZONES = ""
AS_AGREED = ""
LONGEST_LIFETIME = 20
LARGEST_WEIGHT = 1e9
PRICE_NAMES = {
    "health_index": T("Health index"),
    "cpi": T("Consumer price index"),
    "nominal": T("As paid, without index"),
}
KEY_NAMES = {
    "agreed": T("As agreed"),
    "inhabitants": T("By inhabitants"),
    "use": T("By use (number of interventions)"),
    "equal": T("In equal parts"),
    "percentages": T("By percentages of your own"),
    "weights": T("By weights, such as the KUL norm"),
}


def show_cost_filters(view: View) -> None:
    """Show the controls of the page: zone, periods, prices and their year."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="filter-row"):
        _zone(view)
        _periods(view)
        _prices(view)
        if view.filters.prices != "nominal":
            _base_year(view)
        if view.filters != Filters():
            st.button(
                view.language.say(T("Start over")),
                key="start-over",
                type="tertiary",
                on_click=choose_filters,
                args=(Filters(),),
            )


def show_scenario_controls(view: View, purchase: SupposedPurchase) -> None:
    """Show what can be supposed: of which purchase, which key, over how many years."""
    filters, language = view.filters, view.language
    with st.container(horizontal=True, vertical_alignment="bottom", key="scenario-row"):
        select_control(
            f"scenario-purchase-{language.code}",
            language.say(T("Purchase")),
            purchase_names(view.evidence),
            purchase.investment_id,
            lambda code: filters.with_(scenario_purchase=code),
        )
        select_control(
            f"scenario-key-{language.code}",
            language.say(T("Key")),
            {kind: language.say(KEY_NAMES[kind]) for kind in KINDS},
            purchase.kind,
            lambda kind: filters.with_(scenario_key=_first_key(kind, purchase)),
        )
        select_control(
            f"scenario-years-{language.code}",
            language.say(T("Lifetime")),
            _lifetimes(purchase, filters, language),
            filters.scenario_months,
            lambda months: filters.with_(scenario_months=months),
        )
    if purchase.kind in KINDS_WITH_NUMBERS:
        _numbers(view, purchase)


def _zone(view: View) -> None:
    names = words.zone_names(view.evidence, view.language)
    zones = [zone.code for zone in view.evidence.zones(view.filters)]
    chosen = view.filters.zone_code or view.filters.municipality_nis
    select_control(
        f"cost-zone-{view.language.code}",
        view.language.say(T("Zone")),
        {ALL_ZONES: view.language.say(T("All zones together"))} | names,
        zones[0] if chosen and len(zones) == 1 else ALL_ZONES,
        lambda code: view.filters.with_(zone_code=(code,) if code else (), municipality_nis=()),
    )


def _periods(view: View) -> None:
    ledger = read_ledger(view.evidence)
    names: dict[str, str] = {}
    for code, name in (("matched", None), ("before_covid", T("Before COVID")), ("all", T("All years"))):
        period = cost_period(view.evidence, view.filters.with_(period=code), ledger)
        years = T("{before} and {after}", **sides_texts(period, view.language))
        text: Text = years if name is None else T("{name}: {years}", name=name, years=years)
        names[code] = view.language.say(text)
    if view.filters.period not in names:
        names[view.filters.period] = view.language.say(T("Own choice of months"))
    select_control(
        f"cost-period-{view.language.code}",
        view.language.say(T("Periods")),
        names,
        view.filters.period,
        lambda code: view.filters.with_(period=code),
    )


def _prices(view: View) -> None:
    select_control(
        f"prices-{view.language.code}",
        view.language.say(T("Corrected for rising prices by")),
        {code: view.language.say(PRICE_NAMES[code]) for code in PRICES},
        view.filters.prices,
        lambda code: view.filters.with_(prices=code, base_year=""),
    )


def _base_year(view: View) -> None:
    years = index_years(view.evidence, view.filters.prices)
    if not years:
        return
    select_control(
        f"base-year-{view.language.code}",
        view.language.say(T("In euros of")),
        {year: year for year in reversed(years)},
        base_year(view.evidence, view.filters),
        lambda year: view.filters.with_(base_year="" if year == years[-1] else year),
    )


def _first_key(kind: str, purchase: SupposedPurchase) -> str:
    """Return the key of this kind that a reader starts from: their own numbers begin as what was agreed."""
    if kind == "agreed":
        return AS_AGREED
    if kind not in KINDS_WITH_NUMBERS:
        return kind
    agreed = purchase.keys["agreed"].by_zone
    return key_text(
        KeyChoice(kind, {code: (share or Decimal(0)) * PERCENT for code, share in agreed.items()})
    )


def _lifetimes(purchase: SupposedPurchase, filters: Filters, language: Language) -> dict[str, str]:
    agreed = T("{lifetime} (as agreed)", lifetime=lifetime_text(purchase.lifetime_months, language))
    months = [MONTHS_A_YEAR * years for years in range(1, LONGEST_LIFETIME + 1)]
    if filters.scenario_months and int(filters.scenario_months) not in months:
        months.append(int(filters.scenario_months))
    return {AS_AGREED: language.say(agreed)} | {
        str(count): language.say(lifetime_text(count, language)) for count in sorted(months)
    }


def lifetime_text(months: int, language: Language) -> Text:
    """Return a lifetime in years where it is whole ones, else in months."""
    years, rest = divmod(months, MONTHS_A_YEAR)
    return (
        TN("{count} month", "{count} months", months) if rest else TN("{count} year", "{count} years", years)
    )


def _numbers(view: View, purchase: SupposedPurchase) -> None:
    """Show a box for every zone's number; percentages but the last, which is what is left of 100."""
    names = words.zone_names(view.evidence, view.language)
    is_percentages = purchase.kind == "percentages"
    given = {code: number or Decimal(0) for code, number in purchase.keys[purchase.kind].by_zone.items()}
    codes = list(given)
    with st.container(horizontal=True, vertical_alignment="bottom", key="scenario-numbers"):
        for code in codes[:-1] if is_percentages else codes:
            label = (
                T("{zone}, in percent", zone=names[code])
                if is_percentages
                else T("{zone}, weight", zone=names[code])
            )
            key = f"control-scenario-number-{purchase.kind}-{code}-{view.language.code}"
            st.session_state[key] = float(given[code])
            st.number_input(
                view.language.say(label),
                min_value=0.0,
                max_value=float(PERCENT) if is_percentages else LARGEST_WEIGHT,
                step=1.0,
                format="%g",
                key=key,
                on_change=_take_number,
                args=(key, code, purchase.kind, given, view.filters),
            )


def _take_number(key: str, code: str, kind: str, given: dict[str, Decimal], filters: Filters) -> None:
    # A box holds a float; its digits as they are shown are what the reader typed.
    numbers = given | {code: Decimal(str(st.session_state[key]))}
    if kind == "percentages":
        *first, last = numbers
        numbers[last] = max(PERCENT - sum((numbers[zone] for zone in first), Decimal(0)), Decimal(0))
        if sum(numbers.values()) != PERCENT:
            return
    if sum(numbers.values()):
        choose_filters(filters.with_(scenario_key=key_text(KeyChoice(kind, numbers))))
