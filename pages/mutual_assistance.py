"""Mutual assistance: who helped whom, how often first, what it gained, and whether the own police is still there."""

from cooperation.screen import mutual_assistance
from cooperation.screen.exports import show_exports
from cooperation.screen.filters import show_filters
from cooperation.screen.frame import View, draw, side_by_side


def render() -> None:
    """Draw the page."""
    draw(mutual_assistance.show_answer, body, controls=controls, needs_calls=True)


def controls(view: View) -> None:
    """Show the row of controls; no measure of time is chosen here."""
    show_filters(view.evidence, view.filters, view.language, with_measure=False)


def body(view: View) -> None:
    """Show the cards, the picture of the help between zones, and the pictures that explain it."""
    if not mutual_assistance.knows_who_came(view):
        mutual_assistance.say_nobody_knows_who_came(view)
        return
    mutual_assistance.show_cards_of_help(view)
    mutual_assistance.show_flows(view)
    mutual_assistance.show_balance(view)
    mutual_assistance.show_monthly(view)
    mutual_assistance.show_time_gained(view)
    side_by_side(view, mutual_assistance.show_identity, mutual_assistance.show_nights_and_weekends)
    mutual_assistance.show_other_help(view)
    mutual_assistance.show_footer(view)
    show_exports(view)


if __name__ == "__main__":
    from dashboard import main

    main()
