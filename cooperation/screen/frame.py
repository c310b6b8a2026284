"""What is around every page: language, navigation, demonstration banner, freshness, the reader's choice."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.data_quality import failure_advice, failure_text, fate_text, unopened_files
from cooperation.answers.filters import Filters
from cooperation.answers.periods import Period
from cooperation.freshness import Failure, Freshness
from cooperation.language import LANGUAGES, TN, Language, T, Text, speak
from cooperation.palette import Palette
from cooperation.screen import caching
from cooperation.screen.cards import demonstration_banner, empty_state, file_list, notice
from cooperation.screen.choices import (
    choose_language,
    chosen_filters,
    chosen_language,
    dropped_choices,
    write_link,
)
from cooperation.screen.filters import show_filters
from cooperation.screen.style import apply_style, screen_palette
from cooperation.warehouse.database import DatabaseUnreadable
from cooperation.warehouse.publishing import NothingPublished

SHOWN_OF_A_LINK = 60
SHOWN_UNOPENED_FILES = 5
PRODUCT = "Samenwerkingsmonitor"
SECONDS_BETWEEN_CHECKS = 4
ICON = Path(__file__).with_name("icon.png")


@dataclass(frozen=True)
class PageEntry:
    """One page of the navigation: its file's stem, its title, what draws it, and whether it is listed for this reader.

    A page that is not listed still has its address, and says there why.
    """

    name: str
    title: Text
    render: Callable[[], None]
    is_listed: Callable[[], bool] = lambda: True


@dataclass(frozen=True)
class View:
    """What a page needs to draw: language, colours, the evidence and the reader's choice."""

    language: Language
    colours: Palette
    path: str
    evidence: Evidence
    filters: Filters
    period: Period

    def ask(self, answer: str, filters: Filters | None = None) -> Answer:
        """Return an answer for the reader's choice, or for another one."""
        return caching.ask_of(self.evidence, answer, self.path, self.filters if filters is None else filters)


def run_dashboard(pages: Sequence[PageEntry]) -> None:
    """Draw the frame and, inside it, the page that the address names; the first page is the home page."""
    # A picture of our own: Streamlit would fetch an emoji or a named icon from the internet.
    st.set_page_config(page_title=PRODUCT, layout="wide", page_icon=str(ICON))
    language = speak(chosen_language())
    apply_style(screen_palette(), language)
    entries = {
        page.name: st.Page(
            page.render,
            title=language.say(page.title),
            url_path=page.name,
            visibility="visible" if page.is_listed() else "hidden",
        )
        for page in pages
    }
    home = entries[pages[0].name]
    # Streamlit serves its home page at "/" only; this way every page has one address, its own.
    start = st.Page(
        lambda: _go_to(home),
        title="Samenwerkingsmonitor",
        url_path="start",
        default=True,
        visibility="hidden",
    )
    chosen = st.navigation([start, *entries.values()], position="top")
    with st.container(key="page-top", horizontal=True, vertical_alignment="center"):
        _demonstration_mark(language)
        _language_switch(language)
    chosen.run()


def _go_to(page: Any) -> None:
    asked = {name: st.query_params.get_all(name) for name in st.query_params}
    st.switch_page(page, query_params=asked)


def draw(
    heading: Callable[[View], None],
    body: Callable[[View], None],
    *,
    only_place: bool = False,
    controls: Callable[[View], None] | None = None,
    needs_calls: bool = False,
    without_data: Callable[[Language], None] | None = None,
    in_link: Callable[[], Mapping[str, str]] = dict,
    goes_round: bool = False,
) -> None:
    """Draw a page: `heading` (question and answer), the row of controls under it, then `body`.

    `controls` draws the row of a page that is not about calls. One that `needs_calls` says what to do where the
    exports hold no intervention. `without_data` draws what a page can say before any export was read. `in_link` gives
    the choices of this page alone, which its address says beside the filters. What `goes_round`, on a projector or as
    files, hides small counts whatever the settings say.
    """
    language = speak(chosen_language())
    freshness = caching.rebuilder().check()
    try:
        path = caching.published_path()
        evidence = caching.evidence_for_everyone(path) if goes_round else caching.evidence(path)
        filters = chosen_filters(evidence)
    except (NothingPublished, DatabaseUnreadable):
        _watch_exports(language)
        if without_data is None:
            _say_nothing_is_there(freshness, language)
        else:
            without_data(language)
        return
    _watch_exports(language)
    _say_what_was_dropped(language)
    try:
        _say_what_was_not_opened(evidence, language)
        if not evidence.hides_small_counts:
            said = T("Small counts are shown: the settings allow it on this machine. Do not pass them on.")
            st.html(notice(said, language))
        if needs_calls and not evidence.coverage.intervention_count:
            say_there_are_no_calls(language)
            return
        view = View(language, screen_palette(), path, evidence, filters, evidence.period(filters))
        heading(view)
        if controls is None:
            show_filters(evidence, filters, language, only_place=only_place)
        else:
            controls(view)
        write_link(filters, **in_link())
        body(view)
    except DatabaseUnreadable:
        # The file is damaged, another version wrote it, or builds in quick succession have removed it: the page
        # fills itself with the next one.
        _say_nothing_is_there(freshness, language)


def side_by_side(view: View, *pictures: Callable[[View], None]) -> None:
    """Draw pictures in one row; on a phone they stand under each other."""
    for column, picture in zip(st.columns(len(pictures), gap="large"), pictures, strict=True):
        with column:
            picture(view)


def _demonstration_mark(language: Language) -> None:
    try:
        is_demonstration = caching.evidence(caching.published_path()).coverage.is_demonstration
    except (NothingPublished, DatabaseUnreadable):
        is_demonstration = False
    if is_demonstration:
        st.html(demonstration_banner(language))
    else:
        st.space("stretch")


def _language_switch(language: Language) -> None:
    key = "language-switch"
    st.session_state[key] = language.code
    st.segmented_control(
        language.say(T("Language")),
        LANGUAGES,
        format_func=lambda code: speak(code).name,
        label_visibility="collapsed",
        key=key,
        required=True,
        on_change=lambda: choose_language(st.session_state[key]),
    )


@st.fragment(run_every=SECONDS_BETWEEN_CHECKS)
def _watch_exports(language: Language) -> None:
    """Rebuild when exports change, tell the reader, and show the new figures when they are there."""
    freshness = caching.rebuilder().check()
    try:
        path = caching.published_path()
    except NothingPublished:
        path = ""
    shown = st.session_state.setdefault("shown_database", path)
    # Without a database the page itself says how things stand, so it is drawn again when that changes.
    stands = freshness.state if not path else "current"
    stood = st.session_state.setdefault("shown_state", stands)
    if (path, stands) != (shown, stood):
        st.session_state["shown_database"], st.session_state["shown_state"] = path, stands
        st.rerun()
    # Without a database the page itself says so, and there are no figures below.
    if freshness.state == "building" and path:
        st.info(language.say(T("New exports are being read; the figures below change when that is done.")))
    if freshness.failure:
        _say_what_failed(freshness.failure, language, is_first=not path)


def _say_what_failed(failure: Failure, language: Language, *, is_first: bool) -> None:
    said = T("The exports could not be read: {reason}.", reason=failure_text(failure.code, failure.message))
    if not is_first:
        said = T("{said} The figures below are the last good ones.", said=said)
    said = T("{said} What to do: {advice}", said=said, advice=failure_advice(failure.code))
    st.html(notice(said, language))
    if failure.files:
        fates = {
            name: language.say(fate_text(_account(file), language)) for name, file in failure.files.items()
        }
        st.html(file_list(fates))


def _account(file: Mapping[str, Any]) -> dict[str, Any]:
    return {**file, "fate": file["fate_code"]}


def _say_nothing_is_there(freshness: Freshness, language: Language) -> None:
    if freshness.state == "building":
        title = T("The exports are being read")
        what_to_do = T("This page fills itself as soon as that is done.")
    elif freshness.failure:
        title = T("There are no figures yet")
        what_to_do = T("This page fills itself as soon as what is said above is mended.")
    else:
        title = T("There are no figures yet")
        what_to_do = T(
            "Drop the exports in the folder data/exports; this page fills itself as soon as they are read."
        )
    st.html(empty_state(title, what_to_do, language))


def say_there_are_no_calls(language: Language) -> None:
    """Say that no export holds a call, and what to do."""
    st.html(
        empty_state(
            T("There are no calls in the exports yet"),
            T("Drop an export of interventions in the folder data/exports; this page fills itself then."),
            language,
        )
    )


def _say_what_was_not_opened(evidence: Evidence, language: Language) -> None:
    names = unopened_files(evidence.database)
    if names:
        said = TN(
            "{count} file could not be opened, so the figures below do not count it: {names}."
            " What to do: put the file itself in the folder, and give the dashboard the right to read it.",
            "{count} files could not be opened, so the figures below do not count them: {names}."
            " What to do: put the files themselves in the folder, and give the dashboard the right to read them.",
            count=len(names),
            names=language.join(names[:SHOWN_UNOPENED_FILES]),
        )
        st.html(notice(said, language))


def _say_what_was_dropped(language: Language) -> None:
    for choice in dropped_choices():
        # As HTML of our own: a message of Streamlit's would draw a picture or a link that somebody put in the link.
        st.html(
            notice(
                T(
                    "The link asks for {name} = {value}, which does not exist here; it was left out.",
                    name=choice.name[:SHOWN_OF_A_LINK],
                    value=choice.value[:SHOWN_OF_A_LINK],
                ),
                language,
            )
        )
