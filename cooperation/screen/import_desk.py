"""The steward's desk: the file that a session has on its way in, and what was decided about it.

Widgets forget what they held when their page is left; the desk does not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from cooperation.answers.data_quality import failure_text
from cooperation.answers.import_exports import (
    Inspection,
    TrialAccount,
    inspect_export,
    rehearse_import,
    text_of,
)
from cooperation.freshness import Places, places_from_environment
from cooperation.language import Language, T, Text, speak
from cooperation.screen.choices import chosen_language
from cooperation.screen.reach import only_this_machine_reaches_it
from cooperation.settings import Settings, load_settings
from cooperation.warehouse.build import Sources
from cooperation.warehouse.exports import fingerprint
from cooperation.warehouse.incoming import (
    NameTaken,
    PlacedFile,
    StagedFile,
    TooLarge,
    discard,
    free_name,
    place,
    stage,
    take_back,
)
from cooperation.warehouse.profile_drafts import (
    Draft,
    ProfileTaken,
    profile_name,
    put_aside,
    put_back,
    save_profile,
)
from cooperation.warehouse.profiles import DETECTED, FileFormat, ProfileError, load_profiles

MEGABYTE = 1_000_000
_KEY = "import-desk"


@dataclass
class Tray:
    """One file on its way in, from the drop to the publication; everything but `staged` comes later."""

    staged: StagedFile
    written: FileFormat = DETECTED
    looked_at: tuple[object, tuple[Inspection, ...]] | None = None
    table_name: str = ""
    proposal: Draft | None = None
    draft: Draft | None = None
    is_mapped_anew: bool = False
    is_tried_whole: bool = False
    tried: tuple[object, TrialAccount] | None = None
    placed: PlacedFile | None = None
    saved_profile: Path | None = None
    saved_text: str = ""
    aside: Path | None = None


@dataclass(frozen=True)
class Desk:
    """What every step of the import needs: language, settings, and where things lie."""

    language: Language
    places: Places
    settings: Settings

    @property
    def sources(self) -> Sources:
        """What a build takes, whether or not an export was dropped yet: never the invented ones."""
        return Sources(self.places.exports, self.places.profiles, self.places.settings)

    @property
    def shows_demonstration(self) -> bool:
        """Whether the dashboard shows invented figures, which the first export takes the place of."""
        return self.places.sources().exports == self.places.demonstration

    @property
    def tray(self) -> Tray | None:
        """The file that this session has on its way in, None where there is none."""
        tray = st.session_state.get(_KEY)
        # After a day what nobody published is gone.
        if tray is None or tray.placed is not None or tray.staged.path.exists():
            return tray
        st.session_state[_KEY] = None
        return None

    def tables(self, tray: Tray) -> tuple[Inspection, ...]:
        """Return the tables of the file, looked at once for each decision about how it is written."""
        question = (tray.staged, tray.written, fingerprint(self.places.profiles))
        if tray.looked_at is None or tray.looked_at[0] != question:
            with st.spinner(self.language.say(T("The file is being read …"))):
                tray.looked_at = (question, inspect_export(tray.staged.path, self.sources, tray.written))
        return tray.looked_at[1]

    def inspection(self, tray: Tray) -> Inspection:
        """Return the table of the file that the steward is at, the first with lines unless another was chosen."""
        tables = self.tables(tray)
        with_lines = [table for table in tables if table.rows] or list(tables)
        return next((table for table in tables if table.name == tray.table_name), with_lines[0])

    def trial(self, tray: Tray, draft: Draft | None) -> TrialAccount:
        """Return what would become of the file, tried once for each decision; DraftError where too little is said."""
        text = "" if draft is None else text_of(draft, tray.staged.path)
        question = (text, tray.is_tried_whole, self.sources.fingerprint())
        if tray.tried is None or tray.tried[0] != question:
            with st.spinner(self.language.say(T("Trying out what would be counted …"))):
                tried = rehearse_import(
                    tray.staged.path, self.sources, self.places.database, draft, whole=tray.is_tried_whole
                )
            tray.tried = (question, tried)
        return tray.tried[1]


def open_desk() -> Desk:
    """Return the desk of this session."""
    places = places_from_environment()
    return Desk(speak(chosen_language()), places, load_settings(places.settings))


def is_open(desk: Desk) -> bool:
    """Tell whether exports may be dropped here: where other machines cannot reach the server, or settings allow it."""
    return desk.settings.imports.allowed_from_other_machines or only_this_machine_reaches_it()


def remembered(key: str, start: Any) -> str:
    """Let the widget `key` start with a value, unless the session has one for it; return the key."""
    st.session_state.setdefault(key, start)
    return key


def take_in(uploader_key: str) -> None:
    """Stage what was dropped on an uploader; where it was taken away again, the staged file goes too."""
    desk = open_desk()
    _clear()
    uploaded = st.session_state[uploader_key]
    if uploaded is None:
        return
    largest = desk.settings.imports.largest_upload_megabytes
    try:
        staged = stage(desk.places.exports, uploaded.name, uploaded, largest * MEGABYTE)
    except TooLarge:
        _say(T("The file is larger than {limit} MB and was not taken.", limit=desk.language.number(largest)))
        return
    except OSError as error:
        _say(T("The file could not be kept: {reason}.", reason=str(error.strerror or error)))
        return
    st.session_state[_KEY] = Tray(staged)


def choose_table(name: str) -> None:
    """Go to another table of the file; what was drafted for the last one is left."""
    tray = _tray()
    if name != tray.table_name:
        tray.table_name, tray.proposal, tray.draft = name, None, None
        tray.is_mapped_anew, tray.saved_profile, tray.aside = False, None, None


def write_otherwise(written: FileFormat) -> None:
    """Read the file as the steward says it is written; another header needs another mapping."""
    tray = _tray()
    tray.written, tray.proposal, tray.draft = written, None, None


def map_anew(is_wanted: bool) -> None:
    """Map a file whose layout is known otherwise, or do so no longer."""
    _tray().is_mapped_anew = is_wanted


def try_whole() -> None:
    """Try the whole file, of which only a sample was tried so far."""
    _tray().is_tried_whole = True


def publish(wanted_name: str, wanted_profile: str) -> None:
    """Save the profile that was drafted, if any, and move the file among the exports; what fails changes nothing."""
    desk, tray = open_desk(), _tray()
    if tray.draft is not None and tray.saved_profile is None and not save(wanted_profile):
        return
    try:
        tray.placed = place(desk.places.exports, tray.staged, wanted_name)
    except NameTaken:
        _say(
            T(
                "There is an export with that name already; {name} is free.",
                name=free_name(desk.places.exports, wanted_name),
            )
        )
    except OSError as error:
        _say(T("The file could not be put in place: {reason}.", reason=str(error.strerror or error)))


def save(wanted_profile: str) -> bool:
    """Save the drafted profile and tell whether that went well; one that it replaces is put aside."""
    desk, tray = open_desk(), _tray()
    assert tray.draft is not None, "only a draft can be saved"
    text = text_of(tray.draft, tray.staged.path)
    try:
        tray.aside = _put_rival_aside(desk, tray)
        tray.saved_profile = save_profile(desk.places.profiles, wanted_profile, text)
        tray.saved_text = text
    except ProfileTaken as taken:
        _say(T("There is a profile called {name} already; choose another name.", name=str(taken)))
    except (ProfileError, OSError) as error:
        _say(T("The profile could not be saved: {reason}.", reason=str(error)))
    if tray.saved_profile is None and tray.aside is not None:
        put_back(tray.aside)
        tray.aside = None
    return tray.saved_profile is not None


def undo_profile() -> None:
    """Remove the profile that this session saved, where nobody changed it since; one put aside comes back."""
    tray = _tray()
    saved = tray.saved_profile
    if saved is not None and saved.is_file() and saved.read_text(encoding="utf-8") == tray.saved_text:
        saved.unlink()
    if tray.aside is not None:
        put_back(tray.aside)
    tray.saved_profile, tray.aside = None, None


def undo_publication() -> None:
    """Take the published file out of the exports again, and with it the profile that was saved for it."""
    desk, tray = open_desk(), _tray()
    assert tray.placed is not None, "nothing was published"
    try:
        tray.staged = take_back(desk.places.exports, tray.placed)
    except OSError as error:
        _say(T("The file could not be taken back: {reason}.", reason=str(error.strerror or error)))
        return
    tray.placed, tray.looked_at, tray.tried = None, None, None
    undo_profile()


def start_over() -> None:
    """Clear the desk for another file; what was published stays published."""
    _clear()
    st.session_state["import-round"] = st.session_state.get("import-round", 0) + 1


def uploader_key() -> str:
    """Return the key of the uploader: another one for each file, since an uploader keeps what it was given."""
    return f"import-drop-{st.session_state.get('import-round', 0)}"


def said() -> Text | None:
    """Return what went wrong with the last thing that was asked for, once."""
    problem: Text | None = st.session_state.pop("import-said", None)
    return problem


def rival(desk: Desk, tray: Tray) -> str | None:
    """Return the profile that would be taken instead of the drafted one: it names as many columns of the file."""
    header = desk.inspection(tray).header
    known = desk.inspection(tray).known_profile
    rivals = [profile for profile in load_profiles(desk.places.profiles) if profile.name == known]
    return known if any(len(profile.header) >= len(header) for profile in rivals) else None


def suggested_profile_name(tray: Tray) -> str:
    """Return a name for the profile after the file's, without its digits: next year's file has the same layout."""
    return profile_name("".join(letter for letter in tray.staged.path.stem if not letter.isdigit()))


def quietly(action: Callable[[], object]) -> Callable[[], None]:
    """Return a callback that throws away what `action` returns."""

    def run() -> None:
        action()

    return run


def _put_rival_aside(desk: Desk, tray: Tray) -> Path | None:
    name = rival(desk, tray)
    return put_aside(desk.places.profiles, name) if name else None


def _tray() -> Tray:
    tray: Tray = st.session_state[_KEY]
    return tray


def _clear() -> None:
    tray = st.session_state.get(_KEY)
    if tray is not None and tray.placed is None:
        discard(tray.staged)
    st.session_state[_KEY] = None


def _say(problem: Text) -> None:
    st.session_state["import-said"] = problem


def trial_failure(account: TrialAccount) -> Text | None:
    """Return why a trial came to nothing, None where it did not or the file itself says why."""
    return failure_text("stopped", account.failure) if account.failure else None
