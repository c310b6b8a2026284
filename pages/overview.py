"""The mayor's first screen: is it faster in my municipality?"""

from cooperation.language import T
from cooperation.screen import response_times
from cooperation.screen.cost_cards import show_cost_cards_of_place
from cooperation.screen.exports import show_exports
from cooperation.screen.frame import View, draw
from cooperation.screen.overview import headline_filters, municipalities_text, show_municipalities


def render() -> None:
    """Draw the page."""
    draw(heading, body, only_place=True, needs_calls=True)


def heading(view: View) -> None:
    """Show the question and its answer."""
    filters = headline_filters(view)
    by_municipality = municipalities_text(view, filters)
    response_times.show_answer(
        view,
        T("Are the police on the scene sooner?"),
        filters,
        further=[by_municipality] if by_municipality else [],
    )


def body(view: View) -> None:
    """Show the cards, the main picture and the municipalities side by side."""
    filters = headline_filters(view)
    response_times.show_headline_cards(view, filters)
    response_times.show_monthly(view, filters)
    show_municipalities(view, filters)
    show_cost_cards_of_place(view, filters)
    response_times.show_footer(view, filters)
    show_exports(view)


if __name__ == "__main__":
    from dashboard import main

    main()
