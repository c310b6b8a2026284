"""Bring the catalogues in step with the code: `python -m cooperation.translations.update`."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from babel.messages.pofile import normalize, read_po

from cooperation.language import CATALOGUES, LANGUAGES

PROJECT = CATALOGUES.parent.parent
TRANSLATED = tuple(language for language in LANGUAGES if language != "en")
SOURCES = ("dashboard.py", "pages/**/*.py", "cooperation/**/*.py")
# How many of a call's first arguments are the forms of its message.
FORM_COUNTS = {"T": 1, "TN": 2}

_PLURAL_RULES = {"nl": "nplurals=2; plural=(n != 1);", "fr": "nplurals=2; plural=(n > 1);"}
_HEADER = (
    ("Project-Id-Version", "Samenwerkingsmonitor"),
    ("Language", "{language}"),
    ("MIME-Version", "1.0"),
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Transfer-Encoding", "8bit"),
    ("Plural-Forms", "{plural_rule}"),
)

# A message by its English singular: the singular alone, or the singular and the plural.
Messages = Mapping[str, tuple[str, ...]]
# The translations of a message by its English singular, empty where nobody has written them yet.
Translations = Mapping[str, tuple[str, ...]]


def source_files(project: Path = PROJECT) -> list[Path]:
    """Return the Python files whose texts are translated."""
    return sorted(path for pattern in SOURCES for path in project.glob(pattern))


def messages_in_code(paths: Iterable[Path]) -> Messages:
    """Return the messages in `paths` by English singular; ValueError for one singular with two plurals."""
    messages: dict[str, tuple[str, ...]] = {}
    for path in paths:
        for line, forms in _messages_of(ast.parse(path.read_text(encoding="utf-8"))):
            if messages.setdefault(forms[0], forms) != forms:
                raise ValueError(f"{path}:{line}: {forms[0]!r} has another plural elsewhere.")
    return messages


def _messages_of(tree: ast.AST) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield line and forms of every message, also of one inside another's values or inside an f-string."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FORM_COUNTS:
            arguments = node.args[: FORM_COUNTS[node.func.id]]
            texts = [argument.value for argument in arguments if isinstance(argument, ast.Constant)]
            if texts and len(texts) == len(arguments):
                yield node.lineno, tuple(str(text) for text in texts)


def read_translations(path: Path) -> Translations:
    """Return what a catalogue says, fuzzy entries left out: a guess is no translation."""
    with path.open("rb") as file:
        catalogue = read_po(file)
    strings = {
        _forms(message.id)[0]: _forms(message.string)
        for message in catalogue
        if message.id and message.string and not message.fuzzy
    }
    return {msgid: forms for msgid, forms in strings.items() if any(forms)}


def render_catalogue(language: str, messages: Messages, translations: Translations) -> str:
    """Return the text of a catalogue: every message of the code, by msgid, and no other."""
    fields = {"language": language, "plural_rule": _PLURAL_RULES[language]}
    header = "".join(f"{name}: {value.format(**fields)}\n" for name, value in _HEADER)
    entries = [f'msgid ""\nmsgstr {normalize(header)}\n']
    entries += [_entry(messages[msgid], translations.get(msgid, ())) for msgid in sorted(messages)]
    return "\n".join(entries)


def update() -> dict[str, list[str]]:
    """Rewrite the catalogues, adding new messages empty and dropping those no longer used.

    Returns the messages that wait for a translation, by language.
    """
    messages = messages_in_code(source_files())
    waiting = {}
    for language in TRANSLATED:
        path = catalogue_path(language)
        translations = read_translations(path)
        path.write_text(render_catalogue(language, messages, translations), encoding="utf-8", newline="\n")
        waiting[language] = sorted(msgid for msgid in messages if not all(translations.get(msgid, ("",))))
    return waiting


def catalogue_path(language: str) -> Path:
    """Return the file that holds the translations into `language`."""
    return CATALOGUES / language / "LC_MESSAGES" / "cooperation.po"


def _entry(forms: tuple[str, ...], strings: tuple[str, ...]) -> str:
    if len(forms) == 1:
        return f"msgid {normalize(forms[0])}\nmsgstr {normalize(strings[0] if strings else '')}\n"
    # A message that became a plural starts afresh: its old translation fits one form at most.
    singular, plural = strings if len(strings) == 2 else ("", "")
    return (
        f"msgid {normalize(forms[0])}\nmsgid_plural {normalize(forms[1])}\n"
        f"msgstr[0] {normalize(singular)}\nmsgstr[1] {normalize(plural)}\n"
    )


def _forms(string: str | Iterable[str]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string)


if __name__ == "__main__":
    for language, msgids in update().items():
        print(f"{language}: {len(msgids)} to translate")
        for msgid in msgids:
            print(f"  {msgid}")
