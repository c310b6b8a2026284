"""A board's session as a file to keep: slides, a printed note, or the answers behind them as a workbook."""

import io
from collections.abc import Callable, Mapping, Sequence

from cooperation.answers.answer import Answer
from cooperation.answers.filters import Filters
from cooperation.answers.slide import Session
from cooperation.documents.csv_files import marked
from cooperation.documents.printed_note import note_bytes
from cooperation.documents.slides import INVENTED, slides_bytes
from cooperation.documents.workbooks import (
    About,
    Section,
    Sheet,
    SheetColumn,
    rows_of,
    sheet_names,
    write_workbook,
)
from cooperation.language import T
from cooperation.warehouse.dictionary import column

FORMATS = ("pptx", "pdf", "xlsx")
MEDIA_TYPES: Mapping[str, str] = {
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
DEMONSTRATION = "demonstration"


def report_bytes(sessions: Sequence[Session], file_format: str) -> bytes:
    """Return one or more sessions of the same choice, each in its language, as a file of this format."""
    write: Mapping[str, Callable[[Sequence[Session]], bytes]] = {
        "pptx": slides_bytes,
        "pdf": note_bytes,
        "xlsx": _workbook_bytes,
    }
    return write[file_format](sessions)


def report_name(
    filters: Filters, languages: Sequence[str], file_format: str, *, is_demonstration: bool
) -> str:
    """Return a file name that says of which choice and in which languages a report is, and whether it is invented."""
    parts = [DEMONSTRATION] if is_demonstration else []
    parts += ["board", *filters.zone_code, *filters.municipality_nis, *languages]
    return f"{'_'.join(parts)}.{file_format}"


def _workbook_bytes(sessions: Sequence[Session]) -> bytes:
    answers = list({answer.name: answer for slide in sessions[0].slides for answer in slide.answers}.values())
    first = sessions[0]
    say = first.language.say
    about_name = say(T("About"))
    names = sheet_names([answer.name for answer in answers], taken=[about_name])
    sections = [section for session in sessions for section in _sections(session)]
    written = io.BytesIO()
    write_workbook(
        written,
        About(about_name, first.title, sections),
        [
            _sheet(answer, name, is_demonstration=first.is_demonstration)
            for answer, name in zip(answers, names, strict=True)
        ],
    )
    return written.getvalue()


def _sections(session: Session) -> list[Section]:
    """Return what a reader must know of the tables, slide by slide: statement, what is counted, note."""
    opening = [(session.language.say(INVENTED),)] if session.is_demonstration else []
    return [
        Section(session.title, [*opening, (session.audience,), (session.source,)]),
        *(
            Section(slide.statement, [(slide.counted,), *slide.note])
            for slide in session.slides
            if slide.key != "title"
        ),
    ]


def _sheet(answer: Answer, name: str, *, is_demonstration: bool) -> Sheet:
    table = marked(answer.table, is_demonstration=is_demonstration)
    columns = [
        SheetColumn(name, column(answer.name, name).unit if name in answer.table.columns else "")
        for name in map(str, table.columns)
    ]
    return Sheet(name, columns, rows_of(table))
