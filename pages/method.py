"""How everything is measured and judged: definitions, methods, thresholds and rules, and one verdict worked out."""

from cooperation.language import Language
from cooperation.screen import method
from cooperation.screen.frame import View, draw


def render() -> None:
    """Draw the page."""
    draw(heading, body, controls=contents, without_data=definitions)


def heading(view: View) -> None:
    """Show the question and what the page answers it with."""
    method.show_heading(view.language)


def contents(view: View) -> None:
    """Show the way to each part."""
    method.show_contents(view.language)


def body(view: View) -> None:
    """Show what is measured, how it is judged, one verdict worked out, and what is in force."""
    settings, language = view.evidence.settings, view.language
    method.show_who_and_what(settings, language)
    method.show_merged(view)
    method.show_how(settings, language)
    method.show_example(view)
    method.show_in_force(settings, language)
    method.show_limits(language)
    method.show_files(view)
    method.show_footer(language, view.evidence.coverage)


def definitions(language: Language) -> None:
    """Show the page where no export was read yet: all of it but the example."""
    settings = method.settings_on_disk()
    method.show_heading(language)
    method.show_contents(language)
    method.show_who_and_what(settings, language)
    method.show_how(settings, language)
    method.say_no_example(language)
    method.show_in_force(settings, language)
    method.show_limits(language)
    method.show_footer(language, None)


if __name__ == "__main__":
    from dashboard import main

    main()
