"""The presenter's desk: choose place, periods, language and slides beforehand, then show them or take them along."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

import streamlit as st

from cooperation.answers.board import AUDIENCES, SLIDE_KEYS, SLIDE_NAMES, asking, merged, outside, session
from cooperation.answers.filters import Filters
from cooperation.answers.slide import Session
from cooperation.documents.reports import FORMATS, MEDIA_TYPES, report_bytes, report_name
from cooperation.language import Language, T, Text, speak
from cooperation.screen import words
from cooperation.screen.board_slides import board_script, board_style, parts_of
from cooperation.screen.cards import answer_more, answer_sentence, empty_state, filter_sentence, footer_line
from cooperation.screen.filters import select_control, show_filters
from cooperation.screen.frame import View
from cooperation.wording.choices import filter_text, merged_text

QUESTION = T("For the board: the slides of a session")
AUDIENCE_NAMES: Mapping[str, Text] = {"council": T("The council"), "college": T("The college")}
FORMAT_NAMES: Mapping[str, Text | str] = {
    "pptx": "PowerPoint",
    "pdf": T("Note to print (PDF)"),
    "xlsx": T("Tables (Excel)"),
}
NOTHING_TO_SHOW = T("None of the chosen slides has anything to show")
ALL_ZONES = ""
# Voeren has facilities for French speakers: its public documents are in both languages, Dutch first.
FIRST, SECOND = "nl", "fr"
_CHOICE = "board-choice"


@dataclass(frozen=True)
class BoardChoice:
    """For whom the slides are, and which of them."""

    audience: str = AUDIENCES[0]
    slides: tuple[str, ...] = SLIDE_KEYS


def choices_in_link() -> Mapping[str, str]:
    """Return what the page adds to its address: the audience and the slides, where they are not the usual ones."""
    choice = chosen_board()
    return {
        "audience": choice.audience if choice.audience != AUDIENCES[0] else "",
        "slides": ",".join(choice.slides) if choice.slides != SLIDE_KEYS else "",
    }


def chosen_board() -> BoardChoice:
    """Return the session's choice; a new session starts with the link's, without what does not exist."""
    if _CHOICE not in st.session_state:
        asked = st.query_params.get("slides", "").split(",")
        slides = tuple(key for key in SLIDE_KEYS if key in asked) or SLIDE_KEYS
        audience = st.query_params.get("audience", "")
        st.session_state[_CHOICE] = BoardChoice(audience if audience in AUDIENCES else AUDIENCES[0], slides)
    choice: BoardChoice = st.session_state[_CHOICE]
    return choice


def show_heading(view: View) -> None:
    """Show the page's title, what it is for, and who is counted."""
    language = view.language
    st.html(f"<style>{board_style()}</style>")
    st.title(language.say(QUESTION), anchor=False)
    said = T("One statement a slide, in large type, from the same figures as the other pages.")
    st.html(answer_sentence(said, language))
    sentence = filter_text(view.evidence, _place_and_period(view.filters), view.period, language)
    st.html(filter_sentence(sentence, language))


def show_controls(view: View) -> None:
    """Show what a presenter chooses: zone, municipality, periods, for whom, which slides."""
    language, choice = view.language, chosen_board()
    names = words.zone_names(view.evidence, language)
    with st.container(horizontal=True, vertical_alignment="bottom", key="board-row"):
        select_control(
            f"board-zone-{language.code}",
            language.say(T("Zone")),
            {ALL_ZONES: language.say(T("All zones")), **names},
            view.filters.zone_code[0] if len(view.filters.zone_code) == 1 else ALL_ZONES,
            lambda code: view.filters.with_(zone_code=(code,) if code else ()),
        )
        _select_audience(choice, language)
    show_filters(view.evidence, view.filters, language, only_place=True)
    _choose_slides(choice, language)


def show_desk(view: View) -> None:
    """Show the button that starts the slides, their list, the keys, and the files; put the slides on the page."""
    language = view.language
    if strangers := outside(view.evidence, view.filters):
        st.html(_no_such_place(view, strangers))
        return
    for old, new in merged(view.evidence, view.filters).items():
        st.html(answer_more([merged_text(view.evidence, old, new, language)], language))
    made = _session(view, language)
    if not made.slides:
        st.html(empty_state(NOTHING_TO_SHOW, T("Choose other slides, or another place or period."), language))
        return
    st.html(_desk_html(made))
    _show_files(view)
    st.html(footer_line([T("{source}.", source=made.source)], language))
    st.html(board_script(made), unsafe_allow_javascript=True)


def _no_such_place(view: View, strangers: tuple[str, ...]) -> str:
    places = words.municipality_names(view.evidence, view.language)
    zones = words.zone_names(view.evidence, view.language)
    said = T(
        "{municipality} does not lie in {zone}",
        municipality=view.language.join([places[code] for code in strangers]),
        zone=view.language.join([zones[code] for code in view.filters.zone_code]),
    )
    return empty_state(said, T("Choose another zone or another municipality."), view.language)


def _session(view: View, language: Language) -> Session:
    choice = chosen_board()
    return session(
        view.evidence,
        view.filters,
        language,
        audience=choice.audience,
        slides=choice.slides,
        ask=view.ask,
    )


def _desk_html(made: Session) -> str:
    say = made.language.say
    slides = parts_of(made)
    items = "".join(
        f'<li><a href="#{escape(slide.key)}" data-board="{escape(slide.key)}">{escape(slide.statement)}</a></li>'
        for slide in slides
    )
    keys = T(
        "Arrows, space, page up and down or a clicker move the slides. B makes the screen black, O shows all slides,"
        " F fills the screen, Esc ends. A slide's address can be copied and pasted."
    )
    return (
        f'<div class="board-desk"><p><a class="board-start" href="#{escape(slides[0].key)}" '
        f'data-board="{escape(slides[0].key)}">{escape(say(T("Show the slides")))}</a></p>'
        f'<p class="board-keys">{escape(say(keys))}</p><ol>{items}</ol></div>'
    )


def _show_files(view: View) -> None:
    language = view.language
    st.html(f'<h2 class="figure-title">{escape(language.say(T("For the file")))}</h2>')
    for languages in ((language,), (speak(FIRST), speak(SECOND))):
        with st.container(horizontal=True, key=f"board-files-{'-'.join(one.code for one in languages)}"):
            for file_format in FORMATS:
                _download(view, languages, file_format)


def _download(view: View, languages: tuple[Language, ...], file_format: str) -> None:
    codes = tuple(one.code for one in languages)
    label = T(
        "{format}, {languages}",
        format=FORMAT_NAMES[file_format],
        languages=" + ".join(one.name for one in languages),
    )
    st.download_button(
        view.language.say(label),
        data=_content(view, codes, file_format),
        file_name=report_name(
            view.filters, codes, file_format, is_demonstration=view.evidence.coverage.is_demonstration
        ),
        mime=MEDIA_TYPES[file_format],
        on_click="ignore",
        key=f"board-{file_format}-{'-'.join(codes)}",
    )


def _content(view: View, codes: tuple[str, ...], file_format: str) -> Callable[[], bytes]:
    """Return what makes a file at the click; by then the page may show another choice."""
    choice, evidence, filters = chosen_board(), view.evidence, view.filters

    def content() -> bytes:
        ask = asking(evidence)
        sessions = [
            session(evidence, filters, speak(code), audience=choice.audience, slides=choice.slides, ask=ask)
            for code in codes
        ]
        return report_bytes(sessions, file_format)

    return content


def _place_and_period(filters: Filters) -> Filters:
    return Filters(
        period=filters.period,
        covid=filters.covid,
        zone_code=filters.zone_code,
        municipality_nis=filters.municipality_nis,
    )


def _select_audience(choice: BoardChoice, language: Language) -> None:
    key = f"board-audience-{language.code}"
    st.session_state[key] = choice.audience
    st.selectbox(
        language.say(T("For whom")),
        AUDIENCES,
        format_func=lambda code: language.say(AUDIENCE_NAMES[code]),
        filter_mode=None,
        key=key,
        on_change=lambda: _keep(BoardChoice(st.session_state[key], chosen_board().slides)),
    )


def _choose_slides(choice: BoardChoice, language: Language) -> None:
    key = f"board-slides-{language.code}"
    st.session_state[key] = list(choice.slides)
    st.pills(
        language.say(T("Slides")),
        SLIDE_KEYS,
        selection_mode="multi",
        format_func=lambda code: language.say(SLIDE_NAMES[code]),
        key=key,
        on_change=lambda: _keep_slides(st.session_state[key]),
    )


def _keep_slides(chosen: list[str]) -> None:
    """Keep the chosen slides in their order; to choose none is undone."""
    slides = tuple(key for key in SLIDE_KEYS if key in chosen)
    _keep(BoardChoice(chosen_board().audience, slides or SLIDE_KEYS))


def _keep(choice: BoardChoice) -> None:
    st.session_state[_CHOICE] = choice
