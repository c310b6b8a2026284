"""Who pays what, from a purchase through its key to each zone, and the joint purchases one by one, as HTML."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from html import escape
from typing import Any

import pandas as pd

from cooperation.language import Language, T, Text
from cooperation.screen.cost_controls import lifetime_text

BASES: Mapping[str, Text] = {
    "quote": T("quote"),
    "earlier_purchase": T("earlier purchase"),
    "estimate": T("own estimate"),
}
STATES: Mapping[str, Text] = {
    "running": T("being paid off"),
    "future": T("still to be bought"),
    "written_off": T("paid off"),
    "incomplete": T("no yearly cost known"),
}
# From dark to light, so that zones are told apart in black and white as well; more zones begin again.
SHADES = 5


def flow_html(purchases: pd.DataFrame, names: Mapping[str, str], language: Language) -> str:
    """Return one row per running purchase: its cost of a year, its key and each zone's part; then all together.

    `purchases` is the table of that answer. Bars are as long as the cost; zones keep their shade.
    """
    running = purchases[purchases["state"] == "running"]
    zone_codes = [code for code in names if code in set(running["zone_code"])]
    longest = max((row["yearly_cost_eur"] for row in running.to_dict("records")), default=Decimal(1))
    rows = [
        _flow_row(group.to_dict("records"), zone_codes, names, longest, language)
        for _, group in running.groupby("investment_id", sort=False)
    ]
    rows.append(_flow_total(running, zone_codes, names, language))
    return f'<div class="cost-flow" role="list">{"".join(rows)}</div>'


def flow_alternative(purchases: pd.DataFrame, names: Mapping[str, str], language: Language) -> Text:
    """Say what every running purchase costs a year and what each zone pays of it."""
    running = purchases[purchases["state"] == "running"]
    parts = [
        language.say(
            T(
                "{purchase}: {amount} a year, of which {zones}",
                purchase=group["name"].iloc[0],
                amount=language.money(group["yearly_cost_eur"].iloc[0], 2),
                zones=language.join([_paid(row, names, language) for row in group.to_dict("records")]),
            )
        )
        for _, group in running.groupby("investment_id", sort=False)
    ]
    return T("Who pays what. {parts}.", parts="; ".join(parts))


def purchase_html(
    rows: Sequence[Mapping[str, Any]], names: Mapping[str, str], language: Language, *, now: str
) -> str:
    """Return one joint purchase: what it is, then a line per zone with share, alone-estimate, saving and pay-back.

    `now` says up to and including which month a saving is realised.
    """
    first = rows[0]
    heads = [
        T("Zone"),
        T("Share"),
        T("Pays a year"),
        T("Alone it would pay a year"),
        T("Saving planned, whole lifetime"),
        T("Saving realised up to {month}", month=now),
        T("Pays back in"),
    ]
    said = [language.say(head) for head in heads]
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in said)
    body = "".join(_zone_row(row, said[1:], names, language) for row in rows if _is_shown(row))
    table = (
        f'<div class="table-frame" role="region" tabindex="0" aria-label="{escape(str(first["name"]))}">'
        f'<table class="figure-table stacked-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
        if body
        else ""
    )
    notes = " ".join(escape(language.say(text)) for text in _purchase_notes(rows, names, language))
    return (
        f'<article class="purchase"><h3>{escape(str(first["name"]))} '
        f'<span class="state">{escape(language.say(STATES[first["state"]]))}</span></h3><p>{notes}</p>{table}</article>'
    )


def basis_text(row: Mapping[str, Any]) -> Text:
    """Return what an alone-estimate stands on."""
    return BASES.get(row["basis"], T("basis unknown"))


def _flow_row(
    rows: Sequence[Mapping[str, Any]],
    zone_codes: Sequence[str],
    names: Mapping[str, str],
    longest: Decimal,
    language: Language,
) -> str:
    first = rows[0]
    lifetime = language.say(lifetime_text(int(first["lifetime_months"]), language))
    cost = T("{amount} a year", amount=language.money(first["yearly_cost_eur"], 2))
    spread = T("{price}, over {lifetime}", price=language.money(first["price_eur"], 2), lifetime=lifetime)
    paid = [row for row in rows if row["share"]]
    width = 100 * first["yearly_cost_eur"] / longest
    segments = "".join(
        f'<span class="shade shade-{_shade(row["zone_code"], zone_codes)}" style="flex-grow:{row["share"]:f}"></span>'
        for row in paid
    )
    return (
        '<div class="flow-row" role="listitem">'
        f'<div class="flow-purchase"><strong>{escape(str(first["name"]))}</strong>'
        f"<span>{escape(language.say(cost))}</span><small>{escape(language.say(spread))}</small></div>"
        f'<div class="flow-key"><small>{escape(language.say(_key_text(first, language)))}</small></div>'
        f'<div class="flow-zones"><div class="flow-bar" style="width:{width:.2f}%" aria-hidden="true">{segments}</div>'
        f"<ul>{''.join(_flow_zone(row, zone_codes, names, language) for row in paid)}</ul></div></div>"
    )


def _flow_zone(
    row: Mapping[str, Any], zone_codes: Sequence[str], names: Mapping[str, str], language: Language
) -> str:
    return (
        f'<li><span class="swatch shade-{_shade(row["zone_code"], zone_codes)}" aria-hidden="true"></span>'
        f"{escape(_paid(row, names, language))}</li>"
    )


def _flow_total(
    running: pd.DataFrame, zone_codes: Sequence[str], names: Mapping[str, str], language: Language
) -> str:
    totals: dict[str | None, Decimal] = dict.fromkeys(zone_codes, Decimal(0))
    for row in running.to_dict("records"):
        code = None if pd.isna(row["zone_code"]) else row["zone_code"]
        totals[code] = totals.get(code, Decimal(0)) + (row["yearly_share_eur"] or Decimal(0))
    items = "".join(
        f'<li><span class="swatch shade-{_shade(code, zone_codes)}" aria-hidden="true"></span>'
        f"{escape(_zone_name(code, names, language))} <strong>{escape(language.money(total, 2))}</strong></li>"
        for code, total in totals.items()
    )
    cost = T("{amount} a year", amount=language.money(sum(totals.values(), Decimal(0)), 2))
    return (
        '<div class="flow-row flow-total" role="listitem">'
        f'<div class="flow-purchase"><strong>{escape(language.say(T("All together")))}</strong>'
        f"<span>{escape(language.say(cost))}</span></div><div></div>"
        f'<div class="flow-zones"><ul>{items}</ul></div></div>'
    )


def _zone_name(zone_code: str | None, names: Mapping[str, str], language: Language) -> str:
    return names.get(zone_code or "", language.say(T("not divided")))


def _key_text(row: Mapping[str, Any], language: Language) -> Text:
    if pd.isna(row["valid_from"]):
        return T("no key divides this")
    return T("key {key}, since {date}", key=str(row["key_id"]), date=language.date(row["valid_from"]))


def _paid(row: Mapping[str, Any], names: Mapping[str, str], language: Language) -> str:
    zone = _zone_name(None if pd.isna(row["zone_code"]) else row["zone_code"], names, language)
    amount, share = language.money(row["yearly_share_eur"], 2), language.percent(row["share"], 2)
    return f"{zone} {amount} ({share})"


def _shade(zone_code: Any, zone_codes: Sequence[str]) -> int:
    """Return the shade of a zone, counted from 1; 0 for what no key divides."""
    return zone_codes.index(zone_code) % SHADES + 1 if zone_code in zone_codes else 0


def _is_shown(row: Mapping[str, Any]) -> bool:
    return row["state"] != "incomplete" and not pd.isna(row["zone_code"])


def _zone_row(
    row: Mapping[str, Any], heads: Sequence[str], names: Mapping[str, str], language: Language
) -> str:
    cells = [
        language.percent(row["share"], 2),
        language.money(row["yearly_share_eur"], 2),
        _with_basis(language.money(row["yearly_estimate_eur"], 2), row, language),
        _with_basis(language.money(row["planned_saving_eur"], 2), row, language),
        _with_basis(language.money(row["realised_saving_eur"], 2), row, language),
        language.say(_pays_back_text(row, language)),
    ]
    body = "".join(
        f'<td data-label="{escape(head)}">{escape(cell)}</td>'
        for head, cell in zip(heads, cells, strict=True)
    )
    return f'<tr><th scope="row">{escape(names.get(row["zone_code"], str(row["zone_code"])))}</th>{body}</tr>'


def _with_basis(amount: str, row: Mapping[str, Any], language: Language) -> str:
    """Return an amount that leans on an estimate with what that estimate is."""
    if amount == language.money(None):
        return amount
    return f"{amount} ({language.say(basis_text(row))})"


def _pays_back_text(row: Mapping[str, Any], language: Language) -> Text | str:
    if pd.isna(row["never_pays_back"]):
        return language.money(None)
    return T("not within its lifetime") if row["never_pays_back"] else str(row["pays_back_in"])


def _purchase_notes(
    rows: Sequence[Mapping[str, Any]], names: Mapping[str, str], language: Language
) -> list[Text]:
    row = rows[0]
    price = language.money(row["price_eur"], 2)
    bought = language.date(row["purchase_date"])
    if row["state"] == "incomplete":
        return [
            T(
                "{price} on {date}; without a lifetime or a price nobody can say what it costs a year.",
                price=price,
                date=bought,
            )
        ]
    notes = [
        T(
            "{price} on {date}, paid off over {lifetime} up to {month}: {cost} a year.",
            price=price,
            date=bought,
            lifetime=lifetime_text(int(row["lifetime_months"]), language),
            month=language.month(row["last_month"]),
            cost=language.money(row["yearly_cost_eur"], 2),
        ),
        _key_sentence(row, language),
        *_earlier_key_sentences(rows, names, language),
    ]
    booked = row["booked_eur"]
    if booked is None:
        notes.append(T("No payment is booked on it yet, so no saving is realised."))
    elif booked < 0:
        notes.append(T("More was credited than invoiced, so what it really cost is not known."))
    elif row["invoiced_eur"] < row["price_eur"]:
        notes.append(
            T(
                "Invoiced so far: {invoiced}; what it really cost is known when all of it is invoiced.",
                invoiced=language.money(row["invoiced_eur"], 2),
            )
        )
    else:
        notes.append(T("Really paid, credit notes included: {booked}.", booked=language.money(booked, 2)))
    return notes


def _key_sentence(row: Mapping[str, Any], language: Language) -> Text:
    if pd.isna(row["valid_from"]):
        return T("No valid key divides it, so nobody knows which zone pays what.")
    return T("Divided by {key}.", key=_key_text(row, language))


def _earlier_key_sentences(
    rows: Sequence[Mapping[str, Any]], names: Mapping[str, str], language: Language
) -> list[Text]:
    """Return that another key held on the day of purchase, and what a planned saving takes by it; else nothing."""
    valid_from = rows[0]["valid_from"]
    if pd.isna(valid_from) or valid_from <= rows[0]["purchase_date"] or rows[0]["price_share_eur"] is None:
        return []
    planned = [row for row in rows if row["planned_saving_eur"] is not None]
    said = [
        T(
            "Until {date} an earlier version of the key held; the table shows the shares since then.",
            date=language.date(valid_from),
        )
    ]
    if planned:
        parts = [_planned_part(row, names, language) for row in planned]
        said.append(T("By the key of the day of purchase: {zones}.", zones=language.join(parts)))
    return said


def _planned_part(row: Mapping[str, Any], names: Mapping[str, str], language: Language) -> str:
    # A planned saving is the estimate less this part.
    part = row["estimate_eur"] - row["planned_saving_eur"]
    return language.say(
        T(
            "{zone} {share} ({amount} of the price)",
            zone=_zone_name(row["zone_code"], names, language),
            amount=language.money(part, 2),
            share=language.percent(part / row["price_eur"], 2),
        )
    )
