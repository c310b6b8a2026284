"""What each zone pays for working together, and what it would have paid alone."""

from cooperation.screen import shared_costs
from cooperation.screen.cost_cards import show_cost_cards
from cooperation.screen.cost_controls import show_cost_filters
from cooperation.screen.exports import show_exports
from cooperation.screen.frame import View, draw, side_by_side


def render() -> None:
    """Draw the page."""
    draw(shared_costs.show_answer, body, controls=show_cost_filters)


def body(view: View) -> None:
    """Show the cards, every year, who pays what, the purchases, the kinds of cost, and a scenario."""
    if not shared_costs.has_costs(view):
        shared_costs.show_nothing(view)
        show_exports(view)
        return
    show_cost_cards(view)
    shared_costs.show_years(view)
    shared_costs.show_who_pays(view)
    shared_costs.show_purchases(view)
    side_by_side(view, shared_costs.show_fields, shared_costs.show_categories)
    shared_costs.show_scenario(view)
    shared_costs.show_notices(view)
    shared_costs.show_footer(view)
    show_exports(view)


if __name__ == "__main__":
    from dashboard import main

    main()
