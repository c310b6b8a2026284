"""A board's slides as HTML on the stage of 1280 by 720, and the script that moves through them."""

import json
import math
from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from pathlib import Path

from cooperation.answers.board import SLIDE_NAMES
from cooperation.answers.slide import (
    Bars,
    Figure,
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
from cooperation.documents.slides import INVENTED, footer_text
from cooperation.documents.stage import Box
from cooperation.language import Language
from cooperation.palette import Palette, palette
from cooperation.screen.cards import VERDICT_SIGNS

SCRIPT_FILE = Path(__file__).with_name("board.js")
RULES_FILE = Path(__file__).with_name("board.css")
# A projector has no dark mode: one that is asked for would be the presenter's laptop's.
COLOURS: Palette = palette("light")
# Room behind the longest bar for its name and its figure.
LABEL_WIDTH = 230
CHART_LEFT, CHART_TOP, CHART_BOTTOM = 100, 76, 40
TIME_STEPS = (30, 60, 120, 300, 600, 1_200, 3_600)
MOST_STEPS = 5
LEAST_YEAR_WIDTH = 64
# Mean width of a letter of the dashboard's own face against its height, on the wide side: a card must not be cut.
OWN_LETTER_WIDTH = 0.5
# The overview, as board.css sets it.
CARDS_A_ROW, CARDS_EDGE, CARDS_GAP, CARD_PADDING, CARD_EDGES, CARD_LINE_HEIGHT = 3, 12, 10, 16, 28, 1.2


def board_script(session: Session) -> str:
    """Return the script that lays a session over the page, closed until a key, a link or an address opens it."""
    content = {
        "label": session.title,
        "language": session.language.code,
        "style": _style(),
        "html": _board_html(session),
    }
    # What stands in a script must not end it.
    data = json.dumps(content, ensure_ascii=False).replace("<", "\\u003c")
    return f"<script>{_script().replace('BOARD_CONTENT', data, 1)}</script>"


@cache
def _script() -> str:
    return SCRIPT_FILE.read_text(encoding="utf-8")


@cache
def board_style() -> str:
    """Return the rules of the slides and of the desk from which they are started."""
    return RULES_FILE.read_text(encoding="utf-8")


def parts_of(session: Session) -> list[Slide]:
    """Return the slides as they are shown: one that holds too much is several."""
    return [part for slide in session.slides for part in stage.parts_of(slide)]


def _board_html(session: Session) -> str:
    slides = parts_of(session)
    drawn = "".join(
        _slide_html(slide, session, f"{place}/{len(slides)}") for place, slide in enumerate(slides, 1)
    )
    count = _card_lines(len(slides))
    cards = "".join(
        f'<button type="button" class="board-card"><span>'
        f"{escape(_card_text(slide, place, count, session.language))}</span></button>"
        for place, slide in enumerate(slides, 1)
    )
    lines = f"--board-card-lines:{count}"
    return f'<div class="board-stage">{drawn}<div class="board-cards" style="{lines}">{cards}</div></div>'


def _style() -> str:
    """Return the colours of the whole board: beside a stage of another shape nothing of the page may show through."""
    return "".join(
        f"--board-{name}:{getattr(COLOURS, name)};"
        for name in ("background", "surface", "text", "line", "before", "after")
    )


def _card_lines(count: int) -> int:
    """Return how many lines of text a card of the overview holds, where all cards share the stage."""
    rows = math.ceil(count / CARDS_A_ROW)
    height = (stage.HEIGHT - 2 * CARDS_EDGE - (rows - 1) * CARDS_GAP) / rows
    return max(1, math.floor((height - CARD_PADDING) / (stage.SMALLEST * CARD_LINE_HEIGHT)))


def _card_text(slide: Slide, place: int, line_count: int, language: Language) -> str:
    """Return a slide's statement with its number, or its name where the statement would be cut."""
    said = f"{place}. {slide.statement}"
    width = (stage.WIDE_PICTURE.width - (CARDS_A_ROW - 1) * CARDS_GAP) / CARDS_A_ROW - CARD_EDGES
    # The stage counts on any face; a card is only drawn in the dashboard's own, which is narrower.
    if stage.line_count(said, width * stage.LETTER_WIDTH / OWN_LETTER_WIDTH, stage.SMALLEST) <= line_count:
        return said
    return f"{place}. {language.say(SLIDE_NAMES[slide.key.partition('-')[0]])}"


def _slide_html(slide: Slide, session: Session, number: str) -> str:
    parts = [_title(slide)] if slide.key == "title" else [_statement(slide)]
    if slide.figure is not None:
        parts.append(_figure(slide, slide.figure))
    if slide.picture is not None:
        parts.append(_picture(slide, slide.picture, session.language))
    if session.is_demonstration:
        parts.append(_box(stage.DEMONSTRATION, session.language.say(INVENTED), stage.SMALLEST, "board-mark"))
    parts.append(_box(stage.FOOTER, footer_text(session), stage.SMALLEST))
    parts.append(_box(stage.PAGE_NUMBER, number, stage.SMALLEST, "board-number"))
    label = f'data-key="{escape(slide.key)}" aria-label="{escape(slide.statement)}"'
    return f'<section class="board-slide" hidden {label}>{"".join(parts)}</section>'


def _title(slide: Slide) -> str:
    size = stage.fitting_size(slide.statement, stage.TITLE_STATEMENT, 64)
    audience = stage.fitting_size(slide.counted, stage.TITLE_AUDIENCE, 36)
    return _box(stage.TITLE_STATEMENT, slide.statement, size, "board-low", tag="h1") + _box(
        stage.TITLE_AUDIENCE, slide.counted, audience
    )


def _statement(slide: Slide) -> str:
    size = stage.fitting_size(slide.statement, stage.STATEMENT, stage.LARGEST_STATEMENT)
    return _box(stage.STATEMENT, slide.statement, size, "board-low", tag="h1") + _box(
        stage.COUNTED, slide.counted, stage.SMALLEST
    )


def _figure(slide: Slide, figure: Figure) -> str:
    parts = [
        _box(stage.FIGURE_LABEL, figure.label, stage.SMALLEST, "board-low"),
        _box(stage.FIGURE_BOX, figure.figure, stage.figure_size(figure.figure), "board-figure"),
    ]
    if (judgement := slide.judgement) is not None:
        sign = f'<span class="sign sign-{VERDICT_SIGNS[judgement.verdict]}" aria-hidden="true"></span>'
        parts.append(_raw(stage.VERDICT, f"{sign}<span>{escape(judgement.said)}</span>", 30, "board-verdict"))
    said = stage.said_of_figure(slide)
    size = stage.fitting_size("\n".join(said), stage.CHANGE, stage.SENTENCE)
    lines = "".join(f"<p>{escape(line)}</p>" for line in said)
    return "".join(parts) + _raw(stage.CHANGE, lines, size)


def _picture(slide: Slide, picture: Picture, language: Language) -> str:
    is_wide = slide.figure is None
    box = stage.picture_box(slide)
    title_box = stage.WIDE_PICTURE_TITLE if is_wide else stage.PICTURE_TITLE
    title = _box(title_box, slide.picture_title, stage.SMALLEST, "board-low") if slide.picture_title else ""
    match picture:
        case Bars():
            drawn = _raw(box, _bars(picture, box, language), stage.SMALLEST, "board-bars")
        case Lines():
            drawn = _raw(box, _lines(picture, box, language, slide.alternative), stage.SMALLEST)
        case Table():
            drawn = _raw(box, _table(picture, box), picture.size, "board-table")
        case Points():
            items = "".join(f"<li>{escape(sentence)}</li>" for sentence in picture.sentences)
            size = stage.fitting_size("\n".join(picture.sentences), box, 32)
            drawn = _raw(box, f"<ul>{items}</ul>", size)
    return title + drawn + _box(stage.REMARK, slide.picture_remark, stage.SMALLEST)


def _bars(bars: Bars, box: Box, language: Language) -> str:
    longest = max((abs(v) for series in bars.series for v in series.values if v is not None), default=0) or 1
    is_beside = stage.has_short_names(bars) and not stage.has_pairs(bars)
    room = box.width - LABEL_WIDTH - (108 if is_beside else 0)
    rows = []
    for place, category in enumerate(bars.categories):
        drawn = [
            _bar(series, place, bars, room / longest, language)
            for series in bars.series
            if series.values[place] is not None
        ]
        # A category of which nothing is known says so: it must not vanish.
        drawn = drawn or [f'<div class="board-bar"><b>{language.number(None)}</b></div>']
        name = escape(category)
        if is_beside:
            rows.append(f'<div class="board-beside"><span>{name}</span>{"".join(drawn)}</div>')
        else:
            rows.append(f'<div class="board-category">{name}</div>{"".join(drawn)}')
    return "".join(rows)


def _bar(series: Series, place: int, bars: Bars, scale: float, language: Language) -> str:
    value = series.values[place]
    width = abs(value or 0) * scale
    said = f"<b>{escape(written(value, bars.unit, language))}</b>"
    return (
        f'<div class="board-bar"><i class="{series.phase}" style="width:{width:.0f}px"></i>'
        f"<span>{escape(series.name)}</span> {said}</div>"
    )


def _table(table: Table, box: Box) -> str:
    widths = stage.column_widths(table, box.width, table.size)
    columns = "".join(f'<col style="width:{width}px">' for width in widths)
    head = "".join(
        f'<th scope="col"{_alignment(is_figure)}>{escape(text)}</th>'
        for text, is_figure in zip(table.head, table.is_figure, strict=True)
    )
    rows = "".join(f"<tr>{_cells(row, table.is_figure)}</tr>" for row in table.rows)
    return f"<table><colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cells(row: Sequence[str], is_figure: Sequence[bool]) -> str:
    first, *others = row
    cells = "".join(
        f"<td{_alignment(right)}>{escape(text)}</td>"
        for text, right in zip(others, is_figure[1:], strict=True)
    )
    return f'<th scope="row">{escape(first)}</th>{cells}'


def _alignment(is_figure: bool) -> str:
    return ' class="board-right"' if is_figure else ""


def _lines(lines: Lines, box: Box, language: Language, alternative: str) -> str:
    """Return the months as SVG with zero at its foot, the start marked, each phase named on its side."""
    highest = max((v for series in lines.series for v in series.values if v is not None), default=0.0)
    step = next((step for step in TIME_STEPS if highest / step <= MOST_STEPS), TIME_STEPS[-1])
    top = step * (highest // step + 1)
    right, bottom = box.width - 8, box.height - CHART_BOTTOM
    width, height = right - CHART_LEFT, bottom - CHART_TOP

    def across(place: float) -> float:
        return CHART_LEFT + width * place / len(lines.months)

    def down(value: float) -> float:
        return bottom - height * value / top

    marks = [
        f'<path class="line" d="M{CHART_LEFT} {down(tick * step):.1f}H{right}"/>'
        f'<text x="{CHART_LEFT - 10}" y="{down(tick * step) + 8:.1f}" text-anchor="end">'
        f"{escape(language.short_duration(tick * step))}</text>"
        for tick in range(int(top // step) + 1)
    ]
    start = across(sum(month < lines.start for month in lines.months))
    marks += [
        _years(lines, across, bottom + 30),
        f'<path class="start" d="M{start:.1f} {CHART_TOP - 8}V{bottom}"/>',
        f'<text x="{start:.1f}" y="24" text-anchor="middle">{escape(lines.start_label)}</text>',
    ]
    for series, x, anchor in zip(lines.series, (start - 16, start + 16), ("end", "start"), strict=True):
        marks.append(f'<text x="{x:.1f}" y="58" text-anchor="{anchor}">{escape(series.name)}</text>')
        path = "".join(
            # A stretch of one month has no length: its round ends make it a dot.
            f"M{'L'.join(f'{across(place + 0.5):.1f} {down(value):.1f}' for place, value in stretch)}h0"
            for stretch in stretches(series.values)
        )
        marks.append(f'<path class="{series.phase}" d="{path}"/>')
    style = (
        f"<style>path{{fill:none;stroke-width:3.5;stroke-linejoin:round;stroke-linecap:round}}.line{{stroke:{COLOURS.line};"
        f"stroke-width:1}}.start{{stroke:{COLOURS.text};stroke-width:2}}</style>"
    )
    return (
        f'<svg role="img" aria-label="{escape(alternative)}" width="{box.width}" height="{box.height}" '
        f'viewBox="0 0 {box.width} {box.height}">{style}{"".join(marks)}</svg>'
    )


def _years(lines: Lines, across: Callable[[float], float], y: float) -> str:
    """Return the years under their first month, as many as have room."""
    starts = [place for place, month in enumerate(lines.months) if month.month == 1]
    every = math.ceil(LEAST_YEAR_WIDTH / max(across(12) - across(0), 1))
    return "".join(
        f'<text x="{across(place):.1f}" y="{y}">{lines.months[place].year}</text>'
        for place in starts[::every]
    )


def _box(box: Box, text: str, size: int, kind: str = "", *, tag: str = "p") -> str:
    return _raw(box, f"<span>{escape(text)}</span>", size, kind, tag=tag) if text else ""


def _raw(box: Box, html: str, size: int, kind: str = "", *, tag: str = "div") -> str:
    place = f"left:{box.left}px;top:{box.top}px;width:{box.width}px;height:{box.height}px;font-size:{size}px"
    return f'<{tag} class="board-box {kind}" style="{place}">{html}</{tag}>'
