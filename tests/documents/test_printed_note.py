"""The printed note read back: tagged, titled, in its language, four to eight pages, and the answers' figures in it."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from cooperation.answers.answer import Evidence
from cooperation.answers.board import asking, session
from cooperation.answers.filters import Filters
from cooperation.answers.periods import PHASES
from cooperation.answers.slide import Bars, Lines, Session, Table, written
from cooperation.documents.printed_note import note_bytes
from cooperation.documents.slides import INVENTED
from cooperation.language import LANGUAGES, speak
from cooperation.warehouse.database import open_database
from tests.browser import plain

A4_POINTS = (595, 842)
MOST_PAGES = 8


@pytest.fixture(scope="module")
def sessions(demonstration_database: Path) -> dict[str, Session]:
    evidence = Evidence(open_database(demonstration_database))
    ask = asking(evidence)
    return {code: session(evidence, Filters(), speak(code), ask=ask) for code in ("nl", "fr")}


@pytest.fixture(scope="module")
def notes(sessions: dict[str, Session]) -> dict[str, PdfReader]:
    return {
        languages: PdfReader(io.BytesIO(note_bytes([sessions[code] for code in languages.split("+")])))
        for languages in ("nl", "fr", "nl+fr")
    }


def text_of(note: PdfReader) -> str:
    return plain(" ".join(page.extract_text() for page in note.pages)).replace("- ", "-")


def test_a_note_is_accessible_and_as_long_as_a_note(
    notes: dict[str, PdfReader], sessions: dict[str, Session]
) -> None:
    for languages, note in notes.items():
        first = languages.split("+")[0]
        catalogue = note.trailer["/Root"]
        assert catalogue["/Lang"] == f"{first}-BE"
        assert catalogue["/MarkInfo"]["/Marked"]
        assert catalogue["/StructTreeRoot"]
        assert "pdfuaid" in note.xmp_metadata.stream.get_data().decode()
        assert note.metadata.title == sessions[first].title
        assert 4 <= len(note.pages) <= MOST_PAGES
        for page in note.pages:
            assert tuple(round(side) for side in page.mediabox[2:]) == A4_POINTS


@pytest.mark.parametrize(
    "filters",
    [
        Filters(zone_code=("5382",)),
        Filters(period="all"),
        # Every verdict refuses, with its reasons in full.
        Filters(municipality_nis=("73110",), period="2019-01..2019-03/2022-07..2022-09"),
    ],
    ids=["one zone", "all months", "not comparable"],
)
def test_a_note_of_any_choice_is_eight_pages_at_most_in_two_languages_too(
    filters: Filters, demonstration_database: Path
) -> None:
    evidence = Evidence(open_database(demonstration_database))
    ask = asking(evidence)
    made = {code: session(evidence, filters, speak(code), ask=ask) for code in LANGUAGES}
    for languages in (*LANGUAGES, "nl+fr"):
        note = PdfReader(io.BytesIO(note_bytes([made[code] for code in languages.split("+")])))
        assert 4 <= len(note.pages) <= MOST_PAGES, languages


def test_the_first_page_says_in_short_what_has_no_figure_and_pictures_say_more_than_the_headline(
    notes: dict[str, PdfReader], sessions: dict[str, Session]
) -> None:
    for code, made in sessions.items():
        first = plain(notes[code].pages[0].extract_text()).replace("- ", "-")
        for slide in made.slides:
            if slide.key in ("title", "limits", "method"):
                continue
            assert slide.figure or slide.in_short, slide.key
            assert [said for said in slide.in_short if plain(said) not in first] == []
            if isinstance(slide.picture, Bars):
                shown = [v for one in slide.picture.series for v in one.values if v is not None]
                figures = {written(value, slide.picture.unit, made.language) for value in shown}
                assert [figure for figure in figures if figure not in slide.alternative] == []
            if isinstance(slide.picture, Lines):
                for one in slide.picture.series:
                    shown = [value for value in one.values if value is not None]
                    for end in (min(shown), max(shown)):
                        assert written(end, slide.picture.unit, made.language) in slide.alternative


def test_every_page_says_that_its_figures_are_invented(notes: dict[str, PdfReader]) -> None:
    for languages, note in notes.items():
        said = [plain(speak(code).say(INVENTED)) for code in languages.split("+")]
        for page in note.pages:
            assert any(mark in plain(page.extract_text()) for mark in said)


def test_no_verdict_stands_alone_and_no_paragraph_twice(
    notes: dict[str, PdfReader], sessions: dict[str, Session]
) -> None:
    text = text_of(notes["nl"])
    verdicts = {slide.judgement.said for slide in sessions["nl"].slides if slide.judgement}
    assert verdicts
    for said in verdicts:
        assert f"Oordeel: {said}." in text
        # Once in short and once at its topic, each time by its name.
        assert not re.search(rf"[.)] {said}\.", text)
    assert text.count("Wat er geteld wordt: Oproepen van burgers") == 1


def test_the_note_says_what_the_command_line_answers(
    notes: dict[str, PdfReader], demonstration_database: Path, command_line: Callable[..., dict[str, Any]]
) -> None:
    language, text = speak("nl"), text_of(notes["nl"])

    def rows(name: str, **choice: str) -> list[dict[str, Any]]:
        return list(command_line(demonstration_database, name, **choice)["rows"])

    said = [language.duration(row[side]) for row in rows("overview/municipalities") for side in PHASES]
    said += [
        language.percent(row["share_of_calls"], 1)
        for row in rows("mutual_assistance/flows", priority="0,1,2", origin="citizen_call")
    ]
    said += [
        language.money(float(row["cost_eur"]))
        for row in rows("shared_costs/yearly")
        if row["zone_code"] is None and row["is_whole_year"]
    ]
    said += [language.money(float(row["price_eur"])) for row in rows("shared_costs/purchases")]
    assert len(set(said)) > 15
    assert [one for one in said if plain(one) not in text] == []


@pytest.mark.parametrize("code", ["nl", "fr"])
def test_every_figure_of_the_session_stands_in_the_note(
    code: str, notes: dict[str, PdfReader], sessions: dict[str, Session]
) -> None:
    language, text = speak(code), text_of(notes[code])
    figures = []
    for slide in sessions[code].slides:
        figures += [slide.figure.figure] if slide.figure else []
        if isinstance(slide.picture, Bars):
            for series in slide.picture.series:
                figures += [written(v, slide.picture.unit, language) for v in series.values if v is not None]
        if isinstance(slide.picture, Table):
            figures += [
                cell
                for row in slide.picture.rows
                for cell, is_figure in zip(row, slide.picture.is_figure, strict=True)
                if is_figure
            ]
    assert len(figures) > 30
    assert [figure for figure in figures if plain(figure) not in text] == []
