"""The cards of costs, on their own page and on the first one, and the words that they share with the page."""

from collections.abc import Mapping
from decimal import Decimal
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from cooperation.answers.cost_comparison import MEASURES
from cooperation.answers.cost_coverage import paying_zones, read_ledger, reference_month
from cooperation.answers.filters import Filters
from cooperation.language import Language, T, Text
from cooperation.screen import words
from cooperation.screen.cards import MAXIMUM_CARDS, FigureCard, show_cards
from cooperation.screen.choices import page_address
from cooperation.screen.cost_flow import basis_text
from cooperation.screen.cost_notices import years_notice
from cooperation.screen.frame import View
from cooperation.wording import costs
from cooperation.wording.verdicts import amount_change_text, known_years_text, reasons_text, verdict_of_row

COST_MEASURES: Mapping[str, Text] = {
    "cost": T("Cost of a year"),
    "cost_per_inhabitant": T("Per inhabitant, a year"),
    "cost_per_intervention": T("Per intervention"),
}
# The notices on years without which a measure is unknown.
YEARS_NEEDED: Mapping[str, tuple[str, ...]] = {
    "cost": ("index_missing",),
    "cost_per_inhabitant": ("index_missing", "population_missing"),
    "cost_per_intervention": ("index_missing", "interventions_missing"),
}


def show_cost_cards(view: View) -> None:
    """Show the cards: cost of a year, per inhabitant, per intervention, and joint purchases beside alone."""
    cards = [_comparison_card(view, measure) for measure in MEASURES]
    cards += [card] if (card := _purchases_card(view)) else []
    show_cards(cards, view.language, view.colours)


def show_cost_cards_of_place(view: View, filters: Filters) -> None:
    """Show per zone of the chosen place what it pays a year for joint purchases, and what alone would cost."""
    table = view.ask("shared_costs/purchases", Filters()).table
    zones = [zone.code for zone in view.evidence.zones(filters)]
    running = table[(table["state"] == "running") & table["zone_code"].isin(zones)]
    cards = [
        _zone_card(code, own, view)
        for code in zones
        if not (own := running[(running["zone_code"] == code) & running["share"].map(bool)]).empty
    ]
    if cards:
        heading(view.language, T("What joint purchases cost, together and alone"))
        show_cards(cards[:MAXIMUM_CARDS], view.language, view.colours)
        address = page_address("shared_costs", view.filters, view.language.code)
        words_of_link = view.language.say(T("Every purchase, its key and its files"))
        st.html(f'<p class="figure-subtitle"><a href="{escape(address)}">{escape(words_of_link)}</a></p>')


def _zone_card(zone_code: str, own: pd.DataFrame, view: View) -> FigureCard:
    language = view.language
    rows = sorted(own.to_dict("records"), key=lambda row: -row["yearly_share_eur"])
    total = sum((row["yearly_share_eur"] for row in rows), Decimal(0))
    zone = words.zone_names(view.evidence, language)[zone_code]
    return FigureCard(
        label=language.say(T("{zone} pays for joint purchases", zone=zone)),
        figure=language.say(T("{amount} a year", amount=language.money(total))),
        change=language.say(_as_of(view)),
        explanation=" ".join(language.say(_pays_along(row, language)) for row in rows),
    )


def _pays_along(row: Mapping[str, Any], language: Language) -> Text:
    values = {"purchase": str(row["name"]), "amount": language.money(row["yearly_share_eur"])}
    if row["yearly_estimate_eur"] is None:
        return T("{purchase}: {amount}; nobody estimated what alone would cost.", **values)
    return T(
        "{purchase}: {amount}; alone that would be {alone} (source: {basis}). Bought in {year}.",
        alone=language.money(row["yearly_estimate_eur"]),
        basis=basis_text(row),
        year=str(row["purchase_date"].year),
        **values,
    )


def cost_comparison(view: View, measure: str) -> pd.Series:
    """Return the row of a measure for all counted zones together."""
    table = view.ask("shared_costs/comparison").table
    rows = table[table["measure"] == measure]
    together = rows[rows["zone_code"].isna()]
    return (rows if together.empty else together).iloc[-1]


def _comparison_card(view: View, measure: str) -> FigureCard:
    language = view.language
    row = cost_comparison(view, measure)
    decimals = 0 if measure == "cost" else 2
    label = language.say(COST_MEASURES[measure])
    after = language.money(row["after"], decimals)
    if row["before"] is None or row["after"] is None:
        figure = language.say(T("not known")) if row["after"] is None else after
        return FigureCard(label, figure, change="", explanation=_why_unknown(view, row, measure))
    change = [T("was {figure}", figure=language.money(row["before"], decimals))]
    if row["verdict"] not in ("too_few_data", "not_comparable"):
        change.append(amount_change_text(row, lambda amount: language.money(amount, decimals), decimals))
    explanation = [text for text in (_why(view, row), as_paid_text(view, row, decimals)) if text]
    return FigureCard(
        label=label,
        figure=after,
        change=" · ".join(language.say(text) for text in change),
        explanation=" ".join(language.say(text) for text in explanation),
        verdict=row["verdict"],
        said_verdict=verdict_of_row(row),
    )


def _why_unknown(view: View, row: pd.Series, measure: str) -> str:
    """Return what is missing, in the years of both periods, else why nothing can be judged."""
    language = view.language
    answer = view.ask("shared_costs/notices")
    years = {
        str(year)
        for span in (answer.period.before, answer.period.after)
        for year in range(span.first.year, span.last.year + 1)
    }
    notices = answer.table[answer.table["subject"].isin(years)]
    said = [
        years_notice(code, language.join(list(notices.loc[notices["code"] == code, "subject"])))
        for code in YEARS_NEEDED[measure]
        if (notices["code"] == code).any()
    ]
    return " ".join(language.say(text) for text in said or [_why(view, row)] if text)


def _why(view: View, row: pd.Series) -> Text | None:
    language = view.language
    if row["verdict"] == "too_few_data":
        return _too_few_text(view, row)
    if row["verdict"] == "not_comparable":
        return reasons_text(row["reasons"], language)
    if row["verdict"] == "no_demonstrable_difference" and row["smallest_detectable"] is not None:
        return T(
            "The smallest change that these data could have shown is {amount}.",
            amount=language.money(row["smallest_detectable"]),
        )
    return None


def _too_few_text(view: View, row: pd.Series) -> Text:
    counts = known_years_text(row, view.evidence.settings.costs.minimum_verdict_years, view.language)
    if row["before"] is None or row["after"] is None:
        return counts
    return T("{counts} The amounts themselves stand.", counts=counts)


def as_paid_text(view: View, row: pd.Series, decimals: int = 0) -> Text | None:
    """Return both amounts of a comparison in the euros of then; None where they are given in these already."""
    if view.filters.prices == "nominal" or row["before_nominal"] is None or row["after_nominal"] is None:
        return None
    return T(
        "As paid: {after}, against {before}.",
        after=view.language.money(row["after_nominal"], decimals),
        before=view.language.money(row["before_nominal"], decimals),
    )


def _purchases_card(view: View) -> FigureCard | None:
    """Return what the counted zones pay a year for joint purchases, beside alone where that was estimated."""
    language = view.language
    table = view.ask("shared_costs/purchases").table
    codes = paying_zones(view.evidence, view.filters, read_ledger(view.evidence))
    own = table[(table["state"] == "running") & table["zone_code"].isin(codes)].to_dict("records")
    known = [row for row in own if row["yearly_share_eur"] is not None]
    if not known:
        return None
    compared = [row for row in known if row["yearly_estimate_eur"] is not None]
    total, alone, together = (
        sum((row[name] for row in rows), Decimal(0))
        for rows, name in (
            (known, "yearly_share_eur"),
            (compared, "yearly_estimate_eur"),
            (compared, "yearly_share_eur"),
        )
    )
    change = T("no estimate of what alone would cost")
    if compared:
        change = T(
            "where estimated: {together} together, {alone} alone",
            together=language.money(together),
            alone=language.money(alone),
        )
    return FigureCard(
        label=language.say(T("Joint purchases, a year")),
        figure=language.money(total),
        change=language.say(change),
        explanation=" ".join(
            language.say(text)
            for text in (
                _as_of(view),
                T("As paid. On what basis each estimate stands is said below."),
            )
        ),
    )


def _as_of(view: View) -> Text:
    return T("What is written off a year now, as of {month}.", month=month_of_now(view))


def month_of_now(view: View) -> str:
    """Return the last month that an export reaches, by name."""
    return view.language.month(reference_month(view.evidence, read_ledger(view.evidence)))


def prices_text(view: View) -> Text:
    """Return in which prices the page's amounts are, the index and its year by name."""
    return costs.prices_text(view.ask("shared_costs/yearly").parameters)


def place_text(view: View) -> str:
    """Return the zones whose costs are counted, by name."""
    return costs.paying_place(view.evidence, view.filters, view.language)


def heading(language: Language, title: Text, subtitle: Text | None = None) -> None:
    """Show the title of a part of the page, and what it is about."""
    html = f'<h2 class="figure-title">{escape(language.say(title))}</h2>'
    if subtitle is not None:
        html += f'<p class="figure-subtitle">{escape(language.say(subtitle))}</p>'
    st.html(html)
