"""The colours of .streamlit/config.toml with their meaning, for screens and documents."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

Mode = Literal["light", "dark"]

THEME_FILE = Path(__file__).parent.parent / ".streamlit" / "config.toml"

# Meaning -> the name that Streamlit's theme gives the colour.
THEME_KEYS = {
    "background": "backgroundColor",
    "surface": "secondaryBackgroundColor",
    "text": "textColor",
    "muted": "grayTextColor",
    "line": "borderColor",
    "before": "grayColor",
    "after": "blueColor",
    "neutral": "grayTextColor",
    "better": "greenColor",
    "worse": "orangeColor",
    "event": "violetColor",
}


@dataclass(frozen=True)
class Palette:
    """The colours of one mode by what they mean, each as "#rrggbb"."""

    mode: Mode
    background: str
    surface: str
    text: str
    muted: str
    line: str
    before: str
    after: str
    neutral: str
    better: str
    worse: str
    event: str

    def phase(self, phase: str) -> str:
        """Return the colour of a phase, "before" or "after"."""
        return {"before": self.before, "after": self.after}[phase]


@cache
def palette(mode: Mode = "light") -> Palette:
    """Return the colours of the light or the dark theme; KeyError names a colour that the theme lacks."""
    with THEME_FILE.open("rb") as file:
        theme = tomllib.load(file)["theme"][mode]
    return Palette(mode, **{meaning: theme[key] for meaning, key in THEME_KEYS.items()})


def translucent(colour: str, opacity: float) -> str:
    """Return "#rrggbb" as an rgba() colour with this opacity, 0 to 1."""
    red, green, blue = _channels(colour)
    return f"rgba({red},{green},{blue},{opacity:g})"


def contrast_ratio(colour: str, other: str) -> float:
    """Return the contrast of two "#rrggbb" colours, 1 to 21 (WCAG 2.2, contrast ratio)."""
    lighter, darker = sorted((_luminance(colour), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    """Return the relative luminance, 0 to 1 (WCAG 2.2)."""
    linear = [
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in (channel / 255 for channel in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
