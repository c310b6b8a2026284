"""Response times from every side: by month, priority, place, hour, weekday and step."""

import streamlit as st

from cooperation.language import T
from cooperation.screen import response_times, three_steps
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
    three_steps.show_three_steps(view)
    three_steps.show_pooled(view)
    side_by_side(view, three_steps.show_trend, three_steps.show_control_chart)
    place_of_invented_starts = st.container()
    side_by_side(view, response_times.show_cumulative, response_times.show_steps)
    side_by_side(view, response_times.show_priorities, response_times.show_municipalities)
    side_by_side(view, response_times.show_hours, response_times.show_weekdays)
    response_times.show_footer(view, view.filters)
    show_exports(view)
    # Last, for it takes longest: nobody waits for it to see the rest of the page.
    three_steps.show_invented_starts(view, place_of_invented_starts)


if __name__ == "__main__":
    from dashboard import main

    main()
