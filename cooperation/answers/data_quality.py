"""What became of every file and line, in words."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cooperation.language import TN, Language, T, Text
from cooperation.warehouse.database import Database


def file_accounts(database: Database) -> pd.DataFrame:
    """Return one row per file: fate, lines read, accepted, duplicate, rejected."""
    return database.ask("pages/data_quality/file_accounts").table


def data_set_accounts(database: Database) -> pd.DataFrame:
    """Return one row per data set: lines read, accepted, duplicate, rejected."""
    return database.ask("pages/data_quality/data_set_accounts").table


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
            return T("This kind of file is not read; export it as CSV.")
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
            return T("no intervention was accepted")
        case "exports_changed":
            return T("the exports changed while they were read; they are read again")
    return T("the build stopped: {message}", message=message)
