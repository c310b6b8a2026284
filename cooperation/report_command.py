"""python -m cooperation report: the board's session as a file, for a scheduled run."""

import argparse
import sys
from pathlib import Path

from cooperation.answers.answer import Evidence
from cooperation.answers.board import SLIDE_KEYS, asking, check_place, merged, session
from cooperation.answers.filters import FilterError, Filters, filters_from_pairs
from cooperation.documents.reports import DEMONSTRATION, report_bytes
from cooperation.language import LANGUAGES, speak
from cooperation.warehouse.database import open_database
from cooperation.wording.choices import merged_text

DONE, NOTHING_WRITTEN = 0, 1
# Of what a command says beside its file.
ENGLISH = speak("en")
LANGUAGE_CHOICES = (*LANGUAGES, "nl+fr")


def report(chosen: argparse.Namespace) -> int:
    """Write the session of a choice to a file and print its path; invented figures say so in the file's name.

    FilterError for a choice that does not exist, or a file whose name says another format; NothingPublished or
    DatabaseUnreadable where nothing can be read.
    """
    out = _named(chosen.out, chosen.format)
    filters = _filters(chosen)
    evidence = Evidence(open_database(chosen.database))
    check_place(evidence, filters)
    for old, new in merged(evidence, filters).items():
        print(ENGLISH.say(merged_text(evidence, old, new, ENGLISH)), file=sys.stderr)
    ask = asking(evidence)
    slides = SLIDE_KEYS if chosen.slides is None else chosen.slides.split(",")
    sessions = [
        session(evidence, filters, speak(code), audience=chosen.audience, slides=slides, ask=ask)
        for code in chosen.language.split("+")
    ]
    if not sessions[0].slides:
        print("None of the chosen slides has anything to show", file=sys.stderr)
        return NOTHING_WRITTEN
    path = _marked(out) if sessions[0].is_demonstration else out
    try:
        path.write_bytes(report_bytes(sessions, chosen.format))
    except FileNotFoundError:
        print(f"{path} cannot be written: there is no folder {path.parent}", file=sys.stderr)
        return NOTHING_WRITTEN
    except OSError as error:
        print(f"{path} cannot be written: {error.strerror}", file=sys.stderr)
        return NOTHING_WRITTEN
    print(path)
    return DONE


def _named(path: Path, file_format: str) -> Path:
    """Return the path of the file with its ending; FilterError where it is a folder or ends as another kind of file."""
    if path.is_dir():
        raise FilterError(f"--out {str(path)!r} is a folder; name the file that is to be written in it")
    ending = path.suffix.removeprefix(".").lower()
    if ending.isalpha() and ending != file_format:
        raise FilterError(f"--out {path.name!r} does not end in .{file_format}, which --format asks for")
    return path if ending == file_format else path.with_name(f"{path.name}.{file_format}")


def _filters(chosen: argparse.Namespace) -> Filters:
    for option, codes in (("--zone", chosen.zone), ("--municipality", chosen.municipality)):
        # An empty code, as a script's empty variable makes it, must not mean all of them.
        if any(not part for code in codes for part in code.split(",")):
            raise FilterError(f"{option} is empty; name a code or leave the option out")
    pairs = [("zone_code", code) for code in chosen.zone]
    pairs += [("municipality_nis", code) for code in chosen.municipality]
    pairs += [] if chosen.period is None else [("period", chosen.period)]
    return filters_from_pairs(pairs)


def _marked(path: Path) -> Path:
    """Return the path of a file of invented figures: its name must say so wherever it goes."""
    return path if DEMONSTRATION in path.name else path.with_name(f"{DEMONSTRATION}_{path.name}")
