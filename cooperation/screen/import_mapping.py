"""Step 2 of an import: which column of the file is which of the dashboard's, by pick lists."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import islice

import streamlit as st

from cooperation.answers.import_exports import (
    COLUMN_NAMES,
    DATA_SET_NAMES,
    Inspection,
    propose_draft,
    propose_other,
    values_to_explain,
)
from cooperation.language import TN, Language, T, Text
from cooperation.screen.import_desk import Desk, Tray, remembered
from cooperation.warehouse.contract import DATA_SETS, DataSet
from cooperation.warehouse.profile_drafts import (
    CLOCK_ORDER,
    DATE_FORMATS,
    REQUIRED,
    SEPARATORS,
    USUAL_DATE_FORMATS,
    DataSetDraft,
    DateAndTime,
    Draft,
    EachElement,
    FixedValue,
    FromColumn,
    Origin,
    TimeAlone,
)
from cooperation.warehouse.trial import ValueCount
from cooperation.wording.names import ORIGINS

# What a pick list holds beside the columns of the file; no header cell reads like these.
EMPTY, FIXED, IN_CELL, FOLLOWS, ONE, AS_WRITTEN, NOTHING, AS_USUAL = ("\0" + letter for letter in "efcfoanu")
SHOWN_VALUES = 25
SHOWN_CHARACTERS = 28

SEPARATOR_NAMES: Mapping[str, Text] = {
    ONE: T("one unit"),
    ",": T("several units, with a comma between"),
    ";": T("several units, with a semicolon between"),
    "/": T("several units, with a slash between"),
    "|": T("several units, with a vertical bar between"),
    "+": T("several units, with a plus sign between"),
    "\n": T("several units, each on a line of its own"),
    " ": T("several units, with a blank between"),
}
CODE_NAMES: Mapping[str, Mapping[str, Text]] = {
    "origin": ORIGINS,
    "assistance": {
        "own": T("Own unit"),
        "partner": T("Mutual assistance"),
        "lateral": T("Lateral assistance"),
        "hycap": T("HyCap: the national reinforcement"),
        "federal": T("Federal support"),
    },
    "service": {"ordinary": T("Ordinary service"), "extraordinary": T("Extraordinary service")},
    "category": {
        "personnel": T("Personnel"),
        "operating": T("Operating costs"),
        "transfers": T("Transfers"),
        "debt": T("Debt"),
        "investment": T("Investment"),
    },
    "basis": {
        "quote": T("A quote"),
        "earlier_purchase": T("An earlier purchase"),
        "estimate": T("An estimate"),
    },
}


def show_mapping(desk: Desk, tray: Tray) -> Draft:
    """Show the pick lists, filled in as proposed, and return what the steward has chosen so far."""
    inspection = desk.inspection(tray)
    if tray.proposal is None:
        tray.proposal = propose_draft(inspection, desk.sources)
    # What was chosen before the page was left comes before what was proposed.
    start = tray.draft or tray.proposal
    say = desk.language.say
    st.subheader(say(T("2. Which column is what?")), anchor=False)
    names = _choose_data_sets(desk, start, _key(tray, "data-sets"))
    draft = replace(start, data_sets=tuple(_start(name, start, desk, inspection) for name in names))
    if any(_moments(mapped.data_set) & mapped.origins.keys() for mapped in draft.data_sets):
        draft = replace(draft, date_format=_choose_date_format(desk, inspection, draft, _key(tray, "dates")))
    mapped = [_show_data_set(desk, tray, inspection, one, draft) for one in draft.data_sets]
    draft = replace(draft, data_sets=tuple(mapped))
    return _show_meanings(desk, tray, inspection, draft)


def _choose_data_sets(desk: Desk, start: Draft, key: str) -> list[str]:
    known = [mapped.data_set.name for mapped in start.data_sets]
    chosen = st.pills(
        desk.language.say(T("What does the file hold? Choose one or more.")),
        [data_set.name for data_set in DATA_SETS],
        selection_mode="multi",
        format_func=lambda name: desk.language.say(DATA_SET_NAMES[name]),
        key=remembered(key, known),
    )
    return [data_set.name for data_set in DATA_SETS if data_set.name in chosen]


def _start(name: str, start: Draft, desk: Desk, inspection: Inspection) -> DataSetDraft:
    known = next((mapped for mapped in start.data_sets if mapped.data_set.name == name), None)
    return known or propose_other(name, inspection, desk.sources)


def _choose_date_format(desk: Desk, inspection: Inspection, draft: Draft, key: str) -> str | None:
    """Offer the ways of writing a date that the file's dates allow, each with one of them read back."""
    written = _first_dates(inspection, draft)
    possible = [way for way in DATE_FORMATS if written and all(_read(day, way) for day in written)]
    if draft.date_format is not None and draft.date_format not in possible:
        possible.append(draft.date_format)
    chosen: str = st.selectbox(
        desk.language.say(T("How are dates written?")),
        # Not None: to Streamlit that is no choice, and it asks for one in English.
        [AS_USUAL, *possible],
        format_func=lambda way: desk.language.say(_date_example(desk.language, way, written)),
        key=remembered(key, draft.date_format or AS_USUAL),
    )
    return None if chosen == AS_USUAL else chosen


def _date_example(language: Language, way: str, written: Sequence[str]) -> Text | str:
    """Return a way of writing dates with the first date of the file that it reads, read back."""
    ways = USUAL_DATE_FORMATS if way == AS_USUAL else (way,)
    readings = ((day, _read(day, one)) for day in written for one in ways)
    day, read = next(((day, found) for day, found in readings if found), ("", None))
    if way == AS_USUAL and read is None:
        return T("as usual: 31/01/2022, 31-01-2022 or 2022-01-31")
    if read is None:
        return _in_letters(way)
    if way == AS_USUAL:
        return T("as usual: {written} is {read}", written=day, read=language.date(read))
    return T("{way}: {written} is {read}", way=_in_letters(way), written=day, read=language.date(read))


def _show_data_set(
    desk: Desk, tray: Tray, inspection: Inspection, start: DataSetDraft, draft: Draft
) -> DataSetDraft:
    name = start.data_set.name
    st.markdown(f"**{desk.language.say(DATA_SET_NAMES[name])}**")
    origins: dict[str, Origin] = {}
    for column in start.data_set.columns:
        label, source, detail = st.columns([3, 4, 4], vertical_alignment="center")
        with label:
            _show_name(desk, column, is_required=column in REQUIRED[name])
        with source:
            chosen = _choose_source(desk, inspection, column, start, _key(tray, name, column))
        with detail:
            origin = _show_detail(desk, tray, inspection, start, column, chosen, draft)
        if origin is not None:
            origins[column] = origin
    return replace(start, origins=origins)


def _show_name(desk: Desk, column: str, *, is_required: bool) -> None:
    name = desk.language.say(COLUMN_NAMES[column])
    st.markdown(f"{name} {desk.language.say(T('(needed)'))}" if is_required else name)


def _choose_source(desk: Desk, inspection: Inspection, column: str, start: DataSetDraft, key: str) -> str:
    names = {
        EMPTY: desk.language.say(T("– not in the file –")),
        FIXED: desk.language.say(T("the same for every line")),
    }
    chosen: str = st.selectbox(
        desk.language.say(T("Column for: {column}", column=COLUMN_NAMES[column])),
        [EMPTY, FIXED, *inspection.header],
        format_func=lambda option: names.get(option, option),
        label_visibility="collapsed",
        key=remembered(key, _source_of(start.origins.get(column))),
    )
    return chosen


def _source_of(origin: Origin | None) -> str:
    match origin:
        case None:
            return EMPTY
        case FixedValue():
            return FIXED
        case DateAndTime(_, time_column):
            return time_column
        case FromColumn(column) | TimeAlone(column) | EachElement(column):
            return column


def _show_detail(
    desk: Desk,
    tray: Tray,
    inspection: Inspection,
    start: DataSetDraft,
    column: str,
    chosen: str,
    draft: Draft,
) -> Origin | None:
    """Show what else must be known of a column, and an example of its cells; return where it comes from."""
    key, origin = _key(tray, start.data_set.name, column, "detail"), start.origins.get(column)
    if chosen == EMPTY:
        return None
    if chosen == FIXED:
        return FixedValue(_choose_value(desk, column, origin, key + "-value"))
    if column in CLOCK_ORDER or column == "closed_at":
        return _choose_date(desk, inspection, column, chosen, origin, key)
    if column == "unit_id" and start.data_set is not draft.data_sets[0].data_set:
        return _choose_separator(desk, inspection, chosen, origin, key)
    _show_example(desk, inspection, chosen)
    return FromColumn(chosen)


def _choose_value(desk: Desk, column: str, origin: Origin | None, key: str) -> str:
    label = desk.language.say(T("Value for: {column}", column=COLUMN_NAMES[column]))
    known = origin.text if isinstance(origin, FixedValue) else ""
    codes = _codes(desk, column)
    if not codes:
        return st.text_input(label, label_visibility="collapsed", key=remembered(key, known))
    chosen: str = st.selectbox(
        label,
        list(codes),
        format_func=lambda code: codes[code],
        label_visibility="collapsed",
        key=remembered(key, known if known in codes else next(iter(codes))),
    )
    return chosen


def _choose_date(
    desk: Desk, inspection: Inspection, column: str, chosen: str, origin: Origin | None, key: str
) -> Origin:
    others = [name for name in inspection.header if name != chosen]
    example = ", ".join(_cells(inspection, chosen, 1)) or "–"
    names = {
        IN_CELL: T("{example}: date and time are both there", example=example),
        FOLLOWS: T("{example}: no date, it follows the time before", example=example),
    }
    start = {DateAndTime: "", TimeAlone: FOLLOWS}.get(type(origin), IN_CELL)
    if isinstance(origin, DateAndTime):
        start = origin.date_column
    options = [IN_CELL, *([FOLLOWS] if column != CLOCK_ORDER[0] else []), *others]

    def option_name(option: str) -> str:
        if option in names:
            return desk.language.say(names[option])
        return desk.language.say(T("{example}: its date stands in {column}", example=example, column=option))

    date_column: str = st.selectbox(
        desk.language.say(T("Date for: {column}", column=COLUMN_NAMES[column])),
        options,
        format_func=option_name,
        label_visibility="collapsed",
        key=remembered(key, start if start in options else IN_CELL),
    )
    if date_column == IN_CELL:
        return FromColumn(chosen)
    return TimeAlone(chosen) if date_column == FOLLOWS else DateAndTime(date_column, chosen)


def _choose_separator(
    desk: Desk, inspection: Inspection, chosen: str, origin: Origin | None, key: str
) -> Origin:
    example = ", ".join(_cells(inspection, chosen, 1)) or "–"
    separator: str = st.selectbox(
        desk.language.say(T("One cell holds")),
        [ONE, *SEPARATORS],
        format_func=lambda option: f"{example}: {desk.language.say(SEPARATOR_NAMES[option])}",
        label_visibility="collapsed",
        key=remembered(key, origin.separator if isinstance(origin, EachElement) else ONE),
    )
    return FromColumn(chosen) if separator == ONE else EachElement(chosen, separator)


def _show_example(desk: Desk, inspection: Inspection, column: str) -> None:
    examples = " · ".join(_cells(inspection, column, 3))
    st.caption(
        desk.language.say(T("for example {examples}", examples=examples))
        if examples
        else desk.language.say(T("empty in the first lines"))
    )


def _show_meanings(desk: Desk, tray: Tray, inspection: Inspection, draft: Draft) -> Draft:
    """Let the steward say what the values of each column of codes mean, the most frequent first."""
    values = values_to_explain(draft, inspection)
    data_sets = []
    for mapped in draft.data_sets:
        meanings = {}
        for column in mapped.origins:
            counts = values.get((mapped.data_set.name, column))
            if counts and _codes(desk, column):
                meanings[column] = _choose_meanings(desk, tray, mapped, column, counts)
        data_sets.append(replace(mapped, meanings={c: found for c, found in meanings.items() if found}))
    return replace(draft, data_sets=tuple(data_sets))


def _choose_meanings(
    desk: Desk, tray: Tray, mapped: DataSetDraft, column: str, counts: Sequence[ValueCount]
) -> dict[str, str]:
    codes, say = _codes(desk, column), desk.language.say
    known = mapped.meanings.get(column, {})
    named = {
        AS_WRITTEN: say(T("as it is written")),
        **codes,
        NOTHING: say(T("counts as empty")),
    }
    title = TN(
        "{column}: what does {count} value mean?",
        "{column}: what do {count} values mean?",
        count=len(counts),
        column=COLUMN_NAMES[column],
    )

    def choose(label: str, key: str, start: str) -> str:
        chosen: str = st.selectbox(
            label, list(named), format_func=lambda code: named[code], key=remembered(key, start)
        )
        return chosen

    key = _key(tray, mapped.data_set.name, column, "meaning")
    with st.expander(say(title), key=key):
        chosen = {}
        columns = st.columns(2, gap="large")
        for place, one in enumerate(counts[:SHOWN_VALUES]):
            with columns[place % 2]:
                label = f"{one.value[:SHOWN_CHARACTERS]} ({desk.language.number(one.count)})"
                chosen[one.value] = choose(label, f"{key}-{one.value}", _meaning_code(known.get(one.value)))
        if rest := counts[SHOWN_VALUES:]:
            label = say(TN("The {count} other value", "The {count} other values", count=len(rest)))
            others = choose(label, f"{key}-rest", _meaning_code(known.get(rest[0].value)))
            chosen |= {one.value: others for one in rest}
    return {value: "" if code == NOTHING else code for value, code in chosen.items() if code != AS_WRITTEN}


def _meaning_code(meant: str | None) -> str:
    return AS_WRITTEN if meant is None else meant or NOTHING


def _codes(desk: Desk, column: str) -> dict[str, str]:
    """Return the codes that a column may hold with their names, empty where a steward types them."""
    code = desk.language.code
    if column.endswith("zone_code"):
        return {zone.code: f"{zone.code} {zone.name.in_language(code)}" for zone in desk.settings.zones}
    if column == "priority":
        return {one.code: f"{one.code} {one.name.in_language(code)}" for one in desk.settings.priorities}
    if column == "domain_code":
        return {one.code: one.name.in_language(code) for one in desk.settings.fields}
    words = CODE_NAMES.get(column, {})
    return {name: desk.language.say(word) for name, word in words.items()}


def _moments(data_set: DataSet) -> set[str]:
    return set(data_set.moments)


def _first_dates(inspection: Inspection, draft: Draft) -> list[str]:
    """Return the dates, without their times, of the first lines, in the columns that a draft takes them from."""
    columns: list[str] = []
    for mapped in draft.data_sets:
        for column in mapped.data_set.moments:
            match mapped.origins.get(column):
                case DateAndTime(source, _) | FromColumn(source):
                    columns.append(source)
    cells = (cell for column in columns for cell in _cells(inspection, column, 100))
    return [cell.split()[0] for cell in cells if any(separator in cell for separator in "/-.")]


def _cells(inspection: Inspection, column: str, most: int) -> list[str]:
    place = inspection.header.index(column)
    filled = (row[place].strip() for row in inspection.rows if row[place].strip())
    return [" ".join(cell.split())[:SHOWN_CHARACTERS] for cell in islice(dict.fromkeys(filled), most)]


def _read(written: str, way: str) -> date | None:
    try:
        return datetime.strptime(written, way).date()
    except ValueError:
        return None


def _in_letters(way: str) -> str:
    for sign, letters in (("%d", "dd"), ("%m", "mm"), ("%Y", "yyyy"), ("%y", "yy")):
        way = way.replace(sign, letters)
    return way


def _key(tray: Tray, *parts: str) -> str:
    """Return a key of a widget that is of this file only."""
    return "-".join(("import", tray.staged.path.parent.name, *parts))
