"""What a file says of its rows: the choice, the verdicts, the meaning of every column, and how to make it again."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from cooperation import __version__
from cooperation.answers.answer import Evidence
from cooperation.answers.downloads import AnswerRows, Rows
from cooperation.answers.filters import Filters
from cooperation.answers.reproduction import command_line
from cooperation.documents.workbooks import About, Section
from cooperation.language import TN, Language, T, Text
from cooperation.settings import Settings
from cooperation.warehouse.browsing import Condition, Operator, RowChoice
from cooperation.warehouse.dictionary import ColumnEntry, Level
from cooperation.wording.applied import choice_text
from cooperation.wording.meanings import meaning
from cooperation.wording.names import STATISTICS
from cooperation.wording.verdicts import verdict_of_row

LEVELS: Mapping[Level, Text] = {
    "figure": T("Figures of the pages"),
    "row": T("Row by row"),
    "aggregate": T("Counted together"),
    "reject": T("What does not count"),
}
UNITS: Mapping[str, Text | str] = {
    "seconds": T("seconds"),
    "eur": "€",
    "share": T("share, 0 to 1"),
    "count": T("number"),
    "days": T("days"),
    "months": T("months"),
    "years": T("years"),
    "year": T("year"),
    "unit": "",
    "by_indicator": T("in the unit of the indicator"),
    "by_statistic": T("seconds, or a share of 0 to 1"),
}
TYPES: Mapping[str, Text] = {
    "string": T("text"),
    "integer": T("whole number"),
    "number": T("number with decimals"),
    "boolean": T("yes or no"),
    "date": T("day"),
    "datetime": T("day and time"),
    "array": T("list"),
}
OPERATORS: Mapping[Operator, Text] = {
    "is": T("is equal to"),
    "contains": T("contains"),
    "from": T("is at least"),
    "until": T("is at most"),
    "known": T("is known"),
    "unknown": T("is not known"),
}
# What tells the rows of an answer with verdicts from each other.
COLUMNS_THAT_NAME = (
    "promise_code",
    "field_code",
    "figure",
    "indicator_code",
    "municipality_nis",
    "statistic",
    "measure",
    "denominator",
    "zone_code",
)
# Where a column comes from, beside columns of exports and reference files.
SOURCES: Mapping[str, Text] = {
    "settings": T("the settings"),
    "exports": T("the reading of the exports"),
    "counted": T("counting"),
    "computed": T("computing"),
    "statistics": T("the statistics"),
}


def condition_words(condition: Condition, language: Language) -> str:
    """Return one condition as a reader says it: "zone_code is equal to 5382"."""
    said = (condition.column, language.say(OPERATORS[condition.operator]), condition.value)
    return " ".join(part for part in said if part)


def row_choice_text(choice: RowChoice, language: Language) -> Text:
    """Return in one sentence which rows of a table are there, and in which order."""
    if choice.conditions:
        rows = T(
            "Rows where {conditions}",
            conditions=language.join([condition_words(part, language) for part in choice.conditions]),
        )
    else:
        rows = T("All rows")
    if not choice.order_by:
        return T("{rows}, in their own order.", rows=rows)
    order = T("from high to low") if choice.is_descending else T("from low to high")
    return T("{rows}, by {column} {order}.", rows=rows, column=choice.order_by, order=order)


def about_rows(
    evidence: Evidence, rows: Rows, filters: Filters, choice: RowChoice, language: Language
) -> About:
    """Return the first sheet of a workbook with these rows."""
    code = language.code
    return About(
        language.say(T("About these figures")),
        rows.table.title.in_language(code),
        [
            Section(
                language.say(T("What this is")),
                _what(evidence, rows, filters, choice, language),
            ),
            *_verdicts(rows, language),
            Section(
                language.say(T("What the columns mean")),
                [column_row(entry, evidence.settings, language) for entry in rows.columns],
                column_header(language),
            ),
        ],
    )


def about_figures(
    figures: Sequence[AnswerRows], evidence: Evidence, filters: Filters, language: Language
) -> About:
    """Return the first sheet of a workbook with every figure: what each is, its verdicts, and what columns mean."""
    code = language.code
    entries = {entry.name: entry for rows in figures for entry in rows.columns}
    sheets = [
        (
            rows.table.name,
            rows.table.title.in_language(code),
            rows.table.grain.in_language(code),
            language.say(_counted(evidence, rows, filters, language)),
        )
        for rows in figures
    ]
    verdicts = [
        (rows.table.title.in_language(code), *said)
        for rows in figures
        for section in _verdicts(rows, language)
        for said in section.rows
    ]
    return About(
        language.say(T("About these figures")),
        "Samenwerkingsmonitor",
        [
            Section(language.say(T("What this is")), _made(evidence, language)),
            Section(
                language.say(T("The sheets")),
                sheets,
                [language.say(text) for text in (T("Sheet"), T("Title"), T("One row"), T("What is counted"))],
            ),
            Section(language.say(T("Verdicts in words")), verdicts),
            Section(
                language.say(T("What the columns mean")),
                [column_row(entry, evidence.settings, language) for _, entry in sorted(entries.items())],
                column_header(language),
            ),
        ],
    )


def column_header(language: Language) -> list[str]:
    """Return the headings over `column_row`."""
    return [
        language.say(text)
        for text in (T("Column"), T("Meaning"), T("Unit"), T("Kind"), T("Comes from"), T("Rules"))
    ]


def column_row(entry: ColumnEntry, settings: Settings, language: Language) -> list[str]:
    """Return what the dictionary says of a column."""
    return [
        entry.name,
        meaning(entry, settings).in_language(language.code),
        language.say(UNITS.get(entry.unit, "")),
        language.say(TYPES[entry.type]),
        ", ".join(language.say(SOURCES.get(source, source)) for source in entry.sources),
        ", ".join(entry.rules),
    ]


def _what(
    evidence: Evidence, rows: Rows, filters: Filters, choice: RowChoice, language: Language
) -> Sequence[tuple[str, str]]:
    entries: list[tuple[Text, Text | str]] = [
        (T("One row"), rows.table.grain.in_language(language.code)),
        (T("Number of rows"), TN("{count} row", "{count} rows", rows.count)),
        (T("Rows"), row_choice_text(choice, language)),
        (
            T("The same numbers in a shell, in the folder of the dashboard"),
            command_line(rows.table.name, filters, choice),
        ),
    ]
    if isinstance(rows, AnswerRows):
        entries.append((T("What is counted"), _counted(evidence, rows, filters, language)))
    said = [(language.say(label), language.say(text)) for label, text in entries]
    return [*said, *_made(evidence, language)]


def _counted(evidence: Evidence, rows: AnswerRows, filters: Filters, language: Language) -> Text:
    return choice_text(evidence, rows.table.name, filters, rows.answer.period, language)


def _made(evidence: Evidence, language: Language) -> list[tuple[str, str]]:
    """Return of which exports a file is, by what it was made and when."""
    coverage = evidence.coverage
    entries: list[tuple[Text, Text | str]] = []
    if coverage.is_demonstration:
        entries.append((T("Please note"), T("Invented data for a demonstration; no figure is real.")))
    entries += [
        (
            T("Where it comes from"),
            T("The exports of the zones, as read by this dashboard, and its reference data."),
        ),
        (T("Exports up to and including"), language.date(evidence.last_day)),
        (T("Read on"), language.date(pd.Timestamp(evidence.database.about["built_at"]))),
        (T("File made on"), language.date(date.today())),
        (T("Made with"), f"Samenwerkingsmonitor {__version__}"),
    ]
    return [(language.say(label), language.say(text)) for label, text in entries]


def _verdicts(rows: Rows, language: Language) -> Sequence[Section]:
    """Return the verdicts in words, where the rows hold any."""
    if not isinstance(rows, AnswerRows) or "verdict" not in {entry.name for entry in rows.columns}:
        return ()
    table = rows.stretch(0, rows.count)
    said = [
        (_named(row, language), language.say(verdict_of_row(row)))
        for row in table.to_dict("records")
        if not pd.isna(row["verdict"])
    ]
    return [Section(language.say(T("Verdicts in words")), said)]


def _named(row: Mapping[Any, Any], language: Language) -> str:
    """Return what a row is about: what tells it from the other rows with a verdict."""
    parts = [
        language.say(STATISTICS.get(row[name], str(row[name])))
        for name in COLUMNS_THAT_NAME
        if name in row and not pd.isna(row[name])
    ]
    is_of_all = "zone_code" in row and pd.isna(row["zone_code"])
    return ", ".join([*parts, language.say(T("all together"))] if is_of_all else parts)
