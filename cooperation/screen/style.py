"""The one style sheet that the theme file cannot express, and the colours of the reader's mode."""

from dataclasses import fields
from functools import cache
from pathlib import Path
from urllib.parse import quote

import streamlit as st

from cooperation.language import Language
from cooperation.palette import Mode, Palette, palette, translucent
from cooperation.screen.own_words import frame_words, more_pages

RULES_FILE = Path(__file__).with_name("style.css")
PRINTING_FILE = Path(__file__).with_name("printing.js")

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
    st.html(frame_words(language), unsafe_allow_javascript=True)
    st.html(_printing(), unsafe_allow_javascript=True)


@cache
def _printing() -> str:
    return f"<script>{PRINTING_FILE.read_text(encoding='utf-8')}</script>"


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
