"""Which decimal mark a file's amounts are written with, told from its cells."""

import re
from collections.abc import Iterable

# What may stand around the digits of an amount: a sign or brackets, a currency, a percent sign.
BLANKS = " \u00a0\u2009\u202f"
AROUND = re.compile(rf"^[({BLANKS}€+-]*(?:EUR)?[{BLANKS}+-]*|[){BLANKS}€%-]*(?:EUR)?[{BLANKS}]*$")
NUMBER = re.compile(rf"\d[\d.,{BLANKS}']*|[.,]\d+")
GROUPED_BY_BLANKS = re.compile(rf"\d{{1,3}}(?:[{BLANKS}']\d{{3}})+([.,])\d+")
WITH_BOTH_MARKS = re.compile(r"\d{1,3}(?:\.\d{3})+(,)\d*|\d{1,3}(?:,\d{3})+(\.)\d*")
GROUPED_BY_MARKS = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})+")
# One mark: as a thousands mark it would have one to three digits before it, no lone zero, and three behind it.
NO_THOUSANDS = re.compile(r"(?:0|\d{4,})?([.,])\d+|\d*([.,])(?:\d{1,2}|\d{4,})")
OTHER_MARK = {".": ",", ",": "."}


def decimal_mark(cells: Iterable[str], delimiter: str | None) -> str:
    """Return the decimal mark, "," or ".", that the cells of a file are evidence of.

    Strong evidence is a cell that can be read in one way only and looks like an amount: both marks (`1.234,56`), a
    mark that comes again (`5.886.708`), blanks as thousands marks (`4 160,125`), a euro sign before three digits
    (`€ 4.160`). Weak is one mark that cannot be a thousands mark (`12,5`, `1234.567`, `0.125`): codes and
    coordinates look like that too. Strong evidence decides where all of it agrees, else weak evidence where all of
    it agrees, else the delimiter: a comma where it is a semicolon, as Belgian Excel writes, else a point.
    """
    found = [_evidence(cell) for cell in {cell for cell in cells if "," in cell or "." in cell}]
    for strength in (2, 1):
        marks = {mark for mark, its_strength in found if its_strength == strength}
        if len(marks) == 1:
            return marks.pop()
    return "," if delimiter == ";" else "."


def _evidence(cell: str) -> tuple[str, int]:
    """Return the mark that a cell is evidence of and how strong it is; 0 where it is none."""
    number = AROUND.sub("", cell)
    if not NUMBER.fullmatch(number):
        return "", 0
    if match := GROUPED_BY_BLANKS.fullmatch(number) or WITH_BOTH_MARKS.fullmatch(number):
        return match[match.lastindex or 1], 2
    if match := GROUPED_BY_MARKS.fullmatch(number):
        return OTHER_MARK[match[1]], 2
    if match := NO_THOUSANDS.fullmatch(number):
        return match[match.lastindex or 1], 1
    if ("€" in cell or "EUR" in cell) and (match := re.fullmatch(r"\d{1,3}([.,])\d{3}", number)):
        return OTHER_MARK[match[1]], 2
    return "", 0
