"""The data steward's way in: drop an export, say what its columns are, see what would be counted, publish it."""

from cooperation.language import T
from cooperation.screen.import_desk import Desk, Tray, is_open, open_desk
from cooperation.screen.import_mapping import show_mapping
from cooperation.screen.import_steps import (
    show_drop,
    show_footer,
    show_heading,
    show_known_layout,
    show_published,
    show_publishing,
    show_reading,
    show_refusal,
    show_trial,
)


def render() -> None:
    """Draw the page."""
    desk = open_desk()
    show_heading(desk)
    if not is_open(desk):
        show_refusal(desk)
        return
    show_drop(desk)
    tray = desk.tray
    if tray is not None and tray.placed is not None:
        show_published(desk, tray)
    elif tray is not None and show_reading(desk, tray):
        show_steps(desk, tray)
    show_footer(desk)


def show_steps(desk: Desk, tray: Tray) -> None:
    """Show the mapping, unless the layout is known, then what would be counted, then how to publish."""
    draft = None if show_known_layout(desk, tray) else show_mapping(desk, tray)
    tray.draft = draft
    is_ready = show_trial(desk, tray, draft, T("3. What would be counted?"))
    show_publishing(desk, tray, draft, T("4. Publish"), is_ready=is_ready)


if __name__ == "__main__":
    from dashboard import main

    main()
