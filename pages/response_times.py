"""Response times from every side: by month, priority, place, hour, weekday and step."""

from cooperation.language import T
from cooperation.screen import response_times
from cooperation.screen.exports import show_exports
from cooperation.screen.frame import View, draw, side_by_side


def render() -> None:
    """Draw the page."""
    draw(heading, body, needs_calls=True)


def heading(view: View) -> None:
    """Show the question and its answer."""
    response_times.show_answer(view, T("How fast are the police on the scene?"), view.filters)


def body(view: View) -> None:
    """Show the cards, the main picture, and the pictures that explain it."""
    response_times.show_headline_cards(view, view.filters)
    response_times.show_monthly(view, view.filters)
    side_by_side(view, response_times.show_cumulative, response_times.show_steps)
    side_by_side(view, response_times.show_priorities, response_times.show_municipalities)
    side_by_side(view, response_times.show_hours, response_times.show_weekdays)
    response_times.show_footer(view, view.filters)
    show_exports(view)


if __name__ == "__main__":
    from dashboard import main

    main()
