"""What was read of the exports and what was refused: for whoever drops them, and for whoever doubts."""

from cooperation.screen import accounts, data_quality
from cooperation.screen.frame import View, draw, side_by_side


def render() -> None:
    """Draw the page."""
    draw(heading, body)


def heading(view: View) -> None:
    """Show the question and its answer."""
    data_quality.show_answer(view)


def body(view: View) -> None:
    """Show the cards, how complete the clocks are, then every file, line and cell that was not taken as it stood."""
    data_quality.show_cards_of_reading(view)
    data_quality.show_completeness(view)
    accounts.show_left_out(view)
    accounts.show_reasons(view)
    accounts.show_corrections(view)
    accounts.show_refused_lines(view)
    accounts.show_flagged_cells(view)
    accounts.show_freshness(view)
    accounts.show_accounts(view)
    side_by_side(view, data_quality.show_priority_mix, data_quality.show_origin_mix)
    data_quality.show_doubtful_by_month(view)
    data_quality.show_footer(view)


if __name__ == "__main__":
    from dashboard import main

    main()
