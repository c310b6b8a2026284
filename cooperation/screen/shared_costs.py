"""What the page on costs shows, part by part."""

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from cooperation.answers.cost_comparison import TOTAL
from cooperation.answers.cost_coverage import (
    cost_period,
    paying_zones,
    purchase_names,
    read_ledger,
)
from cooperation.answers.cost_rounding import groups_in_whole_euros, total_row, years_in_whole_euros
from cooperation.answers.shared_costs import supposed_purchase
from cooperation.language import T, Text
from cooperation.screen import cost_charts, words
from cooperation.screen.cards import answer_more, answer_sentence, empty_state, filter_sentence, footer_line
from cooperation.screen.cost_cards import (
    COST_MEASURES,
    as_paid_text,
    cost_comparison,
    heading,
    month_of_now,
    place_text,
    prices_text,
)
from cooperation.screen.cost_controls import KEY_NAMES, lifetime_text, show_scenario_controls
from cooperation.screen.cost_flow import flow_alternative, flow_html, purchase_html
from cooperation.screen.cost_notices import notice_texts
from cooperation.screen.figures import show_figure, show_tools
from cooperation.screen.frame import View
from cooperation.screen.tables import Column, table_html
from cooperation.wording.choices import span_text, uncounted_zones_text

CATEGORIES: Mapping[str, Text] = {
    "personnel": T("Staff"),
    "operating": T("Operating costs"),
    "transfers": T("Transfers"),
    "debt": T("Debt"),
    "joint_purchase": T("Paying off joint purchases"),
    "unknown": T("Category not known"),
}
DATA_SETS = ("costs", "investments", "distribution_keys", "standalone_estimates")
NO_FIELD = "–"


def has_costs(view: View) -> bool:
    """Tell whether there is any ledger line or joint purchase to show."""
    return read_ledger(view.evidence).months is not None or not view.ask("shared_costs/purchases").table.empty


def show_answer(view: View) -> None:
    """Show the question as title, the answer with its verdict in one sentence, and what is counted."""
    language = view.language
    st.title(language.say(T("What do we pay, together and alone?")), anchor=False)
    if not has_costs(view):
        return
    cost = cost_comparison(view, "cost")
    st.html(answer_sentence(_answer(view, cost), language, verdict=cost["verdict"]))
    if (as_paid := as_paid_text(view, cost)) is not None:
        st.html(answer_more([as_paid], language))
    st.html(filter_sentence(_counted(view), language))


def show_nothing(view: View) -> None:
    """Say which exports would fill the page."""
    st.html(
        empty_state(
            T("No costs have been read yet"),
            T(
                "Drop exports of {data_sets} in the folder data/exports; what each must hold is described there.",
                data_sets=view.language.join(list(DATA_SETS)),
            ),
            view.language,
        )
    )


def show_years(view: View) -> None:
    """Show what every calendar year cost, with the start, and everything behind it."""
    answer = view.ask("shared_costs/yearly")
    language = view.language
    scope = answer.table[answer.table["zone_code"].isna()]
    place = place_text(view)
    is_indexed = view.filters.prices != "nominal"
    if scope.empty:
        return
    show_figure(
        view,
        answer,
        cost_charts.yearly_bars(
            scope, language, view.colours, start=view.evidence.start(view.filters), with_nominal=is_indexed
        ),
        yearly_columns(view),
        title=T("What every year cost"),
        subtitle=T("{place}; {prices}", place=place, prices=prices_text(view)),
        alternative=cost_charts.yearly_alternative(scope, language, place=place),
        shown=years_in_whole_euros(answer.table),
    )


def show_who_pays(view: View) -> None:
    """Show the way from each running purchase through its key to what each zone pays a year."""
    answer = view.ask("shared_costs/purchases")
    language = view.language
    names = words.zone_names(view.evidence, language)
    heading(
        language,
        T("Who pays what of the joint purchases"),
        T("From the purchase, through the key, to what each zone pays a year; as paid, without index"),
    )
    if (answer.table["state"] == "running").any():
        alternative = language.say(flow_alternative(answer.table, names, language))
        st.html(
            f'<section aria-label="{escape(alternative)}">{flow_html(answer.table, names, language)}</section>'
        )
    else:
        st.html(f"<p>{escape(language.say(T('No joint purchase is being paid off now.')))}</p>")
    show_tools(view, answer, purchase_columns(view), caption=T("Joint purchases, a line per zone"))


def show_purchases(view: View) -> None:
    """Show the joint purchases one by one."""
    language = view.language
    answer = view.ask("shared_costs/purchases")
    names = words.zone_names(view.evidence, language)
    now = month_of_now(view)
    if answer.table.empty:
        return
    heading(
        language,
        T("The joint purchases one by one"),
        T(
            "What a zone would have paid alone is somebody's quote, earlier purchase or estimate: it stands behind"
            " every amount that leans on it. A planned saving is that amount less the zone's part of the price by the"
            " key of the day of purchase. A realised saving counts what was really paid, credit notes included, up to"
            " and including {month}.",
            month=now,
        ),
    )
    articles = [
        purchase_html(group.to_dict("records"), names, language, now=now)
        for _, group in answer.table.groupby("investment_id", sort=False)
    ]
    st.html("".join(articles))


def show_fields(view: View) -> None:
    """Show the cost of a year by field of the protocol."""
    names: dict[Any, Text | str] = {
        field.code: field.name.in_language(view.language.code) for field in view.evidence.settings.fields
    }
    _show_groups(view, "by_field", "domain_code", names, T("By field of the protocol"), T("Field"))


def show_categories(view: View) -> None:
    """Show the cost of a year by category."""
    _show_groups(view, "by_category", "category", dict(CATEGORIES), T("By kind of cost"), T("Kind of cost"))


def show_scenario(view: View) -> None:
    """Show what another key or lifetime would change for each zone, and the kinds of key side by side."""
    language = view.language
    all_purchases = view.ask("shared_costs/purchases").table
    purchase = supposed_purchase(view.evidence, all_purchases, view.filters)
    heading(
        language,
        T("What if it were divided otherwise?"),
        T("A scenario: nothing here was decided. As if this key had held from the day of purchase."),
    )
    if purchase is None:
        st.html(
            f"<p>{escape(language.say(T('No key divides a joint purchase, so there is nothing to suppose.')))}</p>"
        )
        return
    names = words.zone_names(view.evidence, language)
    show_scenario_controls(view, purchase)
    scenario = view.ask("shared_costs/scenario")
    what = T(
        "Scenario for {purchase} over {lifetime}. Key: {key}.",
        purchase=purchase_names(view.evidence)[purchase.investment_id],
        key=KEY_NAMES[purchase.kind],
        lifetime=lifetime_text(purchase.supposed_months, language),
    )
    st.html(f'<p class="scenario-mark">{escape(language.say(what))}</p>')
    columns = scenario_columns(view)
    with_total = pd.concat([scenario.table, total_row(scenario.table, SCENARIO_AMOUNTS)], ignore_index=True)
    st.html(table_html(with_total, columns, language, caption=what))
    show_tools(
        view, scenario, columns, caption=what, shown=with_total, label=T("Files and SQL of this scenario")
    )
    keys = view.ask("shared_costs/keys")
    show_tools(
        view,
        keys,
        (
            Column("kind", T("Kind of key"), names=KEY_NAMES),
            Column("zone_code", T("Zone"), names=names),
            Column("counted_on", T("Counted on"), "date"),
            Column("weight", T("Weight"), "number"),
            Column("share", T("Share"), "percent"),
            Column("yearly_share_eur", T("Pays a year"), "cents"),
        ),
        caption=T("The kinds of key, worked out for this purchase"),
        label=T("The kinds of key, worked out for this purchase"),
        shown=keys.table.assign(weight=keys.table["weight"].where(keys.table["kind"] != "agreed", None)),
    )


def show_notices(view: View) -> None:
    """Say what leaves a figure unknown or out, each thing in a sentence."""
    language = view.language
    answer = view.ask("shared_costs/notices")
    said = notice_texts(answer.table, view)
    if not said:
        return
    items = "".join(f"<li>{escape(language.say(text))}</li>" for text in said)
    heading(language, T("What to know about these figures"))
    st.html(f'<ul class="cost-notices">{items}</ul>')


def show_footer(view: View) -> None:
    """Show the comparison behind the cards, and the line under the page."""
    language = view.language
    comparison = view.ask("shared_costs/comparison")
    show_tools(
        view,
        comparison,
        comparison_columns(view),
        caption=T("The comparison on the cards. Of twenty such verdicts, one can be due to chance."),
        label=T("Behind the cards: the comparison, its files and SQL"),
    )
    ledger = read_ledger(view.evidence)
    items: list[Text | str] = [
        T(
            "Cost of a year: ledger lines of the ordinary service, and the part of each joint purchase that is paid off"
            " in that year. Payments of purchases are not counted a second time; other investments are not in it."
        ),
        T("Paid off in equal parts a month, from the month of purchase; cents by largest remainder."),
        prices_text(view),
    ]
    covered = ledger.months_of(paying_zones(view.evidence, view.filters, ledger))
    if covered:
        items.append(T("Ledgers up to and including {month}.", month=language.month(covered.last)))
    st.html(footer_line(items, language))


def _answer(view: View, cost: pd.Series) -> Text:
    language = view.language
    period = cost_period(view.evidence, view.filters, read_ledger(view.evidence))
    if cost["before"] is None or cost["after"] is None:
        return T(
            "{place}: what a year cost before and after is not known; below stands what is.",
            place=place_text(view),
        )
    return T(
        "{place}, {prices}: {after} a year from {after_years}, against {before} a year from {before_years}.",
        place=place_text(view),
        prices=prices_text(view),
        after=language.money(cost["after"]),
        before=language.money(cost["before"]),
        after_years=span_text(period.after, language),
        before_years=span_text(period.before, language),
    )


def _counted(view: View) -> Text:
    counted = T(
        "running costs and the paying off of joint purchases of {place}; {prices}.",
        place=place_text(view),
        prices=prices_text(view),
    )
    left_out = uncounted_zones_text(view.evidence, view.filters, view.language)
    return counted if left_out is None else T("{sentence} {more}", sentence=counted, more=left_out)


# Tables


def yearly_columns(view: View) -> tuple[Column, ...]:
    """Return the columns of the table of years."""
    return (
        Column("year", T("Year")),
        Column("zone_code", T("Zone"), names=_zones_and_total(view)),
        Column("cost_eur", T("Cost of the year"), "money"),
        Column("running_cost_eur", T("Running costs"), "money"),
        Column("joint_purchase_eur", T("Paying off joint purchases"), "money"),
        Column("nominal_eur", T("As paid"), "money"),
        Column("cost_per_inhabitant_eur", T("Per inhabitant, a year"), "cents"),
        Column("cost_per_intervention_eur", T("Per intervention"), "cents"),
        Column("purchase_payment_eur", T("Payments of joint purchases (not counted again)"), "money"),
        Column("other_investment_eur", T("Other investments (not counted)"), "money"),
    )


def purchase_columns(view: View) -> tuple[Column, ...]:
    """Return the columns of the table of joint purchases."""
    return (
        Column("name", T("Purchase")),
        Column("zone_code", T("Zone"), names=words.zone_names(view.evidence, view.language)),
        Column("purchase_date", T("Bought on"), "date"),
        Column("price_eur", T("Price"), "cents"),
        Column("yearly_cost_eur", T("Cost of a year"), "cents"),
        Column("share", T("Share"), "percent"),
        Column("yearly_share_eur", T("Pays a year"), "cents"),
        Column("price_share_eur", T("Pays in all"), "cents"),
        Column("paid_off_eur", T("Paid off so far"), "cents"),
        Column("booked_by_zone_eur", T("Booked by the zone itself"), "cents"),
    )


SCENARIO_AMOUNTS = (
    "share",
    "scenario_share",
    "yearly_share_eur",
    "scenario_yearly_share_eur",
    "yearly_change_eur",
    "price_share_eur",
    "scenario_price_share_eur",
)


def scenario_columns(view: View) -> tuple[Column, ...]:
    """Return the columns of a scenario; its last row adds the zones up."""
    return (
        Column("zone_code", T("Zone"), names=_zones_and_total(view)),
        Column("share", T("Share now"), "percent"),
        Column("scenario_share", T("Share in the scenario"), "percent"),
        Column("yearly_share_eur", T("A year now"), "cents"),
        Column("scenario_yearly_share_eur", T("A year in the scenario"), "cents"),
        Column("yearly_change_eur", T("Change a year"), "cents"),
        Column("scenario_price_share_eur", T("Whole lifetime in the scenario"), "cents"),
    )


def comparison_columns(view: View) -> tuple[Column, ...]:
    """Return the columns of the comparison behind the cards."""
    return (
        Column("measure", T("Figure"), names=COST_MEASURES),
        Column("zone_code", T("Zone"), names=words.zone_names(view.evidence, view.language)),
        Column("before", T("Before"), "cents"),
        Column("after", T("After"), "cents"),
        Column("difference", T("Difference"), "cents"),
        Column("low", T("At least (95 %)"), "cents"),
        Column("high", T("At most (95 %)"), "cents"),
        Column("before_nominal", T("Before, as paid"), "cents"),
        Column("after_nominal", T("After, as paid"), "cents"),
        Column("verdict", T("Verdict"), "verdict"),
    )


def _show_groups(
    view: View, name: str, column: str, names: Mapping[Any, Text | str], title: Text, heading: Text
) -> None:
    answer = view.ask(f"shared_costs/{name}")
    language = view.language
    named = {TOTAL: T("All together"), NO_FIELD: T("In no field")} | dict(names)
    table = answer.table.assign(
        **{column: answer.table[column].where(answer.table[column].notna(), NO_FIELD)}
    )
    shown = groups_in_whole_euros(table)
    present = {code: named.get(code, str(code)) for code in table[column] if code != TOTAL}
    show_figure(
        view,
        answer,
        cost_charts.before_after_bars(shown, language, view.colours, column=column, names=present),
        (
            Column(column, heading, names=named),
            Column("before_eur", T("Before"), "money"),
            Column("after_eur", T("After"), "money"),
            Column("difference_eur", T("Difference"), "money"),
        ),
        title=title,
        subtitle=T("Cost of a year before and after; {prices}", prices=prices_text(view)),
        alternative=cost_charts.before_after_alternative(shown, language, column=column, names=present),
        shown=shown,
    )


def _zones_and_total(view: View) -> dict[Any, Text | str]:
    return {TOTAL: T("All together"), **words.zone_names(view.evidence, view.language)}
