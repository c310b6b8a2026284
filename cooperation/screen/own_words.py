"""Streamlit's own English words, said in the reader's language."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from cooperation.language import Language, T, Text

SCRIPT_FILE = Path(__file__).with_suffix(".js")
SKIP_LINK = "[data-testid=stSkipToContent]"
PAGES = "[data-testid=stTopNav]"
MORE_PAGES = ".rc-overflow-item-rest [data-testid=stTopNavSection] p"


def frame_words(language: Language) -> str:
    """Return the script that sets the document's language and says the words around every page in it."""
    return own_words("frame", language, texts={SKIP_LINK: T("Go to the content")}, names={PAGES: T("Pages")})


def own_words(
    place: str, language: Language, *, texts: Mapping[str, Text] | None = None, names: Mapping[str, Text]
) -> str:
    """Return the script that keeps the words of what a CSS selector finds, drawn by now or later, in a language.

    `texts` are what stands there, `names` what a screen reader says. A place has one such script at a time.
    """
    words = {
        "place": place,
        "language": language.code,
        "texts": {selector: language.say(text) for selector, text in (texts or {}).items()},
        "names": {selector: language.say(text) for selector, text in names.items()},
    }
    # What stands in a script must not end it.
    data = json.dumps(words, ensure_ascii=False).replace("<", "\\u003c")
    return f"<script>{_script().replace('OWN_WORDS', data, 1)}</script>"


@cache
def _script() -> str:
    return SCRIPT_FILE.read_text(encoding="utf-8")


def more_pages(language: Language) -> str:
    """Return the rule that says in the reader's language what Streamlit calls "3 more", where pages do not fit."""
    word = json.dumps(language.say(T("More pages")), ensure_ascii=True).replace("\\u", "\\")
    # Its own text is redrawn with the width of the window and counts: CSS hides it, whatever it says.
    return f"{MORE_PAGES}{{font-size:0}}{MORE_PAGES}::after{{content:{word};font-size:.875rem}}"
