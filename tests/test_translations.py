"""The catalogues hold exactly the texts of the code, each written by a person in good Dutch and French."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from cooperation.language import placeholders
from cooperation.translations import update
from cooperation.translations.update import TRANSLATED, catalogue_path, messages_in_code, read_translations

# Translations that are rightly the same words as the English, and no others.
SAME_WORDS: dict[str, set[str]] = {
    "nl": {
        "was {figure}",  # the same verb in both languages
        "{origins}, {priorities}, in {place}; {spans}.",  # the same preposition
        "{amount} later",  # the same adverb
        "start {date}",  # the same noun
        "{figure}: {after} (was {before})",  # the same verb
        "Indicator",
    },
    "fr": {
        "Verdict",
        "Interventions",
        "interventions",
        "urgent",
        "Source",
        "actions",
        "minutes",
        "Pages",
    },
}

MESSAGES = messages_in_code(update.source_files())


def translations(language: str) -> dict[str, tuple[str, ...]]:
    return dict(read_translations(catalogue_path(language)))


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_of_the_code_is_translated(language: str) -> None:
    written = translations(language)
    assert [msgid for msgid in MESSAGES if not all(written.get(msgid, ("",)))] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_outlives_its_text(language: str) -> None:
    with catalogue_path(language).open("rb") as file:
        catalogue = read_po(file)
    # Commented-out ("obsolete") and guessed ("fuzzy") entries are leftovers as well.
    assert sorted(translations(language).keys() - MESSAGES.keys()) == []
    assert list(catalogue.obsolete) == []
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_file_is_what_the_update_command_would_write(language: str) -> None:
    path = catalogue_path(language)
    expected = update.render_catalogue(language, MESSAGES, translations(language))
    assert path.read_bytes().decode() == expected, "run python -m cooperation.translations.update"


@pytest.mark.parametrize("language", TRANSLATED)
def test_placeholders_are_the_same_in_every_form(language: str) -> None:
    # Every form, also the singular: in French it serves 0 too, so it must hold {count} where the plural does.
    wrong = {
        msgid: string
        for msgid, strings in translations(language).items()
        for string in strings
        if placeholders(string) != placeholders(MESSAGES.get(msgid, (msgid,))[-1])
    }
    assert wrong == {}


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_plural_has_two_forms_and_a_plain_text_one(language: str) -> None:
    written = translations(language)
    assert [m for m, forms in MESSAGES.items() if m in written and len(written[m]) != len(forms)] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_left_in_english(language: str) -> None:
    same = {msgid for msgid, strings in translations(language).items() if msgid in strings}
    worded = {msgid for msgid in same if re.search(r"[A-Za-z]{2}", re.sub(r"\{\w+\}", "", msgid))}
    assert worded == SAME_WORDS[language]


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_sentence_ends_and_begins_as_its_source(language: str) -> None:
    def edges(text: str) -> tuple[bool, bool, str]:
        ending = text.rstrip("\u00a0").rstrip()[-1:]
        return text != text.lstrip(), text != text.rstrip(), ending if ending in ".:?!;" else ""

    wrong = {
        msgid: string
        for msgid, strings in translations(language).items()
        for string, source in zip(strings, MESSAGES.get(msgid, (msgid,)), strict=False)
        if edges(string) != edges(source)
    }
    assert wrong == {}


def test_french_punctuation_does_not_wrap() -> None:
    plain = re.compile(r"(?<![\u00a0\u202f])[;?!»]|« (?!\u00a0)|(?<![\u00a0\u202f\d]):(?!\d|//)")
    wrong = [string for strings in translations("fr").values() for string in strings if plain.search(string)]
    assert wrong == []


def test_dutch_and_french_do_not_mix_up_their_files() -> None:
    dutch, french = (" ".join(sum(translations(code).values(), ())).split() for code in ("nl", "fr"))
    assert not {"les", "des", "appels"} & set(dutch)
    assert not {"het", "een", "oproepen"} & set(french)


# Extraction reads literals only: a text made from a variable would stay English without any test noticing.
def test_every_text_in_the_code_is_a_literal() -> None:
    own = Path(update.__file__).parent.parent / "language.py"
    computed = [
        f"{path.name}:{call.lineno}"
        for path in update.source_files()
        if path != own
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in update.FORM_COUNTS
        for argument in call.args[: 2 if call.func.id == "TN" else 1]
        if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str))
    ]
    assert computed == []


# --- The update command ---------------------------------------------------------------------------


@pytest.fixture
def code(tmp_path: Path) -> Path:
    path = tmp_path / "page.py"
    path.write_text(
        'T("Second {a}"\n  " half", a=a)\n'
        'TN("{count} call", "{count} calls", count)\n'
        'T("First")\n'
        'say("not a text")\n',
        encoding="utf-8",
    )
    return path


def test_extraction_finds_texts_plurals_and_split_literals(code: Path) -> None:
    assert messages_in_code([code]) == {
        "Second {a} half": ("Second {a} half",),
        "{count} call": ("{count} call", "{count} calls"),
        "First": ("First",),
    }


def test_one_singular_with_two_plurals_is_refused(code: Path) -> None:
    code.write_text('TN("{count} call", "a", 1)\nTN("{count} call", "b", 1)\n', encoding="utf-8")
    with pytest.raises(ValueError, match="call"):
        messages_in_code([code])


def test_rendering_keeps_what_is_written_adds_what_is_new_drops_what_is_stale(
    code: Path, tmp_path: Path
) -> None:
    written = {"First": ('Eerste "regel"\nen een tweede',), "Stale": ("Oud",), "{count} call": ("a", "b")}
    path = tmp_path / "cooperation.po"
    path.write_text(update.render_catalogue("nl", messages_in_code([code]), written), encoding="utf-8")
    assert dict(read_translations(path)) == {"First": written["First"], "{count} call": ("a", "b")}
    assert path.read_text(encoding="utf-8").index("First") < path.read_text(encoding="utf-8").index("Second")


def test_a_text_that_became_a_plural_waits_for_a_new_translation(code: Path, tmp_path: Path) -> None:
    path = tmp_path / "cooperation.po"
    old = {"{count} call": ("{count} oproep",)}
    path.write_text(update.render_catalogue("nl", messages_in_code([code]), old), encoding="utf-8")
    assert read_translations(path).get("{count} call", ("",)) in {("",), ("", "")}


def test_update_fills_the_catalogues_and_names_what_waits(
    code: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = {language: tmp_path / f"{language}.po" for language in TRANSLATED}
    for language, path in paths.items():
        path.write_text(update.render_catalogue(language, {"First": ("First",)}, {"First": ("1",)}))
    monkeypatch.setattr(update, "catalogue_path", paths.__getitem__)
    monkeypatch.setattr(update, "source_files", lambda: [code])
    assert update.update() == {language: ["Second {a} half", "{count} call"] for language in TRANSLATED}
    assert read_translations(paths["nl"])["First"] == ("1",)


def test_a_fuzzy_entry_is_not_a_translation(tmp_path: Path) -> None:
    path = tmp_path / "cooperation.po"
    path.write_text('#, fuzzy\nmsgid "A"\nmsgstr "B"\n\nmsgid "C"\nmsgstr "D"\n', encoding="utf-8")
    assert read_translations(path) == {"C": ("D",)}
