"""What a slide holds, in one language and ready to show; screen, PowerPoint and printed note only draw it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from cooperation.answers.answer import Answer
from cooperation.answers.periods import Phase
from cooperation.language import Language

Unit = Literal["duration", "percent", "money", "number"]


@dataclass(frozen=True)
class Series:
    """One series of a picture: its name, the phase whose colour it has, and a figure (None: unknown) a place."""

    name: str
    phase: Phase
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Bars:
    """Bars by category, one a series; times in seconds, shares 0 to 1, money in euro."""

    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: Unit


@dataclass(frozen=True)
class Lines:
    """One line a series over the months, which are first days; `start` divides before from after."""

    months: tuple[date, ...]
    series: tuple[Series, ...]
    unit: Unit
    start: date
    start_label: str


@dataclass(frozen=True)
class Table:
    """Cells as they are written; of a column of figures `is_figure` is true.

    `size` is that of its type on a slide, the same on every part of it, 0 where it was not laid out.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_figure: tuple[bool, ...]
    size: int = 0


@dataclass(frozen=True)
class Points:
    """Sentences one under another."""

    sentences: tuple[str, ...]


Picture = Bars | Lines | Table | Points


@dataclass(frozen=True)
class Figure:
    """The one figure of a slide: what it is, as it is written, what it was, and of how many ("" where that is said)."""

    label: str
    figure: str
    change: str
    count: str = ""


@dataclass(frozen=True)
class Judgement:
    """A verdict: its code, in words, why it says nothing if so, whether it is good news."""

    verdict: str
    said: str
    explanation: str
    tone: Literal["better", "worse", "neutral"]


@dataclass(frozen=True)
class Slide:
    """One statement with what carries it, made of `answers`; `note` are headed paragraphs for speaker and file.

    `picture_remark` stands under a picture that has something missing. `in_short` says on a note's first page what a
    slide without a figure holds.
    """

    key: str
    statement: str
    counted: str
    note: tuple[tuple[str, str], ...]
    figure: Figure | None = None
    judgement: Judgement | None = None
    picture: Picture | None = None
    picture_title: str = ""
    picture_remark: str = ""
    alternative: str = ""
    in_short: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True)
class Session:
    """The slides of one board in one language, and what stands on each of them."""

    language: Language
    title: str
    audience: str
    zones: str
    source: str
    slides: tuple[Slide, ...]
    is_demonstration: bool


def spoken(rows: Sequence[Sequence[str]]) -> str:
    """Return the rows of a table as they are read aloud, each as a sentence."""
    return " ".join(f"{', '.join(row)}." for row in rows)


def filled(picture: Bars) -> Bars | None:
    """Return a picture, None where nothing of it is known: eight empty years are a picture of nothing."""
    is_known = any(value is not None for series in picture.series for value in series.values)
    return picture if is_known else None


def stretches(values: Sequence[float | None]) -> Iterator[list[tuple[int, float]]]:
    """Yield the months with a figure that follow each other: a line never runs over a month that is unknown."""
    stretch: list[tuple[int, float]] = []
    for place, value in enumerate(values):
        if value is not None:
            stretch.append((place, value))
        elif stretch:
            yield stretch
            stretch = []
    if stretch:
        yield stretch


def written(value: float | None, unit: Unit, language: Language) -> str:
    """Return a figure of a picture as it is written beside its bar."""
    match unit:
        case "duration":
            return language.duration(value)
        case "percent":
            return language.percent(value, 1)
        case "money":
            return language.money(value)
    return language.number(value)
