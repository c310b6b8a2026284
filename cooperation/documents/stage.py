"""The stage of 1280 by 720 on which a slide is laid out, the same on a projector and in PowerPoint.

Places and sizes are in pixels of that stage; no text is smaller than 24, what a board reads from eight metres.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cooperation.answers.slide import Bars, Picture, Slide, Table, spoken

WIDTH, HEIGHT = 1280, 720
SMALLEST, SENTENCE, LARGEST_TABLE, LARGEST_STATEMENT, FIGURE = 24, 26, 32, 44, 96
LINE_HEIGHT = 1.26
# Mean width of a letter of a sans-serif face against its height, on the wide side: text must fit in every face.
LETTER_WIDTH, BOLD_WIDTH = 0.54, 0.64
# Of the bold type of a figure, against its height.
DIGIT, NARROW, WIDE = 0.57, 0.29, 0.9
NARROW_LETTERS, WIDE_LETTERS = " \u00a0\u202f.,:", "m%"
# A word may break after its hyphen.
HYPHEN = re.compile(r"(?<=-)")

# What can be read from eight metres on one slide: categories of two bars, of one bar, of one with a long name.
MOST_PAIRS, MOST_BARS, MOST_NAMED_BARS = 3, 8, 5
LONGEST_SHORT_NAME = 8
CELL_MARGIN = 6
# How much the longest text of a column counts for its width: all, or less, for texts that stand on two lines anyway.
WEIGHTS_OF_LENGTH = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4)


@dataclass(frozen=True)
class Box:
    """A place on the stage."""

    left: int
    top: int
    width: int
    height: int


DEMONSTRATION = Box(32, 10, 1216, 32)
STATEMENT = Box(32, 46, 1216, 96)
FIGURE_LABEL = Box(32, 146, 548, 60)
FIGURE_BOX = Box(32, 206, 584, 122)
VERDICT = Box(32, 330, 548, 42)
CHANGE = Box(32, 374, 548, 226)
PICTURE_TITLE = Box(620, 146, 628, 60)
PICTURE = Box(620, 212, 628, 388)
# Under a picture that has something missing, which then is as much lower.
REMARK = Box(620, 566, 628, 34)
WIDE_PICTURE_TITLE = Box(32, 148, 1216, 36)
WIDE_PICTURE = Box(32, 190, 1216, 410)
UNTITLED_PICTURE = Box(32, 150, 1216, 450)
COUNTED = Box(32, 604, 1216, 62)
FOOTER = Box(32, 676, 1090, 34)
PAGE_NUMBER = Box(1138, 676, 110, 34)
TITLE_STATEMENT = Box(96, 130, 1088, 230)
TITLE_AUDIENCE = Box(96, 380, 1088, 200)


def picture_box(slide: Slide) -> Box:
    """Return where the picture of a slide stands: across the stage without a figure, above a remark where one is."""
    if slide.figure is None:
        is_high = isinstance(slide.picture, Table) and not slide.picture_title
        return UNTITLED_PICTURE if is_high else WIDE_PICTURE
    return replace(PICTURE, height=REMARK.top - PICTURE.top) if slide.picture_remark else PICTURE


def said_of_figure(slide: Slide) -> tuple[str, ...]:
    """Return what stands under a figure, line by line: what it was, of how many, and what explains its verdict."""
    if slide.figure is None:
        return ()
    explanation = slide.judgement.explanation if slide.judgement else ""
    return tuple(line for line in (slide.figure.change, slide.figure.count, explanation) if line)


def fitting_size(text: str, box: Box, largest: int) -> int:
    """Return the largest size, at most `largest` and at least 24, at which the lines of a text fit their box."""
    for size in range(largest, SMALLEST, -2):
        lines = sum(line_count(line, box.width, size) for line in text.split("\n"))
        if lines * size * LINE_HEIGHT <= box.height:
            return size
    return SMALLEST


def line_count(text: str, width: float, size: float) -> int:
    """Return on how many lines a text stands, broken between its words, by the mean width of a letter.

    A word longer than a line is broken within.
    """
    letters = max(1, math.floor(width / (size * LETTER_WIDTH)))
    lines, used = 1, 0
    for word in text.split(" "):
        if used and used + 1 + len(word) > letters:
            lines, used = lines + 1, 0
        used += len(word) + (1 if used else 0)
        if used > letters:
            broken = (used - 1) // letters
            lines, used = lines + broken, used - broken * letters
    return lines


def figure_size(text: str) -> int:
    """Return the size of a slide's one figure: the usual one, smaller where an amount is too long for its box."""
    width = sum(
        NARROW if letter in NARROW_LETTERS else WIDE if letter in WIDE_LETTERS else DIGIT for letter in text
    )
    return min(FIGURE, math.floor(FIGURE_BOX.width / width))


def parts_of(slide: Slide) -> tuple[Slide, ...]:
    """Return a slide as one, or as several where its picture holds more than one can show; tables with their size."""
    pictures = _parts(slide.picture, picture_box(slide))
    if len(pictures) < 2:
        return (replace(slide, picture=pictures[0]) if pictures else slide,)
    return tuple(
        replace(
            _with_part(slide, picture),
            key=slide.key if place == 1 else f"{slide.key}-{place}",
            statement=f"{slide.statement} ({place}/{len(pictures)})",
        )
        for place, picture in enumerate(pictures, 1)
    )


def _with_part(slide: Slide, picture: Picture) -> Slide:
    """Return a slide with a part of its picture: of a table only its rows are read aloud, and told in the note."""
    if not isinstance(picture, Table) or not isinstance(slide.picture, Table):
        return replace(slide, picture=picture)
    elsewhere = {row[0] for row in slide.picture.rows} - {row[0] for row in picture.rows}
    note = tuple((heading, said) for heading, said in slide.note if heading not in elsewhere)
    return replace(slide, picture=picture, alternative=spoken(picture.rows), note=note)


def has_pairs(bars: Bars) -> bool:
    """Tell whether some category has more than one bar."""
    columns = zip(*(series.values for series in bars.series), strict=True)
    return any(len([value for value in values if value is not None]) > 1 for values in columns)


def has_short_names(bars: Bars) -> bool:
    """Tell whether every category's name fits beside its bar, as a year does."""
    return all(len(name) <= LONGEST_SHORT_NAME for name in bars.categories)


def _table_size(tables: Sequence[Table], box: Box) -> int:
    """Return the largest size of type, at most 32 and at least 24, at which each of these tables fits its box."""
    sizes = range(LARGEST_TABLE, SMALLEST, -2)
    return next((size for size in sizes if all(_fits(table, box, size) for table in tables)), SMALLEST)


def _fits(table: Table, box: Box, size: int) -> bool:
    widths = column_widths(table, box.width, size)
    return sum(widths) <= box.width and _height(table, widths, size) <= box.height


def _height(table: Table, widths: Sequence[int], size: int) -> int:
    return sum(row_height(row, widths, size) for row in (table.head, *table.rows))


def column_widths(table: Table, width: int, size: int = SMALLEST) -> list[int]:
    """Return the widths of a table's columns: of each its longest word, the rest so that the table is lowest."""
    shared = [_widths_by(table, width, size, weight) for weight in WEIGHTS_OF_LENGTH]
    return min(shared, key=lambda widths: _height(table, widths, size))


def _widths_by(table: Table, width: int, size: int, weight: float) -> list[int]:
    """Return widths of which the rest is shared by the longest text of each column, raised to a power."""
    columns = list(zip(table.head, *table.rows, strict=True))
    words = [max(_word_width([head], size, BOLD_WIDTH), _word_width(texts, size)) for head, *texts in columns]
    # A head may stand on two lines.
    longest = [max(12, len(head) // 2, *map(len, texts)) ** weight for head, *texts in columns]
    shares = [width * letters / sum(longest) for letters in longest]
    lacking = sum(max(0, word - share) for word, share in zip(words, shares, strict=True))
    to_spare = sum(max(0, share - word) for word, share in zip(words, shares, strict=True))
    given = min(1.0, lacking / to_spare) if to_spare else 0.0
    return [
        math.floor(word if share < word else share - given * (share - word))
        for word, share in zip(words, shares, strict=True)
    ]


def _word_width(texts: Sequence[str], size: int, letter_width: float = LETTER_WIDTH) -> int:
    """Return how wide a column is that breaks no word, save at its hyphens."""
    parts = (len(part) for text in texts for word in text.split() for part in HYPHEN.split(word))
    return math.ceil(max(parts, default=0) * size * letter_width) + 2 * CELL_MARGIN


def row_height(cells: Sequence[str], widths: Sequence[int], size: int = SMALLEST) -> int:
    """Return how high a row of a table is, by its cell of most lines."""
    lines = max(
        line_count(text, width - 2 * CELL_MARGIN, size) for text, width in zip(cells, widths, strict=True)
    )
    return math.ceil(lines * size * LINE_HEIGHT) + 2 * CELL_MARGIN


def _parts(picture: Picture | None, box: Box) -> Sequence[Picture]:
    match picture:
        case Bars():
            return [_stretch(picture, part) for part in _bar_stretches(picture)]
        case Table():
            parts = [replace(picture, rows=rows) for rows in _pages(picture, box)]
            size = _table_size(parts, box)
            return [replace(part, size=size) for part in parts]
    return []


def _bar_stretches(bars: Bars) -> list[slice]:
    most = MOST_BARS if has_short_names(bars) else MOST_NAMED_BARS
    most = MOST_PAIRS if has_pairs(bars) else most
    return [slice(first, first + most) for first in range(0, len(bars.categories), most)]


def _stretch(bars: Bars, part: slice) -> Bars:
    series = tuple(replace(one, values=one.values[part]) for one in bars.series)
    return replace(bars, categories=bars.categories[part], series=series)


def _pages(table: Table, box: Box) -> list[tuple[tuple[str, ...], ...]]:
    """Return the rows of a table page by page, each as high as a picture at most, and about as many on each."""
    widths = column_widths(table, box.width)
    room = box.height - row_height(table.head, widths)
    heights = [row_height(row, widths) for row in table.rows]
    pages = _filled(heights, room)
    even = math.ceil(len(heights) / max(len(pages), 1))
    evenly = [slice(first, first + even) for first in range(0, len(heights), max(even, 1))]
    if all(sum(heights[page]) <= room for page in evenly):
        pages = evenly
    return [table.rows[page] for page in pages]


def _filled(heights: Sequence[int], room: int) -> list[slice]:
    """Return the pages of rows of these heights, each filled before the next begins."""
    starts, used = [0], 0
    for place, height in enumerate(heights):
        if used and used + height > room:
            starts.append(place)
            used = 0
        used += height
    return [slice(first, until) for first, until in zip(starts, [*starts[1:], len(heights)], strict=True)]
