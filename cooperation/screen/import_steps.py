"""The steps of an import beside the mapping: drop a file, see how it is read, what would be counted, publish it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from cooperation.answers.data_quality import ACTIONS, RULES, failure_text, fate_text, file_accounts
from cooperation.answers.filters import Filters
from cooperation.answers.import_exports import (
    COLUMN_NAMES,
    DATA_SET_NAMES,
    CallGaps,
    Inspection,
    TrialAccount,
    draft_problem,
    gap_sentences,
    published_gaps,
    trial_sentence,
)
from cooperation.language import TN, Language, T, Text
from cooperation.screen import caching
from cooperation.screen.cards import answer_sentence, empty_state, footer_line, notice
from cooperation.screen.choices import page_address, write_link
from cooperation.screen.import_desk import (
    Desk,
    Tray,
    choose_table,
    map_anew,
    publish,
    quietly,
    remembered,
    rival,
    said,
    save,
    start_over,
    suggested_profile_name,
    take_in,
    trial_failure,
    try_whole,
    undo_profile,
    undo_publication,
    uploader_key,
    write_otherwise,
)
from cooperation.screen.own_words import own_words
from cooperation.screen.tables import Column, show_table
from cooperation.settings import Settings
from cooperation.warehouse.containers import READ_ENDINGS
from cooperation.warehouse.database import DatabaseUnreadable
from cooperation.warehouse.incoming import free_name
from cooperation.warehouse.profile_drafts import Draft, DraftError, free_profile_name
from cooperation.warehouse.publishing import NothingPublished
from cooperation.warehouse.raw_lines import Layout

ENDINGS = tuple(ending.removeprefix(".") for ending in READ_ENDINGS)
# An option that is None is no choice to Streamlit, which then asks for one in English.
AS_FOUND = "\0found"
NO_LINES = {"accepted": 0, "duplicate": 0, "rejected": 0}
MOST_TITLE_LINES = 1_000
SHOWN_ROWS = 5
SHOWN_LINES = 3
SHOWN_CHARACTERS = 60
SECONDS_BETWEEN_LOOKS = 2
UPLOADER_BUTTON = '[data-testid="stFileUploaderDropzone"] button'

DELIMITER_NAMES: dict[str, Text] = {
    ";": T("a semicolon"),
    ",": T("a comma"),
    "\t": T("a tab"),
    "|": T("a vertical bar"),
}
QUOTE_NAMES: dict[str, Text] = {
    '"': T("quotation marks"),
    "'": T("apostrophes"),
    "": T("nothing"),
}
ENCODINGS: dict[str, str] = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 (BOM)",
    "cp1252": "Windows-1252",
    "latin-1": "Latin-1",
    "utf-16": "UTF-16 (BOM)",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
}
DECIMAL_NAMES: dict[str, Text] = {",": T("a comma"), ".": T("a point")}
# Free text may hold names: it is not shown beyond the first rows, which the steward has just dropped.
FREE_TEXT = ("nature", "description", "name")
TRIED_ACTIONS = {**ACTIONS, "reject": T("the line is refused")}


def show_heading(desk: Desk) -> None:
    """Show the question of the page and what it is for."""
    write_link(Filters())
    st.title(desk.language.say(T("Which export do you want to bring in?")), anchor=False)
    sentence = T(
        "Drop a file from any system. You see at once what is counted and what is not, and why; nothing is"
        " published before you say so."
    )
    st.html(answer_sentence(sentence, desk.language))


def show_refusal(desk: Desk) -> None:
    """Say why nothing can be dropped here, and what to do."""
    st.html(
        empty_state(
            T("Exports cannot be brought in from here"),
            T(
                "Other machines can reach this server and nobody signs in. Open the dashboard on the server itself,"
                " or put the files in the folder data/exports there."
            ),
            desk.language,
        )
    )


def show_drop(desk: Desk) -> None:
    """Show where a file is dropped, and what went wrong with the last step, if anything did."""
    limit = desk.settings.imports.largest_upload_megabytes
    key = uploader_key()
    st.html(f"<style>{_uploader_words(desk.language)}</style>")
    st.file_uploader(
        desk.language.say(
            TN(
                "Drop the export here: {endings}, {count} MB at most",
                "Drop the export here: {endings}, {count} MB at most",
                count=limit,
                endings=", ".join(ENDINGS),
            )
        ),
        type=list(ENDINGS),
        max_upload_size=limit,
        key=key,
        on_change=partial(take_in, key),
    )
    # Words of CSS are not read out by all who hear the page.
    named = own_words("uploader", desk.language, names={UPLOADER_BUTTON: T("Choose a file")})
    st.html(named, unsafe_allow_javascript=True)
    if problem := said():
        st.html(notice(problem, desk.language))


def show_reading(desk: Desk, tray: Tray) -> bool:
    """Show how the file is written and its first rows as read; return whether it holds lines at all."""
    say = desk.language.say
    st.subheader(say(T("1. What stands in the file?")), anchor=False)
    _choose_table(desk, tray)
    inspection = desk.inspection(tray)
    if inspection.layout is None or not inspection.rows:
        fate = NO_LINES | {"fate": inspection.fate, "lines_read": inspection.lines_read}
        st.html(notice(fate_text(fate, desk.language), desk.language))
        take_away = say(T("Take it away with the cross behind its name, and drop another file."))
        st.html(f"<p>{escape(take_away)}</p>")
    else:
        st.html(f"<p>{escape(say(_layout_sentence(inspection, inspection.layout, desk.language)))}</p>")
        _show_rows(inspection, desk.language)
    if inspection.layout is not None:
        _choose_layout(desk, tray, inspection, inspection.layout)
    return bool(inspection.rows)


def show_known_layout(desk: Desk, tray: Tray) -> bool:
    """Say that the layout is known, where it is; return whether it is used as it is."""
    inspection, say = desk.inspection(tray), desk.language.say
    if inspection.known_profile is None:
        return False
    if inspection.is_contract:
        sentence = T("These are the dashboard's own columns: nothing needs to be mapped.")
    else:
        sentence = T("This layout is known: the profile {name} reads it.", name=inspection.known_profile)
    st.html(f'<p class="answer">{escape(say(sentence))}</p>')
    st.button(
        say(T("Use what is known")) if tray.is_mapped_anew else say(T("Map the columns otherwise")),
        on_click=partial(map_anew, not tray.is_mapped_anew),
    )
    return not tray.is_mapped_anew


def show_trial(desk: Desk, tray: Tray, draft: Draft | None, step: Text) -> bool:
    """Show what would become of the lines and why; return whether any would be counted."""
    say = desk.language.say
    st.subheader(say(step), anchor=False)
    try:
        account = desk.trial(tray, draft)
    except DraftError as error:
        expected = [say(name) for name in DATA_SET_NAMES.values()]
        st.html(notice(draft_problem(error, desk.inspection(tray).header, expected), desk.language))
        return False
    if failure := trial_failure(account):
        st.html(notice(failure, desk.language))
        return False
    _show_what_was_tried(desk, account)
    for data_set in account.data_sets:
        name = escape(say(DATA_SET_NAMES[data_set.data_set]))
        sentence = escape(say(trial_sentence(data_set, desk.language)))
        st.html(f'<p class="answer"><strong>{name}.</strong> {sentence}</p>')
    _show_gaps(desk.language, account.gaps, desk.settings)
    if not account.data_sets:
        fate = NO_LINES | dict(account.fate)
        st.html(notice(fate_text(fate, desk.language), desk.language))
    _show_reasons(desk, account)
    _show_first_rows(desk, account)
    return account.accepted > 0


def show_publishing(desk: Desk, tray: Tray, draft: Draft | None, step: Text, *, is_ready: bool) -> None:
    """Show the names of profile and file, and the buttons that save and publish."""
    say = desk.language.say
    st.subheader(say(step), anchor=False)
    wanted_profile = ""
    if draft is not None:
        wanted_profile = _choose_profile_name(desk, tray)
    wanted_name = st.text_input(
        say(T("Name of the file among the exports")),
        key=remembered(
            f"import-{tray.staged.path.parent.name}-file",
            free_name(desk.places.exports, tray.staged.path.name),
        ),
    )
    if not is_ready:
        st.html(notice(T("No line would be counted, so there is nothing to publish yet."), desk.language))
    elif desk.shows_demonstration:
        st.html(notice(T("The invented figures go as soon as you publish."), desk.language))
    with st.container(horizontal=True):
        st.button(
            say(T("Publish")),
            type="primary",
            disabled=not is_ready,
            on_click=partial(publish, wanted_name, wanted_profile),
        )
        if draft is not None and tray.saved_profile is None:
            st.button(
                say(T("Save the profile only")),
                disabled=not is_ready,
                on_click=quietly(partial(save, wanted_profile)),
            )
        if tray.saved_profile is not None:
            st.button(say(T("Remove the saved profile again")), on_click=undo_profile)


def show_published(desk: Desk, tray: Tray) -> None:
    """Show how the figures take the new file in, what became of it, and the way back."""
    say = desk.language.say
    assert tray.placed is not None, "shown for a published file only"
    st.subheader(say(T("The file is among the exports")), anchor=False)
    _show_progress(desk, tray.placed.path.name)
    if tray.saved_profile is not None:
        st.html(
            f"<p>{escape(say(T('Its layout was saved as the profile {name}.', name=tray.saved_profile.stem)))}</p>"
        )
    address = page_address("data_quality", Filters(), desk.language.code)
    link = say(T("What was read and refused of all exports"))
    st.html(f'<p class="exports-line"><a href="{escape(address)}">{escape(link)}</a></p>')
    with st.container(horizontal=True):
        st.button(say(T("Bring in another file")), type="primary", on_click=start_over)
        st.button(say(T("Take the file back")), on_click=undo_publication)


def show_footer(desk: Desk) -> None:
    """Show what happens to a file that is dropped here."""
    st.html(
        footer_line(
            [
                T("A file that is dropped here stays on this machine"),
                T("Until you publish it no figure changes"),
                T(
                    "You can take a file back here until you leave the page; later, by removing it from the folder"
                    " data/exports"
                ),
            ],
            desk.language,
        )
    )


def _uploader_words(language: Language) -> str:
    """Return the CSS that gives the uploader's button our word for it: Streamlit's own are English only."""
    button = f'{UPLOADER_BUTTON} [data-testid="stMarkdownContainer"]'
    word = json.dumps(language.say(T("Choose a file"))).replace("<", "\\3c ")
    return (
        f"{button} p {{ display: none; }} {button}::after {{ content: {word}; }}"
        # What may be dropped and how large it may be stands above it, in the reader's language.
        ' [data-testid="stFileUploaderDropzoneInstructions"] { display: none; }'
    )


@st.fragment(run_every=SECONDS_BETWEEN_LOOKS)
def _show_progress(desk: Desk, file_name: str) -> None:
    language = desk.language
    freshness = caching.rebuilder().check()
    if freshness.failure:
        reason = failure_text(freshness.failure.code, freshness.failure.message)
        st.html(notice(T("The exports could not be read: {reason}.", reason=reason), language))
        return
    fates = {} if freshness.state == "building" else _fates(file_name)
    if not fates:
        st.info(language.say(T("The figures are being computed anew with this file; this takes a moment.")))
        return
    for fate in fates.values():
        st.success(language.say(fate_text(fate, language)))
    database = caching.evidence(caching.published_path()).database
    _show_gaps(language, published_gaps(database, file_name), desk.settings)


def _fates(file_name: str) -> dict[str, Any]:
    """Return the account of a file, or of each of its parts, in the published database."""
    try:
        accounts = file_accounts(caching.evidence(caching.published_path()).database)
    except (NothingPublished, DatabaseUnreadable):
        return {}
    rows = accounts.to_dict("records")
    return {
        row["file_name"]: row
        for row in rows
        if row["file_name"] == file_name or row["file_name"].startswith(f"{file_name}/")
    }


def _choose_table(desk: Desk, tray: Tray) -> None:
    tables = desk.tables(tray)
    if len(tables) == 1:
        return
    counts = {table.name: desk.language.number(table.lines_read) for table in tables}
    key = f"import-{tray.staged.path.parent.name}-table"
    st.selectbox(
        desk.language.say(T("The file holds several tables; which one do you want to look at?")),
        [table.name for table in tables],
        format_func=lambda name: desk.language.say(T("{name}: {count} lines", name=name, count=counts[name])),
        key=remembered(key, desk.inspection(tray).name),
        on_change=lambda: choose_table(st.session_state[key]),
    )


def _show_rows(inspection: Inspection, language: Language) -> None:
    names = [f"column_{place}" for place, _ in enumerate(inspection.header)]
    rows = pd.DataFrame([map(shortened, row) for row in inspection.rows[:SHOWN_ROWS]], columns=names)
    columns = [Column(name, heading) for name, heading in zip(names, inspection.header, strict=True)]
    show_table(rows, columns, language, caption=T("The first lines as they are read"))


def _choose_layout(desk: Desk, tray: Tray, inspection: Inspection, layout: Layout) -> None:
    """Offer, folded, what the reader found out about the file, each to be overruled."""
    say, key = desk.language.say, f"import-{tray.staged.path.parent.name}-layout"

    def choose(name: str, label: Text, found: str, options: Mapping[str, Text | str]) -> str | None:
        as_found = say(T("as found: {found}", found=options.get(found, found) or "–"))
        names = {AS_FOUND: as_found} | {option: say(text) for option, text in options.items()}
        told = getattr(tray.written, name)
        chosen: str = st.selectbox(
            say(label),
            list(names),
            format_func=lambda option: names[option],
            key=remembered(f"{key}-{name}", AS_FOUND if told is None else told),
        )
        return None if chosen == AS_FOUND else chosen

    with st.expander(say(T("Not right? Say how the file is written.")), key=key):
        told = tray.written
        if layout.kind == "csv":
            told = replace(
                told,
                encoding=choose("encoding", T("Encoding"), layout.encoding or "", ENCODINGS),
                delimiter=choose("delimiter", T("Between the cells"), layout.delimiter, DELIMITER_NAMES),
                quote=choose("quote", T("Around cells"), layout.quote, QUOTE_NAMES),
            )
        told = replace(
            told, decimal_mark=choose("decimal_mark", T("Decimal mark"), layout.decimal_mark, DECIMAL_NAMES)
        )
        titles = layout.header_line_number - 1
        skipped = st.number_input(
            say(T("Lines above the header")),
            min_value=0,
            max_value=MOST_TITLE_LINES,
            key=remembered(f"{key}-titles", titles),
        )
        if tray.written.skip_lines is not None or skipped != titles:
            told = replace(told, skip_lines=int(skipped))
    if told != tray.written:
        write_otherwise(told)
        st.rerun()


def _layout_sentence(inspection: Inspection, layout: Layout, language: Language) -> Text:
    lines = TN(
        "{count} line in {columns} columns",
        "{count} lines in {columns} columns",
        count=inspection.lines_read,
        columns=language.number(len(inspection.header)),
    )
    mark = DECIMAL_NAMES[layout.decimal_mark]
    if layout.kind != "csv":
        return T(
            "{lines}, from a file of the kind {kind}; decimals stand behind {mark}.",
            lines=lines,
            kind=layout.kind,
            mark=mark,
        )
    return T(
        "{lines}; cells are separated by {delimiter}, the encoding is {encoding}, decimals stand behind {mark}.",
        lines=lines,
        delimiter=DELIMITER_NAMES.get(layout.delimiter, layout.delimiter),
        encoding=ENCODINGS.get(layout.encoding or "", layout.encoding or "–"),
        mark=mark,
    )


def _show_gaps(language: Language, gaps: CallGaps, settings: Settings) -> None:
    for sentence in gap_sentences(gaps, settings, language):
        st.html(notice(sentence, language))


def _show_what_was_tried(desk: Desk, account: TrialAccount) -> None:
    say = desk.language.say
    if account.is_sample:
        st.html(notice(T("The file is large: only its first lines were tried."), desk.language))
        st.button(say(T("Try the whole file")), on_click=try_whole)
    if account.is_beside_others:
        st.caption(say(T("Tried together with the exports that are there already.")))


def _show_reasons(desk: Desk, account: TrialAccount) -> None:
    if account.reasons.empty:
        return
    reasons = account.reasons.assign(
        data_set=[desk.language.say(DATA_SET_NAMES[name]) for name in account.reasons["data_set"]],
        column=[_said_column(name, desk.language) for name in account.reasons["column_name"]],
        lines=[", ".join(map(str, lines[:SHOWN_LINES])) for lines in account.reasons["first_line_numbers"]],
        example=[
            _example(name, values)
            for name, values in zip(
                account.reasons["column_name"], account.reasons["first_values"], strict=True
            )
        ],
    )
    show_table(
        reasons,
        (
            Column("data_set", T("Part")),
            Column("rule", T("Reason"), names=RULES),
            Column("action", T("What happens"), names=TRIED_ACTIONS),
            Column("finding_count", T("How often"), "number"),
            Column("column", T("Column")),
            Column("lines", T("First lines")),
            Column("example", T("Written there")),
        ),
        desk.language,
        caption=T("Why lines are refused, and cells emptied or doubted"),
    )


def _show_first_rows(desk: Desk, account: TrialAccount) -> None:
    for data_set in account.data_sets:
        rows = account.first_rows[data_set.data_set]
        columns = [name for name in COLUMN_NAMES if name in rows and rows[name].notna().any()]
        if not columns:
            continue
        shown = rows[columns].map(lambda cell: _read_back(cell, desk.language))
        show_table(
            shown,
            [Column(name, COLUMN_NAMES[name]) for name in columns],
            desk.language,
            caption=T(
                "{part}: the first lines as they would be counted", part=DATA_SET_NAMES[data_set.data_set]
            ),
        )


def _choose_profile_name(desk: Desk, tray: Tray) -> str:
    say = desk.language.say
    if tray.saved_profile is not None:
        st.caption(say(T("The layout is saved as the profile {name}.", name=tray.saved_profile.stem)))
        return str(tray.saved_profile.stem)
    if name := rival(desk, tray):
        st.caption(
            say(
                T(
                    "The profile {name} reads this layout today; it is put aside, and can be put back.",
                    name=name,
                )
            )
        )
    return st.text_input(
        say(T("Name for this layout: the next file like it is recognised by itself")),
        key=remembered(
            f"import-{tray.staged.path.parent.name}-profile",
            free_profile_name(desk.places.profiles, suggested_profile_name(tray)),
        ),
    )


def _said_column(name: object, language: Language) -> str:
    return language.say(COLUMN_NAMES[str(name)]) if name in COLUMN_NAMES else "–"


def _example(column: object, values: Sequence[object]) -> str:
    known = [str(value) for value in values if value is not None and not pd.isna(value)]
    return "–" if column in FREE_TEXT or not known else shortened(known[0])


def _read_back(cell: Any, language: Language) -> str:
    if cell is None or pd.isna(cell):
        return language.number(None)
    if isinstance(cell, pd.Timestamp):
        time = f" {cell:%H:%M:%S}" if cell != cell.normalize() else ""
        return language.date(cell.date()) + time
    return shortened(str(cell))


def shortened(text: str) -> str:
    """Return a text on one line, cut where it is long."""
    words = " ".join(text.split())
    return words if len(words) <= SHOWN_CHARACTERS else words[: SHOWN_CHARACTERS - 1] + "…"
