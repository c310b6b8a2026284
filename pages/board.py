"""For the board: the slides of a session, full screen, and as PowerPoint, PDF and workbook."""

from cooperation.screen import board
from cooperation.screen.exports import show_exports
from cooperation.screen.frame import View, draw


def render() -> None:
    """Draw the page."""
    draw(
        board.show_heading, body, controls=board.show_controls, in_link=board.choices_in_link, goes_round=True
    )


def body(view: View) -> None:
    """Show the desk from which the slides are started, and what was read."""
    board.show_desk(view)
    show_exports(view)


if __name__ == "__main__":
    from dashboard import main

    main()
