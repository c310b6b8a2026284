"""The slides on money: what a year costs, and the joint purchases."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from cooperation.answers.answer import Answer
from cooperation.answers.cost_coverage import cost_period, paying_zones, read_ledger, reference_month
from cooperation.answers.filters import Filters
from cooperation.answers.periods import PHASES
from cooperation.answers.slide import Bars, Figure, Series, Slide, Table, filled, spoken
from cooperation.answers.slide_material import NO_RELEVANT_DIFFERENCE, Material, known, verdict_key
from cooperation.language import TN, UNKNOWN, Language, T, Text
from cooperation.wording.choices import sides_texts
from cooperation.wording.costs import paying_place, prices_text
from cooperation.wording.names import zone_names
from cooperation.wording.verdicts import phase_text, reasons_text

# Beside what a zone bears of a purchase that would cost it less alone.
DEARER = "*"
COST: Mapping[str, Text] = {
    "lower": T("A year of police costs less than before the start"),
    "higher": T("A year of police costs more than before the start"),
    "no_demonstrable_difference": T("No demonstrable difference in what a year of police costs"),
    NO_RELEVANT_DIFFERENCE: T("No relevant difference in what a year of police costs"),
    "too_few_data": T("Too few years to say whether the police cost less or more"),
    "not_comparable": T("Before and after cannot be compared: less or more cost is not known"),
}


def costs_slide(material: Material) -> Slide | None:
    """Return what a year costs the zones before and after; None where no ledger was read."""
    filters = material.zone_filters
    comparison = material.ask("shared_costs/comparison", filters)
    rows = _rows_on_cost(comparison)
    yearly = material.ask("shared_costs/yearly", filters)
    if rows.empty or yearly.table["cost_eur"].isna().all():
        return None
    row = _of_all(rows)
    prices = prices_text(yearly.parameters)
    figure = Figure(
        label=material.say(T("{figure}, {prices}", figure=T("Cost of a year"), prices=prices)),
        figure=material.language.money(known(row["after"])),
        change=material.say(_change(material, row)),
        count=_years_known(material, row),
    )
    judgement = material.judged(row, _why(material, row) or "", higher_is_better=False)
    booked = booked_text(material, filters)
    picture = filled(_years(material, yearly.table))
    return Slide(
        key="costs",
        statement=material.of_place(filters, COST[verdict_key(row)]),
        counted=material.say(_counted(material, filters, prices)),
        note=(
            material.headed(
                T("Definition"),
                T(
                    "Cost of a year: ledger lines of the ordinary service, and the part of each joint purchase that is"
                    " paid off in that year. Payments of purchases are not counted a second time; other investments are"
                    " not in it."
                ),
            ),
            material.headed(T("What is counted"), _counted(material, filters, prices)),
            material.headed(T("Number of years"), T("{said}.", said=_number_of_years(material, row))),
            *_missing(material, filters),
            material.verdict_note(figure, judgement),
            *([] if booked is None else [material.headed(T("In the prices of then"), booked)]),
            material.source_note(comparison, yearly),
        ),
        answers=(comparison, yearly),
        figure=figure,
        judgement=judgement,
        picture=picture,
        picture_title=material.say(T("Cost of each whole year, {prices}", prices=prices)),
        alternative=material.one_by_one(material.said_bars(picture))
        if picture
        else material.figure_text(figure),
    )


def booked_text(material: Material, filters: Filters) -> str | None:
    """Return what a year costs in euros as they were paid, None where the figures are in these already."""
    if filters.prices == "nominal":
        return None
    rows = _rows_on_cost(
        material.ask("shared_costs/comparison", filters.with_(prices="nominal", base_year=""))
    )
    if rows.empty:
        return None
    sides = {phase: material.language.money(known(_of_all(rows)[phase])) for phase in PHASES}
    return material.say(
        T("As it was booked, not corrected for rising prices: {after} (was {before}).", **sides)
    )


def _rows_on_cost(comparison: Answer) -> pd.DataFrame:
    return comparison.table[comparison.table["measure"] == "cost"]


def _of_all(rows: pd.DataFrame) -> pd.Series:
    """Return the row of all zones together, else of the last zone."""
    together = rows[rows["zone_code"].isna()]
    return (rows if together.empty else together).iloc[-1]


def purchases_slide(material: Material) -> Slide | None:
    """Return the joint purchases with what each zone pays a year; None where there are none."""
    filters = material.zone_filters
    answer = material.ask("shared_costs/purchases", filters)
    table = answer.table
    if table.empty:
        return None
    codes = [
        code
        for code in paying_zones(material.evidence, filters, read_ledger(material.evidence))
        if (table["zone_code"] == code).any()
    ]
    own = table[(table["state"] == "running") & table["zone_code"].isin(codes)]
    month = material.language.month(reference_month(material.evidence, read_ledger(material.evidence)))
    running = own["investment_id"].nunique()
    picture = _purchases(material, table, codes)
    total = material.language.money(_sum(own["yearly_share_eur"]))
    return Slide(
        key="purchases",
        statement=material.of_place(
            filters,
            TN(
                "{count} joint purchase is being paid off: {amount} a year",
                "{count} joint purchases are being paid off: {amount} a year",
                running,
                amount=total,
            ),
        ),
        counted=material.say(
            T(
                "Joint purchases · {place} · as paid, as of {month}",
                place=paying_place(material.evidence, filters, material.language),
                month=month,
            )
        ),
        note=(
            material.headed(
                T("Definition"),
                T("Paid off in equal parts a month, from the month of purchase."),
            ),
            material.headed(
                T("Planned savings over the whole lifetime, by the key on the day of purchase"),
                _savings(material, table, codes),
            ),
            material.source_note(answer),
        ),
        answers=(answer,),
        picture=picture,
        picture_title=material.say(_title(picture)),
        alternative=spoken(picture.rows),
        in_short=_of_zones(material, own, codes),
    )


def _counted(material: Material, filters: Filters, prices: Text) -> Text:
    period = cost_period(material.evidence, filters, read_ledger(material.evidence))
    return T(
        "Running costs and joint purchases · {place} · {before} against {after}, {prices}",
        place=paying_place(material.evidence, filters, material.language),
        **sides_texts(period, material.language),
        prices=prices,
    )


def _change(material: Material, row: pd.Series) -> Text:
    money = material.language.money
    was = T("was {figure}", figure=money(known(row["before"])))
    low, high = known(row["low"]), known(row["high"])
    if row["verdict"] in ("too_few_data", "not_comparable") or low is None or high is None:
        return was
    if row["verdict"] == "no_demonstrable_difference":
        said = T("the difference lies between {low} and {high}", low=money(low), high=money(high))
        return T("{was} · {change}", was=was, change=said)
    amount = money(abs(row["difference"]))
    is_less = row["difference"] < 0
    change = T("{amount} lower", amount=amount) if is_less else T("{amount} higher", amount=amount)
    ends = [money(end) for end in sorted((abs(low), abs(high)))]
    interval = T("{change}, between {low} and {high}", change=change, low=ends[0], high=ends[1])
    return T("{was} · {change}", was=was, change=interval)


def _number_of_years(material: Material, row: pd.Series) -> Text:
    return T(
        "{before} whole years before and {after} after",
        before=material.language.number(row["before_count"]),
        after=material.language.number(row["after_count"]),
    )


def _years_known(material: Material, row: pd.Series) -> str:
    # Too few data says so itself.
    return "" if row["verdict"] == "too_few_data" else material.say(_number_of_years(material, row))


def _why(material: Material, row: pd.Series) -> Text | None:
    language = material.language
    match row["verdict"]:
        case "too_few_data":
            return TN(
                "{count} known year before and {after} after; a verdict takes {needed} on each side.",
                "{count} known years before and {after} after; a verdict takes {needed} on each side.",
                int(row["before_count"]),
                after=language.number(row["after_count"]),
                needed=language.number(material.evidence.settings.costs.minimum_verdict_years),
            )
        case "not_comparable":
            return reasons_text(row["reasons"], language)
        case "no_demonstrable_difference" if known(row["smallest_detectable"]) is not None:
            return T(
                "The smallest change that these data could have shown is {amount}.",
                amount=language.money(known(row["smallest_detectable"])),
            )
    return None


def _missing(material: Material, filters: Filters) -> list[tuple[str, str]]:
    count = len(material.ask("shared_costs/notices", filters).table)
    if not count:
        return []
    return [
        material.headed(
            T("Missing"),
            TN(
                "{count} remark on these figures stands on the page on costs.",
                "{count} remarks on these figures stand on the page on costs.",
                count,
            ),
        )
    ]


def _years(material: Material, yearly: pd.DataFrame) -> Bars:
    scope = yearly[yearly["zone_code"].isna() & yearly["is_whole_year"]]
    if scope.empty:
        scope = yearly[yearly["is_whole_year"]]
    return Bars(
        categories=tuple(str(year) for year in scope["year"]),
        series=tuple(
            Series(
                material.say(phase_text(phase)),
                phase,
                tuple(
                    known(row["cost_eur"]) if row["phase"] == phase else None
                    for row in scope.to_dict("records")
                ),
            )
            for phase in PHASES
        ),
        unit="money",
    )


def _of_zones(material: Material, own: pd.DataFrame, codes: list[str]) -> tuple[str, ...]:
    """Return what each zone bears a year of the purchases in use."""
    names = zone_names(material.evidence, material.language)
    sums = {code: _sum(own.loc[own["zone_code"] == code, "yearly_share_eur"]) for code in codes}
    return tuple(
        material.say(T("{place}: {amount} a year", place=names[code], amount=material.language.money(amount)))
        for code, amount in sums.items()
    )


def _title(picture: Table) -> Text:
    """Return what the amounts are, and what the sign means where one has it."""
    said = T("What each zone bears a year; amounts rounded to the euro")
    if any(cell.endswith(DEARER) for row in picture.rows for cell in row):
        return T("{said}; {sign} dearer than apart", said=said, sign=DEARER)
    return said


def _purchases(material: Material, table: pd.DataFrame, codes: list[str]) -> Table:
    """Return the purchases that run with their sum, and under it those that are not in it."""
    names = zone_names(material.evidence, material.language)
    running = table[table["state"] == "running"]
    rows = _purchase_rows(material, running, codes)
    if rows:
        rows.append(_sum_row(material, running, codes))
    rows += _purchase_rows(material, table[table["state"] != "running"], codes)
    return Table(
        head=(
            *map(material.say, (T("Purchase"), T("Price"), T("A year"))),
            *(names[code] for code in codes),
        ),
        rows=tuple(rows),
        is_figure=(False, *(True for _ in range(2 + len(codes)))),
    )


def _purchase_rows(material: Material, table: pd.DataFrame, codes: list[str]) -> list[tuple[str, ...]]:
    money = material.language.money
    rows = []
    for _, purchase in table.groupby("investment_id", sort=False):
        first: Mapping[str, Any] = purchase.iloc[0]
        by_zone = purchase.set_index("zone_code")
        rows.append(
            (
                _named(material, first),
                money(known(first["price_eur"])),
                money(known(first["yearly_cost_eur"])),
                *(_share(material, by_zone, code) for code in codes),
            )
        )
    return rows


def _share(material: Material, by_zone: pd.DataFrame, code: str) -> str:
    """Return what a zone bears of a purchase a year, with a sign where that is more than alone."""
    if code not in by_zone.index:
        return UNKNOWN
    share, alone = (known(by_zone.loc[code, f"yearly_{of}_eur"]) for of in ("share", "estimate"))
    amount = material.language.money(share)
    return f"{amount} {DEARER}" if share is not None and alone is not None and share > alone else amount


def _sum_row(material: Material, running: pd.DataFrame, codes: list[str]) -> tuple[str, ...]:
    """Return the sums of the purchases that run, of each zone that of its parts."""
    purchases = running.drop_duplicates("investment_id")
    sums = [_sum(purchases["price_eur"]), _sum(purchases["yearly_cost_eur"])]
    sums += [_sum(running.loc[running["zone_code"] == code, "yearly_share_eur"]) for code in codes]
    return material.say(T("In use now, together")), *map(material.language.money, sums)


def _sum(amounts: pd.Series) -> Decimal | None:
    """Return the sum of the amounts that are known, None where none is."""
    found = [amount for amount in amounts if known(amount) is not None]
    return sum(found, Decimal(0)) if found else None


def _named(material: Material, purchase: Mapping[str, Any]) -> str:
    """Return a purchase with its year, how it stands where it is not in use, and that it is from before the start."""
    day = purchase["purchase_date"]
    remarks = [str(day.year)] if not pd.isna(day) else []
    state = {
        "future": T("to come"),
        "incomplete": T("incomplete"),
        "written_off": T("paid off"),
    }.get(str(purchase["state"]))
    if state is not None:
        remarks.append(material.say(state))
    start = material.evidence.start(material.zone_filters)
    if not pd.isna(day) and pd.Timestamp(day).date() < start:
        remarks.append(material.say(T("from before the start")))
    name = str(purchase["name"])
    return f"{name} ({', '.join(remarks)})" if remarks else name


def _savings(material: Material, table: pd.DataFrame, codes: list[str]) -> str:
    """Return what each zone saves on each purchase by the estimate of alone, and over which months."""
    rows = table[table["zone_code"].isin(codes) & table["planned_saving_eur"].notna()]
    if rows.empty:
        return material.say(T("no estimate of what alone would cost"))
    return material.one_by_one(
        [_saving(material, purchase) for _, purchase in rows.groupby("investment_id", sort=False)]
    )


def _saving(material: Material, purchase: pd.DataFrame) -> str:
    language, names = material.language, zone_names(material.evidence, material.language)
    first = purchase.iloc[0]
    parts = [
        _saved(names[row["zone_code"]], row["planned_saving_eur"], language)
        for row in purchase.to_dict("records")
    ]
    return material.say(
        T(
            "{purchase}, {first} to {last}: {amounts}",
            purchase=first["name"],
            first=language.month(first["purchase_date"]),
            last=language.month(first["last_month"]),
            amounts=language.join(parts),
        )
    )


def _saved(place: str, saving: Decimal, language: Language) -> Text:
    """Return what a zone saves; less than nothing is said in words, for a minus sign is easily missed."""
    if saving < 0:
        return T("{place} {amount} dearer", place=place, amount=language.money(-saving))
    return T("{place} {amount}", place=place, amount=language.money(saving))
