"""Files of whole tables, sent while they are made: no file is ever held whole, however many rows it has."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from urllib.parse import quote, urlencode

import streamlit as st
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from cooperation.answers.answer import Evidence
from cooperation.answers.downloads import (
    AnswerRows,
    Rows,
    browsable_tables,
    compared_months,
    is_answer,
    is_browsable,
    rows_of,
)
from cooperation.answers.filters import FILTER_NAMES, FilterError, Filters, filters_from_pairs
from cooperation.answers.reproduction import (
    conditions_in_link,
    conditions_in_name,
    filters_in_name,
    made_by,
    order_text,
    read_conditions,
    read_order,
)
from cooperation.documents.csv_files import marks
from cooperation.documents.file_texts import about_figures, about_rows
from cooperation.documents.table_files import (
    ENDINGS,
    FILE_FORMATS,
    MEDIA_TYPES,
    FileFormat,
    archive_pieces,
    file_pieces,
    fits,
    workbook_pieces,
    workbook_sheet,
)
from cooperation.documents.table_schema import data_package
from cooperation.documents.workbooks import MOST_ROWS_OF_A_TABLE, About
from cooperation.language import LANGUAGES, Language, T, Text, speak
from cooperation.screen import caching
from cooperation.screen.choices import LANGUAGE_PARAMETER, link_parameters
from cooperation.screen.figures import file_stem
from cooperation.warehouse.browsing import EVERY_ROW, RowChoice, RowChoiceError
from cooperation.warehouse.database import DatabaseUnreadable
from cooperation.warehouse.publishing import NothingPublished

TABLE_PATH, EVERYTHING_PATH = "files/table", "files/everything.zip"
TICKET = "ticket"
LONGEST_TICKET = 40
SECONDS_TO_SEE_IT = 60


def routes() -> list[BaseRoute]:
    """Return what the web server answers beside the pages."""
    return [
        Route(f"/{TABLE_PATH}", _answered(table_file), methods=["GET"]),
        Route(f"/{EVERYTHING_PATH}", _answered(everything), methods=["GET"]),
    ]


def table_address(
    table: str, file_format: FileFormat, filters: Filters, choice: RowChoice, language: str
) -> str:
    """Return the address of a file, relative to a page; the same address gives the same rows as the page."""
    own = {
        "table": table,
        "format": file_format,
        "where": conditions_in_link(choice.conditions),
        "sort": order_text(choice),
    }
    of_filters = link_parameters(filters, language) if is_answer(table) else {LANGUAGE_PARAMETER: [language]}
    asked = {name: [value] for name, value in own.items() if value} | of_filters
    return f"{TABLE_PATH}?{urlencode(asked, doseq=True)}"


def everything_address(filters: Filters, language: str) -> str:
    """Return the address of the archive with every table, relative to a page."""
    return f"{EVERYTHING_PATH}?{urlencode(link_parameters(filters, language), doseq=True)}"


def rows_on_screen(evidence: Evidence, path: str, table: str, filters: Filters, choice: RowChoice) -> Rows:
    """Return the rows that a page and its files hold alike; RowChoiceError for what does not exist."""
    if is_answer(table) and is_browsable(evidence, table):
        return AnswerRows(caching.ask_of(evidence, table, path, filters), choice)
    return rows_of(evidence, table, filters, choice)


def table_file(request: Request) -> Response:
    """Return the file that an address asks for, or why it cannot be had."""
    asked = request.query_params
    language = _language(asked)
    path = caching.published_path()
    evidence = caching.evidence(path, request.headers)
    filters = _filters(asked, evidence)
    order_by, is_descending = read_order(asked.get("sort", ""))
    choice = RowChoice(read_conditions(asked.get("where", "")), order_by, is_descending)
    rows = rows_on_screen(evidence, path, asked.get("table", ""), filters, choice)
    file_format = asked.get("format", "")
    if file_format not in FILE_FORMATS:
        raise RowChoiceError("format", file_format)
    if not fits(rows, file_format):
        return _too_long(rows, language)
    pieces = file_pieces(
        rows,
        file_format,
        _marks(evidence, rows, filters, choice),
        partial(about_rows, evidence, rows, filters, choice, language),
    )
    # Made up to its first byte before anything is sent, so that the page can tell when a workbook is there.
    begun = itertools.chain([next(pieces)], pieces)
    name = f"{file_name(evidence, rows, choice)}{_flavour(file_format)}.{ENDINGS[file_format]}"
    response = _as_file(begun, name, MEDIA_TYPES[file_format])
    _say_it_is_made(response, asked.get(TICKET, ""))
    return response


def everything(request: Request) -> Response:
    """Return an archive with every table as CSV and Parquet, the figures as one workbook, and what columns mean."""
    asked = request.query_params
    language = _language(asked)
    path = caching.published_path()
    evidence = caching.evidence(path, request.headers)
    filters = _filters(asked, evidence)
    name = f"{_named(evidence, 'samenwerkingsmonitor', filters_in_name(filters))}.zip"
    return _as_file(archive_pieces(_members(evidence, path, filters, language)), name, "application/zip")


def file_name(evidence: Evidence, rows: Rows, choice: RowChoice) -> str:
    """Return a file's name without ending: which table, of which choice, whether invented."""
    parts = conditions_in_name(choice)
    if isinstance(rows, AnswerRows):
        return "_".join([file_stem(rows.answer, evidence), *parts])
    return _named(evidence, rows.table.name, parts)


def _named(evidence: Evidence, what: str, chosen: Sequence[str]) -> str:
    return _invented(evidence) + "_".join([what, *chosen, f"until{evidence.last_day:%Y%m%d}"])


def _members(
    evidence: Evidence, path: str, filters: Filters, language: Language
) -> Iterator[tuple[str, Callable[[], Iterator[bytes]]]]:
    """Yield the members of the archive, each made only when its turn comes."""
    invented = _invented(evidence)
    tables = browsable_tables(with_small_counts=not evidence.hides_small_counts)
    every = [rows_on_screen(evidence, path, entry.name, filters, EVERY_ROW) for entry in tables]
    stems = [f"{rows.table.level}/{file_name(evidence, rows, EVERY_ROW)}" for rows in every]
    of_csv = {f"{stem}.csv": rows for stem, rows in zip(stems, every, strict=True)}
    package = data_package(of_csv, evidence, filters, language.code)
    # The one name by which tools look for it; the choice stands in it.
    yield f"{invented}datapackage.json", lambda: iter([package])
    figures = [rows for rows in every if isinstance(rows, AnswerRows)]
    workbook = _named(evidence, "figures", filters_in_name(filters))
    yield f"{workbook}.xlsx", partial(_figures, figures, evidence, filters, language)
    for stem, rows in zip(stems, every, strict=True):
        said = _marks(evidence, rows, filters, EVERY_ROW)
        for file_format in ("international", "parquet"):
            yield f"{stem}.{ENDINGS[file_format]}", partial(file_pieces, rows, file_format, said, _no_about)


def _figures(
    figures: list[AnswerRows], evidence: Evidence, filters: Filters, language: Language
) -> Iterator[bytes]:
    about = about_figures(figures, evidence, filters, language)
    sheets = (
        workbook_sheet(rows, _marks(evidence, rows, filters, EVERY_ROW), rows.table.name) for rows in figures
    )
    return workbook_pieces(about, sheets)


def _no_about() -> About:
    raise AssertionError("only a workbook has a first sheet")


def _marks(evidence: Evidence, rows: Rows, filters: Filters, choice: RowChoice) -> Mapping[str, str]:
    return marks(
        is_demonstration=evidence.coverage.is_demonstration,
        made_by=made_by(evidence, rows.table.name, filters, compared_months(rows), choice),
    )


def _filters(asked: QueryParams, evidence: Evidence) -> Filters:
    filters = filters_from_pairs((name, value) for name, value in asked.multi_items() if name in FILTER_NAMES)
    evidence.check(filters)
    return filters


def _language(asked: QueryParams) -> Language:
    code = asked.get(LANGUAGE_PARAMETER, "")
    return speak(code if code in LANGUAGES else LANGUAGES[0])


def _flavour(file_format: str) -> str:
    return f"_{file_format}" if file_format in ("belgian_excel", "international") else ""


def _invented(evidence: Evidence) -> str:
    return "demonstration_" if evidence.coverage.is_demonstration else ""


def _as_file(pieces: Iterator[bytes], name: str, media_type: str) -> Response:
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return StreamingResponse(pieces, media_type=media_type, headers=headers)


def _say_it_is_made(response: Response, ticket: str) -> None:
    """Tell the page that asked under a ticket that its file is made: a cookie is all that it sees of a download."""
    if ticket.isascii() and ticket.isalnum() and len(ticket) <= LONGEST_TICKET:
        response.set_cookie(f"made-{ticket}", "1", max_age=SECONDS_TO_SEE_IT, samesite="strict")


def _too_long(rows: Rows, language: Language) -> Response:
    return PlainTextResponse(language.say(too_long_text(rows, language)), status_code=413)


def too_long_text(rows: Rows, language: Language) -> Text:
    """Return why a table cannot be a workbook, and what to take instead."""
    return T(
        "These {count} rows do not fit in a sheet of Excel, which ends at {most}; take the CSV or Parquet, which"
        " hold all of them, or choose fewer rows.",
        count=language.number(rows.count),
        most=language.number(MOST_ROWS_OF_A_TABLE),
    )


def _answered(make: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """Return an endpoint that makes a file, or says in words why it cannot."""

    def endpoint(request: Request) -> Response:
        if not _host_is_allowed(request):
            return PlainTextResponse("This host is not served.", status_code=400)
        try:
            return make(request)
        except (FilterError, RowChoiceError) as error:
            return PlainTextResponse(str(error), status_code=400)
        except (NothingPublished, DatabaseUnreadable):
            said = _language(request.query_params).say(T("There are no figures yet"))
            return PlainTextResponse(said, status_code=503)

    return endpoint


def _host_is_allowed(request: Request) -> bool:
    """Tell whether a request names a host that the settings of the server allow, as its pages ask for."""
    allowed = st.get_option("server.allowedHosts")
    return not allowed or request.url.hostname in allowed
