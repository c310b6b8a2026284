"""The promises, and the eleven fields of the protocol: since when, what is known, and its verdict."""

from cooperation.screen import cooperation_fields
from cooperation.screen.exports import show_exports
from cooperation.screen.filters import show_filters
from cooperation.screen.frame import View, draw
from cooperation.screen.promises import show_promises_under_heading


def render() -> None:
    """Draw the page."""
    draw(cooperation_fields.show_answer, body, controls=controls)


def controls(view: View) -> None:
    """Show the row of controls: place and periods alone, for activities are kept by zone."""
    show_filters(view.evidence, view.filters, view.language, only_place=True)


def body(view: View) -> None:
    """Show the promises, then the fields one by one, then the files behind them."""
    show_promises_under_heading(view)
    if not view.evidence.settings.fields:
        cooperation_fields.show_no_fields(view)
        return
    cooperation_fields.show_fields(view)
    cooperation_fields.show_files(view)
    cooperation_fields.show_footer(view)
    show_exports(view)


if __name__ == "__main__":
    from dashboard import main

    main()
