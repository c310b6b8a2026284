"""Every figure and every row behind it: to browse, and to take along as a file."""

from cooperation.screen import downloads
from cooperation.screen.exports import show_exports
from cooperation.screen.frame import View, draw


def render() -> None:
    """Draw the page."""
    draw(downloads.show_answer, body, controls=downloads.show_controls, in_link=downloads.link_parameters)


def body(view: View) -> None:
    """Show the rows of the chosen table with their files, then everything at once."""
    downloads.show_rows(view)
    downloads.show_footer(view)
    show_exports(view)


if __name__ == "__main__":
    from dashboard import main

    main()
