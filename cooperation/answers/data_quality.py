"""What became of every file and line, in words."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.filters import Filters
from cooperation.language import TN, Language, T, Text
from cooperation.warehouse.database import Database


def file_accounts(database: Database) -> pd.DataFrame:
    """Return one row per file: fate, lines read, accepted, duplicate, rejected."""
    return database.ask("pages/data_quality/file_accounts").table


def data_set_accounts(database: Database) -> pd.DataFrame:
    """Return one row per data set: lines read, accepted, duplicate, rejected."""
    return database.ask("pages/data_quality/data_set_accounts").table


def rejects(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per refused line and reason, with its text; whatever the choice, every line is there."""
    return evidence.ask("data_quality/rejects", filters)


def flagged_cells(evidence: Evidence, filters: Filters) -> Answer:
    """Return one row per rule, file and column: how many cells were emptied or warned about, and the first."""
    return evidence.ask("data_quality/flagged_cells", filters)


# Why a line was refused or a cell flagged, by rule.
RULES: Mapping[str, Text] = {
    "too_few_fields": T("the line has fewer cells than the header"),
    "too_many_fields": T("the line has more cells than the header"),
    "quote_not_closed": T("a quotation mark opens and does not close"),
    "line_too_long": T("the line is longer than a line can be"),
    "missing_value": T("a cell is empty that must not be"),
    "unreadable_received_at": T("the time of the call is no date"),
    "implausible_received_at": T("the call lies outside the years that can be"),
    "unknown_zone": T("the zone takes no part"),
    "repeated_id": T("another line has the same id and other content"),
    "unknown_municipality": T("the municipality is not known"),
    "unknown_priority": T("the priority is not known, so the call is in no priority"),
    "unknown_origin": T("the origin is not known, so the call is of no origin"),
    "unreadable_time": T("the time is no date and time"),
    "time_of_day_missing": T("only the day of the call is known"),
    "clock_change_hour": T("the time lies in the hour that comes twice or never"),
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
    "unreadable_date": T("the date is no date"),
    "implausible_date": T("the date lies outside the years that can be"),
    "unreadable_amount": T("the amount cannot be read with the decimal mark of its file"),
    "implausible_amount": T("the amount is larger than can be"),
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
    "negative_quantity": T("the quantity is below zero"),
    "unknown_indicator": T("the indicator is not known"),
    "other_domain": T("the field is not that of the indicator; the one of the indicator counts"),
    "unknown_partner_zone": T("the partner zone takes no part"),
    "partner_is_own_zone": T("the partner zone is the zone itself"),
}
ACTIONS: Mapping[str, Text] = {
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
        case "nothing_to_read":
            return T("no export holds a line that can be read")
        case "nothing_accepted":
            return T("no line was accepted")
        case "exports_changed":
            return T("the exports changed while they were read; they are read again")
    return T("the build stopped: {message}", message=message)
