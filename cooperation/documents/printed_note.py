"""A board's session as a printed note: a tagged PDF on A4 that reads in black and white."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import typst

from cooperation.answers.slide import (
    Bars,
    Lines,
    Picture,
    Points,
    Series,
    Session,
    Slide,
    Table,
    stretches,
    written,
)
from cooperation.documents import stage
from cooperation.documents.slides import INVENTED, footer_text, headed
from cooperation.language import Language, T
from cooperation.palette import palette

TEMPLATE = Path(__file__).with_suffix(".typ")
# Steps between the lines of a time axis, in seconds, of which the first that needs at most six is taken.
TIME_STEPS = (30, 60, 120, 300, 600, 1_200, 3_600)
MOST_STEPS = 6
# Of the type, in points: the first at which a note, in two languages too, has as many pages as a board reads.
SIZES = (10, 9.5, 9, 8.5)
MOST_PAGES, PAGES_A_LANGUAGE = 8, 4
SUMMARISED = ("title", "limits", "method")


def note_bytes(sessions: Sequence[Session]) -> bytes:
    """Return the note of one or more sessions, one language after another, as PDF/UA-1 (ISO 14289)."""
    first = sessions[0]
    data = {
        "title": _heading(first),
        "description": first.language.say(INVENTED) if first.is_demonstration else first.source,
        "language": first.language.code,
        "after": palette().after,
        "sessions": [_session(session) for session in sessions],
    }
    notes = [_set_at(size, data) for size in SIZES]
    counts = [_page_count(note) for note in notes]
    wanted = next((most for most in (PAGES_A_LANGUAGE * len(sessions), MOST_PAGES) if min(counts) <= most), 0)
    note = next((note for note, count in zip(notes, counts, strict=True) if count <= wanted), notes[-1])
    written = note.compile(format="pdf", pdf_standards=["ua-1"])
    assert isinstance(written, bytes)
    return written


def _set_at(size: float, data: Mapping[str, Any]) -> typst.Compiler:
    """Return the note in type of this size; the same on every machine: only the faces that come with typst."""
    inputs = {"data": json.dumps({**data, "size": size})}
    return typst.Compiler(TEMPLATE, ignore_system_fonts=True, sys_inputs=inputs)


def _page_count(note: typst.Compiler) -> int:
    return int(json.loads(note.query("<pages>", field="value", one=True)))


def _session(session: Session) -> dict[str, Any]:
    say = session.language.say
    topics = [slide for slide in session.slides if slide.key != "title"]
    opening = next((slide for slide in session.slides if slide.key == "title"), None)
    return {
        "language": session.language.code,
        "heading": _heading(session),
        "audience": opening.counted if opening else say(T("For: {bodies}", bodies=session.audience)),
        "counted": next((slide.counted for slide in topics), ""),
        "invented": say(INVENTED) if session.is_demonstration else None,
        "footer": footer_text(session),
        "summary_heading": say(T("In short")),
        "summary": [_slide(slide, session.language) for slide in topics if slide.key not in SUMMARISED],
        "limits": [_slide(slide, session.language) for slide in topics if slide.key == "limits"],
        "topics": _topics([slide for slide in topics if slide.key != "limits"], session.language),
    }


def _topics(slides: Sequence[Slide], language: Language) -> list[dict[str, Any]]:
    """Return the topics; a paragraph that stands above word for word is not read twice, nor is a verdict."""
    topics: list[dict[str, Any]] = []
    read: set[tuple[str, str]] = set()
    for slide in slides:
        above = language.say(T("Verdict")) if slide.judgement else ""
        note = tuple(part for part in slide.note if part not in read and part[0] != above)
        read.update(note)
        topics.append(_slide(replace(slide, note=note), language))
    return topics


def _heading(session: Session) -> str:
    return session.title


def _slide(slide: Slide, language: Language) -> dict[str, Any]:
    return {
        "key": slide.key,
        "statement": slide.statement,
        "figure_heading": headed(slide.figure.label, language) if slide.figure else "",
        "figure": None if slide.figure is None else asdict(slide.figure),
        "verdict_heading": headed(language.say(T("Verdict")), language),
        "judgement": None if slide.judgement is None else asdict(slide.judgement),
        "picture": _picture(slide.picture, language),
        "picture_title": slide.picture_title,
        "picture_remark": slide.picture_remark,
        "alternative": slide.alternative,
        "in_short": slide.in_short,
        "note": [(headed(heading, language), said) for heading, said in slide.note],
    }


def _picture(picture: Picture | None, language: Language) -> dict[str, Any] | None:
    match picture:
        case Bars():
            return _bars(picture, language)
        case Lines():
            return _lines(picture, language)
        case Table():
            return {
                "kind": "table",
                "widths": stage.column_widths(picture, stage.WIDE_PICTURE.width),
            } | asdict(picture)
        case Points():
            return {"kind": "points"} | asdict(picture)
    return None


def _bars(bars: Bars, language: Language) -> dict[str, Any]:
    longest = max((abs(v) for series in bars.series for v in series.values if v is not None), default=0) or 1
    return {
        "kind": "bars",
        "rows": [
            {
                "name": category,
                "bars": [
                    {
                        "phase": series.phase,
                        "name": series.name,
                        "text": written(series.values[place], bars.unit, language),
                        "share": abs(series.values[place] or 0) / longest,
                    }
                    for series in bars.series
                    if _is_drawn(bars, series, place)
                ],
            }
            for place, category in enumerate(bars.categories)
        ],
    }


def _is_drawn(bars: Bars, series: Series, place: int) -> bool:
    """Tell whether a bar has its line: one that is unknown beside a known one belongs to the other phase."""
    others = [other.values[place] for other in bars.series if other is not series]
    is_alone = all(
        sum(one.values[other] is not None for one in bars.series) <= 1
        for other in range(len(bars.categories))
    )
    return series.values[place] is not None or not (is_alone and any(v is not None for v in others))


def _lines(lines: Lines, language: Language) -> dict[str, Any]:
    highest = max((v for series in lines.series for v in series.values if v is not None), default=0.0)
    step = next((step for step in TIME_STEPS if highest / step <= MOST_STEPS), TIME_STEPS[-1])
    top = step * (highest // step + 1)
    count = len(lines.months)
    return {
        "kind": "lines",
        "ticks": [
            {"y": tick * step / top, "text": language.short_duration(tick * step)}
            for tick in range(int(top // step) + 1)
        ],
        "years": [
            {"x": place / count, "text": str(month.year)}
            for place, month in enumerate(lines.months)
            if month.month == 1
        ],
        "start": _place_of(lines.start, lines.months),
        "start_label": lines.start_label,
        "series": [
            {
                "phase": series.phase,
                "stretches": [
                    [((place + 0.5) / count, value / top) for place, value in stretch]
                    for stretch in stretches(series.values)
                ],
            }
            for series in lines.series
        ],
    }


def _place_of(day: date, months: Sequence[date]) -> float:
    return sum(month < day for month in months) / len(months)
