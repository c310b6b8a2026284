"""What became of every file and line, in words."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.filters import Filters
from cooperation.answers.response_times import completeness_changed
from cooperation.language import TN, Language, T, Text
from cooperation.settings import Comparison
from cooperation.warehouse.contract import DATA_SETS, INVESTMENTS
from cooperation.warehouse.database import Database
from cooperation.warehouse.limits import KEPT_TEXT

COMPLETENESS_COLUMNS = (
    "zone_code",
    "clock",
    "before_count",
    "after_count",
    "before_share",
    "after_share",
    "completeness_changed",
)
# What people wrote in their own words may name somebody: it stays in the files and off the screen.
FREE_TEXT_COLUMNS = ("nature", "description", "name")


def file_accounts(database: Database) -> pd.DataFrame:
    """Return one row per file: fate, lines read, accepted, duplicate, rejected."""
    return database.ask("pages/data_quality/file_accounts").table


def data_set_accounts(database: Database) -> pd.DataFrame:
    """Return one row per data set: lines read, accepted, duplicate, rejected."""
    return database.ask("pages/data_quality/data_set_accounts").table


def files(evidence: Evidence, filters: Filters) -> Answer:
    """Return `file_accounts`, for whoever asks by name; whatever the choice, every file is there."""
    return replace(evidence.ask("data_quality/file_accounts", filters), name="data_quality/files")


def data_sets(evidence: Evidence, filters: Filters) -> Answer:
    """Return `data_set_accounts`, for whoever asks by name."""
    return replace(evidence.ask("data_quality/data_set_accounts", filters), name="data_quality/data_sets")


def totals(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row: files, lines read, accepted, duplicate, rejected, cells emptied and warned about."""
    return evidence.ask("data_quality/totals", filters)


def freshness(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per data set and zone, also those without data: first and last day, lines, days since."""
    return evidence.ask(
        "data_quality/freshness",
        filters,
        data_sets=[data_set.name for data_set in DATA_SETS],
        data_sets_without_zone=[INVESTMENTS.name],
        today=date.today(),
    )


def reasons(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per rule, data set and column: how often it was broken, the first example, what was done."""
    return evidence.ask("data_quality/reasons", filters)


def rejects(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per refused line and reason, with its text; whatever the choice, every line is there."""
    return rejects_stretch(evidence, filters)


def rejects_stretch(
    evidence: Evidence,
    filters: Filters,
    rule: str | None = None,
    skipped_rows: int = 0,
    most_rows: int | None = None,
) -> Answer:
    """Return a stretch of `rejects`, of one rule where asked: a screen cannot hold a million lines."""
    return evidence.ask(
        "data_quality/rejects", filters, rule=rule, skipped_rows=skipped_rows, most_rows=most_rows
    )


def flagged_cells(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per rule, file and column: how many cells were emptied or warned about, and the first."""
    return evidence.ask("data_quality/flagged_cells", filters)


def doubtful_by_month(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per rule, month and phase: cells of accepted lines that were emptied or warned about."""
    return evidence.ask("data_quality/doubtful_by_month", filters)


def monthly_completeness(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per zone, clock, month, phase and whether compared: calls, and those with a known time."""
    return evidence.ask("data_quality/monthly_completeness", filters)


def completeness(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per zone and clock: calls and share (0 to 1) with a known time before and after.

    `zone_code` is missing in the rows of all counted zones together. `completeness_changed` says what the
    verdict says of such a change (`response_times.completeness_changed`).
    """
    monthly = monthly_completeness(evidence, filters)
    compared = monthly.table[monthly.table["in_comparison"]]
    together = compared.assign(zone_code=None)
    thresholds = evidence.settings.comparison
    rows = [
        {"zone_code": zone_code, "clock": clock} | _completeness_of(calls, thresholds)
        for table in (together, compared)
        for (zone_code, clock), calls in table.groupby(["zone_code", "clock"], sort=False, dropna=False)
    ]
    table = pd.DataFrame(rows, columns=COMPLETENESS_COLUMNS)
    # Without the zones as a missing value of its own kind, all of them would read "nan".
    table["zone_code"] = table["zone_code"].astype(object).where(table["zone_code"].notna(), None)
    return replace(monthly, name="data_quality/completeness", table=table)


def _completeness_of(calls: pd.DataFrame, thresholds: Comparison) -> dict[str, object]:
    sums = calls.groupby("phase")[["intervention_count", "known_count"]].sum().reindex(["before", "after"])
    shares = sums["known_count"] / sums["intervention_count"]
    counts = sums.fillna(0).astype(int)
    return {
        "before_count": counts["intervention_count"]["before"],
        "after_count": counts["intervention_count"]["after"],
        "before_share": shares["before"],
        "after_share": shares["after"],
        "completeness_changed": completeness_changed(shares, thresholds),
    }


def priority_mix(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per priority, month, phase and whether compared: its share of the calls, 0 to 1."""
    return evidence.ask("data_quality/priority_mix", filters)


def origin_mix(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per origin, month, phase and whether compared: its share of all interventions, 0 to 1."""
    return evidence.ask("data_quality/origin_mix", filters)


def left_out(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per measure, phase and reason: interventions that the measure leaves out, or "measured".

    For every measure they add up to all accepted interventions.
    """
    return evidence.ask("data_quality/left_out", filters)


def correction_layouts(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per layout with refused lines: header, delimiter, quote, how many lines and files."""
    return evidence.ask("data_quality/correction_layouts", filters, longest_kept_line=KEPT_TEXT)


def correction_lines(database: Database, header_line: str, delimiter: str, quote: str) -> pd.DataFrame:
    """Return the refused lines of one layout: file, line number, text, and whether its quotes are broken.

    A line that was too long to be kept whole is not among them: half a line must not be taken for one.
    """
    values = {
        "header_line": header_line,
        "delimiter": delimiter,
        "quote": quote,
        "longest_kept_line": KEPT_TEXT,
    }
    return database.ask("pages/data_quality/correction_lines", values).table


# Why a line was refused or a cell flagged, by rule.
RULES: Mapping[str, Text] = {
    "too_few_fields": T("the line has fewer cells than the header"),
    "too_many_fields": T("the line has more cells than the header"),
    "quote_not_closed": T("a quotation mark opens and does not close"),
    "line_too_long": T("the line is longer than a line can be"),
    "missing_value": T("a cell is empty that must not be"),
    "unreadable_received_at": T("the time of the call is no date"),
    "implausible_received_at": T("the call lies outside the years that can be"),
    "unknown_zone": T("no zone that takes part has this name or code"),
    "repeated_id": T("another line has the same id and other content"),
    "unknown_municipality": T("the municipality is not known"),
    "unknown_priority": T("the priority is not known, so the call is in no priority"),
    "unknown_origin": T("the origin is not known, so the call is of no origin"),
    "unreadable_time": T("the time is no date and time"),
    "time_of_day_missing": T("only the day of the call is known"),
    "clock_change_hour": T(
        "the time lies in the hour that comes twice or never, so no duration is taken from it"
    ),
    "unknown_intervention": T("there is no accepted intervention with this id"),
    "line_refused": T("the line was refused for its intervention"),
    "unknown_assistance": T("the kind of assistance is not known"),
    "arrival_before_call": T("the arrival lies before the call"),
    "dispatch_before_call": T("the dispatch lies before the call"),
    "departure_before_dispatch": T("the departure lies before the dispatch"),
    "cleared_before_arrival": T("the unit is free before it arrives"),
    "implausible_response": T("the arrival lies longer after the call than can be"),
    "arrival_before_dispatch": T("the arrival lies before the dispatch"),
    "replaced_by_later_file": T(
        "a later file says something else under the same id, and the profile lets it win"
    ),
    "outside_zone_life": T("the zone did not exist on that day"),
    "unreadable_date": T("the date is no day, such as 31/12/2023 or 2023-12-31"),
    "implausible_date": T("the date lies outside the years that can be; a year is written with four digits"),
    "unreadable_amount": T("the amount cannot be read with the decimal mark of its file"),
    "implausible_amount": T("the amount is larger than is likely"),
    "part_cents": T("the amount has more than cents, and was rounded to them"),
    "negative_amount": T("the amount is below zero"),
    "unknown_domain": T("the field is not one of the protocol"),
    "confidential_domain": T("of this field nothing but its start is shown"),
    "unknown_service": T("the service is neither ordinary nor extraordinary"),
    "unknown_category": T("the category of the cost is not known"),
    "unknown_purchase": T("the joint purchase stands in no list of purchases"),
    "credit_over_invoice": T("the credits of this purchase are larger than its invoices"),
    "payments_differ": T("the payments in the ledger do not add up to the price"),
    "purchase_in_future": T("the purchase lies after the last day that the exports tell of"),
    "unreadable_lifetime": T("the lifetime is no number"),
    "lifetime_not_positive": T("the lifetime is zero or less, so no yearly cost can be computed"),
    "implausible_lifetime": T("the lifetime is longer than can be"),
    "unknown_key": T("there is no accepted distribution key with this id"),
    "unreadable_share": T("the share is no number"),
    "share_out_of_range": T("the share does not lie between 0 and 1 (0 and 100 %)"),
    "shares_do_not_add_up": T("the shares of this key do not add up to 1 (100 %)"),
    "unknown_investment": T("there is no accepted joint purchase with this id"),
    "unknown_basis": T("the basis of the estimate is not known"),
    "missing_basis": T("the estimate does not say what it is based on"),
    "confidential": T("of informant management nothing but its start may be imported"),
    "unreadable_quantity": T("the quantity is no number"),
    "activity_in_future": T("the day had not come yet when the database was built"),
    "negative_quantity": T("the quantity is below zero"),
    "impossible_percentage": T("the percentage is higher than 100"),
    "percentage_as_share": T("the percentage is 1 or less: perhaps a share, 0.98 for 98 %"),
    "implausible_quantity": T("the quantity is larger than can be"),
    "fractional_count": T("the quantity is no whole number, though it counts whole things"),
    "total_of_its_year": T(
        "the quantity is what the other lines of its year add up to: a total would count everything twice"
    ),
    "perhaps_a_total": T(
        "the quantity may be the total of a quarter, half-year or year beside its own lines; then it counts twice"
    ),
    "told_by_another_file": T("a later file tells of the same day, indicator and zone; both are added up"),
    "unknown_indicator": T("the indicator is not known"),
    "other_domain": T("the field is not that of the indicator; the one of the indicator counts"),
    "unknown_partner_zone": T(
        "no zone that takes part has this name or code, so the partner zone is not known"
    ),
    "partner_is_own_zone": T("the partner zone is the zone itself"),
}
ACTIONS: Mapping[str, Text] = {
    "reject": T("the line is refused"),
    "empty": T("the cell counts as empty"),
    "warn": T("the cell counts, with this warning"),
}


def fate_text(account: Mapping[str, Any], language: Language) -> Text:
    """Return what became of a file in one sentence; `account` is a row of `file_accounts`."""
    lines, accepted, duplicate, rejected = (
        int(account[name]) for name in ("lines_read", "accepted", "duplicate", "rejected")
    )
    match account["fate"]:
        case "empty":
            return T("The file is empty; nothing was read.")
        case "not_text":
            return T("The file is not a text file; nothing was read.")
        case "cannot_be_opened":
            return T("The file cannot be opened; nothing was read.")
        case "kind_not_supported":
            return T("This kind of file is not read; export it as CSV, Excel or Parquet.")
        case "encrypted":
            return T("The file is locked with a password; nothing was read.")
        case "damaged":
            return T("The file is damaged; nothing was read. Export it once more.")
        case "too_large":
            return T("The file is larger, or grows larger, than can be read; nothing was read. Split it.")
        case "took_too_long":
            return T("Reading the file took too long; nothing was read. Export it as CSV.")
        case "too_many_parts":
            return T("The file holds more files or sheets than can be read; nothing was read. Split it.")
        case "archive_in_archive":
            return T("The file is an archive within an archive; nothing was read. Unpack it first.")
        case "too_many_columns":
            return TN(
                "The file has more columns than can be read, so {count} line was refused.",
                "The file has more columns than can be read, so {count} lines were refused.",
                count=lines,
            )
        case "only_header":
            return T("The file holds a header and no lines.")
        case "unknown_header" if lines == 0:
            return T("The header is not known and no line follows it; add a profile for this layout.")
        case "unknown_header":
            return TN(
                "The header is not known, so {count} line was refused; add a profile for this layout.",
                "The header is not known, so {count} lines were refused; add a profile for this layout.",
                count=lines,
            )
    if duplicate == lines:
        return TN(
            "Nothing new: the file's {count} line stands in another file too.",
            "Nothing new: all {count} lines stand in another file too.",
            count=lines,
        )
    if accepted == lines:
        return TN("Read: {count} line, accepted.", "Read: {count} lines, all accepted.", count=lines)
    return TN(
        "Read: {count} line; accepted {accepted}, duplicate {duplicate}, rejected {rejected}.",
        "Read: {count} lines; accepted {accepted}, duplicate {duplicate}, rejected {rejected}.",
        count=lines,
        accepted=language.number(accepted),
        duplicate=language.number(duplicate),
        rejected=language.number(rejected),
    )


def failure_text(code: str, message: str) -> Text:
    """Return why a build published nothing; `message` is what the software says of a failure of any other kind."""
    match code:
        case "exports_missing":
            return T("the folder with the exports is empty or cannot be reached")
        case "nothing_to_read":
            return T("no export holds a line that can be read")
        case "nothing_accepted":
            return T("no line was accepted")
        case "exports_changed":
            return T("the exports changed while they were read")
        case "file_unreadable":
            return T("the file {file} could not be read to its end", file=message)
        case "another_build":
            return T("another build has been busy for half an hour")
        case "disk_full":
            return T("the disk is full")
        case "memory_full":
            return T("the computer has too little memory free")
        case "folder_in_place":
            return T("a folder stands where the database should be: {folder}", folder=message)
        case "cannot_write":
            return T("the folder of the database has gone, or nothing may be written in it")
        case "broken_off":
            return T("the reading was broken off before its end")
    return T("the build stopped: {message}", message=message)


def failure_advice(code: str) -> Text:
    """Return what to do where a build published nothing."""
    match code:
        case "exports_missing":
            return T("Put the exports back in their folder, or connect the drive that it lies on.")
        case "nothing_to_read":
            return T("The list of files says what is wrong with each of them.")
        case "nothing_accepted":
            return T(
                "Look at the columns and the zones in the files: a profile or a setting does not fit them."
            )
        case "exports_changed":
            return T("Wait until all files are copied; the dashboard then reads them by itself.")
        case "file_unreadable":
            return T("Close the file in other programs, or copy it to the folder once more.")
        case "another_build":
            return T("End that build, or restart the computer.")
        case "disk_full":
            return T("Make room on the disk of the database; the dashboard tries again by itself.")
        case "memory_full":
            return T("Close other programs; the dashboard tries again by itself.")
        case "folder_in_place":
            return T("Name a file in that folder as the database, or move the folder away.")
        case "cannot_write":
            return T(
                "Put the folder back, or ask for the right to write in it; the dashboard tries again by itself."
            )
        case "broken_off":
            return T(
                "The dashboard tries again by itself. Should this come back, the computer has too little memory,"
                " or somebody ends the program."
            )
    return T(
        "Mend the file, the profile or the setting that is named; where none is, pass this message on to whoever"
        " looks after the dashboard."
    )


def unopened_files(database: Database) -> list[str]:
    """Return the names of the exports that could not be opened and therefore are not counted."""
    files = file_accounts(database)
    return list(files.loc[files["fate"] == "cannot_be_opened", "file_name"])
