"""Streamlit's own words are said in the reader's language, whenever it draws them."""

from typing import Any

from cooperation.language import T, speak
from cooperation.screen.own_words import PAGES, SKIP_LINK, frame_words, own_words

# What Streamlit draws, as its markup has it: the words are English.
DRAWN = """
  const link = document.createElement("a"), bar = document.createElement("nav");
  link.dataset.testid = "stSkipToContent"; link.textContent = "Skip to main content";
  bar.dataset.testid = "stTopNav"; bar.ariaLabel = "App pages";
  document.body.replaceChildren(link, bar);
"""


def _code(script: str) -> str:
    return script.removeprefix("<script>").removesuffix("</script>")


def test_words_that_are_drawn_after_the_script_and_drawn_anew_are_in_the_readers_language(
    browser: Any,
) -> None:
    page = browser.new_page()
    try:
        for code in ("nl", "fr"):
            say = speak(code).say
            page.evaluate(_code(frame_words(speak(code))))
            assert page.evaluate("document.documentElement.lang") == code
            # The second time is a narrower window, for which the bar of pages is made again.
            for _ in range(2):
                page.evaluate(f"() => {{{DRAWN}}}")
                assert page.locator(SKIP_LINK).text_content() == say(T("Go to the content"))
                assert page.locator(PAGES).get_attribute("aria-label") == say(T("Pages"))
    finally:
        page.close()


def test_a_place_keeps_to_the_last_language_and_leaves_other_places_alone(browser: Any) -> None:
    page = browser.new_page()
    try:
        for code in ("nl", "fr"):
            page.evaluate(_code(own_words("one", speak(code), names={".one": T("Pages")})))
        page.evaluate(_code(own_words("other", speak("nl"), names={".other": T("Pages")})))
        page.evaluate("() => { document.body.innerHTML = '<p class=one></p><p class=other></p>' }")
        assert page.locator(".one").get_attribute("aria-label") == speak("fr").say(T("Pages"))
        assert page.locator(".other").get_attribute("aria-label") == speak("nl").say(T("Pages"))
    finally:
        page.close()


def test_no_word_ends_the_script() -> None:
    script = own_words("one", speak("nl"), names={"</script><b>": T("Pages")})
    assert script.count("</script>") == 1
    assert "<b>" not in script
