"""The mayor's one page: what became of each promise, and whether it is faster in my municipality."""

from cooperation.answers.overview import headline_filters
from cooperation.screen import response_times
from cooperation.screen.cost_cards import show_cost_cards_of_place
from cooperation.screen.exports import show_exports
from cooperation.screen.frame import View, draw
from cooperation.screen.overview import (
    show_headline,
    show_municipalities,
    show_question,
    show_what_is_known_without_calls,
)
from cooperation.screen.promises import show_promise_tools


def render() -> None:
    """Draw the page."""
    draw(show_question, body, only_place=True)


def body(view: View) -> None:
    """Show the promises, then the headline: its cards, the main picture, the municipalities side by side."""
    filters = headline_filters(view.filters)
    if not view.evidence.coverage.intervention_count:
        show_what_is_known_without_calls(view)
        show_exports(view)
        return
    show_headline(view)
    response_times.show_headline_cards(view, filters)
    response_times.show_monthly(view, filters)
    show_municipalities(view, filters)
    show_cost_cards_of_place(view, filters)
    show_promise_tools(view)
    response_times.show_footer(view, filters)
    show_exports(view)


if __name__ == "__main__":
    from dashboard import main

    main()
