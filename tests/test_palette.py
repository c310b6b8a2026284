"""Colours keep their meaning and can be read, in both modes and without colour vision."""

import re
import tomllib
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperation.palette import THEME_FILE, Mode, Palette, contrast_ratio, palette, translucent

TEXT_CONTRAST = 4.5
GRAPHIC_CONTRAST = 3.0
MODES = get_args(Mode)
COLOURS = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


def test_contrast_ratio_gives_the_values_of_the_standard() -> None:
    # Black on white is 21 by definition; #767676 is the lightest grey that passes 4.5 on white.
    assert contrast_ratio("#000000", "#ffffff") == pytest.approx(21)
    assert contrast_ratio("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert contrast_ratio("#777777", "#ffffff") < TEXT_CONTRAST


@settings(max_examples=200, derandomize=True)
@given(COLOURS, COLOURS)
def test_contrast_ratio_has_no_order_and_stays_in_its_range(one: str, other: str) -> None:
    assert contrast_ratio(one, other) == contrast_ratio(other, one)
    assert 1 <= contrast_ratio(one, other) <= 21
    assert contrast_ratio(one, one) == 1


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("ground", ["background", "surface"])
@pytest.mark.parametrize(
    "meaning", ["text", "muted", "before", "after", "neutral", "better", "worse", "event"]
)
def test_every_colour_of_words_can_be_read(mode: Mode, ground: str, meaning: str) -> None:
    colours = palette(mode)
    assert contrast_ratio(getattr(colours, meaning), getattr(colours, ground)) >= TEXT_CONTRAST


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("tone", ["better", "worse", "neutral"])
def test_a_verdict_can_be_read_on_its_own_tint(mode: Mode, tone: str) -> None:
    colours = palette(mode)
    ground = _blend(getattr(colours, tone), colours.background, 0.10)
    assert contrast_ratio(getattr(colours, tone), ground) >= TEXT_CONTRAST


@pytest.mark.parametrize("mode", MODES)
def test_before_and_after_differ_in_lightness_so_that_print_keeps_them_apart(mode: Mode) -> None:
    colours = palette(mode)
    assert contrast_ratio(colours.before, colours.after) >= 1.5


@pytest.mark.parametrize("mode", MODES)
def test_better_and_worse_differ_for_readers_without_red_or_green(mode: Mode) -> None:
    # Red-green blindness leaves the blue channel: the two tones must differ there.
    colours = palette(mode)
    assert abs(int(colours.better[5:7], 16) - int(colours.worse[5:7], 16)) >= 60


@pytest.mark.parametrize("mode", MODES)
def test_the_faint_marks_of_a_picture_can_be_seen(mode: Mode) -> None:
    # The line of an event and the dots of a phase are graphics: 3 to 1 is enough.
    colours = palette(mode)
    for colour in (colours.event, colours.before, colours.after):
        assert contrast_ratio(colour, colours.background) >= GRAPHIC_CONTRAST


def test_palette_holds_the_colours_of_the_theme_file() -> None:
    theme = tomllib.loads(THEME_FILE.read_text(encoding="utf-8"))["theme"]
    assert palette("light").after == theme["light"]["blueColor"] == theme["light"]["primaryColor"]
    assert palette("dark").background == theme["dark"]["backgroundColor"]
    assert palette("light").phase("before") == theme["light"]["grayColor"]


def test_no_other_source_file_names_a_colour() -> None:
    package = THEME_FILE.parent.parent / "cooperation"
    sources = {file: file.read_text(encoding="utf-8") for file in package.rglob("*.py")}
    named = [file.name for file, text in sources.items() if re.search(r"#[0-9a-fA-F]{6}\b", text)]
    assert named == []


def test_translucent_keeps_the_channels() -> None:
    assert translucent("#0b4a85", 0.25) == "rgba(11,74,133,0.25)"


def test_the_server_stays_on_this_machine_and_tells_nobody() -> None:
    config = tomllib.loads(THEME_FILE.read_text(encoding="utf-8"))
    assert config["server"]["address"] == "127.0.0.1"
    assert config["browser"]["gatherUsageStats"] is False
    assert config["client"]["showErrorDetails"] == "none"
    assert "http" not in THEME_FILE.read_text(encoding="utf-8")


def test_palette_is_complete_in_both_modes() -> None:
    assert {type(palette(mode)) for mode in MODES} == {Palette}
    assert palette("light") != palette("dark")


def _blend(colour: str, ground: str, opacity: float) -> str:
    mixed = [
        round(int(colour[i : i + 2], 16) * opacity + int(ground[i : i + 2], 16) * (1 - opacity))
        for i in (1, 3, 5)
    ]
    return "#" + "".join(f"{channel:02x}" for channel in mixed)
