"""The one style sheet that the theme file cannot express, and the colours of the reader's mode."""

import json
from dataclasses import fields
from functools import cache
from pathlib import Path
from urllib.parse import quote

import streamlit as st

from cooperation.language import Language, T
from cooperation.palette import Mode, Palette, palette, translucent

RULES_FILE = Path(__file__).with_name("style.css")

# Signs of 24 x 24 units for the verdicts, drawn because a font may lack the glyph.
SIGNS = {
    "down": "M12 4v16M5 13l7 7 7-7",
    "up": "M12 20V4M5 11l7-7 7 7",
    "alike": "M4 9c4-4 8 4 16 0M4 16c4-4 8 4 16 0",
    "few": "M5 12h.01M12 12h.01M19 12h.01",
    "unlike": "M5 9h14M5 15h14M16 4L8 20",
}


def screen_palette() -> Palette:
    """Return the colours of the mode that the reader's browser asks for, light where it does not say."""
    mode: Mode = "dark" if st.context.theme.type == "dark" else "light"
    return palette(mode)


def apply_style(colours: Palette, language: Language) -> None:
    """Put the style sheet and the reader's language on the page; call once a run, before any content."""
    st.html(f"<style>{style_sheet(colours)}{more_pages(language)}</style>")
    st.html(document_language(language), unsafe_allow_javascript=True)


def document_language(language: Language) -> str:
    """Return the script that sets the document's language and translates Streamlit's own words."""
    # Streamlit fixes <html lang="en"> and has these English words on every page.
    skip, pages = (
        json.dumps(language.say(said)).replace("<", "\\u003c")
        for said in (T("Go to the content"), T("Pages"))
    )
    return (
        f"<script>document.documentElement.lang={json.dumps(language.code)};"
        "for(const link of document.querySelectorAll('[data-testid=stSkipToContent]'))"
        f"link.textContent={skip};"
        "for(const nav of document.querySelectorAll('[data-testid=stTopNav]'))"
        f"nav.ariaLabel={pages};</script>"
    )


def more_pages(language: Language) -> str:
    """Return the rule that says in the reader's language what Streamlit calls "3 more", where pages do not fit."""
    word = json.dumps(language.say(T("More pages")), ensure_ascii=True).replace("\\u", "\\")
    rest = ".rc-overflow-item-rest [data-testid=stTopNavSection] p"
    # Its own text is redrawn with the width of the window, so a script would be undone.
    return f"{rest}{{font-size:0}}{rest}::after{{content:{word};font-size:.875rem}}"


@cache
def style_sheet(colours: Palette) -> str:
    """Return the CSS of every page in these colours."""
    variables = [f"--{field.name}:{getattr(colours, field.name)};" for field in fields(Palette)[1:]]
    tints = [
        f"--{tone}-tint:{translucent(getattr(colours, tone), 0.10)};"
        for tone in ("before", "after", "neutral", "better", "worse")
    ]
    return f":root{{{''.join(variables + tints)}}}{_signs()}" + RULES_FILE.read_text(encoding="utf-8")


def _signs() -> str:
    """Return one class a sign: a mask, so that it takes the colour of its word."""
    rules = []
    for name, path in SIGNS.items():
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#000" '
            f'stroke-width="3" stroke-linecap="round" stroke-linejoin="round"><path d="{path}"/></svg>'
        )
        rules.append(f'.sign-{name}{{mask-image:url("data:image/svg+xml,{quote(svg)}");}}')
    return "".join(rules)
