"""Slides read back: charts hold the answers' numbers, texts fit, notes and alternatives are there, office opens it."""

import io
import posixpath
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from math import nan
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from pptx import Presentation
from pptx.enum.chart import XL_CHART_TYPE
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.board import asking, session
from cooperation.answers.filters import Filters
from cooperation.answers.periods import PHASES
from cooperation.answers.promise_evidence import Ask
from cooperation.answers.slide import Bars, Figure, Judgement, Lines, Points, Session, Slide, Table, spoken
from cooperation.documents import stage
from cooperation.documents.slides import INVENTED, LOCALES, SECONDS_A_DAY, slides_bytes
from cooperation.language import LANGUAGES, Language, speak
from cooperation.screen.board_slides import board_script
from cooperation.warehouse.database import open_database
from tests.browser import plain

EMU_A_PIXEL = 9525
# Widths of letters of Arial's bold type against its height, from its metrics; of a digit and most others 0.556.
ARIAL_BOLD = dict.fromkeys(" \u00a0\u202f.,:i", 0.278) | dict.fromkeys("m%", 0.889) | {"n": 0.611, "u": 0.611}
# The longest name of a municipality in Belgium, and amounts of ten digits.
LENGTHENED = {"Bilzen-Hoeselt": "Saint-Georges-sur-Meuse"} | {
    f"11{mark}": f"9{mark}911{mark}" for mark in (".", ",", "\u202f", "\u00a0")
}
# The children of a chart's elements, in the order of its schema (ECMA-376, part 1, 21.2).
AXIS = "axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark minorTickMark tickLblPos"
AXIS += " spPr txPr crossAx crosses crossesAt"
CHART_ORDER = {
    element: order.split()
    for element, order in {
        "chart": "title autoTitleDeleted plotArea legend plotVisOnly dispBlanksAs showDLblsOverMax extLst",
        "plotArea": "layout barChart lineChart catAx dateAx valAx spPr extLst",
        "barChart": "barDir grouping varyColors ser dLbls gapWidth overlap serLines axId extLst",
        "lineChart": "grouping varyColors ser dLbls dropLines hiLowLines upDownBars marker smooth axId extLst",
        "ser": "idx order tx spPr invertIfNegative marker dPt dLbls cat val smooth extLst",
        "catAx": f"{AXIS} auto lblAlgn lblOffset noMultiLvlLbl extLst",
        "dateAx": f"{AXIS} auto lblOffset baseTimeUnit majorUnit majorTimeUnit minorUnit minorTimeUnit extLst",
        "valAx": f"{AXIS} crossBetween majorUnit minorUnit dispUnits extLst",
        "scaling": "logBase orientation max min extLst",
    }.items()
}
CALLS_OF_THE_HEADLINE = {"priority": "0,1,2", "origin": "citizen_call"}
SMALLEST_POINTS = stage.SMALLEST * 0.75
CHOICES = {
    "all": Filters(),
    "voeren": Filters(municipality_nis=("73109",)),
    # No calendar month in common: every verdict refuses, with its reason in full.
    "not comparable": Filters(municipality_nis=("73110",), period="2019-01..2019-03/2022-07..2022-09"),
}


@pytest.fixture(scope="module")
def sessions(demonstration_database: Path) -> dict[tuple[str, str], Session]:
    evidence = Evidence(open_database(demonstration_database))
    ask = asking(evidence)
    return {
        (choice, code): session(evidence, filters, speak(code), ask=ask)
        for choice, filters in CHOICES.items()
        for code in LANGUAGES
    }


@pytest.fixture(scope="module")
def files(sessions: dict[tuple[str, str], Session]) -> dict[tuple[str, str], Any]:
    return {key: drawn(made) for key, made in sessions.items()}


def drawn(*sessions: Session) -> Any:
    return Presentation(io.BytesIO(slides_bytes(sessions)))


def in_seconds(values: Any, unit: str) -> list[float]:
    factor = SECONDS_A_DAY if unit == "duration" else 1
    return [nan if value is None else value * factor for value in values]


def test_charts_and_tables_hold_what_the_answers_say(
    sessions: dict[tuple[str, str], Session], files: dict[tuple[str, str], Any]
) -> None:
    chart_count = 0
    for (choice, code), made in sessions.items():
        parts = [part for slide in made.slides for part in stage.parts_of(slide)]
        for part, shown in zip(parts, files[choice, code].slides, strict=True):
            assert shown.shapes.title.text_frame.text == part.statement
            charts = [shape.chart for shape in shown.shapes if shape.has_chart]
            tables = [shape.table for shape in shown.shapes if shape.has_table]
            if isinstance(part.picture, Bars | Lines):
                chart_count += 1
                for series, wanted in zip(charts[0].plots[0].series, part.picture.series, strict=True):
                    held = in_seconds(series.values, part.picture.unit)
                    answered = [nan if value is None else value for value in wanted.values]
                    assert held == pytest.approx(answered, rel=0, abs=1e-6, nan_ok=True), (code, part.key)
            if isinstance(part.picture, Bars):
                assert list(charts[0].plots[0].categories) == list(part.picture.categories)
            if isinstance(part.picture, Table):
                cells = [tuple(cell.text for cell in row.cells) for row in tables[0].rows]
                assert cells == [part.picture.head, *part.picture.rows]
    assert chart_count >= 4 * len(sessions)


def test_charts_hold_exactly_what_the_command_line_answers(
    files: dict[tuple[str, str], Any],
    demonstration_database: Path,
    command_line: Callable[..., dict[str, Any]],
) -> None:
    def rows(name: str, **choice: str) -> list[dict[str, Any]]:
        return list(command_line(demonstration_database, name, **choice)["rows"])

    drawn_charts = [s.chart for shown in files["all", "nl"].slides for s in shown.shapes if s.has_chart]
    by_month, by_municipality, by_direction, by_year = (
        [[value for value in series.values if value is not None] for series in chart.plots[0].series]
        for chart in drawn_charts
    )
    minimum = Evidence(open_database(demonstration_database)).settings.comparison.minimum_shown
    answered: dict[str, list[list[float]]] = {"months": [], "municipalities": [], "flows": [], "years": []}
    for phase in PHASES:
        months = [row for row in rows("response_times/monthly") if row["measured_count"] >= minimum]
        answered["months"].append(
            [r["median_seconds"] / SECONDS_A_DAY for r in months if r["phase"] == phase]
        )
        answered["municipalities"].append([r[phase] / SECONDS_A_DAY for r in rows("overview/municipalities")])
        flows = rows("mutual_assistance/flows", **CALLS_OF_THE_HEADLINE)
        answered["flows"].append([r["share_of_calls"] for r in flows if r["phase"] == phase])
        years = [r for r in rows("shared_costs/yearly") if r["zone_code"] is None and r["is_whole_year"]]
        answered["years"].append([float(r["cost_eur"]) for r in years if r["phase"] == phase])
    for held, (name, wanted) in zip(
        (by_month, by_municipality, by_direction, by_year), answered.items(), strict=True
    ):
        for side, numbers in zip(held, wanted, strict=True):
            assert len(numbers) > 1 and side == pytest.approx(numbers, rel=1e-9, abs=1e-11), name


def test_the_bars_of_help_are_of_the_calls_of_the_large_figure(
    sessions: dict[tuple[str, str], Session],
    demonstration_database: Path,
    command_line: Callable[..., dict[str, Any]],
) -> None:
    for code in LANGUAGES:
        shown = slide_of(sessions["voeren", code], "assistance")
        assert isinstance(shown.picture, Bars) and shown.figure is not None
        was, now = (speak(code).percent(series.values[0], 1) for series in shown.picture.series)
        # One zone, one zone that helps: the bars are the figure itself.
        assert shown.figure.figure == now and was in shown.figure.change
    choice = CALLS_OF_THE_HEADLINE | {"zone_code": "5382"}
    for row in command_line(demonstration_database, "mutual_assistance/flows", **choice)["rows"]:
        said = f"{row['intervention_count']} van {row['partner_known_count']}"
        assert said in dict(slide_of(sessions["voeren", "nl"], "assistance").note)["Wie hielp wie"]
        assert row["intervention_count"] / row["partner_known_count"] == pytest.approx(row["share_of_calls"])


def test_a_promise_kept_in_part_shows_every_figure_that_decides(demonstration_database: Path) -> None:
    evidence = Evidence(open_database(demonstration_database))
    # Help from elsewhere as it is, more than before; the own police less often there.
    ask = changed(evidence, "mutual_assistance/comparison", 2, verdict="lower", is_better=False)
    opening = {
        "nl": "Slechts deels zoals beloofd: dichtbij blijven.",
        "fr": "En partie seulement comme promis\u00a0: rester proche.",
        "en": "Only partly as promised: staying close.",
    }
    rows = ask("mutual_assistance/comparison", CHOICES["voeren"]).table.set_index("statistic")
    assert rows.loc["partner_sent", "verdict"] == "higher" and rows.loc["own_sent", "verdict"] == "lower"
    for code in LANGUAGES:
        language = speak(code)
        made = session(evidence, CHOICES["voeren"], language, slides=["promises"], ask=ask)
        assert made.slides[0].statement.startswith(opening[code])
        assert isinstance(made.slides[0].picture, Table)
        _, verdict, figures, number = made.slides[0].picture.rows[-1]
        assert {"nl": "deels", "fr": "en partie", "en": "partly"}[code] in verdict
        for name in ("partner_sent", "own_sent"):
            assert all(language.percent(rows.loc[name, phase], 1) in figures for phase in PHASES)
        assert all(language.number(rows.loc["own_sent", f"{phase}_count"]) in number for phase in PHASES)


def changed(evidence: Evidence, name: str, place: int, **cells: Any) -> Ask:
    """Return what asks answers, of which one has other cells in one row."""
    ask = asking(evidence)

    def of_changed(asked: str, filters: Filters) -> Answer:
        answer = ask(asked, filters)
        if asked != name:
            return answer
        table = answer.table.copy()
        for column, cell in cells.items():
            table[column] = [cell if row == place else kept for row, kept in enumerate(table[column])]
        return replace(answer, table=table)

    return of_changed


def test_the_fields_say_how_many_have_figures_and_explain_the_signs_that_are_there(
    sessions: dict[tuple[str, str], Session],
) -> None:
    shown = slide_of(sessions["all", "nl"], "fields")
    assert dict(shown.note)["Wat bekend is"] == (
        "Van de 11 domeinen van samenwerking hebben er 8 cijfers, 1 heeft alleen verborgen cijfers en 2 hebben er geen."
    )
    assert isinstance(shown.picture, Table)
    cells = [cell for _, cell in shown.picture.rows]
    assert ("<" in shown.picture_title) == any("<" in cell for cell in cells)
    assert "verborgen" in shown.picture_title.lower() and any("na verborgen" in cell for cell in cells)
    # Of zone 5381 alone nothing is hidden: then nothing is explained.
    whole = slide_of(sessions["not comparable", "nl"], "fields")
    assert isinstance(whole.picture, Table)
    is_hidden = any("verborgen" in cell for _, cell in whole.picture.rows)
    assert bool(whole.picture_title) == is_hidden


def test_every_figure_says_of_how_many_and_a_picture_why_months_are_empty(
    sessions: dict[tuple[str, str], Session], demonstration_database: Path
) -> None:
    for (choice, code), made in sessions.items():
        for shown in made.slides:
            if shown.figure is not None and shown.judgement is not None:
                said = f"{shown.figure.count} {shown.judgement.explanation}"
                assert re.search(r"\d", shown.figure.count or said), (choice, code, shown.key)
        picture = slide_of(made, "faster").picture
        if isinstance(picture, Lines):
            gaps = any(
                all(value is None for value in month)
                for month in zip(*(one.values for one in picture.series), strict=True)
            )
            assert bool(slide_of(made, "faster").picture_remark) == gaps
    evidence = Evidence(open_database(demonstration_database))
    ask = changed(evidence, "response_times/monthly", 20, measured_count=9)
    made = session(evidence, Filters(), speak("nl"), slides=["faster"], ask=ask)
    assert made.slides[0].picture_remark == "Leeg: maanden met minder dan 10 oproepen."
    shown = [shape for shape in drawn(made).slides[0].shapes if shape.has_text_frame]
    remark = next(shape for shape in shown if shape.text_frame.text == made.slides[0].picture_remark)
    chart = next(shape for shape in drawn(made).slides[0].shapes if shape.has_chart)
    assert chart.top + chart.height <= remark.top


def test_each_slide_says_something_of_its_own_and_of_which_place(
    sessions: dict[tuple[str, str], Session], demonstration_database: Path
) -> None:
    for (choice, code), made in sessions.items():
        statements = [shown.statement for shown in made.slides]
        assert len(set(statements)) == len(statements), (choice, code)
    voeren = sessions["voeren", "nl"]
    assert slide_of(voeren, "faster").figure != slide_of(voeren, "municipality").figure
    part = sessions["not comparable", "nl"]
    own, zone = "Bilzen-Hoeselt. ", "PZ Bilzen-Hoeselt-Riemst. "
    for key, place in (
        ("promises", own),
        ("assistance", own),
        ("faster", zone),
        ("costs", zone),
        ("fields", zone),
    ):
        assert slide_of(part, key).statement.startswith(place), key
    evidence = Evidence(open_database(demonstration_database))
    riemst = session(evidence, Filters(municipality_nis=("73066",)), speak("nl"), slides=["promises"])
    promised = riemst.slides[0].picture
    assert isinstance(promised, Table)
    # Training and costs are known of the zone only, and say so.
    assert [("PZ Bilzen-Hoeselt-Riemst" in row[2]) for row in promised.rows] == [False, True, True, False]


def test_a_part_of_a_table_has_its_own_rows_alone_read_aloud_and_told(
    sessions: dict[tuple[str, str], Session],
) -> None:
    slide = slide_of(next(iter(sessions.values())), "fields")
    parts = stage.parts_of(slide)
    assert isinstance(slide.picture, Table) and len(parts) > 1
    told = {row[0] for row in slide.picture.rows} & {heading for heading, _ in slide.note}
    assert told
    for part in parts:
        assert isinstance(part.picture, Table)
        own = {row[0] for row in part.picture.rows}
        assert part.alternative == spoken(part.picture.rows)
        headings = [heading for heading, _ in part.note]
        assert told & set(headings) == told & own
        assert headings[-1] == slide.note[-1][0]


def test_planned_savings_name_their_months(sessions: dict[tuple[str, str], Session]) -> None:
    note = dict(slide_of(sessions["voeren", "nl"], "purchases").note)
    said = plain(note["Geplande besparing over de hele levensduur, volgens de sleutel op de dag van aankoop"])
    assert "Serverpark, mei 2022 tot en met april 2027: PZ Voeren € 35.808" in said
    assert "PZ Voeren € 2.675 duurder" in said and "\u2212" not in said
    title = slide_of(sessions["voeren", "nl"], "purchases").picture_title
    assert "afgerond op de euro" in title


def test_bars_name_their_phase_themselves(files: dict[tuple[str, str], Any]) -> None:
    charts = [s.chart for shown in files["all", "nl"].slides for s in shown.shapes if s.has_chart]
    bars = [chart for chart in charts if chart.chart_type == XL_CHART_TYPE.BAR_CLUSTERED]
    assert len(bars) >= 3
    for chart in bars:
        assert not chart.has_legend
        assert all(series.data_labels.show_series_name for series in chart.plots[0].series)


def test_a_card_of_the_overview_has_the_slide_s_name_where_its_statement_would_be_cut(
    sessions: dict[tuple[str, str], Session],
) -> None:
    made = sessions["all", "nl"]
    long = tuple(
        replace(slide, statement="Te lang om te tonen. " * 9) if slide.key == "promises" else slide
        for slide in made.slides
    )
    assert "2. De beloften" not in board_script(made)
    assert "2. De beloften" in board_script(replace(made, slides=long))


def test_french_does_not_wrap_its_punctuation(
    sessions: dict[tuple[str, str], Session], files: dict[tuple[str, str], Any]
) -> None:
    wrong = set()
    for (choice, code), made in sessions.items():
        if code == "fr":
            shown = [
                *texts_in(made),
                *(text for slide in files[choice, code].slides for text in texts_of(slide)),
            ]
            wrong |= {text for text in shown if re.search(r"(?<![\u00a0\u202f])([:;?!](?=\s|$)|[%»])", text)}
            assert len(shown) > 200
    assert wrong == set()


def texts_in(one: Any) -> Iterator[str]:
    """Yield every text of a session that a reader sees: of its slides, their pictures and their notes."""
    if isinstance(one, str):
        yield one
    elif isinstance(one, tuple):
        for part in one:
            yield from texts_in(part)
    elif is_dataclass(one) and not isinstance(one, Answer | Language):
        for field in fields(one):
            yield from texts_in(getattr(one, field.name))


def slide_of(made: Session, key: str) -> Slide:
    return next(slide for slide in made.slides if slide.key == key)


def test_no_text_is_small_or_larger_than_its_box(files: dict[tuple[str, str], Any]) -> None:
    for (choice, code), file in files.items():
        for shown in file.slides:
            for shape in shown.shapes:
                if not shape.has_text_frame:
                    continue
                width, height = shape.width / EMU_A_PIXEL, shape.height / EMU_A_PIXEL
                assert shape.left >= 0 and shape.left / EMU_A_PIXEL + width <= stage.WIDTH
                assert shape.top >= 0 and shape.top / EMU_A_PIXEL + height <= stage.HEIGHT
                used = 0.0
                for paragraph in shape.text_frame.paragraphs:
                    size = paragraph.runs[0].font.size.pt
                    assert size >= SMALLEST_POINTS
                    pixels = size / 0.75
                    used += stage.line_count(paragraph.text, width, pixels) * pixels * stage.LINE_HEIGHT
                text = shape.text_frame.text
                if (
                    shape.top == stage.FIGURE_BOX.top * EMU_A_PIXEL
                    and shape.left == stage.FIGURE_BOX.left * EMU_A_PIXEL
                ):
                    # A figure never breaks, and its letters are digits: narrower than a text's.
                    assert sum(ARIAL_BOLD.get(letter, 0.556) for letter in text) * pixels <= width, text
                else:
                    assert used <= height + 2, (choice, code, text)


def test_no_word_of_a_table_is_broken_and_no_row_leaves_the_stage(files: dict[tuple[str, str], Any]) -> None:
    for (choice, code), file in files.items():
        for shown in file.slides:
            for shape in (shape for shape in shown.shapes if shape.has_table):
                columns, rows = list(shape.table.columns), list(shape.table.rows)
                assert sum(column.width for column in columns) <= shape.width
                assert shape.top + sum(row.height for row in rows) <= (stage.HEIGHT - 100) * EMU_A_PIXEL
                for row in rows:
                    for cell, column in zip(row.cells, columns, strict=True):
                        room = column.width / EMU_A_PIXEL - 2 * stage.CELL_MARGIN
                        size = cell.text_frame.paragraphs[0].runs[0].font.size.pt / 0.75
                        assert size >= stage.SMALLEST
                        for word in re.split(r"[ \n]|(?<=-)", cell.text):
                            assert stage.line_count(word, room, size) == 1, (choice, code, word)
                        used = stage.line_count(cell.text, room, size) * size
                        assert used * stage.LINE_HEIGHT <= row.height / EMU_A_PIXEL


def test_the_longest_names_and_amounts_fit_too(sessions: dict[tuple[str, str], Session]) -> None:
    for code in LANGUAGES:
        made = sessions["not comparable", code]
        long = lengthened(made, LENGTHENED)
        assert long != made
        fitted = {("long", code): drawn(long)}
        test_no_text_is_small_or_larger_than_its_box(fitted)
        test_boxes_do_not_lie_over_each_other(fitted)
        test_no_word_of_a_table_is_broken_and_no_row_leaves_the_stage(fitted)
    assert stage.figure_size("€ 9.999.999") == stage.FIGURE > stage.figure_size("€ 9.999.999.999")
    # A head is bold: its letters are wider.
    head = Table(("A", "PZ Lanaken-Maasmechelen"), (("x" * 40, "1"),), (False, True))
    assert stage.column_widths(head, 600)[1] - 2 * stage.CELL_MARGIN >= 12 * stage.SMALLEST * 0.6
    # What does not fit is told: the checks above are no checks of nothing.
    assert stage.line_count("niet vergelijkbaar", 110, stage.SMALLEST) == 3


def lengthened(one: Any, longer: dict[str, str]) -> Any:
    """Return a session with other words in every text of its slides."""
    if isinstance(one, str):
        for short, long in longer.items():
            one = one.replace(short, long)
        return one
    if isinstance(one, tuple):
        return tuple(lengthened(part, longer) for part in one)
    if isinstance(one, Session | Slide | Figure | Judgement | Bars | Table | Points):
        parts = {field.name: getattr(one, field.name) for field in fields(one) if field.name != "answers"}
        return replace(one, **{name: lengthened(part, longer) for name, part in parts.items()})
    return one


def test_boxes_do_not_lie_over_each_other(files: dict[tuple[str, str], Any]) -> None:
    for file in files.values():
        for shown in file.slides:
            boxes = [(s.left, s.top, s.left + s.width, s.top + s.height) for s in shown.shapes]
            for place, one in enumerate(boxes):
                for other in boxes[place + 1 :]:
                    apart = (
                        one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
                    )
                    assert apart, (one, other)


def test_every_slide_is_marked_spoken_for_and_described(
    sessions: dict[tuple[str, str], Session], files: dict[tuple[str, str], Any]
) -> None:
    for (choice, code), made in sessions.items():
        language = speak(code)
        parts = [part for slide in made.slides for part in stage.parts_of(slide)]
        for place, (part, shown) in enumerate(zip(parts, files[choice, code].slides, strict=True), 1):
            texts = [shape.text_frame.text for shape in shown.shapes if shape.has_text_frame]
            assert language.say(INVENTED) in texts
            assert part.counted in texts
            assert f"{place}/{len(parts)}" in texts
            notes = shown.notes_slide.notes_text_frame.text
            assert notes.startswith(language.say(INVENTED))
            spoken = [run for p in shown.notes_slide.notes_text_frame.paragraphs for run in p.runs]
            assert {run._r.rPr.get("lang") for run in spoken} == {LOCALES[code]}
            assert all(said in notes for _, said in part.note)
            for shape in shown.shapes:
                if shape.has_chart or shape.has_table:
                    assert shape._element._nvXxPr.cNvPr.get("descr") == part.alternative != ""
            runs = [
                run
                for s in shown.shapes
                if s.has_text_frame
                for p in s.text_frame.paragraphs
                for run in p.runs
            ]
            assert {run._r.rPr.get("lang") for run in runs} == {LOCALES[code]}


def test_the_package_is_whole_so_that_no_program_has_to_repair_it(
    sessions: dict[tuple[str, str], Session],
) -> None:
    started = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    content = slides_bytes([sessions["all", code] for code in ("nl", "fr")])
    package = zipfile.ZipFile(io.BytesIO(content))
    names = package.namelist()
    parts = {name: etree.fromstring(package.read(name)) for name in names if name.endswith((".xml", ".rels"))}
    assert len(names) == len(set(names))
    # Every part has its type, and every relation its part.
    types = parts["[Content_Types].xml"]
    extensions = {kind.get("Extension") for kind in types if kind.get("Extension")}
    typed = {kind.get("PartName", "").lstrip("/") for kind in types if kind.get("PartName")}
    assert typed <= set(names)
    assert all(name in typed or name.rsplit(".", 1)[-1] in extensions for name in names)
    for name in (name for name in names if name.endswith(".rels")):
        relations = list(parts[name])
        assert len({relation.get("Id") for relation in relations}) == len(relations)
        folder = posixpath.dirname(posixpath.dirname(name))
        for relation in relations:
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", "")))
            assert target.lstrip("/") in names, (name, target)
    # No shape of a slide has the number or the name of another.
    for name in (name for name in names if re.fullmatch(r"ppt/(slides|notesSlides)/\w+\.xml", name)):
        shapes = parts[name].xpath("//*[local-name()='cNvPr']")
        for what in ("id", "name"):
            assert len({shape.get(what) for shape in shapes}) == len(shapes) > 1, name
    for name in (name for name in names if name.startswith("ppt/charts/chart")):
        for element in parts[name].iter():
            ordered = CHART_ORDER.get(etree.QName(element).localname, ())
            places = [ordered.index(etree.QName(child).localname) for child in element if ordered]
            assert places == sorted(places), (name, element.tag)
    presentation = parts["ppt/presentation.xml"]
    assert [etree.QName(child).localname for child in presentation][:4] == [
        "sldMasterIdLst",
        "notesMasterIdLst",
        "sldIdLst",
        "sldSz",
    ]
    assert presentation.find("{*}sldSz").get("type") is None
    properties = Presentation(io.BytesIO(content)).core_properties
    assert {properties.author, properties.last_modified_by} == {"Samenwerkingsmonitor"}
    assert started <= properties.created == properties.modified and properties.comments == ""


def test_a_chart_s_own_workbook_holds_the_numbers_that_it_draws(files: dict[tuple[str, str], Any]) -> None:
    charts = [s.chart for shown in files["all", "nl"].slides for s in shown.shapes if s.has_chart]
    assert len(charts) >= 4
    for chart in charts:
        book = CalamineWorkbook.from_filelike(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
        head, *rows = book.get_sheet_by_index(0).to_python()
        drawn_series = list(chart.plots[0].series)
        assert head[1:] == [series.name for series in drawn_series]
        for place, series in enumerate(drawn_series, 1):
            kept = [as_number(row[place]) for row in rows]
            drawn_values = [nan if value is None else value for value in series.values]
            assert kept == pytest.approx(drawn_values, rel=1e-9, nan_ok=True)


def as_number(cell: Any) -> float:
    """Return a cell as a chart counts it: times are parts of a day, an empty cell is nothing."""
    if isinstance(cell, timedelta):
        return cell / timedelta(days=1)
    return nan if cell == "" else float(cell)


def test_dutch_comes_before_french_in_one_file(sessions: dict[tuple[str, str], Session]) -> None:
    pair = [sessions["voeren", code] for code in ("nl", "fr")]
    titles = [shown.shapes.title.text_frame.text for shown in drawn(*pair).slides]
    assert titles[0] == pair[0].slides[0].statement
    assert titles[len(titles) // 2] == pair[1].slides[0].statement


def test_an_office_program_opens_the_slides_one_page_each(
    sessions: dict[tuple[str, str], Session], tmp_path: Path
) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice absent on this machine: soffice")
    path = tmp_path / "slides.pptx"
    path.write_bytes(slides_bytes([sessions["not comparable", code] for code in ("nl", "fr")]))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, capture_output=True, timeout=120, check=True)
    pages = PdfReader(tmp_path / "slides.pdf").pages
    assert len(pages) == len(Presentation(str(path)).slides)
    shown = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert "niet vergelijkbaar" in shown and "non comparable" in shown
    # No cell is so narrow that a word of it is broken: on each page every word stands as often as on its slide.
    tables = [
        (slide, page.extract_text())
        for slide, page in zip(Presentation(str(path)).slides, pages, strict=True)
        if any(shape.has_table for shape in slide.shapes)
    ]
    assert len(tables) >= 8
    for slide, text in tables:
        assert words_of(" ".join(texts_of(slide))) - words_of(text) == Counter()


def texts_of(slide: Any) -> list[str]:
    """Return the texts of a slide without charts."""
    cells = [c for s in slide.shapes if s.has_table for row in s.table.rows for c in row.cells]
    return [cell.text for cell in cells] + [s.text_frame.text for s in slide.shapes if s.has_text_frame]


def words_of(text: str) -> Counter[str]:
    """Return the longer words of a text; at a hyphen a line may end."""
    return Counter(re.findall(r"[^\W\d_]{5,}", text))
