"""What surrounds every page: language, layout on each screen, colours, and nothing in another language."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from cooperation.language import T, speak
from cooperation.screen.own_words import PAGES as PAGES_BAR
from cooperation.screen.own_words import SKIP_LINK
from cooperation.translations.update import catalogue_path, read_translations
from dashboard import PAGES
from tests.browser import Dashboard, RecordedPage, plain

PATHS = tuple(page.name for page in PAGES)
# Pages that bring in a file or explain, and show no figure of their own.
WITHOUT_CARDS = ("board", "downloads", "import_exports", "method", "own_question")
WITH_CARDS = tuple(path for path in PATHS if path not in (*WITHOUT_CARDS, "cooperation_fields"))
CARDS_OF_THE_FIRST_FIELD = 2
# Pages that wait for the reader, with at least so many words.
FEW_WORDS = {"board": 50, "import_exports": 20, "own_question": 15}
SERIOUS = ("serious", "critical")
PHONE_WIDTH = 390
# Night is one theme, and that no text lacks its translation is another test's: two pages show that they are used.
AT_NIGHT = ("overview", "response_times")
IN_FRENCH = ("overview", "response_times")
RESIZED_MILLISECONDS = 500
FOLDED = "[data-testid=stExpander] details:not([open]) > summary"


class Opened(NamedTuple):
    """A page in a language: what a visitor opens."""

    path: str
    code: str


def opened(paths: Sequence[str], *codes: str, but_slow: Sequence[str] = ()) -> pytest.MarkDecorator:
    """Return the mark that runs a test on every page in every language; on those `but_slow` with the slow tests only.

    Of the module's scope: all tests of one page run in a row, while it stands open.
    """
    pages = [Opened(path, code) for path in paths for code in codes]
    parameters = [
        pytest.param(page, id="-".join(page), marks=[pytest.mark.slow] if page.path in but_slow else [])
        for page in pages
    ]
    return pytest.mark.parametrize("page", parameters, scope="module")


# The words that a reader sees: text nodes in sight, outside code and raw rows, and the words of boxes; what is heard.
VISIBLE_WORDS = """() => {
    const words = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        if (parent.closest('script, style, code, [translate=no], [data-testid=stIconMaterial]')) continue;
        if (parent.checkVisibility({visibilityProperty: true})) words.push(walker.currentNode.data);
    }
    for (const box of document.querySelectorAll('input, textarea'))
        if (box.checkVisibility()) words.push(box.value);
    return words.filter(text => text.trim());
}"""
SPOKEN_WORDS = """() => {
    const words = [];
    for (const one of document.querySelectorAll('[aria-label], [title], [alt]')) {
        if (!one.checkVisibility()) continue;
        for (const name of ['aria-label', 'title', 'alt'])
            if (one.getAttribute(name)) words.push(one.getAttribute(name));
    }
    return words;
}"""

# A page asks the server every few seconds whether the exports changed; one that only hangs there to be looked at has
# no use for that.
STOP_ASKING = "() => { for (let last = setInterval(() => {}, 1e9); last > 0; last--) clearInterval(last); }"


@pytest.fixture(scope="module")
def drawn(browser: Any, running_dashboard: Dashboard) -> Iterator[Callable[..., RecordedPage]]:
    """Return a function that opens a page once for tests in a row that only look at it: path, language, width, height.

    There is one desktop and one phone: a tab that has shown a page before draws the next in half the time. A desktop's
    window is made larger or smaller, as readers do; a phone opens the page for itself.
    """
    tabs: dict[bool, RecordedPage] = {}
    open_pages: dict[bool, tuple[str, str]] = {}

    def open_page(path: str, code: str, width: int, height: int) -> RecordedPage:
        is_phone = width == PHONE_WIDTH
        size: Any = {"width": width, "height": height}
        if is_phone not in tabs:
            tabs[is_phone] = RecordedPage(browser.new_context(viewport=size).new_page())
        reader = tabs[is_phone]
        if open_pages.get(is_phone) != (path, code):
            open_pages.pop(is_phone, None)
            reader.start_afresh(size)
            reader.visit(running_dashboard.link(path, language=code))
            reader.page.evaluate(STOP_ASKING)
            open_pages[is_phone] = (path, code)
        if reader.page.viewport_size != size:
            reader.page.set_viewport_size(size)
            # Pictures take their new width a moment after the window has.
            reader.page.wait_for_timeout(RESIZED_MILLISECONDS)
        return reader

    yield open_page
    for reader in tabs.values():
        reader.page.context.close()


def words_of(text: str) -> set[str]:
    """Return the words of a message, placeholders aside."""
    return set(re.findall(r"[^\W\d_]{2,}", re.sub(r"\{\w+\}", "", text).lower()))


def english_words(code: str) -> list[re.Pattern[str]]:
    """Return what no reader of `code` may see as a whole text: each English text that his language says otherwise."""
    translations = dict(read_translations(catalogue_path(code)))
    translated = {form for forms in translations.values() for form in forms}
    english = [msgid for msgid in translations if msgid not in translated and re.search("[A-Za-z]{2}", msgid)]
    # A placeholder stands for any text; what is left of the message must hold a word to tell a language by, and
    # "of" or "is" are Dutch too.
    spoken = {word for form in translated for word in words_of(form)}
    telling = [text for text in english if words_of(text) - spoken]
    return [re.compile(re.sub(r"\\\{\w+\\\}", ".+", re.escape(text))) for text in telling]


def leaked(words: list[str], code: str) -> list[str]:
    english = english_words(code)
    return sorted({text for text in map(plain, words) if any(one.fullmatch(text) for one in english)})


# Before the tests that unfold more: each table takes the judge seconds, and the first stands for all.
@opened(PATHS, "nl")
def test_everyone_can_read_and_work_the_page(page: Opened, drawn: Callable[..., RecordedPage]) -> None:
    assert_accessible(drawn(*page, 1440, 900), is_dark=False)


@opened(PATHS, "nl", but_slow=[path for path in PATHS if path not in AT_NIGHT])
def test_everyone_can_read_and_work_the_page_at_night(
    page: Opened, running_dashboard: Dashboard, new_page: Callable[..., RecordedPage]
) -> None:
    reader = new_page(color_scheme="dark")
    reader.visit(running_dashboard.link(page.path))
    assert_accessible(reader, is_dark=True)


def assert_accessible(reader: RecordedPage, *, is_dark: bool) -> None:
    """Assert that no serious rule of accessibility is broken, in the colours of day or night, in a fold either."""
    page = reader.page
    if page.locator(FOLDED).count():
        page.locator(FOLDED).first.click()
        page.locator("[data-testid=stExpanderDetails]").first.wait_for()
    # The button of an upload gets its name a moment after it is drawn.
    page.wait_for_function(
        "() => [...document.querySelectorAll('[data-testid=stFileUploaderDropzone] button')]"
        ".every(one => one.ariaLabel)"
    )
    background = page.evaluate(
        "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
    )
    assert (sum(map(int, re.findall(r"\d+", background)[:3])) < 200) is is_dark
    report = Axe().run(page, options={"resultTypes": ["violations", "passes"]}).response
    # A report without colours looked at is no report.
    assert "color-contrast" in {rule["id"] for rule in report["passes"]}
    violations = [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in report["violations"]
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]
    assert violations == []
    assert reader.complaints() == []


@opened(PATHS, "nl")
def test_no_english_is_seen_or_heard(page: Opened, drawn: Callable[..., RecordedPage]) -> None:
    assert_no_english(page, drawn)


@opened(PATHS, "fr", but_slow=[path for path in PATHS if path not in IN_FRENCH])
def test_no_english_is_seen_or_heard_in_french(page: Opened, drawn: Callable[..., RecordedPage]) -> None:
    assert_no_english(page, drawn)


def assert_no_english(opened_page: Opened, drawn: Callable[..., RecordedPage]) -> None:
    """Assert that no text of a page is in English, in a fold or in the box of further choices either."""
    path, code = opened_page
    page = drawn(path, code, 1440, 900).page
    assert page.evaluate("document.documentElement.lang") == code
    while page.locator(FOLDED).count():
        page.locator(FOLDED).first.click()
    choices = page.locator(".st-key-more-choices")
    if choices.count():
        choices.get_by_role("button").click()
        page.locator("[data-testid=stPopoverBody]").wait_for()
    words = page.evaluate(VISIBLE_WORDS) + page.evaluate(SPOKEN_WORDS)
    # Enough was seen for this to mean something, tables and choices included.
    assert len(words) > FEW_WORDS.get(path, 100)
    assert leaked(words, code) == []
    if choices.count():
        page.keyboard.press("Escape")


def test_english_would_be_noticed(drawn: Callable[..., RecordedPage]) -> None:
    words = drawn("response_times", "en", 1440, 900).page.evaluate(VISIBLE_WORDS)
    for code in ("nl", "fr"):
        assert len(leaked(words, code)) > 20


@opened(PATHS, "nl", "fr")
def test_a_phone_needs_no_scrolling_sideways(page: Opened, drawn: Callable[..., RecordedPage]) -> None:
    tab = drawn(*page, 390, 844).page
    widths = tab.evaluate("""() => [document.scrollingElement, ...document.querySelectorAll(
        '[data-testid=stMain], [data-testid=stMainBlockContainer]')].map(one => one.scrollWidth)""")
    assert max(widths) <= 390
    # Hidden overflow is lost to a reader: nothing with words may stick out of the screen either.
    outside = tab.evaluate("""() => [...document.querySelectorAll(
        'h1, h2, p, .figure, .verdict, button, label, summary, .js-plotly-plot, text')]
        .filter(one => !one.closest('[data-testid=stExpanderDetails], [data-testid=stSidebar], header'))
        .map(one => [one.textContent.slice(0, 40), one.getBoundingClientRect()])
        .filter(([, box]) => box.width > 0 && (box.right > 391 || box.left < -1))
        .map(([text]) => text)""")
    assert outside == []
    # Cards on costs may follow further down; the tests of their own page hold those.
    lefts = (
        tab.locator(".figure-cards")
        .first.locator(".figure-card")
        .evaluate_all("all => all.map(one => one.getBoundingClientRect().left)")
    )
    assert len(lefts) == (
        4 if page.path in WITH_CARDS else CARDS_OF_THE_FIRST_FIELD if page.path == "cooperation_fields" else 0
    )
    assert len(set(lefts)) <= 1, "the cards stand in one column"


@opened(WITH_CARDS, "nl", "fr")
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1920, 1080)])
def test_the_four_cards_end_on_the_first_screen(
    page: Opened, width: int, height: int, drawn: Callable[..., RecordedPage]
) -> None:
    tab = drawn(*page, width, height).page
    # The first row of cards: the first page has another one further down, about costs.
    cards = tab.locator(".figure-cards").first.locator(".figure-card")
    boxes = cards.evaluate_all("""all => all.map(one => {
        const box = one.getBoundingClientRect(); return [box.top, box.bottom, box.left, box.right];
    })""")
    assert len(boxes) == 4
    assert len({top for top, *_ in boxes}) == 1, "the cards stand in one row"
    assert max(bottom for _, bottom, *_ in boxes) <= height
    assert max(right for *_, right in boxes) <= width and min(left for _, _, left, _ in boxes) >= 0
    assert tab.evaluate("document.scrollingElement.scrollWidth") <= width


def words_over_words(page: Page) -> list[list[str]]:
    """Return the pairs of texts inside one picture that lie over each other by more than two pixels."""
    return list(
        page.evaluate("""() => {
            const pairs = [];
            for (const plot of document.querySelectorAll('.js-plotly-plot')) {
                const texts = [...plot.querySelectorAll('text')].filter(one => one.textContent.trim())
                    .map(one => [one.textContent, one.getBoundingClientRect()]);
                texts.forEach(([a, one], i) => texts.slice(i + 1).forEach(([b, two]) => {
                    const wide = Math.min(one.right, two.right) - Math.max(one.left, two.left);
                    const high = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
                    if (wide > 2 && high > 4) pairs.push([a, b]);
                }));
            }
            return pairs;
        }""")
    )


@opened(["response_times"], "nl", "fr")
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_no_words_lie_over_words_in_a_picture(
    page: Opened, width: int, height: int, drawn: Callable[..., RecordedPage]
) -> None:
    assert words_over_words(drawn(*page, width, height).page) == []


@opened(PATHS, "nl")
def test_a_page_has_one_question_and_headings_in_order(
    page: Opened, drawn: Callable[..., RecordedPage]
) -> None:
    levels = [
        int(tag[1])
        for tag in drawn(*page, 1440, 900)
        .page.locator("h1, h2, h3, h4")
        .evaluate_all("all => all.filter(one => one.checkVisibility()).map(one => one.tagName)")
    ]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


@opened(["", *PATHS], "nl")
def test_the_navigation_marks_the_page_that_is_open(page: Opened, drawn: Callable[..., RecordedPage]) -> None:
    links = drawn(*page, 1440, 900).page.locator(
        "nav a[aria-current=page], [role=navigation] a[aria-current=page]"
    )
    marked = links.all_inner_texts()
    entry = next(entry for entry in PAGES if entry.name == (page.path or PATHS[0]))
    # Own questions are off, and a page that is not listed cannot be marked.
    listed = [] if page.path == "own_question" else [speak("nl").say(entry.title)]
    assert [plain(text) for text in marked] == listed


def test_streamlits_own_words_are_in_the_readers_language(drawn: Callable[..., RecordedPage]) -> None:
    for code in ("nl", "fr"):
        say, page = speak(code).say, drawn("overview", code, 1024, 768).page
        expect(page.locator(SKIP_LINK).first).to_have_text(say(T("Go to the content")))
        expect(page.locator(PAGES_BAR)).to_have_attribute("aria-label", say(T("Pages")))
        # Not all pages fit beside each other: "3 more" has no size, and another word stands there.
        more = page.locator(".rc-overflow-item-rest p").first
        assert more.evaluate("node => getComputedStyle(node).fontSize") == "0px"
        content = more.evaluate("node => getComputedStyle(node, '::after').content")
        assert content == f'"{say(T("More pages"))}"'
