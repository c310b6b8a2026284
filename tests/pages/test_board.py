"""The slides of a session in a browser: driven by keyboard, read from afar, taken along as files."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pptx import Presentation
from pypdf import PdfReader

from cooperation.answers.board import SLIDE_KEYS
from cooperation.language import speak
from cooperation.screen.board import QUESTION
from tests.browser import Dashboard, RecordedPage, assert_speaks, plain

SIZES = ((1280, 720), (1920, 1080), (1024, 768))
LANGUAGES = ("nl", "fr")
SMALLEST, FIGURE, LEAST_CONTRAST = 24, 96, 7
# The longest municipality, and months that cannot be compared: every reason stands on the slides.
REFUSING = {"municipality_nis": "73110", "period": "2019-01..2019-03/2022-07..2022-09"}

# What is wrong with the slide in sight, each in a line; sizes are those of the stage, which is scaled as a whole.
FAULTS = """() => {
    const faults = [];
    const board = document.getElementById('board');
    const slide = [...board.querySelectorAll('.board-slide')].find(one => !one.hidden);
    const say = (what, element) => faults.push(`${slide.dataset.key}: ${what}: ${element.textContent.slice(0, 60)}`);
    for (const one of [board, board.querySelector('.board-stage'), ...slide.querySelectorAll('.board-box')]) {
        if (one.scrollHeight > one.clientHeight + 1) say('higher than its box', one);
        if (one.scrollWidth > one.clientWidth + 1) say('wider than its box', one);
    }
    const around = getComputedStyle(board), [across, high] = [board.offsetWidth, board.offsetHeight];
    // A window of another shape than the stage: what lies beside it is the board's, not the page's.
    if (around.backgroundColor !== getComputedStyle(board.querySelector('.board-stage')).backgroundColor
        || across < innerWidth || high < innerHeight) say('the page shows beside it', slide);
    const view = document.documentElement;
    if (view.scrollHeight > innerHeight || view.scrollWidth > innerWidth) say('a scroll bar', slide);
    const channels = colour => colour.match(/[\\d.]+/g).map(Number);
    const luminance = colour => {
        const [r, g, b] = channels(colour).slice(0, 3).map(c => c / 255)
            .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = element => {
        for (let one = element; one; one = one.parentElement) {
            const colour = getComputedStyle(one).backgroundColor;
            if ((channels(colour)[3] ?? 1) > 0) return colour;
        }
    };
    const placed = [];
    const walker = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode, element = text.parentElement;
        if (!text.data.trim() || element.closest('style')) continue;
        const style = getComputedStyle(element);
        const colour = element.closest('svg') ? style.fill : style.color;
        if (parseFloat(style.fontSize) < SMALLEST) say(`type of ${style.fontSize}`, element);
        const pair = [luminance(colour), luminance(behind(element))].sort((a, b) => b - a);
        if ((pair[0] + 0.05) / (pair[1] + 0.05) < CONTRAST) say(`contrast of ${colour}`, element);
        const range = document.createRange();
        range.selectNodeContents(text);
        for (const box of range.getClientRects()) {
            if (box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1)
                say('outside the window', element);
            placed.push([element, box]);
        }
    }
    for (const [at, [one, a]] of placed.entries())
        for (const [other, b] of placed.slice(at + 1)) {
            if (one === other) continue;
            const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
            const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            // Lines of type touch by their white space.
            if (across > 1 && down > 0.3 * Math.min(a.height, b.height)) say(`over "${other.textContent}"`, one);
        }
    return faults;
}""".replace("SMALLEST", str(SMALLEST)).replace("CONTRAST", str(LEAST_CONTRAST))
# A line more than a card has room for; letters reach a few pixels under their line.
CUT_CARDS = """() => [...document.querySelectorAll('.board-card > span')]
    .filter(one => one.scrollHeight > one.clientHeight + 14 || one.getBoundingClientRect().bottom > innerHeight)
    .map(one => one.textContent)"""
# Which buttons show that they are at work, however short.
WATCH_PROGRESS = """() => {
    window.shownProgress = new Set();
    const note = () => document.querySelectorAll('[data-testid="stSpinnerIcon"]')
        .forEach(one => window.shownProgress.add(one.closest('button').textContent));
    new MutationObserver(note).observe(document.body, {childList: true, subtree: true});
}"""
IN_SIGHT = "() => document.getElementById('board').dataset.slide"
CARD_IN_FOCUS = "() => [...document.querySelectorAll('.board-card')].indexOf(document.activeElement)"
KEYS = "() => [...document.querySelectorAll('.board-slide')].map(one => one.dataset.key)"


@pytest.fixture(scope="module")
def reader(shared_tab: RecordedPage) -> RecordedPage:
    """Return the one tab of these tests."""
    shared_tab.page.set_viewport_size({"width": 1280, "height": 720})
    return shared_tab


def press_through(page: Page, key: str = "ArrowRight") -> list[str]:
    """Move from the first slide to the last with a key, then to their overview; return what is wrong on the way."""
    faults = []
    page.keyboard.press("Home")
    for _ in page.evaluate(KEYS):
        faults += page.evaluate(FAULTS)
        page.keyboard.press(key)
    page.keyboard.press("o")
    faults += page.evaluate(CUT_CARDS)
    page.keyboard.press("Escape")
    return faults


def test_a_deep_link_on_a_fresh_server_says_what_the_command_line_says(
    page: RecordedPage,
    dashboard: Callable[..., Dashboard],
    command_line: Callable[..., dict[str, Any]],
    demonstration_database: Path,
) -> None:
    server = dashboard()
    rows = command_line(demonstration_database, "response_times/comparison")["rows"]
    median = next(row for row in rows if row["statistic"] == "median")
    for code in LANGUAGES:
        language = speak(code)
        shown = page.visit(server.link("board", language=code))
        assert_speaks(page, language, QUESTION)
        figure = shown.locator('[data-key="faster"] .board-figure')
        assert plain(figure.text_content() or "") == plain(language.duration(median["after"]))
    assert page.complaints() == []
    assert "Traceback" not in server.written()


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_session_is_driven_by_keyboard_and_read_from_afar(
    code: str, reader: RecordedPage, running_dashboard: Dashboard
) -> None:
    page = reader.visit(running_dashboard.link("board", language=code))
    page.locator("a.board-start").click()
    keys = page.evaluate(KEYS)
    assert [key for key in keys if "-" not in key] == list(SLIDE_KEYS)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert press_through(page) == []
        assert page.evaluate(IN_SIGHT) == keys[-1]
    page.set_viewport_size({"width": 1280, "height": 720})
    figure = page.locator('[data-key="faster"] .board-figure')
    assert float(figure.evaluate("one => parseFloat(getComputedStyle(one).fontSize)")) >= FIGURE
    assert page.evaluate("document.getElementById('board').lang") == code
    page.keyboard.press("Escape")
    expect(page.locator("#board")).to_be_hidden()


@pytest.mark.parametrize("code", LANGUAGES)
def test_refusals_with_their_reasons_fit_too_and_an_address_leads_to_its_slide(
    code: str, reader: RecordedPage, running_dashboard: Dashboard
) -> None:
    page = reader.visit(running_dashboard.link("board", language=code, **REFUSING) + "#costs")
    expect(page.locator("#board")).to_be_visible()
    assert page.evaluate(IN_SIGHT) == "costs"
    assert press_through(page, "PageDown") == []
    said = plain(page.locator('[data-key="faster"]').text_content() or "")
    assert {"nl": "niet vergelijkbaar", "fr": "non comparable"}[code] in said
    assert page.url.endswith("#" + page.evaluate(IN_SIGHT))
    assert "municipality_nis=73110" in page.url
    page.keyboard.press("Escape")


def test_a_municipality_outside_the_zone_is_told_and_a_merged_one_is_what_it_became(
    reader: RecordedPage, running_dashboard: Dashboard
) -> None:
    page = reader.visit(running_dashboard.link("board", zone_code="5381", municipality_nis="73109"))
    expect(page.get_by_role("status")).to_contain_text("Voeren ligt niet in PZ Bilzen-Hoeselt-Riemst")
    assert page.locator("#board").count() == 0
    page = reader.visit(running_dashboard.link("board", municipality_nis="73006", slides="municipality"))
    expect(page.get_by_text("Bilzen (73006) is op 1 januari 2025 opgegaan in")).to_be_visible()
    assert "Bilzen-Hoeselt: " in (page.locator('[data-key="municipality"]').text_content() or "")


def test_every_key_does_what_the_page_says(reader: RecordedPage, running_dashboard: Dashboard) -> None:
    page = reader.visit(running_dashboard.link("board") + "#title")
    keys = page.evaluate(KEYS)
    for forth, back in (("ArrowRight", "ArrowLeft"), ("PageDown", "PageUp"), (" ", "Backspace")):
        page.keyboard.press(forth)
        assert page.evaluate(IN_SIGHT) == keys[1]
        page.keyboard.press(back)
        assert page.evaluate(IN_SIGHT) == keys[0]
    stage, cards = page.locator(".board-stage"), page.locator(".board-cards")
    page.keyboard.press("b")
    expect(stage).to_have_css("visibility", "hidden")
    expect(page.locator("#board")).to_have_css("background-color", "rgb(0, 0, 0)")
    page.keyboard.press("ArrowRight")
    expect(stage).to_have_css("visibility", "visible")
    assert page.evaluate(IN_SIGHT) == keys[0]
    page.keyboard.press("o")
    expect(cards).to_be_visible()
    assert page.locator(".board-card").count() == len(keys)
    # Arrows choose a card, three in a row, and Tab stays on the cards.
    for key, place in (
        ("ArrowRight", 1),
        ("ArrowDown", 4),
        ("ArrowLeft", 3),
        ("ArrowUp", 0),
        ("ArrowUp", 0),
        ("Shift+Tab", len(keys) - 1),
        ("ArrowRight", len(keys) - 1),
        ("Tab", 0),
        ("End", len(keys) - 1),
        ("Home", 0),
        ("Tab", 1),
    ):
        page.keyboard.press(key)
        assert page.evaluate(CARD_IN_FOCUS) == place, key
        expect(cards).to_be_visible()
    page.keyboard.press("Enter")
    expect(cards).to_be_hidden()
    assert page.evaluate(IN_SIGHT) == keys[1]
    page.keyboard.press("End")
    assert page.evaluate(IN_SIGHT) == keys[-1]
    for _ in range(2):
        page.keyboard.press("f")
        page.wait_for_function("document.fullscreenElement?.id === 'board'")
        page.keyboard.press("F")
        page.wait_for_function("document.fullscreenElement === null")
    page.keyboard.press("f")
    page.wait_for_function("document.fullscreenElement?.id === 'board'")
    # What lies behind the slides can neither be reached by tab nor read aloud.
    assert page.evaluate("document.getElementById('root').inert")
    page.keyboard.press("Escape")
    assert not page.evaluate("document.getElementById('root').inert")
    page.wait_for_function("document.fullscreenElement === null")
    assert reader.complaints() == []


def test_what_a_presenter_chooses_lives_in_the_link_and_in_the_files(
    reader: RecordedPage, running_dashboard: Dashboard
) -> None:
    chosen = {"zone_code": "5382", "audience": "college", "slides": "title,costs"}
    page = reader.visit(running_dashboard.link("board", **chosen))
    reader.wait_for_link(**chosen)
    assert page.evaluate(KEYS) == ["title", "costs"]
    assert "college van burgemeester en schepenen van PZ Voeren" in (
        page.locator('[data-key="title"]').text_content() or ""
    )
    contents = {}
    page.evaluate(WATCH_PROGRESS)
    for label in ("PowerPoint, Nederlands + Français", "Nota om af te drukken (PDF), Nederlands"):
        with page.expect_download() as download:
            page.get_by_role("button", name=label, exact=True).click()
        contents[download.value.suggested_filename] = Path(download.value.path()).read_bytes()
        assert page.evaluate("[...window.shownProgress]") == [label]
        page.evaluate("window.shownProgress.clear()")
    slides = Presentation(io.BytesIO(contents["demonstration_board_5382_nl_fr.pptx"])).slides
    assert len(slides) == 4
    note = PdfReader(io.BytesIO(contents["demonstration_board_5382_nl.pdf"]))
    assert "PZ Voeren" in note.pages[0].extract_text()
    page.get_by_role("button", name="Methode en bronnen", exact=True).click()
    reader.wait_for_link(**chosen | {"slides": "title,costs,method"})
    assert page.evaluate(KEYS) == ["title", "costs", "method"]
    assert reader.complaints() == []
