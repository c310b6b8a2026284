"""python -m cooperation inspect | import: what the import page does, from the command line."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from cooperation.answers import import_choices
from cooperation.answers.data_quality import RULES, fate_text
from cooperation.answers.import_choices import (
    ChoiceError,
    choose_date_format,
    choose_meanings,
    choose_origins,
)
from cooperation.answers.import_exports import (
    DATA_SET_NAMES,
    Inspection,
    TrialAccount,
    draft_problem,
    gap_sentences,
    inspect_export,
    propose_draft,
    rehearse_import,
    text_of,
    trial_sentence,
)
from cooperation.language import Language, speak
from cooperation.settings import Settings, SettingsError, load_settings
from cooperation.warehouse.build import Sources
from cooperation.warehouse.incoming import TooLarge, discard, free_name, place, safe_name, stage
from cooperation.warehouse.profile_drafts import Draft, DraftError, ProfileTaken, save_profile
from cooperation.warehouse.profiles import ProfileError

DONE, NOTHING_IMPORTED, WRONG_CALL = 0, 1, 2
MEGABYTE = 1_000_000
IMPORT_HELP = (
    "Without --map, --mean, --dates and --save-profile the file must have a known layout. With any of them the columns"
    " are mapped as proposed (see: inspect), but for what these say.\n\n" + str(import_choices.__doc__)
)


def inspect(chosen: argparse.Namespace) -> int:
    """Print how each table of a file is written, the mapping that is proposed, and what a build would make of it."""
    language, sources = speak(chosen.language), _sources(chosen)
    try:
        tables = [
            _described(table, sources, chosen.database, language)
            for table in inspect_export(chosen.file, sources)
        ]
    except (ProfileError, SettingsError, OSError) as error:
        return _refused(str(error), WRONG_CALL)
    if chosen.json:
        print(json.dumps({"file": chosen.file.name, "tables": tables}, ensure_ascii=False, indent=2))
    else:
        for table in tables:
            _print_table(table, language)
    return DONE if any(table["trial"] for table in tables) else NOTHING_IMPORTED


def import_export(chosen: argparse.Namespace) -> int:
    """Try a file out, save its profile, put it among the exports; nothing changes where not a line would count."""
    language, sources = speak(chosen.language), _sources(chosen)
    try:
        settings = load_settings(sources.settings)
        inspection = _first_with_lines(inspect_export(chosen.file, sources))
        draft = _draft(chosen, inspection, sources)
        account = rehearse_import(chosen.file, sources, chosen.database, draft, whole=True)
    except DraftError as error:
        return _refused(_missing(error, inspection, language), WRONG_CALL)
    except (ChoiceError, ProfileError, SettingsError, OSError) as error:
        return _refused(str(error), WRONG_CALL)
    name = safe_name(chosen.name or chosen.file.name)
    printed: dict[str, Any] = {"imported": False, "file": name, "profile": None}
    printed["trial"] = _trial(account, settings, language)
    if not account.accepted:
        _print_import(printed, account, language, chosen.json)
        return _refused(_why_nothing(account, language), NOTHING_IMPORTED)
    if not chosen.dry_run:
        try:
            printed |= _put_in_place(chosen, sources, draft, name)
        except (FileExistsError, TooLarge, ProfileError, OSError) as error:
            return _refused(_why_not_placed(error, chosen), NOTHING_IMPORTED)
    _print_import(printed, account, language, chosen.json)
    return DONE


def _sources(chosen: argparse.Namespace) -> Sources:
    return Sources(chosen.exports, chosen.profiles, chosen.settings)


def _first_with_lines(tables: Sequence[Inspection]) -> Inspection:
    return next((table for table in tables if table.rows), tables[0])


def _draft(chosen: argparse.Namespace, inspection: Inspection, sources: Sources) -> Draft | None:
    """Return the mapping that was asked for, None where the layout is known and nothing else was said."""
    if chosen.profile and inspection.known_profile != chosen.profile:
        known = inspection.known_profile or "no profile"
        raise ChoiceError(f"the file does not go through the profile {chosen.profile!r}, but through {known}")
    if not (chosen.origins or chosen.meanings or chosen.dates or chosen.save_profile):
        return None
    if not chosen.save_profile and not chosen.dry_run:
        raise ChoiceError("say under which name the mapping is to be kept: --save-profile NAME")
    draft = choose_origins(propose_draft(inspection, sources), chosen.origins)
    draft = choose_date_format(choose_meanings(draft, chosen.meanings), chosen.dates)
    if draft.data_sets and chosen.save_profile:
        text_of(draft, chosen.file)
    return draft


def _put_in_place(
    chosen: argparse.Namespace, sources: Sources, draft: Draft | None, name: str
) -> dict[str, Any]:
    limit = load_settings(sources.settings).imports.largest_upload_megabytes * MEGABYTE
    with chosen.file.open("rb") as content:
        staged = stage(sources.exports, name, content, limit)
    saved: Path | None = None
    try:
        if draft is not None:
            saved = save_profile(sources.profiles, chosen.save_profile, text_of(draft, chosen.file))
        placed = place(sources.exports, staged, name)
    except BaseException:
        # Both or neither: a profile without its file would puzzle whoever finds it.
        discard(staged)
        if saved is not None:
            saved.unlink(missing_ok=True)
        raise
    return {"imported": True, "file": placed.path.name, "profile": saved.stem if saved else chosen.profile}


def _described(
    inspection: Inspection, sources: Sources, database: Path, language: Language
) -> dict[str, Any]:
    layout = inspection.layout
    described: dict[str, Any] = {
        "name": inspection.name,
        "fate": inspection.fate,
        "lines_read": inspection.lines_read,
        "layout": None,
        "profile": inspection.known_profile,
        "proposal": None,
        "trial": None,
    }
    if layout is None or not inspection.rows:
        return described
    described["layout"] = {
        "kind": layout.kind,
        "encoding": layout.encoding,
        "delimiter": layout.delimiter,
        "quote": layout.quote,
        "decimal_mark": layout.decimal_mark,
        "header_line_number": layout.header_line_number,
        "header": list(layout.header),
    }
    draft = None if inspection.known_profile else propose_draft(inspection, sources)
    try:
        if draft is not None:
            described["proposal"] = text_of(draft, inspection.file)
        account = rehearse_import(inspection.file, sources, database, draft)
        described["trial"] = _trial(account, load_settings(sources.settings), language)
    except DraftError as error:
        described["missing"] = error.code
        described["missing_text"] = _missing(error, inspection, language)
    return described


def _missing(error: DraftError, inspection: Inspection, language: Language) -> str:
    """Return what a mapping lacks, with the names that --map takes."""
    said = language.say(draft_problem(error, inspection.header, tuple(DATA_SET_NAMES)))
    return f"{said} ({error})" if error.data_set else said


def _trial(account: TrialAccount, settings: Settings, language: Language) -> dict[str, Any]:
    reasons = account.reasons.to_dict("records")
    return {
        "is_sample": account.is_sample,
        "is_beside_others": account.is_beside_others,
        "failure": account.failure,
        "data_sets": {data_set.data_set: vars(data_set) for data_set in account.data_sets},
        "reasons": [
            {
                "data_set": row["data_set"],
                "rule": row["rule"],
                "action": row["action"],
                "column": None if pd.isna(row["column_name"]) else row["column_name"],
                "count": int(row["finding_count"]),
                "first_lines": [int(line) for line in row["first_line_numbers"]],
            }
            for row in reasons
        ],
        "gaps": vars(account.gaps),
        "not_in_headline": [language.say(said) for said in gap_sentences(account.gaps, settings, language)],
    }


def _print_table(table: dict[str, Any], language: Language) -> None:
    print(f"{table['name']}: {table['fate'] or 'read'}, {table['lines_read']} lines")
    for name, found in (table["layout"] or {}).items():
        print(f"  {name}: {found!r}")
    if table["profile"]:
        print(f"  profile: {table['profile']}")
    if table["proposal"]:
        print("  proposed profile:\n" + table["proposal"])
    if table.get("missing"):
        print(f"  no mapping can be proposed: {table['missing_text']}")
        print("  say it with import --map DATA_SET.COLUMN=COLUMN_OF_THE_FILE, see import --help")
    if table["trial"]:
        _print_trial(table["trial"], language)


def _print_trial(trial: dict[str, Any], language: Language) -> None:
    if trial["is_sample"]:
        print("  only the first lines were tried")
    for name, data_set in trial["data_sets"].items():
        counts = ", ".join(
            f"{part} {data_set[part]}" for part in ("lines_read", "accepted", "duplicate", "rejected")
        )
        print(f"  {name}: {counts}")
    for said in trial["not_in_headline"]:
        print(f"  {said}")
    for reason in trial["reasons"]:
        lines = ", ".join(map(str, reason["first_lines"]))
        said = language.say(RULES[reason["rule"]])
        found = f"{reason['action']} {reason['count']} x {reason['column'] or 'line'}"
        print(f"    {reason['data_set']}: {found}: {said} (line {lines})")


def _print_import(printed: dict[str, Any], account: TrialAccount, language: Language, as_json: bool) -> None:
    if as_json:
        print(json.dumps(printed, ensure_ascii=False, indent=2))
        return
    for data_set in account.data_sets:
        print(f"{data_set.data_set}: {language.say(trial_sentence(data_set, language))}")
    _print_trial(printed["trial"] | {"data_sets": {}}, language)
    if printed["imported"]:
        print(f"{printed['file']} is among the exports now; build, or open the dashboard, to count it.")


def _why_nothing(account: TrialAccount, language: Language) -> str:
    if account.failure:
        return account.failure
    counts = dict.fromkeys(("accepted", "duplicate", "rejected"), 0)
    return language.say(fate_text(counts | dict(account.fate), language))


def _why_not_placed(error: Exception, chosen: argparse.Namespace) -> str:
    if isinstance(error, ProfileTaken):
        return f"there is a profile called {error} already; give another --save-profile"
    if isinstance(error, FileExistsError):
        return f"there is an export called {error} already; --name {free_name(chosen.exports, str(error))!r} is free"
    if isinstance(error, TooLarge):
        return f"{error} is larger than the settings allow"
    return str(error)


def _refused(why: str, code: int) -> int:
    print(f"Nothing was imported: {why}", file=sys.stderr)
    return code
